"""Seal a summary so that only one programme can read it: HPKE (RFC 9180), base mode.

X25519, HKDF-SHA256 and ChaCha20-Poly1305. The public key is in the programme's entry of the
directory; the private one never leaves the programme.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from bot.errors import CannotOpen

INFO: Final = b"quietline/handover/1"
SIZE: Final = 8 * 1024  # bytes before sealing, whatever is inside
SEALED_SIZE: Final = SIZE + 32 + 16  # with the encapsulated key and the tag
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def seal(fields: Mapping[str, str], public_key: str) -> bytes:
    """Return ``fields`` sealed to ``public_key`` (32 bytes in base64url), always of SEALED_SIZE.

    Raises:
        ValueError: The fields are longer than SIZE, or the key is none.
    """
    plain = json.dumps(dict(fields), ensure_ascii=False).encode()
    if len(plain) > SIZE:
        raise ValueError("too long")
    key = X25519PublicKey.from_public_bytes(_bytes(public_key))
    return bytes(_SUITE.encrypt(plain.ljust(SIZE), key, INFO))


def unseal(sealed: bytes, private_key: str) -> dict[str, str]:
    """Return the fields that ``seal`` sealed to this key's public half.

    Raises:
        CannotOpen: It was sealed to another key, changed on its way, or holds no fields.
    """
    key = X25519PrivateKey.from_private_bytes(_bytes(private_key))
    try:
        fields = json.loads(_SUITE.decrypt(sealed, key, INFO))
    except (InvalidTag, ValueError):
        raise CannotOpen from None
    if not isinstance(fields, dict) or not all(isinstance(v, str) for v in fields.values()):
        raise CannotOpen
    return fields


def new_keys() -> tuple[str, str]:
    """Return a new private key and its public key, both in base64url."""
    private = X25519PrivateKey.generate()
    return _text(private.private_bytes_raw()), _text(private.public_key().public_bytes_raw())


def _text(key: bytes) -> str:
    return urlsafe_b64encode(key).decode().rstrip("=")


def _bytes(key: str) -> bytes:
    return urlsafe_b64decode(key + "==")  # more than it lacks does no harm
