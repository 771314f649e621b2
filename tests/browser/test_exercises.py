"""The exercises: a timer that also works without scripts, and a plan that stays in the page."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.visiting import Visit, words

pytestmark = pytest.mark.slow

MARK = "heron-and-lighthouse"
MINUTES = (2, 3, 4, 3, 3)
STEPS = ("away", "breathe", "move", "reason", "reach_out")


def planning(visit: Visit) -> Visit:
    """Open the plan and write into each of its steps."""
    visit.open()
    visit.press("topic.self_help")
    visit.press_unseen("exercise.stay_safe_plan")
    for field in visit.page.locator(".sheet textarea").all():
        field.fill(f"{MARK} and more")
    return visit


def sent_by(visit: Visit) -> str:
    """Return everything that the page has sent, in plain letters."""
    parts = [f"{r.url} {unquote_plus(r.post_data or '')} {r.headers}" for r in visit.sent]
    return "\n".join(parts)


def test_the_plan_has_six_fields_without_names(visitor: Open, has_scripts: bool) -> None:
    visit = planning(visitor("en", has_scripts))

    fields = visit.page.locator(".sheet textarea")

    expect(fields).to_have_count(6)
    assert visit.page.locator(".sheet [name]").count() == 0


def test_what_is_written_into_the_plan_is_in_no_request(visitor: Open, has_scripts: bool) -> None:
    visit = planning(visitor("en", has_scripts))
    visit.page.keyboard.press("Enter")

    visit.press_unseen("menu")
    visit.press_unseen("exercise.stay_safe_plan")
    visit.page.locator(".sheet textarea").last.fill(MARK)
    visit.say("Thank you")
    visit.choose("locale", "de")
    visit.forget()
    visit.page.click("#exit")
    visit.page.wait_for_url(lambda url: not url.startswith(visit.served.address))

    assert len(visit.sent) > 5
    assert MARK not in sent_by(visit)


def test_the_plan_is_printed_copied_and_emptied_in_the_page(visitor: Open) -> None:
    visit = visitor("en")
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.page.add_init_script("window.print = () => (document.documentElement.id = 'printed')")
    planning(visit)
    before = len(visit.sent)

    visit.page.click("[data-do=copy]")
    expect(visit.page.locator(".told")).to_have_text(words("en", "exercise.copied"))
    copied = visit.page.evaluate("navigator.clipboard.readText()")
    visit.page.click("[data-do=print]")
    expect(visit.page.locator("html#printed")).to_have_count(1)
    visit.page.click("[data-do=empty]")

    assert copied.count(MARK) == 6
    assert words("en", "exercise.stay_safe_plan.signs.title") in copied
    assert visit.page.locator(".sheet textarea").first.input_value() == ""
    assert len(visit.sent) == before


def test_on_paper_stands_the_plan_and_nothing_of_the_site(visitor: Open) -> None:
    visit = planning(visitor("en"))

    visit.page.emulate_media(media="print")

    expect(visit.page.locator(".sheet")).to_be_visible()
    for hidden in (".bar", ".draft", ".composer", "#help", ".foot", ".said"):
        expect(visit.page.locator(hidden).first).to_be_hidden()


def test_the_timer_runs_for_fifteen_minutes_without_scripts(visitor: Open) -> None:
    visit = visitor("de", has_scripts=False).open()
    visit.press("topic.self_help")
    visit.press_unseen("exercise.urge_timer")

    phases = visit.page.locator(".phase")
    clocks = [styles(phases.nth(n), "animationDuration", "animationDelay") for n in range(5)]
    bar = styles(visit.page.locator(".filling i"), "animationName", "animationDuration")

    begins = [sum(MINUTES[:n]) * 60 for n in range(5)]
    wanted = zip(MINUTES, begins, strict=True)
    assert clocks == [[f"{m * 60}s", f"{begin}s"] for m, begin in wanted]
    assert bar == ["fill", "900s"]
    for step in STEPS:
        visit.sees(f"exercise.urge_timer.{step}.title", f"exercise.urge_timer.{step}.text")
    expect(visit.page.locator(".controls")).to_be_hidden()


def styles(locator: object, *names: str) -> list[str]:
    """Return computed styles of an element."""
    script = "(e, names) => names.map(name => getComputedStyle(e)[name])"
    return list(locator.evaluate(script, list(names)))  # type: ignore[attr-defined]


def test_the_timer_counts_with_scripts(visitor: Open) -> None:
    visit = visitor("en")
    visit.page.clock.install()
    visit.open().press("topic.self_help")
    visit.press_unseen("exercise.urge_timer")
    page, current = visit.page, visit.page.locator(".phase[aria-current=step]")
    shows_minutes(visit, 15)

    page.click("[data-do=toggle]")
    for number, step in enumerate(STEPS):
        visit.sees(f"exercise.urge_timer.{step}.title", where=current)
        shows_minutes(visit, 15 - sum(MINUTES[:number]))
        page.clock.fast_forward(MINUTES[number] * 60_000)

    expect(current).to_have_count(0)
    expect(page.locator("#status")).to_have_text(words("en", "exercise.done"))
    expect(page.locator("[data-do=toggle]")).to_have_text(words("en", "exercise.start"))


def test_a_paused_timer_keeps_its_time(visitor: Open) -> None:
    visit = visitor("en")
    visit.page.clock.install()
    visit.open().press("topic.self_help")
    visit.press_unseen("exercise.urge_timer")
    page = visit.page

    page.click("[data-do=toggle]")
    page.clock.fast_forward(5 * 60_000)
    page.click("[data-do=toggle]")
    page.clock.fast_forward(60 * 60_000)
    shows_minutes(visit, 10)
    expect(page.locator("[data-do=toggle]")).to_have_text(words("en", "exercise.resume"))

    page.click("[data-do=toggle]")
    page.clock.fast_forward(60_000)
    shows_minutes(visit, 9)
    page.click("[data-do=reset]")
    shows_minutes(visit, 15)


def shows_minutes(visit: Visit, minutes: int) -> None:
    left = words(visit.tag, "exercise.minutes_left", minutes=minutes)
    # A moment of real time may have passed since the last whole minute.
    just = words(visit.tag, "exercise.minutes_left", minutes=minutes - 1)
    expect(visit.page.locator(".left")).to_have_text(
        re.compile(f"^({re.escape(left)}|{re.escape(just)})$")
    )
