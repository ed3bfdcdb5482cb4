"""Cuts the bytes of one direction of a connection into whole messages: HTTP, then websocket frames (RFC 6455)."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_LENGTH, _LONG, _LONGER = 0x7F, 126, 127
_MASKED, _TEXT = 0x80, 1


@dataclass(frozen=True)
class Piece:
    """Bytes that go on together; `text` is that of a whole text message, None for anything else."""

    content: bytes
    text: bytes | None = None


class Cutter:
    """Feed it bytes as they come. On a connection without a websocket all pass as they are."""

    def __init__(self) -> None:
        self.head = b""  # of the first request or answer
        self.framed = False
        self._held = b""

    def feed(self, content: bytes) -> Iterator[Piece]:
        if not self.head:
            self._held += content
            head, gap, rest = self._held.partition(b"\r\n\r\n")
            if not gap:
                return
            self.head, self._held = head + gap, b""
            self.framed = b"upgrade: websocket" in self.head.lower()
            yield Piece(self.head)
            content = rest
        if not self.framed:
            if content:
                yield Piece(content)
            return
        self._held += content
        while (size := _size(self._held)) is not None and len(self._held) >= size:
            frame, self._held = self._held[:size], self._held[size:]
            yield Piece(frame, _text(frame))


def _size(held: bytes) -> int | None:
    """How long the frame is that begins here, head and all; None while that cannot be told."""
    if len(held) < 2:
        return None
    length, start = held[1] & _LENGTH, 2
    if length >= _LONG:
        start = 4 if length == _LONG else 10
        if len(held) < start:
            return None
        length = int.from_bytes(held[2:start], "big")
    return start + (4 if held[1] & _MASKED else 0) + length


def _text(frame: bytes) -> bytes | None:
    if frame[0] & 0x0F != _TEXT:
        return None
    length = frame[1] & _LENGTH
    start = 2 if length < _LONG else 4 if length == _LONG else 10
    if not frame[1] & _MASKED:
        return frame[start:]
    mask, body = frame[start : start + 4], frame[start + 4 :]
    return bytes(each ^ mask[nr % 4] for nr, each in enumerate(body))
