"""Bundles: everything that clinicians own, as one immutable, hashed and signed folder.

A bundle holds ``content/`` and ``locales/`` with compiled catalogs, a manifest that names every
file with its SHA-256, and the manifest's Ed25519 signature. The file ``current`` names the bundle
that visitors see; going back to an earlier one is naming it again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.errors import BadBundle

PARTS: Final = ("content", "locales")
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
CURRENT: Final = "current"
NAME: Final = re.compile(r"\d{6}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Manifest:
    """What a bundle says about itself.

    Attributes:
        number: From 1, one more than the one before it.
        made_on: The day, in UTC.
        previous: Name of the bundle that was current when it was made, or empty.
        note: Why it was made, in a line.
        files: Path below the bundle to SHA-256 in hex.
    """

    number: int
    made_on: str
    previous: str
    note: str
    files: dict[str, str]


def make(
    root: Path,
    bundles: Path,
    key: Path,
    today: date,
    note: str = "",
    parts: Sequence[str] = PARTS,
) -> Path:
    """Copy ``parts`` of ``root`` into a new bundle, sign it, and return its folder.

    Nobody takes it over before ``switch``. ``root`` has compiled catalogs and was checked. Every
    user of the machine can read it, as site and assistant are others than who publishes.

    Raises:
        BadBundle: The key can't be used.
    """
    _make_shelf(bundles)
    fresh = bundles / ".new"
    shutil.rmtree(fresh, ignore_errors=True)
    for part in parts:
        shutil.copytree(root / part, fresh / part)
    number = max((int(path.name[:6]) for path in all_bundles(bundles)), default=0) + 1
    files = {str(path.relative_to(fresh)): _hash(path) for path in _files(fresh)}
    made = Manifest(number, today.isoformat(), current_name(bundles), note, files)
    signed = json.dumps(asdict(made), sort_keys=True, indent=1).encode()
    (fresh / MANIFEST).write_bytes(signed)
    (fresh / SIGNATURE).write_text(_private(key).sign(signed).hex())
    _for_reading(fresh)
    name = f"{number:06d}-{hashlib.sha256(signed).hexdigest()[:12]}"
    _to_disk(fresh, *fresh.rglob("*"))  # else a failing machine leaves a name without its words
    bundle = fresh.rename(bundles / name)
    _to_disk(bundles)
    return bundle


def verify(bundle: Path, public_key: Path) -> Manifest:
    """Return the manifest of a bundle whose every byte is as it was signed.

    Raises:
        BadBundle: Says which file is wrong, never what is in it.
    """
    found = manifest(bundle)
    try:
        signature = bytes.fromhex((bundle / SIGNATURE).read_text())
        _public(public_key).verify(signature, (bundle / MANIFEST).read_bytes())
    except (OSError, ValueError, InvalidSignature):
        raise BadBundle(bundle.name, "its signature is not of this site's key") from None
    there = {str(path.relative_to(bundle)) for path in _files(bundle)} - {MANIFEST, SIGNATURE}
    wrong = sorted(there ^ set(found.files)) or [
        name for name, digest in found.files.items() if _hash(bundle / name) != digest
    ]
    if wrong:
        raise BadBundle(bundle.name, f"{wrong[0]} is not as it was signed")
    return found


def manifest(bundle: Path) -> Manifest:
    """Return what a bundle says about itself, unchecked.

    Raises:
        BadBundle: It has no manifest that can be read.
    """
    try:
        return Manifest(**json.loads((bundle / MANIFEST).read_bytes()))
    except (OSError, ValueError, TypeError):
        raise BadBundle(bundle.name, "its manifest can't be read") from None


def switch(bundles: Path, name: str, public_key: Path) -> None:
    """Name the bundle that visitors see from now on; it is verified first.

    Raises:
        BadBundle: There is none of this name, or it was changed.
    """
    verify(named(bundles, name), public_key)
    fresh = bundles / f".{CURRENT}"
    with fresh.open("w") as file:
        file.write(name)
        file.flush()
        os.fchmod(file.fileno(), 0o644)  # whatever this process's umask is, as with a bundle
        os.fsync(file.fileno())
    os.replace(fresh, bundles / CURRENT)
    with suppress(OSError):  # visitors have it by now; a machine that fails shows what was before
        _to_disk(bundles)


def pointed_name(bundles: Path) -> str | None:
    """Return the name that ``switch`` wrote; empty before the first, None if it can't be read."""
    try:
        name = (bundles / CURRENT).read_bytes().decode("ascii", "replace").strip()
    except FileNotFoundError:
        return ""
    except OSError:
        return None
    return name if NAME.fullmatch(name) else None


def current_name(bundles: Path) -> str:
    """Return the name of the bundle that visitors see, or empty when there is none.

    Where the name is there and can't be read, it is the newest bundle's: what was published must
    not give way to what the checkout says.

    Raises:
        PermissionError: This process may not look into the folder.
    """
    name = pointed_name(bundles)
    if name is not None:
        return name
    return next((path.name for path in all_bundles(bundles)), "")


def all_bundles(bundles: Path) -> list[Path]:
    """Return every bundle, the newest first."""
    found = bundles.iterdir() if bundles.is_dir() else ()
    return sorted((path for path in found if NAME.fullmatch(path.name)), reverse=True)


def write_keys(private: Path, public: Path) -> None:
    """Write a new pair of keys; the private one only its owner can read.

    Raises:
        FileExistsError: There is a private key already.
    """
    private.parent.mkdir(parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    handle = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key.private_bytes_raw().hex())
    public.write_text(key.public_key().public_bytes_raw().hex())
    public.chmod(0o644)


def named(bundles: Path, name: str) -> Path:
    """Return the bundle of this name.

    Raises:
        BadBundle: There is none.
    """
    if not NAME.fullmatch(name) or not (bundles / name).is_dir():
        raise BadBundle(name, "there is no such bundle; see: quietline bundle list")
    return bundles / name


def _make_shelf(bundles: Path) -> None:
    """Make the folder of the bundles, unless it is there: then its rights are the operator's."""
    if not bundles.is_dir():
        bundles.mkdir(parents=True)
        bundles.chmod(0o755)


def _to_disk(*paths: Path) -> None:
    """Return when files and the names in folders are where a failing machine doesn't lose them."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _for_reading(folder: Path) -> None:
    """Let every process on the machine read a bundle, whatever this one's umask is."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o444)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if not path.is_dir())


def _hash(path: Path) -> str:
    """Return the SHA-256 of a file; a link is none, wherever it leads."""
    return "" if path.is_symlink() else hashlib.sha256(path.read_bytes()).hexdigest()


def _private(path: Path) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text()))
    except (OSError, ValueError):
        raise BadBundle(str(path.name), "make a key first: quietline bundle key") from None


def _public(path: Path) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(path.read_text()))
