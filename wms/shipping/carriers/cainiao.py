"""菜鸟 e-waybills with cloud print (cainiao.waybill.ii), through Taobao's open platform (TOP).

Settings: `url`, `cp_code` (whose waybill: ZTO, YTO, SF, …), `template_url`, `channel` (of the orders: TB, JD, OTHERS),
`user_id`, `cargo`, `sender_*` (as it is registered there). Secrets: `app_key`, `app_secret`, `session`.
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wms.core.china import beijing, md5_sign
from wms.core.clock import now
from wms.shipping.carriers import (
    Account,
    CarrierBusyError,
    CarrierRefusedError,
    CarrierSilentError,
    Issued,
    Party,
    Request,
)
from wms.shipping.carriers.wire import compact, listed, post, table

URL = "https://eco.taobao.com/router/rest"
_GET, _FIND, _CANCEL = "cainiao.waybill.ii.get", "cainiao.waybill.ii.query.by.tradecode", "cainiao.waybill.ii.cancel"
_UPDATE = "cainiao.waybill.ii.update"
_KEPT = ("object_id", "package_info", "recipient", "template_url", "logistics_services")  # of an order, when it changes
_ACCOUNT = {"10", "11", "12", "13", "21", "22", "24", "25", "26", "27", "28", "29", "53"}


def sign(params: Mapping[str, str], secret: str) -> str:
    """TOP's, blank values left out."""
    return md5_sign({key: value for key, value in params.items() if key and value}, secret)


class Cainiao:
    """Our request's key is the order's number there and its object_id. It is asked for once: before it is asked for
    again, the waybills of this order are asked after."""

    in_transaction = False
    reads = ("taobao", "tmall", "top")
    settings: tuple[str, ...] = ("cp_code", "template_url", "channel", "user_id", "cargo", "url")
    secrets: tuple[str, ...] = ("app_key", "app_secret", "session")

    def issue(self, request: Request) -> Issued:
        asked = {"param_waybill_cloud_print_apply_new_request": compact(_order(request))}
        modules = table(_ask(request.by, _GET, asked).get("modules"))
        return _issued(request, listed(modules.get("waybill_cloud_print_response")))

    def query(self, request: Request) -> Issued | None:
        wanted = [{"cp_code": request.by.setting("cp_code"), "trade_order_code": request.key, "object_id": request.key}]
        try:
            said = _ask(request.by, _FIND, {"param_list": compact(wanted)})
        except CarrierRefusedError as error:
            raise CarrierSilentError(str(error), 300) from None
        modules = table(said.get("modules"))
        rows = listed(modules.get("waybill_cloud_print_with_result_desc_response"))
        found = [one for row in rows if (one := table(row.get("waybill_cloud_print_response"))).get("waybill_code")]
        return _issued(request, found) if found else None

    def void(self, request: Request, number: str) -> None:
        said = _ask(request.by, _CANCEL, {"cp_code": request.by.setting("cp_code"), "waybill_code": number})
        if said.get("cancel_result") is False:
            raise CarrierRefusedError("it cannot be cancelled any more")

    def change(self, request: Request, number: str) -> Issued:
        """All of it is said again: what is left out would be emptied there."""
        one = _order(request)["trade_order_info_dtos"][0]
        asked = {
            "cp_code": request.by.setting("cp_code"), "waybill_code": number, "sender": _party(request.sender),
            **{name: one[name] for name in _KEPT if name in one},
        }  # fmt: skip
        said = _ask(request.by, _UPDATE, {"param_waybill_cloud_print_update_request": compact(asked)})
        return _issued(request, [{**said, "waybill_code": said.get("waybill_code") or number}])


def _ask(account: Account, method: str, more: Mapping[str, str]) -> dict[str, Any]:
    params = {
        "method": method, "app_key": account.secret("app_key"), "session": account.secret("session"), "format": "json",
        "v": "2.0", "sign_method": "md5", "timestamp": beijing(now()), **more,
    }  # fmt: skip
    said = post(account.setting("url", URL), {**params, "sign": sign(params, account.secret("app_secret"))})
    if "error_response" in said:
        raise _refusal(table(said["error_response"]))
    return table(said.get(f"{method.replace('.', '_')}_response"))


def _refusal(error: dict[str, Any]) -> Exception:
    """Of TOP's codes those below 100 are the platform's, before any business; isp.* is its own trouble behind it."""
    code, sub = str(error.get("code")), str(error.get("sub_code") or "")
    said = f"{code} {sub} {error.get('sub_msg') or error.get('msg') or ''}".strip()
    if code == "7" or "limited" in sub or "accesscontrol" in sub:
        return CarrierBusyError(said, 2)
    if code in _ACCOUNT:
        return CarrierRefusedError(said, "account")
    if sub.startswith("isp.") or code in ("", "None", "9", "50"):
        return CarrierSilentError(said)
    if "不可达" in said or "unreachable" in said.lower():
        return CarrierRefusedError(said, "unreachable")
    if "余额" in said or "balance" in said.lower():
        return CarrierRefusedError(said, "account")
    return CarrierRefusedError(said, "data")


def _order(request: Request) -> dict[str, Any]:
    account, goods = request.by, request.by.setting("cargo", "商品")
    package: dict[str, Any] = {"id": request.parcel, "items": [{"name": goods, "count": 1}]}
    if request.weight_g:
        package["weight"] = request.weight_g
    one = {
        "object_id": request.key,
        "order_info": {"order_channels_type": account.setting("channel", "OTHERS"), "trade_order_list": [request.key]},
        "package_info": package, "recipient": _recipient(request),
        "template_url": account.setting("template_url"), "user_id": account.setting("user_id"),
    }  # fmt: skip
    if request.cod:
        one["logistics_services"] = compact({"SVC-COD": {"value": str(request.cod)}})
    return {
        "cp_code": account.setting("cp_code"), "sender": _party(request.sender), "trade_order_info_dtos": [one],
        "need_encrypt": False,
    }  # fmt: skip


def _recipient(request: Request) -> dict[str, Any]:
    """With the buyer's OAID, and the order that it is of, it reads the recipient from the platform itself."""
    known = {"oaid": request.address_id, "tid": request.shop_order or request.order} if request.address_id else {}
    return {**_party(request.recipient), **known}


def _party(party: Party) -> dict[str, Any]:
    where = {"province": party.province, "city": party.city, "district": party.district, "detail": party.address}
    return {"name": party.name, "mobile": party.phone, "address": where}


def _issued(request: Request, rows: list[dict[str, Any]]) -> Issued:
    """The one for this request; the codes for sorters are inside the data of its print."""
    mine = [row for row in rows if row.get("object_id") in (request.key, None) and row.get("waybill_code")]
    if not mine:
        raise CarrierSilentError("an answer without a number")
    data = table(table(mine[0].get("print_data")).get("data"))
    routing = table(data.get("routingInfo"))
    sortation, consolidation = table(routing.get("sortation")), table(routing.get("consolidation"))
    route = str(sortation.get("name") or consolidation.get("name") or "")
    return Issued(str(mine[0]["waybill_code"]), route, str(routing.get("routeCode") or ""), mine[0])
