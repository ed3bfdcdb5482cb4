"""Orders as merchants' programs push them to 旺店通 企业版 (trade_push), in our words."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from wms.channels.platforms.common import apart, items_of, money
from wms.channels.platforms.passive import ComesToUs, comes_to_us
from wms.channels.plugin import Account, Facts, Told
from wms.core.china import from_beijing
from wms.orders.service import Draft, DraftLine

SHIPPED = frozenset({40, 50, 70})  # part of it, all of it, and signed for
REFUNDED, CLOSED = 80, 90
REFUND_ASKED, REFUND_DONE = frozenset({2, 3, 4}), 5
COD = 2
NEVER = "0000-00-00 00:00:00"


class WangDianTong(ComesToUs):
    """The account's setting `carriers` says which logistics_type is which of our carriers: {"sf": "8"}."""

    facts: Facts = comes_to_us(hears=True)

    def read(self, account: Account, body: Mapping[str, Any]) -> Told:
        listed = body["order_list"]
        lines = tuple(_line(each) for each in listed if not is_refunded(each))
        left = lines or tuple(_line(each) for each in listed)
        status = int(body["trade_status"])
        fees = sum((money(body.get(name)) for name in ("post_amount", "other_amount", "ext_cod_fee")), Decimal(0))
        amount = sum((_amount(each) for each in listed if lines == () or not is_refunded(each)), fees)
        collected = money(body.get("cod_amount")) if int(body.get("delivery_term") or 1) == COD else Decimal(0)
        draft = Draft(
            shop=account.shop, number=str(body["tid"]), lines=apart(left), total=amount, paid=money(body.get("paid")),
            cod=collected, placed_at=_moment(body.get("trade_time")), paid_at=_moment(body.get("pay_time")),
            promised_at=_moment(body.get("to_deliver_time")), carrier=_carrier(account, body.get("logistics_type")),
            recipient=_text(body, "receiver_name"),
            phone=_text(body, "receiver_mobile") or _text(body, "receiver_telno"), country="中国",
            province=_text(body, "receiver_province"), city=_text(body, "receiver_city"),
            district=_text(body, "receiver_district"), address=_text(body, "receiver_address"),
            postcode=_text(body, "receiver_zip"), remark=_text(body, "buyer_message"),
            seller_remark=_text(body, "seller_memo"), buyer=_text(body, "buyer_nick"),
        )  # fmt: skip
        state = "cancelled" if status in (REFUNDED, CLOSED) else "shipped" if status in SHIPPED else "open"
        items = items_of(listed, "goods_id", "spec_id", "spec_no", "goods_no")
        return Told(draft.number, None, draft, state, _refund(status, listed, lines), items=items)


def is_refunded(line: Mapping[str, Any]) -> bool:
    """Whether a line was paid back, and is not to be sent."""
    return int(line.get("refund_status") or 0) == REFUND_DONE or int(line.get("status") or 0) in (REFUNDED, CLOSED)


def _refund(status: int, listed: list[Mapping[str, Any]], lines: tuple[DraftLine, ...]) -> str:
    if status == REFUNDED or (not lines and status != CLOSED):
        return "refunded"
    asked = any(int(each.get("refund_status") or 0) in REFUND_ASKED for each in listed)
    return "asked" if asked else "none"


def _line(line: Mapping[str, Any]) -> DraftLine:
    qty = Decimal(str(line["num"]))
    if qty != qty.to_integral_value():
        raise ValueError(f"num {line['num']} is no whole number")
    sku = line.get("spec_no") or line.get("goods_no") or f"goods_id {line.get('goods_id')}"
    price = max(_amount(line) / qty, Decimal(0)) if qty > 0 else Decimal(0)
    return DraftLine(str(line["oid"]), str(sku), int(qty), price)


def _amount(line: Mapping[str, Any]) -> Decimal:
    """What a line costs after everything that was taken off it."""
    gross = Decimal(str(line["num"])) * money(line.get("price")) + money(line.get("adjust_amount"))
    return gross - money(line.get("discount")) - money(line.get("share_discount"))


def _carrier(account: Account, kind: Any) -> str | None:
    """Our carrier of a logistics_type; None, the shop's usual one, where it names none or one that nobody mapped."""
    ours = {str(theirs): code for code, theirs in account.settings.get("carriers", {}).items()}
    return ours.get(str(kind))


def _moment(said: Any) -> datetime | None:
    return None if said in (None, "", NEVER) else from_beijing(str(said))


def _text(body: Mapping[str, Any], name: str) -> str:
    return str(body.get(name) or "")
