"""What others' tools say about the headers: MDN's HTTP Observatory and Google's CSP Evaluator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.browser.serving import Served, serving
from tests.observatory.__main__ import LEAST
from tests.observatory.install import CantJudge, install
from tests.observatory.judging import held_against, score
from tests.observatory.tls import Authority, authority, behind_tls

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _tools() -> None:
    try:
        install()
    except CantJudge as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("observatory")


@pytest.fixture(scope="module")
def trusted(folder: Path) -> Authority:
    return authority(folder)


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Served]:
    settings = {"socket": str(folder / "none.sock"), "embed": "https://partner.example"}
    with serving(folder, "site", "--once", **settings) as served:
        yield served


@pytest.mark.parametrize("path", LEAST)
def test_the_observatory_gives_the_best_grade(site: Served, trusted: Authority, path: str) -> None:
    with behind_tls(trusted, site.address) as address:
        found = score(address + path, trusted.certificate)

    assert found.points >= LEAST[path]
    assert found.grade == "A+"
    assert found.failed == ()


@pytest.mark.parametrize("path", [*LEAST, "/static/site.js", "/nowhere"])
def test_the_evaluator_finds_nothing_in_the_policy_but_that_our_own_scripts_run(
    site: Served, path: str
) -> None:
    policy = httpx2.get(site.address + path, timeout=20).headers["content-security-policy"]

    assert held_against(policy) == []


def test_the_evaluator_is_heard_when_there_is_something_to_find() -> None:
    assert held_against("default-src 'self'; script-src 'self' 'unsafe-inline'")
    assert held_against("default-src 'none'; script-src 'self' https://example.org")
