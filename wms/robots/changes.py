"""A supervisor who cannot leave waves alone: stops orders, pulls, splits, pauses, cancels, sends people home."""
from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from wms.robots.device import Device, Refused
from wms.robots.floor import Floor

EVERY_SECONDS = 0.25
SECONDS_LATER = 1.0
ALL_WAYS = ("another", "replenish", "count", "line", "order")
STOPS = (
    ("waved", "hold"), ("picking", "cancel"), ("picked", "hold"), ("packed", "cancel"), ("picking", "hold"),
    ("ready", "refund"), ("picked", "refund"), ("packed", "hold"), ("waved", "cancel"),
)  # fmt: skip
# What is refused when the floor was quicker, or when chance chose boxes that nobody walks for.
TOO_LATE = frozenset(
    ("waves.not_in_wave", "waves.cannot_pull", "waves.not_going", "waves.nothing_to_split",
     "waves.nothing_to_release", "picking.cart_begun", "picking.not_of_wave", "picking.whole_wave",
     "picking.no_task", "picking.finish_yours", "picking.already_theirs", "picking.task_over",
     "picking.put_back_begun", "picking.nowhere_else", "picking.nothing_picked", "picking.not_a_walk",
     "picking.not_short", "orders.too_late", "orders.already_stopped", "orders.not_stopped",
     "orders.cancelled_already", "packing.part_packed", "core.illegal_move")
)  # fmt: skip


