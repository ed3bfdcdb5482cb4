"""SF Express (顺丰) through its open platform 丰桥.

Settings: `url`, `monthly_card` (月结卡号), `express_type` (1 特快, 2 标快, …), `pay_method` (1: the sender), `cargo`,
`sender_*`, `callback` (to be told where parcels are). Secrets: `partner_id`, `check_word`, `push_token`.
"""
from __future__ import annotations

from typing import Any

from wms.shipping.carriers import (
    Account,
    Answer,
    CarrierBusyError,
    CarrierRefusedError,
    CarrierSilentError,
    Issued,
    Party,
    Request,
    Scanned,
    Traced,
)
from wms.shipping.carriers.wire import china_time, compact, listed, milliseconds, post, signed_base64_md5, table

URL = "https://sfapi.sf-express.com/std/service"
_MANUAL, _NOT_DELIVERABLE = "1", "3"  # filterResult; 2 is deliverable
_DUPLICATE = "8016"
# Of the platform, before any business: throttled (30 a second, 3,000 a day while on trial), and wrongly signed.
_BUSY = {"A1005": 2.0, "A1004": 600.0}  # the latter: the day's share is used up
_ACCOUNT = {"A1001", "A1002", "A1003", "A1006", "A1007", "A1008", "A1009"}
REVIEW_SECONDS = 60.0
_OPERATIONS = {
    "44": "out_for_delivery", "204": "out_for_delivery",
    "80": "signed", "8000": "signed",
    "33": "problem", "70": "problem",
    "99": "returned", "648": "returned",
}  # fmt: skip


def digest(msg_data: str, timestamp: str, check_word: str) -> str:
    """msgDigest = base64(md5(urlencode(msgData + timestamp + checkWord)))."""
    return signed_base64_md5(msg_data + timestamp + check_word)


class Sf:
    """A parcel is an order of its own: our request's key is SF's orderId, which it takes once (8016 afterwards)."""

    in_transaction = False
    settings: tuple[str, ...] = ("monthly_card", "express_type", "pay_method", "cargo", "url", "callback")
    secrets: tuple[str, ...] = ("partner_id", "check_word", "push_token")

    def issue(self, request: Request) -> Issued:
        try:
            return _issued(_ask(request.by, "EXP_RECE_CREATE_ORDER", _order(request)))
        except _Duplicate:
            found = self.query(request)
            if found is None:
                raise CarrierSilentError("it has the order, and does not find it") from None
            return found

    def query(self, request: Request) -> Issued | None:
        wanted = {"orderId": request.key, "searchType": "1", "language": "zh-CN"}
        try:
            return _issued(_ask(request.by, "EXP_RECE_SEARCH_ORDER_RESP", wanted))
        except CarrierRefusedError as error:
            if error.why == "account":
                raise CarrierSilentError(str(error), 300) from None
            if error.why == "unreachable":
                raise
            return None  # no such order; and should it be there all the same, it takes no second of this key

    def void(self, request: Request, number: str) -> None:
        gone = {"orderId": request.key, "dealType": 2, "waybillNoInfoList": [{"waybillType": 1, "waybillNo": number}]}
        try:
            _ask(request.by, "EXP_RECE_UPDATE_ORDER", gone)
        except _Cancelled:
            return

    def change(self, request: Request, number: str) -> Issued:
        """The order is confirmed with another recipient (`isConfirmNew` 1), and read anew: its route has changed."""
        request.check_readable()
        to = {
            "language": "zh-CN", "orderId": request.key, "dealType": 1, "isConfirmNew": 1,
            "waybillNoInfoList": [{"waybillType": 1, "waybillNo": number}],
            "destContactInfo": _contact(2, request.recipient),
        }  # fmt: skip
        try:
            said = _ask(request.by, "EXP_RECE_UPDATE_ORDER", to)
        except _Cancelled as error:
            raise CarrierRefusedError(str(error) or "it is cancelled there", "data") from None
        if str(said.get("filterResult")) == _NOT_DELIVERABLE:
            raise CarrierRefusedError(f"not deliverable {said.get('remark') or ''}".strip(), "unreachable")
        found = self.query(request)
        if found is None:
            raise CarrierSilentError("it has the change, and does not find the order")
        return found

    def trace(self, account: Account, number: str, com: str, phone: str) -> Traced:
        wanted = {
            "language": "zh-CN", "trackingType": "1", "methodType": "1", "trackingNumber": [number],
            "checkPhoneNo": phone[-4:],
        }  # fmt: skip
        said = _ask(account, "EXP_RECE_SEARCH_ROUTES", wanted)
        routes = [each for of in listed(said.get("routeResps")) for each in listed(of.get("routes"))]
        return Traced(number, _scans(routes))

    def watch(self, account: Account, number: str, com: str, phone: str) -> None:
        wanted = {"type": "2", "attributeNo": number, "checkPhoneNo": phone[-4:], "language": "0"}
        _ask(account, "EXP_RECE_REGISTER_ROUTE", wanted)

    def told(self, account: Account, body: bytes) -> list[Traced]:
        """Routes of several numbers together (`Body.WaybillRoute`). SF does not sign them: our address does."""
        routes = listed(table(table(body.decode("utf-8", "replace")).get("Body")).get("WaybillRoute"))
        numbers = dict.fromkeys(str(each.get("mailno") or "") for each in routes)
        return [
            Traced(number, _scans([each for each in routes if str(each.get("mailno")) == number]))
            for number in numbers
            if number
        ]

    def answer(self, account: Account, ok: bool) -> Answer:
        if ok:
            return Answer({"return_code": "0000", "return_msg": "成功"})
        return Answer({"return_code": "1000", "return_msg": "系统异常"}, 403)


