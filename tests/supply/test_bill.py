"""tests.supply.bill: the bill of materials names what is locked, and nothing that changes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from bot.errors import NotReady
from tests.proofs.record import written
from tests.supply.bill import SCHEMAS, UV, Bill, differences, faults_of_form, made, stable
from tests.supply.lock import LOCK, Pinned, pinned

LOCKED = {"a": Pinned("1.0", frozenset({"0" * 64, "1" * 64})), "b": Pinned("2.0", frozenset())}


def file_of(name: str, digest: str) -> dict[str, Any]:
    address = f"https://packages.example/{digest[:4]}/{name}.whl"
    hashes = [{"alg": "SHA-256", "content": digest}]
    return {"type": "distribution", "url": address, "hashes": hashes}


def exported() -> Bill:
    """Return a bill of LOCKED as it is exported."""
    files = [file_of("a-1.0-py3", "0" * 64), file_of("a-1.0-cp311", "1" * 64)]
    components = [
        {"type": "library", "name": "a", "version": "1.0", "purl": "pkg:pypi/a@1.0",
         "externalReferences": files},
        {"type": "library", "name": "b", "version": "2.0", "purl": "pkg:pypi/b@2.0"},
    ]  # fmt: skip
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "serialNumber": "urn:uuid:c359b169-e3d7-433e-bf44-9f5cfa108c18",
        "metadata": {"timestamp": "2026-11-22T17:49:25Z"}, "components": components,
    }  # fmt: skip


def test_neither_address_nor_time_nor_random_number_is_left() -> None:
    text = written(stable(exported()))

    assert "://" not in text
    assert "c359b169" not in text
    assert "17:49" not in text
    assert "pkg:pypi/a@1.0?file_name=a-1.0-py3.whl" in text


def test_a_bill_of_the_lock_differs_in_nothing() -> None:
    assert list(differences(stable(exported()), LOCKED)) == []


def another_version(bill: Bill) -> None:
    bill["components"][0]["version"] = "1.1"


def another_file(bill: Bill) -> None:
    bill["components"][0]["externalReferences"].pop()


def one_missing(bill: Bill) -> None:
    bill["components"].pop()


def one_too_many(bill: Bill) -> None:
    bill["components"].append({"name": "c", "version": "1"})


@pytest.mark.parametrize("change", [another_version, another_file, one_missing, one_too_many])
def test_every_difference_is_told(change: Callable[[Bill], None]) -> None:
    bill = copy.deepcopy(stable(exported()))
    change(bill)

    assert len(list(differences(bill, LOCKED))) == 1


def test_the_lock_is_read_whole() -> None:
    text = LOCK.read_text(encoding="utf-8")
    lock = pinned()

    assert len(lock) == len([line for line in text.splitlines() if not line.startswith(" ")])
    assert sum(len(each.digests) for each in lock.values()) == text.count("--hash=sha256:")
    assert all(each.digests for each in lock.values())


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the schema comes with: make sbom")
def test_the_standards_own_schema_finds_what_is_wrong() -> None:
    bill = stable(exported())

    assert list(faults_of_form(bill)) == []
    assert list(faults_of_form(bill | {"components": [{"name": "a"}]})) != []


@pytest.mark.slow
@pytest.mark.skipif(not UV.exists(), reason="the tool that reads the lock comes with: make setup")
def test_the_bill_names_every_locked_package_with_its_version_and_its_files() -> None:
    lock = pinned()
    try:
        bill = made(lock)
    except NotReady as reason:
        pytest.skip(str(reason))

    assert list(differences(bill, lock)) == []
    assert len(bill["dependencies"]) == len(lock) + 1  # and the product itself
