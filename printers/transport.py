"""Getting bytes to a printer, and an honest account of what happened to them.

Works with plain threads and under gevent's monkey patching; every wait has a limit.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from printers.errors import AddressRefused, Blocked, Interrupted, NotReachable
from printers.status import (
    HOST_STATUS,
    NO_ANSWER,
    EotReplies,
    HostStatus,
    PrinterStatus,
    escpos_status,
    parse_host_status,
)

Confirmation = Literal["device_ack", "counter", "buffer_drained", "none"]
Language = Literal["zpl", "escpos", "none"]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Link-local is left out on purpose: cloud machines serve their credentials at 169.254.169.254.
PRIVATE = ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")

_CHUNK = 4096
_POLL = 0.05  # seconds between two questions while a label prints


@dataclass(frozen=True)
class Sent:
    """All bytes were handed over. `confirmation` says how sure it is that they became a label.

    "none" is no proof at all: a printer that never reads looks the same. `status` is the last one
    heard after sending, if the printer answers.
    """

    bytes_sent: int
    confirmation: Confirmation
    status: PrinterStatus | None = None


class Transport(Protocol):
    """A way to one printer."""

    def send(self, payload: bytes, on_first_byte: Callable[[], None]) -> Sent:
        """Send a job. `on_first_byte` is called once, just before the first byte leaves; what it
        raises stops the job unsent. Raises NotReachable (nothing sent) or Interrupted (uncertain).
        """

    def status(self) -> PrinterStatus:
        """How the printer is. Never raises for an unreachable printer: that is a status too."""


@dataclass(frozen=True)
class AllowedNetworks:
    """Where a Tcp may connect: networks in CIDR form, and ports (None for any)."""

    networks: tuple[str, ...] = PRIVATE
    ports: frozenset[int] | None = None

    def __call__(self, address: Address, port: int) -> None:
        """Raises AddressRefused for an address outside the networks or another port."""
        if self.ports is not None and port not in self.ports:
            raise AddressRefused(f"port {port} is not allowed")
        # ::ffff:10.0.0.1 reaches 10.0.0.1, so it is judged as that.
        plain = getattr(address, "ipv4_mapped", None) or address
        if not any(plain in ipaddress.ip_network(network) for network in self.networks):
            raise AddressRefused(f"{plain} is not in an allowed network")


@dataclass(frozen=True)
class Limits:
    """Time limits in seconds. `drain` bounds the wait for a label to be printed."""

    connect: float = 3.0
    send: float = 20.0
    answer: float = 1.5
    drain: float = 15.0
    linger: float = 0.2


class Tcp:
    """A printer on the network, port 9100 as a rule.

    With language "zpl" the printer is asked ~HS before and after. One that answers gets a job only
    when it can print (else Blocked, nothing sent), and a drained buffer confirms it. One that stays
    silent is sent to without confirmation, unless `must_answer`, when silence too is Blocked.
    """

    def __init__(
        self,
        host: str,
        port: int = 9100,
        *,
        language: Language = "zpl",
        must_answer: bool = False,
        allowed: Callable[[Address, int], None] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self.language = language
        self.must_answer = must_answer
        self._allowed = allowed or AllowedNetworks()
        self._limits = limits or Limits()

    def send(self, payload: bytes, on_first_byte: Callable[[], None]) -> Sent:
        """See Transport.send."""
        with self._connect() as line:
            answers = self._may_print(line)
            on_first_byte()
            sent = line.send_all(payload)
            if answers and self.language == "zpl":
                return self._confirmed(line, sent)
            if answers:
                return Sent(sent, "none", self._ask_after(line, sent))
            line.finish(sent)
            return Sent(sent, "none")

    def status(self) -> PrinterStatus:
        """See Transport.status; a printer that cannot be reached is ("blocked", "offline")."""
        try:
            with self._connect() as line:
                return self._ask(line)
        except (NotReachable, OSError):
            return PrinterStatus("blocked", ("offline",))

    def _may_print(self, line: _Line) -> bool:
        """Whether the printer answers. Raises Blocked if it cannot print, or must answer and does not."""
        try:
            status = self._ask(line)
        except OSError as error:
            raise NotReachable(f"connection lost before the job: {error}") from error
        if status.state == "blocked" or (status.state == "unknown" and self.must_answer):
            raise Blocked(status.reasons)
        return status.state == "ready"

    def _ask(self, line: _Line) -> PrinterStatus:
        if self.language == "zpl":
            heard = line.host_status(self._limits.answer)
            return heard.status() if heard else NO_ANSWER
        if self.language == "escpos":
            return escpos_status(lambda n: line.real_time_status(n, self._limits.answer))
        return NO_ANSWER

    def _confirmed(self, line: _Line, sent: int) -> Sent:
        """Poll until the printer has printed all, or has stopped, twice in a row; or time is up.

        Twice, because between taking a format from the buffer and counting its labels there may be
        a moment in which both are zero. A label held by a stopped printer comes out once the
        trouble is cleared: `status().drained` will tell.
        """
        deadline = time.monotonic() + self._limits.drain
        before, status = "", NO_ANSWER
        while time.monotonic() < deadline:
            status = self._ask_after(line, sent)
            verdict = "printed" if status.drained and status.state == "ready" else status.state
            if verdict == before == "printed":
                return Sent(sent, "buffer_drained", status)
            if verdict == before == "blocked":
                break
            before = verdict
            time.sleep(_POLL)
        return Sent(sent, "none", status)

    def _ask_after(self, line: _Line, sent: int) -> PrinterStatus:
        try:
            return self._ask(line)
        except OSError as error:
            raise Interrupted(sent, f"connection lost before the label was confirmed: {error}") from error

    def _connect(self) -> _Line:
        problem: Exception | None = None
        for family, address in self._addresses():
            try:
                return _Line(_open(family, address, self.port, self._limits.connect), self._limits)
            except OSError as error:
                problem = error
        raise NotReachable(f"{self.host}:{self.port}: {problem}") from problem

    def _addresses(self) -> list[tuple[int, str]]:
        """Addresses of the host, each checked. The checked address itself is connected to: a second
        look-up could give another one."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise NotReachable(f"{self.host}: {error}") from error
        for _, _, _, _, where in found:
            self._allowed(ipaddress.ip_address(str(where[0]).partition("%")[0]), self.port)
        return [(family, str(where[0])) for family, _, _, _, where in found]


