"""Expected receipts, quality checks and pictures over HTTP."""
from __future__ import annotations

from typing import Any

from flask import Response, send_file
from flask.views import MethodView
from flask_smorest import Blueprint

from wms.core import photo
from wms.core.db import db
from wms.core.export import offer_file
from wms.core.http import actor, change, page_of, signed_in
from wms.core.transaction import carry_out, transaction
from wms.inbound import aside, checks, expected, lookups, office, papers, receiving, schemas, shown, undoing
from wms.inbound.expected import Facts
from wms.inbound.listing import RECEIPTS
from wms.inbound.models import Receipt
from wms.stock import service as stock

blueprint = Blueprint("receipts", __name__, url_prefix="/api/v1", description="What arrives")
OFFICE = "clerk supervisor"
DOCK = "receiver clerk supervisor"


def _find(number: str) -> Receipt:
    return expected.by_number(actor().warehouse_id, number)


def _shown(receipt: Receipt) -> dict[str, Any]:
    return shown.card(receipt)


@blueprint.route("/receipts")
class Receipts(MethodView):
    @signed_in(DOCK)
    @blueprint.arguments(schemas.ReceiptQuery, location="query")
    @blueprint.response(200, schemas.ReceiptPage)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Receipts with their progress, the newest first."""
        with transaction():
            return RECEIPTS.page(actor(), query)

    @signed_in(OFFICE)
    @blueprint.arguments(schemas.ReceiptFields)
    @blueprint.response(201, schemas.ReceiptView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Announce goods (ASN, purchase order, return, production), or expect what a transfer brings."""

        def act() -> dict[str, Any]:
            if body["transfer_id"] is not None:
                return _shown(
                    expected.expect_transfer(actor().warehouse_id, body["transfer_id"], actor_id=actor().person_id)
                )
            facts = Facts(
                body["number"], body["kind"], body["supplier"], lookups.owner_id(body["owner"]), body["blind"],
                body["over_percent"], body["expected_at"], body["note"],
            )  # fmt: skip
            lines = lookups.announced(body["lines"])
            return _shown(expected.announce(actor().warehouse_id, facts, lines, actor_id=actor().person_id))

        return change("receipt.create", body, act)


offer_file(blueprint, "/receipts", RECEIPTS, schemas.ReceiptQuery, DOCK)


@blueprint.route("/receipts/<string:number>")
class OneReceipt(MethodView):
    @signed_in(DOCK)
    @blueprint.response(200, schemas.ReceiptView)
    def get(self, number: str) -> dict[str, Any]:
        """One receipt and its progress."""
        with transaction():
            return _shown(_find(number))


@blueprint.route("/receipts/<string:number>/lines")
class Lines(MethodView):
    @signed_in(DOCK)
    @blueprint.arguments(schemas.LinesQuery, location="query")
    @blueprint.response(200, schemas.Listed)
    def get(self, query: dict[str, Any], number: str) -> dict[str, Any]:
        """The lines: announced, received, rejected; `differences`: only those that are not as announced."""
        with transaction():
            items = shown.lines(
                _find(number).id, after=query["cursor"], differences=query["differences"], limit=query["limit"]
            )
        return page_of(items, query["limit"], "position")


@blueprint.route("/receipts/<string:number>/entries")
class ReceiptEntries(MethodView):
    @signed_in(DOCK)
    @blueprint.arguments(schemas.EntriesQuery, location="query")
    @blueprint.response(200, schemas.Listed)
    def get(self, query: dict[str, Any], number: str) -> dict[str, Any]:
        """Who received what and when, the newest first."""
        with transaction():
            items = shown.entries(_find(number).id, before=query["cursor"], limit=query["limit"])
        return page_of(items, query["limit"])

    @signed_in(DOCK)
    @blueprint.arguments(schemas.Entries)
    @blueprint.response(200, schemas.ReceiptView)
    def post(self, body: dict[str, Any], number: str) -> dict[str, Any]:
        """Goods came in, counted by another program: all of these or, when one is refused, none."""

        def act() -> dict[str, Any]:
            receipt = expected.by_number(actor().warehouse_id, number, lock=True)
            expected.begin(receipt)
            arrivals = lookups.arrivals(receipt.warehouse_id, body["entries"])
            dock = stock.special_bin(receipt.warehouse_id, "receive")
            receiving.take_in(receipt.id, arrivals, bin_id=dock, actor_id=actor().person_id)
            return _shown(receipt)

        return change("receipt.receive", {**body, "receipt": number}, act)


@blueprint.route("/receipts/<string:number>/receive-all")
class ReceiveAll(MethodView):
    @signed_in(DOCK)
    @blueprint.arguments(schemas.Nothing)
    @blueprint.response(200, schemas.ReceiptView)
    def post(self, body: dict[str, Any], number: str) -> dict[str, Any]:
        """All that is still expected has come, as announced; the receipt is received."""

        def act() -> dict[str, Any]:
            receipt = expected.by_number(actor().warehouse_id, number, lock=True)
            dock = stock.special_bin(receipt.warehouse_id, "receive")
            receiving.receive_rest(receipt.id, bin_id=dock, actor_id=actor().person_id)
            return _shown(receipt)

        return change("receipt.receive_all", {"receipt": number}, act)


