"""The carrier's waybill: single labels of 76 x 130 and 100 x 150 mm, or 100 x 180 mm with a stub to tear off.

Reading order is the sorter's: the big route code (大头笔) from two metres away, then the sorting
code, then the courier's name and address, then the bars for the scanner.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from printers.documents.base import Document, Sheet, reprint_mark
from printers.errors import InvalidField
from printers.layout import Align, Box, Pen, Style
from printers.media import Media


@dataclass(frozen=True)
class Party:
    """Who sends or receives. Phone numbers arrive masked or not as the carrier demands."""

    name: str
    phone: str
    address: str


@dataclass(frozen=True)
class Waybill:
    """Everything printed on a waybill. `weight_g` 0 means not weighed; `reprint` n marks 补打 n; `parcel_count` 0 means
    that further parcels follow and nobody knows how many, `parcel_index` 0 that not even that is known.
    `parent_number` holds the parcels of an order together where the carrier numbers each; `qr` is what the carrier
    wants in its square code, the number where it says nothing; `cod` is the amount to collect, as it is to be read."""

    carrier: str
    waybill_number: str  # printable ASCII, the content of both barcodes
    route_code: str  # 大头笔
    recipient: Party
    sender: Party
    sorting_code: str = ""
    hub: str = ""  # 集包地
    service: str = ""  # the carrier's product
    order_number: str = ""
    shop: str = ""
    parcel_index: int = 1
    parcel_count: int = 1
    parent_number: str = ""  # 母单号
    qr: str = ""
    cod: str = ""  # 代收货款
    weight_g: int = 0
    items: str = ""
    note: str = ""
    printed_at: str = ""
    reprint: int = 0
    locale: str = "zh_Hans"

    def __post_init__(self) -> None:
        known = min(1, self.parcel_count)
        if self.parcel_index < known or 0 < self.parcel_count < self.parcel_index:
            raise InvalidField("parcel_index", f"must be from {known} to parcel_count ({self.parcel_count})")


_WORDS = {
    "zh_Hans": {
        "to": "收", "from": "寄", "order": "订单", "shop": "店铺", "parcel": "件数", "weight": "重量",
        "items": "物品", "note": "备注", "reprint": "补打", "sign": "签收人", "date": "日期", "hub": "集包地",
        "printed": "打印", "parent": "母单", "cod": "代收货款", "colon": "：",
    },
    "zh_Hant": {
        "to": "收", "from": "寄", "order": "訂單", "shop": "店鋪", "parcel": "件數", "weight": "重量",
        "items": "物品", "note": "備註", "reprint": "補打", "sign": "簽收人", "date": "日期", "hub": "集包地",
        "printed": "列印", "parent": "母單", "cod": "代收貨款", "colon": "：",
    },
    "en": {
        "to": "TO", "from": "FR", "order": "Order", "shop": "Shop", "parcel": "Parcel", "weight": "Weight",
        "items": "Items", "note": "Note", "reprint": "REPRINT", "sign": "Signature", "date": "Date",
        "hub": "Hub", "printed": "Printed", "parent": "Parent", "cod": "COD", "colon": ": ",
    },
}  # fmt: skip


@dataclass
class _Drawing:
    """A waybill being drawn; all measures of its methods are millimetres."""

    pen: Pen
    data: Waybill

    @property
    def words(self) -> dict[str, str]:
        return _WORDS[self.data.locale]

    def box(self, x: float, y: float, width: float, height: float) -> Box:
        return self.pen.box(x, y, width, height)

    def rule(self, x: float, y: float, width: float) -> None:
        box = self.box(x, y, width, 1)
        self.pen.canvas.fill(box.x, box.y, box.width, self.pen.dots(0.3))

    def upright(self, x: float, y: float, height: float) -> None:
        box = self.box(x, y, 1, height)
        self.pen.canvas.fill(box.x, box.y, self.pen.dots(0.3), box.height)

    def tag(self, name: str, text: str, box: Box, size: float) -> None:
        """White text on a black field."""
        style = Style(size, size * 0.4, bold=True, align="centre", middle=True)
        self.pen.text(name, text, box.inset(self.pen.dots(0.4)), style)
        self.pen.canvas.invert(box.x, box.y, box.width, box.height)

    def header(self, x: float, y: float, width: float, height: float) -> None:
        """Carrier at the left; service, then what must not be overlooked: which parcel of several, a reprint."""
        data = self.data
        split = width * 0.5
        big = Style(height * 0.68, height * 0.3, bold=True, middle=True)
        self.pen.text("carrier", data.carrier, self.box(x, y, split, height), big)
        right = x + width
        marks = [("reprint", reprint_mark(self.words, data.reprint), 0.18)]
        marks += [("parcel_index", place(data.parcel_index, data.parcel_count) if data.parcel_count != 1 else "", 0.13)]
        for name, text, share in marks:
            if text:
                right -= width * share
                box = self.box(right, y + height * 0.16, width * share, height * 0.68)
                self.tag(name, text, box, height * 0.48)
                right -= 1.2
        plain = Style(height * 0.42, height * 0.22, align="right", middle=True)
        self.pen.text("service", data.service, self.box(x + split, y, right - x - split, height), plain)

    def route(self, x: float, y: float, width: float, height: float) -> None:
        style = Style(height * 0.95, height * 0.4, bold=True, align="centre", middle=True)
        self.pen.text("route_code", self.data.route_code, self.box(x, y, width, height), style)

    def sorting(self, x: float, y: float, width: float, height: float) -> None:
        """Sorting code at the left, hub at the right."""
        hub = f"{self.words['hub']} {self.data.hub}" if self.data.hub else ""
        split = width * (0.55 if hub else 1)
        code = Style(height * 0.78, height * 0.4, bold=True, middle=True)
        place = Style(height * 0.56, height * 0.34, bold=True, align="right", middle=True)
        self.pen.text("sorting_code", self.data.sorting_code, self.box(x, y, split, height), code)
        self.pen.text("hub", hub, self.box(x + split, y, width - split, height), place)

    def party(self, name: str, x: float, y: float, width: float, height: float, *, size: float, bold: bool) -> None:
        """A tag, the name and phone on one line, the address below it."""
        who: Party = getattr(self.data, name)
        word = self.words["to" if name == "recipient" else "from"]
        side = min(size * 1.9, height - 1.6)
        self.tag(name, word, self.box(x, y + (height - side) / 2, side, side), side * 0.78)
        left = x + side + 1.8
        room = x + width - left
        top = y + 0.9
        top += self.person(name, who, left, top, room, Style(size, 1.9, bold=bold, middle=True))
        rest = y + height - 0.7 - top
        style = Style(size * 0.92, max(2.1, size * 0.5), lines=5, bold=bold)
        self.pen.text(f"{name}.address", who.address, self.box(left, top, room, rest), style)

    def person(self, name: str, who: Party, x: float, y: float, width: float, style: Style) -> float:
        """Name and phone on one line, or on two where that would make them tiny; the height used."""
        height = style.size * 1.3
        box = self.box(x, y, width, style.size * 1.15)
        wanted = [
            self.pen.width_of(self.pen.clean(f"{name}.{part}", getattr(who, part)), style) + 1
            for part in ("name", "phone")
        ]
        gap = self.pen.dots(style.size * 0.8)
        scale = min(1.0, (box.width - gap) / sum(wanted))
        if scale < 0.6:
            style = replace(style, size=style.size * 0.75)
            self.pen.text(f"{name}.name", who.name, self.box(x, y, width, style.size * 1.15), style)
            below = self.box(x, y + style.size * 1.2, width, style.size * 1.15)
            self.pen.text(f"{name}.phone", who.phone, below, style)
            return style.size * 2.5
        split = int(wanted[0] * scale)
        phone_box = Box(box.x + split + gap, box.y, box.width - split - gap, box.height)
        self.pen.text(f"{name}.name", who.name, Box(box.x, box.y, split, box.height), style)
        self.pen.text(f"{name}.phone", who.phone, phone_box, style)
        return height

    def barcode(self, x: float, y: float, width: float, height: float, *, size: float) -> None:
        """Bars as wide as the box allows, with the number below them in groups of four."""
        number = self.data.waybill_number
        bars = height - size * 1.25
        self.pen.code128("waybill_number", number, self.box(x, y, width, bars))
        # Long numbers are read out in fours; those with letters have a shape of their own.
        grouped = " ".join(number[i : i + 4] for i in range(0, len(number), 4)) if number.isdecimal() else number
        text = self.box(x, y + bars + size * 0.15, width, size * 1.1)
        self.pen.text("waybill_number", grouped, text, Style(size, size * 0.5, bold=True, align="centre"))

    def qr(self, x: float, y: float, side: float) -> None:
        name = "qr" if self.data.qr else "waybill_number"
        self.pen.qr(name, getattr(self.data, name), self.box(x, y, side, side))

    def pairs(
        self, rows: list[tuple[str, str, str]], x: float, y: float, width: float, *, size: float, pitch: float
    ) -> float:
        """Captioned lines (field, caption, value), blank values left out. Returns the y below them."""
        style = Style(size, size * 0.62)
        caption = max(self.pen.width_of(row[1], style) for row in rows) + self.pen.dots(1.6)
        for name, word, value in rows:
            if value:
                box = self.box(x, y, width, size * 1.2)
                self.pen.text(name, word, box, style)
                value_box = Box(box.x + caption, box.y, box.width - caption, box.height)
                self.pen.text(name, value, value_box, Style(size, size * 0.62, bold=True))
                y += pitch
        return y

    def details(self) -> list[tuple[str, str, str]]:
        data, words = self.data, self.words
        return [
            ("order_number", words["order"], data.order_number),
            ("shop", words["shop"], data.shop),
            ("parcel_index", words["parcel"], place(data.parcel_index, data.parcel_count)),
            ("parent_number", words["parent"], data.parent_number),
            ("weight_g", words["weight"], weight(data.weight_g)),
            ("printed_at", words["printed"], data.printed_at),
        ]

    def foot(self, x: float, y: float, width: float, height: float, *, size: float) -> None:
        """The details, closer together if they must be, and below them in white on black what has to be collected."""
        rows = [row for row in self.details() if row[2]]
        room = height - (size * 2.3 if self.data.cod else 0)
        pitch = min(size * 1.5, room / max(1, len(rows)))
        size = min(size, pitch / 1.2)
        self.pairs(rows, x, y, width, size=size, pitch=pitch)
        if self.data.cod:
            box = self.box(x, y + room + 0.4, width, height - room - 0.4)
            self.tag("cod", f"{self.words['cod']} {self.data.cod}", box, height - room - 1.2)

    def items(self, x: float, y: float, width: float, height: float, *, size: float, lines: int) -> None:
        """The items summary, and the note below it where there is one."""
        note = self.data.note
        share = height * 0.66 if note else height
        style = Style(size, size * 0.6, lines=lines)
        listed = f"{self.words['items']}{self.words['colon']}{self.data.items}" if self.data.items else ""
        self.pen.text("items", listed, self.box(x, y, width, share), style)
        if note:
            room = self.box(x, y + share, width, height - share)
            self.pen.text(
                "note", f"{self.words['note']}{self.words['colon']}{note}", room, Style(size, size * 0.6, lines=2)
            )

    def caption(self, word: str, x: float, y: float, width: float, size: float, align: Align) -> None:
        self.pen.text("caption", word, self.box(x, y, width, size * 1.2), Style(size, size * 0.6, align=align))


def place(index: int, count: int) -> str:
    """Which parcel of how many: "2/3", or "2" while nobody knows how many there will be; "" where nothing is known."""
    return f"{index}/{count}" if count else str(index or "")


def weight(grams: int) -> str:
    """Grams as kilograms without trailing zeros: 1250 -> "1.25 kg"; "" for not weighed."""
    return f"{(Decimal(grams) / 1000).normalize():f} kg" if grams else ""


def _small(d: _Drawing) -> None:
    """76 x 130 mm, one part."""
    x, width = 3.0, 70.0
    d.header(x, 2.2, width, 8.2)
    d.rule(2, 10.6, 72)
    d.route(x, 11.2, width, 13.4)
    d.rule(2, 25, 72)
    d.sorting(x, 25.4, width, 6.6)
    d.rule(2, 32.2, 72)
    d.party("recipient", x, 32.5, width, 21, size=4.8, bold=True)
    d.rule(2, 53.8, 72)
    d.party("sender", x, 54.1, width, 11.6, size=3.1, bold=False)
    d.rule(2, 66, 72)
    d.barcode(2, 67.5, 72, 20.5, size=4)
    d.rule(2, 89, 72)
    d.foot(x, 91, 44, 22.6, size=3)
    d.qr(49.5, 90, 24)
    d.rule(2, 114.6, 72)
    d.items(x, 115.6, width, 12.6, size=2.8, lines=4)


def _middle(d: _Drawing) -> None:
    """100 x 150 mm, one part."""
    x, width = 3.5, 93.0
    d.header(x, 2.4, width, 9.4)
    d.rule(2, 12, 96)
    d.route(x, 12.6, width, 16)
    d.rule(2, 29, 96)
    d.sorting(x, 29.4, width, 7.6)
    d.rule(2, 37.4, 96)
    d.party("recipient", x, 37.8, width, 24, size=5.4, bold=True)
    d.rule(2, 62.2, 96)
    d.party("sender", x, 62.6, width, 13, size=3.7, bold=False)
    d.rule(2, 76, 96)
    d.barcode(2, 77.6, 96, 22, size=4.6)
    d.rule(2, 101, 96)
    d.foot(x, 102.6, 58, 28, size=3.5)
    d.qr(66, 102, 29)
    d.rule(2, 132, 96)
    d.items(x, 133, width, 14, size=3.2, lines=4)


def _large(d: _Drawing) -> None:
    """100 x 180 mm: the courier's part, a tear line, and the recipient's stub."""
    x, width = 3.5, 93.0
    d.header(x, 2.4, width, 10)
    d.rule(2, 12.7, 96)
    d.route(x, 13.4, width, 17)
    d.rule(2, 31, 96)
    d.sorting(x, 31.5, width, 8)
    d.rule(2, 39.8, 96)
    d.party("recipient", x, 40.2, width, 25, size=5.6, bold=True)
    d.rule(2, 65.5, 96)
    d.party("sender", x, 65.9, width, 14, size=3.9, bold=False)
    d.rule(2, 80.2, 96)
    d.barcode(2, 82, 96, 24, size=5)
    d.rule(2, 107.2, 96)
    d.foot(x, 109, 58, 28, size=3.6)
    d.qr(66, 108.4, 29)
    tear = d.box(2, 138.6, 96, 1)
    d.pen.canvas.dashes(tear.x, tear.y, tear.width, d.pen.dots(0.3), d.pen.dots(1.5))
    _stub(d, x, width)


def _stub(d: _Drawing, x: float, width: float) -> None:
    """What stays with the recipient: number, goods, and where to sign."""
    d.pen.text("carrier", d.data.carrier, d.box(x, 140, 32, 7), Style(4.6, 2.2, bold=True, middle=True))
    d.barcode(38, 140.5, 60, 13, size=3)
    d.pairs(d.details()[:2], x, 148, 36, size=2.6, pitch=3.6)
    d.rule(2, 155.2, 96)
    d.items(x, 156.2, width, 12.4, size=3.1, lines=4)
    d.rule(2, 169.4, 96)
    d.caption(d.words["sign"], x, 172, 40, 3.2, "left")
    d.caption(d.words["date"], 54, 172, 40, 3.2, "left")
    d.upright(52, 169.4, 8.4)


_PLANS: dict[str, Callable[[_Drawing], None]] = {"76x130": _small, "100x150": _middle, "100x180": _large}


def _draw(data: Waybill, sheet: Sheet) -> Pen:
    pen = sheet.pen()
    drawing = _Drawing(pen, data)
    frame = drawing.box(2, 2, sheet.media.width_mm - 4, sheet.media.height_mm - 4)
    pen.canvas.frame(frame.x, frame.y, frame.width, frame.height, pen.dots(0.3))
    _PLANS[sheet.media.name](drawing)
    return pen


def _accepts(media: Media) -> bool:
    return media.name in _PLANS


WAYBILL = Document("waybill", Waybill, _accepts, _draw, "waybill_number")
