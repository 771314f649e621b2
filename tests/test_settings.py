"""bot.settings: every setting is documented, and a bad value is one clear sentence."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadSetting
from bot.settings import ROOT, Settings, read

NUMBERS = [field.name for field in fields(Settings) if isinstance(field.default, int | float)]
CLOSED = {
    "mode": "production",
    "survey": "on",
    "resume": "on",
    "progress_database": "sqlite:///7",
    "embed": "https://partner.example",
    "security_contact": "mailto:security@organisation.example",
    "state_url": "unix:///run/redis/state.sock",
}
"""A value for each setting that doesn't take any word."""
ROW = re.compile(r"^\| `QUIETLINE_(\w+)` \| `([^`]*)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
PARTNERS = (
    "QUIETLINE_EMBED must be addresses such as https://partner.example, without a path, "
    "and with spaces between them."
)
NO_ORIGINS = (
    "https://*.partner.example",
    "http://partner.example",
    "partner.example",
    "https://partner.example/",
    "https://partner.example;",
    "https://Partner.example",
    "https:",
    "https://partner.example:65536",
    "https://partner.example:0",
    "'self'",
    "https://partner.example *",
)
CONTACT = "QUIETLINE_SECURITY_CONTACT must begin with mailto:, https:// or tel:."
NO_CONTACTS = (
    "security@organisation.example",
    "http://organisation.example",
    "tel:1\nExpires: 9",
    "tel:",
)
STATE = (
    "QUIETLINE_STATE_URL must be unix:///path, redis:// with an address of this machine, or "
    "rediss:// with no other options than ssl_ca_certs, ssl_certfile and ssl_keyfile: "
    "nothing about a conversation may leave this machine unencrypted."
)
FAR_OR_WEAK = (
    "redis://10.0.0.7:6379/0",
    "redis://:secret@redis.example/0",
    "redis://127.0.0.1.redis.example",
    "redis://127.0.0.1@redis.example",
    "redis://127.0.0.1:65536/0",
    "redis://127.0.0.1:6379/0?socket_timeout=60",
    "rediss://redis.example:6380/0?ssl_cert_reqs=none",
    "rediss://redis.example:6380/0?ssl_ca_certs=/a.pem&ssl_check_hostname=false",
    "rediss://redis.example:0",
    "unix://",
    "unix:///run/redis.sock?db=1",
    "/run/redis.sock",
    "memory",
)
NEAR_OR_ENCRYPTED = (
    "unix:///run/redis/state.sock",
    "unix://quietline:secret@/run/redis/state.sock",
    "redis://127.0.0.1:6379/0",
    "redis://:secret@localhost",
    "redis://[::1]:6379",
    "rediss://quietline:secret@redis.example:6380/0?ssl_ca_certs=/a.pem&ssl_certfile=/b.pem&ssl_keyfile=/c.pem",
)
PROGRESS = (
    "QUIETLINE_PROGRESS_DATABASE must be sqlite:/// and the path of a file; PostgreSQL can't be "
    "made to overwrite what is deleted."
)
NO_FILES = (
    "postgresql://db/progress",
    "sqlite://",
    "sqlite:///",
    "sqlite:///:memory:",
    "sqlite:///file:x?mode=memory&uri=true",
    "sqlite:///progress.sqlite?timeout=abc",
    "sqlite:////var/lib/",
)


def documented() -> dict[str, str]:
    """Return each setting of docs/settings.md with its default."""
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    return {name.lower(): default for name, default, _, _ in ROW.findall(page)}


def test_every_setting_is_documented_and_no_other() -> None:
    assert list(documented()) == [field.name for field in fields(Settings)]


def test_the_documented_defaults_are_the_real_ones() -> None:
    for field in fields(Settings):
        assert documented()[field.name] == str(field.default).replace(f"{ROOT}/", "")


def test_every_number_says_its_unit_in_its_name() -> None:
    assert [name for name in NUMBERS if not name.endswith("port")] == [
        name for name in NUMBERS if name.endswith("_seconds")
    ]


def test_without_an_environment_the_defaults_hold() -> None:
    assert read({}) == Settings()
    assert read({"QUIETLINE_TITLE": "", "PORT": ""}) == Settings()


def test_each_setting_is_read_from_its_own_variable() -> None:
    for field in fields(Settings):
        value = CLOSED.get(field.name, "7")
        chosen = read({f"QUIETLINE_{field.name.upper()}": value})
        assert str(getattr(chosen, field.name)).removesuffix(".0") == value
        assert type(getattr(chosen, field.name)) is type(field.default)


def test_port_sets_the_port_too_unless_our_own_variable_does() -> None:
    assert read({"PORT": "9000"}).port == 9000
    assert read({"PORT": "9000", "QUIETLINE_PORT": "9001"}).port == 9001


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("QUIETLINE_PORT", "eighty", "QUIETLINE_PORT must be a whole number above 0."),
        ("PORT", "eighty", "PORT must be a whole number above 0."),
        ("QUIETLINE_PORT", "70000", "QUIETLINE_PORT and PORT must be 65535 at most."),
        ("QUIETLINE_PORT", "0", "QUIETLINE_PORT must be a whole number above 0."),
        ("QUIETLINE_IDLE_SECONDS", "-1", "QUIETLINE_IDLE_SECONDS must be a whole number above 0."),
        ("QUIETLINE_IDLE_SECONDS", "9.5", "QUIETLINE_IDLE_SECONDS must be a whole number above 0."),
        ("QUIETLINE_ANSWER_SECONDS", "nan", "QUIETLINE_ANSWER_SECONDS must be a number above 0."),
        ("QUIETLINE_ANSWER_SECONDS", "inf", "QUIETLINE_ANSWER_SECONDS must be a number above 0."),
        *(("QUIETLINE_EMBED", value, PARTNERS) for value in NO_ORIGINS),
        *(("QUIETLINE_SECURITY_CONTACT", value, CONTACT) for value in NO_CONTACTS),
        *(("QUIETLINE_PROGRESS_DATABASE", value, PROGRESS) for value in NO_FILES),
        *(("QUIETLINE_STATE_URL", value, STATE) for value in FAR_OR_WEAK),
        ("QUIETLINE_MODE", "live", "QUIETLINE_MODE must be draft or production."),
    ],
)
def test_a_bad_value_is_one_sentence_that_names_its_variable(
    variable: str, value: str, sentence: str
) -> None:
    with pytest.raises(BadSetting) as refused:
        read({variable: value})

    assert str(refused.value) == sentence


