"""quietline staff: what it prints, and whom it lets in."""

from __future__ import annotations

import base64
import stat
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.cli import staff as command
from bot.storage.staff.people import NewPasskey, Role
from bot.storage.staff.sealing import new_key
from bot.storage.staff.store import StaffStore
from bot.storage.studio import StudioStore
from bot.wiping import WIPING
from tests.faults.running import free_port, start, wait_until

KEY = new_key()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'staff.sqlite'}"


def staff(url: str, *arguments: str, key: str = KEY) -> Result:
    environment = {"QUIETLINE_STAFF_DATABASE": url, "QUIETLINE_STAFF_KEY": key}
    environment["QUIETLINE_STUDIO_DATABASE"] = studio_at(url)
    return CliRunner().invoke(main, ["staff", *arguments], env=environment)


def studio_at(url: str) -> str:
    return url.replace("staff.sqlite", "studio.sqlite")


def code_in(printed: str) -> str:
    return dict(line.split("\t") for line in printed.splitlines())["code"]


def store_at(url: str) -> StaffStore:
    return StaffStore(url, base64.b64decode(KEY))


def test_the_first_account_must_be_an_administrator(url: str) -> None:
    refused = staff(url, "invite", "rosa", "--role", "researcher")

    assert refused.exit_code == 1
    assert refused.stderr == (
        "The first account must be an administrator; add: --role administrator\n"
    )


def test_an_invitation_prints_a_page_and_a_code_that_lets_somebody_in(url: str) -> None:
    printed = staff(url, "invite", "Ada", "--role", "administrator", "--role", "author").output
    store = store_at(url)
    found = store.invitation(code_in(printed), datetime.now(UTC))
    store.close_engine()

    assert printed.startswith("page\t/invitation\ncode\t")
    assert (found.name, found.roles) == ("ada", {Role.ADMINISTRATOR, Role.AUTHOR})


def test_list_and_close(url: str) -> None:
    code = code_in(staff(url, "invite", "ada", "--role", "administrator").output)
    store = store_at(url)
    now = datetime.now(UTC)
    store.accept(code, NewPasskey(b"1", b"2", 0, "key"), now)
    store.close_engine()
    before = staff(url, "list").output
    studio = StudioStore(studio_at(url))
    studio.set_signing_roles("ada", ["clinician"])
    done = staff(url, "close", "ADA")
    after = staff(url, "list").output
    left = studio.signing_roles("ada")
    studio.close_engine()

    assert before == f"ada\tadministrator\tpasskey\t{now:%Y-%m-%d}\topen\n"
    assert done.exit_code == 0
    assert left == frozenset()
    assert staff(url, "invite", "ada", "--role", "administrator").exit_code == 1
    assert staff(url, "invite", "ada", "--role", "administrator", "--again").exit_code == 0
    assert after.endswith(f"\tclosed {datetime.now(UTC):%Y-%m-%d}\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("close", "nobody"), "No account that is open has this name; see: quietline staff list"),
        (("invite", "a b", "--role", "administrator"), "A name has 2 to 40 letters"),
    ],
)
def test_what_cant_be_done_is_one_clear_sentence(
    url: str, arguments: tuple[str, ...], told: str
) -> None:
    refused = staff(url, *arguments)

    assert refused.exit_code == 1
    assert refused.stderr.startswith(told)
    assert refused.stderr.count("\n") == 1


def test_every_key_is_new_and_has_32_bytes(url: str) -> None:
    keys = [staff(url, "key").output.strip() for _ in range(2)]

    assert [len(base64.b64decode(key)) for key in keys] == [32, 32]
    assert keys[0] != keys[1]


def test_without_a_key_one_is_made_and_that_is_said_once(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "var" / "staff.key"
    monkeypatch.setattr(command, "KEY_FILE", path)
    first, second = (staff(url, "list", key="") for _ in range(2))

    assert first.stderr == (
        "A new key was made in var/staff.key; keep a copy, or set QUIETLINE_STAFF_KEY.\n"
    )
    assert second.stderr == ""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_that_is_none_is_one_clear_sentence(url: str) -> None:
    assert staff(url, "list", key="x").stderr == (
        "QUIETLINE_STAFF_KEY must hold a key; make one with: quietline staff key\n"
    )


def test_help_says_how_to_begin_and_what_belongs_in_front(url: str) -> None:
    told = " ".join(staff(url, "--help").output.split())

    assert "quietline staff invite NAME --role administrator" in told
    assert "TLS proxy" in told


@pytest.mark.slow
def test_the_pages_run_in_a_process_that_wipes_and_may_not_be_dumped(url: str) -> None:
    folder, port = Path(url.removeprefix("sqlite:///")).parent, str(free_port())
    chosen = {"staff_database": url, "staff_key": KEY, "staff_port": port}
    running = start(folder, "staff", "serve", **chosen, studio_database=studio_at(url))
    try:
        wait_until(running.printed, running)
        working = psutil.Process(running.process.pid)
        core, environment = working.rlimit(psutil.RLIMIT_CORE), working.environ()
    finally:
        running.stop()

    assert core == (0, 0)
    assert {*WIPING} <= {*environment}  # the C library cuts the values up as it reads them
