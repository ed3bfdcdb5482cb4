"""A TCP proxy that does to connections what radio cells, routers and dying servers do.

It delays everything a little, and on demand goes black: then nothing passes, and what was under way arrives when it is
over, even of connections that were given up meanwhile, as TCP does. By chance it loses answers (drops the message, or
resets the connection just before it), sends a command twice, holds one up so long that it arrives after newer ones on
other connections, and resets connections.
"""
from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.chaos.frames import Cutter, Piece
from bench.world import free_port

SLOWEST = 0.03  # seconds that a piece takes on its way, at most
HELD_UP = (0.5, 9.0)  # seconds; longer than a terminal waits for an answer
COMMAND, ANSWER = b"42/", b"43/"
RESET = b"\0reset"
EXTENSIONS = b"sec-websocket-extensions:"
Writer = asyncio.StreamWriter
Changer = Callable[[Piece], Iterator[bytes | float]]


@dataclass
class Faults:
    """Shares of messages: answers that are `lost`, commands that come `twice` or are `held` up; resets a minute."""

    lost: float = 0.0
    twice: float = 0.0
    held: float = 0.0
    resets: float = 0.0


class Proxy:
    """Between browsers and the server at `upstream`, in a thread of its own. `seen` counts what it did."""

    def __init__(self, upstream: int, seed: str) -> None:
        self.port = free_port()
        self.faults = Faults()
        self.seen: Counter[str] = Counter()
        self._upstream = upstream
        self._chance = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._clients: set[Writer] = set()
        self._clear: asyncio.Event
        self._calm: asyncio.Event

    def __enter__(self) -> Proxy:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, *why: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def black(self) -> None:
        """From now on nothing passes."""
        self.seen["black holes"] += 1
        self._loop.call_soon_threadsafe(self._clear.clear)

    def clear(self) -> None:
        self._loop.call_soon_threadsafe(self._clear.set)

    def rage(self, faults: Faults) -> None:
        self._loop.call_soon_threadsafe(self._calm.clear)
        self.faults = faults

    def calm(self) -> None:
        """No faults any more; what is held up goes on at once."""
        self.faults = Faults()
        self._loop.call_soon_threadsafe(self._calm.set)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._clear, self._calm = asyncio.Event(), asyncio.Event()
        self._clear.set()
        self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", self.port))
        resets = self._loop.create_task(self._resets())
        ready.set()
        self._loop.run_forever()
        left = asyncio.all_tasks(self._loop) | {resets}
        for each in left:
            each.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))

    async def _resets(self) -> None:
        while True:
            await asyncio.sleep(1)
            if self._clients and self._chance.random() < self.faults.resets / 60:
                self.seen["resets"] += 1
                self._chance.choice(sorted(self._clients, key=id)).transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, client: Writer) -> None:
        with contextlib.suppress(asyncio.CancelledError):  # the end, which asyncio would complain of
            await self._carry(reader, client)

    async def _carry(self, reader: asyncio.StreamReader, client: Writer) -> None:
        self._clients.add(client)
        try:
            await self._clear.wait()
            up, server = await asyncio.open_connection("127.0.0.1", self._upstream)
        except OSError:  # the server is dead: so would the system say
            client.transport.abort()
            self._clients.discard(client)
            return
        outward = asyncio.create_task(self._pass(reader, server, self._to_server))
        await self._pass(up, client, self._to_client)
        self._clients.discard(client)
        await outward

    async def _pass(self, reader: asyncio.StreamReader, writer: Writer, change: Changer) -> None:
        """Carry one direction until it ends; what was read before the end is carried yet."""
        cutter = Cutter()
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while content := await reader.read(65536):
                for piece in cutter.feed(content):
                    await asyncio.sleep(self._chance.random() * SLOWEST)
                    for each in change(piece):
                        await self._on(each, writer)
        await self._clear.wait()
        writer.close()

    async def _on(self, each: bytes | float, writer: Writer) -> None:
        if isinstance(each, float):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._calm.wait(), each)
            return
        await self._clear.wait()
        if each == RESET:
            writer.transport.abort()
            raise ConnectionResetError
        writer.write(each)
        await writer.drain()

    def _to_server(self, piece: Piece) -> Iterator[bytes | float]:
        if piece.text is None or not piece.text.startswith(COMMAND):
            yield _plain(piece)
            return
        if self._happens("held up", self.faults.held):
            yield self._chance.uniform(*HELD_UP)
        yield piece.content
        if self._happens("sent twice", self.faults.twice):
            yield piece.content

    def _to_client(self, piece: Piece) -> Iterator[bytes | float]:
        lost = piece.text is not None and piece.text.startswith(ANSWER) and self._happens("lost", self.faults.lost)
        if not lost:
            yield piece.content
        elif self._chance.random() < 0.5:
            yield RESET

    def _happens(self, what: str, share: float) -> bool:
        found = self._chance.random() < share
        self.seen[what] += found
        return found


def _plain(piece: Piece) -> bytes:
    """Without the offer to compress: messages that are compressed could not be told apart."""
    if piece.text is not None or not piece.content.startswith(b"GET "):
        return piece.content
    return b"\r\n".join(line for line in piece.content.split(b"\r\n") if not line.lower().startswith(EXTENSIONS))
