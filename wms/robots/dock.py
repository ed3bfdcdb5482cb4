"""Robots at the dock: they receive what is expected, look at what is to be checked, and put goods away."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from wms.robots.device import Device, Refused
from wms.robots.floor import NO_BIN, SECONDS_A_CODE, SECONDS_A_LINE, SECONDS_A_PIECE, Floor
from wms.robots.labels import Labels
from wms.robots.person import COLLEAGUE

SECONDS_A_WALK = 30.0
ON_A_TRUCK = 3  # scans at the dock before the walk begins
SINGLE_SCANS = 6  # more pieces than these are typed, not scanned one by one
NEXT_YEAR = (datetime.now(UTC) + timedelta(days=365)).date()

Line = dict[str, Any]


class Receiver:
    """Opens an expected receipt, scans carton after carton, and declares it done when all has come.

    Colleagues share a receipt: a carton is in one person's hands.
    """

    def __init__(self, device: Device, floor: Floor, labels: Labels) -> None:
        self.device, self.floor, self.labels = device, floor, labels

    def work(self) -> bool:
        """One carton, or the end of a receipt; False when nothing is left to unload."""
        state = self.device.ask("receive.state")
        number = state["data"]["receipt"]["number"] if "receipt" in state["data"] else self._open(state["data"])
        if number is None:
            return False
        with self.floor.at_work():
            lines = self._lines(number)
            carton = self._carton(number, lines)
            if carton is None:
                return self._end(lines)
            self._take_in(carton, lines)
        self.floor.figures.received += 1
        return True

    def _open(self, data: dict[str, Any]) -> str | None:
        for receipt in data["receipts"]:
            number = str(receipt["number"])
            if any((number, line["id"]) not in self.floor.claimed for line in self._lines(number)):
                self.device.do("receive.open", code=number)
                return number
        return None

    def _lines(self, number: str) -> list[Line]:
        """The announced lines of a receipt, as the public API tells them."""
        found: list[Line] = []
        after: int | None = 0
        while after is not None:
            page = self.device.read(f"/receipts/{number}/lines", cursor=after)
            found += page["items"]
            after = page["next"]
        return [line for line in found if line["qty"]]

    def _carton(self, number: str, lines: list[Line]) -> Line | None:
        """The first line whose goods nobody has in hand. Of a pallet all lines are taken."""
        for line in lines:
            if self.floor.claim((number, line["id"])):
                self.floor.claimed.update((number, each["id"]) for each in lines if line["lpn"] == each["lpn"] != "")
                if line["received"] < line["qty"]:
                    return line
        return None

    def _end(self, lines: list[Line]) -> bool:
        """Done when all has come; else the last carton is in a colleague's hands."""
        if all(line["received"] >= line["qty"] for line in lines):
            self.device.do("receive.done")
            return True
        self.device.do("receive.leave")
        return False

    def _take_in(self, line: Line, lines: list[Line]) -> None:
        if self.floor.chance(self.floor.wrong_share):
            self._nobody_knows()
        if line["lpn"]:
            self.floor.pause(SECONDS_A_CODE)
            self.device.do("receive.scan", code=line["lpn"])
            return
        left = line["qty"] - line["received"]
        self._scan(line, left)
        needs = self.device.do("receive.set", qty=left)["data"]["item"]["needs"]
        if needs:  # the paper told no lot, the cartons do
            self.device.do("receive.set", lot=f"N{line['id']}", expires_on=NEXT_YEAR.isoformat())
        if self.floor.chance(self.floor.wrong_share):
            self._too_many(line, lines)
            self.device.do("receive.set", qty=left)
        self.device.do("receive.take")

    def _scan(self, line: Line, left: int) -> None:
        """Case after case, then the pieces that are over, as far as anybody would scan them one by one."""
        told = (line["sku"], line["lot"], line["expires_on"])
        case, holds = self.labels.case(self.device, *told)
        cases = left // holds if holds else 0
        pieces = min(left - cases * holds, SINGLE_SCANS) if left > cases * holds else 0
        piece = self.labels.piece(self.device, *told)
        for code in [case] * cases + [piece] * pieces:
            self.floor.pause(SECONDS_A_PIECE)
            self.device.do("receive.scan", code=code)

    def _too_many(self, line: Line, lines: list[Line]) -> None:
        """More than the receipt tolerates must not come in."""
        room = sum(each["most"] - each["received"] for each in lines if each["sku"] == line["sku"])
        self.device.do("receive.set", qty=room + 1)
        self.floor.wrong(self.device.do, "receive.take", "inbound.over_receipt")

    def _nobody_knows(self) -> None:
        """Goods that nobody knows cannot come in; they are put aside for the office."""
        self.device.do("receive.scan", code=f"?-{self.floor.random.randrange(10**6)}")
        self.floor.wrong(self.device.do, "receive.take", "inbound.nothing_in_hand")
        self.device.do("receive.aside", why="unknown", note="no label that anybody knows")


