"""Changes of stock over HTTP: moves, adjustments, conversions, transfers, reservations."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from wms.catalog import service as catalog
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.export import offer_file
from wms.core.http import actor, change, page_of, signed_in
from wms.core.transaction import transaction
from wms.layout.models import Warehouse
from wms.stock import asked, service
from wms.stock.asked import container_of, goods_of
from wms.stock.held import holds
from wms.stock.listing import ADJUSTMENTS
from wms.stock.views import blueprint


def _changed(name: str, body: dict[str, Any], act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Carry out a change; the body's hash tells a repeat from another command (dates as text)."""
    return change(f"stock.{name}", body, act)


@blueprint.route("/moves")
class Moves(MethodView):
    @signed_in("receiver picker supervisor")
    @blueprint.arguments(asked.MoveIn)
    @blueprint.response(200)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Move goods to a bin."""

        def act() -> dict[str, Any]:
            house = actor().warehouse_id
            goods = goods_of(house, body["goods"])
            service.move(
                house, goods, asked.bin_by_hand(house, body["to_bin"]), container_of(house, body["to_container"]),
                reason="move", reference=body["reference"], actor_id=actor().person_id,
            )  # fmt: skip
            return {"pieces": sum(each.qty for each in goods)}

        return _changed("move", body, act)


@blueprint.route("/containers/moves")
class ContainerMoves(MethodView):
    @signed_in("receiver picker supervisor")
    @blueprint.arguments(asked.ContainerMoveIn)
    @blueprint.response(200)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Move a container whole, with all that is in it."""

        def act() -> dict[str, Any]:
            house = actor().warehouse_id
            pieces = service.move_container(
                house, container_of(house, body["container"]), to_bin_id=asked.bin_by_hand(house, body["to_bin"]),
                into_container_id=container_of(house, body["into"]) or None, reason="move",
                reference=body["reference"], actor_id=actor().person_id,
            )  # fmt: skip
            return {"pieces": pieces}

        return _changed("move_container", body, act)


@blueprint.route("/adjustments")
class Adjustments(MethodView):
    @signed_in("receiver supervisor clerk")
    @blueprint.arguments(asked.AdjustmentPage, location="query")
    @blueprint.response(200)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Adjustments and scrap, newest first; `status` `asked` are those that wait for a second person."""
        with transaction():
            return ADJUSTMENTS.page(actor(), query)

    @signed_in("receiver supervisor")
    @blueprint.arguments(asked.AdjustmentIn)
    @blueprint.response(201)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Ask for an adjustment: done at once up to the limit, else it waits for a second person."""

        def act() -> dict[str, Any]:
            house = actor().warehouse_id
            (goods,) = goods_of(house, [body])
            made = service.ask_adjustment(
                house, goods, reason=body["reason"], note=body["note"], actor_id=actor().person_id, kind=body["kind"]
            )
            return _adjustment(made.id)

        return _changed("adjust", body, act)


offer_file(blueprint, "/adjustments", ADJUSTMENTS, asked.AdjustmentPage, "receiver supervisor clerk")


@blueprint.route("/adjustments/<int:adjustment_id>/approve")
class Approve(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200)
    def post(self, adjustment_id: int) -> dict[str, Any]:
        """Agree, as another person than the one who asked: the pieces move."""
        return _decided("approve", adjustment_id, service.approve_adjustment)


@blueprint.route("/adjustments/<int:adjustment_id>/refuse")
class Refuse(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200)
    def post(self, adjustment_id: int) -> dict[str, Any]:
        """It is not to be: nothing moves."""
        return _decided("refuse", adjustment_id, service.refuse_adjustment)


def _decided(name: str, adjustment_id: int, decide: Callable[..., Any]) -> dict[str, Any]:
    def act() -> dict[str, Any]:
        decide(actor().warehouse_id, adjustment_id, actor_id=actor().person_id)
        return _adjustment(adjustment_id)

    return _changed(name, {"adjustment_id": adjustment_id}, act)


def _adjustment(adjustment_id: int) -> dict[str, Any]:
    return service.adjustments([adjustment_id])[0]


