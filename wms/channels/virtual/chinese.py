"""The dialects of Taobao TOP, JD and Pinduoduo, which are cousins."""
from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from werkzeug.wrappers import Request, Response

from wms.channels.virtual.server import answered, count, reject
from wms.channels.virtual.shop import Place, Rejected, Sold, SoldLine, VirtualShop

BEIJING = timezone(timedelta(hours=8))
MOST = 100  # orders of a page
HERE = Place("浙江省", "杭州市", "西湖区", "文三路", "13800000000", "310012")
SKEW = timedelta(minutes=10)


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def _heard(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)


def _check_sign(shop: VirtualShop, told: Mapping[str, Any], code: str) -> None:
    """Each platform's own words: the sorted keys and values between two secrets, MD5, capitals."""
    words = [shop.secret]
    for key in sorted(name for name in told if name != "sign"):
        words += [key, str(told[key])]
    mine = hashlib.md5("".join([*words, shop.secret]).encode()).hexdigest()  # noqa: S324 - the platforms' own
    if told.get("sign") != mine.upper():
        raise Rejected(code, "Invalid signature")


def _check_clock(shop: VirtualShop, at: datetime, code: str) -> None:
    if abs(at - shop.now()) > SKEW:
        raise Rejected(code, "Invalid timestamp")


def _check_span(start: datetime, end: datetime, longest: timedelta, latest: datetime, size: int, code: str) -> None:
    if not start <= end <= latest or end - start > longest or not 1 <= size <= MOST:
        raise Rejected(code, "Invalid arguments: window or page size")


# ---- Taobao

TOP_STATUS = {
    "unpaid": "WAIT_BUYER_PAY", "open": "WAIT_SELLER_SEND_GOODS", "forbidden": "PAID_FORBID_CONSIGN",
    "shipped": "WAIT_BUYER_CONFIRM_GOODS", "cancelled": "TRADE_CLOSED",
}  # fmt: skip
TOP_REFUND = {"none": "NO_REFUND", "asked": "WAIT_SELLER_AGREE", "refunded": "SUCCESS"}
TOP_CARRIERS = {"SF", "YTO", "ZTO", "STO", "YUNDA", "EMS", "OTHER"}


def top(shop: VirtualShop, request: Request) -> Response:
    """The gateway of Taobao's open platform."""
    told = request.form.to_dict()
    try:
        if request.method != "POST" or told.get("v") != "2.0" or told.get("format") != "json":
            raise Rejected("40 isv.missing-parameter")
        if told.get("app_key") != shop.app_key or told.get("sign_method") != "md5":
            raise Rejected("29 isv.appkey-not-exists", "Invalid app Key")
        _check_sign(shop, told, "25 isv.invalid-signature")
        _check_clock(shop, _heard(told["timestamp"]), "31 isv.invalid-timestamp")
        method = told["method"]
        if not method.startswith("taobao.top.auth") and told.get("session") != shop.token:
            raise Rejected("27 isv.invalid-session", "Invalid session")
        count(shop, method)
        key = method.removeprefix("taobao.").replace(".", "_") + "_response"
        return answered({key: _TOP[method](shop, told)})
    except Rejected as error:
        reject(shop, error)
        code, _, sub = error.code.partition(" ")
        if not code.isdigit():
            code, sub = "15", f"isv.{error.code}"
        return answered({"error_response": {"code": int(code), "sub_code": sub, "msg": error.text or sub}})


def _top_list(shop: VirtualShop, told: Mapping[str, str]) -> dict[str, Any]:
    start, end = _heard(told["start_modified"]), _heard(told["end_modified"])
    size = int(told["page_size"])
    _check_span(start, end, timedelta(days=1), shop.now(), size, "41 isv.invalid-parameter")
    found = shop.changed(start, end)
    if told.get("use_has_next") == "false":
        return {"total_results": len(found)}
    page = shop.part(found, int(told["page_no"]), size)
    listed = [{"tid": int(each.number), "modified": _written(each.modified)} for each in page]
    more = len(found) > int(told["page_no"]) * size
    return {"trades": {"trade": listed}, "has_next": more} if listed else {"has_next": False}


