"""One whole turn in one process, and where its time goes: ``python -m bench.inside``.

Reads a line per message, ``{"conversation", "text"}``, and writes the milliseconds of each span.
Only functions of the product and of Rasa are timed, from outside; none is changed.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
import sys
import time
from base64 import urlsafe_b64encode
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any


class Stopwatch:
    """Adds up how long functions took; what runs inside another counts for the inner one only."""

    def __init__(self) -> None:
        self._spent: defaultdict[str, float] = defaultdict(float)
        self._inner: list[float] = []

    def watch(self, owner: Any, name: str, span: str) -> None:
        """Time every call of the method ``name`` of a class or object."""
        setattr(owner, name, self.timed(getattr(owner, name), span))

    def take(self) -> dict[str, float]:
        """Return milliseconds by span since the last time."""
        spent, self._spent = self._spent, defaultdict(float)
        return {span: seconds * 1000 for span, seconds in spent.items()}

    def timed(self, function: Callable[..., Any], span: str) -> Callable[..., Any]:
        """Return ``function`` so that its calls are timed."""
        if asyncio.iscoroutinefunction(function):

            @functools.wraps(function)
            async def wrapped(*args: Any, **kwargs: Any) -> Any:
                began = self._begin()
                try:
                    return await function(*args, **kwargs)
                finally:
                    self._end(span, began)
        else:

            @functools.wraps(function)
            def wrapped(*args: Any, **kwargs: Any) -> Any:
                began = self._begin()
                try:
                    return function(*args, **kwargs)
                finally:
                    self._end(span, began)

        return wrapped

    def _begin(self) -> float:
        self._inner.append(0.0)
        return time.perf_counter()

    def _end(self, span: str, began: float) -> None:
        whole = time.perf_counter() - began
        self._spent[span] += whole - self._inner.pop()
        if self._inner:
            self._inner[-1] += whole


def main() -> None:
    """Answer standard input until it ends."""
    from bot.assistant.launcher import prepare

    prepare()
    asyncio.run(_serve())


async def _serve() -> None:
    import httpx2

    from bot import settings
    from bot.assistant.launcher import load_agent
    from bot.web.public.app import create_app
    from bot.web.public.server import build

    chosen, stopwatch = settings.read(), Stopwatch()
    agent = await load_agent(chosen.model)
    direct = _direct(agent)
    _watch(stopwatch, agent, direct)
    app: Any = create_app(replace(build(chosen), assistant=direct))
    transport = httpx2.ASGITransport(app=stopwatch.timed(app.__call__, "page"))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        _write({"ready": True})
        for line in sys.stdin:
            _write(await _turn(client, stopwatch, **json.loads(line)))


async def _turn(
    client: Any, stopwatch: Stopwatch, conversation: str, text: str
) -> dict[str, float]:
    token = urlsafe_b64encode(hashlib.sha256(conversation.encode()).digest()).decode().rstrip("=")
    form = {"token": token, "locale": "en", "country": "GB", "text": text}
    response = await client.post("/", data=form, headers={"X-Requested-With": "fetch"})
    response.raise_for_status()
    return stopwatch.take()


def _watch(stopwatch: Stopwatch, agent: Any, direct: Any) -> None:
    from bot.assistant.safety_screen import SafetyScreen
    from bot.assistant.sentence_vectors import SentenceVectors

    nodes = agent.processor.graph_runner._instantiated_nodes.values()
    for owner, span in ((SafetyScreen, "screening"), (SentenceVectors, "sentence vector")):
        for node in nodes:
            if node._component_class is owner:  # a node keeps the function, not its name
                stopwatch.watch(node, "_fn", span)
    processor = agent.processor
    stopwatch.watch(processor, "parse_message", "rest of NLU")
    stopwatch.watch(processor, "_predict_next_with_tracker", "policies")
    stopwatch.watch(processor, "_run_action", "actions")
    stopwatch.watch(processor, "run_action_extract_slots", "actions")
    stopwatch.watch(processor.tracker_store, "retrieve", "state")
    stopwatch.watch(processor.tracker_store, "save", "state")
    stopwatch.watch(direct, "turn", "rest of Rasa")


def _direct(agent: Any) -> Any:
    from bot.assistant.channel import converse
    from bot.web.public.assistant import Answered

    class Direct:
        """Stands where the site expects the socket; JSON goes through all the same."""

        async def turn(self, token: str, asked: Any) -> Answered:
            turn = await converse(agent.handle_message, token, vars(asked))
            return Answered(turn, True)

        async def forget(self, token: str) -> None:
            """Nothing to forget."""

        async def close(self) -> None:
            """Nothing to close."""

    return Direct()


def _write(data: dict[str, Any]) -> None:
    print(json.dumps(data), flush=True)


if __name__ == "__main__":
    main()
