"""Sealed secrets open only where, and under the key with which, they were sealed."""
from __future__ import annotations

import pytest
from flask import Flask

from wms.core.error import WmsError
from wms.core.private import PHONE, Sealed, mask_phone, phone_marks, sought
from wms.core.sealed import marks_of, ring, seal, unseal


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


def test_a_former_key_still_opens_and_the_first_form_does(keyed):
    with keyed("one") as _:
        kept = seal(b"a secret", "carrier:7")
    app = Flask("test")
    app.config.update(SECRET_KEY="two", FORMER_SECRET_KEYS=("one",))
    with app.app_context():
        assert unseal(kept, "carrier:7") == b"a secret"
        assert not ring().is_current(kept)
        assert ring().is_current(seal(b"x", "y"))
        first = ring().keys[1].first.encrypt(bytes(12), b"older", b"carrier:7")
        assert unseal(b"\x01" + bytes(12) + first, "carrier:7") == b"older"
        assert len(marks_of(b"phone 1")) == 2


def test_marks_are_part_of_what_is_sealed(keyed):
    with keyed("one"):
        kind = Sealed("phone", PHONE)
        kept = kind.sealed("+86 138 1234 5678")
        assert kept[5:13] == kind.sealed("13812345678")[5:13] == phone_marks("138-1234-5678")[0]
        assert kept[13:21] == kind.sealed("5678")[13:21]
        assert kind.sealed("138****5678")[5:13] == bytes(8)
        with pytest.raises(WmsError):
            kind.opened(kept[:5] + bytes(8) + kept[13:])
        assert (kind.sealed(""), kind.opened(b"")) == (b"", "")
        assert sought("5678").tail == [kept[13:21]]
        assert sought("Ann 5678").tail == sought("Ann 5678").phone == []


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13812345678", "138****5678"), ("0571-88", "****88"), ("110", "***"), ("138****5678", "138****5678"), ("", "")],
)
def test_phones_are_masked(phone, shown):
    assert mask_phone(phone) == shown
