"""A shop with orders and buyers who change their minds; how it is spoken to is the dialects' part."""
from __future__ import annotations

import copy
import random
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any


@dataclass
class SoldLine:
    """`refund`: none, asked or refunded; `parts`: pieces by the numbers of the parcels in which they left, as
    announced."""

    id: str
    sku: str
    qty: int
    price: Decimal
    item: int = 0
    variant: int = 0
    refund: str = "none"
    parts: dict[str, int] = field(default_factory=dict)

    @property
    def sent(self) -> str:
        """The number of the first of its parcels."""
        return next(iter(self.parts), "")

    @property
    def left(self) -> int:
        """Pieces that were in no parcel yet."""
        return self.qty - sum(self.parts.values())


@dataclass(frozen=True)
class Place:
    """Where a buyer wants it; of what is empty nothing is said. `country` by its two letters."""

    province: str = ""
    city: str = ""
    district: str = ""
    street: str = ""
    phone: str = ""
    postcode: str = ""
    country: str = "CN"


@dataclass
class Sold:
    """An order. `status`: unpaid, open, forbidden, shipped or cancelled; `parcels`: (carrier, number) as announced;
    `group`: open, complete or failed, where several buy together; `place`: None for the one that the dialect knows;
    `cod`: it is paid at the door."""

    number: str
    created: datetime
    modified: datetime
    lines: list[SoldLine]
    status: str = "open"
    remark: str = ""
    recipient: str = "王小明"
    group: str = "complete"
    parcels: list[tuple[str, str]] = field(default_factory=list)
    place: Place | None = None
    cod: bool = False
    refund_at: datetime | None = None  # when a buyer wanted something back last

    @property
    def total(self) -> Decimal:
        return sum((line.price * line.qty for line in self.lines), Decimal(0))


@dataclass
class Faults:
    """How often, of one, a request meets each: told to come later (429), an error of the server (502), no answer
    before and after it was carried out; and lists that repeat an order, or are in no sequence."""

    busy: float = 0
    trouble: float = 0
    silent_before: float = 0
    silent_after: float = 0
    twice: float = 0
    shuffled: float = 0


class Rejected(Exception):
    """What was asked is against the platform's rules; `code` as it writes it."""

    def __init__(self, code: str, text: str = "") -> None:
        self.code, self.text = code, text
        super().__init__(code)


