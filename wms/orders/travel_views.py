"""Orders that travel together, go in parts, or are changed by clerks, over HTTP; with previews of what would happen."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any

from flask.views import MethodView

from wms.core.catalogue import text
from wms.core.error import WmsError
from wms.core.http import actor, change, signed_in
from wms.core.listing import MANY
from wms.core.transaction import transaction
from wms.orders import due, service
from wms.orders.settings import NAMES
from wms.orders.travel import travel, veiled_changes
from wms.orders.travel_schemas import (
    Choice,
    DueCounts,
    EditOrder,
    EditPreview,
    EditPreviewAsked,
    MergeOrders,
    MergePreview,
    Moved,
    SettingView,
    SplitOrder,
    SplitPreview,
    Suggestions,
    SuggestQuery,
    Travel,
)
from wms.orders.views import blueprint


def _in_words(told: dict[str, Any]) -> dict[str, Any]:
    why = told["why"]
    words = {"code": why["code"], "text": text(why["code"], actor().locale, **why["params"])} if why else None
    return {**told, "why": words}


def _moved(name: str, body: Mapping[str, Any], act: Callable[[], list[int]]) -> dict[str, Any]:
    return change(name, body, lambda: {"order_ids": act()})


@blueprint.route("/orders/merge-suggestions")
class MergeSuggestions(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.arguments(SuggestQuery, location="query")
    @blueprint.response(200, Suggestions)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Sets of orders that could share a parcel (合单)."""
        with transaction():
            return {"items": service.suggestions(actor().warehouse_id, query["order_id"])}


