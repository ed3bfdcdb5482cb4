"""Bins, zones and the floor over HTTP."""
from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from wms.core.http import actor, change, page_of, signed_in
from wms.core.transaction import transaction
from wms.layout import schemas, service
from wms.layout.models import Bin
from wms.layout.rules import FloorPlan, Rack, ZonePlan, natural
from wms.layout.selection import Which

blueprint = Blueprint("layout", __name__, url_prefix="/api/v1", description="The floor, its zones and its bins")

SHOWN = [name for name in schemas.BinView().fields if name != "zone"]
LIMITS = list(schemas.Limits().fields)
POSTS = "supervisor"  # and an administrator, who may do everything
IN_A_PREVIEW = 100


def _shown(each: Bin, zone: str | None) -> dict[str, Any]:
    return {**{name: getattr(each, name) for name in SHOWN}, "zone": zone}


def _one(bin_id: int) -> dict[str, Any]:
    """A bin as it is shown. Raises `layout.unknown_bin_id`."""
    ((each, zone),) = service.labelled(actor().warehouse_id, Which(ids=(bin_id,)), 1)
    return _shown(each, zone.code if zone else None)


# ---- bins

@blueprint.route("/bins")
class Bins(MethodView):
    @signed_in()
    @blueprint.arguments(schemas.BinQuery, location="query")
    @blueprint.response(200, schemas.BinPage)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Bins of the warehouse, page by page; `q` is part of a code, `zone` a zone's code."""
        with transaction():
            found = service.page(actor().warehouse_id, query["q"], query["zone"], query["cursor"], query["limit"])
            items = [_shown(each, zone) for each, zone in found]
        return page_of(items, query["limit"])


@blueprint.route("/bins/<int:bin_id>")
class OneBin(MethodView):
    @signed_in()
    @blueprint.response(200, schemas.BinView)
    def get(self, bin_id: int) -> dict[str, Any]:
        """One bin that stores goods."""
        with transaction():
            return _one(bin_id)

    @signed_in(POSTS)
    @blueprint.arguments(schemas.Change)
    @blueprint.response(200, schemas.BinView)
    def patch(self, body: dict[str, Any], bin_id: int) -> dict[str, Any]:
        """Change one bin, its code too: the ledger, holds and walks refer to it by its id."""

        def act() -> dict[str, Any]:
            service.edit(actor().warehouse_id, [(Which(ids=(bin_id,)), body)])
            return schemas.BinView().dump(_one(bin_id))  # type: ignore[no-any-return]

        return change("layout.change_bin", {"id": bin_id, **body}, act)

    @signed_in(POSTS)
    @blueprint.response(200, schemas.Counted)
    def delete(self, bin_id: int) -> dict[str, Any]:
        """Take away a bin that never held goods."""
        return _remove({"ids": [bin_id]})


