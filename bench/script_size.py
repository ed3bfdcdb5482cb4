"""How much script the pages of terminals and stations are, as they are served.

A pack is all that its page may ever run but the reader of the camera, which is counted by itself.
"""
from __future__ import annotations

import gzip

from wms.packs import UI, gzipped, pack

PAGES = ("terminal", "station", "wall", "scanner", "labels")
CAMERA = ("core/camera_worker.js", "vendor/zxing.js")


def measure() -> dict[str, float]:
    """{page: kilobytes, camera: kilobytes}."""
    pages = {page: _kilobytes(gzipped(pack(f"pages/{page}.js").code)) for page in PAGES}
    return pages | {"camera": sum(_kilobytes(gzip.compress((UI / path).read_bytes())) for path in CAMERA)}


def _kilobytes(sent: bytes) -> float:
    return round(len(sent) / 1024, 1)
