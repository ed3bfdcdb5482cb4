"""Pure decisions of the orders room: what an audit finds, and what the axes are called."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from wms.orders.places import judging

MOST = 10_000_000  # pieces on one line; more is a typing error
CHINA = frozenset({"cn", "chn", "china", "prc", "中国", "中國", "中国大陆", "中华人民共和国"})


@dataclass(frozen=True)
class Axes:
    """Where an order stands, on each of its five axes."""

    confirmation: str = "unconfirmed"
    payment: str = "unpaid"
    processing: str = "waiting"
    shipping: str = "unshipped"
    refund: str = "none"


class State(StrEnum):
    """The merchants' eight states, and `cancelled` and `merged`, which they do not number.

    The eight have no name for a paid order that nobody confirmed: paying is what confirms it to a
    merchant, so it is `to_process`, and our own hold shows beside the state, not in it.
    """

    UNCONFIRMED = "unconfirmed"  # 未确认未付款
    TO_PAY = "to_pay"  # 已确认未付款
    TO_PROCESS = "to_process"  # 未处理已确认已付款
    IN_PROCESS = "in_process"  # 已处理已确认已付款: in a wave, on a cart, in a tote
    READY_TO_GO = "ready_to_go"  # 已处理已发货: parcel closed, waybill told to the shop, carrier not here yet
    SHIPPED = "shipped"  # 已发货: the carrier has it
    REFUNDING = "refunding"  # 退款中
    REFUNDED = "refunded"  # 退款成功
    CANCELLED = "cancelled"
    MERGED = "merged"  # 已合并: it travels with another order, and is shipped with it


EIGHT = tuple(state for state in State if state not in (State.CANCELLED, State.MERGED))
OVER = frozenset({State.SHIPPED, State.REFUNDED, State.CANCELLED})  # nobody has anything left to do
WORKED_ON = frozenset({"waved", "picking", "short", "picked"})

# The first row that fits names the state. A row fits when every axis it lists has one of its values.
STATES: Sequence[tuple[State, Mapping[str, frozenset[str]]]] = (
    (State.REFUNDED, {"refund": frozenset({"refunded"})}),
    (State.REFUNDING, {"refund": frozenset({"asked"})}),
    (State.CANCELLED, {"confirmation": frozenset({"cancelled"})}),
    (State.SHIPPED, {"shipping": frozenset({"shipped"})}),
    (State.MERGED, {"confirmation": frozenset({"merged"})}),
    (State.READY_TO_GO, {"processing": frozenset({"packed"})}),
    (State.IN_PROCESS, {"processing": WORKED_ON}),
    (State.TO_PROCESS, {"payment": frozenset({"paid"})}),
    (State.TO_PAY, {"confirmation": frozenset({"confirmed"})}),
    (State.UNCONFIRMED, {}),
)



def state_case() -> str:
    """The state of a row of sales_order as an SQL expression over its axes.

    It is laid out as PostgreSQL shows an index over it: so models and migrations can be compared.
    """

    def test(axis: str, values: frozenset[str]) -> str:
        quoted = [f"'{value}'" for value in sorted(values)]
        return f"{axis} = {quoted[0]}" if len(quoted) == 1 else f"{axis} = ANY (ARRAY[{', '.join(quoted)}])"

    *rows, (last, _) = STATES  # which has no tests: it is what none of the others is
    whens = [f"WHEN {' AND '.join(test(*one) for one in row.items())} THEN '{state}'" for state, row in rows]
    return "\nCASE\n" + "\n".join(whens) + f"\nELSE '{last}'\nEND"


# 旺店通 企业版 trade_status, by the same reading.
TRADE_STATUS: Sequence[tuple[int, Mapping[str, frozenset[str]]]] = (
    (95, {"shipping": frozenset({"shipped"})}),  # 已发货; its refunds are a list of their own
    (5, {"refund": frozenset({"refunded"})}),  # 已取消: refunded before it left
    (5, {"confirmation": frozenset({"cancelled"})}),
    (90, {"processing": WORKED_ON | {"packed"}}),  # 发货中
    (55, {"confirmation": frozenset({"confirmed", "merged"})}),  # 已审核
    (30, {"payment": frozenset({"paid"})}),  # 待客审
    (12, {"payment": frozenset({"part"})}),  # 待尾款
    (10, {}),  # 待付款
)


def fits(axes: Axes, row: Mapping[str, frozenset[str]]) -> bool:
    """Whether every axis that the row lists has one of its values."""
    return all(getattr(axes, axis) in values for axis, values in row.items())


def eight_state(axes: Axes) -> State:
    """The state that merchants would call this."""
    return next(state for state, row in STATES if fits(axes, row))


def trade_status(axes: Axes, *, kind: str = "normal", hold_reason: str | None = None) -> int:
    """旺店通's code for this. 25 (预订单): sold ahead and paid, its goods are to come yet; 12 (待尾款) as long as the
    balance of what is sold ahead is open, though it may be prepared."""
    code = next(code for code, row in TRADE_STATUS if fits(axes, row))
    if kind == "presale" and code == 30 and hold_reason == "stock_short":
        return 25
    return 12 if kind == "presale" and axes.payment == "part" and code in (30, 55) else code


def payment_of(total: Decimal, paid: Decimal, cod: Decimal = Decimal(0)) -> str:
    """The payment axis: a free order is paid, and so is what the carrier collects: nobody waits for it here."""
    if paid + cod >= total:
        return "paid"
    return "part" if paid > 0 else "unpaid"


# ---- audit

@dataclass(frozen=True)
class Problem:
    """Why an order may not go on: `code` names a text of this room, `params` fill it."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """What an audit looks at: amounts and the address as it would stand on a label."""

    total: Decimal
    paid: Decimal
    currency: str
    recipient: str
    phone: str
    country: str
    province: str
    city: str
    district: str
    address: str
    cod: Decimal = Decimal(0)
    address_id: str = ""
    kind: str = "normal"
    group_state: str = ""
    ahead: bool = False


def check_group(claim: Claim) -> Problem | None:
    """Of a group purchase (拼团) nothing is sent before its group is complete."""
    return Problem("group_open") if claim.group_state == "open" else None


def check_paid(claim: Claim) -> Problem | None:
    """Paid in full, or collected in full on delivery; by how much not, that more was paid than is asked, or that the
    buyer would pay twice."""
    amounts = {"paid": str(claim.paid), "total": str(claim.total), "currency": claim.currency}
    if claim.cod and claim.paid + claim.cod > claim.total:
        return Problem("cod_too_much", {**amounts, "cod": str(claim.cod)})
    if claim.paid > claim.total:
        return Problem("overpaid", amounts)
    if claim.paid + claim.cod >= claim.total:
        return None
    if claim.kind == "presale" and claim.paid > 0:  # 待尾款: the rest is paid when the platform says
        return None if claim.ahead else Problem("balance_open", amounts)
    return Problem("unpaid", amounts)


def check_address(claim: Claim) -> Problem | None:
    """Everything a carrier needs. In China that includes province, city and, where there are any, the district.

    `read` in the figures is what the text of an address without them reads as, where that is exactly one place: shown
    to a clerk, never put in by itself.
    """
    needed = ["recipient", "phone", "country", "address"]
    if _mainland(claim):
        needed += ["province", "city"]
        if not claim.city.strip() or judging.needs_district(claim.province, claim.city):
            needed.append("district")
    missing = [name for name in needed if not getattr(claim, name).strip()]
    if not missing:
        return None
    read = judging.read_fields(*_levels(claim), claim.address) if _mainland(claim) else None
    return Problem("address_incomplete", {"missing": ", ".join(missing), **({"read": str(read.place)} if read else {})})


def check_place(claim: Claim) -> list[Problem]:
    """Whether an address in China is one place that somebody can find, with a number that somebody can call."""
    if not _mainland(claim):
        return []
    found = judging.check(*_levels(claim), claim.address, claim.phone, claim.address_id, claim.recipient)
    return [Problem(code, params) for code, params in found]


def _mainland(claim: Claim) -> bool:
    return claim.country.strip().casefold() in CHINA and not judging.beyond(claim.province)


def _levels(claim: Claim) -> tuple[str, str, str]:
    return claim.province, claim.city, claim.district


def check_stock(short: Mapping[str, int]) -> Problem | None:
    """`short`: pieces that could not be promised, by SKU code."""
    if not short:
        return None
    listed = [{"sku": sku, "short": pieces} for sku, pieces in sorted(short.items())]
    named = ", ".join(f"{sku} × {pieces}" for sku, pieces in sorted(short.items())[:5])
    return Problem("stock_short", {"skus": listed, "short": named, "pieces": sum(short.values())})


def audit_papers(claim: Claim) -> list[Problem]:
    """What is wrong with an order before its stock is looked at."""
    incomplete = check_address(claim)
    address = [incomplete] if incomplete else check_place(claim)
    return [problem for problem in (check_group(claim), check_paid(claim), *address) if problem]


def hold_of(problems: Sequence[Problem]) -> tuple[str | None, dict[str, Any] | None]:
    """The reason to show and its figures: the first problem; the codes of the others go along as `also`, their figures
    as `also_params`."""
    if not problems:
        return None, None
    first, others = problems[0], problems[1:]
    if not others:
        return first.code, dict(first.params)
    also = {"also": [each.code for each in others], "also_params": [dict(each.params) for each in others]}
    return first.code, {**first.params, **also}
