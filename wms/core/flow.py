"""Flows of terminals, walls and stations, each declared once: its screens, what they show and expect, where they lead.

A room keeps its flows in `flows.toml` beside its `terminal.py`:

    [count]                              # a flow; the names of its screens begin with it
    page = "terminal"                    # where it runs: terminal | wall | station
    state = "count.state"                # the scan that tells where a person stands, and whose posts may use the flow;
                                         # absent: a flow of the device alone
    story = "…"
    programs = "…"                       # scans of this flow that only programs send

    [count.count_bin]                    # a screen
    shows = "…"
    expects = "bin"                      # what may be scanned or typed, of `KINDS`; absent: nothing
    prompt = "count.scan_bin"            # what the scan field says (a text of the pages); absent: the page decides
    say = "go bin:task.bin.code"         # what a voice says, where one is wanted; of a step: say.item = "take n:left"
    scan."count.bin" = "count_items"     # what answers a code, and where that usually leads; "": the screen stays
    press."count.let_go" = "count_none"  # what its buttons send, likewise
    leads = "home"                       # the screens and flows its buttons lead to without asking the server

`say` names texts of `ui.voice`, separated by commas, each with its parameters and where they are found in what the
screen shows: figures and codes are spelled so that they can be heard. A phrase without one of its values is not said,
nor is one whose `name>1:` is less. `of:` is not said: when it is another, the same words are said again.

The server starts only when this agrees with the `@scan`s (`faults`); the pages get it as
`terminal_ui/flows/declared.js`, people as `docs/flows.md`.
"""
from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from wms.core.catalogue import ROOT, messages
from wms.core.scan import Scan, registry

PAGES = ("terminal", "wall", "station")
KINDS = frozenset({
    "badge", "PIN", "station", "anything", "receipt", "SKU", "pack", "lot", "serial", "bin", "digits", "tote", "cart",
    "container", "pallet", "parcel", "carton", "wall", "slot", "number", "weight",
})  # fmt: skip
SIGN_IN = "login"
SCREEN_KEYS = {"shows", "expects", "prompt", "say", "scan", "press", "leads"}
FLOW_KEYS = {"page", "state", "story", "programs"}

Leads = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Screen:
    """`scan` and `press`: for each command that this screen sends, the screens its answer usually names.

    `say`: what is said at each step of it, at "" whatever the step.
    """

    name: str
    shows: str
    expects: tuple[str, ...]
    prompt: str | None
    scan: Leads
    press: Leads
    leads: tuple[str, ...]
    say: Mapping[str, str] = field(default_factory=dict)

    @property
    def sends(self) -> Leads:
        return {**self.scan, **self.press}

    @property
    def goes(self) -> tuple[str, ...]:
        """Every screen and flow that may follow."""
        found = [*(each for targets in self.sends.values() for each in targets), *self.leads]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Flow:
    """`screens` in the order of the work: the first is where it begins."""

    name: str
    page: str
    state: str
    story: str
    programs: tuple[str, ...]
    screens: Mapping[str, Screen]

    @property
    def posts(self) -> list[str]:
        """Who may use it; empty: anyone signed in."""
        return sorted(registry[self.state].posts) if self.state in registry else []


@cache
def flows() -> Mapping[str, Flow]:
    """Every declared flow by its name. Raises ValueError for a table that is not as the module says."""
    found: dict[str, Flow] = {}
    for path in sorted((ROOT / "wms").glob("*/flows.toml")):
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if name in found:
                raise ValueError(f"the flow {name} is declared twice")
            found[name] = _flow(name, table)
    return found


def _flow(name: str, table: Mapping[str, Any]) -> Flow:
    facts = {key: value for key, value in table.items() if not isinstance(value, dict)}
    if facts.keys() - FLOW_KEYS or {"page", "story"} - facts.keys():
        raise ValueError(f"the flow {name} has the keys {sorted(facts)}")
    screens = {key: _screen(key, value) for key, value in table.items() if isinstance(value, dict)}
    programs = tuple(facts.get("programs", "").split())
    return Flow(name, facts["page"], facts.get("state", ""), facts["story"], programs, screens)


