"""Getting bytes to a printer, and an honest account of what happened to them: here over TCP, port 9100 as a rule.

Works with plain threads and under gevent's monkey patching; every wait has a limit.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass

from printers.direct import Direct, Sent, Transport
from printers.errors import AddressRefused, NotReachable
from printers.line import Confirmation, Limits
from printers.profiles import GENERIC, Language, Profile
from printers.status import PrinterStatus

__all__ = ["PRIVATE", "Address", "AllowedNetworks", "Confirmation", "Language", "Limits", "Sent", "Tcp", "Transport"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Link-local is left out on purpose: cloud machines serve their credentials at 169.254.169.254.
PRIVATE = ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")

_MOST = 4096  # bytes read at once


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


class Tcp(Direct):
    """A printer on the network; see Direct for how it is asked and believed.

    `profile` is what is known of the model; without one it is the generic printer of `language`.
    """

    def __init__(
        self,
        host: str,
        port: int = 9100,
        *,
        language: Language = "zpl",
        profile: Profile | None = None,
        must_answer: bool = False,
        allowed: Callable[[Address, int], None] | None = None,
        limits: Limits | None = None,
    ) -> None:
        super().__init__(profile or GENERIC[language], must_answer=must_answer, limits=limits or Limits())
        self.host = host
        self.port = port
        self._allowed = allowed or AllowedNetworks()

    def _open(self) -> _TcpWire:
        problem: Exception | None = None
        for family, address in self._addresses():
            try:
                return _TcpWire(_connected(family, address, self.port, self._limits.connect))
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


def _connected(family: int, address: str, port: int, limit: float) -> socket.socket:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(limit)
        connection.connect((address, port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connection.close()
        raise
    return connection


class _TcpWire:
    """An open connection. What the system takes of a write it takes for certain, so none is ever in doubt."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def write(self, data: memoryview, limit: float) -> int:
        self._socket.settimeout(limit)
        return self._socket.send(data)

    def read(self, limit: float) -> bytes:
        self._socket.settimeout(limit)
        try:
            data = self._socket.recv(_MOST)
        except TimeoutError:
            return b""
        if not data:
            raise ConnectionError("the printer closed the connection")
        return data

    def finish(self, limit: float) -> None:
        """Close our side, and listen a moment for the connection being torn down.

        A reset means that the far side threw away what it had not read yet. Neither silence nor an
        orderly end proves anything.
        """
        self._socket.shutdown(socket.SHUT_WR)
        self._socket.settimeout(limit)
        try:
            while self._socket.recv(_MOST):
                pass
        except TimeoutError:
            return

    def port_status(self) -> PrinterStatus | None:
        return None

    def close(self) -> None:
        self._socket.close()
