"""Stand-ins for carriers: servers that speak as they do, as strict and, when asked to be, as unreliable.

For tests, benchmarks and trying things out: `python -m wms.shipping.carriers.standins 8201` serves all of them at one
port, and an account's `url` is `http://127.0.0.1:8201/sf` (`/kuaidi100`, `/kdniao`, `/cainiao`). Signatures, moments
and forms are verified. An address with 不可达 in it is not delivered to, and one with 人工 is looked at by a person
until the second question after it.
"""
from __future__ import annotations

import base64
import hashlib
import itertools
import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote_plus

SECRETS = {
    "partner_id": "PARTNER", "check_word": "CHECKWORD", "key": "KEY", "secret": "SECRET", "customer": "CUSTOMER",
    "salt": "SALT", "push_token": "TOKEN-OF-OURS",
    "business_id": "1000001", "app_key": "APPKEY", "app_secret": "helloworld", "session": "SESSION",
}  # fmt: skip
SKEW = timedelta(minutes=10)
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Manners:
    """How a stand-in behaves: shares of questions it throttles, and of orders it takes without answering; how long it
    takes; whether it knows an order that it has had (`forgetful`: it issues a second number), and whether SF cancels
    none any more (`firm`)."""

    throttled: float = 0
    silent: float = 0
    seconds: float = 0
    forgetful: bool = False
    firm: bool = False


@dataclass
class Books:
    """What the stand-ins have done. `numbers`: (carrier, key) → those that were issued for it. `changed`:
    number → the addresses that it goes to instead, one after the other, each counted once. `oaids`: the key at 菜鸟 →
    the OAID of the buyer to whom that goes, whatever address was said."""

    numbers: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    oaids: dict[str, str] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)
    voided: set[str] = field(default_factory=set)
    watched: list[str] = field(default_factory=list)
    traces: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    reviews: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)


class _Silence(Exception):
    """Hang up without an answer."""


