"""A copy of an advisory database, asked as its live service would be (the query of osv.dev).

The copy is a folder with one file for each advisory, in the form of OSV, such as a checkout of
pypa/advisory-database. It is served on this machine's loopback interface, to one program.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import yaml
from packaging.utils import canonicalize_name, canonicalize_version
from packaging.version import InvalidVersion, Version

Advisory = dict[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """Advisories by package; ``newest`` is the day on which one of them was last changed."""

    by_package: Mapping[str, list[Advisory]]
    newest: str

    def about(self, package: str, version: str) -> list[Advisory]:
        """Return the advisories that ``version`` of ``package`` has."""
        name = canonicalize_name(package)
        return [
            advisory
            for advisory in self.by_package.get(name, [])
            if any(
                is_affected(affected, version)
                for affected in advisory["affected"]
                if canonicalize_name(affected["package"]["name"]) == name
            )
        ]


def read(folder: Path) -> Snapshot:
    """Return the advisories of Python packages below ``folder``; those taken back are left out."""
    found: dict[str, list[Advisory]] = defaultdict(list)
    newest = ""
    for path in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.json")]):
        advisory = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
        if not isinstance(advisory, dict) or "affected" not in advisory or "withdrawn" in advisory:
            continue
        newest = max(newest, str(advisory.get("modified", ""))[:10])
        names = {canonicalize_name(each["package"]["name"]) for each in advisory["affected"]
                 if each.get("package", {}).get("ecosystem") == "PyPI"}  # fmt: skip
        for name in names:
            found[name].append(advisory)
    return Snapshot(found, newest)


def is_affected(affected: Mapping[str, Any], version: str) -> bool:
    """Tell whether ``version`` is listed, or lies in one of the ranges of package versions.

    A range that can't be read holds every version.
    """
    listed = {canonicalize_version(each) for each in affected.get("versions", [])}
    ranges = [each for each in affected.get("ranges", []) if each["type"] == "ECOSYSTEM"]
    try:
        within = any(_is_within(each["events"], Version(version)) for each in ranges)
    except InvalidVersion:
        within = True
    return within or canonicalize_version(version) in listed


def _is_within(events: list[dict[str, str]], version: Version) -> bool:
    """Follow the events in order of version; of two at once, what ends comes before what begins."""
    is_in = False
    for at, kind in sorted((Version(at), kind) for each in events for kind, at in each.items()):
        if kind == "introduced" and version >= at:
            is_in = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            is_in = False
    return is_in


@contextmanager
def served(snapshot: Snapshot) -> Iterator[str]:
    """Answer as osv.dev would while the block lasts; yield the address to ask."""
    server = HTTPServer(("127.0.0.1", 0), partial(_Answers, snapshot))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
    finally:
        server.shutdown()
        server.server_close()


class _Answers(BaseHTTPRequestHandler):
    def __init__(self, snapshot: Snapshot, *request: Any) -> None:
        self._snapshot = snapshot
        super().__init__(*request)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = self._snapshot.about(asked["package"]["name"], asked["version"])
        body = json.dumps({"vulns": found} if found else {}, default=str).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Print nothing for each question."""
