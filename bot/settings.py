"""Every setting: its environment variable, default, unit and meaning, in one table.

There is no switch that turns the logging of conversations on, and none may be added.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from bot.errors import BadSetting

HIGHEST_PORT = 65_535
ORIGIN = re.compile(r"https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::([0-9]{1,5}))?")
"""What browsers call an origin: no path, no sign that a policy could read as another word."""
FILE = re.compile(r"sqlite:///(?!:memory:|file:)[^?]*[^?/]")
"""An SQLite file of its own: memory would keep nothing, and options could change how it is kept."""
CONTACT = re.compile(r"(?:mailto:|https://|tel:)[!-~]+")
STATE = re.compile(
    r"unix://(?:[^@/?#\s]*@)?/[^?#\s]+"
    r"|redis://(?:[^@/?#\s]*@)?(?:127\.0\.0\.1|localhost|\[::1\])(?::([0-9]{1,5}))?(?:/[0-9]*)?"
    r"|rediss://(?:[^@/?#\s]*@)?(?:[\w.-]+|\[[0-9a-f:]+\])(?::([0-9]{1,5}))?(?:/[0-9]*)?"
    r"(?:\?ssl_(?:ca_certs|certfile|keyfile)=[^&#\s]+(?:&ssl_(?:ca_certs|certfile|keyfile)=[^&#\s]+)*)?"
)
"""A Redis on this machine, or one that is reached through TLS, whose options can't weaken it."""

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: where Rasa's files, content, catalogs and models lie."""


