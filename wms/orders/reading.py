"""From the rows of a file to orders: what each row is, which rows belong together, what cancels what. Pure."""
from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from wms.core.csvfile import CellError, Column, Reject, Row, choice, moment, money, text, whole
from wms.orders.intake import Draft, DraftLine
from wms.orders.profile import Profile
from wms.orders.rules import MOST

FULL = "full"
Kind = Literal["goods", "fee", "cancellation", "correction", "zero_price", "stock_correction"]
Goods = Counter[tuple[str, Decimal]]  # pieces by (SKU, price)


def _paid(cell: str) -> Decimal | str:
    word = cell.strip().casefold()
    if word in ("full", "yes", "y", "true", "paid", "是", "已付款", "已付"):
        return FULL
    return Decimal(0) if word in ("no", "n", "false", "unpaid", "否", "未付款", "未付") else money(cell)


def _collected(cell: str) -> Decimal:
    amount = money(cell)
    if amount < 0:
        raise CellError("core.csv_not_money")
    return amount


# What a file may call the kinds of orders.
_KIND = choice(
    normal="普通 普通订单 普通訂單", live="livestream 直播 直播订单 直播訂單", presale="pre-sale 预售 預售",
    gift="赠品 贈品 礼品 禮品", urgent="express 加急 急单 急單",
)  # fmt: skip


def columns(profile: Profile) -> tuple[Column, ...]:
    """The columns of a file of orders: one row per line, the order's own columns on its first row or on all."""
    when = moment(profile.zone)
    least = -MOST if profile.books else 1
    return (
        Column("shop", text(60), ("shop code", "store", "店铺", "店铺编号", "店鋪"), required=True),
        Column("number", text(80), ("order", "order number", "order no", "invoice", "订单号", "訂單號"), required=True),
        Column("line", text(80), ("line number", "line id", "子订单号", "子訂單號")),
        Column("placed_at", when, ("order date", "date", "created at", "下单时间", "下單時間")),
        Column("promised_at", when, ("ship by", "deadline", "最晚发货时间", "承诺时间", "最晚出貨時間")),
        Column("sku", text(100), ("sku code", "item", "stock code", "商品编码", "商家编码", "商品編碼"), required=True),
        Column("name", text(300), ("description", "title", "商品名称", "商品名稱"), default=""),
        Column("qty", whole(least, MOST), ("quantity", "数量", "數量"), required=True),
        Column("price", money, ("unit price", "单价", "價格", "單價"), required=profile.books, default=Decimal(0)),
        Column("postage", money, ("shipping", "post amount", "邮费", "运费", "運費"), default=Decimal(0)),
        Column("paid", _paid, ("paid amount", "payment", "实付", "已付", "實付"), default=Decimal(0)),
        Column("cod", _collected, ("cash on delivery", "cod amount", "代收货款", "代收貨款"), default=Decimal(0)),
        Column("currency", text(3), ("币种", "幣別")),
        Column("carrier", text(60), ("carrier code", "快递公司", "物流公司", "快遞公司")),
        Column("customer", text(80), ("customer id", "buyer", "买家", "買家"), default=""),
        Column("recipient", text(100), ("receiver", "ship to", "收件人", "收货人", "收貨人"), default=""),
        Column("phone", text(40), ("mobile", "telephone", "电话", "手机", "電話", "手機"), default=""),
        Column("country", text(60), ("国家", "國家"), default=""),
        Column("province", text(60), ("state", "省", "省份"), default=""),
        Column("city", text(60), ("市", "城市"), default=""),
        Column("district", text(60), ("county", "区", "区县", "區", "區縣"), default=""),
        Column("address", text(300), ("street", "详细地址", "地址", "詳細地址"), default=""),
        Column("postcode", text(20), ("zip", "postal code", "邮编", "郵遞區號"), default=""),
        Column("remark", text(500), ("note", "comment", "备注", "備註"), default=""),
        Column("gift_note", text(300), ("gift message", "贺卡", "礼品留言", "賀卡", "禮品留言"), default=""),
        Column("kind", _KIND, ("order type", "order kind", "订单类型", "訂單類型")),
    )


OF_ORDER = (
    "promised_at", "postage", "paid", "cod", "currency", "carrier", "customer", "recipient", "phone", "country",
    "province", "city", "district", "address", "postcode", "remark", "gift_note", "kind",
)  # fmt: skip
Key = tuple[str, str]