def _screen(name: str, table: Mapping[str, Any]) -> Screen:
    if table.keys() - SCREEN_KEYS or "shows" not in table:
        raise ValueError(f"the screen {name} has the keys {sorted(table)}")
    sends = ({command: tuple(where.split()) for command, where in table.get(key, {}).items()} for key in _SENDS)
    scan, press = sends
    expects, leads = (tuple(table.get(key, "").split()) for key in ("expects", "leads"))
    said = table.get("say", {})
    say = {"": said} if isinstance(said, str) else said
    return Screen(name, table["shows"], expects, table.get("prompt"), scan, press, leads, say)


_SENDS = ("scan", "press")


def check() -> None:
    """Stop the start when the flows and the scans do not agree. Every room's `terminal` must have been imported."""
    found = list(faults(flows(), registry))
    if found:
        raise RuntimeError("the flows and the scans do not agree:\n" + "\n".join(found))


def faults(flows: Mapping[str, Flow], scans: Mapping[str, Scan]) -> Iterator[str]:
    """What does not agree, one sentence each."""
    screens = {name: screen for flow in flows.values() for name, screen in flow.screens.items()}
    for flow in flows.values():
        yield from _flow_faults(flow, flows, scans)
    for screen in screens.values():
        yield from _screen_faults(screen, screens.keys() | flows.keys(), scans)
    yield from _scan_faults(flows, screens, scans)


def _flow_faults(flow: Flow, flows: Mapping[str, Flow], scans: Mapping[str, Scan]) -> Iterator[str]:
    if flow.page not in PAGES:
        yield f"{flow.name} runs on {flow.page}, which is no page"
    if flow.state and flow.state not in scans:
        yield f"{flow.name} asks {flow.state} where a person stands, which is no scan"
    yield from (
        f"{name} is a screen of {flow.name} and is not named after it"
        for name in flow.screens if name != flow.name and not name.startswith(f"{flow.name}_")
    )  # fmt: skip
    asked = scans[flow.state].next if flow.state in scans else ()
    led = {each for other in flows.values() for screen in other.screens.values() for each in screen.goes}
    others = list(flow.screens)[1:]
    yield from (f"nothing leads to {name}" for name in others if name not in led.union(asked))
    yield from (f"no way leads out of {name}" for name in flow.screens.keys() - _with_exit(flow))


def _with_exit(flow: Flow) -> set[str]:
    """The screens from which another flow is reached."""
    inside = flow.screens
    found: set[str] = set()
    while True:
        more = {
            name for name, screen in inside.items()
            if name not in found and any(each not in inside or each in found for each in screen.goes)
        }  # fmt: skip
        if not more:
            return found
        found |= more


def _screen_faults(screen: Screen, known: Iterable[str], scans: Mapping[str, Scan]) -> Iterator[str]:
    name = screen.name
    yield from (f"{name} expects {each}, which is no kind of code" for each in screen.expects if each not in KINDS)
    yield from (f"{name} leads to {each}, which nobody declares" for each in screen.leads if each not in known)
    if screen.prompt is not None and f"ui.{screen.prompt}" not in messages():
        yield f"{name} says {screen.prompt}, which is no text"
    yield from (fault for words in screen.say.values() for fault in _voice_faults(name, words))
    if screen.scan and not screen.expects:
        yield f"{name} sends what is scanned and expects nothing"
    for command, targets in screen.sends.items():
        if command not in scans:
            yield f"{name} sends {command}, which is no scan"
            continue
        yield from (f"{command} never leads to {each}, as {name} says" for each in targets
                    if each not in scans[command].next)  # fmt: skip