@dataclass(frozen=True)
class Settings:
    """What an operator can set; each field is read from ``QUIETLINE_<NAME>``."""

    title: str = "Quietline"
    """The site's name on every page; choose a neutral one."""
    host: str = "127.0.0.1"
    """Where the site listens; put a TLS proxy in front before opening it to others."""
    port: int = 8080
    """The site's TCP port; ``PORT`` sets it too."""
    mode: str = "draft"
    """``draft`` shows unsigned texts with a banner; ``production`` refuses them."""
    exit_url: str = "https://www.wikipedia.org/"
    """Where the exit button leads; a page that says nothing about its reader."""
    embed: str = ""
    """Origins of partners whose pages may hold the chat, with spaces between; empty: nobody's."""
    security_contact: str = ""
    """Where to report weaknesses, as security.txt names it; empty: there is no such file."""
    socket: Path = ROOT / "var" / "assistant.sock"
    """The Unix socket between site and assistant."""
    state_url: str = field(default="", repr=False)  # it may hold a password
    """The Redis in which several nodes share conversations; empty: in memory, and nowhere else."""
    database: str = f"sqlite:///{ROOT / 'var' / 'statistics.sqlite'}"
    """SQLAlchemy address of the counters."""
    releases: Path = ROOT / "var" / "releases"
    """Where statistics are released to, and where the site reads the latest release."""
    studio: Path = ROOT / "var" / "studio"
    """The working copy of content and catalogs, which clinicians change in the studio."""
    studio_database: str = f"sqlite:///{ROOT / 'var' / 'studio.sqlite'}"
    """SQLAlchemy address of the studio's versions, comments and signatures."""
    bundles: Path = ROOT / "var" / "bundles"
    """Where published content lies; while there is none, the checkout's own is shown."""
    bundle_key: Path = ROOT / "var" / "bundle.pub"
    """The public key that a bundle of content must be signed with."""
    take_over_seconds: int = 20
    """How often site and assistant look for newly published content."""
    survey: str = "off"
    """``on`` offers three questions before and after a module, to those who agree."""
    resume: str = "off"
    """``on`` lets visitors keep what they have done, under a number that only they have."""
    progress_database: str = f"sqlite:///{ROOT / 'var' / 'progress.sqlite'}"
    """SQLAlchemy address of what visitors keep, in SQLite; made only when ``resume`` is on."""
    staff_host: str = "127.0.0.1"
    """Where the staff's pages listen; an internal network only."""
    staff_port: int = 8090
    """The TCP port of the staff's pages."""
    staff_database: str = f"sqlite:///{ROOT / 'var' / 'staff.sqlite'}"
    """SQLAlchemy address of the staff's accounts and audit trail."""
    model: Path = ROOT / "models" / "quietline.tar.gz"
    """The trained model that came with the program; the assistant's while none is released."""
    models: Path = ROOT / "var" / "models"
    """Where models that the studio released lie."""
    idle_seconds: int = 30 * 60
    """A conversation is forgotten after this long without a message."""
    lifetime_seconds: int = 4 * 60 * 60
    """A conversation is forgotten this long after it began, whatever happens."""
    answer_seconds: float = 3.0
    """How long the site waits for the assistant before it answers by itself."""
    flush_seconds: int = 60 * 60
    """How often counters leave memory; what a crash can lose."""


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings that ``environment`` asks for.

    Raises:
        BadSetting: A value can't be read; the message names the variable and what it wants.
    """
    values = {
        field.name: _value(field.name, field.default, environment) for field in fields(Settings)
    }
    if values["mode"] not in ("draft", "production"):
        raise BadSetting("QUIETLINE_MODE must be draft or production.")
    if values["survey"] not in ("off", "on"):
        raise BadSetting("QUIETLINE_SURVEY must be off or on.")
    if values["resume"] not in ("off", "on"):
        raise BadSetting("QUIETLINE_RESUME must be off or on.")
    if not FILE.fullmatch(values["progress_database"]):
        raise BadSetting(
            "QUIETLINE_PROGRESS_DATABASE must be sqlite:/// and the path of a file; PostgreSQL "
            "can't be made to overwrite what is deleted."
        )
    if not _is_near_or_encrypted(values["state_url"]):
        raise BadSetting(
            "QUIETLINE_STATE_URL must be unix:///path, redis:// with an address of this machine, "
            "or rediss:// with no other options than ssl_ca_certs, ssl_certfile and ssl_keyfile: "
            "nothing about a conversation may leave this machine unencrypted."
        )
    values["embed"] = " ".join(values["embed"].split())
    if not all(map(_is_origin, values["embed"].split())):
        raise BadSetting(
            "QUIETLINE_EMBED must be addresses such as https://partner.example, without a path, "
            "and with spaces between them."
        )
    if values["security_contact"] and not CONTACT.fullmatch(values["security_contact"]):
        raise BadSetting("QUIETLINE_SECURITY_CONTACT must begin with mailto:, https:// or tel:.")
    if values["port"] > HIGHEST_PORT:
        raise BadSetting(f"QUIETLINE_PORT and PORT must be {HIGHEST_PORT} at most.")
    if values["staff_port"] > HIGHEST_PORT:
        raise BadSetting(f"QUIETLINE_STAFF_PORT must be {HIGHEST_PORT} at most.")
    return Settings(**values)


def _is_near_or_encrypted(address: str) -> bool:
    found = STATE.fullmatch(address)
    return not address or (found is not None and 0 < int(found[1] or found[2] or 1) <= HIGHEST_PORT)


def _is_origin(partner: str) -> bool:
    found = ORIGIN.fullmatch(partner)
    return found is not None and 0 < int(found[1] or 443) <= HIGHEST_PORT


def _value(name: str, default: Any, environment: Mapping[str, str]) -> Any:
    variable = f"QUIETLINE_{name.upper()}"
    if name == "port" and not environment.get(variable):
        variable = "PORT"
    raw = environment.get(variable)
    if not raw:
        return default
    if isinstance(default, int | float):
        return _number(variable, raw, type(default))
    return type(default)(raw)


def _number(variable: str, raw: str, kind: type[int] | type[float]) -> float:
    try:
        number = kind(raw)
    except ValueError:
        number = kind(0)
    if not 0 < number < math.inf:
        whole = "whole " if kind is int else ""
        raise BadSetting(f"{variable} must be a {whole}number above 0.")
    return number