class _Duplicate(Exception):
    """It has had this order before."""


class _Cancelled(Exception):
    """The order is cancelled already, or there is none."""


def _ask(account: Account, service: str, body: dict[str, Any]) -> dict[str, Any]:
    """The `msgData` of a good answer."""
    data, stamp = compact(body), milliseconds()
    form = {
        "partnerID": account.secret("partner_id"), "requestID": f"{body.get('orderId') or stamp}"[:40],
        "serviceCode": service, "timestamp": stamp, "msgData": data,
        "msgDigest": digest(data, stamp, account.secret("check_word")),
    }  # fmt: skip
    said = post(account.setting("url", URL), form)
    code, reason = str(said.get("apiResultCode")), str(said.get("apiErrorMsg") or "")
    if code in _BUSY:
        raise CarrierBusyError(f"{code} {reason}", _BUSY[code])
    if code in _ACCOUNT:
        raise CarrierRefusedError(f"{code} {reason}", "account")
    if code != "A1000":
        raise CarrierSilentError(f"{code} {reason}")
    result = table(said.get("apiResultData"))  # an object inside a text
    if result.get("success") is True:
        return table(result.get("msgData"))
    raise _refusal(str(result.get("errorCode")), str(result.get("errorMsg") or ""))


def _refusal(code: str, reason: str) -> Exception:
    if code == _DUPLICATE:
        return _Duplicate(reason)
    if code in ("8037", "8018"):
        return _Cancelled(reason)
    if code.startswith("S"):  # of the system: S0001 and on
        return CarrierSilentError(f"{code} {reason}")
    return CarrierRefusedError(f"{code} {reason}", "data")


def _order(request: Request) -> dict[str, Any]:
    request.check_readable()
    account = request.by
    order: dict[str, Any] = {
        "language": "zh-CN", "orderId": request.key, "expressTypeId": int(account.setting("express_type", "2")),
        "payMethod": int(account.setting("pay_method", "1")), "monthlyCard": account.setting("monthly_card"),
        "parcelQty": 1, "isReturnRoutelabel": 1, "remark": request.parcel,
        "cargoDetails": [{"name": account.setting("cargo", "商品"), "count": 1}],
        "contactInfoList": [_contact(1, request.sender), _contact(2, request.recipient)],
    }  # fmt: skip
    if request.weight_g:
        order["totalWeight"] = request.weight_g / 1000
    if request.cod:
        order["serviceList"] = [
            {"name": "COD", "value": str(request.cod), "value1": account.setting("monthly_card")}
        ]
    return order


def _contact(kind: int, party: Party) -> dict[str, Any]:
    return {
        "contactType": kind, "contact": party.name, "mobile": party.phone, "country": party.country or "CN",
        "province": party.province, "city": party.city, "county": party.district, "address": party.address,
        "postCode": party.postcode,
    }  # fmt: skip


def _scans(routes: list[dict[str, Any]]) -> list[Scanned]:
    return [
        Scanned(at, _OPERATIONS.get(str(each.get("opCode")), "in_transit"), str(each.get("remark") or ""),
                str(each.get("acceptAddress") or ""))
        for each in routes
        if (at := china_time(each.get("acceptTime")))
    ]  # fmt: skip


def _issued(said: dict[str, Any]) -> Issued:
    verdict = str(said.get("filterResult"))
    if verdict == _NOT_DELIVERABLE:
        raise CarrierRefusedError(f"not deliverable {said.get('remark') or ''}".strip(), "unreachable")
    numbers = [str(each["waybillNo"]) for each in listed(said.get("waybillNoInfoList")) if each.get("waybillNo")]
    if verdict == _MANUAL:
        raise CarrierSilentError("a person at SF looks at the address", REVIEW_SECONDS)
    if not numbers:
        raise CarrierSilentError("an answer without a number")
    label: dict[str, Any] = {}
    for each in listed(said.get("routeLabelInfo")):
        label = label or table(each.get("routeLabelData"))
    route = str(label.get("destRouteLabel") or said.get("destCode") or "")
    return Issued(numbers[0], route, str(label.get("destTeamCode") or label.get("proCode") or ""), said)