_PARAMETER = re.compile(r"(\w+)(>1)?:[\w.-]+\Z")


def _voice_faults(name: str, words: str) -> Iterator[str]:
    for phrase in words.split(", "):
        text, *told = phrase.split(" ")
        code = f"ui.voice.{text}"
        if code not in messages():
            yield f"{name} speaks {code}, which is no text"
            continue
        found = [_PARAMETER.match(each) for each in told]
        yield from (f"{name} speaks {each}, which is no parameter" for each, match in zip(told, found, strict=True)
                    if not match)  # fmt: skip
        given = {match[1] for match in found if match} - {"of"}
        wanted = set(re.findall(r"{(\w+)}", messages()[code].texts["en"]))
        if given != wanted:
            yield f"{name} speaks {code}, which wants {sorted(wanted)}"


def _scan_faults(
    flows: Mapping[str, Flow], screens: Mapping[str, Screen], scans: Mapping[str, Scan]
) -> Iterator[str]:
    alone = {each for flow in flows.values() for each in (flow.state, *flow.programs)}
    for name, scan in scans.items():
        yield from (f"{name} leads to {each}, which no flow declares" for each in scan.next if each not in screens)
        senders = [screen for screen in screens.values() if name in screen.sends]
        if scan.next and not senders and name not in alone:
            yield f"no screen sends {name}"
        drawn = {each for screen in senders for each in screen.sends[name]}
        if senders and not _anywhere(scan, flows, scans):
            yield from (f"{name} leads to {each}, as no screen says" for each in scan.next if each not in drawn)


def _anywhere(scan: Scan, flows: Mapping[str, Flow], scans: Mapping[str, Scan]) -> bool:
    """Whether a scan answers with wherever its person stands then, as the `state` of some flow does."""
    states = (scans[flow.state].next for flow in flows.values() if flow.state in scans)
    return any(set(each) <= set(scan.next) for each in states if len(each) > 1)


def mermaid(flow: Flow) -> str:
    """The state diagram: the commands are written on the arrows; `[*]` is home, or the sign-in."""
    first = next(iter(flow.screens))
    lines = ["stateDiagram-v2", f"    [*] --> {first}"]
    for screen in flow.screens.values():
        arrows: dict[str, list[str]] = {}
        for command, targets in screen.sends.items():
            for target in targets:
                arrows.setdefault(target, []).append(command)
        lines += [f"    {screen.name} --> {target}: {', '.join(names)}" for target, names in arrows.items()]
        lines += [f"    {screen.name} --> {'[*]' if each in ('home', SIGN_IN) else each}"
                  for each in screen.leads if each not in arrows and flow.name != "home"]  # fmt: skip
    return "\n".join(lines)


def for_pages() -> str:
    """The declarations as a script: {flow: {page, state, posts, screens: {name: {expects, prompt, say}}}}."""
    lines = ["// Made by `wms docs` from the rooms' flows.toml. Do not edit.", "export const FLOWS = {"]
    for flow in flows().values():
        lines.append(f"  {flow.name}: {{")
        lines.append(f"    page: {_js(flow.page)}, state: {_js(flow.state)},")
        lines.append(f"    posts: [{', '.join(map(_js, flow.posts))}],")
        lines.append("    screens: {")
        for screen in flow.screens.values():
            said = f"prompt: {_js(screen.prompt)}, " if screen.prompt else ""
            spoken = ", ".join(f"{_key(step)}: {_js(words)}" for step, words in screen.say.items())
            voice = f", say: {{ {spoken} }}" if spoken else ""
            lines.append(f"      {screen.name}: {{ {said}expects: [{', '.join(map(_js, screen.expects))}]{voice} }},")
        lines += ["    },", "  },"]
    return "\n".join([*lines, "};", ""])


def _js(text: str) -> str:
    return "'" + json.dumps(text)[1:-1] + "'"


def _key(step: str) -> str:
    return step or "''"
