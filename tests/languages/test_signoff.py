"""bot.languages.signoff: a signature counts for one text, until one day, from the right roles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot import wiring
from bot.errors import BrokenContent
from bot.languages.catalogs import Words
from bot.languages.signoff import (
    DECIDING,
    LONGEST,
    ROLES,
    Part,
    Signature,
    SignOff,
    State,
    fingerprint,
    has_number,
    part_name,
    parts_of,
    read_ledger,
    sign,
    state_of,
    status,
)
from bot.settings import ROOT

TODAY = date(2026, 11, 23)
UNTIL = date(2027, 5, 1)
HASH = "0123456789abcdef" * 4
HEAD = "# Who has signed what.\n# Second line.\n"
EMPTY = f"{HEAD}signatures: []\n"
ENTRY = (
    f'- {{part: module.urges, locale: de, hash: "{HASH}", role: clinician,'
    " on: 2026-11-23, until: 2027-05-01}\n"
)

IDS = st.from_regex(r"module\.urges\.[a-z]{1,6}", fullmatch=True)
TEXTS = st.dictionaries(IDS, st.text(max_size=40), min_size=1, max_size=5)
SIGNATURES = st.lists(
    st.builds(
        Signature,
        part=st.sampled_from(["module.urges", "answer.greet", "check_in", "service.147-ch"]),
        locale=st.sampled_from(["en", "de", "no", "pt-BR"]),
        fingerprint=st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
        role=st.sampled_from(ROLES),
        on=st.just(TODAY),
        until=st.dates(TODAY, TODAY + LONGEST),
    ),
    max_size=8,
)


def a_part(is_safety: bool = False, text: str = "Urges pass.") -> Part:
    texts = {"module.urges.title": text}
    return Part("module.urges", "de", fingerprint(texts), is_safety, len(texts))


def signed(part: Part, role: str = "clinician", on: date = TODAY, until: date = UNTIL) -> Signature:
    return Signature(part.name, part.locale, part.fingerprint, role, on, until)


def words(interface: str = "Help now") -> Words:
    return Words({
        "interface": {"nav.help": interface, "nav.exit": "Leave", "module.next": "Next",
                      "check_in.back": "Back"},
        "safety": {"answer.greet.say.1": "Hello", "service.a-line.about": "A line."},
        "modules": {"module.urges.title": "Urges", "module.urges.text": "They pass.",
                    "check_in.intro": "Some questions."},
    })  # fmt: skip


def ledger(folder: Path, text: str) -> Path:
    path = folder / "signoff.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("catalog", "message_id", "name"),
    [
        ("modules", "module.urges.intro.text", "module.urges"),
        ("modules", "exercise.grounding.title", "exercise.grounding"),
        ("modules", "check_in.phq_down.text", "check_in"),
        ("safety", "answer.suicide_risk.say.1", "answer.suicide_risk"),
        ("safety", "service.147-ch.about", "service.147-ch"),
        ("interface", "referral.opening.now", "referral"),
        ("interface", "module.next", "module"),
        ("interface", "check_in.back", "check_in"),
    ],
)
def test_a_message_belongs_to_the_part_that_is_read_as_a_whole(
    catalog: str, message_id: str, name: str
) -> None:
    assert part_name(catalog, message_id) == name


def test_every_message_of_ours_belongs_to_a_part_of_every_locale() -> None:
    found = wiring.signoff().parts
    messages = sum(map(len, wiring.content().words.source.values()))

    assert set(found) == {locale.tag for locale in wiring.locales()}
    assert {sum(part.texts for part in parts.values()) for parts in found.values()} == {messages}


def test_every_service_of_ours_is_signed_in_the_source_locale_by_two_roles() -> None:
    parts = wiring.signoff().parts["en"]
    services = [parts[f"service.{service}"] for service in wiring.content().directory.services]

    assert all(part.is_safety for part in services)


def test_answers_services_and_texts_with_a_number_are_safety_parts() -> None:
    parts = parts_of(
        words("Call 116 123 now"), "en", {"service.a-line": "0800 1", "service.b": "9"}
    )

    assert {part.name for part in parts.values() if part.is_safety} == {
        "nav", "answer.greet", "service.a-line", "service.b",
    }  # fmt: skip


def test_a_service_without_words_is_a_part_of_the_source_locale_only() -> None:
    facts = {"service.a-line": "0800 1", "service.b": "9"}

    assert "service.b" in parts_of(words(), "en", facts)
    assert "service.b" not in parts_of(words(), "de", facts)
    assert "service.a-line" in parts_of(words(), "de", facts)


def test_what_a_visitor_dials_is_signed_in_every_locale() -> None:
    before, after = (parts_of(words(), "de", {"service.a-line": tel}) for tel in ("110", "112"))

    assert before["service.a-line"] != after["service.a-line"]
    assert before["module.urges"] == after["module.urges"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Call 112.", True),
        ("Call 116 123 at any hour.", True),
        ("Call +44 (0)808 1000-900", True),
        ("Text 85258", True),
        ("A review of 2021 found it.", False),
        ("Name 5 things, then 4", False),
        ("5-4-3-2-1", False),
        ("Wait 20 minutes", False),
        ("", False),
    ],
)
def test_a_telephone_number_is_noticed_and_a_year_is_none(text: str, found: bool) -> None:
    assert has_number(text) is found


@given(TEXTS, st.data())
def test_any_changed_text_loses_the_signature(texts: dict[str, str], data: st.DataObject) -> None:
    message_id = data.draw(st.sampled_from(sorted(texts)))
    changed = texts | {message_id: data.draw(st.text(max_size=40))}
    assume(changed != texts)
    before, after = (
        Part("module.urges", "de", fingerprint(some), False, len(some)) for some in (texts, changed)
    )

    assert state_of(before, [signed(before)], TODAY) is State.SIGNED
    assert state_of(after, [signed(before)], TODAY) is State.STALE


@given(TEXTS, IDS, st.text(max_size=40), st.text(max_size=20))
def test_an_added_text_or_another_fact_changes_the_hash(
    texts: dict[str, str], message_id: str, text: str, fact: str
) -> None:
    assume(message_id not in texts)

    assert fingerprint(texts | {message_id: text}) != fingerprint(texts)
    assert fingerprint(texts, f"x{fact}") != fingerprint(texts, fact)


@given(TEXTS)
def test_the_order_of_texts_does_not_matter(texts: dict[str, str]) -> None:
    assert fingerprint(dict(reversed(texts.items()))) == fingerprint(texts)


@given(st.lists(st.sampled_from(ROLES), max_size=5))
def test_a_safety_part_needs_two_roles_and_one_that_decides(roles: Sequence[str]) -> None:
    part = a_part(is_safety=True)
    found = state_of(part, [signed(part, role) for role in roles], TODAY)

    assert (found is State.SIGNED) is (len(set(roles)) >= 2 and bool(DECIDING & set(roles)))
    assert found in ((State.SIGNED, State.WAITING) if roles else (State.UNSIGNED,))


@pytest.mark.parametrize("role", ROLES)
def test_other_parts_need_one_role(role: str) -> None:
    part = a_part()

    assert state_of(part, [signed(part, role)], TODAY) is State.SIGNED


def test_a_signature_counts_on_its_last_day_and_not_on_the_next() -> None:
    part = a_part()

    assert state_of(part, [signed(part)], UNTIL) is State.SIGNED
    assert state_of(part, [signed(part)], UNTIL + timedelta(1)) is State.EXPIRED


def test_a_signature_of_a_day_to_come_is_none_yet() -> None:
    part = a_part()

    assert state_of(part, [signed(part)], TODAY - timedelta(1)) is State.UNSIGNED


def test_one_of_two_signatures_that_ended_leaves_the_part_waiting() -> None:
    part = a_part(is_safety=True)
    both = [signed(part), signed(part, "translator", until=TODAY)]

    assert state_of(part, both, TODAY) is State.SIGNED
    assert state_of(part, both, TODAY + timedelta(1)) is State.WAITING


@pytest.mark.parametrize("other", ["module.thoughts", "fr"])
def test_a_signature_counts_for_its_own_part_and_locale_only(other: str) -> None:
    part = a_part()
    elsewhere = Signature(
        other if "." in other else part.name, other if "." not in other else "de",
        part.fingerprint, "clinician", TODAY, UNTIL,
    )  # fmt: skip

    assert state_of(part, [elsewhere], TODAY) is State.UNSIGNED


def test_a_locale_is_signed_when_its_last_part_is() -> None:
    parts = {tag: parts_of(words(), tag, {}) for tag in ("en", "de")}
    every = [
        signed(part, role) for part in parts["de"].values() for role in ("editor", "clinician")
    ]
    whole, lacking = SignOff(parts, tuple(every)), SignOff(parts, tuple(every[:-2]))

    assert whole.signed_locales(TODAY) == {"de"}
    assert lacking.signed_locales(TODAY) == frozenset()
    assert status(lacking, TODAY) == {
        "en": {State.UNSIGNED: len(parts["en"])},
        "de": {State.SIGNED: len(parts["de"]) - 1, State.UNSIGNED: 1},
    }


@given(SIGNATURES)
def test_the_ledger_reads_back_what_was_signed(
    tmp_path_factory: pytest.TempPathFactory, some: list[Signature]
) -> None:
    text = sign(EMPTY, (), some)
    path = ledger(tmp_path_factory.getbasetemp(), text)
    again = read_ledger(path)

    assert text.startswith(HEAD)
    assert set(again) == set({signature.place: signature for signature in some}.values())
    assert sign(text, again, ()) == text


@given(st.lists(st.sampled_from(ROLES), unique=True), st.randoms())
def test_the_order_of_signing_does_not_show(roles: list[str], shuffled: object) -> None:
    some = [signed(a_part(), role) for role in roles]
    other = list(some)
    shuffled.shuffle(other)

    assert sign(EMPTY, (), some) == sign(EMPTY, other[:1], other[1:])


def test_a_role_that_signs_again_replaces_its_own_signature() -> None:
    old, new = signed(a_part(text="Old.")), signed(a_part())

    assert sign(EMPTY, [old], [new]) == sign(EMPTY, (), [new])


def test_a_ledger_without_a_head_stays_one() -> None:
    assert sign("signatures: []\n", (), ()) == "signatures: []\n"


def test_an_entry_is_one_line_that_a_reader_can_follow() -> None:
    signature = Signature("module.urges", "de", HASH, "clinician", TODAY, UNTIL)

    assert sign(EMPTY, (), [signature]) == f"{HEAD}signatures:\n{ENTRY}"


def test_the_ledger_of_the_repository_can_be_read_and_written_back() -> None:
    path = ROOT / "content" / "signoff.yml"
    text = path.read_text(encoding="utf-8")

    assert sign(text, read_ledger(path), ()) == text


@pytest.mark.parametrize(
    ("old", "new", "cure"),
    [
        ("role: clinician", "role: surgeon", "role must be one of clinician, child_protection"),
        ("role: clinician", "role: [clinician]", "role must be one of"),
        ("role: clinician", "role: clinician, name: Somebody", "and nothing else"),
        ("locale: de, ", "", "an entry needs hash, locale"),
        ("locale: de", "locale: 3", "locale must be a tag"),
        ("part: module.urges", "part: all of it", "part must be a name"),
        (HASH, HASH[:16], "hash must be 64 hex digits"),
        (f'"{HASH}"', "1234567890123456", "hash must be 64 hex digits in quotes"),
        ("on: 2026-11-23", "on: yesterday", "on must be a day such as"),
        ("until: 2027-05-01", 'until: "2027-02-30"', "until must be a day such as"),
        ("until: 2027-05-01", "until: 2026-11-22", "until must be on the day of signing or"),
        ("until: 2027-05-01", "until: 2028-05-01", "up to 400 days later"),
        (ENTRY, "- module.urges\n", "an entry needs"),
    ],
)
def test_a_broken_entry_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, cure: str
) -> None:
    good = ENTRY.replace("module.urges", "module.thoughts")
    path = ledger(tmp_path, f"{HEAD}signatures:\n{good}{ENTRY.replace(old, new)}")

    with pytest.raises(BrokenContent, match=rf"signoff\.yml:5: .*{cure}"):
        read_ledger(path)


def test_a_day_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = ledger(tmp_path, f"{HEAD}signatures:\n{ENTRY.replace('2027-05-01', '2027-02-30')}")

    with pytest.raises(BrokenContent, match=r"signoff\.yml: a day in it"):
        read_ledger(path)


def test_an_entry_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    later = ENTRY.replace("2027-05-01", "2027-06-01")
    path = ledger(tmp_path, f"{HEAD}signatures:\n{ENTRY}{later}")

    with pytest.raises(BrokenContent, match=r"signoff\.yml:5: this role has signed this part"):
        read_ledger(path)


@pytest.mark.parametrize("text", ["", "signatures:\n", "signatures: {}\n", "signed: []\n",
                                  "signatures: []\nsigned: []\n", "- a\n"])  # fmt: skip
def test_a_ledger_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BrokenContent, match="must hold a list under signatures:, nothing else"):
        read_ledger(ledger(tmp_path, text))


def test_a_missing_ledger_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenContent, match="the file is missing"):
        read_ledger(tmp_path / "signoff.yml")
