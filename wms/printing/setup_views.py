"""Setting up printers, and runs of labels, over HTTP."""
from __future__ import annotations

from typing import Any

from flask import current_app
from flask.views import MethodView

from printers import finding
from printers.transport import AllowedNetworks
from wms.core.http import actor, change, signed_in
from wms.core.transaction import transaction
from wms.printing import schemas, service, setup
from wms.printing.views import blueprint
from wms.printing.wire import allowed_by

ADMIN = "admin"


def _allowed() -> AllowedNetworks:
    return allowed_by(current_app.extensions["wms_config"])


@blueprint.route("/printer-setup")
class Setup(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200, schemas.PrinterSetup)
    def get(self) -> dict[str, Any]:
        """All printers, also those that are switched off, how they stand, and what is printed where."""
        with transaction():
            return setup.setup(actor().warehouse_id, _allowed())


@blueprint.route("/printer-setup/printers")
class NewPrinter(MethodView):
    @signed_in(ADMIN)
    @blueprint.arguments(schemas.NewPrinter)
    @blueprint.response(201, schemas.PrinterSetting)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Add a printer."""
        return change("printing.add", body, lambda: setup.add(actor().warehouse_id, _allowed(), body))


@blueprint.route("/printer-setup/printers/<code>")
class OnePrinter(MethodView):
    @signed_in(ADMIN)
    @blueprint.arguments(schemas.PrinterChange)
    @blueprint.response(200, schemas.PrinterSetting)
    def patch(self, body: dict[str, Any], code: str) -> dict[str, Any]:
        """Name it, move it to another address, switch it off or on. What waits for it follows."""
        asked = {**body, "code": code}
        return change("printing.change", asked, lambda: setup.change(actor().warehouse_id, _allowed(), code, body))


@blueprint.route("/printer-setup/printers/<code>/test")
class TestPage(MethodView):
    @signed_in("supervisor")
    @blueprint.response(201, schemas.Job)
    def post(self, code: str) -> dict[str, Any]:
        """Print the test page on it."""
        who = actor()

        def act() -> dict[str, Any]:
            return service.describe(setup.test_page(who.warehouse_id, code, who.locale, who.person_id))

        return change("printing.test", {"code": code}, act)


@blueprint.route("/printer-setup/routes")
class Routes(MethodView):
    @signed_in(ADMIN)
    @blueprint.arguments(schemas.Route)
    @blueprint.response(200, schemas.Route)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """What a document of a station is printed on, the first printer first."""
        return change("printing.route", body, lambda: setup.put_route(actor().warehouse_id, **body))


@blueprint.route("/printer-setup/find")
class Find(MethodView):
    @signed_in(ADMIN)
    @blueprint.arguments(schemas.LookFor, location="query")
    @blueprint.response(200, schemas.FoundPrinters)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """What listens on port 9100 at the next addresses of a network, and what it says it is."""
        return setup.find(_allowed(), query["network"], query["start"])


@blueprint.route("/printer-setup/queues")
class Queues(MethodView):
    @signed_in(ADMIN)
    @blueprint.response(200, schemas.Queues)
    def get(self) -> dict[str, Any]:
        """The print queues of the server."""
        return {"queues": finding.queues()}


@blueprint.route("/print-jobs/<int:job_id>")
class OneJob(MethodView):
    @signed_in("packer supervisor")
    @blueprint.response(200, schemas.Job)
    def get(self, job_id: int) -> dict[str, Any]:
        """How a job stands."""
        with transaction():
            return service.describe(service.job(job_id, actor().warehouse_id))


@blueprint.route("/print-jobs/<int:job_id>/came-out")
class CameOut(MethodView):
    @signed_in("packer supervisor")
    @blueprint.arguments(schemas.CameOut)
    @blueprint.response(200, schemas.Job)
    def post(self, body: dict[str, Any], job_id: int) -> dict[str, Any]:
        """Somebody has looked: the label came out, or it did not. A run that waited for it goes on."""
        who = actor()

        def act() -> dict[str, Any]:
            return service.describe(setup.answered(who.warehouse_id, job_id, body["came_out"], who.person_id))

        return change("printing.came_out", {**body, "id": job_id}, act)


# ---- runs

@blueprint.route("/print-runs")
class Runs(MethodView):
    @signed_in("packer supervisor")
    @blueprint.response(200, schemas.PrintRunView(many=True))
    def get(self) -> list[dict[str, Any]]:
        """The newest runs of labels, newest first, and how far each is."""
        with transaction():
            return service.newest_runs(actor().warehouse_id)


@blueprint.route("/print-runs/<int:run_id>/stop")
class StopRun(MethodView):
    @signed_in("packer supervisor")
    @blueprint.response(200, schemas.PrintRunView)
    def post(self, run_id: int) -> dict[str, Any]:
        """Nothing more of it goes to the printer."""
        return change("printing.stop_run", {"id": run_id}, lambda: service.stop_run(actor().warehouse_id, run_id))


@blueprint.route("/print-runs/<int:run_id>/resume")
class ResumeRun(MethodView):
    @signed_in("packer supervisor")
    @blueprint.response(200, schemas.PrintRunView)
    def post(self, run_id: int) -> dict[str, Any]:
        """It goes on with the first label that has not come out."""
        who = actor()
        return change(
            "printing.resume_run", {"id": run_id},
            lambda: service.resume_run(who.warehouse_id, run_id, who.person_id),
        )  # fmt: skip
