"""Measure the product beside the stock Rasa starter project: ``python -m bench``."""
