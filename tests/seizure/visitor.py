"""A visitor whose every word, token and address is marked, and every way through the site.

Each way notes which words its pages should show, and whether they did: nothing is searched for
that was never there.
"""

from __future__ import annotations

import html
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import httpx2

from bot.languages.yaml import read_yaml
from bot.settings import ROOT
from tests.builders import content
from tests.faults.running import token_in
from tests.seizure.marks import AGENT, CALLER, FORWARDED, TOKEN, TYPED, WORD

HEADERS: Final = {
    "X-Forwarded-For": FORWARDED,
    "X-Real-IP": FORWARDED,
    "Forwarded": f"for={FORWARDED}",
    "User-Agent": f"{AGENT}/9.13",
    "Referer": f"https://example.org/{WORD}",
    "Cookie": f"id={WORD}",
}
SECONDS: Final = 30
COUNTRIES: Final = {"en": "GB", "de": "AT", "fr": "BE", "it": "IT", "es": "ES", "pt": "PT",
                    "nl": "NL", "pl": "PL", "cs": "CZ", "fi": "FI"}  # fmt: skip
"""Language, and where its visitor looks for help."""
PROGRAMME: Final = "troubled-desire"
"""The service whose entry gets an inbox for the search; nobody listens there."""
MAIN: Final = re.compile(r"<main.*?</main>", re.DOTALL)
TAG: Final = re.compile(r"<[^>]+>")


def says(page: str, locale: str, message_id: str) -> bool:
    """Tell whether the middle of a page, without help block and foot, shows a message's words."""
    shown = " ".join(html.unescape(TAG.sub("", "".join(MAIN.findall(page)))).split())
    first_line = content().words.text(locale, message_id).strip().splitlines()[0]
    return " ".join(first_line.split()) in shown


@dataclass
class Visitor:
    """Somebody with a browser without scripts, who calls from a marked address.

    Attributes:
        tokens: Every key that this visitor ever had, and one of their own making.
        sizes: How long the pages were that came, in bytes.
        reached: What should have been shown, and whether it was.
    """

    address: str
    locale: str = "en"
    country: str = "GB"
    token: str = ""
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    sizes: set[int] = field(default_factory=set)
    reached: dict[str, bool] = field(default_factory=dict)

    def sees(self, page: str, *message_ids: str) -> None:
        """Note whether ``page`` shows these messages; one page without them is enough to miss."""
        for each in message_ids:
            was_shown = self.reached.get(each, True)
            self.reached[each] = was_shown and says(page, self.locale, each)

    def post(self, path: str = "/", **form: str) -> str:
        """Send a form as the page would; return the page that comes."""
        data = {"locale": self.locale, "country": self.country, "token": self.token} | form
        page = self.send("POST", path, data=data).text
        self.token = token_in(page) or self.token
        self.tokens |= {self.token} - {""}
        return html.unescape(page)

    def send(self, method: str, path: str, **how: object) -> httpx2.Response:
        also: dict[str, str] = how.pop("headers", {})  # type: ignore[assignment]
        headers = HEADERS | {"Accept-Language": self.locale} | also
        calling = httpx2.HTTPTransport(local_address=CALLER)
        with httpx2.Client(transport=calling, timeout=SECONDS) as client:
            answer = client.request(method, self.address + path, headers=headers, **how)
        if answer.headers.get("content-type", "").startswith("text/html"):
            self.sizes.add(len(answer.content))
        return answer

    def send_bytes(self, request: bytes) -> None:
        """Send what no browser would."""
        port = urlsplit(self.address).port or 0
        with socket.create_connection(("127.0.0.1", port), 5, (CALLER, 0)) as line:
            line.sendall(request)
            line.settimeout(1)
            with suppress(OSError):
                line.recv(65536)


