"""Versions of label templates: what prints, what a job remembers, what is brought back, and who may not."""
from __future__ import annotations

import base64
import io

import print_table
import pytest
import zxingcpp
from PIL import Image
from print_table import WAYBILL, add_printer, ask, codes, dispatching, read, said_by, until, wait_for

from printers.templates import starter
from printers.virtual import read_labels
from wms.access import service as access
from wms.layout.models import Station, Warehouse
from wms.printing import service
from wms.printing.models import LabelTemplateVersion, PrintJob

station, printer = print_table.station, print_table.printer
BODY = starter("waybill", "100x180")
PATH = "/label-templates"


def without(body, *ids):
    return {"elements": [each for each in body["elements"] if each["id"] not in ids]}


def named(body, id, **more):
    return {"elements": [{**each, **more} if each["id"] == id else each for each in body["elements"]]}


@pytest.fixture
def desk(app, tx, station):
    return said_by(app, tx, station, "supervisor")


def made(desk, body=BODY):
    status, template = desk("POST", PATH, {"document": "waybill", "media": "100x180", "body": body})
    assert status == 201, template
    return template["id"]


def act(desk, template, what, **body):
    status, found = desk("POST", f"{PATH}/{template}/{what}", body)
    assert status in (200, 201), found
    return found


def kept(tx, job_id):
    with tx() as session:
        job = session.get_one(PrintJob, job_id)
        version = session.get(LabelTemplateVersion, job.template_version_id) if job.template_version_id else None
        return version.number if version else None, job.payload


def printed(app, tx, station, parcel):
    job = ask(tx, station, parcel)
    with dispatching(app):
        until(tx, job, "confirmed")
    return job


def test_the_published_version_prints_and_a_job_names_it_for_ever(app, tx, station, printer, desk):
    by_itself = printed(app, tx, station, 1)
    template = made(desk)
    unpublished = printed(app, tx, station, 2)
    assert [kept(tx, job)[0] for job in (by_itself, unpublished)] == [None, None]
    act(desk, template, "publish", number=1)
    first = printed(app, tx, station, 3)
    saved = act(desk, template, "versions", base=1, body=without(BODY, "e6"), note="no route code")
    assert (saved["newest"], saved["published"], saved["number"]) == (2, 1, 2)
    still_first = printed(app, tx, station, 4)
    act(desk, template, "publish", number=2)
    second = printed(app, tx, station, 5)
    numbers = [kept(tx, job)[0] for job in (first, still_first, second)]
    payloads = [kept(tx, job)[1] for job in (by_itself, first, still_first, second)]
    assert numbers == [1, 1, 2]
    assert payloads[1] == payloads[2]
    assert len({*payloads}) == 3
    act(desk, template, "withdraw")
    assert kept(tx, printed(app, tx, station, 6)) == (None, payloads[0])
    assert [kept(tx, job)[1] for job in (by_itself, first, still_first, second)] == payloads
    assert codes(printer.folder / read_labels(printer.folder)[0]["file"]) == {WAYBILL["waybill_number"]}


def test_a_label_that_was_drawn_and_must_wait_is_drawn_anew_for_another_version(app, tx, station, printer, desk):
    """It waits for the printer while a template is published: what comes out is of that one. What is voided meanwhile
    does not come out, however ready it lay."""
    printer.set(power=False)
    with dispatching(app):
        job, voided = ask(tx, station, 1), ask(tx, station, 2)
        until(tx, job, "blocked")
        act(desk, made(desk), "publish", number=1)
        with tx():
            service.void("waybill", 2)
        printer.set(power=True)
        until(tx, job, "confirmed")
    assert kept(tx, job)[0] == 1
    assert read(tx, voided)["status"] == "cancelled"
    assert len(read_labels(printer.folder)) == 1


