"""What is taken out of a script, and what only looks as if it could be; and what comes together in a pack."""
from __future__ import annotations

import pytest

from wms import packs
from wms.strip import strip


@pytest.mark.parametrize(
    ("source", "stripped"),
    [
        ("// a\nconst a = 1; /* b */ // c\n\n  let b = a;\n", "const a=1;let b=a;"),
        ("f('// no', \"/* no */\", `// ${ a /* yes */ } /* no */`)", "f('// no',\"/* no */\",`// ${a} /* no */`)"),
        ("const deep = `a ${ b ? `c  ${ {d: 1}.d }  e` : '}' }  f`", "const deep=`a ${b?`c  ${{d:1}.d}  e`:'}'}  f`"),
        ("a = b / c / d; e = /[/'\"]  \\//g.test(f)", "a=b/c/d;e=/[/'\"]  \\//g.test(f)"),
        ("return /  x/;\nreturn\nfoo", "return/  x/;return\nfoo"),
        ("const f = () => {}\nconst g = x\n++y", "const f=()=>{}\nconst g=x\n++y"),
        ("a + +b - -c + b++ + d", "a+ +b- -c+b++ +d"),
        ("x\n  .map((a) =>\n a)\n  ? 1\n  : 2", "x.map((a)=>a)?1:2"),
        ("a\n(b)", "a\n(b)"),
        ("typeof x in y", "typeof x in y"),
    ],
)
def test_strip(source: str, stripped: str) -> None:
    assert strip(source) == stripped


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(packs, "UI", tmp_path)
    for each in packs.SHIPPED:
        (tmp_path / each).mkdir()

    def write(**files: str) -> None:
        for path, text in files.items():
            (tmp_path / (path.replace("__", "/") + ".js")).write_text(text)

    return write


def test_a_pack_holds_what_is_imported_and_what_is_asked_for(folder):
    folder(
        pages__a="import { one } from '../core/one.js';\nimport { two } from '../core/two.js';\n"
        "one(two, need('more'));\n",
        core__one="import { two as other } from './two.js';\nexport const one = () => other;\nconst hidden = 1;\n",
        core__two="export { two } from './deep.js';\n",
        core__deep="export function two() {}\nexport const unused = 2;\n",
        flows__more="import one from '../core/own.js';\noffer('more', () => one);\n",
        flows__never="offer('never', () => 1);\n",
        core__own="export default (a) => a;\n",
    )
    made = packs.pack("pages/a.js")
    assert made.files == ("core/deep.js", "core/two.js", "core/one.js", "core/own.js", "flows/more.js", "pages/a.js")
    assert made.code.decode().split("\n") == [
        "const{two}=(()=>{function two(){}const unused=2;",
        "return{two}})();",
        "(()=>{})();",
        "const{one$2}=((other)=>{const one=()=>other;const hidden=1;",
        "return{one$2:one}})(two);",
        "const{one}=(()=>{const $default=(a)=>a;",
        "return{one:$default}})();",
        "(()=>{offer('more',()=>one);})();",
        "((one)=>{one(two,need('more'));})(one$2);",
        "//# sourceMappingURL=/ui/packs/pages/a.js.map",
        "",
    ]


def test_a_pack_is_made_anew_when_a_script_changed(folder):
    folder(pages__a="const a = 1;\n")
    first = packs.pack("pages/a.js")
    assert packs.pack("pages/a.js") is first
    folder(pages__a="const a = 22;\n")
    assert b"a=22" in packs.pack("pages/a.js").code


@pytest.mark.parametrize("words", ["export let a = 1;", "export const { a } = b;", "import * as a from './a.js';"])
def test_what_a_pack_cannot_keep_is_refused(folder, words):
    folder(pages__a=words)
    with pytest.raises(ValueError, match="packs do not know"):
        packs.pack("pages/a.js")


def test_what_would_fetch_a_second_copy_is_refused(folder):
    folder(pages__a="const later = () => import('../core/b.js');")
    with pytest.raises(ValueError, match="second copy"):
        packs.pack("pages/a.js")


def test_scripts_that_import_each_other_are_refused(folder):
    folder(pages__a="import '../core/b.js';", core__b="import '../core/c.js';", core__c="import './b.js';")
    with pytest.raises(ValueError, match=r"core/b\.js → core/c\.js → core/b\.js"):
        packs.pack("pages/a.js")