def _top_one(shop: VirtualShop, told: Mapping[str, str]) -> dict[str, Any]:
    order = shop.orders.get(told["tid"])
    if order is None:
        raise Rejected("15 isv.trade-not-exist")
    with shop.lock:
        return {"trade": _trade(order)}


def _trade(order: Sold) -> dict[str, Any]:
    paid = order.status not in ("unpaid", "cancelled") and not order.cod
    to = order.place or HERE
    who = {"oaid": _oaid(order), "buyer_open_uid": f"buyer {order.recipient}"}
    return {
        "tid": int(order.number), "type": "cod" if order.cod else "fixed", "status": _top_status(order),
        "payment": f"{order.total:.2f}", "created": _written(order.created), "modified": _written(order.modified),
        **({"pay_time": _written(order.created)} if paid else {}),
        **who, "receiver_name": order.recipient[:1] + "**", "receiver_state": to.province, "receiver_city": to.city,
        "receiver_district": to.district, "receiver_town": "", "receiver_address": f"{to.street[:3]}***",
        "receiver_mobile": _masked(to.phone), "receiver_zip": to.postcode, "buyer_message": order.remark,
        "orders": {"order": [_trade_line(order, line) for line in order.lines]},
    }  # fmt: skip


def _oaid(order: Sold) -> str:
    """The same for the same person at the same place."""
    return f"place of {order.recipient}{order.place.street if order.place else ''}"


def _masked(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}"


def _top_status(order: Sold) -> str:
    if order.status == "open" and any(line.sent for line in order.lines):
        return "SELLER_CONSIGNED_PART"
    return TOP_STATUS[order.status]


def _trade_line(order: Sold, line: SoldLine) -> dict[str, Any]:
    status = TOP_STATUS["shipped" if line.sent else order.status]
    sent = {"invoice_no": line.sent} if line.sent else {}
    return {
        "oid": int(line.id), "num_iid": line.item, "sku_id": str(line.variant), "outer_sku_id": line.sku,
        "num": line.qty, "price": str(line.price),
        "payment": str(line.price * line.qty), "refund_status": TOP_REFUND[line.refund],
        "status": "TRADE_CLOSED" if line.refund == "refunded" else status, **sent,
    }  # fmt: skip


def _top_send(shop: VirtualShop, told: Mapping[str, str]) -> dict[str, Any]:
    if told["company_code"] not in TOP_CARRIERS:
        raise Rejected("15 isv.invalid-company-code")
    parcel = told["tid"], told["company_code"], told["out_sid"]
    if told.get("is_split") == "1":
        shop.send_whole(*parcel, told["sub_tid"].split(","))
    else:
        shop.send(*parcel)
    return {"shipping": {"is_success": True}}


def _top_stock(shop: VirtualShop, told: Mapping[str, str]) -> dict[str, Any]:
    if told["type"] != "1" or int(told["sku_id"]) != int(told["num_iid"]) + 1000:
        raise Rejected("41 isv.invalid-parameter")
    shop.put_stock(int(told["num_iid"]), int(told["quantity"]))
    return {"item": {"num_iid": int(told["num_iid"])}}


def _top_refresh(shop: VirtualShop, told: Mapping[str, str]) -> dict[str, Any]:
    if told.get("refresh_token", told.get("code")) != shop.refresh_token:
        raise Rejected("41 isv.invalid-refresh-token")
    return {"token_result": json.dumps(shop.new_tokens() | {"expire_time": _millis(shop, days=30)})}


def _millis(shop: VirtualShop, **ahead: int) -> int:
    return int((shop.now() + timedelta(**ahead)).timestamp() * 1000)


