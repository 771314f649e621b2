"""Trying: previews, a conversation, golden conversations; and services to verify."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.storage.staff.people import Role
from bot.studio.desk import Desk
from bot.studio.seeing import State
from bot.studio.verifying import read_services
from bot.web.staff.site import Staff
from tests.builders import NOON
from tests.web.staff.studio.conftest import Enter

TODAY = NOON.date()
UK = "stop-it-now-uk-ireland"
KINDS = (
    "module.urges",
    "exercise.grounding",
    "answer.suicide_risk",
    "check_in",
    f"service.{UK}",
    "help",
    "privacy",
    "nav",
)


def write(desk: Desk, message_id: str, words: str) -> None:
    desk.save("ann", "en", message_id, words, desk.text("en", message_id).version, NOON)


def frame(part: str, **query: str) -> str:
    rest = "".join(f"&{name}={value}" for name, value in query.items())
    return f"/studio/frame?part={part}{rest}"


@pytest.mark.parametrize("part", KINDS)
def test_every_kind_of_part_has_a_preview(enter: Enter, part: str) -> None:
    ann = enter("ann", Role.AUTHOR)
    shown = ann.get(frame(part, locale="de", country="DE"))

    assert shown.status_code == 200
    assert '<html lang="de"' in shown.text
    assert ann.get(f"/studio/preview?part={part}").status_code == 200


def test_a_preview_has_the_words_that_were_just_saved(enter: Enter, desk: Desk) -> None:
    ann = enter("ann", Role.AUTHOR)
    write(desk, "module.urges.title", "When the urge comes at night")

    assert "When the urge comes at night" in ann.get(frame("module.urges")).text


def test_a_preview_can_be_framed_by_us_alone_and_sends_nothing(enter: Enter) -> None:
    ann = enter("ann", Role.AUTHOR)
    headers = ann.get(frame("module.urges")).headers
    policy = headers["content-security-policy"]

    assert "frame-ancestors 'self'" in policy
    assert "form-action 'none'" in policy
    assert "connect-src" not in policy
    assert headers["x-frame-options"] == "SAMEORIGIN"


def test_without_scripts_the_policy_lets_none_run(enter: Enter) -> None:
    policy = enter("ann", Role.AUTHOR).get(frame("nav", scripts="off")).headers

    assert "script-src" not in policy["content-security-policy"]


def test_only_pages_that_hold_a_frame_may_hold_one(enter: Enter) -> None:
    ann = enter("ann", Role.AUTHOR)
    holding = ann.get("/studio/preview").headers["content-security-policy"]
    other = ann.get("/account").headers

    assert "frame-src 'self'" in holding
    assert "frame-ancestors 'none'" in holding
    assert "frame-src" not in other["content-security-policy"]
    assert other["x-frame-options"] == "DENY"


@pytest.mark.parametrize(("scheme", "query"), [("dark", "@media all"), ("light", "@media not all")])
def test_a_preview_is_light_or_dark_whatever_the_browser_says(
    enter: Enter, scheme: str, query: str
) -> None:
    ann = enter("ann", Role.AUTHOR)
    page = ann.get(frame("nav", scheme=scheme)).text

    assert f"/studio/frame/{scheme}.css" in page
    assert f'content="{scheme}"' in page
    assert query in ann.get(f"/studio/frame/{scheme}.css").text


def test_who_isnt_signed_in_sees_no_preview(enter: Enter) -> None:
    ann = enter("ann", Role.AUTHOR)
    ann.post("/sign-out", "/account")

    assert ann.get(frame("nav")).url.path == "/sign-in"


# ---------- a conversation ----------


def test_buttons_and_listed_phrases_lead_on(enter: Enter, desk: Desk) -> None:
    ann = enter("ann", Role.AUTHOR)
    assert "Recognition by the trained model isn't part of this" in ann.get("/studio/try").text
    first = ann.post("/studio/try", "/studio/try", choice="module.urges", country="GB")
    assert 'value="press:module.urges"' in first.text
    assert 'value="module.urges.2"' in first.text

    both = ann.post(
        "/studio/try", "/studio/try", step=["press:module.urges"], text="I want to kill myself"
    )
    assert "A listed phrase was heard: suicide risk." in both.text
    assert "Samaritans" in both.text


def test_a_conversation_begins_again(enter: Enter) -> None:
    ann = enter("ann", Role.AUTHOR)
    again = ann.post("/studio/try", "/studio/try", step=["press:module.urges"], again="yes")

    assert 'name="step"' not in again.text


def test_nonsense_and_scripts_do_no_harm(enter: Enter) -> None:
    ann = enter("ann", Role.AUTHOR)
    script = "<script>alert(1)</script>"
    answer = ann.post(
        "/studio/try", "/studio/try", step=["press:no.such.button", script], text=script
    )

    assert answer.status_code == 200
    assert script not in answer.text
    assert "There is no such button any more." in answer.text


def test_golden_conversations_show_what_would_change(enter: Enter, desk: Desk) -> None:
    ann = enter("ann", Role.AUTHOR)
    write(desk, "answer.suicide_risk.1", f"Added. {desk.text('en', 'answer.suicide_risk.1').words}")
    page = ann.get("/studio/golden?locale=en").text

    assert "Would change" in page
    assert "<ins>Added" in page


# ---------- services ----------


def test_what_needs_somebody_stands_first(enter: Enter) -> None:
    page = enter("ann", Role.AUTHOR).get("/studio/services").text

    assert "Never called" in page


def test_a_check_is_recorded_and_changes_no_signature(
    enter: Enter, desk: Desk, staff: Staff
) -> None:
    ann = enter("ann", Role.AUTHOR, signing=("clinician",))
    part = f"service.{UK}"
    before = desk.part("en", part, TODAY).fingerprint
    one = f"/studio/services/one?id={UK}"
    answer = ann.post(
        "/studio/services/check",
        one,
        id=UK,
        base="0",
        how="called",
        on=str(TODAY),
        role="clinician",
        confidence="high",
        next=str(TODAY + timedelta(days=60)),
    )

    assert "The check is recorded." in answer.text
    found = read_services(desk.root)[UK]
    assert (found.checked_on, found.checked_by) == (TODAY, "clinician")
    assert found.checked.startswith("called")
    assert desk.part("en", part, TODAY).fingerprint == before
    assert ("ann", "checked service") in acts(staff)


def test_a_check_in_a_role_that_one_doesnt_have_is_refused(enter: Enter, desk: Desk) -> None:
    sent = {"id": UK, "base": "0", "how": "called", "on": str(TODAY), "confidence": "high"}
    sent |= {"role": "clinician", "next": str(TODAY + timedelta(days=60))}
    before = (desk.root / "content" / "services" / "gb.yml").read_bytes()
    for signing in ((), ("editor",)):
        ann = enter("ann2" if signing else "ann", Role.AUTHOR, signing=signing)
        page = f"/studio/services/one?id={UK}"
        assert "clinician" not in ann.get(page).text.partition('id="role"')[2]
        answer = ann.post("/studio/services/check", "/account", **sent)
        assert answer.status_code == 400
        assert "Choose one of your signing roles." in answer.text or not signing

    assert (desk.root / "content" / "services" / "gb.yml").read_bytes() == before


def test_what_is_wrong_with_a_check_is_said_beside_its_field(enter: Enter) -> None:
    ann = enter("ann", Role.AUTHOR, signing=("editor",))
    answer = ann.post(
        "/studio/services/check",
        f"/studio/services/one?id={UK}",
        id=UK,
        on=str(TODAY + timedelta(days=1)),
    )

    assert answer.status_code == 400
    for words in (
        "Choose how you looked.",
        "it can&#39;t be later",
        "Choose one of your signing roles",
    ):
        assert answer.text.count(words) == 2


def test_another_number_and_other_hours_need_two_others(enter: Enter, desk: Desk) -> None:
    ann = enter("ann", Role.AUTHOR, Role.SIGNER, signing=("clinician",))
    other = "samaritans-gb"
    other = other if other in read_services(desk.root) else first_with_a_phone(desk)
    one = f"/studio/services/one?id={other}"
    answer = change(ann, desk, other, one, "116 123", "mon-fri 09:00-17:00\nsat 10:00-12:00")

    assert "Two other people have to sign it" in answer.text
    channel = read_services(desk.root)[other].channels[0]
    assert channel.value == "116 123"
    assert [span.days for span in channel.hours] == [(0, 1, 2, 3, 4), (5,)]
    part = desk.part("en", f"service.{other}", TODAY)
    assert part.needs_two
    assert part.state is State.DRAFT
    page = ann.get(f"/studio/sign?part=service.{other}").text
    assert "you wrote a part of these words" in page


def test_hours_that_cant_be_read_are_told(enter: Enter, desk: Desk) -> None:
    ann = enter("ann", Role.AUTHOR)
    other = first_with_a_phone(desk)
    answer = change(ann, desk, other, f"/studio/services/one?id={other}", "116 123", "at noon")

    assert answer.status_code == 400
    assert "write it like mon-fri 09:00-17:00" in answer.text


def test_who_was_slower_is_told_and_overwrites_nothing(enter: Enter, desk: Desk) -> None:
    ann = enter("ann", Role.AUTHOR)
    other = first_with_a_phone(desk)
    one = f"/studio/services/one?id={other}"
    change(ann, desk, other, one, "116 123", "always")
    answer = change(ann, desk, other, one, "116 124", "always", base="77")

    assert answer.status_code == 409
    assert "compare with version" in answer.text
    assert read_services(desk.root)[other].channels[0].value == "116 123"


def test_a_country_is_shown_as_its_visitors_see_it(enter: Enter) -> None:
    ann = enter("ann", Role.AUTHOR)

    assert "country=AT" in ann.get("/studio/services/country?country=AT").text
    assert ann.get("/studio/frame?view=help&country=AT").status_code == 200


def first_with_a_phone(desk: Desk) -> str:
    """Return a service of the United Kingdom whose first channel is a telephone with hours."""
    return next(
        each.id
        for each in read_services(desk.root).values()
        if each.file == "gb.yml" and each.channels[0].kind == "phone" and each.channels[0].timezone
        and each.id != UK
    )  # fmt: skip


def change(ann, desk: Desk, service: str, page: str, value: str, hours: str, base: str = ""):
    file = f"content/services/{read_services(desk.root)[service].file}"
    return ann.post(
        "/studio/services/change",
        page,
        id=service,
        base=base or str(desk.file_version(file)),
        channel="0",
        value=value,
        hours=hours,
    )


def acts(staff: Staff) -> list[tuple[str, str]]:
    return [(each.who, each.what) for each in staff.store.lines(f"{NOON:%Y-%m}")]