class Checker:
    """Looks at the samples of what waits in quarantine."""

    def __init__(self, device: Device, floor: Floor) -> None:
        self.device, self.floor = device, floor

    def work(self) -> bool:
        """One check; False when nothing waits that a colleague is not looking at."""
        waiting = self.device.ask("check.state")["data"]["checks"]
        check = next((each for each in waiting if self.floor.claim(("check", each["id"], each["qty"]))), None)
        if check is None:
            return False
        with self.floor.at_work():
            self.floor.pause(SECONDS_A_PIECE * check["sample"])
            if self.floor.chance(self.floor.wrong_share):
                many = {"check_id": check["id"], "defects": check["qty"] + 1}
                self.floor.wrong(self.device.do, "check.decide", "inbound.too_many_defects", **many)
            defects = int(self.floor.chance(self.floor.bad_share))
            self.device.do("check.decide", check_id=check["id"], defects=defects)
        self.floor.figures.checked += 1
        return True


class PutAway:
    """Loads what lies at the dock onto a truck and walks past the bins that are told, or others for a reason."""

    def __init__(self, device: Device, floor: Floor, labels: Labels, dock: str) -> None:
        self.device, self.floor, self.labels, self.dock = device, floor, labels, dock
        self._bins: list[str] = []

    def work(self) -> bool:
        """One truck; False when nothing lies at the dock that somebody could take."""
        state = self.device.ask("putaway.state")
        loaded = state["next"] != "putaway_load" or bool(state["data"]["tasks"])
        if not loaded and not (state["data"]["waiting"] and self._load()):
            return False
        with self.floor.at_work():
            self._walk()
        return True

    def _load(self) -> bool:
        """Take up to a truck full of what is seen at the dock; False when all of it is in others' hands."""
        seen = self.device.ask("lookup.scan", code=self.dock)["data"]["places"]
        goods = list({each["container"] or (each["sku"]["code"], each["lot"]): each for each in seen}.values())
        self.floor.random.shuffle(goods)
        loaded = 0
        for each in goods:
            if loaded < ON_A_TRUCK and each["condition"] != "quarantine":
                loaded += self._scan(each)
        return loaded > 0

    def _scan(self, goods: dict[str, Any]) -> bool:
        """The pallet, all pieces, or a part of them. False: a colleague has them, or no bin takes them."""
        piece = self.labels.piece(self.device, goods["sku"]["code"], goods["lot"])
        body: dict[str, Any] = {"code": goods["container"] or piece}
        if not goods["container"] and goods["qty"] > 1 and self.floor.chance(self.floor.overrule_share):
            body["qty"] = goods["qty"] // 2
        self.floor.pause(SECONDS_A_CODE)
        try:
            tasks = self.device.do("putaway.load", **body)["data"]["tasks"]
        except Refused as refused:
            if refused.code not in COLLEAGUE:
                raise
            self.floor.missed(refused)
            return False
        homeless = [task for task in tasks if task["bin"] is None]
        for task in homeless:
            self.device.do("putaway.drop", task_id=task["id"])
        return len(tasks) > len(homeless)

    def _walk(self) -> None:
        answer = self.device.do("putaway.go")
        while answer["next"] != "putaway_load":
            task = answer["data"]["task"]
            if task["bin"] is None:  # no bin is left for these
                answer = self.device.do("putaway.drop", task_id=task["id"])
            elif answer["next"] == "putaway_walk":
                self.floor.pause(SECONDS_A_WALK)
                answer = self._stand(task)
            else:
                answer = self._put(task)

    def _stand(self, task: dict[str, Any]) -> dict[str, Any]:
        if self.floor.chance(self.floor.wrong_share):
            self.floor.wrong(self.device.do, "putaway.bin", "inbound.not_a_bin", code=NO_BIN)
        if task["condition"] == "good" and self.floor.chance(self.floor.overrule_share):
            other = self.floor.random.choice(self._known_bins())
            answer = self.device.do("putaway.bin", code=other)
            if answer["next"] == "putaway_other":
                return self.device.do("putaway.bin", code=other, why="better")
            return answer
        return self.device.do("putaway.bin", code=task["bin"]["code"])

    def _known_bins(self) -> list[str]:
        if not self._bins:
            found = self.device.read("/bins", limit=200)["items"]
            self._bins = [each["code"] for each in found if each["kind"] == "pick" and not each["blocked_reason"]]
        return self._bins

    def _put(self, task: dict[str, Any]) -> dict[str, Any]:
        qty = task["qty"]
        if qty > 1 and not task["whole"] and self.floor.chance(self.floor.overrule_share):
            qty //= 2  # the rest does not fit: the next bin is told
        self.floor.pause(SECONDS_A_LINE)
        answer = self.device.do("putaway.put", task_id=task["id"], qty=qty)
        self.floor.figures.put_away += qty == task["qty"]
        return answer