class StandIns:
    """All of them at one address; `with StandIns() as servers: servers.url`.

    `issued`: how many numbers they have given before, which are not given again. `secrets`: others than SECRETS.
    `trades`: the orders that Taobao has, of which 菜鸟 finds the buyer of an OAID; None: any.
    """

    trades: set[str] | None = None

    def __init__(
        self, manners: Manners | None = None, *, port: int = 0, seed: int = 7, issued: int = 0,
        secrets: Mapping[str, str] = SECRETS,
    ) -> None:  # fmt: skip
        self.manners, self.books, self.secrets = manners or Manners(), Books(), secrets
        self._chance, self._lock = random.Random(seed), threading.Lock()  # noqa: S311 - not for secrets
        self._counter = itertools.count(100_000_000_001 + issued)
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> StandIns:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, form: Mapping[str, str]) -> dict[str, Any]:
        """What the carrier at this path says to a form; raises _Silence."""
        time.sleep(self.manners.seconds)
        talks: dict[str, Callable[[Mapping[str, str]], dict[str, Any]]] = {
            "/sf": self._sf, "/kuaidi100": self._label, "/kuaidi100/query": self._query, "/kuaidi100/poll": self._poll,
            "/kdniao": self._kdniao, "/cainiao": self._cainiao,
        }  # fmt: skip
        return talks[path](form)

    def _order(self, carrier: str, key: str, prefix: str) -> tuple[str, bool]:
        """(number, whether it was there before); sometimes nobody hears of it."""
        with self._lock:
            mine = self.books.numbers.setdefault((carrier, key), [])
            if mine and not self.manners.forgetful:
                return mine[0], True
            mine.append(f"{prefix}{next(self._counter)}")
            if self._chance.random() < self.manners.silent:
                raise _Silence
            return mine[-1], False

    def _change(self, number: str, address: str) -> None:
        """Under this number it goes there from now on; sometimes nobody hears of it."""
        with self._lock:
            told = self.books.changed.setdefault(number, [])
            if told[-1:] != [address]:
                told.append(address)
            if self._chance.random() < self.manners.silent:
                raise _Silence

    def _throttles(self) -> bool:
        with self._lock:
            return self._chance.random() < self.manners.throttled

    def _known(self, carrier: str, key: str) -> str | None:
        with self._lock:
            return next(iter(self.books.numbers.get((carrier, key), [])), None)

    # ---- 丰桥

    def _sf(self, form: Mapping[str, str]) -> dict[str, Any]:
        data, stamp = form["msgData"], form["timestamp"]
        body = quote_plus(data + stamp + self.secrets["check_word"], safe="*").replace("~", "%7E")
        good = base64.b64encode(hashlib.md5(body.encode()).digest()).decode()  # noqa: S324 - the carrier's
        if form["partnerID"] != self.secrets["partner_id"] or form["msgDigest"] != good:
            return _sf_platform("A1006", "数字签名无效")
        if not _lately(int(stamp) / 1000):
            return _sf_platform("A1006", "时间戳过期")
        if self._throttles():
            return _sf_platform("A1005", "API不可用/超频")
        asked = json.loads(data)
        self.books.asked[form["serviceCode"]] += 1
        talks = {
            "EXP_RECE_CREATE_ORDER": self._sf_order, "EXP_RECE_SEARCH_ORDER_RESP": self._sf_find,
            "EXP_RECE_UPDATE_ORDER": self._sf_update, "EXP_RECE_SEARCH_ROUTES": self._sf_routes,
            "EXP_RECE_REGISTER_ROUTE": self._sf_watch,
        }  # fmt: skip
        return {"apiResultCode": "A1000", "apiResultData": json.dumps(talks[form["serviceCode"]](asked))}

    def _sf_order(self, asked: dict[str, Any]) -> dict[str, Any]:
        sender, to = asked["contactInfoList"]
        if (sender["contactType"], to["contactType"]) != (1, 2) or not (to["contact"] and to["address"]):
            return _sf_no("8007", "收件信息缺失")
        if "不可达" in to["address"]:
            return _sf_yes({"orderId": asked["orderId"], "filterResult": 3, "remark": "超出范围"})
        number, before = self._order("sf", asked["orderId"], "SF")
        if before:
            return _sf_no("8016", "重复下单")
        if "人工" in to["address"]:
            self.books.reviews[asked["orderId"]] = 2
        return self._sf_told(asked["orderId"], number)

    def _sf_told(self, key: str, number: str) -> dict[str, Any]:
        to = "021W-CD-012" if self.books.changed.get(number) else "010W-CD-011"
        label = {"code": "1000", "routeLabelData": {"destRouteLabel": to, "destTeamCode": "008"}}
        with self._lock:
            waits, self.books.reviews[key] = self.books.reviews[key] > 0, self.books.reviews[key] - 1
        return _sf_yes({
            "orderId": key, "filterResult": 1 if waits else 2, "destCode": "010", "routeLabelInfo": [label],
            "waybillNoInfoList": [{"waybillType": 1, "waybillNo": number}],
        })  # fmt: skip

    def _sf_find(self, asked: dict[str, Any]) -> dict[str, Any]:
        number = self._known("sf", asked["orderId"])
        return self._sf_told(asked["orderId"], number) if number else _sf_no("6150", "找不到该订单")

    def _sf_update(self, asked: dict[str, Any]) -> dict[str, Any]:
        number = self._known("sf", asked["orderId"])
        if number is None or asked["waybillNoInfoList"] != [{"waybillType": 1, "waybillNo": number}]:
            return _sf_no("6150", "找不到该订单")
        if asked["dealType"] == 1:
            return self._sf_change(asked, number)
        if number in self.books.voided:
            return _sf_no("8037", "已消单的不能再消单")
        if self.manners.firm:
            return _sf_no("8150", "已收件，不能消单")
        self.books.voided.add(number)
        return _sf_yes({"orderId": asked["orderId"], "resStatus": 2})

    def _sf_change(self, asked: dict[str, Any], number: str) -> dict[str, Any]:
        to = asked["destContactInfo"]
        if asked["isConfirmNew"] != 1 or to["contactType"] != 2 or not (to["contact"] and to["mobile"]):
            return _sf_no("8007", "收件信息缺失")
        if number in self.books.voided:
            return _sf_no("8037", "已消单")
        if "不可达" in to["address"]:
            return _sf_no("8062", "收件地址超出服务范围")
        self._change(number, to["address"])
        return _sf_yes({"orderId": asked["orderId"], "resStatus": 1, "waybillNoInfoList": asked["waybillNoInfoList"]})

    def _sf_routes(self, asked: dict[str, Any]) -> dict[str, Any]:
        number = asked["trackingNumber"][0]
        return _sf_yes({"routeResps": [{"mailNo": number, "routes": self.books.traces.get(number, [])}]})

    def _sf_watch(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["type"] != "2" or not asked["attributeNo"]:
            return _sf_no("8001", "参数错误")
        self.books.watched.append(asked["attributeNo"])
        return _sf_yes({})

    # ---- 快递100

    def _label(self, form: Mapping[str, str]) -> dict[str, Any]:
        good = _md5(form["param"] + form["t"] + self.secrets["key"] + self.secrets["secret"]).upper()
        if form["key"] != self.secrets["key"] or form["sign"] != good or not _lately(int(form["t"]) / 1000):
            return {"success": False, "code": 503, "message": "验证签名失败"}
        if self._throttles():
            return {"success": False, "code": 30011, "message": "请求过于频繁"}
        asked = json.loads(form["param"])
        self.books.asked[f"label/{form['method']}"] += 1
        if form["method"] == "cancel":
            number = self._known("kuaidi100", asked["orderId"])
            if number is None or number != asked["kuaidinum"]:
                return {"success": False, "code": 30002, "message": "单号不存在"}
            if number in self.books.voided:
                return {"success": False, "code": 10001, "message": "已取消"}
            self.books.voided.add(number)
            return {"success": True, "code": 200, "data": None}
        if asked.get("reorder") is not False or not asked["recMan"]["name"]:
            return {"success": False, "code": 400, "message": "参数错误"}
        if "不可达" in asked["recMan"]["printAddr"]:
            return {"success": False, "code": 30001, "message": "地址不可达"}
        number, _ = self._order("kuaidi100", asked["orderId"], "YT")
        done = {"kuaidinum": number, "bulkpen": "杭州 310-01", "destSortingCode": "A12", "kdComOrderNum": number[2:]}
        return {"success": True, "code": 200, "message": "成功", "data": done}

    def _query(self, form: Mapping[str, str]) -> dict[str, Any]:
        good = _md5(form["param"] + self.secrets["key"] + form["customer"]).upper()
        if form["customer"] != self.secrets["customer"] or form["sign"] != good:
            return {"result": False, "returnCode": "503", "message": "验证签名失败"}
        asked = json.loads(form["param"])
        found = self.books.traces.get(asked["num"])
        if not found:
            return {"result": False, "returnCode": "500", "message": "查询无结果"}
        last = found[0].get("state", "0")
        return {"status": "200", "nu": asked["num"], "com": asked["com"], "state": last, "data": found}

    def _poll(self, form: Mapping[str, str]) -> dict[str, Any]:
        asked = json.loads(form["param"])
        if form["schema"] != "json" or asked["key"] != self.secrets["key"] or not asked["parameters"]["callbackurl"]:
            return {"result": False, "returnCode": "701", "message": "参数错误"}
        again = asked["number"] in self.books.watched
        self.books.watched.append(asked["number"])
        return {"result": not again, "returnCode": "501" if again else "200"}

    # ---- 快递鸟

    def _kdniao(self, form: Mapping[str, str]) -> dict[str, Any]:
        data = form["RequestData"]
        good = base64.b64encode(_md5(data + self.secrets["app_key"]).encode()).decode()
        if (form["EBusinessID"], form["DataType"], form["DataSign"]) != (self.secrets["business_id"], "2", good):
            return {"Success": False, "ResultCode": "102", "Reason": "校验问题"}
        if self._throttles():
            return {"Success": False, "ResultCode": "105", "Reason": "请求过于频繁"}
        asked, kind = json.loads(data), form["RequestType"]
        self.books.asked[kind] += 1
        if kind == "1007":
            return self._kdniao_order(asked)
        if kind == "1147":
            if asked["ExpNo"] in self.books.voided:
                return {"Success": False, "ResultCode": "105", "Reason": "订单已取消"}
            self.books.voided.add(asked["ExpNo"])
            return {"Success": True, "ResultCode": "100"}
        if kind == "1008":
            self.books.watched.append(asked["LogisticCode"])
            return {"Success": True, "UpdateTime": "2026-11-01 00:00:00"}
        found = self.books.traces.get(asked["LogisticCode"], [])
        return {"Success": True, "State": "2" if found else "0", "Traces": found}

    def _kdniao_order(self, asked: dict[str, Any]) -> dict[str, Any]:
        if not (asked["ShipperCode"] and asked["Receiver"]["Name"]):
            return {"Success": False, "ResultCode": "101", "Reason": "缺少必要参数"}
        if "不可达" in asked["Receiver"]["Address"]:
            return {"Success": False, "ResultCode": "105", "Reason": "地址超区，不派送"}
        number, before = self._order("kdniao", asked["OrderCode"], "ZT")
        order = {
            "OrderCode": asked["OrderCode"], "LogisticCode": number, "MarkDestination": "沪-07", "SortingCode": "S 9",
        }  # fmt: skip
        return {"Success": True, "ResultCode": "106" if before else "100", "Order": order}

    # ---- 菜鸟

    def _cainiao(self, form: Mapping[str, str]) -> dict[str, Any]:
        rest = {key: value for key, value in form.items() if key != "sign"}
        body = "".join(key + rest[key] for key in sorted(rest))
        secret = self.secrets["app_secret"]
        if form["sign"] != _md5(secret + body + secret).upper():
            return _top_error("25", "Invalid signature")
        moment = datetime.strptime(form["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=_CHINA)
        if not _lately(moment.timestamp()):
            return _top_error("31", "Invalid timestamp")
        if self._throttles():
            return _top_error("7", "App Call Limited", "accesscontrol.limited-by-app-access-count")
        method = form["method"]
        self.books.asked[method] += 1
        if method.endswith("cancel"):
            self.books.voided.add(form["waybill_code"])
            return {"cainiao_waybill_ii_cancel_response": {"cancel_result": True}}
        if method.endswith("update"):
            return self._cainiao_update(json.loads(form["param_waybill_cloud_print_update_request"]))
        if method.endswith("tradecode"):
            return self._cainiao_found(json.loads(form["param_list"])[0])
        asked = json.loads(form["param_waybill_cloud_print_apply_new_request"])
        one = asked["trade_order_info_dtos"][0]
        to = one["recipient"]
        if "*" in to["name"] and not (to.get("oaid") and to.get("tid")):
            return _top_error("15", "Remote service error", "isv.oaid-missing", "OAID缺失")
        if to.get("oaid") and self.trades is not None and to.get("tid") not in self.trades:
            return _top_error("15", "Remote service error", "isv.oaid-invalid", "OAID与订单号不匹配")
        if to.get("oaid"):
            self.books.oaids[one["object_id"]] = to["oaid"]
        if not (asked["cp_code"] and asked["sender"]["address"]["detail"] and to["name"]):
            return _top_error("15", "Remote service error", "isv.missing-parameter", "参数缺失")
        if "不可达" in one["recipient"]["address"]["detail"]:
            return _top_error("15", "Remote service error", "isv.unreachable", "地址不可达")
        number, _ = self._order("cainiao", one["order_info"]["trade_order_list"][0], "CN")
        done = {"waybill_cloud_print_response": [_cloud(one["object_id"], number)]}
        return {"cainiao_waybill_ii_get_response": {"modules": done}}

    def _cainiao_update(self, asked: dict[str, Any]) -> dict[str, Any]:
        to, number = asked["recipient"], asked["waybill_code"]
        if self._known("cainiao", asked["object_id"]) != number or number in self.books.voided:
            return _top_error("15", "Remote service error", "isv.waybill-not-found", "面单号不存在或已取消")
        if not (asked["cp_code"] and asked["sender"]["address"]["detail"] and to["name"] and asked["package_info"]):
            return _top_error("15", "Remote service error", "isv.missing-parameter", "参数缺失")
        if "不可达" in to["address"]["detail"]:
            return _top_error("15", "Remote service error", "isv.unreachable", "地址不可达")
        self._change(number, to["address"]["detail"])
        said = _cloud(asked["object_id"], number, "浦东 021-1")
        return {"cainiao_waybill_ii_update_response": said}

    def _cainiao_found(self, asked: dict[str, Any]) -> dict[str, Any]:
        number = self._known("cainiao", asked["trade_order_code"])
        rows = [{"success": True, "waybill_cloud_print_response": _cloud(asked["object_id"], number)}] if number else []
        modules = {"waybill_cloud_print_with_result_desc_response": rows}
        return {"cainiao_waybill_ii_query_by_tradecode_response": {"modules": modules}}


def _cloud(key: str, number: str, sortation: str = "余杭 010-3") -> dict[str, Any]:
    routing = {"sortation": {"name": sortation}, "routeCode": "380D-56-04"}
    return {
        "object_id": key, "waybill_code": number,
        "print_data": json.dumps({"data": {"routingInfo": routing}, "templateURL": "http://x"}),
    }  # fmt: skip


def _sf_platform(code: str, said: str) -> dict[str, Any]:
    return {"apiResultCode": code, "apiErrorMsg": said}


def _sf_yes(data: dict[str, Any]) -> dict[str, Any]:
    return {"success": True, "errorCode": "S0000", "msgData": data}


def _sf_no(code: str, said: str) -> dict[str, Any]:
    return {"success": False, "errorCode": code, "errorMsg": said}


def _top_error(code: str, said: str, sub: str = "", more: str = "") -> dict[str, Any]:
    return {"error_response": {"code": int(code), "msg": said, "sub_code": sub, "sub_msg": more}}


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - the carriers'


def _lately(seconds: float) -> bool:
    return abs(time.time() - seconds) < SKEW.total_seconds()


def _handler(servers: StandIns) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            try:
                said = json.dumps(servers.answer(self.path, dict(parse_qsl(body, keep_blank_values=True)))).encode()
            except (_Silence, KeyError, ValueError) as error:
                if not isinstance(error, _Silence):
                    self.send_error(400)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Nothing: the books say it all."""

    return Handler


if __name__ == "__main__":
    with StandIns(port=int(sys.argv[1]) if len(sys.argv) > 1 else 8201) as running:
        sys.stdout.write(f"stand-ins for carriers at {running.url}; secrets {json.dumps(SECRETS)}\n")
        threading.Event().wait()
