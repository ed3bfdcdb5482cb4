"""Telling apart what an ESC/POS printer sends: answers, blocks of data, and status nobody asked for.

All of it arrives on one stream. Taken for an answer, a byte of an unsolicited status makes an offline printer look
fine.
"""

from __future__ import annotations

from dataclasses import dataclass

# (byte of the packet, bit, reason); both bits of a paper sensor go together.
_ASB_BITS = (
    (0, 3, "offline"), (0, 5, "head_open"),
    (1, 3, "cutter"), (1, 5, "error"), (1, 6, "overheated"),
    (2, 2, "paper_out"), (2, 3, "paper_out"),
)  # fmt: skip

_LONGEST_BLOCK = 256


@dataclass(frozen=True)
class Eot:
    """The answer to a DLE EOT."""

    byte: int


@dataclass(frozen=True)
class Asb:
    """Automatic status back: four bytes a printer sends when its state changes, once GS a has asked it to."""

    packet: bytes

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it cannot print, in the words of PrinterStatus; empty when it can."""
        return tuple(dict.fromkeys(reason for at, bit, reason in _ASB_BITS if self.packet[at] >> bit & 1))


@dataclass(frozen=True)
class Block:
    """A block of data up to its NUL: what GS I tells, or the answer to GS ( H."""

    header: int
    body: bytes

    @property
    def text(self) -> str | None:
        """What GS I was asked for, if this is that."""
        return self.body.decode("latin-1").strip() if self.header == 0x5F else None

    @property
    def process_id(self) -> str:
        """The four characters of a GS ( H answer, '' if this is none."""
        return self.body[1:].decode("latin-1") if self.header == 0x37 and self.body[:1] == b"\x22" else ""


class EscposReplies:
    """Reads the stream of one connection, byte by byte, however it is cut into pieces.

    Of an ASB packet only the first byte can be told from its bits. Flow control (XON, XOFF) may come anywhere; a
    real-time answer may come between the bytes of a packet.
    """

    def __init__(self) -> None:
        self._packet = bytearray()  # of an ASB begun
        self._block: bytearray | None = None

    def feed(self, data: bytes) -> list[Eot | Asb | Block]:
        """The replies completed by `data`, which continues what was fed before."""
        return [reply for byte in data if (reply := self._next(byte)) is not None]

    def _next(self, byte: int) -> Eot | Asb | Block | None:
        if self._block is not None:
            return self._in_block(byte)
        if byte in (0x11, 0x13):
            return None
        if byte & 0x93 == 0x12:
            return Eot(byte)
        if self._packet and not byte & 0x90:
            self._packet.append(byte)
            if len(self._packet) < 4:
                return None
            packet, self._packet = bytes(self._packet), bytearray()
            return Asb(packet)
        self._packet.clear()
        if byte & 0x93 == 0x10:
            self._packet.append(byte)
        elif byte in (0x5F, 0x37):
            self._block = bytearray((byte,))
        return None

    def _in_block(self, byte: int) -> Block | None:
        assert self._block is not None
        if byte:
            self._block.append(byte)
            if len(self._block) > _LONGEST_BLOCK:
                self._block = None
            return None
        block, self._block = self._block, None
        return Block(block[0], bytes(block[1:]))
