"""See on every new connection that Redis keeps nothing: it may have been started anew meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ResponseError

from bot.errors import Refused

CURES: Final[Mapping[str, tuple[Callable[[str], bool], str]]] = {
    "save": (lambda value: value == "", 'save ""'),
    "appendonly": (lambda value: value == "no", "appendonly no"),
    "slowlog-log-slower-than": (
        lambda value: value.startswith("-"),
        "slowlog-log-slower-than -1",
    ),
    "maxmemory-policy": (
        lambda value: value.startswith("volatile-"),
        "maxmemory-policy volatile-ttl",
    ),
}
"""Each of its settings that matters, the values that are good, and the line that makes it so."""


async def insist_that_it_forgets(connection: AbstractConnection) -> None:
    """Greet Redis as its client would, and go on only if it writes nothing down.

    Raises:
        Refused: It would keep what it holds, or doesn't let us look.
        redis.RedisError: It can't be reached, or knows neither user nor password.
    """
    try:
        await connection.on_connect()
        await connection.send_command("CONFIG", "GET", *CURES)
        told = _pairs(await _answer(connection))
        if wrong := [line for name, (is_good, line) in CURES.items() if not is_good(told[name])]:
            raise Refused(
                f"Redis would keep conversations or betray them; set in its redis.conf: "
                f"{'; '.join(wrong)}."
            )
    except BaseException:  # a greeting that was broken off, too, must not leave a connection
        await connection.disconnect(nowait=True)
        raise


async def _answer(connection: AbstractConnection) -> list[bytes]:
    try:
        answer: list[bytes] = await connection.read_response()
    except ResponseError:
        raise Refused(
            "Redis doesn't show us how it is set; take Redis 7 or newer, and give its user "
            "the right +config|get."
        ) from None
    return answer


def _pairs(answer: list[bytes]) -> dict[str, str]:
    """Return each setting's value; one that this Redis doesn't know has a value that is bad."""
    names = [name.decode() for name in answer[::2]]
    values = [value.decode("utf-8", "replace") for value in answer[1::2]]
    return dict.fromkeys(CURES, "?") | dict(zip(names, values, strict=True))