def test_an_older_version_is_brought_back_as_the_newest(desk, printer):
    template = made(desk)
    act(desk, template, "publish", number=1)
    act(desk, template, "versions", base=1, body=without(BODY, "e6"))
    act(desk, template, "publish", number=2)
    status, refused = desk("POST", f"{PATH}/{template}/publish", {"number": 1})
    assert (status, refused["code"]) == (409, "printing.template_older")
    back = act(desk, template, "bring-back", number=1)
    assert (back["newest"], back["published"], back["body"]) == (3, 2, BODY)
    assert [(one["number"], one["brought_back"]) for one in back["versions"]] == [(3, 1), (2, None), (1, None)]
    assert act(desk, template, "publish", number=3)["published"] == 3
    assert desk("GET", f"{PATH}/{template}?number=2")[1]["body"] == without(BODY, "e6")
    assert [one["made_by"] for one in back["versions"]] == ["supervisor"] * 3


def test_two_who_save_from_the_same_version_do_not_overwrite_each_other(desk, printer):
    template = made(desk)
    act(desk, template, "versions", base=1, body=BODY)
    status, refused = desk("POST", f"{PATH}/{template}/versions", {"base": 1, "body": without(BODY, "e6")})
    assert (status, refused["code"]) == (409, "printing.template_changed")
    assert desk("GET", f"{PATH}/{template}")[1]["newest"] == 2
    status, refused = desk("POST", PATH, {"document": "waybill", "media": "100x180", "body": BODY})
    assert (status, refused["code"]) == (409, "printing.template_exists")


def test_what_cannot_be_used_is_neither_kept_nor_published(desk, printer):
    bodies = ((named(BODY, "e6", field="__class__"), "e6"), (named(BODY, "e6", x=90), "e6"), ({"a": 1}, "–"))
    for body, element in bodies:
        status, refused = desk("POST", PATH, {"document": "waybill", "media": "100x180", "body": body})
        assert (status, refused["code"]) == (422, "printing.bad_template")
        assert f"Element {element}:" in refused["title"] + refused.get("detail", "")
    for document, media in (("packing_slip", "100x180"), ("waybill", "receipt-80"), ("waybill", "1000x10")):
        status, refused = desk("POST", PATH, {"document": document, "media": media, "body": BODY})
        assert (status, refused["code"]) == (404, "printing.no_template")
    assert desk("GET", PATH)[1] == []
    wide = named(BODY, "e6", rule="refuse", size=40)  # nothing of this size fits
    template = made(desk, wide)
    status, refused = desk("POST", f"{PATH}/{template}/publish", {"number": 1})
    assert (status, refused["code"]) == (422, "printing.bad_template")
    status, refused = desk("POST", f"{PATH}/{template}/publish", {"number": 7})
    assert (status, refused["code"]) == (404, "printing.unknown_version")
    assert desk("GET", PATH)[1][0]["published"] is None


def test_a_label_that_its_template_refuses_fails_with_the_field(app, tx, station, printer, desk):
    template = made(desk, named(BODY, "e11", rule="refuse"))
    act(desk, template, "publish", number=1)
    long = {**WAYBILL, "recipient": {**WAYBILL["recipient"], "name": "阿卜杜热西提买买提依明托合提"}}
    job = ask(tx, station, 1, data=long)
    with dispatching(app):
        found, _ = until(tx, job, "failed")
    assert "recipient.name" in found["reason"]
    assert read_labels(printer.folder) == []


