"""What a new template begins with: a label that can be printed as it is, for any stock, to be rearranged."""

from __future__ import annotations

from typing import Any

from printers.errors import UnknownDocument
from printers.media import parse_media

Item = dict[str, Any]


def starter(document: str, media: str) -> dict[str, Any]:
    """The body of a template that can be drawn. Raises UnknownDocument or UnknownMedia."""
    if document not in _PLANS:
        raise UnknownDocument(document)
    stock = parse_media(media)
    plan = _Plan(stock.width_mm, stock.height_mm)
    _PLANS[document](plan)
    return {"elements": plan.elements}


class _Plan:
    """Elements placed in hundredths of the label's width and height."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.elements: list[Item] = []

    def _add(self, kind: str, x: float, y: float, w: float, h: float, **more: Any) -> None:
        across, down = self.width / 100, self.height / 100
        place = {"x": x * across, "y": y * down, "w": w * across, "h": h * down}
        number = f"e{len(self.elements) + 1}"
        self.elements.append({"id": number, "kind": kind, **{name: round(mm, 1) for name, mm in place.items()}, **more})

    def text(self, field: str, x: float, y: float, w: float, h: float, **more: Any) -> None:
        """As large as two thirds of its box, or as `lines` of it are."""
        lines = more.pop("lines", 1)
        size = round(max(1.5, h * self.height / 100 / (1.25 * lines)), 1)
        # A tenth of a millimetre that rounding takes from the box would refuse what just fits.
        rule = "wrap" if lines > 1 else "shrink"
        more["smallest"] = min(size, 1.6)
        self._add("text", x, y, w, h, field=field, size=size, rule=rule, **more)

    def line(self, y: float) -> None:
        self._add("line", 2, y, 96, 0.4)
        self.elements[-1]["h"] = 0.3

    def barcode(self, field: str, x: float, y: float, w: float, h: float) -> None:
        self._add("barcode", x, y, w, h, field=field)

    def datamatrix(self, field: str, x: float, y: float, w: float, h: float) -> None:
        self._add("datamatrix", x, y, w, h, field=field)

    def qr(self, field: str, x: float, y: float, w: float, h: float) -> None:
        self._add("qr", x, y, w, h, field=field)


def _waybill(p: _Plan) -> None:
    p.text("carrier", 3, 1.5, 40, 6, bold=True, middle=True)
    p.text("service", 44, 1.5, 26, 6, align="right", middle=True)
    p.text("parcel_index", 71, 2, 11, 5, align="centre", middle=True, inverted=True, bold=True)
    p.text("reprint", 83, 2, 14, 5, align="centre", middle=True, inverted=True, bold=True)
    p.line(8.2)
    p.text("route_code", 3, 8.8, 94, 11, bold=True, align="centre", middle=True)
    p.line(20.2)
    p.text("sorting_code", 3, 20.7, 52, 5, bold=True, middle=True)
    p.text("hub", 56, 20.7, 41, 5, align="right", middle=True)
    p.line(26)
    p.text("recipient.name", 3, 26.6, 45, 4.6, bold=True, middle=True)
    p.text("recipient.phone", 50, 26.6, 47, 4.6, bold=True, middle=True)
    p.text("recipient.address", 3, 31.6, 94, 11.4, bold=True, lines=3)
    p.line(43.4)
    p.text("sender.name", 3, 43.9, 45, 2.9)
    p.text("sender.phone", 50, 43.9, 47, 2.9)
    p.text("sender.address", 3, 47, 94, 4.6, lines=2)
    p.line(52)
    p.barcode("waybill_number", 2, 53, 96, 14)
    p.text("waybill_number", 3, 67.2, 94, 3.6, bold=True, align="centre")
    p.line(71.4)
    for at, (field, words) in enumerate(
        (("order_number", "No. "), ("shop", ""), ("parent_number", "← "), ("weight_g", ""), ("printed_at", ""))
    ):
        p.text(field, 3, 72.4 + at * 2.9, 62, 2.5, words=words)
    p.text("cod", 3, 87, 62, 4, bold=True, align="centre", middle=True, inverted=True, words="COD ")
    p.qr("waybill_number", 68, 72, 29, 19.4)
    p.line(91.8)
    p.text("items", 3, 92.2, 62, 6.4, lines=3)
    p.text("note", 67, 92.2, 30, 6.4, lines=3)


def _bin(p: _Plan) -> None:
    p.text("code", 3, 5, 72, 38, bold=True, align="centre", middle=True)
    p.text("zone", 78, 5, 10, 22, bold=True, align="centre", middle=True)
    p.text("arrow", 88, 5, 9, 22, bold=True, align="centre", middle=True)
    p.text("check_digits", 78, 30, 19, 26, bold=True, align="centre", middle=True, inverted=True)
    p.text("level", 78, 60, 19, 12, align="centre", middle=True)
    p.barcode("code", 3, 47, 72, 40)
    p.text("reprint", 78, 78, 19, 10, align="right", middle=True)


def _lpn(p: _Plan) -> None:
    p.text("code", 4, 4, 92, 22, bold=True, align="centre", middle=True)
    p.qr("code", 4, 28, 32, 44)
    p.barcode("code", 38, 29, 58, 40)
    p.text("receipt", 4, 74, 60, 7)
    p.text("supplier", 4, 82, 92, 7)
    p.text("printed_at", 4, 90, 60, 7)
    p.text("reprint", 66, 90, 30, 7, align="right", bold=True)


def _tote(p: _Plan) -> None:
    p.qr("code", 4, 5, 34, 42)
    p.text("code", 40, 5, 56, 40, bold=True, align="centre", middle=True)
    p.barcode("code", 4, 50, 92, 30)
    p.text("name", 4, 84, 52, 12, bold=True, middle=True)
    p.text("zone", 57, 84, 14, 12, align="centre", middle=True)
    p.text("reprint", 72, 84, 24, 12, align="right", middle=True)


def _sku(p: _Plan) -> None:
    p.text("name", 4, 4, 92, 26, bold=True, lines=2)
    p.barcode("code", 4, 32, 92, 28)
    p.text("code", 4, 61, 92, 9, align="centre")
    p.text("sku", 4, 72, 46, 10)
    p.text("qty", 52, 72, 20, 10, words="× ", bold=True)
    p.text("reprint", 73, 72, 23, 10, align="right", bold=True)
    p.text("lot", 4, 84, 46, 10)
    p.text("expires_on", 52, 84, 44, 10, align="right")


def _gs1(p: _Plan) -> None:
    """The square code says everything; the bars the number alone, which fits any label."""
    p.text("name", 4, 3, 92, 17, bold=True, lines=2)
    p.datamatrix("code", 3, 21, 32, 46)
    p.text("elements", 37, 23, 59, 28, lines=4, bold=True)
    p.text("sku", 37, 53, 59, 8)
    p.barcode("key", 2, 69, 96, 18)
    p.text("qty", 37, 61, 20, 7, words="× ", bold=True)
    p.text("key", 4, 88, 68, 8, align="centre")
    p.text("reprint", 73, 88, 23, 8, align="right", bold=True)


_PLANS = {
    "waybill": _waybill, "bin_label": _bin, "lpn_label": _lpn, "tote_label": _tote, "sku_label": _sku,
    "gs1_label": _gs1,
}  # fmt: skip