@dataclass
class Read:
    """An order as read: the draft, the rows it came from by line key, and its pieces by SKU and price."""

    draft: Draft
    rows: list[Row]
    keys: dict[str, Row]
    customer: str
    placed_at: datetime | None
    goods: Goods
    names: dict[str, str]


@dataclass
class Sorted:
    """What a file of orders came to. `counts` say what became of rows that are no order lines."""

    orders: list[Read] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    aside: int = 0  # rows that are neither in an order nor rejected


def kind_of(row: Row, profile: Profile) -> Kind:
    """What a row of a merchant's books is; in a plain file every row is goods."""
    values = row.values
    if profile.cancellation.fullmatch(values["number"]):
        return "cancellation"
    if profile.correction.fullmatch(values["number"]):
        return "correction"
    if not profile.books:
        return "goods"
    if values["qty"] <= 0 and not values["price"]:
        return "stock_correction"  # damages, counts, mix-ups: no customer ever ordered them
    if not values["price"]:
        return "zero_price"  # samples and mailings, booked without a sale
    if profile.not_goods.fullmatch(values["sku"]) or profile.not_goods_named.fullmatch(values["name"]):
        return "fee"
    return "goods"


def sort(rows: Iterable[Row], profile: Profile, poisoned: dict[Key, int]) -> Sorted:
    """Sort the rows of a file. `poisoned` names orders with a row that could not be read: (shop, number) → its line.

    `rows` is read to its end before `poisoned` is looked at, so it may fill while reading.
    """
    done = Sorted()
    goods: dict[Key, list[Row]] = defaultdict(list)
    fees: dict[Key, list[Row]] = defaultdict(list)
    returns: dict[str, list[Row]] = defaultdict(list)
    other: set[Key] = set()
    for row in rows:
        if profile.upper_case_sku:
            row.values["sku"] = row.values["sku"].upper()
        kind = kind_of(row, profile)
        key = (row.values["shop"], row.values["number"])
        if kind == "goods":
            goods[key].append(row)
            continue
        done.counts[f"{kind}_lines"] += 1
        done.aside += 1
        if kind == "cancellation":
            returns[row.values["number"]].append(row)
        elif kind != "correction":
            other.add(key)
        if kind == "fee":
            fees[key].append(row)
    for key, lines in goods.items():
        _order(key, lines, fees.get(key, []), profile, poisoned, done)
    if profile.books:
        done.counts["invoices_without_goods"] += len(other - goods.keys())
        done.counts["cancellation_invoices"] += len(returns)
        _cancel(done, returns, profile)
    return done


def _order(
    key: Key, rows: list[Row], fees: Sequence[Row], profile: Profile, poisoned: dict[Key, int], done: Sorted
) -> None:
    rejects = _bad(rows)
    if rejects or key in poisoned:
        # An order that is imported in part is sent in part. All of its rows stay out.
        bad = min([poisoned.get(key, rows[-1].line), *(reject.line for reject in rejects)])
        told = {reject.line for reject in rejects}
        rejects += [row.reject("", "orders.order_incomplete", line=bad) for row in rows if row.line not in told]
        done.rejects += sorted(rejects, key=lambda reject: reject.line)
        return
    read = _read(key, rows, fees, profile, done.counts)
    done.orders.append(read)
    if profile.books:
        done.counts["guest_orders"] += not read.customer


def _bad(rows: Sequence[Row]) -> list[Reject]:
    """Rows that cannot be lines of goods, or that contradict an earlier row of their order."""
    said: dict[str, tuple[int, object]] = {}
    rejects: list[Reject] = []
    for row in rows:
        if row.values["qty"] < 1:
            rejects.append(row.reject("qty", "orders.negative_qty"))
        elif row.values["price"] < 0:
            rejects.append(row.reject("price", "orders.negative_price"))
        for name in OF_ORDER:
            value = row.values[name]
            if not value:
                continue
            line, other = said.setdefault(name, (row.line, value))
            if other != value:
                rejects.append(row.reject(name, "orders.rows_disagree", first=line, other=str(other)))
                break
    return rejects