_TOP: Mapping[str, Callable[[VirtualShop, Mapping[str, str]], dict[str, Any]]] = {
    "taobao.trades.sold.increment.get": _top_list,
    "taobao.trade.fullinfo.get": _top_one,
    "taobao.logistics.offline.send": _top_send,
    "taobao.item.quantity.update": _top_stock,
    "taobao.top.auth.token.refresh": _top_refresh,
    "taobao.top.auth.token.create": _top_refresh,
}


# ---- JD

JD_STATUS = {
    "open": "WAIT_SELLER_STOCK_OUT", "forbidden": "LOCKED", "shipped": "WAIT_GOODS_RECEIVE_CONFIRM",
    "cancelled": "TRADE_CANCELED", "unpaid": "NOT_PAY",
}  # fmt: skip
JD_CARRIERS = {"467", "463", "1499", "470"}


def jd(shop: VirtualShop, request: Request) -> Response:
    """The gateway of JD's open platform."""
    told = request.form.to_dict()
    try:
        if told.get("app_key") != shop.app_key or told.get("v") != "2.0":
            raise Rejected("28", "Invalid app key")
        _check_sign(shop, told, "12")
        _check_clock(shop, datetime.strptime(told["timestamp"], "%Y-%m-%d %H:%M:%S.%f%z"), "13")
        if told.get("access_token") != shop.token:
            raise Rejected("19", "Invalid access token")
        method = told["method"]
        count(shop, method)
        found = _JD[method](shop, json.loads(told["360buy_param_json"]))
        return answered({method.replace(".", "_") + "_responce": {"code": "0", **found}})
    except Rejected as error:
        reject(shop, error)
        return answered({"error_response": {"code": error.code, "zh_desc": error.text, "en_desc": error.text}})


