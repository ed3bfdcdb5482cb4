"""One full document of each kind, the stock it goes on, and the codes that must scan from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NUMBER = "78912345678901"
ORDER = "TB20261123"
GS1 = "01069012345678921728013110L2026\x1d21S-1"
PARTY = {
    "name": "欧阳𠮷祥", "phone": "138****5678转8012",
    "address": "上海市浦东新区张江高科技园区祖冲之路2288弄1号楼1206室",
}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """Data of a document. `codes` are the texts of its bar and square codes, `on` those where the media decides; one
    of GS1 has its symbology before it."""

    data: dict[str, Any]
    media: tuple[str, ...]
    codes: frozenset[str]
    on: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def codes_on(self, media: str) -> frozenset[str]:
        return self.on.get(media, self.codes)

    def bars_on(self, media: str) -> frozenset[str]:
        """What a reader that knows no DataMatrix and tells no symbology reads."""
        codes = self.codes_on(media)
        return frozenset(code.removeprefix("]C1") for code in codes if not code.startswith("]d2"))


SAMPLES = {
    "waybill": Sample(
        {
            "carrier": "中通快递", "waybill_number": NUMBER, "route_code": "021-W3-05 B12",
            "sorting_code": "沪浦东 300-08", "hub": "上海浦东转运中心", "service": "标准快递",
            "recipient": PARTY, "sender": PARTY, "order_number": ORDER,
            "shop": "优品数码旗舰店（天猫）", "parcel_index": 1, "parcel_count": 3, "weight_g": 1250, "reprint": 2,
            "items": "无线蓝牙耳机 白色×1；手机壳×2", "note": "易碎，轻放", "printed_at": "2026-11-23 14:05",
        },
        ("100x180", "100x150", "76x130"),
        frozenset({NUMBER}),
    ),
    "packing_slip": Sample(
        {
            "shop": "优品数码旗舰店", "order_number": ORDER, "recipient": "欧阳𠮷祥", "footer": "感谢惠顾！",
            "lines": [{"sku": "EAR-W-001", "name": "无线蓝牙耳机 主动降噪 入耳式 超长续航", "qty": 12}],
        },
        ("receipt-80", "receipt-80:512", "receipt-58"),
        frozenset({ORDER}),
    ),
    "bin_label": Sample(
        {"code": "A01-02-03", "level": 3, "arrow": "up", "check_digits": "47", "zone": "拣货区", "pattern": 3},
        ("100x50",),
        frozenset({"A01-02-03"}),
    ),
    "rack_label": Sample(
        {
            "rack": "A01-02", "zone": "拣货区", "pattern": 5,
            "rows": [{"code": f"A01-02-0{n}", "level": n, "arrow": "up", "check_digits": "47"} for n in (3, 2, 1)],
        },
        ("100x180",),
        frozenset({"A01-02-01", "A01-02-02", "A01-02-03"}),
    ),
    "lpn_label": Sample(
        {"code": "LPN0000012345", "receipt": "GR-20261123-01", "supplier": "深圳市声学科技"},
        ("100x80",),
        frozenset({"LPN0000012345"}),
    ),
    "sku_label": Sample(
        {
            "code": "6901234567892", "sku": "EAR-W-001", "name": "无线蓝牙耳机 白色", "qty": 12, "lot": "L2026",
            "expires_on": "2028-01-31",
        },
        ("60x40",),
        frozenset({"6901234567892"}),
    ),
    "gs1_label": Sample(
        {
            "gtin": "6901234567892", "sku": "EAR-W-001", "name": "无线蓝牙耳机 白色", "qty": 12, "lot": "L2026",
            "expires_on": "2028-01-31", "serial": "S-1",
        },
        ("60x40", "50x30", "70x50", "150x70"),
        frozenset({"]d2" + GS1, "]C10106901234567892"}),
        {"150x70": frozenset({"]d2" + GS1, "]C1" + GS1})},
    ),
    "tote_label": Sample(
        {"code": "T-0012", "name": "周转箱 12", "zone": "拣货区"}, ("100x80",), frozenset({"T-0012"})
    ),
    "pick_list": Sample(
        {
            "title": "波次 W-17", "code": "W-0017", "picker": "李雷", "cart": "C-03",
            "lines": [{"bin": "A01-02-03", "sku": "EAR-W-001", "name": "无线蓝牙耳机", "qty": 2, "tote": "T-0012"}],
        },
        ("100x180", "receipt-80"),
        frozenset({"W-0017"}),
    ),
    "handover_manifest": Sample(
        {
            "carrier": "中通快递", "number": "M-20261123-01", "warehouse": "杭州一号仓",
            "lines": [{"waybill_number": NUMBER, "weight_g": 1250}],
        },
        ("100x180", "receipt-80"),
        frozenset({"M-20261123-01"}),
    ),
    "goods_receipt": Sample(
        {
            "supplier": "宁波优品家居有限公司", "number": "ASN-20261123-01", "warehouse": "杭州一号仓",
            "finished_at": "2026-11-23 18:00", "finished_by": "李娜", "reason": "供应商未发", "differing": 1,
            "lines": [
                {"sku": "EAR-W-001", "name": "无线蓝牙耳机", "received": 18, "expected": 20, "rejected": 1},
            ],
        },
        ("100x180", "receipt-80"),
        frozenset({"ASN-20261123-01"}),
    ),
    "receipt": Sample(
        {
            "shop": "优品数码旗舰店", "number": "R-20261123", "total": "¥199.00", "footer": "感谢惠顾！",
            "lines": [{"name": "无线蓝牙耳机 白色", "qty": 1, "amount": "¥199.00"}],
        },
        ("receipt-80", "receipt-58"),
        frozenset({"R-20261123"}),
    ),
    "test_page": Sample({"printer": "站台 3", "code": "T-1"}, ("100x180", "receipt-80"), frozenset({"T-1"})),
}  # fmt: skip
