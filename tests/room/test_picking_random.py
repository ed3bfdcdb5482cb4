"""People who do anything they may, in any order: the stock stays right, and at the end nothing is left over."""
from __future__ import annotations

import random

import picking_floor as floor
import pytest
from picking_floor import ask, do, scans

SKUS = [f"S{n}" for n in range(1, 7)]


class Day:
    """A few pickers and a supervisor, driven by dice."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.house = floor.build(carts=8, totes=40)
        for n in range(8):
            lines = {sku: self.dice.randint(1, 4) for sku in self.dice.sample(SKUS, self.dice.randint(1, 4))}
            floor.order(self.house, f"O{n}", lines, hours=n)
        self.pickers = [floor.person(self.house, name) for name in ("Anna", "Bert", "Cleo")]
        self.supply = {sku: f"A4-{n + 1}" for n, sku in enumerate(SKUS)}
        with floor.transaction():
            goods = [floor.stock.Goods(self.house.skus[s], self.house.bins[b], 20) for s, b in self.supply.items()]
            floor.stock.receive(self.house.id, goods, reference="MORE", actor_id=None)
        self.totes = [f"T{n}" for n in range(1, 41)]
        self.carts = [f"C{n}" for n in range(1, 9)]

    def turn(self, *, careful: bool = False) -> None:
        """One person does one thing. `careful`: everybody works towards the end."""
        shown = do(picker := self.dice.choice(self.pickers), "terminal.state")
        if shown["next"] in ("home", "pick_wait"):
            do(picker, "pick.ready")
            return
        task = shown["data"]["task"]
        if not careful and self.dice.random() < 0.05:
            do(picker, "pick.let_go", task_id=task["id"])
        elif shown["next"] == "pick_start":
            code = task["cart"]["code"] if task["cart"] else self.dice.choice(self.carts)
            ask(picker, "pick.cart", task_id=task["id"], code=code)
        elif shown["next"] == "pick_totes":
            slot = next(slot["slot"] for slot in task["slots"] if not slot["tote"])
            ask(picker, "pick.tote", task_id=task["id"], slot=slot, code=self.dice.choice(self.totes))
        else:
            self.pick(picker, task, careful)

    def pick(self, picker, task, careful: bool) -> None:
        line = self.dice.choice([line for line in task["lines"] if line["status"] == "open"])
        if not careful and self.dice.random() < 0.15:
            do(picker, "pick.short", task_id=task["id"], line_id=line["id"], reason="missing")
        elif not careful and self.dice.random() < 0.2:
            ask(picker, "pick.confirm", **scans(task, line, bin="A2-2", qty=99))
        else:
            left = line["qty"] - line["picked"]
            do(picker, "pick.confirm", **scans(task, line, qty=left if careful else self.dice.randint(1, left)))

    def decide(self) -> None:
        order = floor.value("SELECT min(id) FROM sales_order WHERE processing = 'short'")
        if order:
            hows = self.dice.sample(["ship_without", "pick_again"], 2)
            for how in hows:
                if ask(self.house.boss, "order.resolve_short", order_id=order, how=how)["ok"]:
                    return


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_events_leaves_the_stock_right(app, seed):
    day = Day(seed)
    for _ in range(2):
        wave = do(day.house.boss, "wave.build", max_orders=4, totes_per_cart=2)["data"]["wave"]
        do(day.house.boss, "wave.release", wave_id=wave["id"])
    for turn in range(160):
        day.turn()
        if turn % 20 == 0:
            day.decide()
            floor.proved()
    open_tasks = "SELECT count(*) FROM pick_task WHERE status IN ('open', 'assigned', 'picking')"
    for _ in range(500):
        day.decide()
        if not floor.value(open_tasks) and not floor.value("SELECT 1 FROM sales_order WHERE processing = 'short'"):
            break
        day.turn(careful=True)
    assert floor.value("SELECT string_agg(DISTINCT processing, ',') FROM sales_order") == "picked"
    assert floor.value("SELECT string_agg(DISTINCT status, ',') FROM wave") == "done"
    report = floor.proved()
    assert (report.held, report.promised) == (0, 0)
    wanted = floor.value("SELECT sum(qty - dropped) FROM order_line")
    assert floor.value("SELECT sum(picked) FROM pick_line") == wanted
    in_totes = "SELECT sum(on_hand) FROM stock_balance b JOIN pick_tote t USING (container_id) WHERE t.in_use"
    assert floor.value(in_totes) == wanted
    assert floor.value("SELECT count(*) FROM pick_tote WHERE in_use") == 8
