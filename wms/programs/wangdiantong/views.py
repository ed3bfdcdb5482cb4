"""The door of 旺店通's callers: /openapi2/NAME.php, a form in, JSON out."""
from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from flask import Blueprint, Response, jsonify, request

from wms.core.error import WmsError
from wms.core.transaction import carry_out
from wms.programs.wangdiantong import goods, receipts, refunds, shipments, trades
from wms.programs.wangdiantong.apps import App, admit
from wms.programs.wangdiantong.protocol import BUSY, FAILED, NOT_OFFERED, Asked, WdtError

log = structlog.get_logger(__name__)

Act = Callable[[App, Asked], dict[str, Any]]
CALLS: dict[str, Act] = {
    "trade_push": trades.push, "trade_query": trades.query, "stockout_order_query_trade": trades.stockouts,
    "logistics_sync_query": shipments.query, "logistics_sync_ack": shipments.acknowledged,
    "api_goods_stock_change_query": goods.changed, "api_goods_stock_change_ack": goods.acknowledged,
    "stock_query": goods.query, "goods_push": goods.push, "stockin_order_push": receipts.stockin,
    "stockout_order_push": receipts.stockout, "purchase_order_push": receipts.purchase,
    "sales_refund_push": refunds.push, "refund_query": refunds.query,
}  # fmt: skip

blueprint = Blueprint("wangdiantong", __name__, url_prefix="/openapi2")


@blueprint.post("/<string:name>.php")
def call(name: str) -> Response:
    """One call; its signature is what lets it in. Whatever goes wrong is in `code` and `message`, over HTTP 200."""
    values = {key: value for key, value in request.form.items() if isinstance(value, str)}
    try:
        done = carry_out(partial(_carry_out, name, values))
        return jsonify({"code": 0, "message": "", **done})
    except trades.Undone as undone:
        return _refused(FAILED, trades.listed(undone.errors))
    except WdtError as error:
        return _refused(error.code, error.text)
    except WmsError as error:
        return _refused(FAILED, error.text("zh_Hans"))
    except Exception:
        log.exception("dialect_call_failed", call=name)
        return _refused(BUSY, WdtError(BUSY).text)


def _carry_out(name: str, values: dict[str, str]) -> dict[str, Any]:
    app = admit(values)
    act = CALLS.get(name)
    if act is None:
        raise WdtError(NOT_OFFERED, f"接口 {name}.php 暂不支持")
    return act(app, Asked(values))


def _refused(code: int, text: str) -> Response:
    return jsonify({"code": code, "message": text})
