"""快递鸟: e-waybills (1007), where parcels are (1002), and being told so (1008, 101).

Settings: `shipper` (whose waybill: SF, ZTO, YTO, …), `url` (waybills), `query_url`, `customer_name`, `month_code`,
`send_site`, `cargo`, `pay_type`, `exp_type`, `sender_*`. Secrets: `business_id`, `app_key`, `customer_pwd`.
"""
from __future__ import annotations

from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qs, quote_plus

from wms.core.china import beijing
from wms.core.clock import now
from wms.shipping.carriers import (
    Account,
    Answer,
    CarrierBusyError,
    CarrierRefusedError,
    CarrierSilentError,
    ForgedError,
    Issued,
    Party,
    Request,
    Scanned,
    Traced,
    ordered_again,
)
from wms.shipping.carriers.wire import base64_md5_hex, china_time, compact, listed, post, table

URL = "https://api.kdniao.com/api/EOrderService"
QUERY_URL = "https://api.kdniao.com/Ebusiness/EbusinessOrderHandle.aspx"
SUBSCRIBE_URL = "https://api.kdniao.com/api/dist"
_HAS_IT = "106"  # this order number has its waybill already, which comes with the answer
_STATES = {"0": "", "1": "in_transit", "2": "in_transit", "3": "signed", "4": "problem", "5": "in_transit"}
_FINER = {
    "202": "out_for_delivery", "211": "out_for_delivery", "412": "out_for_delivery", "304": "signed", "311": "signed",
    "404": "refused", "405": "returned", "403": "returned",
}  # fmt: skip


def data_sign(request_data: str, app_key: str) -> str:
    """DataSign = base64(md5hex(RequestData + AppKey))."""
    return base64_md5_hex(request_data + app_key)


class KdNiao:
    """Our request's key is the OrderCode: asked again, it answers 106 with the first number."""

    in_transaction = False
    settings: tuple[str, ...] = (
        "shipper", "customer_name", "month_code", "send_site", "pay_type", "exp_type", "cargo", "url", "query_url",
        "subscribe_url",
    )  # fmt: skip
    secrets: tuple[str, ...] = ("business_id", "app_key", "customer_pwd")

    def issue(self, request: Request) -> Issued:
        account = request.by
        said = _ask(account, account.setting("url", URL), "1007", _order(request))
        order, code = table(said.get("Order")), str(said.get("ResultCode") or "")
        number = str(order.get("LogisticCode") or "")
        if number and (said.get("Success") is True or code == _HAS_IT):
            return Issued(number, str(order.get("MarkDestination") or ""), str(order.get("SortingCode") or ""), order)
        _refuse(code, str(said.get("Reason") or ""))
        raise CarrierSilentError(f"{code} an answer without a number")

    def query(self, request: Request) -> Issued | None:
        return ordered_again(self.issue, request)

    def void(self, request: Request, number: str) -> None:
        account = request.by
        gone = {
            "ShipperCode": account.setting("shipper"), "OrderCode": request.key, "ExpNo": number,
            **_customer(account),
        }  # fmt: skip
        said = _ask(account, account.setting("url", URL), "1147", gone)
        if "已取消" not in str(said.get("Reason")):
            _check(said)

    def trace(self, account: Account, number: str, com: str, phone: str) -> Traced:
        asked = {
            "OrderCode": "", "ShipperCode": com or account.setting("shipper"), "LogisticCode": number,
            "CustomerName": phone[-4:],
        }  # fmt: skip
        said = _ask(account, account.setting("query_url", QUERY_URL), "1002", asked)
        _check(said)
        return Traced(number, _scans(said))

    def watch(self, account: Account, number: str, com: str, phone: str) -> None:
        asked = {
            "ShipperCode": com or account.setting("shipper"), "LogisticCode": number, "CustomerName": phone[-4:],
        }  # fmt: skip
        said = _ask(account, account.setting("subscribe_url", SUBSCRIBE_URL), "1008", asked)
        _check(said)

    def told(self, account: Account, body: bytes) -> list[Traced]:
        form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        data, sign = form.get("RequestData", [""])[0], form.get("DataSign", [""])[0]
        good = data_sign(data, account.secret("app_key"))
        # It comes escaped once or twice, depending on who writes it.
        if form.get("RequestType", ["101"])[0] not in ("101", "102") or not any(
            compare_digest(one.encode(), sign.encode()) for one in (good, quote_plus(good))
        ):
            raise ForgedError
        said = table(data)
        if str(said.get("EBusinessID")) != account.secret("business_id"):
            raise ForgedError
        return [
            Traced(str(each["LogisticCode"]), _scans(each))
            for each in listed(said.get("Data"))
            if each.get("LogisticCode")
        ]

    def answer(self, account: Account, ok: bool) -> Answer:
        body = {"EBusinessID": account.secrets.get("business_id", ""), "UpdateTime": beijing(now()), "Success": ok}
        return Answer({**body, "Reason": "" if ok else "DataSign"}, 200 if ok else 403)