def phrase(locale: str, topic: str, number: int = 0) -> str:
    """Return words that the site hears as ``topic`` in ``locale``, marked."""
    listed = read_yaml(ROOT / "content" / "safety" / f"{locale}.yml")["phrases"][topic]
    said = listed["refuse" if topic == "harmful_request" else "route"][number]
    return f"{said.replace('*', '')} {WORD}"  # where any ending may stand, none may, too


def looks_around(visitor: Visitor) -> None:
    """Open every page beside the conversation, by address and by form."""
    visitor.send("GET", "/")
    for path, shown in BESIDE.items():
        asked = f"{path}?locale={visitor.locale}&country={visitor.country}&text={WORD}"
        visitor.sees(visitor.send("GET", asked).text, shown)
        visitor.sees(visitor.post(path, text=TYPED), shown)


BESIDE: Final = {
    "/help": "help.intro",
    "/about": "about.p1",
    "/privacy": "privacy.p1",
    "/library": "library.intro",
    "/directory": "directory.intro",
    "/statistics": "statistics.intro",
}
"""Pages beside the conversation, and what each shows."""


def talks(visitor: Visitor) -> None:
    """Say what moves this visitor, with a name, an address and marks in it."""
    page = visitor.post(text=f"{WORD} {TYPED}, my name is {WORD}, I live at {FORWARDED}")
    visitor.sees(page, "chat.personal_data")
    visitor.post(text=f"{TYPED} {WORD} " * 30)
    visitor.post(text=f"/restart {WORD}")
    visitor.post(text=f'/inform{{"name": "{WORD}"}}')
    visitor.post(choice=WORD, text=TYPED)
    visitor.post(speak="de", text=TYPED)
    visitor.sees(visitor.post(change="language", text=TYPED), "answer.menu.2")


def checks_in(visitor: Visitor) -> None:
    """Answer questions of the check-in, type in the middle of it, and stop."""
    visitor.sees(visitor.post(choice="check_in.start", text=WORD), "check_in.intro")
    visitor.sees(visitor.post(choice="check_in.child_unsafe.no"), "check_in.end_life.question")
    visitor.post(text=f"{TYPED} {WORD}")
    visitor.sees(visitor.post(choice="check_in.stop"), "answer.menu.2")


def reads_a_module(visitor: Visitor) -> None:
    """Go through a module and an exercise, in the conversation and in the library."""
    for choice, shown in {
        "module.urges": "module.urges.away_first.title",
        "module.urges.2": "module.urges.wave.title",
        "exercise.stay_safe_plan": "exercise.stay_safe_plan.intro",
        "survey.yes.urges": "survey.hope.question",
    }.items():
        visitor.sees(visitor.post(choice=choice, text=WORD), shown)
    visitor.sees(visitor.post("/read", choice="module.urges", text=TYPED), "module.urges.about")
    page = visitor.post("/read", choice="exercise.stay_safe_plan", text=TYPED)
    visitor.sees(page, "exercise.stay_safe_plan.intro")


def is_in_danger(visitor: Visitor) -> None:
    """Say so in the visitor's own language, and answer what is asked."""
    for topic in ("suicide_risk", "imminent_risk"):
        visitor.sees(visitor.post(text=phrase(visitor.locale, topic)), f"answer.{topic}.1")
    visitor.sees(visitor.post(choice="safety.moved_on", text=WORD), "answer.menu.2")


def is_refused(visitor: Visitor) -> None:
    """Ask for what is refused, twice: no button asks for it."""
    for number, answer in ((0, "harmful_request"), (-1, "help_only")):
        said = phrase(visitor.locale, "harmful_request", number)
        visitor.sees(visitor.post(text=said), f"answer.{answer}.1")


def looks_for_services(visitor: Visitor) -> None:
    """Ask for a helpline, and take a card along."""
    visitor.sees(visitor.post(choice="services.helpline", text=WORD), "offer.heading.helpline")
    visitor.sees(visitor.post("/card", service=PROGRAMME, text=TYPED), "card.title")


