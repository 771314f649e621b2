"""The search itself: what is planted is found, in every disguise, on disk and in memory."""

from __future__ import annotations

import base64
import html
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, quote_plus

import numpy as np
import pytest

from bot.encoder.tokens import Tokens, store
from bot.encoder.weights import read_weights
from tests.seizure.marks import AT_ONCE, TEXTS, TOKEN, TYPED, WORD, found_below, found_in, marks
from tests.seizure.memory import Unreadable, found_in_memory

RAW = base64.urlsafe_b64decode(TOKEN + "=")
DISGUISES = {
    "plain": TYPED.encode(),
    "capitals": TYPED.upper().encode(),
    "small letters": TYPED.lower().encode(),
    "UTF-16": f"x{TYPED}".encode("utf-16"),
    "UTF-16, the other way round": TYPED.encode("utf-16-be"),
    "UTF-32": TYPED.encode("utf-32"),
    "Latin-1": TYPED.encode("latin-1"),
    "in an address": quote(TYPED).encode(),
    "in a form": quote_plus(TYPED).encode(),
    "in a form, in small letters": quote_plus(TYPED).lower().encode(),
    "JSON": json.dumps({"text": TYPED}).encode(),
    "Python": ascii(TYPED).encode(),
    "HTML": html.escape(f'"{TYPED}"').encode(),
    "hexadecimal": TYPED.encode().hex().encode(),
    "hexadecimal capitals": TYPED.encode().hex().upper().encode(),
    **{f"base64 after {n}": base64.b64encode(b"y" * n + TYPED.encode()) for n in range(4)},
    **{f"base64 for addresses after {n}": base64.urlsafe_b64encode(b"y" * n + TYPED.encode() + b"?")
       for n in range(3)},
    "key": TOKEN.encode(),
    "key, in capitals": TOKEN.upper().encode(),
    "key, raw": RAW,
    "key, hexadecimal": RAW.hex().encode(),
    "key, plain base64": base64.b64encode(RAW),
    "key, UTF-16": TOKEN.encode("utf-16-le"),
}  # fmt: skip


@pytest.mark.parametrize("disguise", DISGUISES)
def test_each_disguise_is_found(disguise: str) -> None:
    expected = f"token {TOKEN}" if disguise.startswith("key") else TYPED

    assert expected in found_in(b"before " + DISGUISES[disguise] + b" after", marks([TOKEN]))


@pytest.mark.parametrize("text", TEXTS)
def test_each_mark_is_found_and_only_that(text: str) -> None:
    assert found_in(f"GET /?q={text} HTTP".encode(), marks([TOKEN])) == {text: 1}


@pytest.mark.parametrize("kind", [np.int64, np.int32])
def test_a_message_is_found_as_the_encoder_has_it(
    tmp_path: Path, kind: type[np.signedinteger]
) -> None:
    store(read_weights().vocabulary(), tmp_path)
    pieces = Tokens(tmp_path).ids(f"good evening, {WORD} writes", 128)

    assert found_in(np.array(pieces, kind).tobytes(), marks([])) == {WORD: 1}


def test_what_holds_no_mark_is_not_found() -> None:
    assert found_in(os.urandom(2**20) + b"Quitten Mirabellen 203.0.113.7", marks([TOKEN])) == {}


def test_contents_and_names_of_files_are_searched_and_links_are_not_followed(
    tmp_path: Path,
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept").write_text(WORD)
    inside = tmp_path / "inside" / "deep"
    inside.mkdir(parents=True)
    (inside / "journal").write_bytes(b"\0" * 50 + WORD.encode("utf-16-le"))
    (inside / f"{WORD}.tmp").touch()
    (inside / "clean").write_text("nothing")
    (inside / "link").symlink_to(tmp_path / "outside")

    assert found_below(tmp_path / "inside", marks([])) == {
        "deep/journal": [WORD],
        f"deep/{WORD}.tmp": [WORD],
    }


def test_a_mark_that_lies_across_two_parts_of_a_large_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"\0" * (AT_ONCE - 5) + WORD.encode() + b"\0" * 100)

    assert found_below(tmp_path, marks([])) == {"large": [WORD]}


HOLDING = """
import sys
kept = sys.stdin.readline().encode("utf-16-le") * 3
print("ready", flush=True)
sys.stdin.readline()
"""


def test_what_a_process_holds_is_found_in_its_memory() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdin
        assert holder.stdout
        holder.stdin.write(f"{WORD}\n")
        holder.stdin.flush()
        assert holder.stdout.readline() == "ready\n"
        try:
            found = found_in_memory(holder.pid, marks([TOKEN]))
        except Unreadable as reason:
            pytest.skip(str(reason))
        finally:
            holder.stdin.close()

    assert found[WORD] >= 3
    assert f"token {TOKEN}" not in found


def test_memory_that_cant_be_read_says_why() -> None:
    with pytest.raises(Unreadable):
        found_in_memory(2**22 + 1, marks([]))
