"""Compare three ways to recognise a message: ``python -m bench.recognition``."""
