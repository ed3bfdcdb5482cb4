"""JD (京东 POP), by the JD Open Platform's routerjson gateway.

Field names and statuses are those of open.jd.com: jingdong.pop.order.search, jingdong.pop.order.get,
jingdong.pop.order.shipment, jingdong.pop.afs.soa.refundapply.queryPageList. Its answers are spelled `_responce`. What
a buyer wants back is in no order but in a list of its own, and an order does not change by it: both are read together.
Who gets an order it tells masked; `oaid` says which orders go to the same place.
"""
from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from wms.channels.client import BusyError, Client, ExpiredError, RefusedError, SilentError, json_of
from wms.channels.platforms.common import apart, carrier_code, from_last_page, items_of, money, to_send
from wms.channels.plugin import Account, Facts, Item, Listed, Page, Shipment, Tokens, Told, Window
from wms.core.china import CHINA, beijing, from_beijing, md5_sign
from wms.core.clock import now
from wms.orders.service import Draft, DraftLine

PAGE = 100
OAUTH = "https://open-oauth.jd.com/oauth2"
PARAM = "360buy_param_json"
STATES = "WAIT_SELLER_STOCK_OUT,WAIT_GOODS_RECEIVE_CONFIRM,FINISHED_L,TRADE_CANCELED,LOCKED,PAUSE"
FIELDS = (
    "orderId,orderState,modified,orderStartTime,paymentConfirmTime,payType,orderPayment,orderSellerPrice,"
    "freightPrice,consigneeInfo,itemInfoList,orderRemark,venderRemark,logisticsId,waybill,open_id_buyer,oaid"
)
REFUNDS = "refund_applies"  # ours: what buyers want back and had back, put beside what the order says of itself
REFUND_PAGE = 50
WANTED, PAID_BACK = (0, 1), (3, 6, 9)  # status: applied for, granted and not paid yet; paid back
COD = "1"  # payType, before its words: 1-货到付款
LIMITED, EXPIRED, TROUBLE = {"8", "22"}, {"19"}, {"10", "50", "53"}