def _open(family: int, address: str, port: int, limit: float) -> socket.socket:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(limit)
        connection.connect((address, port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connection.close()
        raise
    return connection


class _Line:
    """An open connection. Everything it raises but Interrupted and NotReachable is an OSError."""

    def __init__(self, connection: socket.socket, limits: Limits) -> None:
        self._socket = connection
        self._limits = limits

    def __enter__(self) -> _Line:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send_all(self, payload: bytes) -> int:
        """Hand over every byte within the limit, counting those the system took."""
        deadline = time.monotonic() + self._limits.send
        view, sent = memoryview(payload), 0
        try:
            while sent < len(payload):
                self._socket.settimeout(max(0.001, deadline - time.monotonic()))
                sent += self._socket.send(view[sent : sent + _CHUNK])
        except OSError as error:
            if sent == 0:
                raise NotReachable(f"the first byte was not taken: {error}") from error
            raise Interrupted(sent, str(error)) from error
        return sent

    def finish(self, sent: int) -> None:
        """Close our side, and listen a moment for the connection being torn down.

        A reset means that the far side threw away what it had not read yet. Neither silence nor an
        orderly end proves anything.
        """
        try:
            self._socket.shutdown(socket.SHUT_WR)
            self._socket.settimeout(self._limits.linger)
            while self._socket.recv(_CHUNK):
                pass
        except TimeoutError:
            return
        except OSError as error:
            raise Interrupted(sent, str(error)) from error

    def host_status(self, limit: float) -> HostStatus | None:
        """Ask ~HS; None for silence. Raises OSError if the connection ends."""
        self._send_question(HOST_STATUS, limit)
        heard = b""
        for data in self._receive(limit):
            heard += data
            status = parse_host_status(heard)
            if status or len(heard) > _CHUNK:
                return status
        return None

    def real_time_status(self, n: int, limit: float) -> int | None:
        """Ask DLE EOT `n`; None for silence. Raises OSError if the connection ends."""
        self._send_question(bytes((0x10, 0x04, n)), limit)
        replies = EotReplies()
        for data in self._receive(limit):
            found = replies.feed(data)
            if found:
                return found[0]
        return None

    def _send_question(self, question: bytes, limit: float) -> None:
        self._socket.settimeout(limit)
        self._socket.sendall(question)

    def _receive(self, limit: float) -> Iterable[bytes]:
        """What arrives until the limit. Raises ConnectionError at the end of the stream."""
        deadline = time.monotonic() + limit
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                data = self._socket.recv(_CHUNK)
            except TimeoutError:
                return
            if not data:
                raise ConnectionError("the printer closed the connection")
            yield data
