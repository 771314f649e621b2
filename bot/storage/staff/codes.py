"""Codes: six digits of an app, which count once, and one-time codes of invitations."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from datetime import datetime
from typing import Final

import pyotp
from pyotp.exceptions import OTPVerificationError

ISSUER: Final = "Quietline"
STEPS_OFF: Final = 1  # a clock may be wrong by one step of 30 seconds
CODE: Final = 15  # bytes: 24 letters and digits
GROUP: Final = 4


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the step (of 30 seconds) whose code was given, or None when it is none near now."""
    digits = re.sub(r"\s", "", code)
    try:
        totp = pyotp.TOTP(secret)
        return totp.verify_and_get_timecode(digits, for_time=now, valid_window=STEPS_OFF)
    except OTPVerificationError:
        return None


def app_address(secret: str, name: str) -> str:
    """Return the ``otpauth:`` address that code apps read from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def new_code() -> str:
    """Return a one-time code: 120 random bits, in groups that can be read aloud."""
    text = base64.b32encode(secrets.token_bytes(CODE)).decode()
    return "-".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def digest_of(code: str) -> str:
    """Return what is kept of a code: SHA-256 in hex; spaces, hyphens and case don't matter."""
    plain = re.sub(r"[\W_]", "", code).upper()
    return hashlib.sha256(plain.encode()).hexdigest()
