"""The label designer over HTTP: templates and their versions, what a template looks like, and a test on paper."""
from __future__ import annotations

import base64
from typing import Any

from flask.views import MethodView

from printers import UnknownDocument, UnknownMedia
from printers.templates import SAMPLES, fields_of, sample, starter, templated
from wms.core.error import WmsError
from wms.core.http import actor, change, signed_in
from wms.core.transaction import transaction
from wms.printing import service, templates
from wms.printing.rules import usual_media
from wms.printing.template_schemas import (
    Kinds,
    Made,
    Numbered,
    NumberQuery,
    Saved,
    Starter,
    StarterQuery,
    TemplateSummary,
    TemplateView,
    TestPrint,
    TestPrinted,
    Trial,
    TriedView,
)
from wms.printing.views import blueprint

DESIGNERS = "supervisor"


@blueprint.route("/label-templates")
class Templates(MethodView):
    @signed_in(DESIGNERS)
    @blueprint.response(200, TemplateSummary(many=True))
    def get(self) -> list[dict[str, Any]]:
        """The templates of the warehouse; where none is published, a document draws itself."""
        with transaction():
            return templates.listed(actor().warehouse_id)

    @signed_in(DESIGNERS)
    @blueprint.arguments(Made)
    @blueprint.response(201, TemplateView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Begin a template for a document on a stock; its first version is not published."""
        who = actor()
        return change(
            "printing.template_make", body,
            lambda: templates.make(who.warehouse_id, body["document"], body["media"], body["body"], who.person_id),
        )  # fmt: skip


@blueprint.route("/label-templates/kinds")
class TemplateKinds(MethodView):
    @signed_in(DESIGNERS)
    @blueprint.response(200, Kinds)
    def get(self) -> dict[str, Any]:
        """The documents that can be arranged, with the fields of each and the one its barcode must carry."""
        kinds = [
            {"document": name, "code": document.code, "fields": fields_of(name), "media": usual_media(name)}
            for name, document in templated().items()
        ]
        return {"kinds": kinds, "samples": list(SAMPLES)}


@blueprint.route("/label-templates/starter")
class TemplateStarter(MethodView):
    @signed_in(DESIGNERS)
    @blueprint.arguments(StarterQuery, location="query")
    @blueprint.response(200, Starter)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """What a template of this document on this stock may begin with."""
        try:
            return {"body": starter(query["document"], query["media"])}
        except (UnknownDocument, UnknownMedia) as error:
            raise WmsError("printing.no_template", **query) from error


@blueprint.route("/label-templates/try")
class TemplateTrial(MethodView):
    @signed_in(DESIGNERS)
    @blueprint.arguments(Trial)
    @blueprint.response(200, TriedView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """The very dots that a template burns with a sample, and what is wrong with it. Nothing is kept."""
        found = templates.tried(
            body["document"], body["media"], body["body"], body["sample"], body["locale"], body["dpi"]
        )
        return {
            "picture": base64.b64encode(found.label.png()).decode(),
            "width": found.label.width,
            "height": found.label.height,
            "problems": [vars(each) for each in found.problems],
            "substituted": [{"field": name, "characters": list(chars)} for name, chars in found.label.substituted],
        }


@blueprint.route("/label-templates/<int:template_id>")
class OneTemplate(MethodView):
    @signed_in(DESIGNERS)
    @blueprint.arguments(NumberQuery, location="query")
    @blueprint.response(200, TemplateView)
    def get(self, query: dict[str, Any], template_id: int) -> dict[str, Any]:
        """A template with its versions, and the body of one of them: `number`, else the newest."""
        with transaction():
            return templates.shown(actor().warehouse_id, template_id, query["number"])


@blueprint.route("/label-templates/<int:template_id>/versions")
class TemplateVersions(MethodView):
    @signed_in(DESIGNERS)
    @blueprint.arguments(Saved)
    @blueprint.response(201, TemplateView)
    def post(self, body: dict[str, Any], template_id: int) -> dict[str, Any]:
        """Save a new version, made from version `base`: refused when somebody saved another meanwhile."""
        who = actor()
        return change(
            "printing.template_save", {"id": template_id, **body},
            lambda: templates.save(
                who.warehouse_id, template_id, body["base"], body["body"], body["note"], who.person_id
            ),
        )  # fmt: skip


@blueprint.route("/label-templates/<int:template_id>/bring-back")
class BringBack(MethodView):
    @signed_in(DESIGNERS)
    @blueprint.arguments(Numbered)
    @blueprint.response(201, TemplateView)
    def post(self, body: dict[str, Any], template_id: int) -> dict[str, Any]:
        """An older version becomes the newest; it prints once it is published."""
        who = actor()
        return change(
            "printing.template_bring_back", {"id": template_id, **body},
            lambda: templates.bring_back(who.warehouse_id, template_id, body["number"], who.person_id),
        )  # fmt: skip


@blueprint.route("/label-templates/<int:template_id>/publish")
class Publish(MethodView):
    @signed_in(DESIGNERS)
    @blueprint.arguments(Numbered)
    @blueprint.response(200, TemplateView)
    def post(self, body: dict[str, Any], template_id: int) -> dict[str, Any]:
        """Labels that are drawn from now on are drawn from this version."""
        return change(
            "printing.template_publish", {"id": template_id, **body},
            lambda: templates.publish(actor().warehouse_id, template_id, body["number"]),
        )  # fmt: skip


@blueprint.route("/label-templates/<int:template_id>/withdraw")
class Withdraw(MethodView):
    @signed_in(DESIGNERS)
    @blueprint.response(200, TemplateView)
    def post(self, template_id: int) -> dict[str, Any]:
        """The document draws itself again."""
        return change(
            "printing.template_withdraw", {"id": template_id},
            lambda: templates.withdraw(actor().warehouse_id, template_id),
        )  # fmt: skip


@blueprint.route("/label-templates/<int:template_id>/test")
class TestOnPaper(MethodView):
    @signed_in(DESIGNERS)
    @blueprint.arguments(TestPrint)
    @blueprint.response(201, TestPrinted)
    def post(self, body: dict[str, Any], template_id: int) -> dict[str, Any]:
        """Print a version, published or not, with a sample at a station; its number begins with TEST."""
        who = actor()

        def act() -> dict[str, Any]:
            version, station_id = templates.at_station(who.warehouse_id, template_id, body["number"], body["station"])
            document = templates.of(who.warehouse_id, template_id).document
            data = sample(document, body["sample"], body["locale"])
            job = service.enqueue_test(document, template_id, station_id, data, version.id, asked_by=who.person_id)
            return service.describe(job)

        return change("printing.template_test", {"id": template_id, **body}, act)