@blueprint.route("/receipts/<string:number>/finish")
class Finishing(MethodView):
    @signed_in(DOCK)
    @blueprint.arguments(schemas.Finish)
    @blueprint.response(200, schemas.ReceiptView)
    def post(self, body: dict[str, Any], number: str) -> dict[str, Any]:
        """Nothing more will come; with less than was announced a reason is needed."""

        def act() -> dict[str, Any]:
            receipt = _find(number)
            return _shown(expected.finish(receipt.id, short_reason=body["reason"], actor_id=actor().person_id))

        return change("receipt.finish", {**body, "receipt": number}, act)


@blueprint.route("/receipts/<string:number>/close")
class Closing(MethodView):
    @signed_in(OFFICE)
    @blueprint.arguments(schemas.Nothing)
    @blueprint.response(200, schemas.ReceiptView)
    def post(self, body: dict[str, Any], number: str) -> dict[str, Any]:
        """Close a receipt whose goods put aside and quality checks are settled."""

        def act() -> dict[str, Any]:
            return _shown(expected.close(_find(number).id, actor_id=actor().person_id))

        return change("receipt.close", {"receipt": number}, act)


@blueprint.route("/receipts/<string:number>/cancel")
class Cancelling(MethodView):
    @signed_in(OFFICE)
    @blueprint.arguments(schemas.Nothing)
    @blueprint.response(200, schemas.ReceiptView)
    def post(self, body: dict[str, Any], number: str) -> dict[str, Any]:
        """Call off a receipt of which nothing came."""
        return change("receipt.cancel", {"receipt": number}, lambda: _shown(expected.cancel(_find(number).id)))


@blueprint.route("/receipts/<string:number>/reopen")
class Reopening(MethodView):
    @signed_in(OFFICE)
    @blueprint.arguments(schemas.Nothing)
    @blueprint.response(200, schemas.ReceiptView)
    def post(self, body: dict[str, Any], number: str) -> dict[str, Any]:
        """Open a received receipt again: more came after all."""
        return change("receipt.reopen", {"receipt": number}, lambda: _shown(expected.reopen(_find(number).id)))


@blueprint.route("/receipts/<string:number>/story")
class Story(MethodView):
    @signed_in(DOCK)
    def get(self, number: str) -> dict[str, Any]:
        """What is beside the lines: people at work, goods put aside, quality checks, pictures, the way to the shelf."""
        with transaction():
            receipt = _find(number)
            return {
                "receipt": _shown(receipt),
                "aside": shown.aside(receipt.warehouse_id, receipt.id),
                "checks": shown.verdicts(receipt.id),
                "photos": shown.photos(receipt.id),
                "people": office.people(receipt.id),
                "putaway": office.putaways(receipt),
                "waiting": office.waiting(receipt),
                "paper": papers.stands(receipt),
            }


@blueprint.route("/receipts/<string:number>/undo")
class Undo(MethodView):
    @signed_in(OFFICE)
    @blueprint.arguments(schemas.OfBatch)
    @blueprint.response(200, schemas.ReceiptView)
    def post(self, body: dict[str, Any], number: str) -> dict[str, Any]:
        """What one scan of anybody brought in goes out again, while it lies at the dock."""

        def act() -> dict[str, Any]:
            receipt = _find(number)
            undoing.undo(receipt.id, actor_id=actor().person_id, batch=body["batch"])
            db.session.expire_all()
            return _shown(receipt)

        return change("receipt.undo", {"batch": str(body["batch"]), "receipt": number}, act)


@blueprint.route("/receipts/<string:number>/labels")
class Labels(MethodView):
    @signed_in(DOCK)
    @blueprint.arguments(schemas.OfficeLabel)
    def post(self, body: dict[str, Any], number: str) -> dict[str, Any]:
        """Print a label at the dock: of a pallet (a new one when none is named), or of goods."""

        def act() -> dict[str, Any]:
            job = office.print_label(_find(number), body, actor_id=actor().person_id, locale=actor().locale)
            return {"id": job.id, "document": job.document, "reference": job.reference}

        return change("receipt.label", {**body, "receipt": number}, act)


@blueprint.route("/receipts/<string:number>/paper")
class Paper(MethodView):
    @signed_in(DOCK)
    @blueprint.arguments(schemas.PaperAsked)
    @blueprint.response(200, schemas.PaperPrinted)
    def post(self, body: dict[str, Any], number: str) -> dict[str, Any]:
        """Print the receipt of goods as it stands; one that was printed so already needs a reason."""
        who = actor()

        def act() -> dict[str, Any]:
            return papers.print_now(
                _find(number), body["reason"], station=body["station"], near=who.station_id, locale=who.locale,
                asked_by=who.person_id,
            )  # fmt: skip

        return change("receipt.paper", {**body, "receipt": number}, act)