class VirtualShop:
    """`meanwhile` runs at each list that is asked for, before it is answered: orders change while they are pulled.

    Its clock stands at `moment` and goes on by `tick` with each request; without `moment` it is the world's. `sold`:
    how many orders it has had before; their numbers are not given again.
    """

    app_key, secret, token, refresh_token = "12345678", "virtual-secret", "virtual-token", "virtual-refresh"
    webhook_secret = "virtual-webhook"  # noqa: S105 - as public as the rest of it

    def __init__(self, *, moment: datetime | None = None, seed: int = 1, sold: int = 0) -> None:
        self.orders: dict[str, Sold] = {}
        self.moment, self.tick = moment, timedelta(milliseconds=20)
        self.faults = Faults()
        self.meanwhile: Callable[[VirtualShop], None] | None = None
        self.items: dict[str, int] = {}  # by SKU: the number under which it is offered
        self.stock: dict[int, int] = {}  # how many of it, as the seller said last
        self.open = True
        self.asked: dict[str, int] = {}  # how often each thing was
        self.requests: set[str] = set()  # ids of what was carried out, where a platform minds them
        self.allowed: dict[str, tuple[float, int]] = {}  # by operation: requests a second and at once, where they count
        self.buckets: dict[str, tuple[float, float]] = {}
        self.references: dict[tuple[str, str], str] = {}  # by order and package: its number, where they have references
        self.packages: dict[str, list[set[str]]] = {}  # by order: the lines of each, where a platform counts them
        self.refused: list[str] = []
        self.random = random.Random(seed)  # noqa: S311 - misfortune, no secret
        self.lock = threading.RLock()
        self._numbers = sold

    def now(self) -> datetime:
        return self.moment or datetime.now(UTC)

    def pass_time(self, by: timedelta) -> None:
        if self.moment is not None:
            self.moment += by

    def new_tokens(self) -> dict[str, str]:
        """The old ones count no more."""
        with self.lock:
            nr = self.asked["tokens"] = self.asked.get("tokens", 0) + 1
            self.token, self.refresh_token = f"virtual-token-{nr}", f"virtual-refresh-{nr}"
            return {"access_token": self.token, "refresh_token": self.refresh_token}

    # ---- what buyers do

    def sell(self, *lines: tuple[str, int], status: str = "open", **facts: Any) -> Sold:
        """A buyer orders so many pieces of SKUs."""
        with self.lock:
            self._numbers += 1
            number = f"{2026_0000_0000 + self._numbers}"
            sold = [
                SoldLine(f"{self._numbers}{nr:02}", sku, qty, Decimal("9.90"), *self._offered(sku))
                for nr, (sku, qty) in enumerate(lines, 1)
            ]
            at = self.now().replace(microsecond=0)
            self.orders[number] = Sold(number, at, at, sold, status, **facts)
            return self.orders[number]

    def _offered(self, sku: str) -> tuple[int, int]:
        """The numbers of an item and its variant."""
        item = self.items.setdefault(sku, 7001 + len(self.items))
        return item, item + 1000

    def put_stock(self, item: int, qty: int) -> None:
        """A seller says how many there are. Raises Rejected for what is not offered."""
        with self.lock:
            if item not in self.items.values() or qty < 0:
                raise Rejected("no_such_item", str(item))
            self.stock[item] = qty

    def change(self, number: str, **facts: Any) -> Sold:
        """Something of an order changes, noted by a clock that counts whole seconds."""
        with self.lock:
            order = self.orders[number]
            for name, value in facts.items():
                setattr(order, name, value)
            order.modified = self.now().replace(microsecond=0)
            return order

    def refund(self, number: str, how: str, *line_ids: str) -> None:
        """A buyer wants money back, or has it, for lines or the whole order."""
        with self.lock:
            for line in self.orders[number].lines:
                if not line_ids or line.id in line_ids:
                    line.refund = how
            self.change(number, refund_at=self.now().replace(microsecond=0))

    # ---- what sellers do

    def changed(self, start: datetime, end: datetime) -> list[Sold]:
        """Orders that changed within a closed span, by when they did."""
        with self.lock:
            if self.meanwhile is not None:
                self.meanwhile(self)
            found = [order for order in self.orders.values() if start <= order.modified <= end]
            return sorted(found, key=lambda order: (order.modified, order.number))

    def part(self, orders: list[Any], page: int, size: int, *, first: int = 1) -> list[Any]:
        """A numbered page, with the misfortunes that lists have."""
        found = orders[(page - first) * size : (page - first + 1) * size]
        if found and self.random.random() < self.faults.twice:
            found.append(self.random.choice(found))
        if self.random.random() < self.faults.shuffled:
            self.random.shuffle(found)
        return found

    def send(self, number: str, carrier: str, tracking: str, pieces: Mapping[str, int] | None = None) -> None:
        """A seller announces a parcel of so many pieces of lines, of the whole order when that is not said. Raises
        Rejected when the order is not waiting to be sent, or so much of a line of it."""
        with self.lock:
            order = self.orders.get(number)
            if order is None:
                raise Rejected("no_such_order")
            wanted = {line.id: line.qty for line in order.lines} if pieces is None else pieces
            left = {line.id: line.left for line in order.lines}
            if order.status != "open" or not wanted or any(not 0 < n <= left.get(id, 0) for id, n in wanted.items()):
                raise Rejected("not_to_be_sent", f"{number} is {order.status}")
            for line in order.lines:
                if line.id in wanted:
                    line.parts[tracking] = wanted[line.id]
            order.parcels.append((carrier, tracking))
            sent = all(not line.left or line.refund == "refunded" for line in order.lines)
            self.change(number, status="shipped" if sent else order.status)

    def send_whole(self, number: str, carrier: str, tracking: str, line_ids: Collection[str]) -> None:
        """As `send`, of whole lines."""
        with self.lock:
            order = self.orders.get(number)
            self.send(number, carrier, tracking, {
                line.id: line.qty for line in order.lines if line.id in line_ids
            } if order else {})  # fmt: skip

    def send_instead(self, number: str, before: str, carrier: str, tracking: str, pieces: Mapping[str, int]) -> None:
        """A seller corrects a parcel that was announced under the number `before`. Raises Rejected as `send` does."""
        with self.lock:
            order = self.orders[number]
            stood = copy.deepcopy(vars(order))
            for line in order.lines:
                line.parts.pop(before, None)
            order.parcels = [each for each in order.parcels if each[1] != before]
            order.status = "open" if order.status == "shipped" else order.status
            try:
                self.send(number, carrier, tracking, pieces)
            except Rejected:
                vars(order).update(stood)
                raise

    def add_parcels(self, number: str, parcels: list[tuple[str, str]]) -> None:
        """Further parcels of an order that was announced. Raises Rejected for one it has already."""
        with self.lock:
            order = self.orders.get(number)
            if order is None or not order.parcels:
                raise Rejected("not_sent")
            if {tracking for _, tracking in parcels} & {tracking for _, tracking in order.parcels}:
                raise Rejected("parcel_twice")
            order.parcels += parcels
            self.change(number)
