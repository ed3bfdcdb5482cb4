"""CSV files as people send them: broken ones are refused whole, with nothing written."""
from __future__ import annotations

import io
import threading

import pytest
from import_samples import bring, counts, rejects_of, table, told, warehouse

from wms.catalog.models import Barcode, Sku
from wms.core import importing
from wms.core.csvfile import CsvFile, parse_map
from wms.core.db import db
from wms.core.error import WmsError


@pytest.fixture
def house(app):
    return warehouse()


def bytes_of(text, encoding="utf-8"):
    return io.BytesIO(text.encode(encoding))


def skus():
    db.session.remove()
    return db.session.query(Sku).count()


GOOD = "code,name\r\nA,Apple\r\nB,Pear\r\n"
BROKEN = {
    "core.csv_empty": b"",
    "core.csv_nul": GOOD.encode().replace(b"Pear", b"Pe\0ar"),
    "core.csv_encoding": GOOD.encode().replace(b"Pear", b"P\xe9ar"),
    "core.csv_quote": GOOD.encode().replace(b"Pear", b'"Pear'),
    "core.csv_cut_off": GOOD.encode() + b"C",
    "core.csv_missing_columns": b"code,title of it\r\nA,Apple\r\n",
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_broken_file_is_refused_and_nothing_goes_in(house, code):
    with pytest.raises(WmsError) as refused:
        bring("skus", io.BytesIO(BROKEN[code]), house)
    assert refused.value.code == code
    assert skus() == 0
    if code in ("core.csv_nul", "core.csv_encoding", "core.csv_quote"):
        assert refused.value.params["line"] == 3
    for locale in ("en", "zh_Hans", "zh_Hant"):
        assert "{" not in refused.value.text(locale)


def test_a_quote_left_open_is_found_however_late_and_named_where_it_begins(house):
    rows = [f'S{n},"Thing\n{n}"' for n in range(3000)]
    rows[2500] = 'S2500,"Thing'
    with pytest.raises(WmsError) as refused:
        bring("skus", bytes_of("code,name\n" + "\n".join(rows) + "\n"), house)
    assert (refused.value.code, refused.value.params["line"]) == ("core.csv_quote", 2 + 2 * 2500)
    assert skus() == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_files_need_no_option(house, encoding):
    bring("skus", bytes_of("商品编码,品名\nA,苹果\n", encoding), house)
    assert [sku.name for sku in db.session.query(Sku)] == ["苹果"]


def test_other_encodings_are_named(house):
    source = "商品编码,品名\nA,苹果\n"
    with pytest.raises(WmsError, match="csv_encoding"):
        bring("skus", bytes_of(source, "gb18030"), house)
    with pytest.raises(WmsError, match="csv_unknown_encoding"):
        bring("skus", bytes_of(source), house, options={"encoding": "klingon"})
    bring("skus", bytes_of(source, "gb18030"), house, options={"encoding": "gb18030"})
    assert [sku.name for sku in db.session.query(Sku)] == ["苹果"]


def test_semicolons_tabs_blank_lines_and_any_spelling_of_headers_are_understood(house):
    for delimiter in (";", "\t"):
        source = bytes_of(f"SKU_Code{delimiter} NAME \n\nA{delimiter}Apple\n{delimiter}\n")
        assert bring("skus", source, house).read == 1
    assert skus() == 1


def test_a_map_names_columns_and_constants(house):
    summary = bring(
        "skus", table("Our No,Words", ("A", "Apple")), house, mapping=parse_map('code=Our No,name=Words,weight_g==150')
    )
    assert counts(summary) == (1, 1, 0, 0, 0)
    assert [(sku.code, sku.name, sku.weight_g) for sku in db.session.query(Sku)] == [("A", "Apple", 150)]


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ("code=Nothing", "core.csv_no_such_header"),
        ("colour=name", "core.csv_unknown_column"),
        ("weight_g==heavy", "core.csv_not_whole"),
        ("code", "core.csv_map"),
    ],
)
def test_a_wrong_map_is_refused(house, pairs, code):
    with pytest.raises(WmsError) as refused:
        bring("skus", table("code,name", ("A", "Apple")), house, mapping=parse_map(pairs))
    assert refused.value.code == code
    assert skus() == 0


