"""快递100: e-waybills of most Chinese carriers, and where parcels of all of them are.

Settings: `com` (whose waybill: `yuantong`, `zhongtong`, …), `partner_id`, `net`, `cargo`, `callback` (our address for
its pushes), `url`, `query_url`, `poll_url`, `sender_*`. Secrets: `key`, `secret`, `customer`, `salt`, `partner_key`,
`partner_secret`.
"""
from __future__ import annotations

from datetime import timedelta
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qs

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
from wms.shipping.carriers.wire import china_time, compact, listed, md5, milliseconds, post, table

URL = "https://api.kuaidi100.com/label/order"
QUERY_URL = "https://poll.kuaidi100.com/poll/query.do"
POLL_URL = "https://poll.kuaidi100.com/poll"
REMEMBERED = timedelta(hours=48)  # for so long the same orderId gets the first result
_MARGIN = timedelta(hours=1)
_STATES = {
    "0": "in_transit", "1": "in_transit", "2": "problem", "3": "signed", "4": "refused", "5": "out_for_delivery",
    "6": "returned", "7": "in_transit", "14": "refused",
}  # fmt: skip
_WORDS = {
    "派件": "out_for_delivery", "签收": "signed", "拒签": "refused", "退签": "refused", "退回": "returned",
    "疑难": "problem",
}  # fmt: skip


def label_sign(param: str, t: str, key: str, secret: str) -> str:
    return md5(param + t + key + secret).upper()


def query_sign(param: str, key: str, customer: str) -> str:
    return md5(param + key + customer).upper()


def push_sign(param: str, salt: str) -> str:
    return md5(param + salt).upper()


class Kuaidi100:
    """Our request's key is the orderId, with `reorder` false: asked again, it answers with the first number."""

    in_transaction = False
    settings: tuple[str, ...] = ("com", "partner_id", "net", "cargo", "callback", "url", "query_url", "poll_url")
    secrets: tuple[str, ...] = ("key", "secret", "customer", "salt", "partner_key", "partner_secret")

    def issue(self, request: Request) -> Issued:
        account = request.by
        said = _label(account, "order", _order(request))
        number = str(said.get("kuaidinum") or "")
        if not number:
            raise CarrierSilentError("an answer without a number")
        return Issued(number, str(said.get("bulkpen") or ""), str(said.get("destSortingCode") or ""), said)

    def query(self, request: Request) -> Issued | None:
        """As long as it is known to be the same order."""
        first = request.first_asked_at
        if first is not None and now() - first > REMEMBERED - _MARGIN:
            raise CarrierSilentError("asked too long ago: asking again might be a second order", 3600)
        return ordered_again(self.issue, request)

    def void(self, request: Request, number: str) -> None:
        account = request.by
        gone = {**_partner(account), "kuaidinum": number, "orderId": request.key, "reason": "取消"}
        try:
            _label(account, "cancel", gone)
        except CarrierRefusedError as error:
            if "已取消" not in str(error):
                raise

    def trace(self, account: Account, number: str, com: str, phone: str) -> Traced:
        param = compact({"com": com or account.setting("com"), "num": number, "phone": phone, "resultv2": "4"})
        customer = account.secret("customer")
        form = {"customer": customer, "param": param, "sign": query_sign(param, account.secret("key"), customer)}
        said = post(account.setting("query_url", QUERY_URL), form)
        if said.get("result") is False:
            _refuse(str(said.get("returnCode")), str(said.get("message") or ""), unknown_is_fine=True)
            return Traced(number)
        return Traced(number, _scans(said))

    def watch(self, account: Account, number: str, com: str, phone: str) -> None:
        how = {
            "callbackurl": account.setting("callback"), "salt": account.secret("salt"), "resultv2": "4", "phone": phone,
        }  # fmt: skip
        if not how["callbackurl"]:
            raise CarrierRefusedError("callback is not set", "account")
        asked = {
            "company": com or account.setting("com"), "number": number, "key": account.secret("key"),
            "parameters": how,
        }  # fmt: skip
        said = post(account.setting("poll_url", POLL_URL), {"schema": "json", "param": compact(asked)})
        if said.get("result") is not True and str(said.get("returnCode")) != "501":  # 501: it watches this already
            _refuse(str(said.get("returnCode")), str(said.get("message") or ""))

    def told(self, account: Account, body: bytes) -> list[Traced]:
        form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        param, sign = form.get("param", [""])[0], form.get("sign", [""])[0]
        if not compare_digest(push_sign(param, account.secret("salt")).encode(), sign.upper().encode()):
            raise ForgedError
        message = table(param)
        last = table(message.get("lastResult"))
        number = str(last.get("nu") or "")
        return [Traced(number, _scans(last), message.get("status") == "abort")] if number else []

    def answer(self, account: Account, ok: bool) -> Answer:
        if ok:
            return Answer({"result": True, "returnCode": "200", "message": "成功"})
        return Answer({"result": False, "returnCode": "500", "message": "失败"}, 403)


