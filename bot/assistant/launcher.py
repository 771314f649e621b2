"""Start Rasa with our parts, quiet logs, and no other way in than the Unix socket."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import logs, wiping, wiring
from bot.errors import BrokenContent, NotReady, StateUnavailable
from bot.following import Follower
from bot.settings import ROOT, Settings
from bot.storage.models import usable
from bot.storage.states import States, states

if TYPE_CHECKING:
    from rasa.core.agent import Agent
    from sanic import Sanic

SWEEP_SECONDS = 60
WARM_UP = "hello"


def prepare() -> None:
    """Set what has to be set before Rasa is imported."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its products here are small
    os.chdir(ROOT)  # Rasa imports bot.* and actions.* from the working directory
    logs.set_up()
    logs.set_up_structlog()


async def load_agent(model: Path) -> Agent:
    """Return Rasa's agent with our stores, replies and in-process actions, warm.

    Raises:
        NotReady: There is no trained model, or Rasa fell back to its own stores.
    """
    agent = build_agent(model)
    await agent.parse_message(WARM_UP)
    return agent


def build_agent(model: Path, before: Agent | None = None) -> Agent:
    """Return Rasa's agent; one that follows on ``before`` goes on with its conversations.

    Both then share the sealed state and the locks, so a turn that ``before`` still answers and
    the next one of the same visitor follow each other as ever.

    Raises:
        NotReady: There is no trained model, or Rasa fell back to its own stores.
    """
    from rasa.core.agent import Agent
    from rasa.exceptions import ModelNotFound
    from rasa.utils.endpoints import EndpointConfig

    from bot.assistant import patches
    from bot.assistant.in_process import InProcessActions
    from bot.assistant.lock_store import WaitingLockStore
    from bot.assistant.tracker_store import SealedTrackerStore

    patches.apply()
    agent = Agent(
        # Rasa gives the store this domain at once: without one, turns meanwhile would lose slots.
        domain=before.domain if before else None,
        generator=EndpointConfig(type="bot.assistant.replies.CatalogReplies"),
        tracker_store=before.tracker_store._tracker_store if before else SealedTrackerStore(),
        lock_store=before.lock_store if before else WaitingLockStore(),
        action_endpoint=InProcessActions(),
    )
    try:
        agent.load_model(str(model))
    except ModelNotFound:
        raise NotReady("There is no trained model yet; run: make train") from None
    _insist_on_sealed_state(agent)
    logs.set_up()  # Rasa configures logging of its own while it loads
    logs.set_up_structlog()
    return agent


def build_warm(settings: Settings, root: Path, before: Agent | None = None) -> Agent:
    """Return the agent of the model in ``root``, which has understood a sentence already.

    Called where no loop runs. A model that loads and can't understand is refused by it too.

    Raises:
        BadBundle: Another program made the model.
        NotReady: As ``build_agent``.
    """
    agent = build_agent(usable(root, settings), before)
    asyncio.run(agent.parse_message(WARM_UP))
    return agent


def serve(settings: Settings) -> None:
    """Serve until the process is told to stop.

    Raises:
        Refused: Redis would keep conversations; known before Rasa takes its time to load.
    """
    asyncio.run(_look_at(states(settings)))
    prepare()
    from rasa.core.run import configure_app

    from bot.assistant import small_arrays
    from bot.assistant.channel import SiteChannel

    bound = bind(settings.socket)
    follower = Follower(settings)
    taking = partial(take_over, settings)
    follower.first(taking)
    app = configure_app([SiteChannel()], enable_api=False, response_timeout=15, use_uvloop=False)

    models = Follower(settings, folder=settings.models)

    async def load(app: Sanic, loop: Any) -> None:
        app.ctx.agent = await asyncio.to_thread(models.first, partial(build_warm, settings))
        # Added while the loop runs: only then does Sanic end them when it stops.
        app.add_task(_sweep(app))
        app.add_task(_take_over(follower, taking, settings.take_over_seconds))
        app.add_task(_take_over_models(app, models, settings))
        app.add_task(wiping.free_what_is_left(small_arrays.overwrite))
        logs.note("assistant.ready")

    app.register_listener(load, "before_server_start")
    logs.set_up()
    logs.set_up_structlog()
    app.run(sock=bound, access_log=False, debug=False, motd=False, workers=1)


def bind(path: Path) -> socket.socket:
    """Return a socket at ``path`` that nobody listens to yet and only this user can reach.

    Sanic would bind one for everybody on this machine, and let callers wait while Rasa loads.

    Raises:
        NotReady: There can be no socket at ``path``.
    """
    bound = socket.socket(socket.AF_UNIX)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.unlink(missing_ok=True)
        bound.bind(str(path))
        path.chmod(0o600)
    except OSError:
        bound.close()
        raise NotReady(
            f"There can be no socket at {path}; set QUIETLINE_SOCKET to a shorter path."
        ) from None
    return bound


def _insist_on_sealed_state(agent: Agent) -> None:
    from bot.assistant.tracker_store import SealedTrackerStore

    if type(agent.tracker_store._tracker_store) is not SealedTrackerStore:
        raise NotReady("Rasa did not take our tracker store; conversations would be kept open")


def take_over(settings: Settings, root: Path) -> Path:
    """Let every action, reply and phrase list use the content in ``root`` from now on.

    Raises:
        BrokenContent: It can't be used, or speaks of other intents than the model was trained for.
        NotReady: In production, it isn't signed: then the site doesn't take it over either.
    """
    wiring.offered_locales(settings, root)
    policy, trained_for = wiring.content(root).policy, wiring.content(ROOT).policy
    if set(policy.intents) != set(trained_for.intents):
        path = root / "content" / "safety" / "policy.yml"
        raise BrokenContent(path, None, "list the very intents that the model has learnt")
    wiring.use(root)
    return root


async def _take_over(
    follower: Follower, taking: Callable[[Path], Path], every_seconds: float
) -> None:
    while True:
        await asyncio.sleep(every_seconds)
        await asyncio.to_thread(follower.newer, taking)


async def _take_over_models(app: Sanic, models: Follower, settings: Settings) -> None:
    """Load a released model beside the one that answers, and let it answer once it is warm."""

    def successor(root: Path) -> Agent:
        return build_warm(settings, root, app.ctx.agent)

    while True:
        await asyncio.sleep(settings.take_over_seconds)
        app.ctx.agent = await asyncio.to_thread(models.newer, successor) or app.ctx.agent


async def _sweep(app: Sanic) -> None:
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        await app.ctx.agent.tracker_store._tracker_store.sealed.sweep()


async def _look_at(kept: States) -> None:
    """See where conversations will be kept; what can't be reached yet may come later.

    Raises:
        Refused: It would keep them for long.
    """
    try:
        await kept.check()
    except StateUnavailable as error:
        logs.note("state.unavailable", **logs.where(error))
    finally:
        await kept.close()
