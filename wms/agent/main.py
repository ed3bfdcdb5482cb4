"""The command `wms-agent`, which is `wms agent` where the whole service is installed."""

from __future__ import annotations

import argparse
import logging
import secrets
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from wms.agent import VERSION, readings, renewal, settings, unit
from wms.agent.link import Link, RefusedError
from wms.agent.machine import way
from wms.agent.renewal import BadWheelError
from wms.agent.run import Agent
from wms.agent.scale import ADDRESS, QUESTIONS, Scale, serial_port
from wms.agent.settings import Allowed, SettingsError

_LOOK = 4.0  # seconds in which a scale should have said something


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code: 0, or 2 with one line that says why."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(threadName)s %(message)s")
    try:
        given.act(given)
    except (SettingsError, RefusedError, BadWheelError, OSError) as error:
        _say(f"wms-agent: {error}", sys.stderr)
        return 2
    return 0


def _say(text: str, to: TextIO | None = None) -> None:
    (to or sys.stdout).write(f"{text}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wms-agent", description="Drives the printers and reads the scale of one packing station."
    )
    parser.add_argument("--version", action="version", version=VERSION)
    parser.add_argument("--folder", type=Path, default=settings.usual_folder(), help="where its things are kept")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, act: object, words: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words, description=words)
        added.set_defaults(act=act)
        return added

    enrol = command("enrol", _enrol, "bind this machine to a station with the code that an administrator has made")
    enrol.add_argument("server", help="https://the.service")
    enrol.add_argument("code")
    enrol.add_argument("--ca", type=Path, help="certificate of the service's own authority (ca.crt)")
    enrol.add_argument("--insecure", action="store_true", help="http:// to another machine: anybody can listen")
    allow = command("allow", _allow, "let this printer be used")
    allow.add_argument("name", help="what the service calls it, such as LABEL-1")
    allow.add_argument("address", help=settings.WAYS)
    allow.add_argument("--language", choices=("zpl", "escpos"), default="zpl")
    allow.add_argument("--dpi", type=int, choices=(203, 300, 600), default=203)
    allow.add_argument("--silent", action="store_true", help="it never answers: print without proof")
    command("forbid", _forbid, "no longer let this printer be used").add_argument("name")
    scale = command("scale", _scale, "read the scale on this serial port, and say what it shows; none without one")
    scale.add_argument(
        "address", nargs="?", default="", metavar="PORT@SPEED", help="/dev/ttyUSB0@9600, COM3@9600; COM3@9600,7E1"
    )
    scale.add_argument("--unit", choices=readings.UNITS, default="", help="of a scale that sends numbers without one")
    scale.add_argument("--ask", choices=sorted(QUESTIONS), default="", help="it speaks only when it is asked like this")
    command("show", _show, "what is set up, and how the printers are")
    command("run", _run, "work, until stopped")
    service = command("service", _service, "print the unit that lets systemd run it")
    service.add_argument("--install", action="store_true", help="write it to where systemd looks")
    command("update", _update, "become what goes with the service now; it never does so by itself")
    return parser


def _enrol(given: argparse.Namespace) -> None:
    before = settings.read(given.folder)
    server = settings.address_of_server(given.server, insecure=given.insecure)
    secret = f"wmsa_{secrets.token_urlsafe(48)}"
    ca = str(given.ca.resolve()) if given.ca else ""
    now = replace(before, server=server, secret=secret, ca=ca)
    told = Link(now).enrol(given.code)
    settings.write(given.folder, replace(now, station=told["station"]))
    _say(f"enrolled as {told['name']} for station {told['station']}")


def _allow(given: argparse.Namespace) -> None:
    to = Allowed(given.name, given.address, given.language, given.dpi, not given.silent)
    how = way(to).status()  # also says whether the address is one
    before = settings.read(given.folder)
    settings.write(given.folder, replace(before, printers={**before.printers, to.name: to}))
    _say(f"{to.name}: {how.state} {', '.join(how.reasons)}".rstrip())


def _forbid(given: argparse.Namespace) -> None:
    before = settings.read(given.folder)
    left = {name: each for name, each in before.printers.items() if name != given.name}
    settings.write(given.folder, replace(before, printers=left))


def _scale(given: argparse.Namespace) -> None:
    if given.address and not ADDRESS.fullmatch(given.address):
        raise SettingsError(f"not the address of a scale: {given.address!r}; such as /dev/ttyUSB0@9600")
    before = settings.read(given.folder)
    now = replace(before, scale=given.address, scale_unit=given.unit, scale_asks=given.ask)
    settings.write(given.folder, now)
    if now.scale:
        _say(f"{now.scale}: {_shown(now)}")


def _shown(found: settings.Settings) -> str:
    """What the scale shows within a few seconds."""
    opened, how = (lambda: serial_port(found.scale)), {"unit": found.scale_unit, "question": found.scale_asks}
    scale = Scale(opened, lambda: None, **how)
    scale.start()
    until = time.monotonic() + _LOOK
    while scale.weight_g is None and not scale.trouble and time.monotonic() < until:
        time.sleep(0.05)
    scale.end()
    return f"{scale.weight_g} g" if scale.weight_g is not None else scale.trouble or "nothing lies still on it"


def _show(given: argparse.Namespace) -> None:
    found = settings.read(given.folder)
    _say(f"service {found.server or '—'}, station {found.station or '—'}, scale {found.scale or '—'}")
    for to in found.printers.values():
        how = way(to).status()
        _say(f"{to.name}  {to.address}  {to.language}  {how.state} {', '.join(how.reasons)}".rstrip())


def _run(given: argparse.Namespace) -> None:
    agent = Agent(given.folder, settings.read(given.folder))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: agent.stop())
    agent.run()


def _service(given: argparse.Namespace) -> None:
    if not given.install:
        _say(unit.text(given.folder))
        return
    _say(f"{unit.install(given.folder)} is written; it starts with\n"
         f"    systemctl --user daemon-reload && systemctl --user enable --now {unit.NAME}\n"
         "and, to work with nobody signed in, loginctl enable-linger")  # fmt: skip


def _update(given: argparse.Namespace) -> None:
    version = renewal.install(*Link(settings.read(given.folder).enrolled()).wheel())
    _say(f"{version} is installed (this is {VERSION}); it works from the next start: "
         f"systemctl --user restart {unit.NAME}")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
