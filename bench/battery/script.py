"""What each person will scan, chosen by a seed: the same in every run."""
from __future__ import annotations

import json
import random
import uuid
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from typing import Any

import psycopg

AGAIN = 0.1  # of all scans are sent once more
OTHER = 0.02  # … are followed by another body under the same id


@dataclass(frozen=True)
class Line:
    """One scan. `again`: "" once, "later" once more after its answer, "together" twice at the same moment."""

    id: str
    person: int
    name: str
    body: dict[str, Any]
    again: str = ""
    other: bool = False

    def to_json(self) -> str:
        return json.dumps(asdict(self))


@dataclass
class Floor:
    """Ids of what is scanned, read from the database."""

    people: list[int] = field(default_factory=list)
    picks: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    bins: list[int] = field(default_factory=list)
    goods: list[tuple[int, int]] = field(default_factory=list)  # sku, bin
    pallets: list[int] = field(default_factory=list)


_PICKS = """
    SELECT t.person_id, l.task_id, l.id, b.code, k.code, c.code, l.qty
    FROM pick_line l JOIN pick_task t ON t.id = l.task_id JOIN bin b ON b.id = l.bin_id
    JOIN barcode k ON k.sku_id = l.sku_id
    JOIN pick_tote s ON s.task_id = l.task_id AND s.slot = l.slot JOIN container c ON c.id = s.container_id
    ORDER BY l.task_id, l.seq
"""


def read(address: str, hot: int) -> Floor:
    """The floor of a battery's database; `hot` > 0 keeps to that many SKUs."""
    floor = Floor()
    with psycopg.connect(address) as connection:
        floor.people = [id for (id,) in connection.execute("SELECT id FROM person ORDER BY id")]
        for person, *scan in connection.execute(_PICKS):
            names = ("task_id", "line_id", "bin", "item", "tote", "qty")
            floor.picks[person].append(dict(zip(names, scan, strict=True)))
        floor.bins = [id for (id,) in connection.execute("SELECT id FROM bin WHERE kind = 'pick' ORDER BY id LIMIT 50")]
        goods = "SELECT sku_id, bin_id FROM stock_balance WHERE container_id = 0 ORDER BY sku_id, bin_id"
        floor.goods = [(sku, bin) for sku, bin in connection.execute(goods) if not hot or sku <= hot]
        pallets = "SELECT id FROM container WHERE kind = 'pallet' ORDER BY id"
        floor.pallets = [id for (id,) in connection.execute(pallets)]
    return floor


def write(floor: Floor, scans: int, seed: str) -> list[list[Line]]:
    """For each person, `scans` scans in their sequence: their picks, and between them everything else."""
    return [_of(person, floor, scans, random.Random(f"{seed} {person}")) for person in floor.people]


def _of(person: int, floor: Floor, scans: int, chance: random.Random) -> list[Line]:
    picks = floor.picks[person][:scans]
    what: list[tuple[str, dict[str, Any]]] = [("pick.confirm", body) for body in picks]
    what += [_other(floor, chance) for _ in range(scans - len(picks))]
    # Picks of one person go in the sequence of their walk; what else they do comes anywhere between.
    chance.shuffle(what)
    walk = iter(picks)
    told = [(name, next(walk) if name == "pick.confirm" else body) for name, body in what]
    return [_line(person, name, body, chance) for name, body in told]


def _line(person: int, name: str, body: dict[str, Any], chance: random.Random) -> Line:
    again = chance.choice(("later", "together")) if chance.random() < AGAIN else ""
    id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    return Line(id, person, name, body, again, chance.random() < OTHER)


def _other(floor: Floor, chance: random.Random) -> tuple[str, dict[str, Any]]:
    sku, bin = chance.choice(floor.goods)
    qty = chance.randint(1, 5)
    kind = chance.choices(("receive", "move", "adjust", "load", "count"), (3, 8, 4, 1, 2))[0]
    body: dict[str, Any] = {
        "receive": {"sku": sku, "bin": bin, "qty": qty},
        "move": {"sku": sku, "bin": bin, "qty": qty, "to": chance.choice(floor.bins)},
        "adjust": {"sku": sku, "bin": bin, "change": qty * chance.choice((1, -1, -1))},
        "load": {"container": chance.choice(floor.pallets), "to": chance.choice(floor.bins)},
        "count": {"bin": bin, "change": chance.choice((1, -1))},
    }[kind]
    return f"battery.{kind}", body
