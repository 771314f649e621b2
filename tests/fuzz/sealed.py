"""Feed what is sealed with bytes: ``python -m tests.fuzz.sealed -max_total_time=60``.

Both kinds: a conversation's state (bot.storage.sealing), which nothing but the token opens, and a
summary on its way to a programme (bot.storage.handover), which arrives from a network.
"""

from __future__ import annotations

from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["bot.storage"]):
    from bot.storage import sealing
    from bot.storage.handover import new_keys, seal, unseal

from bot.errors import CannotOpen
from tests.fuzz.running import fuzz

PRIVATE, PUBLIC = new_keys()
FIELDS = {"code": "amber anchor", "note": "some words"}
SEALED = seal(FIELDS, PUBLIC)
TOKEN_BYTES = 32
SALTED = bytes(sealing.SALT)


def only_what_was_sealed_opens(data: bytes) -> None:
    """Change what is sealed in any way, and open it."""
    given = atheris.FuzzedDataProvider(data)
    if given.ConsumeBool():
        state_opens_unchanged_only(given)
    else:
        summary_opens_unchanged_only(given)


def state_opens_unchanged_only(given: atheris.FuzzedDataProvider) -> None:
    """Seal a state, and open it as it is, changed, and with another token."""
    token = given.ConsumeBytes(TOKEN_BYTES).ljust(TOKEN_BYTES, b"\0")
    state = given.ConsumeBytes(given.ConsumeIntInRange(0, 5_000))
    handle, stranger = (sealing.derive(each, SALTED) for each in (token, token[::-1]))
    sealed = sealing.seal(handle, state)
    assert sealing.unseal(handle, sealed) == state

    other = changed(sealed, given)
    assert sealing.unseal(handle, other) == (state if other == sealed else None)
    assert stranger == handle or sealing.unseal(stranger, sealed) is None


def summary_opens_unchanged_only(given: atheris.FuzzedDataProvider) -> None:
    """Open a summary that was changed; there is one named error, and no other."""
    other = changed(SEALED, given)
    fields = None
    with suppress(CannotOpen):
        fields = unseal(other, PRIVATE)
    assert fields == (FIELDS if other == SEALED else None)


def changed(sealed: bytes, given: atheris.FuzzedDataProvider) -> bytes:
    """Return ``sealed`` with some of its bytes replaced, left out, or followed by others."""
    whole = len(sealed)
    start = given.PickValueInList([0, given.ConsumeIntInRange(0, whole)])
    end = given.PickValueInList([whole, given.ConsumeIntInRange(start, whole)])
    return sealed[:start] + given.ConsumeBytes(given.ConsumeIntInRange(0, 40)) + sealed[end:]


if __name__ == "__main__":
    fuzz(only_what_was_sealed_opens)
