"""Recognition: how many examples there are, the training that runs, the model that waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.conversation.content import Content
from bot.errors import BadBundle, CannotSign, NotReady
from bot.languages.signoff import ROLES
from bot.safety.topics import PRECEDENCE
from bot.storage import models
from bot.storage.bundles import NAME, Manifest, all_bundles, manifest
from bot.storage.models import About
from bot.storage.staff.people import Role
from bot.storage.studio_records import Signed
from bot.studio.recognition import candidates, releasing
from bot.studio.recognition.comparing import Cell, Comparison
from bot.studio.recognition.differing import Difference
from bot.studio.recognition.job import How, Job
from bot.studio.recognition.room import Room
from bot.web.staff.access import audit
from bot.web.staff.pages import go_to, render
from bot.web.staff.site import staff_of
from bot.web.staff.studio.entrance import READERS, in_studio
from bot.web.staff.studio.opening import AtDesk
from bot.web.staff.studio.recognition_examples import WANTED, WANTED_SAFETY
from bot.web.staff.typed import typed

PAGE: Final = "/studio/recognition"
PROGRESS: Final = f"{PAGE}/progress"
LONGEST_NOTE: Final = 200  # characters


@dataclass(frozen=True)
class Waiting:
    """The model that was trained last.

    Attributes:
        compared: With the present one; None while that can't be told, and ``why`` says why.
        cells: The figures that differ, safety first.
        roles: The person's signing roles, each with why it can't be used.
        is_live: Visitors are understood by it already.
        sentences: What it learnt and the present one didn't, and the other way round.
        writers: The accounts that may not sign it.
        is_outdated: Another model came with the program since it was trained.
    """

    about: About
    compared: Comparison | None
    why: str
    cells: list[Cell]
    given: list[Signed]
    is_signed: bool
    roles: Mapping[str, list[str]]
    is_live: bool
    sentences: list[Difference]
    writers: list[str]
    is_outdated: bool


@dataclass(frozen=True)
class Released:
    """A model that was released once."""

    name: str
    made: Manifest | None
    about: About | None
    is_current: bool

    @property
    def signed_by(self) -> dict[str, str]:
        """Account to role; nobody signed the model that came with the program."""
        return (self.about.signed_by if self.about else None) or {}


@in_studio(*READERS)
async def page(at: AtDesk) -> Response:
    """Show everything about recognition."""
    return await _page(at, done=at.request.query_params.get("done", ""))


@in_studio(*READERS)
async def progress(at: AtDesk) -> Response:
    """Tell how far the training is, for the page that watches it."""
    job = await at.ask(at.opened.room.job)
    if job is None:
        return JSONResponse({})
    return JSONResponse({"how": job.how, "phase": job.phase, "done": job.done, "total": job.total})


@in_studio(Role.AUTHOR)
async def train(at: AtDesk) -> Response:
    """Begin a training, or end the one that runs."""
    room, who = at.opened.room, at.person.account
    if await typed(at.request, "do") == "cancel":
        was_running = await at.ask(room.cancel)
        await audit(at.request, "cancelled training", "model", "running" if was_running else "over")
        return go_to(f"{PAGE}?done=cancelled")
    try:
        await at.ask(room.train, who, staff_of(at.request).clock())
    except NotReady as error:
        return await _page(at, 409, {"train": str(error)})
    await audit(at.request, "began training", "model")
    return go_to(f"{PAGE}?done=begun")


@in_studio(Role.SIGNER)
async def sign(at: AtDesk) -> Response:
    """Sign the model that waits, as its comparison was read."""
    role, seen = await typed(at.request, "role"), await typed(at.request, "seen")
    is_read = await typed(at.request, "read") == "yes"
    if role not in ROLES or not is_read:
        return await _page(at, 400, {"sign": "Choose your role, and tick that you have read it."})
    room, now = at.opened.room, staff_of(at.request).clock()
    try:
        await at.ask(releasing.sign, room, at.desk, at.person, role, seen, now)
    except CannotSign as error:
        await audit(at.request, "refused signature", "model")
        return await _page(at, 409, {"sign": str(error)})
    await audit(at.request, f"signed as {role}", "model", "", seen)
    return go_to(f"{PAGE}?done=signed")


@in_studio(Role.SIGNER, Role.ADMINISTRATOR)
async def release(at: AtDesk) -> Response:
    """Let visitors be understood by the model that waits, or by an earlier one again."""
    room, now = at.opened.room, staff_of(at.request).clock()
    note = " ".join((await typed(at.request, "note")).split())[:LONGEST_NOTE]
    name, before = await typed(at.request, "name"), models.live(room.settings).name
    if not at.person.may_publish:
        return await _page(at, 403, {"release": "You have no signing role yet; ask for one."})
    try:
        if name:
            await at.ask(_back, room, name)
        else:
            name = await at.ask(releasing.release, room, at.desk, note or "a new model", now)
    except (NotReady, BadBundle) as error:
        await audit(at.request, "refused model", name if NAME.fullmatch(name) else "candidate")
        return await _page(at, 409, {"release": str(error)})
    await audit(at.request, "released model", name, before, name)
    return go_to(f"{PAGE}?done=released")


async def _page(
    at: AtDesk, status: int = 200, errors: Mapping[str, str] | None = None, done: str = ""
) -> Response:
    room, content = at.opened.room, await at.ask(at.opened.trial.content)
    job = await at.ask(room.job)
    return render(
        at.request,
        "staff/studio/recognition.html",
        status,
        errors=errors,
        counts=await at.ask(_counts, room, content),
        topics=PRECEDENCE,
        topic_of=lambda intent: content.policy.care_for(intent).topic,
        wanted=(WANTED, WANTED_SAFETY),
        job=job,
        is_running=bool(job and job.how is How.RUNNING),
        share=_share(job),
        waiting=await at.ask(_waiting, at, job),
        live=models.live(room.settings).name,
        released=await at.ask(_released, room),
        may_train=Role.AUTHOR in at.person.roles,
        may_release=at.person.may_publish,
        seconds=room.settings.take_over_seconds,
        done=done,
    )


def _counts(room: Room, content: Content) -> dict[str, dict[str, int]]:
    """Return how many sentences each language has, by topic."""
    found: dict[str, dict[str, int]] = {}
    for tag in room.book.locales():
        row = found[tag] = dict.fromkeys(map(str, PRECEDENCE), 0)
        for line in room.book.lines(tag):
            row[content.policy.care_for(line.intent).topic] += 1
    return found


def _share(job: Job | None) -> int:
    """Return how much of the present phase is done, in percent."""
    return 100 * job.done // job.total if job and job.total else 0


def _waiting(at: AtDesk, job: Job | None) -> Waiting | None:
    room = at.opened.room
    about = room.candidate()
    if about is None:
        return None
    compared, why = None, ""
    try:
        compared = room.compare()
        why = releasing.refused(room, about)
    except NotReady as error:
        why = str(error)
    given = releasing.signatures(room, at.desk, about, at.today)
    differing = [cell for cell in compared.cells if cell.is_other] if compared else []
    refusals = {
        role: releasing.refusals(room, at.desk, at.person, about, role, at.today)
        for role in sorted(at.person.signing_roles)
    }
    is_live = _is_live(room, about)
    return Waiting(
        about=about,
        compared=compared,
        why=why,
        cells=sorted(differing, key=lambda cell: (not cell.fell, not cell.is_safety)),
        given=given,
        is_signed=candidates.is_signed(given),
        roles=refusals,
        is_live=is_live,
        sentences=[] if is_live else room.differences(),
        writers=sorted(candidates.writers(room.store, about, models.live(room.settings))),
        is_outdated=room.is_outdated(about),
    )


def _is_live(room: Room, about: About) -> bool:
    name = models.live(room.settings).name
    if not name:
        return False
    return models.read_about(room.settings.models / name / models.ABOUT).model == about.model


def _released(room: Room) -> list[Released]:
    current = models.live(room.settings).name
    return [
        Released(path.name, *_known(room, path.name), path.name == current)
        for path in all_bundles(room.settings.models)
    ]


def _known(room: Room, name: str) -> tuple[Manifest | None, About | None]:
    folder = room.settings.models / name
    try:
        return manifest(folder), models.read_about(folder / models.ABOUT)
    except BadBundle:
        return None, None


def _back(room: Room, name: str) -> None:
    if not NAME.fullmatch(name):
        raise NotReady("There is no model of this name.")
    releasing.roll_back(room, name)


routes = [
    Route(PAGE, page, methods=["GET"]),
    Route(PROGRESS, progress, methods=["GET"]),
    Route(f"{PAGE}/train", train, methods=["POST"]),
    Route(f"{PAGE}/sign", sign, methods=["POST"]),
    Route(f"{PAGE}/release", release, methods=["POST"]),
]
