"""Quietline: anonymous, multilingual self-help and referral."""

__version__ = "0.1.0"