class Jd:
    """One JD shop. The account's `url` is the gateway, https://api.jd.com/routerjson; the setting `oauth` replaces the
    address of JD's authorisation."""

    facts = Facts(
        window=timedelta(days=1), lag=timedelta(minutes=1), page=PAGE, per_second=20, at_once=4,
        refresh=timedelta(days=1), lists_whole=True, told_whole=True,
    )  # fmt: skip

    # ---- authorising

    def authorise(self, client: Client, account: Account, code: str) -> Tokens:
        return self._tokens(client, account, "access_token", grant_type="authorization_code", code=code)

    def refresh(self, client: Client, account: Account) -> Tokens:
        values = {"grant_type": "refresh_token", "refresh_token": account.refresh_token}
        return self._tokens(client, account, "refresh_token", **values)

    def _tokens(self, client: Client, account: Account, act: str, **values: str) -> Tokens:
        sent = {"app_key": account.app_key, "app_secret": account.app_secret, **values}
        told = json_of(client.tell("POST", f"{account.settings.get('oauth', OAUTH)}/{act}", data=sent))
        if "access_token" not in told:
            raise RefusedError(str(told.get("code", "oauth")), str(told.get("msg", "")))
        ends = now() + timedelta(seconds=int(told["expires_in"]))
        return Tokens(told["access_token"], told.get("refresh_token", ""), ends)

    # ---- reading

    def page(self, client: Client, account: Account, window: Window, state: Mapping[str, Any] | None) -> Page:
        span = {
            "startDate": beijing(window.start), "endDate": beijing(window.end), "dateType": 0, "sortType": 0,
            "orderState": STATES, "optionalFields": FIELDS, "pageSize": str(PAGE),
        }  # fmt: skip

        def ask(number: int) -> dict[str, Any]:
            told = _call(client, account, "jingdong.pop.order.search", {**span, "page": str(number)})
            found: dict[str, Any] = told["searchorderinfo_result"]
            _check(found.get("apiResult"))
            return found

        def listed(number: int) -> tuple[Listed, ...]:
            found = ask(number).get("orderInfoList", [])
            wanted = _open_refunds(client, account) if found else {}
            whole = [_with(each, wanted.get(str(each["orderId"]), [])) for each in found]
            return tuple(Listed(str(each["orderId"]), from_beijing(each["modified"]), each) for each in whole)

        page = from_last_page(state, PAGE, lambda: int(ask(1)["orderTotal"]), listed)
        if state is not None:
            return page
        when = {"applyTimeStart": beijing(window.start), "applyTimeEnd": beijing(window.end)}
        here = {each.platform_id for each in page.listed}
        asked = {str(each["orderId"]) for each in _refunds(client, account, when)}
        return replace(page, listed=page.listed + tuple(Listed(id) for id in sorted(asked - here)))

    def fetch(self, client: Client, account: Account, platform_id: str) -> dict[str, Any] | None:
        values = {"order_id": platform_id, "optional_fields": FIELDS}
        told = _call(client, account, "jingdong.pop.order.get", values)["orderDetailInfo"]
        _check(told.get("apiResult"))
        found: dict[str, Any] | None = told.get("orderInfo")
        return None if found is None else _with(found, list(_refunds(client, account, {"orderId": platform_id})))

    def read(self, account: Account, body: Mapping[str, Any]) -> Told:
        to = body.get("consigneeInfo") or {}
        total = money(body.get("orderPayment") or body.get("orderSellerPrice"))
        cod = total if str(body.get("payType") or "").partition("-")[0] == COD else Decimal(0)
        whole = to.get("fullAddress") or ""
        wide = (to.get("province") or "") + (to.get("city") or "") + (to.get("county") or "")
        draft = Draft(
            shop=account.shop,
            number=str(body["orderId"]),
            lines=apart(_line(line) for line in body["itemInfoList"]),
            total=total,
            paid=total if body.get("paymentConfirmTime") and not cod else Decimal(0),
            cod=cod,
            placed_at=from_beijing(body.get("orderStartTime")),
            recipient=to.get("fullname") or "",
            phone=to.get("mobile") or to.get("telephone") or "",
            country="中国",
            province=to.get("province") or "",
            city=to.get("city") or "",
            district=to.get("county") or "",
            address=whole.removeprefix(wide),
            buyer=body.get("open_id_buyer") or "",
            address_id=body.get("oaid") or "",
            paid_at=from_beijing(body.get("paymentConfirmTime")),
            remark=body.get("orderRemark") or "",
            seller_remark=body.get("venderRemark") or "",
        )
        tracking = frozenset(filter(None, str(body.get("waybill") or "").replace("|", ",").split(",")))
        state = _state(str(body["orderState"]))
        items = items_of(body["itemInfoList"], "wareId", "skuId", "outerSkuId")
        applied = {int(each["status"]) for each in body.get(REFUNDS) or []}
        refund = "asked" if applied & set(WANTED) else "none"
        if applied & set(PAID_BACK) and state == "cancelled":  # of an order that goes on, a part was
            refund = "refunded"
        return Told(draft.number, from_beijing(body["modified"]), draft, state, refund, tracking, items)

    # ---- telling

    def ship(self, client: Client, account: Account, shipment: Shipment, known: frozenset[str]) -> None:
        """JD takes an order in one call, with the parcels of all of its parts: carriers are parted by `|`, the parcels
        of one carrier by commas."""
        if not to_send(shipment.parcels, known):
            return
        numbers: dict[str, list[str]] = {}
        for parcel in (*shipment.parcels, *shipment.others):
            numbers.setdefault(carrier_code(account, parcel), []).append(parcel.tracking)
        values = {
            "orderId": shipment.platform_id, "logiCoprId": "|".join(numbers),
            "logiNo": "|".join(",".join(each) for each in numbers.values()),
        }  # fmt: skip
        told = _call(client, account, "jingdong.pop.order.shipment", values, once=True)["sopjosshipment_result"]
        _check(told)

    def put_stock(self, client: Client, account: Account, item: Item, qty: int) -> None:
        values = {"skuId": item.variant_id, "stockNum": str(qty), "storeId": "0"}
        _call(client, account, "jingdong.stock.write.updateSkuStock", values)

    def webhook(self, account: Account, headers: Mapping[str, str], body: bytes) -> list[str]:
        raise RefusedError("no_webhooks", "JD tells its messages over a connection of its own")