@blueprint.route("/convert")
class Convert(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(asked.ConvertIn)
    @blueprint.response(200)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Goods become other goods, for a reason."""

        def act() -> dict[str, Any]:
            taken, made = (goods_of(actor().warehouse_id, body[side]) for side in ("taken", "made"))
            service.convert(
                actor().warehouse_id, taken, made, reason=body["reason"], actor_id=actor().person_id
            )
            return {"taken": sum(each.qty for each in taken), "made": sum(each.qty for each in made)}

        return _changed("convert", body, act)


@blueprint.route("/assemble")
class Assemble(MethodView):
    @signed_in("receiver supervisor")
    @blueprint.arguments(asked.KitIn)
    @blueprint.response(200)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make kits of their components."""
        return _kitted("assemble", body, service.assemble)


@blueprint.route("/disassemble")
class Disassemble(MethodView):
    @signed_in("receiver supervisor")
    @blueprint.arguments(asked.KitIn)
    @blueprint.response(200)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take kits apart; the components go where they are named."""
        return _kitted("disassemble", body, service.disassemble)


def _kitted(name: str, body: dict[str, Any], verb: Callable[..., None]) -> dict[str, Any]:
    def act() -> dict[str, Any]:
        house = actor().warehouse_id
        (kit,) = goods_of(house, [body["kit"]])
        parts = goods_of(house, body["components"])
        verb(house, kit, parts, reference=body["reference"] or name, actor_id=actor().person_id)
        return {"kits": kit.qty}

    return _changed(name, body, act)


@blueprint.route("/transfers")
class Transfers(MethodView):
    @signed_in("receiver supervisor clerk")
    @blueprint.arguments(asked.TransferPage, location="query")
    @blueprint.response(200)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Transfers from and to this warehouse, newest first, with what is under way."""
        with transaction():
            items = service.transfers(
                actor().warehouse_id, direction=query["direction"], status=query["status"], before=query["cursor"],
                limit=query["limit"],
            )  # fmt: skip
        return page_of(items, query["limit"])

    @signed_in("supervisor clerk")
    @blueprint.arguments(asked.TransferIn)
    @blueprint.response(201)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Plan a transfer: its goods are set aside at once."""

        def act() -> dict[str, Any]:
            house = actor().warehouse_id
            to = db.session.execute(select(Warehouse.id).where(Warehouse.code == body["to"])).scalar()
            if to is None:
                raise WmsError("stock.unknown_warehouse", id=body["to"])
            made = service.open_transfer(house, to, goods_of(house, body["goods"]), actor_id=actor().person_id)
            return _transfer(made.id)

        return _changed("open_transfer", body, act)


@blueprint.route("/transfers/<int:transfer_id>/ship")
class ShipTransfer(MethodView):
    @signed_in("receiver supervisor")
    @blueprint.arguments(asked.ShipIn)
    @blueprint.response(200)
    def post(self, body: dict[str, Any], transfer_id: int) -> dict[str, Any]:
        """The truck leaves: what was set aside is in transit."""

        def act() -> dict[str, Any]:
            skus = catalog.sku_ids(body["serials"])
            serials = {skus[code]: numbers for code, numbers in body["serials"].items() if code in skus}
            service.ship_transfer(
                actor().warehouse_id, transfer_id, actor_id=actor().person_id, serials=serials
            )
            return _transfer(transfer_id)

        return _changed("ship_transfer", {"transfer_id": transfer_id, **body}, act)


@blueprint.route("/transfers/<int:transfer_id>/cancel")
class CancelTransfer(MethodView):
    @signed_in("supervisor clerk")
    @blueprint.response(200)
    def post(self, transfer_id: int) -> dict[str, Any]:
        """Give up a transfer that has not left; its goods are free again."""

        def act() -> dict[str, Any]:
            service.cancel_transfer(actor().warehouse_id, transfer_id)
            return _transfer(transfer_id)

        return _changed("cancel_transfer", {"transfer_id": transfer_id}, act)


@blueprint.route("/transfers/<int:transfer_id>/arrive")
class ArriveTransfer(MethodView):
    @signed_in("receiver supervisor")
    @blueprint.arguments(asked.ArriveIn)
    @blueprint.response(200)
    def post(self, body: dict[str, Any], transfer_id: int) -> dict[str, Any]:
        """Goods of a transfer arrive here. Only a supervisor takes in more than was sent."""

        def act() -> dict[str, Any]:
            if body["allow_over"]:
                actor().require(frozenset({"supervisor"}))
            house = actor().warehouse_id
            service.arrive_transfer(
                house, transfer_id, goods_of(house, body["goods"]), actor_id=actor().person_id,
                allow_over=body["allow_over"],
            )  # fmt: skip
            return _transfer(transfer_id)

        return _changed("arrive_transfer", {"transfer_id": transfer_id, **body}, act)


@blueprint.route("/transfers/<int:transfer_id>/finish")
class FinishTransfer(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200)
    def post(self, transfer_id: int) -> dict[str, Any]:
        """Nothing more will come: what is still under way is the sender's loss."""

        def act() -> dict[str, Any]:
            service.finish_transfer(actor().warehouse_id, transfer_id, actor_id=actor().person_id)
            return _transfer(transfer_id)

        return _changed("finish_transfer", {"transfer_id": transfer_id}, act)


def _transfer(transfer_id: int) -> dict[str, Any]:
    return service.transfers(actor().warehouse_id, id=transfer_id)[0]


@blueprint.route("/holds")
class Holds(MethodView):
    @signed_in()
    @blueprint.arguments(asked.HoldPage, location="query")
    @blueprint.response(200)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """What is held, where, and what for: an order's line, a transfer, replenishment, a kit, or by hand."""
        with transaction():
            items = holds(actor(), query["origin"], query["sku"], query["cursor"], query["limit"])
        return page_of(items, query["limit"])

    @signed_in("supervisor")
    @blueprint.arguments(asked.HoldIn)
    @blueprint.response(201)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Set goods aside by hand, so that no order gets them."""

        def act() -> dict[str, Any]:
            house = actor().warehouse_id
            goods = goods_of(house, body["goods"])
            return {"holds": service.reserve(house, goods, origin="manual", reference=body["reference"])}

        return _changed("hold", body, act)


@blueprint.route("/holds/release")
class Release(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(asked.ReleaseIn)
    @blueprint.response(200)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Let go of what was set aside by hand."""

        def act() -> dict[str, Any]:
            return {"pieces": service.release_reservation(actor().warehouse_id, "manual", body["reference"])}

        return _changed("release", body, act)
