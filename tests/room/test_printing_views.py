"""Printers, jobs, previews and virtual printers over HTTP."""
from __future__ import annotations

import print_table
import pytest
from print_table import add_printer, ask, dispatching, until

from printers.virtual import VirtualPrinter, read_control
from wms.access import service as access
from wms.access.models import Person
from wms.layout.models import Station
from wms.printing import virtual

station, printer = print_table.station, print_table.printer


@pytest.fixture
def sign_in(app, tx, station):
    def headers(post):
        with tx() as session:
            house = session.get_one(Station, station).warehouse_id
            access.add_person(post, post, access.hash_pin("123456"), house, [post], "en")
        with tx() as session:
            token = access.open_session(session.query(Person).filter_by(badge=post).one(), "test", station)
        return {"Authorization": f"Bearer {token}"}

    return headers


def test_labels_can_be_looked_at_and_the_printer_disturbed(app, tx, config, station, sign_in):
    client, headers = app.test_client(), sign_in("supervisor")
    folder = config.data / "virtual" / "Z1"
    with VirtualPrinter("Z1", "zpl", folder) as machine:
        with tx() as session:
            add_printer(session, station, "Z1", "zpl", machine.port, ("waybill", "100x180"))
        with dispatching(app):
            until(tx, ask(tx, station), "confirmed")
    (shown,) = client.get("/api/v1/virtual-printers", headers=headers).json
    assert (shown["code"], shown["power"], shown["faults"]) == ("Z1", True, [])
    (label,) = shown["labels"]
    picture = client.get(label["url"], headers=headers)
    assert picture.content_type == "image/png"
    (job,) = client.get("/api/v1/print-jobs?parcel=P1", headers=headers).json
    assert client.get(f"/api/v1/print-jobs/{job['id']}/preview.png", headers=headers).data == picture.data
    url = "/api/v1/virtual-printers/Z1"
    changed = client.post(url, json={"power": False, "faults": ["paper_out"]}, headers=headers)
    assert (changed.status_code, changed.json["power"], changed.json["faults"]) == (200, False, ["paper_out"])
    assert client.post(url, json={"faults": ["fire"]}, headers=headers).json["code"] == "core.invalid"
    assert read_control(folder).faults == {"paper_out"}
    (row,) = client.get("/api/v1/printers", headers=headers).json
    assert (row["code"], row["waiting"]) == ("Z1", 0)


@pytest.mark.parametrize("path", ["..%2F..%2Fsecret", "Z1%2F..", ".", "%2e%2e", "Z2", "a" * 300])
def test_no_code_leads_out_of_the_folder(app, tx, config, station, sign_in, path):
    (config.data / "secret").write_text("x")
    client, headers = app.test_client(), sign_in("supervisor")
    before = sorted(config.data.rglob("*"))
    assert client.get(f"/api/v1/virtual-printers/{path}/labels/1.png", headers=headers).status_code == 404
    assert client.post(f"/api/v1/virtual-printers/{path}", json={}, headers=headers).status_code in {404, 405}
    assert sorted(config.data.rglob("*")) == before


def test_pickers_may_not_touch_printers(app, tx, config, station, sign_in):
    client, headers = app.test_client(), sign_in("picker")
    assert client.get("/api/v1/virtual-printers", headers=headers).status_code == 403
    assert client.post("/api/v1/virtual-printers/Z1", json={"power": False}, headers=headers).status_code == 403
    assert client.get("/api/v1/printers").status_code == 401
    assert not (config.data / "virtual").exists()


def test_one_printer_runs_for_each_row(app, tx, config, station):
    with tx() as session:
        add_printer(session, station, "Z1", "zpl", 0, ("waybill", "100x180"))
        add_printer(session, station, "E1", "escpos", 0, ("packing_slip", "receipt-80"))
    with virtual.running(app) as printers:
        assert sorted((each.name, each.language) for each in printers) == [("E1", "escpos"), ("Z1", "zpl")]
        assert virtual.folder(config, "Z1").is_dir()
