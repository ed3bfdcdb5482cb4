"""Sealed secrets open only where, and under the key with which, they were sealed."""
from __future__ import annotations

import pytest
from flask import Flask

from wms.core.error import WmsError
from wms.core.sealed import seal, unseal


@pytest.fixture
def keyed():
    def under(secret):
        app = Flask("test")
        app.config["SECRET_KEY"] = secret
        return app.app_context()

    return under


def test_what_is_sealed_opens_for_what_it_is_about(keyed):
    with keyed("one"):
        kept = seal(b"a secret", "carrier:7")
        assert unseal(kept, "carrier:7") == b"a secret"
        assert unseal(seal(b"", "x"), "x") == b""
        assert seal(b"a secret", "carrier:7") != kept
        assert b"secret" not in kept


def test_nothing_else_opens_it(keyed):
    with keyed("one"):
        kept = seal(b"a secret", "carrier:7")
        changed = [kept[:n] + bytes([kept[n] ^ 1]) + kept[n + 1 :] for n in range(len(kept))]
        for sealed, about in [(kept, "carrier:8"), (b"", ""), *((each, "carrier:7") for each in (*changed, kept[:9]))]:
            with pytest.raises(WmsError) as refused:
                unseal(sealed, about)
            assert refused.value.code == "core.cannot_unseal"
    with keyed("another"), pytest.raises(WmsError):
        unseal(kept, "carrier:7")
