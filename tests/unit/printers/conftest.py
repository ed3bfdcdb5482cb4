"""Shared pieces: a complete waybill, a slip, and a printer to send them to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from printers.transport import Limits, Tcp
from printers.virtual import VirtualPrinter

PATIENT = Limits(connect=60, send=60, answer=60, drain=60, linger=60)  # a busy machine is slow, not broken


@pytest.fixture
def waybill() -> dict[str, Any]:
    """Data of a waybill with every field filled."""
    return {
        "carrier": "中通快递",
        "waybill_number": "78912345678901",
        "route_code": "021-W3-05 B12",
        "sorting_code": "沪浦东 300-08",
        "hub": "上海浦东转运中心",
        "service": "标准快递",
        "recipient": {
            "name": "欧阳𠮷祥",
            "phone": "138****5678转8012",
            "address": "上海市浦东新区张江高科技园区祖冲之路2288弄展想广场1号楼1206室（靠近金科路地铁站3号口）",
        },
        "sender": {
            "name": "优品数码旗舰店",
            "phone": "400-820-8820",
            "address": "浙江省杭州市余杭区仓前街道文一西路969号云仓3号库B区",
        },
        "order_number": "TB2026112300019283",
        "shop": "优品数码旗舰店（天猫）",
        "parcel_index": 1,
        "parcel_count": 3,
        "weight_g": 1250,
        "items": "无线蓝牙耳机 白色×1；手机壳 iPhone 15 透明×2",
        "note": "易碎，轻放",
        "reprint": 2,
        "printed_at": "2026-11-23 14:05",
    }


@pytest.fixture
def slip() -> dict[str, Any]:
    """Data of a packing slip of two lines."""
    return {
        "shop": "优品数码旗舰店",
        "order_number": "TB2026112300019283",
        "recipient": "欧阳𠮷祥",
        "lines": [
            {"sku": "EAR-W-001", "name": "无线蓝牙耳机 主动降噪 入耳式 超长续航 白色 官方标配", "qty": 1},
            {"sku": "CASE-IP15", "name": "手机壳 iPhone 15 透明", "qty": 12},
        ],
        "footer": "感谢惠顾！",
    }


@pytest.fixture
def virtual(tmp_path: Path) -> Iterator[Callable[..., VirtualPrinter]]:
    """Makes running virtual printers; they are stopped at the end."""
    running: list[VirtualPrinter] = []

    def make(language: str = "zpl", folder: str = "printer", **options: Any) -> VirtualPrinter:
        running.append(VirtualPrinter("test", language, tmp_path / folder, **options).start())
        return running[-1]

    yield make
    for printer in running:
        printer.stop()


@pytest.fixture
def line_to() -> Callable[..., Tcp]:
    """Makes a transport to a virtual printer that answers, however slow this machine is."""

    def make(printer: VirtualPrinter, **options: Any) -> Tcp:
        options.setdefault("language", printer.language)
        options.setdefault("limits", PATIENT)
        return Tcp("127.0.0.1", printer.port, **options)

    return make