def _read(key: Key, rows: list[Row], fees: Sequence[Row], profile: Profile, counts: Counter[str]) -> Read:
    said: dict[str, Any] = {
        name: next((row.values[name] for row in rows if row.values[name]), None) for name in OF_ORDER
    }
    address = ("phone", "country", "province", "city", "district", "address", "postcode", "remark", "gift_note")
    facts: dict[str, Any] = {name: said[name] or "" for name in address}
    placed = min((row.values["placed_at"] for row in rows if row.values["placed_at"]), default=None)
    lines, keys = _merged(rows, counts) if profile.merge_same_sku else _kept(rows)
    amounts = [row.values["qty"] * row.values["price"] for row in [*rows, *fees]]
    total = sum(amounts, said["postage"] or Decimal(0))
    promised = said["promised_at"] or (placed + profile.promise if placed and profile.promise else None)
    draft = Draft(
        shop=key[0],
        number=key[1],
        lines=tuple(lines),
        total=total,
        paid=total if said["paid"] == FULL else said["paid"] or Decimal(0),
        cod=said["cod"] or Decimal(0),
        placed_at=placed,
        promised_at=promised,
        currency=said["currency"],
        carrier=said["carrier"],
        kind=said["kind"] or "normal",
        recipient=said["recipient"] or _recipient(profile, said["customer"] or "", key[1]),
        **facts,
    )
    goods = _pieces(rows, 1)
    names = {row.values["sku"]: row.values["name"] for row in rows}
    return Read(draft, rows, keys, said["customer"] or "", placed, goods, names)


def _recipient(profile: Profile, customer: str, number: str) -> str:
    form = profile.recipient if customer else profile.guest
    return form.format(customer=customer, number=number)


def _kept(rows: Sequence[Row]) -> tuple[list[DraftLine], dict[str, Row]]:
    """Each row a line of its own; its key is the shop's, or the SKU, numbered where it repeats."""
    keys: dict[str, Row] = {}
    lines: list[DraftLine] = []
    for row in rows:
        stem = row.values["line"] or row.values["sku"]
        key, number = stem, 1
        while key in keys:
            number += 1
            key = f"{stem}#{number}"
        keys[key] = row
        lines.append(DraftLine(key, row.values["sku"], row.values["qty"], row.values["price"]))
    return lines, keys


def _merged(rows: Sequence[Row], counts: Counter[str]) -> tuple[list[DraftLine], dict[str, Row]]:
    """One line a SKU: quantities added, the price such that the amount stays."""
    same: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        same[row.values["sku"]].append(row)
    lines: list[DraftLine] = []
    for sku, twins in same.items():
        qty = sum(row.values["qty"] for row in twins)
        amount = sum((row.values["qty"] * row.values["price"] for row in twins), Decimal(0))
        lines.append(DraftLine(sku, sku, qty, twins[0].values["price"] if len(twins) == 1 else amount / qty))
        counts["merged_lines"] += len(twins) - 1
        counts["exact_duplicates"] += len(twins) - len({tuple(row.cells) for row in twins})
    return lines, {sku: twins[0] for sku, twins in same.items()}


def _pieces(rows: Iterable[Row], sign: int) -> Goods:
    pieces: Goods = Counter()
    for row in rows:
        pieces[row.values["sku"], row.values["price"]] += sign * row.values["qty"]
    return pieces


def _cancel(done: Sorted, returns: dict[str, list[Row]], profile: Profile) -> None:
    """Mark the orders that a cancellation takes back whole: same customer, goods, quantities and prices.

    The latest such order before the cancellation is meant. A cancellation of part of an order, or of one
    that is not in the file, changes nothing here: it is a return, and for after-sales.
    """
    by_customer: dict[str, list[int]] = defaultdict(list)
    for place, order in enumerate(done.orders):
        if order.customer and order.placed_at:
            by_customer[order.customer].append(place)
    for places in by_customer.values():
        places.sort(key=lambda place: str(done.orders[place].placed_at), reverse=True)
    for rows in returns.values():
        taken_back = _pieces((row for row in rows if not _is_fee(row, profile)), -1)
        at = max((row.values["placed_at"] for row in rows if row.values["placed_at"]), default=None)
        for place in by_customer.get(rows[0].values["customer"], []):
            order = done.orders[place]
            if order.draft.cancelled or order.goods != taken_back or not _before(order.placed_at, at):
                continue
            order.draft = _cancelled(order.draft)
            done.counts["cancellations_of_whole_orders"] += 1
            break


def _is_fee(row: Row, profile: Profile) -> bool:
    return bool(profile.not_goods.fullmatch(row.values["sku"]) or profile.not_goods_named.fullmatch(row.values["name"]))


def _before(placed: datetime | None, cancelled: datetime | None) -> bool:
    return placed is not None and cancelled is not None and placed <= cancelled


def _cancelled(draft: Draft) -> Draft:
    return replace(draft, cancelled=True)