@blueprint.route("/bins/edit")
class EditBins(MethodView):
    @signed_in(POSTS)
    @blueprint.arguments(schemas.Edits)
    @blueprint.response(200, schemas.EditedView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Change many bins at once: block with a reason, open, set limits, class, zone, and the kind while empty."""
        edits = [(each["which"], each["set"]) for each in body["edits"]]
        plain = {"edits": [[vars(which), values] for which, values in edits]}
        return change("layout.edit_bins", plain, lambda: vars(service.edit(actor().warehouse_id, edits)))


@blueprint.route("/bins/remove")
class RemoveBins(MethodView):
    @signed_in(POSTS)
    @blueprint.arguments(schemas.Removal)
    @blueprint.response(200, schemas.Counted)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take away bins that never held goods, all or none."""
        return _remove(body)


def _remove(body: dict[str, Any]) -> dict[str, Any]:
    return change("layout.remove_bins", body, lambda: {"bins": service.remove(actor().warehouse_id, body["ids"])})


@blueprint.route("/bins/check-digits")
class CheckDigits(MethodView):
    @signed_in(POSTS)
    @blueprint.arguments(schemas.Rotation)
    @blueprint.response(200, schemas.Counted)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Give bins new check digits; their labels must then be printed again."""

        def act() -> dict[str, Any]:
            here = actor().warehouse_id
            ids = [each.id for each in service.select_bins(here, body["which"])]
            return {"bins": service.rotate(here, ids, body["digits"])}

        return change("layout.rotate_digits", {**body, "which": vars(body["which"])}, act)


# ---- racks

@blueprint.route("/racks/preview")
class PreviewRack(MethodView):
    @signed_in(POSTS)
    @blueprint.arguments(schemas.RackPlan)
    @blueprint.response(200, schemas.RackPreview)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """What a rack would be, its codes above all; nothing is made."""
        with transaction():
            found = service.preview_rack(actor().warehouse_id, _rack(body))
        codes = sorted((spot.code for spot in found.spots), key=natural)
        shown = codes if len(codes) <= 2 * IN_A_PREVIEW else codes[:IN_A_PREVIEW] + codes[-IN_A_PREVIEW:]
        faces = sorted({(spot.y_mm, spot.side) for spot in found.spots})
        return {
            "bins": len(codes), "codes": shown, "taken": found.taken[:IN_A_PREVIEW], "in_the_way": found.in_the_way,
            "faces": faces,
        }  # fmt: skip


@blueprint.route("/racks")
class Racks(MethodView):
    @signed_in(POSTS)
    @blueprint.arguments(schemas.RackPlan)
    @blueprint.response(201, schemas.RackMade)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make the bins of a rack, with a zone of that code if there is none."""
        zone = ZonePlan(body["zone"], body["zone_name"], 0, 0, body["zone_colour"] or "")
        limits = {name: body[name] for name in LIMITS if name in body}

        def act() -> dict[str, Any]:
            ids = service.make_rack(
                actor().warehouse_id, _rack(body), zone, kind=body["kind"], limits=limits, digits=body["digits"]
            )
            return {"ids": ids}

        return change("layout.make_rack", body, act)


def _rack(body: dict[str, Any]) -> Rack:
    return Rack(**{name: body[name] for name in Rack.__annotations__})


# ---- floor and zones

@blueprint.route("/layout")
class Layout(MethodView):
    @signed_in()
    @blueprint.response(200, schemas.Plan)
    def get(self) -> dict[str, Any]:
        """The whole layout in one answer: floor, zones, and every bin that stores goods."""
        here = actor().warehouse_id
        with transaction():
            codes: dict[int | None, str] = {zone.id: zone.code for zone in service.zones_of(here)}
            shown = schemas.BinView()
            columns = list(shown.fields)
            bins = [shown.dump(_shown(each, codes.get(each.zone_id))) for each in service.storing(here)]
            return {
                "floor": service.floor_of(here).facts(),
                "zones": _zones(),
                "columns": columns,
                "bins": [[each[name] for name in columns] for each in bins],
            }


@blueprint.route("/warehouses/floor")
class WarehouseFloor(MethodView):
    @signed_in()
    @blueprint.response(200, schemas.Floor)
    def get(self) -> dict[str, Any]:
        """The floor of the warehouse."""
        with transaction():
            return service.floor_of(actor().warehouse_id).facts()

    @signed_in(POSTS)
    @blueprint.arguments(schemas.Floor)
    @blueprint.response(200, schemas.Floor)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """Give the warehouse another floor; refused (409) while a bin would stand outside or out of reach."""

        def act() -> dict[str, Any]:
            floor = FloorPlan.of(body)
            service.set_floor(actor().warehouse_id, floor)
            return floor.facts()

        return change("layout.set_floor", body, act)


@blueprint.route("/zones")
class Zones(MethodView):
    @signed_in()
    @blueprint.response(200, schemas.ZoneView(many=True))
    def get(self) -> list[dict[str, Any]]:
        """The zones of the warehouse."""
        with transaction():
            return _zones()

    @signed_in(POSTS)
    @blueprint.arguments(schemas.ZoneView)
    @blueprint.response(200, schemas.ZoneView(many=True))
    def put(self, body: dict[str, Any]) -> Any:
        """Make a zone, or change the name and colour of the one that has this code."""

        def act() -> dict[str, Any]:
            service.put_zones(actor().warehouse_id, {body["code"]: (body["name"], body["colour"])})
            return {"zones": _zones()}

        return change("layout.put_zone", body, act)["zones"]


@blueprint.route("/zones/<code>")
class OneZone(MethodView):
    @signed_in(POSTS)
    @blueprint.response(200, schemas.ZoneView(many=True))
    def delete(self, code: str) -> Any:
        """Take away a zone that no bin stands in."""

        def act() -> dict[str, Any]:
            service.remove_zone(actor().warehouse_id, code)
            return {"zones": _zones()}

        return change("layout.remove_zone", {"code": code}, act)["zones"]


def _zones() -> list[dict[str, Any]]:
    return [
        {"id": zone.id, "code": zone.code, "name": zone.name, "colour": zone.colour}
        for zone in service.zones_of(actor().warehouse_id)
    ]
