"""Nothing that signs somebody in lies open in the database or outside of its owner's files."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from bot.errors import (
    BadSetting,
    CannotOpen,
)
from bot.storage.staff.codes import digest_of, new_code
from bot.storage.staff.people import (
    NewPassword,
    Role,
)
from bot.storage.staff.sealing import Safe, Work, hashed, matches, new_key, read_key
from bot.storage.staff.store import StaffStore
from tests.storage.staff.conftest import KEY, LIGHT, NOON, PASSWORD, accepted, run


def test_neither_password_nor_code_nor_secret_is_in_the_database(
    store: StaffStore, database: Path
) -> None:
    code = store.invite("ana", [Role.AUTHOR], "shell", NOON)
    secret = store.safe.code_secret(code)
    store.accept(code, NewPassword(PASSWORD, secret, 1), NOON)
    later = store.invite("ben", [Role.AUTHOR], "shell", NOON)
    store.close_engine()

    kept = database.read_bytes()
    raw = base64.b32decode(secret)
    for what in (PASSWORD, code, code.replace("-", ""), later, later.replace("-", ""), secret):
        assert what.encode() not in kept
    assert raw not in kept
    assert b"$argon2id$" in kept


def test_a_database_made_with_another_key_is_refused_at_the_start(
    store: StaffStore, database: Path
) -> None:
    accepted(store)

    with pytest.raises(BadSetting, match="QUIETLINE_STAFF_KEY is not the key"):
        StaffStore(f"sqlite:///{database}", bytes(32), LIGHT)


def test_what_is_sealed_opens_in_its_own_place_only() -> None:
    safe = Safe(KEY)
    sealed = safe.seal("secret", b"here")

    assert safe.unseal(sealed, b"here") == "secret"
    for other, place in ((safe, b"there"), (Safe(bytes(32)), b"here")):
        with pytest.raises(CannotOpen):
            other.unseal(sealed, place)


def test_the_work_of_a_guess_is_what_rfc_9106_advises() -> None:
    phc = hashed(PASSWORD, Work())

    assert phc.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert matches(PASSWORD, phc)
    assert not matches(PASSWORD + " ", phc)
    assert [len(part) for part in phc.split("$")[4:]] == [22, 43]  # of 16 and 32 bytes in Base64


def test_a_password_is_held_against_what_another_implementation_made_of_it() -> None:
    # Made by argon2-cffi 25.1: PasswordHasher().hash(password, salt=bytes(range(16))).
    phc = (
        "$argon2id$v=19$m=65536,t=3,p=4$AAECAwQFBgcICQoLDA0ODw$WZX8Xd"
        "q9t/EPrirXlicMJpgh1wsO+4+2AmKoHxtvDrg"
    )

    assert matches(PASSWORD, phc)
    assert not matches(PASSWORD.title(), phc)


def test_the_secret_of_a_code_app_is_hmac_sha_256_of_its_seed() -> None:
    # Reckoned by: openssl dgst -sha256 -mac HMAC -macopt hexkey:..., cut to 20 bytes, in Base32.
    assert Safe(KEY).code_secret("a seed") == "NXOD2ITCWOHA7MTCRSDWH3ZPLE5BXJ4G"


def test_an_unknown_name_is_held_against_a_hash_of_the_same_work(
    store: StaffStore, database: Path
) -> None:
    accepted(store)
    [(kept,)] = run(database, "select password from account")

    assert store._nobodys_password.split("$")[:4] == str(kept).split("$")[:4]


def test_a_password_is_the_same_however_the_keyboard_composes_it() -> None:
    assert matches("cafe\u0301 au lait", hashed("caf\u00e9 au lait", LIGHT))


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "var" / "staff.key"
    first, second = read_key({}, path), read_key({}, path)

    assert (first[1], second[1]) == (True, False)
    assert first[0] == second[0]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_key_is_made_in_a_folder_that_is_there_too(tmp_path: Path) -> None:
    assert read_key({}, tmp_path / "staff.key")[1]


def test_the_key_of_the_environment_counts_first(tmp_path: Path) -> None:
    key = new_key()

    assert read_key({"QUIETLINE_STAFF_KEY": key}, tmp_path / "none") == (
        base64.b64decode(key),
        False,
    )
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "key",
    [
        "short",
        "!" * 44,
        base64.b64encode(bytes(31)).decode(),
        "!" + base64.b64encode(bytes(32)).decode(),
    ],
)
def test_what_is_no_key_is_one_clear_sentence(tmp_path: Path, key: str) -> None:
    with pytest.raises(BadSetting, match=r"^QUIETLINE_STAFF_KEY must hold a key; make one with"):
        read_key({"QUIETLINE_STAFF_KEY": key}, tmp_path / "none")


def test_a_file_that_holds_no_key_cant_be_read_or_cant_be_made_is_one_clear_sentence(
    tmp_path: Path,
) -> None:
    broken, folder, nowhere = (tmp_path / name for name in ("a.key", "b.key", "c.key"))
    broken.write_text("no key")
    folder.mkdir()
    nowhere.symlink_to(tmp_path / "missing" / "staff.key")
    said = {
        broken: r"^a\.key must hold a key; make one with: quietline staff key$",
        folder: r"^b\.key can't be read; set QUIETLINE_STAFF_KEY instead\.$",
        nowhere: r"^c\.key can't be made; set QUIETLINE_STAFF_KEY instead\.$",
    }
    for path, sentence in said.items():
        with pytest.raises(BadSetting, match=sentence):
            read_key({}, path)


def test_codes_of_invitations_are_long_and_forgive_how_they_are_typed() -> None:
    code = new_code()

    assert len(code.replace("-", "")) == 24
    assert len({new_code() for _ in range(100)}) == 100
    assert digest_of(code) == digest_of(f" {code.lower().replace('-', ' ')} ")
    assert digest_of(code) != digest_of(code[:-1])