def test_a_map_may_quote_a_header_with_a_comma():
    assert parse_map('"price=Unit, net",qty=Pcs') == {"price": "Unit, net", "qty": "Pcs"}
    assert parse_map("") == {}


def test_bad_rows_are_written_as_they_came_and_disarmed(house, tmp_path):
    out = tmp_path / "rejects.csv"
    source = table(
        "code,name,weight_g",
        ("A", "Apple", "heavy"), ("B", "Pear", 150), ("=1+1", "", 3), ("D", "Date"), ("E", "@SUM(A1)", "-5"),
    )  # fmt: skip
    source = io.BytesIO(source.getvalue() + b"F,Fig,1\r\n")
    summary = bring("skus", source, house, rejects=out)
    assert counts(summary) == (6, 2, 0, 0, 4)
    assert told(summary) == [
        (2, "weight_g", "core.csv_not_whole", "heavy"),
        (4, "name", "core.csv_needed", ""),
        (5, "", "core.csv_cells", ""),
        (6, "weight_g", "core.csv_out_of_range", "-5"),
    ]
    assert rejects_of(out)[0] == ["code", "name", "weight_g", "line", "column", "reason"]
    assert [row[:5] for row in rejects_of(out)[1:]] == [
        ["A", "Apple", "heavy", "2", "weight_g"],
        ["'=1+1", "", "3", "4", "name"],
        ["D", "Date", "", "5", ""],
        ["E", "'@SUM(A1)", "'-5", "6", "weight_g"],
    ]
    assert rejects_of(out)[4][5] == "Must be between 0 and 100000000."
    assert summary.to_dict("zh_Hans")["rejects"][1]["reason"] == "此处必须填写。"


def test_a_clean_import_leaves_no_rejects_file_of_an_earlier_one(house, tmp_path):
    out = tmp_path / "rejects.csv"
    bring("skus", table("code,name", ("A", "")), house, rejects=out)
    assert out.exists()
    summary = bring("skus", table("code,name", ("A", "Apple")), house, rejects=out)
    assert (summary.rejects_file, out.exists()) == (None, False)


def test_progress_ends_at_the_number_of_rows(house):
    seen = []
    rows = [(f"S{n}", "Thing" if n % 10 else "") for n in range(2500)]
    bring("skus", table("code,name", *rows), house, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (2500, 2500)
    assert sorted(seen) == seen


def test_an_unknown_kind_and_a_missing_file_are_named(house, tmp_path):
    with pytest.raises(WmsError, match="not_found"):
        bring("dreams", table("a", (1,)), house)
    with pytest.raises(WmsError, match="csv_no_file"):
        bring("skus", tmp_path / "none.csv", house)
    kinds = [
        "bundles", "carrier_prices", "cartons", "faces", "layout", "orders", "packs", "receipts", "reorder", "skus",
        "stock",
    ]  # fmt: skip
    assert importing.kinds() == kinds


def test_two_imports_of_the_same_file_at_once_make_each_sku_once(app, house):
    rows = [(f"S{n}", f"Thing {n}", f"69{n}") for n in range(3000)]
    sums = []

    def work():
        with app.app_context():
            sums.append(bring("skus", table("code,name,barcode", *rows), house))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert skus() == db.session.query(Barcode).count() == 3000
    assert sum(each.created for each in sums) == 3000
    assert [each.rejected for each in sums] == [0, 0]


def test_a_file_is_read_without_being_kept_open(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(GOOD)
    file = CsvFile(path)
    assert (file.header, file.rows, list(file), next(iter(file))) == (
        ["code", "name"], 2, [(2, ["A", "Apple"]), (3, ["B", "Pear"])], (2, ["A", "Apple"])
    )  # fmt: skip
    file.close()
