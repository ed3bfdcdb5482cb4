"""What the battery's proxy cuts connections into: whole messages, however the bytes arrive."""
from __future__ import annotations

import pytest

from bench.chaos.frames import Cutter

HEAD = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
LONG = b"x" * 70_000


def frame(text: bytes, mask: bytes = b"") -> bytes:
    marked = 0x80 if mask else 0
    size = len(text)
    length = bytes([marked | size]) if size < 126 else bytes([marked | 127]) + size.to_bytes(8, "big")
    return b"\x81" + length + mask + bytes(each ^ (mask or b"\0\0\0\0")[nr % 4] for nr, each in enumerate(text))


@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_messages_are_whole_however_they_arrive(step):
    sent = HEAD + frame(b"42/terminal,1[]", b"abcd") + b"\x89\x00" + frame(LONG)
    cutter, found = Cutter(), []
    for at in range(0, len(sent), step):
        found += cutter.feed(sent[at : at + step])
    assert b"".join(piece.content for piece in found) == sent
    assert [piece.text for piece in found] == [None, b"42/terminal,1[]", None, LONG]


def test_what_is_no_websocket_passes_as_it_is():
    cutter = Cutter()
    pieces = [*cutter.feed(b"HTTP/1.1 200 OK\r\n\r\n\x81\x01x"), *cutter.feed(b"\x81")]
    assert [piece.content for piece in pieces] == [b"HTTP/1.1 200 OK\r\n\r\n", b"\x81\x01x", b"\x81"]