def test_a_trial_shows_the_very_dots_and_names_what_is_wrong(desk, printer):
    asked = {"document": "waybill", "media": "100x180", "body": BODY, "sample": "hostile", "dpi": 300, "locale": "en"}
    status, found = desk("POST", f"{PATH}/try", asked)
    picture = Image.open(io.BytesIO(base64.b64decode(found["picture"])))
    assert (status, picture.size, picture.mode) == (200, (found["width"], found["height"]), "1")
    assert (found["width"], found["problems"]) == (1181, [])
    assert {code.text for code in zxingcpp.read_barcodes(picture.convert("L"))} == {"TEST78901234"}
    assert [one["field"] for one in found["substituted"]][:2] == ["recipient.name", "recipient.address"]
    wrong = {"elements": [*named(BODY, "e6", field="rout")["elements"], "x"]}
    found = desk("POST", f"{PATH}/try", {**asked, "body": wrong})[1]
    assert [(one["element"], one["code"]) for one in found["problems"]] == [
        ("e6", "unknown_field"), (f"#{len(BODY['elements']) + 1}", "not_an_element"),
    ]  # fmt: skip
    assert desk("POST", f"{PATH}/try", {**asked, "dpi": 150})[0] == 422
    kinds = desk("GET", f"{PATH}/kinds")[1]["kinds"]
    assert {one["document"]: one["code"] for one in kinds}["waybill"] == "waybill_number"
    assert desk("GET", f"{PATH}/starter?document=waybill&media=100x180")[1]["body"] == BODY


def test_a_version_is_tried_on_paper_before_it_is_published(app, tx, station, printer, desk):
    template = made(desk)
    act(desk, template, "publish", number=1)
    act(desk, template, "versions", base=1, body=without(BODY, "e6"))
    assert [one["code"] for one in desk("GET", f"{PATH}/{template}")[1]["stations"]] == ["PACK-1"]
    job = act(desk, template, "test", number=2, station="PACK-1", sample="long")
    assert (job["printer"], job["document"]) == ("Z1", "waybill")
    with dispatching(app):
        until(tx, job["id"], "confirmed")
    assert kept(tx, job["id"])[0] == 2
    wait_for(lambda: read_labels(printer.folder))
    assert codes(printer.folder / read_labels(printer.folder)[0]["file"]) == {"TEST789012345678"}
    status, refused = desk("POST", f"{PATH}/{template}/test", {"number": 2, "station": "NONE"})
    assert (status, refused["code"]) == (409, "printing.no_template_printer")


def test_a_version_asked_for_is_not_used_on_another_stock(app, tx, station, printer, desk):
    template = made(desk)
    job = act(desk, template, "test", number=1, station="PACK-1")
    with tx() as session:
        session.get_one(PrintJob, job["id"]).media = "100x150"
    with dispatching(app):
        until(tx, job["id"], "confirmed")
    assert kept(tx, job["id"])[0] is None


def test_templates_are_of_one_warehouse_and_for_supervisors(app, tx, station, printer, desk):
    template = made(desk)
    packer = said_by(app, tx, station, "packer")
    assert packer("GET", PATH)[0] == 403
    with tx() as session:
        other = Warehouse(code="W2", name="Two", aisles=1, aisle_spacing_mm=1, aisle_length_mm=1)
        session.add(other)
        session.flush()
        session.add(Station(warehouse_id=other.id, code="PACK-1", name="Other"))
        session.flush()
        add_printer(session, session.query(Station).filter_by(warehouse_id=other.id).one().id, "Y1", "zpl", 9)
        person = access.add_person("S2", "S2", access.hash_pin("123456"), other.id, ["supervisor"], "en")
        headers = {"Authorization": f"Bearer {access.open_session(person, 'x')}"}
    client = app.test_client()
    assert client.get(f"/api/v1{PATH}", headers=headers).json == []
    acts = {"versions": {"base": 1, "body": BODY}, "publish": {"number": 1}, "bring-back": {"number": 1}}
    for what, body in {**acts, "withdraw": {}, "test": {"number": 1, "station": "PACK-1"}}.items():
        reply = client.post(f"/api/v1{PATH}/{template}/{what}", json=body, headers=headers)
        assert (reply.status_code, reply.json["code"]) == (404, "printing.unknown_template"), what
    assert client.get(f"/api/v1{PATH}/{template}", headers=headers).status_code == 404
    assert desk("GET", f"{PATH}/{template}")[1]["newest"] == 1
