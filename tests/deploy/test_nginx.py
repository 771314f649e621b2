"""deploy/nginx: the proxy keeps the promise that the site makes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.languages.locales import propose
from bot.settings import ROOT, Settings
from bot.web.connections import MOST_CONNECTIONS, READ_SECONDS
from bot.web.public.site import Site
from bot.web.public.static_help import PLACE
from bot.web.security import HEADERS, LONGEST_BODY, SECURE_TRANSPORT
from tests.deploy.nginx_file import Directive, copy, everything, read, unknown

KILOBYTE = 1024
ADDRESSES = {
    "$remote_addr",
    "$binary_remote_addr",
    "$proxy_add_x_forwarded_for",
    "$http_user_agent",
    "$http_referer",
    "$http_cookie",
    "$http_x_forwarded_for",
    "$http_x_real_ip",
}
PASSED = {
    "accept-language",
    "content-encoding",
    "content-type",
    "sec-fetch-site",
    "x-requested-with",
}
MADE_BY_NGINX = {"host", "connection", "content-length"}
ASKED = re.compile(r"headers\.get\(\s*\"([^\"]+)\"")
PUBLIC_EDGE = [*(ROOT / "bot/web/public").glob("*.py"), ROOT / "bot/web/security.py"]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy(tmp_path_factory.mktemp("nginx"))


@pytest.fixture(scope="module")
def whole(path: Path) -> Directive:
    return read(path)


@pytest.fixture
def http(whole: Directive) -> Directive:
    return whole.all("http")[0]


def server(http: Directive, name: str, listen: str) -> Directive:
    return next(
        each
        for each in http.all("server")
        if each.value("server_name") == name
        and any(listen in " ".join(one.arguments) for one in each.all("listen"))
    )


@pytest.fixture
def clear(http: Directive) -> Directive:
    return server(http, "information.example", "443 ssl")


@pytest.fixture
def onion(http: Directive) -> Directive:
    return server(http, "informationexample.onion", "unix:")


def test_an_analyser_of_nginx_configurations_finds_nothing(path: Path) -> None:
    found = shutil.which(
        "gixy", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    if found is None:
        pytest.skip("gixy is not installed")

    # Left out: a hint on speed, to keep files open; ours are replaced while they are served.
    asked = [found, "--skips", "try_files_is_evil_too", str(path)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_directive_is_one_of_nginx(path: Path) -> None:
    # The parser takes lines of a map and of mime.types for directives, and lacks one of 1.19.4.
    patterns = {"default", "types"}
    found = {each for each in unknown(path) if not each.startswith('"') and each not in patterns}

    assert found == {"ssl_reject_handshake"}


def test_no_log_is_written(whole: Directive, http: Directive) -> None:
    logs = [each for each in everything(whole) if each.name.endswith("_log")]

    assert {(log.name, *log.arguments) for log in logs} == {
        ("access_log", "off"),
        ("error_log", "/dev/null", "crit"),
    }
    assert whole.value("error_log")
    assert http.value("access_log") == "off"
    assert not [each for each in everything(whole) if each.name == "log_format"]


def test_nothing_that_passes_is_written_to_a_temporary_file(http: Directive) -> None:
    body = int(http.value("client_max_body_size").removesuffix("k")) * KILOBYTE
    room = int(http.value("client_body_buffer_size").removesuffix("k")) * KILOBYTE
    proxies = [each for each in everything(http) if each.value("proxy_pass")]

    assert LONGEST_BODY < body <= room  # the site says itself what was too long
    assert len(proxies) == 2
    assert {each.value("proxy_max_temp_file_size") for each in proxies} == {"0"}


@pytest.mark.slow
def test_every_page_fits_into_memory(clear: Directive, client: TestClient, site: Site) -> None:
    number, size = clear.location("/").value("proxy_buffers").split()
    room = int(number) * int(size.removesuffix("k")) * KILOBYTE
    paths = ("/", "/help", "/library", "/directory", "/about", "/privacy")

    sizes = [len(client.get(f"{path}?locale={each.tag}&country=DE").content)
             for path in paths for each in site.locales]  # fmt: skip

    assert max(sizes) < room / 2


def test_the_site_gets_the_headers_that_it_reads_and_no_others(http: Directive) -> None:
    for proxy in (each for each in everything(http) if each.value("proxy_pass")):
        sent = {each.arguments[0].lower() for each in proxy.all("proxy_set_header")}

        assert proxy.value("proxy_pass_request_headers") == "off"
        assert sent == PASSED | {"host", "connection"}
        values = " ".join(each.arguments[1] for each in proxy.all("proxy_set_header"))
        assert not [each for each in ADDRESSES if each in values]

    read_by_us = {name for path in PUBLIC_EDGE for name in ASKED.findall(path.read_text())}
    assert read_by_us - MADE_BY_NGINX <= PASSED


def test_an_address_is_used_to_limit_only_and_no_limit_counts_for_help(
    http: Directive, clear: Directive
) -> None:
    using = {each.name for each in everything(http) if ADDRESSES & {*each.arguments}}
    limited = [each for each in everything(http) if each.all("limit_req") + each.all("limit_conn")]

    assert using <= {"limit_conn_zone", "map"}
    # Neither the servers nor the help pages.
    assert limited == [each for each in everything(http) if each.value("proxy_pass")]
    assert [each for each in limited if each.all("limit_req")] == [clear.location("/")]
    assert {http.value("limit_req_status"), http.value("limit_conn_status")} == {"503"}


def test_a_flood_of_messages_leaves_the_site_room_for_pages(http: Directive) -> None:
    [server] = http.all("upstream")[0].all("server")
    most = int(next(each for each in server.arguments if "max_conns" in each).split("=")[1])
    zones = {each.arguments[1]: each.arguments[0] for each in http.all("limit_conn_zone")}
    kinds = next(each for each in http.all("map") if each.arguments[1] == "$message").block

    assert zones["zone=messages:1m"] == "$message"
    # The onion service's are counted apart.
    assert [*{each.arguments[0]: None for each in kinds}] == ["web", "", "onion"]
    assert http.all("upstream")[0].value("zone")  # else each worker counts for itself
    for proxy in (each for each in everything(http) if each.value("proxy_pass")):
        messages = dict(each.arguments for each in proxy.all("limit_conn"))["messages"]
        assert 2 * int(messages) < most < MOST_CONNECTIONS


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        ("GET 203.0.113.7", ""),
        ("HEAD unix:", ""),
        ("POST15 203.0.113.7", "web"),
        ("POST15 2001:db8::7", "web"),
        ("POST15 unix:", "onion"),
        ("POSTchunked unix:", "onion"),
        ("GET30000 unix:", "onion"),  # a page without a body is no message; this has one
        ("GETchunked 203.0.113.7", "web"),
        ("PUT15 203.0.113.7", "web"),
    ],
)
def test_whatever_has_a_body_counts_as_a_message(http: Directive, request_: str, kind: str) -> None:
    rules = next(each for each in http.all("map") if each.arguments[1] == "$message")
    [default] = (each.arguments[0] for each in rules.block if each.name == "default")
    patterns = [each for each in rules.block if each.name != "default"]
    found = [each.arguments[0] for each in patterns
             if re.search(each.name.removeprefix("~"), request_)]  # fmt: skip

    assert rules.arguments[0].endswith(" $server_addr")
    assert (found or [default])[0] == kind


def test_a_slow_body_is_left_to_the_site_which_ends_it(http: Directive) -> None:
    for proxy in (each for each in everything(http) if each.value("proxy_pass")):
        assert proxy.value("proxy_request_buffering") == "off"
        assert proxy.value("proxy_http_version") == "1.1"  # else it keeps what has no length
    assert int(http.value("client_body_timeout").removesuffix("s")) >= READ_SECONDS


def test_one_network_holds_few_places_and_never_fewer_than_its_pace_needs(
    http: Directive, clear: Directive
) -> None:
    zones = {each.arguments[1]: each.arguments[0] for each in http.all("limit_conn_zone")}
    paces = [" ".join(each.arguments) for each in http.all("limit_req_zone")]
    [a_second] = [int(each) for pace in paces for each in re.findall(r"rate=(\d+)r/s", pace)]
    most = {each.arguments[0]: int(each.arguments[1])
            for each in clear.location("/").all("limit_conn")}  # fmt: skip

    assert zones["zone=networks:1m"] == "$network"
    assert most["connections"] < most["networks"] <= most["messages"] / 10
    assert most["networks"] >= a_second * READ_SECONDS


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113"),
        ("2001:db8:7:1::9", "2001:db8:7"),
        ("2001:db8::9", "2001:db8:"),
        ("unix:", ""),
    ],
)
def test_requests_are_limited_by_network_not_by_address(
    http: Directive, address: str, network: str
) -> None:
    rules = next(each for each in http.all("map") if each.arguments[1] == "$network").block
    patterns = [each.name.removeprefix("~").replace("(?<", "(?P<")
                for each in rules if each.name.startswith("~")]  # fmt: skip
    found = [match.group(1) for each in patterns if (match := re.search(each, address))]

    assert (found or [""])[0] == network


def test_only_todays_encryption_and_nothing_that_ties_visits_together(http: Directive) -> None:
    # At this level, because nginx reads some of them before it knows the server.
    assert http.value("ssl_protocols") == "TLSv1.2 TLSv1.3"
    assert all("GCM" in each or "POLY1305" in each for each in http.value("ssl_ciphers").split(":"))
    for name in ("ssl_session_tickets", "ssl_session_cache", "ssl_early_data"):
        assert http.value(name) == "off", name
    below = [each for each in everything(http) if each is not http]
    assert not [one for each in below for one in each.block if one.name == "ssl_protocols"]


def test_dynamic_pages_are_not_compressed(http: Directive, clear: Directive) -> None:
    on = [each for each in everything(http) if each.value("gzip") == "on"]

    assert http.value("gzip") == "off"
    assert on
    assert {each.arguments for each in on} == {("^~", PLACE)}


def test_slow_senders_are_let_go(http: Directive) -> None:
    for name in ("client_header_timeout", "client_body_timeout", "send_timeout", "lingering_time"):
        assert int(http.value(name).removesuffix("s")) <= 10, name
    assert http.value("reset_timedout_connection") == "on"


def test_help_comes_before_a_visitor_gives_up(clear: Directive) -> None:
    proxy = clear.location("/")
    patience = int(proxy.value("proxy_read_timeout").removesuffix("s"))

    assert Settings().answer_seconds * 2 <= patience <= 10
    assert proxy.value("proxy_next_upstream") == "off"  # a message is never sent twice


@pytest.mark.parametrize("name", ["clear", "onion"])
def test_what_the_site_cannot_answer_is_answered_with_help(
    request: pytest.FixtureRequest, name: str
) -> None:
    here: Directive = request.getfixturevalue(name)
    pages = {code: each.arguments[-1] for each in here.all("error_page")
             for code in each.arguments[:-1]}  # fmt: skip

    assert {"502", "503", "504", "413", "400"} <= {*pages}
    # An address: a named location would refuse a POST.
    assert {*pages.values()} == {PLACE + "$help_page.html"}
    assert here.location(PLACE).value("try_files") == f"$uri {PLACE}index.html =404"
    assert here.value("root") == "/var/lib/quietline-pages"


def test_help_pages_carry_the_headers_of_the_site(clear: Directive, onion: Directive) -> None:
    for here in (clear, onion):
        sent = {
            each.arguments[0]: each.arguments[1] for each in here.location(PLACE).all("add_header")
        }
        for name in HEADERS.keys() - {"Content-Security-Policy", "Permissions-Policy",
                                      "Origin-Agent-Cluster"}:  # fmt: skip
            assert sent[name] == HEADERS[name], name
        assert "default-src 'none'" in sent["Content-Security-Policy"]
        assert "script-src" not in sent["Content-Security-Policy"]


def test_the_word_about_tls_is_said_once_with_tls_and_never_on_the_onion_service(
    clear: Directive, onion: Directive
) -> None:
    said = ("Strict-Transport-Security", SECURE_TRANSPORT, "always")

    for each in (clear, clear.location(PLACE)):
        assert [h.arguments for h in each.all("add_header")].count(said) == 1
    names = {h.arguments[0] for each in everything(onion) for h in each.all("add_header")}
    assert "Strict-Transport-Security" not in names
    for each in (clear, onion):
        assert each.location("/").value("proxy_hide_header") == "Strict-Transport-Security"


def test_plain_http_leads_to_the_first_page_and_repeats_no_address(http: Directive) -> None:
    plain = server(http, "information.example", "80")

    assert plain.location("/").value("return") == "301 https://information.example/"
    assert not [each for each in everything(plain) if each.value("proxy_pass")]


def test_who_asks_for_another_name_learns_nothing(http: Directive) -> None:
    default = server(http, "_", "443 ssl default_server")

    assert default.value("ssl_reject_handshake") == "on"
    assert default.value("return") == "444"


LISTS = [
    "de", "de-AT,de;q=0.9,en;q=0.8", "sv,fi;q=0.9,en;q=0.8", "sv-SE, nl-NL;q=0.7, en;q=0.3",
    "pt-BR,pt;q=0.9", "tr,ar;q=0.5", "", "*", "den,cs", "fr, en", "en-US,en;q=0.5",
]  # fmt: skip


@pytest.mark.parametrize("accept", LISTS)
def test_the_help_page_is_in_the_language_that_the_site_would_take(
    http: Directive, site: Site, accept: str
) -> None:
    rules = next(each for each in http.all("map") if each.arguments[1] == "$help_page").block
    pattern = next(each.name for each in rules if each.name != "default")
    found = re.search(pattern.removeprefix("~").replace("(?<", "(?P<"), accept)
    tag = found["found"] if found else site.locales[0].tag

    assert tag == propose(accept, site.locales).tag


def test_every_language_is_known_and_a_hostile_list_is_read_at_once(
    http: Directive, site: Site
) -> None:
    rules = next(each for each in http.all("map") if each.arguments[1] == "$help_page").block
    pattern = next(each.name for each in rules if each.name != "default")
    pattern = pattern.removeprefix("~").replace("(?<", "(?P<")
    began = time.perf_counter()

    for locale in site.locales:
        assert re.search(pattern, locale.tag), locale.tag
    for hostile in ("x, " * 2_600, "x" * 8_000, "x,  " * 2_000 + ",", ", " * 4_000):
        assert re.search(pattern, hostile) is None
    assert time.perf_counter() - began < 1
