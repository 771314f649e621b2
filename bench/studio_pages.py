"""How long the studio's pages take: each is asked for over HTTP, in this process."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from starlette.testclient import TestClient

from bot.languages import extraction
from bot.settings import Settings, read
from bot.storage import bundles
from bot.storage.staff.people import NewPassword, Role
from bot.storage.staff.sealing import Work
from bot.storage.staff.store import StaffStore
from bot.studio.desk import Desk
from bot.studio.publishing import snapshot
from bot.web.staff.app import create_app
from bot.web.staff.cookies import NAME
from bot.web.staff.site import Staff, new_staff

ADDRESS = "http://localhost"
ROLES = (Role.AUTHOR, Role.SIGNER, Role.TRANSLATOR, Role.ADMINISTRATOR)
PAGES = {
    "page: needs me": "/studio",
    "page: parts": "/studio/parts?locale=de",
    "page: a part": "/studio/part?locale=de&name=module.urges",
    "page: a text": "/studio/text?locale=de&id=module.urges.wave.text",
    "page: coverage": "/studio/coverage",
    "page: search": "/studio/search?q=ubung",
    "page: sign": "/studio/sign?locale=de&part=module.urges",
    "page: publish": "/studio/publish",
    "page: bundles": "/studio/bundles",
    "page: preview": "/studio/preview?locale=de&part=module.urges",
    "page: frame of it": "/studio/frame?locale=de&part=module.urges",
    "page: try": "/studio/try?locale=de",
    "page: golden talks": "/studio/golden?locale=de",
    "page: services": "/studio/services",
    "page: a service": "/studio/services/one?id=stop-it-now-uk-ireland",
}
SIGNING = ("clinician", "editor")


@contextmanager
def pages(folder: Path, root: Path) -> Iterator[list[tuple[str, Callable[[], object]]]]:
    """Give what opens each page for somebody with every role, all of it published once."""
    chosen = published(folder, root)
    store = StaffStore(chosen.staff_database, secrets.token_bytes(32), Work(64, 1, 1))
    staff = new_staff(chosen, store)
    app = create_app(staff)
    with TestClient(app, base_url=ADDRESS, cookies={NAME: session(staff)}) as client:
        yield [(name, opener(client, path)) for name, path in PAGES.items()]
    store.close_engine()


def opener(client: TestClient, path: str) -> Callable[[], object]:
    """Return what asks for a page, and fails when it isn't one."""

    def open_() -> object:
        answer = client.get(path)
        answer.raise_for_status()
        if answer.url.path != path.partition("?")[0]:
            raise RuntimeError(f"{path} led to {answer.url.path}")
        return answer

    return open_


def published(folder: Path, root: Path) -> Settings:
    """Return settings under which the working copy has been published."""
    chosen = replace(
        read({}),
        studio=root,
        studio_database=f"sqlite:///{folder}/studio.sqlite",
        staff_database=f"sqlite:///{folder}/staff.sqlite",
        bundles=folder / "bundles",
        bundle_key=folder / "bundle.pub",
    )
    private = folder / "bundle.key"
    bundles.write_keys(private, chosen.bundle_key)
    with snapshot(root) as copy:
        tags = [path.name for path in (copy / "locales").iterdir() if path.is_dir()]
        extraction.compile_catalogs(copy / "locales", [tag for tag in tags if tag != "en"])
        made = bundles.make(copy, chosen.bundles, private, datetime.now(UTC).date(), "bench")
    bundles.switch(chosen.bundles, made.name, chosen.bundle_key)
    return chosen


def session(staff: Staff) -> str:
    """Return the token of somebody who signed in, with every role."""
    now = datetime.now(UTC)
    code = staff.store.invite("bench", ROLES, "shell", now)
    secret = secrets.token_hex(16).upper()
    account = staff.store.accept(code, NewPassword(secrets.token_hex(16), secret, 1), now)
    return staff.sessions.begin(account)


def may_sign(desk: Desk) -> None:
    """Let who opens the pages sign."""
    desk.store.set_signing_roles("bench", SIGNING)