def _label(account: Account, method: str, param: dict[str, Any]) -> dict[str, Any]:
    text, t, key = compact(param), milliseconds(), account.secret("key")
    sign = label_sign(text, t, key, account.secret("secret"))
    form = {"key": key, "method": method, "t": t, "param": text, "sign": sign}
    said = post(account.setting("url", URL), form)
    code = str(said.get("code") or said.get("returnCode") or "")
    if said.get("success") is True or said.get("result") is True:
        return table(said.get("data"))
    _refuse(code, str(said.get("message") or ""))
    return {}


def _refuse(code: str, said: str, *, unknown_is_fine: bool = False) -> None:
    """Raises what an answer that is not good comes down to; 500 of a question only says that nothing is known."""
    if code in ("503", "30004"):
        raise CarrierRefusedError(f"{code} {said}", "account")
    if code in ("601", "600", "30002"):  # the balance is used up, or the key has no such right
        raise CarrierRefusedError(f"{code} {said}", "account")
    if code in ("502", "30011"):
        raise CarrierBusyError(f"{code} {said}", 5)
    if code == "500" and unknown_is_fine:
        return
    if code in ("400", "700", "701", "10000"):
        raise CarrierRefusedError(f"{code} {said}", "data")
    if code == "30001" or "不可达" in said or "超出" in said:
        raise CarrierRefusedError(f"{code} {said}", "unreachable")
    if code.startswith("5") or not code:
        raise CarrierSilentError(f"{code} {said}")
    raise CarrierRefusedError(f"{code} {said}", "other")


def _partner(account: Account) -> dict[str, Any]:
    kept = {"partnerKey": "partner_key", "partnerSecret": "partner_secret"}
    open_ = {"partnerId": "partner_id", "net": "net", "kuaidicom": "com"}
    return {
        **{theirs: account.setting(ours) for theirs, ours in open_.items()},
        **{theirs: account.secrets[ours] for theirs, ours in kept.items() if ours in account.secrets},
    }


def _order(request: Request) -> dict[str, Any]:
    request.check_readable()
    account = request.by
    order = {
        **_partner(account), "printType": "NON", "orderId": request.key, "reorder": False,
        "recMan": _man(request.recipient), "sendMan": _man(request.sender), "cargo": account.setting("cargo", "商品"),
        "count": "1", "payType": "MONTHLY", "remark": request.parcel, "needSubscribe": False,
    }  # fmt: skip
    if request.weight_g:
        order["weight"] = f"{request.weight_g / 1000:.3f}"
    if request.cod:
        order["collection"] = str(request.cod)
    return order


def _man(party: Party) -> dict[str, str]:
    where = "".join((party.province, party.city, party.district, party.address))
    return {"name": party.name, "mobile": party.phone, "printAddr": where}


def _scans(said: dict[str, Any]) -> list[Scanned]:
    """Newest first, as it lists them. Only some tariffs say of each scan what it was; of the last the state says it."""
    told = ((china_time(each.get("time") or each.get("ftime")), each) for each in listed(said.get("data")))
    rows = [(at, each) for at, each in told if at is not None]
    rows.sort(key=lambda row: row[0], reverse=True)
    found = []
    for place, (at, each) in enumerate(rows):
        code = str(each.get("statusCode") or "") or (str(said.get("state") or "0") if place == 0 else "")
        word = str(each.get("status") or "")
        state = _state(code) or next((state for part, state in _WORDS.items() if part in word), "in_transit")
        found.append(Scanned(at, state, str(each.get("context") or ""), str(each.get("areaName") or "")))
    return found


def _state(code: str) -> str:
    """Finer codes (301, 501, …) begin with the state they belong to; 4 digits (1001) are of what is on its way."""
    if len(code) == 4 and code.startswith("1"):
        return "in_transit"
    return _STATES.get(code) or (_STATES.get(code[0], "") if len(code) == 3 else "")
