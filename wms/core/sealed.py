"""What only this service may read, at rest: secrets of carriers and shops, and what is personal of buyers.

AES-256-GCM under a key that is derived from the configured secret key, whose id stands before what it sealed: so a new
key seals from now on, and what former ones sealed still opens (`wms reseal` brings it under the new one). What is
sealed is bound to what it is about: copied to where something else is expected, it does not open. Whoever has the
database alone has nothing.

A value that people search for carries marks: truncated HMACs of what they type, which say nothing without the key, and
by which an index finds the equal ones. They are part of the sealed value, so that they never contradict it.
"""
from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app, has_app_context

from wms.core.config import Config
from wms.core.error import WmsError

BY_KEY = b"\x02"  # the version that says which key sealed it; the first did not
FIRST = b"\x01"
_ID = 4  # bytes of a key's id
_NONCE = 12  # bytes, as GCM wants them
MARK = 8  # bytes: that two of ten million values share one by chance is one in 400,000
HEAD = 1 + _ID  # bytes before the first mark


@dataclass(frozen=True)
class _Key:
    """What one secret seals and marks with. The secret signs other things too: of no use for those."""

    id: bytes
    cipher: AESGCM
    marker: bytes
    first: AESGCM  # as the first version derived it


@dataclass(frozen=True)
class Ring:
    """The keys by their ids; the first of `keys` seals."""

    keys: tuple[_Key, ...]
    by_id: dict[bytes, _Key]

    def seal(self, plain: bytes, about: bytes, marks: Iterable[bytes] = ()) -> bytes:
        key = self.keys[0]
        head = b"".join((BY_KEY, key.id, *(_mark(key, each) for each in marks)))
        nonce = os.urandom(_NONCE)
        return head + nonce + key.cipher.encrypt(nonce, plain, head + about)

    def unseal(self, sealed: bytes, about: bytes, marks: int = 0) -> bytes:
        """Raises InvalidTag."""
        if sealed[:1] == FIRST:
            return self._unseal_first(sealed, about)
        key = self.by_id.get(sealed[1:HEAD])
        if key is None or sealed[:1] != BY_KEY:
            raise InvalidTag
        end = HEAD + MARK * marks
        return key.cipher.decrypt(sealed[end : end + _NONCE], sealed[end + _NONCE :], sealed[:end] + about)

    def _unseal_first(self, sealed: bytes, about: bytes) -> bytes:
        for key in self.keys:
            try:
                return key.first.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], about)
            except (InvalidTag, ValueError):
                continue
        raise InvalidTag

    def is_current(self, sealed: bytes) -> bool:
        """Whether the key that seals now has sealed it."""
        return sealed[:HEAD] == BY_KEY + self.keys[0].id


def seal(plain: bytes, about: str, marks: Iterable[bytes] = ()) -> bytes:
    """Encrypt `plain`, to be opened with the same `about` only ("carrier:7"). Sealed twice, it differs.

    `marks`: what it is to be found by (`marks_of`), in a sequence of which `unseal` must know the length.
    """
    return ring().seal(plain, about.encode(), marks)


def unseal(sealed: bytes, about: str, marks: int = 0) -> bytes:
    """What was sealed. Raises `core.cannot_unseal` when it was changed, is about something else, or was sealed under
    a secret key that is not known any more."""
    try:
        return ring().unseal(sealed, about.encode(), marks)
    except (InvalidTag, ValueError):  # too short for a nonce
        raise WmsError("core.cannot_unseal", about=about) from None


def marks_of(what: bytes) -> list[bytes]:
    """The marks that a value with this to be found by may carry: one for each key. Those of nothing: none.

    `what` begins with what kind of thing it is ("phone 13800000000"): marks of different kinds are never equal.
    """
    return [_mark(key, what) for key in ring().keys] if what else []


def _mark(key: _Key, what: bytes) -> bytes:
    return hmac.digest(key.marker, what, "sha256")[:MARK] if what else bytes(MARK)


# ---- the keys

_here: tuple[str, ...] = ()  # of this process, where no application is at hand


def secrets_of(config: Config) -> tuple[str, ...]:
    """The secret that seals, and former ones. Without a configured one, they are the lines of a file in the data
    folder, which is made with one."""
    former = tuple(filter(None, config.former_secret_keys.split(",")))
    return (config.secret_key, *former) if config.secret_key else (*_kept(config.data), *former)


def _kept(data: Path) -> tuple[str, ...]:
    path = data / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return tuple(path.read_text().split())


def use(config: Config) -> None:
    """Seal with the keys of this configuration where no application is at hand: migrations."""
    global _here
    _here = secrets_of(config)


def ring() -> Ring:
    """The keys of the application, else those that `use` was told."""
    if has_app_context():
        kept = current_app.extensions
        found: Ring | None = kept.get("wms_ring")
        if found is None:
            found = kept["wms_ring"] = _ring(_known())
        return found
    if not _here:
        raise RuntimeError("nothing can be sealed before it is known with which key")
    return _ring(_here)


def _known() -> tuple[str, ...]:
    return (current_app.config["SECRET_KEY"], *current_app.config.get("FORMER_SECRET_KEYS", ()))


@cache
def _ring(known: tuple[str, ...]) -> Ring:
    keys = tuple(_key(each) for each in dict.fromkeys(known))
    return Ring(keys, {key.id: key for key in keys})


def _key(secret: str) -> _Key:
    derive = _derivation(secret)
    return _Key(
        derive("wms.core.sealed id", _ID), AESGCM(derive("wms.core.sealed 2", 32)), derive("wms.core.sealed marks", 32),
        AESGCM(derive("wms.core.sealed 1", 32)),
    )  # fmt: skip


def _derivation(secret: str) -> Callable[[str, int], bytes]:
    return lambda info, length: HKDF(SHA256(), length, salt=None, info=info.encode()).derive(secret.encode())


def derived(purpose: str) -> Sequence[bytes]:
    """A key (32 bytes) for another purpose, by each of the secrets, the current one first."""
    return [_derivation(each)(purpose, 32) for each in _known()]
