"""``python -m tests.supply.bill``: write the bill of materials, in the form of CycloneDX 1.5.

It has every package of requirements.lock, what each needs, and the digest of each of its files. It
has no address, time or random number, so that the same lock always gives the same bill.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft7Validator
from referencing import Registry, Resource

from bot.errors import BotError, NotReady
from bot.settings import ROOT
from tests.proofs.record import record, written
from tests.supply.lock import Pinned, pinned

BILL: Final = ROOT / "build" / "sbom.json"
UV: Final = ROOT / ".build" / "uv" / "bin" / "uv"
SCHEMAS: Final = ROOT / ".build/audit/lib/python3.11/site-packages/cyclonedx/schema/_res"
SECONDS: Final = 300

Bill = dict[str, Any]


def main() -> None:
    """Write the bill, and end with 1 if it differs from the lock or from the standard."""
    lock = pinned()
    bill = made(lock)
    wrong = [*differences(bill, lock), *faults_of_form(bill)]
    BILL.parent.mkdir(exist_ok=True)
    BILL.write_text(written(bill), encoding="utf-8")
    figures = {
        "packages": len(bill["components"]),
        "files with a digest": sum(len(digests(each)) for each in bill["components"]),
        "differences from the lock and from the standard": len(wrong),
    }
    record("sbom", "make sbom", figures, held=not wrong)
    print("\n".join(wrong) or f"build/sbom.json names {figures['packages']} packages.")
    sys.exit(bool(wrong))


def made(lock: Mapping[str, Pinned]) -> Bill:
    """Return the bill of ``lock``; the index of packages is asked what each of them needs.

    Raises:
        NotReady: The index can't be reached, or some package is gone from it.
    """
    only = json.dumps([f"{name}=={each.version}" for name, each in lock.items()])
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="bill-") as name:
        folder = Path(name)
        (folder / "README.md").touch()
        (folder / "pyproject.toml").write_text(
            f"{project}\n[tool.uv]\nconstraint-dependencies = {only}\n", encoding="utf-8"
        )
        _uv(folder, "lock", "--python", "3.11")
        return stable(json.loads(_uv(folder, "export", "--frozen", "--format", "cyclonedx1.5")))


def stable(bill: Bill) -> Bill:
    """Return ``bill`` without what changes from one time to the next, and without addresses."""
    kept = {name: value for name, value in bill.items() if name != "serialNumber"}
    about = {name: value for name, value in bill["metadata"].items() if name != "timestamp"}
    named = [_without_addresses(component) for component in bill["components"]]
    return kept | {"metadata": about, "components": named}


def digests(component: Mapping[str, Any]) -> frozenset[str]:
    """Return the SHA-256 digests of the files of a package."""
    return frozenset(
        digest["content"]
        for file in component.get("externalReferences", [])
        for digest in file["hashes"]
        if digest["alg"] == "SHA-256"
    )


def differences(bill: Bill, lock: Mapping[str, Pinned]) -> Iterator[str]:
    """Yield a sentence for every package about which bill and lock don't say the same."""
    listed = {each["name"]: each for each in bill["components"]}
    for name in sorted({*lock} ^ {*listed}):
        yield f"{name} is only in the {'lock' if name in lock else 'bill'}."
    for name in sorted({*lock} & {*listed}):
        if listed[name]["version"] != lock[name].version:
            yield f"{name} has another version in the lock."
        elif digests(listed[name]) != lock[name].digests:
            yield f"{name} has other files in the lock; run: make lock"


def faults_of_form(bill: Bill) -> Iterator[str]:
    """Yield what the standard's own schema finds wrong.

    Raises:
        NotReady: The schema isn't there; it comes with the packages of requirements-audit.lock.
    """
    if not SCHEMAS.is_dir():
        raise NotReady("The schema of CycloneDX is missing; run: make sbom")
    schemas = [json.loads(path.read_text("utf-8")) for path in SCHEMAS.glob("*.schema.json")]
    known = {each["$id"]: each for each in schemas if "$id" in each}
    place = "http://cyclonedx.org/schema/"
    registry: Registry[Any] = Registry().with_resources(
        (name.replace(".schema", ".SNAPSHOT.schema"), Resource.from_contents(each))
        for name, each in known.items()
    )
    whole = known[f"{place}bom-1.5.schema.json"]
    for fault in Draft7Validator(whole, registry=registry).iter_errors(bill):
        yield f"{fault.json_path}: {fault.message}"


def _without_addresses(component: Mapping[str, Any]) -> dict[str, Any]:
    """Name each file by package and file name, as package URLs do, in place of its address."""
    files = [
        file | {"url": f"{component['purl']}?file_name={file['url'].rpartition('/')[2]}"}
        for file in component.get("externalReferences", [])
    ]
    return dict(component) | {"externalReferences": files}


def _uv(folder: Path, *arguments: str) -> str:
    if not UV.exists():
        raise NotReady("The tool that reads the lock is missing; run: make sbom")
    done = subprocess.run(
        [UV, *arguments, "-q", "--directory", folder],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise NotReady(
            "The index of packages gave no answer, or lacks a locked package; "
            "look at the network, or run: make lock"
        )
    return done.stdout


if __name__ == "__main__":
    try:
        main()
    except BotError as error:
        sys.exit(str(error))