# ---- goods put aside, checks

@blueprint.route("/receipt-asides")
class Asides(MethodView):
    @signed_in(DOCK)
    @blueprint.response(200, schemas.Listed)
    def get(self) -> dict[str, Any]:
        """Goods put aside that wait for a decision."""
        with transaction():
            return {"items": shown.aside(actor().warehouse_id), "next": None}


@blueprint.route("/receipt-asides/<int:aside_id>/settle")
class SettleAside(MethodView):
    @signed_in(OFFICE)
    @blueprint.arguments(schemas.Settle)
    def post(self, body: dict[str, Any], aside_id: int) -> dict[str, Any]:
        """Say what was done with goods put aside."""

        def act() -> dict[str, Any]:
            done = aside.settle(actor().warehouse_id, aside_id, body["outcome"], actor_id=actor().person_id)
            return {"id": done.id, "status": done.status, "outcome": done.outcome}

        return change("receipt.settle", {**body, "aside_id": aside_id}, act)


@blueprint.route("/receipt-asides/<int:aside_id>/identify")
class IdentifyAside(MethodView):
    @signed_in(OFFICE)
    @blueprint.arguments(schemas.Identify)
    def post(self, body: dict[str, Any], aside_id: int) -> dict[str, Any]:
        """Goods put aside are this SKU: they come in on their receipt; `remember`: their code means it from now on."""

        def act() -> dict[str, Any]:
            done = office.identify(actor().warehouse_id, aside_id, body, actor_id=actor().person_id)
            return {"id": done.id, "status": done.status, "outcome": done.outcome}

        return change("receipt.identify", {**body, "aside_id": aside_id}, act)


@blueprint.route("/quality-checks")
class Checks(MethodView):
    @signed_in(DOCK)
    @blueprint.response(200, schemas.Listed)
    def get(self) -> dict[str, Any]:
        """Goods in quarantine that wait for a look."""
        with transaction():
            return {"items": checks.waiting(actor().warehouse_id, limit=200), "next": None}


@blueprint.route("/quality-checks/<int:check_id>/decide")
class Decide(MethodView):
    @signed_in("receiver supervisor")
    @blueprint.arguments(schemas.Verdict)
    def post(self, body: dict[str, Any], check_id: int) -> dict[str, Any]:
        """So many of the sample are bad: the goods are released or rejected."""

        def act() -> dict[str, Any]:
            verdict = checks.decide(
                actor().warehouse_id, check_id, defects=body["defects"], bad_serials=body["bad_serials"],
                note=body["note"], actor_id=actor().person_id,
            )  # fmt: skip
            return {"id": check_id, "status": verdict.check.status, "good": verdict.good, "bad": verdict.bad}

        return change("quality_check.decide", {**body, "check_id": check_id}, act)


@blueprint.route("/quality-plans")
class Plans(MethodView):
    @signed_in(DOCK)
    @blueprint.response(200, schemas.PlanFields(many=True))
    def get(self) -> list[dict[str, Any]]:
        """The sampling plans of this warehouse."""
        with transaction():
            return checks.all_plans(actor().warehouse_id)

    @signed_in("supervisor")
    @blueprint.arguments(schemas.PlanFields)
    @blueprint.response(200, schemas.PlanFields)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make or change the plan of a SKU, a supplier, both or everything."""

        def act() -> dict[str, Any]:
            values = {name: body[name] for name in ("level", "value", "accept", "active")}
            sku_id = lookups.sku_id(body["sku"]) if body["sku"] else None
            checks.put_plan(actor().warehouse_id, sku_id, body["supplier"], **values)
            return body

        return change("quality_plan.put", body, act)


# ---- pictures

@blueprint.route("/receipt-photos")
class Photos(MethodView):
    @signed_in(DOCK)
    @blueprint.arguments(schemas.PhotoQuery, location="query")
    def post(self, query: dict[str, Any]) -> dict[str, Any]:
        """Keep a picture of what arrived: the body is a JPEG of at most 2 MB."""
        picture = photo.sent()

        def act() -> dict[str, Any]:
            kept = aside.add_photo(
                _find(query["receipt"]), picture, aside_id=query["aside_id"], actor_id=actor().person_id
            )
            return {"id": kept.id, "file": kept.file}

        return carry_out(act)


@blueprint.route("/receipt-photos/<string:name>")
class OnePhoto(MethodView):
    @signed_in(DOCK)
    def get(self, name: str) -> Response:
        """A picture of what arrived."""
        with transaction():
            path = aside.photo_file(actor().warehouse_id, name)
        return send_file(path, mimetype="image/jpeg", max_age=3600)
