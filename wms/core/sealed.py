"""Secrets of others at rest: keys and passwords of carriers and shops, which only this service may read.

AES-256-GCM under a key that is derived from the configured secret key. What is sealed is bound to what it is about:
copied to another row, it does not open there. Whoever has the database alone has nothing.
"""
from __future__ import annotations

import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from wms.core.error import WmsError

VERSION = b"\x01"
_NONCE = 12  # bytes, as GCM wants them


def seal(plain: bytes, about: str) -> bytes:
    """Encrypt `plain`, to be opened with the same `about` only ("carrier:7"). Sealed twice, it differs."""
    nonce = os.urandom(_NONCE)
    return VERSION + nonce + _cipher().encrypt(nonce, plain, about.encode())


def unseal(sealed: bytes, about: str) -> bytes:
    """What was sealed. Raises `core.cannot_unseal` when it was changed, is about something else, or was sealed under
    another secret key."""
    head, nonce, rest = sealed[:1], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        if head != VERSION or len(nonce) != _NONCE:
            raise InvalidTag
        return _cipher().decrypt(nonce, rest, about.encode())
    except InvalidTag:
        raise WmsError("core.cannot_unseal", about=about) from None


def _cipher() -> AESGCM:
    return _derived(str(current_app.config["SECRET_KEY"]))


@cache
def _derived(secret: str) -> AESGCM:
    """The secret signs other things too: what is derived from it for this is of no use for those."""
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"wms.core.sealed 1").derive(secret.encode()))
