"""Keep secrets of the staff: passwords as Argon2id, the rest sealed under the operator's key."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidKey, InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from bot.errors import BadSetting, CannotOpen

VARIABLE: Final = "QUIETLINE_STAFF_KEY"
KEY_SIZE: Final = 32  # bytes
NONCE: Final = 12  # bytes, as AES-GCM wants
SALT: Final = 16  # bytes
HASH: Final = 32  # bytes
SECRET: Final = 20  # bytes, as code apps expect for SHA-1


@dataclass(frozen=True)
class Work:
    """How costly one guess of a password is; the defaults are RFC 9106's second choice."""

    memory_kib: int = 64 * 1024
    iterations: int = 3
    lanes: int = 4


class Safe:
    """Seals and derives secrets under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, secret: str, place: bytes) -> bytes:
        """Return ``secret`` sealed for ``place``; moved to another place, it doesn't open."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(self._key).encrypt(nonce, secret.encode(), place)

    def unseal(self, sealed: bytes, place: bytes) -> str:
        """Return what ``seal`` sealed.

        Raises:
            CannotOpen: It was sealed under another key or for another place, or was changed.
        """
        try:
            return AESGCM(self._key).decrypt(sealed[:NONCE], sealed[NONCE:], place).decode()
        except (InvalidTag, ValueError):
            raise CannotOpen from None

    def code_secret(self, seed: str) -> str:
        """Return the secret that a code app is offered, in Base32; the same for the same seed."""
        derived = hmac.digest(self._key, b"quietline/code/1" + seed.encode(), hashlib.sha256)
        return base64.b32encode(derived[:SECRET]).decode()


def hashed(password: str, work: Work) -> str:
    """Return ``password`` as a PHC string."""
    salt = secrets.token_bytes(SALT)
    kdf = Argon2id(
        salt=salt,
        length=HASH,
        iterations=work.iterations,
        lanes=work.lanes,
        memory_cost=work.memory_kib,
    )
    return kdf.derive_phc_encoded(_bytes(password))


def matches(password: str, phc: str) -> bool:
    """Tell whether ``password`` is the one that was hashed."""
    try:
        Argon2id.verify_phc_encoded(_bytes(password), phc)
    except InvalidKey:
        return False
    return True


def new_key() -> str:
    """Return a new key as the environment variable takes it: 32 bytes in Base64."""
    return base64.b64encode(secrets.token_bytes(KEY_SIZE)).decode()


def read_key(environment: Mapping[str, str], path: Path) -> tuple[bytes, bool]:
    """Return the key of the environment, else that of the file, and whether it was made now.

    Raises:
        BadSetting: What is there is no key, or the file can't be read or made.
    """
    if given := environment.get(VARIABLE):
        return _decoded(given, VARIABLE), False
    try:
        return _decoded(path.read_text(), path.name), False
    except FileNotFoundError:
        return _made(path), True
    except OSError:
        raise BadSetting(f"{path.name} can't be read; set {VARIABLE} instead.") from None


def _made(path: Path) -> bytes:
    key = new_key()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        raise BadSetting(f"{path.name} can't be made; set {VARIABLE} instead.") from None
    with os.fdopen(file, "w") as out:
        out.write(key)
    return base64.b64decode(key)


def _decoded(text: str, place: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_SIZE:
        raise BadSetting(f"{place} must hold a key; make one with: quietline staff key")
    return key


def _bytes(password: str) -> bytes:
    # The same password typed on another keyboard may come in other code points.
    return unicodedata.normalize("NFKC", password).encode()
