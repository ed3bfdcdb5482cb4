"""What browsers load comes in few bytes, and not again while it has not changed."""
from __future__ import annotations

import gzip
from functools import partial

import pytest

GZIP = {"Accept-Encoding": "gzip, deflate"}
PACK = "/ui/packs/pages/terminal.js"
WORDS = ("/ui/core/shell.js", PACK, "/ui/style/parts.css", "/texts/zh_Hans.json", "/ui/style/mark.svg")


@pytest.fixture
def get(app):
    """Ask for a page, and close the file that it comes from."""
    return partial(app.test_client().get, buffered=True)


@pytest.mark.parametrize("path", WORDS)
def test_words_are_compressed_for_a_browser_that_asks(get, path):
    plain, small = get(path), get(path, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert (small.headers["Content-Encoding"], small.content_type) == ("gzip", plain.content_type)
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < len(plain.data)
    assert int(small.headers["Content-Length"]) == len(small.data)
    assert (small.headers["Vary"], plain.headers["Vary"]) == ("Accept-Encoding", "Accept-Encoding")


@pytest.mark.parametrize("path", WORDS)
def test_what_has_not_changed_is_not_sent_again(get, path):
    for headers in ({}, GZIP):
        etag = get(path, headers=headers).headers["ETag"]
        again = get(path, headers={**headers, "If-None-Match": etag})
        assert (again.status_code, again.data) == (304, b"")
        assert get(path, headers={**headers, "If-None-Match": '"other"'}).status_code == 200


def test_a_browser_that_refuses_gzip_gets_it_plain(get):
    answer = get(WORDS[0], headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in answer.headers
    assert answer.text.startswith("//")


def test_a_pack_comes_with_the_way_back_to_its_sources(get):
    code = get("/ui/packs/pages/station.js")
    assert code.mimetype == "text/javascript"
    assert code.text.endswith("//# sourceMappingURL=/ui/packs/pages/station.js.map\n")
    assert "/ui/flows/station.js" in get("/ui/packs/pages/station.js.map").json["sources"]
    for path in ("core/shell.js", "pages/station.css", "../wsgi.js"):
        assert get(f"/ui/packs/{path}").status_code == 404


def test_what_is_hidden_stays_hidden(get):
    for path in ("/ui/tests/shipped.test.js", "/ui/node_modules/acorn/package.json", "/ui/../wms/pages.py"):
        assert get(path, headers=GZIP).status_code == 404
