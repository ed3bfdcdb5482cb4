"""Made from the declarations in the code: every scan with its story, every event, flow and lifecycle."""
from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import fields as dataclass_fields
from itertools import groupby
from pathlib import Path
from typing import Any

from marshmallow import fields

from wms.app import room_modules
from wms.core import flow
from wms.core.catalogue import ROOT, messages
from wms.core.event import DomainEvent
from wms.core.flow import Flow, Screen
from wms.core.lifecycle import Lifecycle
from wms.core.scan import Scan, registry
from wms.programs import service as programs

MADE = "<!-- Made by `wms docs` from the declarations in the code. Do not edit. -->"

REALTIME = """# Live messages

Socket.IO, websocket transport only, namespaces `/terminal`, `/station` and `/board`. Sign in with
`POST /api/v1/sessions`; connect with `auth: {token, after}`, where `after` is the last number seen (0 if none).

- Every command is the event `command` with the arguments `(name, body)`; the acknowledgement is the envelope
  `{ok, next, data, message, popup, command_id, replayed?}`. `POST /api/v1/commands/<name>` does the same.
- A command that **changes** something carries a `command_id`, a UUID that the client makes. The same id with the
  same body gets the same answer, and nothing happens twice; with another body it is refused (409).
- `core.database_down` means: keep the command and send it again with the same id.
- What happened is pushed as `event` `{topic, seq, name, data, at}`, numbered without gaps. After a gap, a row with
  `hint: true`, or a reconnection: send `resume` `{after}` and get the rows in the acknowledgement. Those missed at
  the time of connecting come as `missed` `{rows, seq}`.
- `pick.assigned` may bring in `data.screen` `{next, data}` what `pick.task` would answer; without it, ask.
- Boards get `changed` `{warehouse_id}` at most twice a second, and ask for `board.snapshot`.
"""


FLOWS = """# Flows of terminals, walls and stations

Declared in the `flows.toml` of each room. The server starts only when they agree with the scans, and the pages draw
only these screens. An answer leads where the server finds its person: the arrows show the usual ways.
"""


def write(folder: Path, *, only_check: bool = False) -> list[Path]:
    """Write the files that are out of date, or with `only_check` none; returns their paths."""
    _declare()
    made = {folder / "realtime.md": realtime, folder / "lifecycles.md": lifecycles, folder / "flows.md": flows}
    made[folder / "webhooks.md"] = lambda: f"{MADE}\n{programs.documented()}"
    if folder.resolve() == ROOT / "docs":  # the pages of this repository; elsewhere there are none
        made[ROOT / "terminal_ui" / "flows" / "declared.js"] = flow.for_pages
    texts = {path: make() for path, make in made.items()}
    stale = [path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if not only_check:
        folder.mkdir(parents=True, exist_ok=True)
        for path in stale:
            path.write_text(texts[path], encoding="utf-8")
    return stale


def _declare() -> None:
    for name in ("models", "terminal", "events", "lifecycle"):
        room_modules(name)


def realtime() -> str:
    """The scans and events as Markdown."""
    scans = sorted(registry.values(), key=lambda scan: scan.name)
    parts = [MADE, REALTIME]
    for prefix, group in groupby(scans, key=lambda scan: scan.name.split(".")[0]):
        parts.append(f"## {prefix}\n")
        parts += [_scan(scan) for scan in group]
    parts += ["## Events\n", "| name | told to | data |", "|---|---|---|", *_events()]
    return "\n".join(parts) + "\n"


def _scan(scan: Scan) -> str:
    lines = [
        f"### `{scan.name}`\n",
        f"{scan.story}\n",
        f"- by: {', '.join(sorted(scan.posts)) or 'anyone signed in'}; {'changes' if scan.changes else 'reads'}"
        f"{'; asked by devices on their own, which keeps no session open' if scan.by_itself else ''}",
        f"- next: {', '.join(f'`{name}`' for name in scan.next) or 'the screen stays'}",
    ]
    told = [_field(name, field) for name, field in sorted(scan.schema().fields.items())]
    lines.append(f"- body: {', '.join(told) or 'nothing'}")
    return "\n".join(lines) + "\n"


def _field(name: str, field: fields.Field[Any]) -> str:
    kind = type(field).__name__.lower()
    return f"`{name}` {kind}{'' if field.required else ', may be absent'}"


def _events() -> Iterator[str]:
    found = {kind.name: kind for kind in _kinds(DomainEvent) if kind.__module__.startswith("wms.")}
    for name, kind in sorted(found.items()):
        told = "its topic" if kind.topics is not DomainEvent.topics else "other rooms and boards"
        data = ", ".join(f"`{each.name}`" for each in dataclass_fields(kind))
        yield f"| `{name}` | {told} | {data} |"


def _kinds(kind: type[DomainEvent]) -> Iterable[type[DomainEvent]]:
    for each in kind.__subclasses__():
        yield each
        yield from _kinds(each)


def lifecycles() -> str:
    """Every lifecycle as a Mermaid state diagram."""
    found: dict[str, tuple[str, Lifecycle]] = {}
    for module in room_modules("lifecycle"):
        story = (inspect.getdoc(module) or "").split("\n")[0]
        found |= {each.thing: (story, each) for each in vars(module).values() if isinstance(each, Lifecycle)}
    parts = [MADE, "# Lifecycles\n", "An action that is not drawn from a status is refused with `core.illegal_move`.\n"]
    for thing, (story, each) in sorted(found.items()):
        parts.append(f"## {thing}\n\n{story}\n\n```mermaid\n{each.mermaid()}\n```\n")
    return "\n".join(parts)


def flows() -> str:
    """Every flow with its diagram and its screens as Markdown."""
    parts = [MADE, FLOWS]
    for page, group in groupby(sorted(flow.flows().values(), key=_page), key=_page):
        parts.append(f"## On the {flow.PAGES[page]}\n")
        parts += [_flow(each) for each in group]
    return "\n".join(parts)


def _page(each: Flow) -> int:
    return flow.PAGES.index(each.page)


def _flow(each: Flow) -> str:
    rows = [_screen(screen) for screen in each.screens.values()]
    table = "\n".join(["| screen | shows | expects | a voice says | goes to |", "|---|---|---|---|---|", *rows])
    by = f"By: {', '.join(each.posts) or 'anyone signed in'}.\n\n" if each.state else ""
    return f"### {each.name}\n\n{each.story}\n\n{by}```mermaid\n{flow.mermaid(each)}\n```\n\n{table}\n"


def _screen(screen: Screen) -> str:
    expects = ", ".join(screen.expects) or "a button"
    said = "; ".join(f"{step}: {_spoken(words)}" if step else _spoken(words) for step, words in screen.say.items())
    return f"| `{screen.name}` | {screen.shows} | {expects} | {said} | {', '.join(screen.goes) or 'stays'} |"


def _spoken(words: str) -> str:
    return " ".join(messages()[f"ui.voice.{each.split(' ')[0]}"].texts["en"] for each in words.split(", "))
