"""Changes that no test can see, because nobody could: each was looked at, and says why.

A change is named by its function and by words of the line that it makes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Equivalent:
    """One change that changes nothing.

    Attributes:
        function: With its module, and its class.
        now: A part of the line that it makes, in no other line that a change makes there.
        why: Why nobody could see it.
    """

    function: str
    now: str
    why: str

    def fits(self, function: str, change: str) -> bool:
        """Tell whether this is the change of ``function`` that ``change`` shows."""
        made = (line for line in change.splitlines() if line.startswith("+"))
        return function == self.function and any(self.now in line for line in made)


EQUIVALENTS: Final = (
    Equivalent(
        "bot.storage.sealed.SealedStore.__init__",
        "token_bytes(None)",
        "32 bytes are what it returns when it isn't told how many",
    ),
    Equivalent(
        "bot.storage.sealing._pad",
        "to_bytes(4, )",
        "the biggest byte is the first unless one says otherwise",
    ),
    Equivalent(
        "bot.storage.sealing._unpad",
        "from_bytes(padded[:4], )",
        "the biggest byte is the first unless one says otherwise",
    ),
    Equivalent(
        "bot.storage.progress._salt",
        "token_bytes(None)",
        "32 bytes are what it returns when it isn't told how many",
    ),
    Equivalent(
        "bot.storage.progress._unsealed",
        "from_bytes(padded[:2], )",
        "the biggest byte is the first unless one says otherwise",
    ),
    Equivalent(
        "bot.storage.progress._padded",
        "to_bytes(2, )",
        "the biggest byte is the first unless one says otherwise",
    ),
    Equivalent(
        "bot.storage.staff.sealing.new_key",
        "token_bytes(None)",
        "32 bytes are what it returns when it isn't told how many",
    ),
    Equivalent(
        "bot.storage.staff.sealing._decoded",
        'key = b"XXXX"',
        "four bytes are no key, as none are none",
    ),
    Equivalent(
        "bot.storage.handover.seal",
        "ensure_ascii=None",
        "None is as false as False",
    ),
    Equivalent(
        "bot.storage.handover.seal",
        "plain.rjust(SIZE)",
        "JSON has blanks before it as well as behind it",
    ),
    Equivalent(
        "bot.storage.handover._text",
        'rstrip("XX=XX")',
        "32 bytes in base64 never end with an X before their padding",
    ),
    Equivalent(
        "bot.storage.bundles.pointed_name",
        'decode("ASCII", "replace")',
        "names of encodings have no case",
    ),
    Equivalent(
        "bot.storage.bundles._hash",
        'return "XXXX" if path.is_symlink()',
        "it is no SHA-256 of anything either",
    ),
    *(
        Equivalent(
            "bot.conversation.danger.respond",
            f"state.question, {now}, now)",
            "whatever is no no counts as yes",
        )
        for now in ("None", '"XXunsureXX"', '"UNSURE"')
    ),
    Equivalent(
        "bot.referral.hours.opening",
        'country: str = "XXXX"',
        "no country has this name, and so no holidays",
    ),
    Equivalent(
        "bot.referral.hours._spans",
        "range(-2, 10)",
        "a span of the day before yesterday is over, for none is longer than a day",
    ),
    Equivalent(
        "bot.referral.hours._at",
        "astimezone(None)",
        "the machine's zone names the same moment, and moments are all that is compared",
    ),
    *(
        Equivalent(
            "bot.statistics.release._place",
            now,
            "no cell is looked up: what stands for it is the same for every draw of a table",
        )
        for now in ("(draw.table, None)[:2]", '(draw.table, "XXXX")[:2]', '(draw.table, "")[:3]')
    ),
    *(
        Equivalent(
            "bot.web.proof.Sums.new",
            now,
            "sixteen of them are packed, and 32 are what there are when it isn't told how many",
        )
        for now in ("token_bytes(None)", "token_bytes(17)")
    ),
    *(
        Equivalent(
            "bot.web.proof.Sums._total",
            now,
            "no ticket is made for what no two numbers make: it is tried in vain",
        )
        for now in ("in range(2 * LARGEST + 1)", "3 * LARGEST + 1", "2 * LARGEST + 2")
    ),
    *(
        Equivalent(
            "bot.web.proof._signature", now, "what is no challenge of ours is solved by nothing"
        )
        for now in ('signature or "XXXX"', 'return b"XXXX"')
    ),
    Equivalent(
        "bot.web.proof._signature",
        'encode("ASCII")',
        "names of encodings have no case",
    ),
    *(
        Equivalent(
            "bot.web.proof._parted", now, "without a head it is refused, whatever its mark is"
        )
        for now in ('return b"", b"XXXX"', 'else (b"", b"XXXX")')
    ),
    *(
        Equivalent(
            "bot.web.proof._mark", now, "any word tells sums from what else is hashed with the key"
        )
        for now in ('b"XXsumXX"', 'b"SUM"')
    ),
    Equivalent(
        "bot.web.forgetting.Forgetful.put",
        "pop(next(iter(now.values)), )",
        "it is the first of those that are there",
    ),
    *(
        Equivalent(
            "bot.web.public.tickets._parted", now, "without 16 bytes of a mark it holds for nothing"
        )
        for now in ('return b"XXXX", b""', 'return b"", b"XXXX"')
    ),
    *(
        Equivalent(
            "bot.web.public.tickets._mark",
            now,
            "any word tells tickets from what else is hashed with the key",
        )
        for now in ('b"XXprogressXX"', 'b"PROGRESS"')
    ),
    Equivalent(
        "bot.web.tries.Tries.was_right",
        "if (name) or True else None",
        "nothing is ever remembered of an empty name",
    ),
    *(
        Equivalent(
            "bot.safety.phrases.screen",
            now,
            "there are as many beginnings of clauses as clauses: each begins somewhere",
        )
        for now in ("strict=None", "strict=False", "_begins(clauses), )")
    ),
    Equivalent(
        "bot.safety.phrases._ways",
        "most + 2",
        "none is longer than the longest; behind its last letter a word is looked up twice",
    ),
    Equivalent(
        "bot.safety.sentences._stretches",
        "max(2, len(words) - PART // 2)",
        "one stretch begins before the second word as before the first: the next is ten words on",
    ),
)
