"""Looking for printers: what answers is told apart, and only allowed addresses are asked."""
from __future__ import annotations

import ipaddress
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from printers import AddressRefused, finding
from printers.transport import AllowedNetworks, Limits
from printers.virtual import VirtualPrinter

LOOP = ipaddress.ip_address("127.0.0.1")


@contextmanager
def answering(replies: dict[bytes, bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Something that gives a reply once it has heard a question: (port, all that it heard)."""
    heard: list[bytes] = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            all_ = b""
            while part := self.request.recv(100):
                all_ += part
                heard.append(part)
                for question in [each for each in replies if each in all_]:
                    self.request.sendall(replies[question])
                    all_ = all_.replace(question, b"", 1)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server.server_address[1], heard
        finally:
            server.shutdown()


@pytest.mark.parametrize(
    ("replies", "language", "model", "dpi"),
    [
        ({b"~HI": b"\x02ZT411-300dpi,V92.21.17Z,12,65536KB,X\x03\r\n"}, "zpl", "ZT411-300dpi", 300),
        ({b"\x10\x04\x01": b"\x12", b"\x1dIC": b"_TM-T88VI\x00"}, "escpos", "TM-T88VI", 0),
        ({b"\x10\x04\x01": b"\x16"}, "escpos", "", 0),
        ({b"~HS": b"\x02030,0,0,1440,000,0,0,0,000,0,0,0\x03\r\n\x02001,0,0,0,0,2,6,0,00000000,1,000\x03\r\n"
                 b"\x021234,0\x03\r\n"}, "zpl", "", 0),
        ({}, "none", "", 0),
    ],
)
def test_what_answers_is_told_apart(monkeypatch, replies, language, model, dpi):
    monkeypatch.setattr(finding, "LIMITS", Limits(answer=0.1))
    with answering(replies) as (port, heard):
        (found,) = finding.look([LOOP], allowed=AllowedNetworks(), port=port)
    assert (found.language, found.model, found.dpi) == (language, model, dpi)
    # What would be letters on the paper of a receipt printer is never sent to one.
    assert (b"~" in b"".join(heard)) == (language != "escpos")


@pytest.mark.parametrize("language", ["zpl", "escpos"])
def test_a_virtual_printer_is_found_and_prints_nothing(tmp_path, language):
    with VirtualPrinter("V1", language, tmp_path) as machine:
        (found,) = finding.look([LOOP], allowed=AllowedNetworks(), port=machine.port)
        assert found.language == language
        assert not list(tmp_path.glob("*.png"))


def test_nothing_is_asked_where_one_address_is_not_allowed():
    outside = ipaddress.ip_address("8.8.8.8")
    with answering({}) as (port, heard), pytest.raises(AddressRefused):
        finding.look([LOOP, outside], allowed=AllowedNetworks(), port=port)
    assert heard == []
    with answering({}) as (port, _):
        pass
    assert finding.look([LOOP], allowed=AllowedNetworks(), port=port) == []


def test_a_network_is_bounded():
    assert len(finding.hosts("192.168.1.0/24", 4096)) == 254
    for wrong in ("10.0.0.0/8", "fc00::/7", "nonsense"):
        with pytest.raises(AddressRefused):
            finding.hosts(wrong, 4096)
