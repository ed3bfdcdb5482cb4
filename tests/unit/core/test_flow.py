"""The declared flows agree with the scans, with the pages' scripts and with the refusals that name a screen."""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from wms.app import room_modules
from wms.core.catalogue import ROOT, messages
from wms.core.fields import Nothing
from wms.core.flow import Flow, Screen, faults, flows, for_pages, mermaid
from wms.core.scan import Scan, registry

room_modules("terminal")

NAMED = re.compile(r"""['"]([a-z]+\.[a-z_]+)['"]""")
REFUSED = re.compile(r"""WmsError\([^)]*\bnext="(\w+)\"""")


def test_every_declared_flow_agrees_with_the_scans() -> None:
    assert list(faults(flows(), registry)) == []


def test_a_refusal_leads_to_a_declared_screen() -> None:
    screens = {name for flow in flows().values() for name in flow.screens}
    named = {name for path in (ROOT / "wms").rglob("*.py") for name in REFUSED.findall(path.read_text("utf-8"))}
    assert len(named) > 8
    assert named <= screens


def test_the_pages_send_what_their_flows_declare_and_nothing_else() -> None:
    """Texts have the same form as commands, so only what is a scan counts; of `programs` there are texts, too."""
    scripts = [*(ROOT / "terminal_ui" / "flows").glob("*.js"), ROOT / "terminal_ui" / "pages" / "terminal.js"]
    sent = {name for path in scripts for name in NAMED.findall(path.read_text("utf-8"))} & registry.keys()
    declared = {name for flow in flows().values() for screen in flow.screens.values() for name in screen.sends}
    others = {name for flow in flows().values() for name in (flow.state, *flow.programs)}
    others |= {name for name, scan in registry.items() if scan.handler.__module__ == "wms.access.terminal"}
    assert sent - declared - others == set()
    assert declared - sent == set()


def test_the_pages_have_the_declarations_of_now() -> None:
    made = Path(ROOT / "terminal_ui" / "flows" / "declared.js").read_text(encoding="utf-8")
    assert made == for_pages(), "run `wms docs`"


def test_every_screen_has_a_name_for_supervisors() -> None:
    screens = {name for flow in flows().values() for name in flow.screens}
    assert {name for name in screens if f"ui.screen.{name}" not in messages()} == set()


def test_what_a_voice_says_has_its_words_and_their_values() -> None:
    said = {"bin": "go bin:a.b, take", "item": "sing", "lot": "go bin"}
    screen = replace(flows()["pick"].screens["pick_line"], say=said)
    pick = replace(flows()["pick"], screens={**flows()["pick"].screens, "pick_line": screen})
    assert set(faults({**flows(), "pick": pick}, registry)) == {
        "pick_line speaks ui.voice.take, which wants ['n']", "pick_line speaks ui.voice.sing, which is no text",
        "pick_line speaks bin, which is no parameter", "pick_line speaks ui.voice.go, which wants ['bin']",
    }  # fmt: skip


# ---- what is found

def _scan(name: str, *following: str) -> Scan:
    return Scan(name, Nothing, frozenset(), following, False, lambda actor, body: None)  # type: ignore[arg-type, return-value]


SCANS = {
    each.name: each for each in (
        _scan("tea.state", "tea_pot", "tea_cup"), _scan("tea.pour", "tea_cup"), _scan("tea.drink", "home"),
        _scan("home.state", "home"),
    )
}  # fmt: skip
POT = Screen("tea_pot", "a pot", ("bin",), None, {"tea.pour": ("tea_cup",)}, {}, ())
CUP = Screen("tea_cup", "a cup", (), None, {}, {"tea.drink": ("home",)}, ())
HOME = Flow("home", "terminal", "home.state", "Home.", (), {"home": Screen("home", "", (), None, {}, {}, ("tea",))})
TEA = Flow("tea", "terminal", "tea.state", "Tea.", (), {"tea_pot": POT, "tea_cup": CUP})


def _found(*changed: Screen, scans: Mapping[str, Scan] = SCANS) -> str:
    tea = replace(TEA, screens={**TEA.screens, **{each.name: each for each in changed}})
    return "\n".join(faults({"home": HOME, "tea": tea}, scans))


def test_flows_that_agree_have_no_faults() -> None:
    assert _found() == ""


@pytest.mark.parametrize(
    ("screen", "told"),
    [
        (replace(POT, scan={"tea.pour": ("tea_mug",)}), "tea.pour never leads to tea_mug, as tea_pot says"),
        (replace(POT, scan={"tea.spill": ()}), "tea_pot sends tea.spill, which is no scan"),
        (replace(POT, scan={}), "no screen sends tea.pour"),
        (replace(POT, expects=()), "tea_pot sends what is scanned and expects nothing"),
        (replace(POT, expects=("leaf",)), "tea_pot expects leaf, which is no kind of code"),
        (replace(POT, prompt="tea.none"), "tea_pot says tea.none, which is no text"),
        (replace(POT, scan={"tea.pour": ()}), "tea.pour leads to tea_cup, as no screen says"),
        (replace(POT, leads=("garden",)), "tea_pot leads to garden, which nobody declares"),
        (replace(CUP, press={"tea.drink": ()}), "no way leads out of tea_cup"),
        (replace(CUP, name="tea_mug"), "nothing leads to tea_mug"),
        (replace(CUP, name="mug"), "mug is a screen of tea and is not named after it"),
    ],
)  # fmt: skip
def test_what_does_not_agree_is_told(screen: Screen, told: str) -> None:
    assert told in _found(screen)


def test_a_scan_that_leads_nowhere_known_is_told() -> None:
    scans = {**SCANS, "tea.brew": _scan("tea.brew", "tea_kettle")}
    assert "tea.brew leads to tea_kettle, which no flow declares" in _found(scans=scans)


def test_the_diagram_names_the_commands_on_its_arrows() -> None:
    assert "tea_pot --> tea_cup: tea.pour" in mermaid(TEA)
    assert "tea_cup --> home: tea.drink" in mermaid(TEA)
