"""Whoever listens in the assistant's place, and answers as no assistant should."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

KEPT_CONNECTION_SECONDS = 6.0
"""Longer than the site keeps a connection that it doesn't use."""
Answer = Callable[[socket.socket, bytes], None]
"""Gets a caller, and what it said."""

NONSENSE = {
    "hangs up": b"",
    "error 500": b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n",
    "error 503": b"HTTP/1.1 503 Busy\r\ncontent-length: 4\r\n\r\nbusy",
    "empty object": b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
    "no JSON": b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nnot json!",
    "null": b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnull",
    "no HTTP": b"not HTTP at all\r\n\r\n",
}


def drip(caller: socket.socket, said: bytes) -> None:
    """Begin an answer, and never come to its end."""
    caller.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    for _ in range(20):
        caller.sendall(b" ")
        time.sleep(0.3)


def repeat(status: bytes) -> Answer:
    """Return what answers with all that was sent, headers and words, as careless pages do."""

    def answer(caller: socket.socket, said: bytes) -> None:
        head = b"HTTP/1.1 %s\r\ncontent-length: %d\r\n\r\n" % (status, len(said))
        caller.sendall(head + said)

    return answer


@contextmanager
def stand_in(place: Path, answer: Answer) -> Iterator[None]:
    """Listen in the assistant's place, and let ``answer`` deal with every caller."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(place))
        listening.listen()
        threading.Thread(target=_serve, args=(listening, answer), daemon=True).start()
        try:
            yield
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            place.unlink()


def _serve(listening: socket.socket, answer: Answer) -> None:
    while True:
        try:
            caller, _ = listening.accept()
        except OSError:
            return
        with caller:
            try:
                answer(caller, caller.recv(65536))
            except OSError:
                continue
