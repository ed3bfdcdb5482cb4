"""Looking for printers: which addresses answer on port 9100, and what is there; which queues the system has."""

from __future__ import annotations

import ipaddress
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from printers.errors import AddressRefused, NotReachable
from printers.line import Limits, Line
from printers.transport import Address, Language, Tcp

PORT = 9100
AT_ONCE = 64
# A printer on the same floor answers in a few milliseconds.
LIMITS = Limits(connect=0.5, answer=0.8)

_QUEUE = re.compile(r"(?m)^(\S+) accepting ")


@dataclass(frozen=True)
class Found:
    """Something that took a connection. `language` none: it did not say what it is. `dpi` 0 where it did not tell."""

    address: str
    port: int
    language: Language
    model: str = ""
    dpi: int = 0


def look(addresses: Sequence[Address], *, allowed: Callable[[Address, int], None], port: int = PORT) -> list[Found]:
    """Those of these addresses where something listens, in their order; takes about a second per 64 that do not.

    Nothing is printed by it on a printer that speaks ESC/POS or ZPL. Raises AddressRefused before anything is asked,
    when one of them is not `allowed`.
    """
    for address in addresses:
        allowed(address, port)
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return [each for each in pool.map(lambda address: identify(str(address), port), addresses) if each]


def identify(address: str, port: int = PORT) -> Found | None:
    """What is at an address; None when nothing takes a connection there."""
    way = Tcp(address, port, language="none", allowed=lambda address, port: None, limits=LIMITS)
    try:
        with way.talk() as line:
            return _asked(line, address, port)
    except NotReachable:
        return None
    except OSError:
        return Found(address, port, "none")


def _asked(line: Line, address: str, port: int) -> Found:
    """ESC/POS first: its questions are control bytes, which a ZPL printer passes over, while an ESC/POS printer would
    put the letters of ~HI on paper."""
    if line.real_time_status(1) is not None:
        named = line.printer_id()
        return Found(address, port, "escpos", named.model if named else "")
    told = line.host_identification()
    if told is not None:
        return Found(address, port, "zpl", told.model, told.dpi)
    # Not every printer that speaks ZPL names its model, but all know ~HS.
    return Found(address, port, "none" if line.host_status() is None else "zpl")


def hosts(network: str, most: int) -> list[Address]:
    """The addresses of a network in CIDR form that may be a host's. Raises AddressRefused for what is none, or for one
    with more than `most`."""
    try:
        read = ipaddress.ip_network(network, strict=False)
    except ValueError as error:
        raise AddressRefused(str(error)) from None
    if read.num_addresses > most:
        raise AddressRefused(f"{read} has {read.num_addresses} addresses")
    return list(read.hosts())


def own_networks() -> list[str]:
    """The networks of 256 addresses that this machine itself is in, as it would go out to them."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, family=socket.AF_INET)}
    except OSError:
        found = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        try:
            out.connect(("10.255.255.255", 9))  # nothing is sent: it only chooses the way
            found.add(out.getsockname()[0])
        except OSError:
            pass
    plain = {str(ipaddress.ip_network(f"{address}/24", strict=False)) for address in found}
    return sorted(network for network in plain if not network.startswith("127."))


def queues(limit: float = 5.0) -> list[str] | None:
    """The print queues of this machine that accept jobs; None where it has no print system."""
    lpstat = shutil.which("lpstat")
    if lpstat is None:
        return None
    try:
        # S603: a fixed program without arguments of others
        answer = subprocess.run([lpstat, "-a"], capture_output=True, timeout=limit, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return sorted(set(_QUEUE.findall(answer.stdout.decode(errors="replace"))))