def _ask(account: Account, url: str, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    data = compact(body)
    form = {
        "RequestData": data, "EBusinessID": account.secret("business_id"), "RequestType": kind, "DataType": "2",
        "DataSign": data_sign(data, account.secret("app_key")),
    }  # fmt: skip
    return post(url, form)


def _check(said: dict[str, Any]) -> None:
    """Raises as `_refuse` does unless it says that it went well."""
    if said.get("Success") is not True:
        _refuse(str(said.get("ResultCode") or ""), str(said.get("Reason") or ""))


def _refuse(code: str, said: str) -> None:
    """Raises what an answer that is not good comes down to."""
    if "频繁" in said or "并发" in said or code == "405":
        raise CarrierBusyError(f"{code} {said}", 600 if code == "405" else 5)
    if code in ("104", "102"):
        raise CarrierRefusedError(f"{code} {said}", "account")
    if code in ("101", "103", "401", "402", "403", "404"):
        raise CarrierRefusedError(f"{code} {said}", "data")
    if "不可达" in said or "超区" in said or "不派送" in said:
        raise CarrierRefusedError(f"{code} {said}", "unreachable")
    if code == "105":
        raise CarrierRefusedError(f"{code} {said}", "other")
    raise CarrierSilentError(f"{code} {said}")


def _customer(account: Account) -> dict[str, str]:
    return {
        "CustomerName": account.setting("customer_name"), "CustomerPwd": account.secrets.get("customer_pwd", ""),
        "MonthCode": account.setting("month_code"), "SendSite": account.setting("send_site"),
    }  # fmt: skip


def _order(request: Request) -> dict[str, Any]:
    request.check_readable()
    account = request.by
    order: dict[str, Any] = {
        "OrderCode": request.key, "ShipperCode": account.setting("shipper"), **_customer(account),
        "PayType": int(account.setting("pay_type", "3")), "ExpType": account.setting("exp_type", "1"),
        "Sender": _man(request.sender), "Receiver": _man(request.recipient), "Quantity": 1, "Remark": request.parcel,
        "Commodity": [{"GoodsName": account.setting("cargo", "商品"), "Goodsquantity": 1}],
        "IsReturnPrintTemplate": "0",
    }  # fmt: skip
    if request.weight_g:
        order["Weight"] = request.weight_g / 1000
    if request.cod:
        order["AddService"] = [{"Name": "COD", "Value": str(request.cod), "CustomerID": account.setting("month_code")}]
    return order


def _man(party: Party) -> dict[str, str]:
    return {
        "Name": party.name, "Mobile": party.phone, "ProvinceName": party.province, "CityName": party.city,
        "ExpAreaName": party.district, "Address": party.address, "PostCode": party.postcode,
    }  # fmt: skip


def _scans(said: dict[str, Any]) -> list[Scanned]:
    """Oldest first, as it lists them; what the last was, the state says where the scan itself does not."""
    rows = [(at, each) for each in listed(said.get("Traces")) if (at := china_time(each.get("AcceptTime")))]
    rows.sort(key=lambda row: row[0])
    found = []
    for place, (at, each) in enumerate(rows, start=1):
        code = str(each.get("Action") or "")
        if not code and place == len(rows):
            code = str(said.get("StateEx") or said.get("State") or "")
        state = _FINER.get(code) or _STATES.get(code[:1], "") or "in_transit"
        found.append(Scanned(at, state, str(each.get("AcceptStation") or ""), str(each.get("Location") or "")))
    return found
