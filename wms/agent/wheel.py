"""Packs the agent into a wheel of its own: the files that it needs and no more, so that pipx installs it in seconds.

Which those are is found out from their imports: another driver in `printers` is in the next wheel by itself.
"""

from __future__ import annotations

import ast
import io
import sys
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from wms.agent import VERSION
from wms.agent.renewal import ENTRY, digest

_ROOT = Path(__file__).resolve().parents[2]
_OURS = ("wms", "printers")
_ALWAYS = ("zebra",)  # which `printers.os_queue_worker` asks for by name
_EXTRAS = {"serial": "pyserial", "usb": "pyusb"}  # asked for only by those who have such a thing
_DATE = (2026, 1, 1, 0, 0, 0)  # the same files make the same wheel


def build() -> tuple[str, bytes]:
    """The wheel: (name of the file, content)."""
    files, packages = _needed()
    about = f"wms_agent-{VERSION}.dist-info"
    wanted = {each: _requirement(each) for each in sorted(packages)}
    files[f"{about}/METADATA"] = "\n".join([
        "Metadata-Version: 2.1", "Name: wms-agent", f"Version: {VERSION}", "Requires-Python: >=3.11",
        "Summary: Drives the printers and reads the scale of a packing station.",
        *(f"Requires-Dist: {need}" for name, need in wanted.items() if name not in _EXTRAS),
        *(line for name, need in _EXTRAS.items() for line in (
            f"Provides-Extra: {name}", f"Requires-Dist: {need}; extra == '{name}'")),
        "",
    ]).encode()  # fmt: skip
    files[f"{about}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: wms\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{about}/entry_points.txt"] = ENTRY
    record = "".join(f"{name},{digest(content)},{len(content)}\n" for name, content in files.items())
    files[f"{about}/RECORD"] = f"{record}{about}/RECORD,,\n".encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), content, zipfile.ZIP_DEFLATED)
    return f"wms_agent-{VERSION}-py3-none-any.whl", packed.getvalue()


def _needed() -> tuple[dict[str, bytes], set[str]]:
    """Our files by their names in the wheel, and the packages of others that they import."""
    # The packages themselves are empty: what stands in `printers` brings in every font and document.
    files = {f"{name}/__init__.py": b"" for name in _OURS}
    others: set[str] = set(_ALWAYS)
    due = [*(_ROOT / "wms/agent").glob("*.py"), _ROOT / "printers/os_queue_worker.py"]
    while due:
        path = due.pop()
        name = path.relative_to(_ROOT).as_posix()
        if name in files:
            continue
        files[name] = path.read_bytes()
        for module in _imports(path):
            found = _file_of(module)
            if found is not None:
                due.append(found)
            elif module.partition(".")[0] not in (*sys.stdlib_module_names, *_OURS):
                others.add(module.partition(".")[0])
    for data in (_ROOT / "printers").glob("*.toml"):
        files[f"printers/{data.name}"] = data.read_bytes()
    return dict(sorted(files.items())), others


def _imports(path: Path) -> Iterator[str]:
    """The modules a file imports, `from a import b` as both a.b and a."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def _file_of(module: str) -> Path | None:
    if module.partition(".")[0] not in _OURS or module in _OURS:
        return None
    path = _ROOT / Path(*module.split("."))
    return next((each for each in (path.with_suffix(".py"), path / "__init__.py") if each.is_file()), None)


def _requirement(module: str) -> str:
    """The package that a module is of, at least as new as here."""
    if module in _EXTRAS:
        return _EXTRAS[module]
    names = metadata.packages_distributions().get(module, [module])
    try:
        return f"{names[0]}>={metadata.version(names[0])}"
    except metadata.PackageNotFoundError:
        return names[0]
