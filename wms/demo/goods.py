"""The goods of the demo: 500 SKUs in 25 kinds, each with a drawn picture, a barcode, weight and sizes."""
from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

# (English, 简体, colour of the drawing)
COLOURS = (
    ("blue", "蓝色", "#2b6cb0"),
    ("red", "红色", "#c53030"),
    ("green", "绿色", "#2f855a"),
    ("yellow", "黄色", "#d69e2e"),
    ("black", "黑色", "#2d3748"),
)


@dataclass(frozen=True)
class Kind:
    """A kind of goods: its names, four sizes, grams and millimetres of the smallest, and its drawing.

    `drawing` is SVG in a square of 100 units; `{c}` is the SKU's colour.
    """

    english: str
    chinese: str
    sizes: tuple[str, str, str, str]
    grams: int
    box_mm: tuple[int, int, int]
    drawing: str


def _k(
    english: str, chinese: str, sizes: str, grams: int, box: tuple[int, int, int], drawing: str
) -> Kind:
    a, b, c, d = sizes.split("/")
    return Kind(english, chinese, (a, b, c, d), grams, box, drawing)


_DARK = "stroke='#1a202c' stroke-width='3' stroke-linejoin='round' stroke-linecap='round'"
KINDS = (
    _k("Mug", "马克杯", "250 ml/350 ml/450 ml/600 ml", 280, (120, 90, 100),
       f"<path d='M22 25h44v46a8 8 0 0 1-8 8H30a8 8 0 0 1-8-8z' fill='{{c}}' {_DARK}/>"
       f"<path d='M66 36h8a10 10 0 0 1 0 26h-8' fill='none' {_DARK}/>"),
    _k("Vacuum flask", "保温杯", "350 ml/500 ml/750 ml/1 L", 310, (80, 80, 240),
       f"<rect x='34' y='26' width='32' height='60' rx='6' fill='{{c}}' {_DARK}/>"
       f"<rect x='38' y='12' width='24' height='14' rx='3' fill='#cbd5e0' {_DARK}/>"),
    _k("T-shirt", "T恤", "S/M/L/XL", 160, (260, 200, 20),
       f"<path d='M36 18 12 34l10 16 10-6v38h36V44l10 6 10-16-24-16a14 14 0 0 1-28 0z' fill='{{c}}' {_DARK}/>"),
    _k("Socks", "袜子", "36-38/39-41/42-44/45-47", 55, (180, 90, 25),
       f"<path d='M34 14h26v36l22 16a10 10 0 0 1-8 18H54L34 66z' fill='{{c}}' {_DARK}/>"
       f"<path d='M34 24h26' {_DARK}/>"),
    _k("Cap", "棒球帽", "54 cm/56 cm/58 cm/60 cm", 95, (240, 180, 110),
       f"<path d='M18 60a30 30 0 0 1 60 0z' fill='{{c}}' {_DARK}/><path d='M60 60h32a8 8 0 0 1-8 8H50z' {_DARK}/>"),
    _k("Umbrella", "雨伞", "53 cm/58 cm/65 cm/70 cm", 360, (60, 60, 300),
       f"<path d='M50 14a38 38 0 0 1 38 36H12a38 38 0 0 1 38-36z' fill='{{c}}' {_DARK}/>"
       f"<path d='M50 50v28a8 8 0 0 0 16 0' fill='none' {_DARK}/>"),
    _k("Notebook", "笔记本", "A7/A6/A5/A4", 120, (150, 110, 15),
       f"<rect x='24' y='12' width='54' height='76' rx='4' fill='{{c}}' {_DARK}/>"
       f"<path d='M36 12v76M46 30h22M46 42h22' {_DARK}/>"),
    _k("Gel pens", "中性笔", "3 pcs/6 pcs/12 pcs/24 pcs", 45, (160, 60, 15),
       f"<path d='M70 14l14 14-50 50-18 4 4-18z' fill='{{c}}' {_DARK}/><path d='M62 22l14 14' {_DARK}/>"),
    _k("Desk lamp", "台灯", "20 cm/30 cm/40 cm/50 cm", 780, (180, 160, 320),
       f"<path d='M30 16h40l12 30H18z' fill='{{c}}' {_DARK}/><path d='M50 46v34M32 82h36' {_DARK}/>"),
    _k("Cushion", "抱枕", "30 cm/40 cm/45 cm/50 cm", 350, (300, 300, 120),
       f"<path d='M18 22q32-10 64 0 10 28 0 58-32 10-64 0-10-30 0-58z' fill='{{c}}' {_DARK}/>"
       "<circle cx='50' cy='51' r='5' fill='#1a202c'/>"),
    _k("Bath towel", "浴巾", "50×90/60×110/70×140/90×180", 260, (300, 220, 60),
       f"<rect x='16' y='22' width='68' height='22' rx='10' fill='{{c}}' {_DARK}/>"
       f"<rect x='16' y='44' width='68' height='34' rx='4' fill='{{c}}' {_DARK}/>"),
    _k("Candle", "香薰蜡烛", "80 g/150 g/220 g/400 g", 180, (80, 80, 100),
       f"<rect x='28' y='42' width='44' height='42' rx='5' fill='{{c}}' {_DARK}/>"
       f"<path d='M50 42v-8' {_DARK}/><path d='M50 14q12 12 0 20-12-8 0-20z' fill='#f6ad55' {_DARK}/>"),
    _k("Soap", "手工皂", "80 g/100 g/125 g/150 g", 85, (90, 60, 30),
       f"<rect x='16' y='40' width='68' height='38' rx='16' fill='{{c}}' {_DARK}/>"
       "<circle cx='34' cy='24' r='7' fill='#bee3f8'/><circle cx='52' cy='18' r='10' fill='#bee3f8'/>"),
    _k("Toothbrush", "牙刷", "1 pc/2 pcs/4 pcs/8 pcs", 22, (220, 30, 25),
       f"<path d='M16 84 66 34' stroke='{{c}}' stroke-width='12' stroke-linecap='round'/>"
       f"<path d='M62 26l12 12 12-12-12-12z' fill='#edf2f7' {_DARK}/>"),
    _k("Dog lead", "牵引绳", "1.2 m/1.5 m/2 m/5 m", 140, (160, 120, 40),
       "<path d='M24 76q-8-40 26-40t26 40' fill='none' stroke='{c}' stroke-width='10' stroke-linecap='round'/>"
       f"<circle cx='50' cy='24' r='12' fill='none' {_DARK}/>"),
    _k("Cat toy", "逗猫棒", "40 cm/60 cm/90 cm/120 cm", 35, (420, 40, 30),
       f"<path d='M14 86 60 30' {_DARK}/><path d='M60 30q24-26 30-8-4 20-26 16 16 14-2 20z' fill='{{c}}' {_DARK}/>"),
    _k("Phone case", "手机壳", "6.1 in/6.3 in/6.7 in/6.9 in", 38, (170, 90, 15),
       f"<rect x='30' y='10' width='40' height='80' rx='9' fill='{{c}}' {_DARK}/>"
       f"<circle cx='42' cy='24' r='6' fill='#edf2f7' {_DARK}/>"),
    _k("Charging cable", "数据线", "0.5 m/1 m/2 m/3 m", 28, (140, 90, 20),
       "<path d='M24 20v30a26 26 0 0 0 52 0V34' fill='none' stroke='{c}' stroke-width='8'/>"
       f"<rect x='16' y='8' width='16' height='20' fill='#cbd5e0' {_DARK}/>"
       f"<rect x='68' y='16' width='16' height='20' fill='#cbd5e0' {_DARK}/>"),
    _k("Headphones", "耳机", "S1/S2/S3/S4", 210, (200, 180, 80),
       "<path d='M18 60a32 32 0 0 1 64 0' fill='none' stroke='#1a202c' stroke-width='7'/>"
       f"<rect x='12' y='54' width='18' height='30' rx='7' fill='{{c}}' {_DARK}/>"
       f"<rect x='70' y='54' width='18' height='30' rx='7' fill='{{c}}' {_DARK}/>"),
    _k("Board game", "桌游", "2 players/4 players/6 players/8 players", 640, (260, 260, 60),
       f"<rect x='18' y='18' width='64' height='64' rx='6' fill='{{c}}' {_DARK}/>"
       "<circle cx='36' cy='36' r='6' fill='#fff'/><circle cx='64' cy='64' r='6' fill='#fff'/>"
       "<circle cx='50' cy='50' r='6' fill='#fff'/>"),
    _k("Building blocks", "积木", "60 pcs/120 pcs/240 pcs/480 pcs", 420, (280, 190, 70),
       f"<rect x='14' y='46' width='72' height='36' fill='{{c}}' {_DARK}/>"
       f"<rect x='22' y='34' width='20' height='12' fill='{{c}}' {_DARK}/>"
       f"<rect x='58' y='34' width='20' height='12' fill='{{c}}' {_DARK}/>"),
    _k("Tea", "茶叶", "50 g/100 g/250 g/500 g", 90, (90, 90, 140),
       f"<rect x='28' y='28' width='44' height='58' rx='4' fill='{{c}}' {_DARK}/>"
       f"<path d='M28 28l8-14h28l8 14' fill='#edf2f7' {_DARK}/>"
       "<path d='M40 62q10-20 20 0-10 12-20 0z' fill='#68d391'/>"),
    _k("Coffee beans", "咖啡豆", "200 g/454 g/500 g/1 kg", 225, (120, 80, 230),
       f"<path d='M26 24h48l6 62H20z' fill='{{c}}' {_DARK}/><ellipse cx='50' cy='56' rx='13' ry='18' fill='#744210'/>"
       "<path d='M50 40q-8 16 0 32' stroke='#f6e05e' stroke-width='3' fill='none'/>"),
    _k("Lunch box", "饭盒", "1 layer/2 layers/3 layers/4 layers", 330, (200, 140, 70),
       f"<rect x='14' y='36' width='72' height='44' rx='8' fill='{{c}}' {_DARK}/>"
       f"<path d='M14 50h72M34 36v-8a6 6 0 0 1 6-6h20a6 6 0 0 1 6 6v8' fill='none' {_DARK}/>"),
    _k("Plant pot", "花盆", "9 cm/12 cm/16 cm/21 cm", 260, (130, 130, 120),
       f"<path d='M24 48h52l-8 38H32z' fill='{{c}}' {_DARK}/>"
       f"<path d='M50 48V26q-18 0-20-14 18-2 20 14 4-18 22-16-2 16-22 16' fill='#68d391' {_DARK}/>"),
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One SKU of the demo."""

    code: str
    name: str
    barcode: str
    weight_g: int
    length_mm: int
    width_mm: int
    height_mm: int
    price: int
    picture: str


def items(seed: int) -> list[Item]:
    """The 500 SKUs, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - prices and weights of a demo
    return [
        _item(number, kind, size, colour, chance)
        for number, (kind, size, colour) in enumerate(product(KINDS, range(4), COLOURS), 1)
    ]


def _item(number: int, kind: Kind, size: int, colour: tuple[str, str, str], chance: random.Random) -> Item:
    grow = (1.0, 1.25, 1.6, 2.2)[size]
    length, width, height = (int(side * grow ** (1 / 3)) for side in kind.box_mm)
    code = f"D{number:04d}"
    return Item(
        code=code,
        name=f"{kind.chinese} {colour[1]} {kind.sizes[size]} · {kind.english}, {colour[0]}",
        barcode=ean13(690_100_000_000 + number * 37),
        weight_g=int(kind.grams * grow * chance.uniform(0.95, 1.05)),
        length_mm=length,
        width_mm=width,
        height_mm=height,
        price=chance.randrange(9, 199),
        picture=f"/pictures/{code}.svg",
    )


def ean13(stem: int) -> str:
    """The EAN-13 of a 12-digit stem: its check digit appended."""
    digits = f"{stem:012d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def gtin14(stem: str) -> str:
    """The GTIN-14 of a 13-digit stem: its check digit appended."""
    total = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(stem))
    return f"{stem}{-total % 10}"


def pictures() -> Iterator[tuple[str, str]]:
    """(file name, SVG) of every SKU's picture: its drawing in its colour, and its size in a corner."""
    for number, (kind, size, colour) in enumerate(product(KINDS, range(4), COLOURS), 1):
        label = kind.sizes[size]
        yield (
            f"D{number:04d}.svg",
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 112'>"
            "<rect width='100' height='112' fill='#fff'/>"
            f"{kind.drawing.format(c=colour[2])}"
            f"<text x='50' y='106' text-anchor='middle' font-family='sans-serif' font-size='13' "
            f"font-weight='bold' fill='#1a202c'>{label}</text></svg>",
        )