class Changes:
    """Does each kind of change `rounds` times, in an order of chance, each as soon as there is something for it.

    What was paused goes on again, half of the orders that are held go on after all, and short ones are picked again,
    sent without what is missing, or left to wait. `over`: nothing more comes of it.
    """

    def __init__(self, device: Device, floor: Floor, rounds: int) -> None:
        self.device, self.floor = device, floor
        acts: dict[str, Callable[[], bool]] = {
            "pull": self._pull, "split": self._split, "split_carts": self._split_carts, "pause": self._pause,
            "send_home": self._send_home, "reassign": self._reassign, "cancel": self._cancel,
        }  # fmt: skip
        self.todo = [(name, act) for name, act in acts.items() for _ in range(rounds)]
        self.todo += [(f"stop {step}", partial(self._stop, step, want)) for step, want in STOPS * rounds]
        floor.random.shuffle(self.todo)
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.decided: set[int] = set()  # short orders
        self.board: dict[str, Any] = {}
        self.quiet = 0
        self.over = False

    def run(self) -> None:
        self.device.do("pick.put_plan", short_ways=list(ALL_WAYS))
        while not self.floor.done:
            self.floor.guard(self._look)
            time.sleep(EVERY_SECONDS)
        self.device.close()

    def _look(self) -> None:
        self.board = self.device.ask("board.snapshot")["data"]
        for due, act in [each for each in self.later if each[0] < time.time()]:
            self.later.remove((due, act))
            self._try(act)
        self._shorts()
        did = self._one_change()
        self.quiet = 0 if did or self.later or self.floor.idle_seconds() < 1 else self.quiet + 1
        self.over = not self.later and (not self.todo or self.quiet > 8)

    def _one_change(self) -> bool:
        """The first change that there is something for."""
        for each in list(self.todo):
            if self._try(each[1]):
                self.todo.remove(each)
                self.floor.figures.changes[each[0]] += 1
                return True
        return False

    def _try(self, act: Callable[[], bool | None]) -> bool:
        try:
            return bool(act())
        except Refused as refused:
            if refused.code not in TOO_LATE:
                raise
            self.floor.missed(refused)
            return False

    def _after(self, act: Callable[[], None]) -> None:
        self.later.append((time.time() + SECONDS_LATER, act))

    # ---- what there is

    def _waves(self, *statuses: str) -> list[dict[str, Any]]:
        """The waves of these statuses with their carts and orders, in an order of chance."""
        ids = [each["id"] for each in self.board["waves"] if each["status"] in statuses and not each["paused_at"]]
        self.floor.random.shuffle(ids)
        return [self.device.ask("board.wave", wave_id=id)["data"]["wave"] for id in ids]

    def _of(self, wave: dict[str, Any], *steps: str) -> list[int]:
        found = [each["id"] for each in wave["orders"] if each["active"] and each["step"] in steps]
        self.floor.random.shuffle(found)
        return found

    # ---- one change each; whether there was something for it

    def _stop(self, step: str, want: str) -> bool:
        if step == "ready":
            orders = [each["id"] for each in self.device.read("/orders", state="to_process", limit=200)["items"]
                      if (each["confirmation"], each["processing"]) == ("confirmed", "waiting")]  # fmt: skip
        else:
            orders = [id for wave in self._waves("released", "done") for id in self._of(wave, step)]
        if not orders:
            return False
        order = orders[0]
        self.device.do("order.intercept", order_id=order, want=want, why="the buyer called")
        if want == "hold" and self.floor.figures.changes["let on"] <= self.floor.figures.changes[f"stop {step}"]:
            self._after(partial(self._let_on, order))
        return True

    def _let_on(self, order: int) -> None:
        try:
            self.device.do("order.let_on", order_id=order)
            self.floor.figures.changes["let on"] += 1
        except Refused as refused:
            if refused.code == "picking.put_back_begun":
                self._after(partial(self._let_on, order))
            raise

    def _pull(self) -> bool:
        for wave in self._waves("released"):
            orders = self._of(wave, "picking", "picked", "waved")
            if len(orders) > 1:
                self.device.do("wave.pull", wave_id=wave["id"], order_ids=orders[:1])
                return True
        return False

    def _split(self) -> bool:
        for wave in self._waves("released"):
            orders = self._of(wave, "picking", "waved")
            if len(orders) > 3:
                made = self.device.do("wave.split", wave_id=wave["id"], order_ids=orders[:2])["data"]["wave"]
                self.device.do("wave.release", wave_id=made["id"])
                return True
        return False

    def _split_carts(self) -> bool:
        for wave in self._waves("released"):
            unbegun = [each["task_id"] for each in wave["carts"] if each["status"] == "open" and not each["cart"]]
            if unbegun and len(wave["carts"]) > 1:
                self.device.do("wave.split_carts", wave_id=wave["id"], task_ids=unbegun[:1])
                return True
        return False

    def _pause(self) -> bool:
        for wave in self._waves("released"):
            if any(each["status"] in ("open", "assigned", "picking") for each in wave["carts"]):
                self.device.do("wave.pause", wave_id=wave["id"], send_home=self.floor.chance(0.5))
                self._after(partial(self._resume, wave["id"]))
                return True
        return False

    def _resume(self, wave_id: int) -> None:
        self.device.do("wave.resume", wave_id=wave_id)

    def _send_home(self) -> bool:
        walking = [each["id"] for each in self.board["people"] if each["doing"] == "picking"]
        if not walking:
            return False
        self.device.do("pick.send_home", person_id=self.floor.random.choice(walking), at_once=self.floor.chance(0.5))
        return True

    def _reassign(self) -> bool:
        free = [each["id"] for each in self.board["people"] if each["doing"] == "ready"]
        carts = [each for wave in self._waves("released") for each in wave["carts"] if each["status"] == "picking"]
        if not free or not carts:
            return False
        self.device.do("pick.reassign", task_id=carts[0]["task_id"], person_id=free[0])
        return True

    def _cancel(self) -> bool:
        for wave in self._waves("released"):
            if self._of(wave, "picking"):
                self.device.do("wave.cancel", wave_id=wave["id"])
                return True
        return False

    def _shorts(self) -> None:
        """Each short order is decided about once."""
        for stuck in self.board["stuck"]:
            if stuck["kind"] == "short" and stuck["order_id"] not in self.decided:
                self.decided.add(stuck["order_id"])
                how = self.floor.random.choice(("pick_again", "ship_without", ""))
                if how:
                    self._try(partial(self._resolve, stuck["order_id"], how))

    def _resolve(self, order_id: int, how: str) -> None:
        self.device.do("order.resolve_short", order_id=order_id, how=how)
        self.floor.figures.changes[how] += 1