@pytest.mark.parametrize("address", NEAR_OR_ENCRYPTED)
def test_a_redis_of_this_machine_or_behind_tls_is_taken_and_its_password_never_shown(
    address: str,
) -> None:
    chosen = read({"QUIETLINE_STATE_URL": address})

    assert chosen.state_url == address
    assert "secret" not in repr(chosen)


def test_only_spaces_name_no_partner() -> None:
    assert read({"QUIETLINE_EMBED": "  "}).embed == ""
    assert read({"QUIETLINE_EMBED": " https://a.example  https://b.example:8443 "}).embed == (
        "https://a.example https://b.example:8443"
    )


@given(st.sampled_from(NUMBERS), st.text(max_size=8))
def test_any_value_of_a_number_is_read_as_a_positive_one_or_refused(name: str, value: str) -> None:
    with suppress(BadSetting):
        assert getattr(read({f"QUIETLINE_{name.upper()}": value}), name) > 0


def test_what_the_pages_promise_about_forgetting_is_the_default() -> None:
    assert (Settings().idle_seconds, Settings().lifetime_seconds) == (30 * 60, 4 * 60 * 60)


def test_no_switch_logs_conversations() -> None:
    names = {field.name for field in fields(Settings)}

    assert not [name for name in names if "log" in name or "debug" in name or "trace" in name]
    assert isinstance(Settings().model, Path)