def hands_over(visitor: Visitor) -> None:
    """Fill in the summary for a programme, and send it."""
    visitor.sees(visitor.post("/handover", service=PROGRAMME, text=TYPED), "handover.intro")
    filled = {"language": WORD, "wanted": TYPED, "urgency": WORD, "note": f"{TYPED} {WORD}"}
    page = visitor.post("/handover", service=PROGRAMME, step="send", code=WORD, **filled)
    visitor.sees(page, "handover.waiting")


def keeps_progress(visitor: Visitor) -> None:
    """Keep progress under a number, open it, and delete it; the number is a key as well."""
    page = visitor.post("/progress", step="make", kept="module.urges", note=TYPED)
    visitor.sees(page, "progress.number_once")
    sent = dict(re.findall(r'name="(number|asked|ticket)" value="([^"]*)"', page))
    number, first = sent["number"], 4 * int(sent["asked"])
    visitor.tokens.add(number)
    typed = number[first : first + 4]
    page = visitor.post("/progress", step="confirm", typed=typed, kept=WORD, **sent)
    visitor.sees(page, "progress.kept_title")
    for step, shown in {"open": "progress.save", "delete": "progress.deleted"}.items():
        page = visitor.post("/progress", step=step, number=number, kept=WORD, note=TYPED)
        visitor.sees(page, shown)


def sends_junk(visitor: Visitor) -> None:
    """Send what browsers don't, with marks in every place."""
    token = visitor.token or TOKEN
    lost = visitor.send("GET", f"/{WORD}?text={WORD}&token={token}")
    visitor.sees(lost.text, "error.page")
    visitor.send("GET", f"/help?country={WORD}&locale={WORD}&token={token}")
    visitor.send("PUT", f"/{WORD}", content=WORD)
    visitor.send("POST", "/", content=b"text=\xff\xfe" + WORD.encode(),
                 headers={"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
    visitor.send("POST", "/", content=b"--x\r\n" + WORD.encode(),
                 headers={"Content-Type": "multipart/form-data; boundary=x"})  # fmt: skip
    named = f"multipart/form-data; boundary=x; charset={WORD}"
    visitor.send("POST", "/", content=b"--x--", headers={"Content-Type": named})
    visitor.send("POST", "/", files={WORD: (WORD, WORD.encode())})
    visitor.send("POST", "/", content=WORD.encode() * 2_000)
    visitor.send_bytes(f"GET /{WORD} HTTP/9.9\r\n{WORD}\r\n\r\n".encode())
    visitor.send_bytes(f"{WORD}\r\n\r\n".encode())
    cut_short = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\ntext={WORD}"
    visitor.send_bytes(cut_short.encode())


def leaves(visitor: Visitor) -> None:
    """Forget one conversation, and leave another as the exit button does: by its token alone."""
    visitor.sees(visitor.post("/forget"), "chat.forgotten")
    visitor.token = ""
    visitor.post(text=f"{TYPED} {WORD}")
    visitor.send("POST", "/forget", data={"token": visitor.token})
    visitor.sees(visitor.post(text=f"{TYPED} {WORD}"), "chat.expired")
    visitor.sees(visitor.post("/forget"), "chat.forgotten")
    visitor.token = TOKEN
    visitor.post(text=f"{TYPED} {WORD}")
    visitor.sees(visitor.post("/forget"), "chat.forgotten")


Flow = Callable[[Visitor], None]
FLOWS: Final[dict[str, Flow]] = {
    "pages beside the conversation": looks_around,
    "free text": talks,
    "check-in": checks_in,
    "module, exercise and library": reads_a_module,
    "danger": is_in_danger,
    "refusal": is_refused,
    "services and card": looks_for_services,
    "summary for a programme": hands_over,
    "progress under a number": keeps_progress,
    "requests that no browser sends": sends_junk,
    "forget and exit": leaves,
}
"""Every way through the site, by its name in docs/seizure.md, in the order in which it is gone."""