def _jd_list(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    start, end = _heard(told["startDate"]), _heard(told["endDate"])
    _check_span(start, end, timedelta(days=31), shop.now(), int(told["pageSize"]), "44")
    states = set(told["orderState"].split(","))
    found = [each for each in shop.changed(start, end) if JD_STATUS[each.status] in states]
    page = shop.part(found, int(told["page"]), int(told["pageSize"]))
    listed = [_jd_order(each) for each in page]
    result = {"orderInfoList": listed, "orderTotal": len(found), "apiResult": {"success": True}}
    return {"searchorderinfo_result": result}


def _jd_one(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    order = shop.orders.get(told["order_id"])
    return {"orderDetailInfo": {"apiResult": {"success": True}, **({"orderInfo": _jd_order(order)} if order else {})}}


def _jd_order(order: Sold) -> dict[str, Any]:
    to = _jd_open(order.recipient, order.place) if order.place else {
        "fullname": order.recipient[:1] + "**", "mobile": "138****0000", "province": "浙江", "city": "杭州市",
        "county": "西湖区", "fullAddress": "浙江杭州市西湖区文三路***",
    }  # fmt: skip
    paid = {} if order.status == "unpaid" or order.cod else {"paymentConfirmTime": _written(order.created)}
    return {
        "orderId": order.number, "orderState": JD_STATUS[order.status], "modified": _written(order.modified),
        "orderStartTime": _written(order.created), "payType": "1-货到付款" if order.cod else "4-在线支付",
        "orderPayment": f"{order.total:.2f}",
        "open_id_buyer": f"buyer of {order.number}", "oaid": _oaid(order), "consigneeInfo": to,
        "orderRemark": order.remark, "waybill": ",".join(number for _, number in order.parcels),
        "itemInfoList": [
            {"skuId": str(line.variant), "wareId": str(line.item), "outerSkuId": line.sku, "itemTotal": str(line.qty),
             "jdPrice": str(line.price)}
            for line in order.lines
        ],
        **paid,
    }  # fmt: skip


def _jd_open(recipient: str, place: Place) -> dict[str, str]:
    """To a seller who may read them, JD tells recipients in full."""
    return {
        "fullname": recipient, "mobile": place.phone, "province": place.province, "city": place.city,
        "county": place.district, "fullAddress": f"{place.province}{place.city}{place.district}{place.street}",
    }  # fmt: skip


def _jd_send(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    carriers, numbers = told["logiCoprId"].split("|"), told["logiNo"].split("|")
    if len(carriers) != len(numbers) or not JD_CARRIERS.issuperset(carriers):
        raise Rejected("44", "logiCoprId")
    parcels = [(carrier, one) for carrier, each in zip(carriers, numbers, strict=True) for one in each.split(",")]
    try:
        with shop.lock:
            shop.send(told["orderId"], *parcels[0])
            shop.add_parcels(told["orderId"], parcels[1:])
    except Rejected as error:
        reject(shop, error)
        result = {"success": False, "errorCode": error.code, "chineseErrCode": error.text}
        return {"sopjosshipment_result": result}
    return {"sopjosshipment_result": {"success": True}}


JD_APPLIED = {"asked": 0, "refunded": 3}


def _jd_refunds(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    """Narrowed by order, state or time of asking; an order is not changed by it."""
    size = int(told["pageSize"])
    if not 1 <= size <= 50 or not {"orderId", "status", "applyTimeStart"} & told.keys():
        raise Rejected("44", "pageSize")
    span = [_heard(told[f"applyTime{end}"]) for end in ("Start", "End") if f"applyTime{end}" in told]
    found = []
    with shop.lock:
        for order in shop.orders.values():
            wanted = max((JD_APPLIED.get(line.refund, -1) for line in order.lines), default=-1)
            fits = told.get("orderId", order.number) == order.number and told.get("status", wanted) == wanted
            in_time = not span or (order.refund_at is not None and span[0] <= order.refund_at <= span[1])
            if wanted >= 0 and fits and in_time:
                found.append({"id": int(order.number) + 1, "orderId": int(order.number), "status": wanted})
    first = (int(told["pageIndex"]) - 1) * size
    return {"queryResult": {"success": True, "totalCount": len(found), "result": found[first : first + size]}}


def _jd_stock(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    try:
        shop.put_stock(int(told["skuId"]) - 1000, int(told["stockNum"]))
    except Rejected as error:
        raise Rejected("44", error.code) from None
    return {"success": True}


_JD: Mapping[str, Callable[[VirtualShop, Mapping[str, Any]], dict[str, Any]]] = {
    "jingdong.pop.order.search": _jd_list,
    "jingdong.pop.order.get": _jd_one,
    "jingdong.pop.order.shipment": _jd_send,
    "jingdong.stock.write.updateSkuStock": _jd_stock,
    "jingdong.pop.afs.soa.refundapply.queryPageList": _jd_refunds,
}


# ---- Pinduoduo

PDD_STATUS = {"open": 1, "forbidden": 1, "shipped": 2, "cancelled": 1}
PDD_REFUND = {"none": 1, "asked": 2, "refunded": 4}
PDD_GROUP = {"open": 0, "complete": 1, "failed": 2}
PDD_CARRIERS = {44, 85, 115, 121}


def pinduoduo(shop: VirtualShop, request: Request) -> Response:
    """The gateway of Pinduoduo's open platform."""
    told = request.get_json()
    try:
        if told.get("client_id") != shop.app_key:
            raise Rejected("10001", "client_id")
        _check_sign(shop, told, "20004")
        _check_clock(shop, datetime.fromtimestamp(int(told["timestamp"]), UTC), "20031")
        kind = told["type"]
        if not kind.startswith("pdd.pop.auth") and told.get("access_token") != shop.token:
            raise Rejected("10019", "access_token expired")
        count(shop, kind)
        key, act = _PDD[kind]
        return answered({key: act(shop, told)})
    except Rejected as error:
        reject(shop, error)
        code = int(error.code) if error.code.isdigit() else 50001
        return answered({"error_response": {"error_code": code, "error_msg": error.text or error.code}})


def _pdd_list(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    start, end = (datetime.fromtimestamp(told[name], UTC) for name in ("start_updated_at", "end_updated_at"))
    latest = shop.now() - timedelta(minutes=3) + shop.tick * 1000  # what came here is a moment old
    _check_span(start, end, timedelta(minutes=30), latest, told["page_size"], "50002")
    found = [each for each in shop.changed(start, end) if each.status != "unpaid"]
    page = shop.part(found, told["page"], told["page_size"])
    return {"order_sn_list": [{"order_sn": each.number} for each in page], "total_count": len(found)}


def _pdd_one(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    order = shop.orders.get(told["order_sn"])
    return {"order_info": _pdd_order(order)} if order else {}


def _pdd_order(order: Sold) -> dict[str, Any]:
    refund = max(PDD_REFUND["refunded" if order.status == "cancelled" else line.refund] for line in order.lines)
    return {
        "order_sn": order.number, "order_status": PDD_STATUS[order.status], "refund_status": refund,
        "risk_control_status": int(order.status == "forbidden"), "group_status": PDD_GROUP[order.group],
        "pay_amount": float(order.total), "created_time": _written(order.created),
        "confirm_time": _written(order.created) if order.group == "complete" else None,
        "pay_time": _written(order.created), "updated_at": _written(order.modified),
        "open_address_id": _oaid(order),
        "receiver_name": f"~{order.recipient}~cipher~", "receiver_phone": "~AgAAAAHw5WEBHdFY~138~", "country": "中国",
        "province": "浙江省", "city": "杭州市", "town": "西湖区",
        "receiver_address": "~AgAAAAHw5WECsY0TlQGrBpQ~address~",
        "buyer_memo": order.remark,
        "tracking_number": order.parcels[0][1] if order.parcels else "",
        "extra_delivery_list": [{"tracking_number": number} for _, number in order.parcels[1:]],
        "item_list": [
            {"goods_id": line.item, "sku_id": line.variant, "outer_id": line.sku, "goods_count": line.qty,
             "goods_price": float(line.price)}
            for line in order.lines
        ],
    }  # fmt: skip


def _pdd_send(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    if int(told["logistics_id"]) not in PDD_CARRIERS:
        raise Rejected("50003", "logistics_id")
    shop.send(told["order_sn"], told["logistics_id"], told["tracking_number"])
    return {"is_success": True}


def _pdd_more(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    if told["extra_track_type"] != "1":
        raise Rejected("50004", "extra_track_type")
    listed = [(str(each["shipping_id"]), each["tracking_number"]) for each in json.loads(told["extra_track_list"])]
    shop.add_parcels(told["order_sn"], listed)
    return {"is_success": True}


def _pdd_stock(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    if told["update_type"] != 1 or told["sku_id"] != told["goods_id"] + 1000:
        raise Rejected("50005", "update_type")
    shop.put_stock(told["goods_id"], told["quantity"])
    return {"is_success": True}


def _pdd_refresh(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    if told.get("refresh_token", told.get("code")) != shop.refresh_token:
        raise Rejected("10036", "refresh_token")
    return {**shop.new_tokens(), "expires_at": int((shop.now() + timedelta(days=30)).timestamp())}


_PDD: Mapping[str, tuple[str, Callable[[VirtualShop, Mapping[str, Any]], dict[str, Any]]]] = {
    "pdd.order.number.list.increment.get": ("order_sn_increment_get_response", _pdd_list),
    "pdd.order.information.get": ("order_info_get_response", _pdd_one),
    "pdd.logistics.online.send": ("logistics_online_send_response", _pdd_send),
    "pdd.order.upload.extra.logistics": ("order_upload_extra_logistics_response", _pdd_more),
    "pdd.goods.quantity.update": ("goods_quantity_update_response", _pdd_stock),
    "pdd.pop.auth.token.refresh": ("pop_auth_token_refresh_response", _pdd_refresh),
    "pdd.pop.auth.token.create": ("pop_auth_token_create_response", _pdd_refresh),
}