def _call(
    client: Client, account: Account, method: str, values: Mapping[str, Any], *, once: bool = False
) -> dict[str, Any]:
    stamp = now().astimezone(CHINA)
    sent: dict[str, Any] = {
        "method": method, "app_key": account.app_key, "access_token": account.access_token, "v": "2.0",
        "timestamp": f"{stamp:%Y-%m-%d %H:%M:%S}.{stamp.microsecond // 1000:03}{stamp:%z}",
        PARAM: json.dumps(dict(values), sort_keys=True, ensure_ascii=False, separators=(",", ":")),
    }  # fmt: skip
    sent["sign"] = md5_sign(sent, account.app_secret)
    told = json_of((client.tell if once else client.ask)("POST", account.url, data=sent))
    if "error_response" in told:
        _refuse(told["error_response"])
    found: dict[str, Any] = told[method.replace(".", "_") + "_responce"]
    return found


def _refunds(client: Client, account: Account, asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What buyers want back, by what is asked of it."""
    number = 0
    while True:
        number += 1
        values = {**asked, "pageIndex": number, "pageSize": REFUND_PAGE}
        told = _call(client, account, "jingdong.pop.afs.soa.refundapply.queryPageList", values)["queryResult"]
        _check(told)
        yield from told.get("result") or []
        if number * REFUND_PAGE >= int(told.get("totalCount") or 0):
            return


def _open_refunds(client: Client, account: Account) -> dict[str, list[dict[str, Any]]]:
    """By order: what is wanted back now."""
    found: dict[str, list[dict[str, Any]]] = {}
    for status in WANTED:
        for each in _refunds(client, account, {"status": status}):
            found.setdefault(str(each["orderId"]), []).append(each)
    return found


def _with(order: dict[str, Any], applied: list[dict[str, Any]]) -> dict[str, Any]:
    """An order with what counts of what was asked back; word by word the same, however it was asked for."""
    kept = [{"id": each["id"], "status": int(each["status"])} for each in applied]
    counts = sorted((each for each in kept if each["status"] in (*WANTED, *PAID_BACK)), key=lambda each: each["id"])
    return {**order, REFUNDS: counts} if counts else order


def _check(result: Mapping[str, Any] | None) -> None:
    """What the gateway let through, the order system may still refuse."""
    if result is not None and not result.get("success"):
        raise RefusedError(str(result.get("errorCode", "")), str(result.get("chineseErrCode", "")))


def _refuse(error: Mapping[str, Any]) -> None:
    code, text = str(error.get("code", "")), str(error.get("zh_desc") or error.get("en_desc") or "")
    if code in LIMITED:
        raise BusyError
    if code in EXPIRED:
        raise ExpiredError(code, text)
    if code in TROUBLE:
        raise SilentError(f"{code}: {text}"[:200])
    raise RefusedError(code, text)


def _line(line: Mapping[str, Any]) -> DraftLine:
    sku = line.get("outerSkuId") or f"skuId {line['skuId']}"
    return DraftLine(str(line["skuId"]), sku, int(line["itemTotal"]), money(line.get("jdPrice")))


def _state(status: str) -> str:
    if status.startswith(("LOCKED", "PAUSE", "POP_ORDER_PAUSE")):
        return "forbidden"
    if status.startswith("TRADE_CANCELED"):
        return "cancelled"
    return "shipped" if status.startswith(("WAIT_GOODS_RECEIVE_CONFIRM", "FINISHED_L")) else "open"