@blueprint.route("/orders/merge-preview")
class PreviewMerge(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.arguments(MergeOrders)
    @blueprint.response(200, MergePreview)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """What merging these orders would do. Nothing is changed."""
        with transaction():
            return _in_words(service.merge_preview(actor().warehouse_id, body["order_ids"]))


@blueprint.route("/orders/merge")
class Merge(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.arguments(MergeOrders)
    @blueprint.response(200, Moved)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """These orders go in one parcel; the first id told is the one that the floor has in hand."""
        who, ids = actor(), sorted(set(body["order_ids"]))

        def act() -> list[int]:
            leads = service.merge(who.warehouse_id, ids, by=who.person_id)
            return [leads, *(id for id in ids if id != leads)]

        return _moved("order.merge", body, act)


@blueprint.route("/orders/<int:order_id>/unmerge")
class Unmerge(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.response(200, Moved)
    def post(self, order_id: int) -> dict[str, Any]:
        """The order goes alone again; when it leads, so do all that travel with it."""
        who = actor()
        return _moved(
            "order.unmerge", {"order_id": order_id},
            lambda: service.unmerge(who.warehouse_id, order_id, by=who.person_id),
        )  # fmt: skip


def _parts(order_id: int, body: Mapping[str, Any]) -> list[Mapping[int, int]]:
    """The parts that were named, or those of the rule. Raises `orders.split.whole` where that leaves it whole."""
    if not body["rule"]:
        return [{line["line_id"]: line["qty"] for line in part} for part in body["parts"]]
    house = actor().warehouse_id
    found = list(service.proposed(house, order_id, body["rule"], body["limit_g"]))
    if not found:
        raise WmsError("orders.split.whole", order=service.get(order_id, house).number)
    return found


@blueprint.route("/orders/<int:order_id>/split-preview")
class PreviewSplit(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.arguments(SplitOrder)
    @blueprint.response(200, SplitPreview)
    def post(self, body: dict[str, Any], order_id: int) -> dict[str, Any]:
        """What sending an order in parts (拆单) would do. Nothing is changed."""
        with transaction():
            try:
                parts = _parts(order_id, body)
            except WmsError as error:
                if error.code != "orders.split.whole":
                    raise
                return _in_words({"parts": [], "why": {"code": error.code, "params": error.params}})
            return _in_words(service.split_preview(actor().warehouse_id, order_id, parts))


@blueprint.route("/orders/<int:order_id>/split")
class Split(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.arguments(SplitOrder)
    @blueprint.response(200, Moved)
    def post(self, body: dict[str, Any], order_id: int) -> dict[str, Any]:
        """Send an order in parts. The first id told is the order itself."""
        who = actor()

        def act() -> list[int]:
            made = service.split(who.warehouse_id, order_id, _parts(order_id, body), by=who.person_id)
            return [made.order_id, *made.parts]

        return _moved("order.split", {**body, "order_id": order_id}, act)


@blueprint.route("/orders/<int:order_id>/unsplit")
class Unsplit(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.response(200, Moved)
    def post(self, order_id: int) -> dict[str, Any]:
        """All parts of an order are joined again."""
        who = actor()
        return _moved(
            "order.unsplit", {"order_id": order_id},
            lambda: [service.unsplit(who.warehouse_id, order_id, by=who.person_id)],
        )  # fmt: skip


@blueprint.route("/orders/<int:order_id>/travel")
class HowItTravels(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.response(200, Travel)
    def get(self, order_id: int) -> dict[str, Any]:
        """With whom and in which parts an order travels, what clerks changed of it, and what may be done about it."""
        with transaction():
            return travel(actor().warehouse_id, order_id, actor().locale)


@blueprint.route("/orders/<int:order_id>/edit-preview")
class PreviewEdit(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.arguments(EditPreviewAsked)
    @blueprint.response(200, EditPreview)
    def post(self, body: dict[str, Any], order_id: int) -> dict[str, Any]:
        """What would be changed of an order, before and after. Nothing is changed."""
        with transaction():
            found = service.edit_preview(actor().warehouse_id, order_id, body["changes"])
            return {"changes": veiled_changes(found["changes"])}


@blueprint.route("/orders/<int:order_id>/edit")
class Edit(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.arguments(EditOrder)
    @blueprint.response(200, Moved)
    def post(self, body: dict[str, Any], order_id: int) -> dict[str, Any]:
        """Change an order that nobody has begun, for a reason; it is audited again, and the change can be undone."""
        who = actor()
        said = {**body["changes"], "reason": body["reason"], "order_id": order_id}
        if "promised_at" in said:
            said["promised_at"] = said["promised_at"].isoformat()

        def act() -> list[int]:
            changed = service.edit(
                who.warehouse_id, order_id, body["changes"], reason=body["reason"], by=who.person_id
            )
            return [changed.id]

        return _moved("order.edit", said, act)


@blueprint.route("/orders/<int:order_id>/undo-edit")
class UndoEdit(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.response(200, Moved)
    def post(self, order_id: int) -> dict[str, Any]:
        """Take the last change of an order back."""
        who = actor()
        return _moved(
            "order.undo_edit", {"order_id": order_id},
            lambda: [service.undo_edit(who.warehouse_id, order_id, by=who.person_id).id],
        )  # fmt: skip


@blueprint.route("/orders/<int:order_id>/choose")
class Choose(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.arguments(Choice)
    @blueprint.response(200, Moved)
    def post(self, body: dict[str, Any], order_id: int) -> dict[str, Any]:
        """Shop and clerk do not agree about an order: whose word counts."""
        who = actor()
        return _moved(
            "order.choose", {**body, "order_id": order_id},
            lambda: [service.choose(who.warehouse_id, order_id, body["choice"], by=who.person_id).id],
        )  # fmt: skip


@blueprint.route("/orders/due-counts")
class HowMuchIsDue(MethodView):
    @signed_in()
    @blueprint.response(200, DueCounts)
    def get(self) -> dict[str, Any]:
        """How many orders are to be paid, shipped or seen to, and how pressing that is."""
        with transaction():
            return {"most": MANY, "kinds": due.counts(actor().warehouse_id, MANY)}


def _setting() -> dict[str, Any]:
    found = service.order_setting(actor().warehouse_id)
    return {**{name: getattr(found, name) for name in NAMES}, "day_ends": found.day_ends.isoformat("minutes")}


@blueprint.route("/order-settings")
class Settings(MethodView):
    @signed_in()
    @blueprint.response(200, SettingView)
    def get(self) -> dict[str, Any]:
        """How this warehouse handles orders."""
        with transaction():
            return _setting()

    @signed_in("supervisor")
    @blueprint.arguments(SettingView)
    @blueprint.response(200, SettingView)
    def patch(self, body: dict[str, Any]) -> dict[str, Any]:
        """Change what is named."""

        def act() -> dict[str, Any]:
            ends = {"day_ends": time.fromisoformat(body["day_ends"])} if "day_ends" in body else {}
            service.put_order_setting(actor().warehouse_id, {**body, **ends})
            return _setting()

        return change("order_settings.change", body, act)
