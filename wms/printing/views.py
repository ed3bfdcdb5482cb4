"""Printers, print jobs and virtual printers over HTTP."""
from __future__ import annotations

from typing import Any

from flask import Response, current_app
from flask.views import MethodView
from flask_smorest import Blueprint
from sqlalchemy import select

from printers import PrintError
from wms.core.config import Config
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.http import actor, change, signed_in
from wms.core.transaction import transaction
from wms.layout.service import Which
from wms.printing import schemas, service, templates, virtual, wire
from wms.printing.models import Printer, PrintJob
from wms.printing.rules import usual_media

blueprint = Blueprint("printing", __name__, url_prefix="/api/v1", description="Printers, print jobs, virtual printers")


@blueprint.route("/printers")
class Printers(MethodView):
    @signed_in()
    @blueprint.response(200, schemas.PrinterState(many=True))
    def get(self) -> list[dict[str, Any]]:
        """The printers of the warehouse, what keeps them from printing, and how many jobs wait."""
        with transaction():
            wanted = select(Printer).where(Printer.warehouse_id == actor().warehouse_id, Printer.active)
            return service.describe_printers(db.session.execute(wanted.order_by(Printer.code)).scalars().all())


@blueprint.route("/print-jobs")
class PrintJobs(MethodView):
    @signed_in()
    @blueprint.arguments(schemas.JobsQuery, location="query")
    @blueprint.response(200, schemas.Job(many=True))
    def get(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        """The print jobs of a parcel, oldest first."""
        with transaction():
            return service.jobs_of_reference(actor().warehouse_id, query["parcel"])


@blueprint.route("/print-jobs/<int:job_id>/preview.png")
class Preview(MethodView):
    @signed_in("packer supervisor")
    @blueprint.response(200, content_type="image/png")
    def get(self, job_id: int) -> Response:
        """The label as it is on paper, dot for dot."""
        with transaction():
            job = service.job(job_id, actor().warehouse_id)
            printer = db.session.get(Printer, job.printer_id) if job.printer_id else None
            template = templates.used(job.warehouse_id, job.document, job.media, job.template_version_id)
            db.session.expunge_all()
        return _png(_picture(job, printer, template))


# ---- labels of bins and racks

@blueprint.route("/label-runs")
class LabelRuns(MethodView):
    @signed_in()
    @blueprint.response(200, schemas.LabelRunView(many=True))
    def get(self) -> list[dict[str, Any]]:
        """The newest runs of labels and how far each has come."""
        with transaction():
            return service.label_runs(actor().warehouse_id)

    @signed_in("supervisor")
    @blueprint.arguments(schemas.LabelsAsked)
    @blueprint.response(201, schemas.LabelRunView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Print the labels of a selection of bins, or of the bays they stand in, in the order of the walk."""
        who, which = actor(), Which(**{**body["which"], "ids": tuple(body["which"].get("ids", ()))})

        def act() -> dict[str, Any]:
            return service.print_labels(
                who.warehouse_id, body["document"], which, body["station"], locale=who.locale, asked_by=who.person_id
            )

        return change("printing.labels", body, act)


@blueprint.route("/tote-labels")
class ToteLabels(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(schemas.NewTotes)
    @blueprint.response(201, schemas.LabelRunView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make new totes and print their labels; a run like those of bins."""
        who = actor()

        def act() -> dict[str, Any]:
            return service.print_new_totes(
                who.warehouse_id, body["count"], body["station"], locale=who.locale, asked_by=who.person_id
            )

        return change("printing.new_totes", body, act)


@blueprint.route("/label-runs/<int:run_id>/cancel")
class CancelLabelRun(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200, schemas.LabelRunView)
    def post(self, run_id: int) -> dict[str, Any]:
        """Stop what of a run has not gone to the printer yet."""
        return change(
            "printing.cancel_labels", {"id": run_id}, lambda: service.cancel_labels(actor().warehouse_id, run_id)
        )


@blueprint.route("/label-runs/<int:run_id>/again")
class RepeatLabelRun(MethodView):
    @signed_in("supervisor")
    @blueprint.response(201, schemas.LabelRunView)
    def post(self, run_id: int) -> dict[str, Any]:
        """Print what did not come out of a run: what failed as reprints, and what was stopped. Not what is in doubt."""
        who = actor()
        return change(
            "printing.labels_again", {"id": run_id},
            lambda: service.labels_again(who.warehouse_id, run_id, who.person_id),
        )  # fmt: skip


@blueprint.route("/label-stations")
class LabelStations(MethodView):
    @signed_in()
    @blueprint.response(200, schemas.LabelStation(many=True))
    def get(self) -> list[dict[str, Any]]:
        """The stations, and which of them can print labels of bins and racks."""
        with transaction():
            return service.label_stations(actor().warehouse_id)


@blueprint.route("/label-previews/<int:bin_id>.png")
class LabelPreview(MethodView):
    @signed_in()
    @blueprint.arguments(schemas.LabelKind, location="query")
    @blueprint.response(200, content_type="image/png")
    def get(self, query: dict[str, Any], bin_id: int) -> Response:
        """The label of a bin, or of the bay it stands in, as it would be on paper."""
        document = query["document"]
        with transaction():
            data = service.label_preview(actor().warehouse_id, document, bin_id, actor().locale)
        try:
            return _png(wire.picture(document, data, usual_media(document), 203).png())
        except PrintError as error:
            raise WmsError("printing.cannot_render", reason=str(error)) from error


@blueprint.route("/virtual-printers")
class VirtualPrinters(MethodView):
    @signed_in("packer supervisor")
    @blueprint.response(200, schemas.VirtualPrinterState(many=True))
    def get(self) -> list[dict[str, Any]]:
        """The virtual printers with what they pretend and the labels they printed last."""
        with transaction():
            return virtual.listed(_config(), actor().warehouse_id)


@blueprint.route("/virtual-printers/<code>")
class VirtualPrinterControl(MethodView):
    @signed_in("packer supervisor")
    @blueprint.arguments(schemas.Pretend)
    @blueprint.response(200, schemas.VirtualPrinterState)
    def post(self, body: dict[str, Any], code: str) -> dict[str, Any]:
        """Switch a virtual printer off or on, or let it run out of paper, hang, disconnect."""
        asked = {"code": code, **body}
        return change(
            "printing.pretend",
            asked,
            lambda: virtual.pretend(_config(), actor().warehouse_id, code, body["power"], body["faults"]),
        )


@blueprint.route("/virtual-printers/<code>/labels/<int:sequence>.png")
class VirtualLabel(MethodView):
    @signed_in("packer supervisor")
    @blueprint.response(200, content_type="image/png")
    def get(self, code: str, sequence: int) -> Response:
        """One label that came out of a virtual printer."""
        with transaction():
            return _png(virtual.label(_config(), actor().warehouse_id, code, sequence))


def _picture(job: PrintJob, printer: Printer | None, template: templates.Arranged | None) -> bytes:
    dpi = printer.dpi if printer else 203
    if job.payload is not None and printer is not None:
        return wire.picture_of_payload(printer.language, job.payload, dpi)
    try:
        return wire.picture(job.document, job.data, job.media, dpi, template).png()
    except PrintError as error:
        raise WmsError("printing.cannot_render", reason=str(error)) from error


def _png(content: bytes) -> Response:
    return Response(content, content_type="image/png")


def _config() -> Config:
    config: Config = current_app.extensions["wms_config"]
    return config


from wms.printing import agent_views, setup_views, template_views  # noqa: E402, F401 - their routes are on this blueprint
