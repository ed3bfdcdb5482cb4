"""People who count in the small warehouse of `picking_floor`."""
from __future__ import annotations

from typing import Any

import picking_floor as floor
from sqlalchemy import text

from wms.access import service as access
from wms.access.models import Person
from wms.core.actor import Actor
from wms.core.transaction import transaction
from wms.counting import service as counting
from wms.stock import service as stock

TABLES = ("count_task", "count_round", "count_tally", "count_serial", "count_line", "replenish_task", "pick_face")


def everything() -> dict[str, list[Any]]:
    """Every row that a count or a replenishment could touch."""
    with transaction() as session:
        mine = {t: session.execute(text(f"SELECT * FROM {t} ORDER BY 1, 2")).all() for t in TABLES}
    return {**floor.everything(), **mine}


def refused(actor: Actor, name: str, **body: Any) -> str:
    """A scan that must be refused with nothing moved; returns the code."""
    before = everything()
    reply = floor.ask(actor, name, **body)
    assert not reply["ok"], reply
    assert everything() == before
    assert "{" not in reply["message"]["text"], reply["message"]
    return str(reply["message"]["code"])


def on_hand(house: floor.House, bin: str, sku: str) -> int:
    return int(
        floor.value(
            "SELECT coalesce(sum(on_hand), 0) FROM stock_balance WHERE bin_id = :bin AND sku_id = :sku",
            bin=house.bins[bin], sku=house.skus[sku],
        )
    )  # fmt: skip


def moved(house: floor.House, sku: str, qty: int, source: str, target: str) -> None:
    """Somebody moves pieces from a bin to a bin."""
    with transaction():
        goods = [stock.Goods(house.skus[sku], house.bins[source], qty)]
        stock.move(house.id, goods, house.bins[target], reason="move", reference="by hand", actor_id=None)


def arrived(house: floor.House, sku: str, qty: int, bin: str, **more: Any) -> None:
    """Pieces are put away into a bin."""
    with transaction():
        goods = [stock.Goods(house.skus[sku], house.bins[bin], qty, **more)]
        stock.receive(house.id, goods, reference="ASN", actor_id=None)


def begin(counter: Actor, bin: str) -> int:
    """The counter stands at a bin; the task's id."""
    return int(floor.do(counter, "count.bin", code=bin)["data"]["task"]["id"])


def see(counter: Actor, task_id: int, sku: str, qty: int, **more: Any) -> dict[str, Any]:
    return floor.do(counter, "count.scan", task_id=task_id, code=sku, qty=qty, **more)


def done(counter: Actor, task_id: int, **more: Any) -> str:
    """The bin is done; what the counter hears."""
    return str(floor.do(counter, "count.done", task_id=task_id, **more)["message"]["code"])


def count(counter: Actor, bin: str, **seen: int) -> int:
    """A whole count of a bin by one person; the task's id."""
    task_id = begin(counter, bin)
    for sku, qty in seen.items():
        see(counter, task_id, sku, qty)
    if seen:
        done(counter, task_id)
    else:
        floor.do(counter, "count.empty", task_id=task_id)
    return task_id


def status(task_id: int) -> str:
    return str(floor.value("SELECT status FROM count_task WHERE id = :id", id=task_id))


def lines(task_id: int) -> list[tuple[Any, ...]]:
    """(round, sku, counted, book, outcome, posted) of a task's lines."""
    with transaction() as session:
        rows = session.execute(
            text(
                "SELECT l.round, k.code, l.counted, l.book, l.outcome, l.posted FROM count_line l "
                "JOIN sku k ON k.id = l.sku_id WHERE l.task_id = :id ORDER BY 1, 2, l.id"
            ),
            {"id": task_id},
        )
        return [tuple(row) for row in rows]


def plan(house: floor.House, **values: Any) -> None:
    with transaction():
        counting.put_plan(house.id, values)


def ask(house: floor.House, bin: str, **more: Any) -> Any:
    """The office asks for a count of this bin."""
    with transaction():
        return counting.ask(house.id, house.bins[bin], **more)


def headers(house: floor.House, actor: Actor | None = None) -> dict[str, str]:
    """With which the supervisor, or somebody else, asks over HTTP."""
    with transaction() as session:
        person = session.get(Person, (actor or house.boss).person_id)
        return {"Authorization": f"Bearer {access.open_session(person, 'test')}"}
