"""Pictures that people take at work: JPEG files in the data folder, each named by a row of its room."""
from __future__ import annotations

import uuid
from pathlib import Path

from flask import current_app

from wms.core.error import WmsError

LARGEST = 2 * 1024 * 1024  # bytes
_JPEG = (b"\xff\xd8\xff", b"\xff\xd9")  # begins and ends with


def check_size(size: int) -> None:
    """Raises `core.photo_too_large`."""
    if size > LARGEST:
        raise WmsError("core.photo_too_large", most=LARGEST // 1024 // 1024)


def check(picture: bytes) -> None:
    """Raises `core.photo_too_large`, `core.not_a_photo`."""
    check_size(len(picture))
    if not (picture.startswith(_JPEG[0]) and picture.rstrip(b"\0").endswith(_JPEG[1])):
        raise WmsError("core.not_a_photo")


def new_name(of: int) -> str:
    """What the next picture of the thing with this id is called; nobody guesses it."""
    return f"{of}-{uuid.uuid4().hex}.jpg"


def write(folder: str, name: str, picture: bytes) -> None:
    """Before the commit: a row never names a file that is not there."""
    path = _path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture)


def find(folder: str, name: str, known: str | None) -> Path:
    """The file of a picture; `known` is its name as a row has it, None without one. Raises `core.not_found`."""
    if known is None or not _path(folder, known).is_file():
        raise WmsError("core.not_found", thing="photo", key=name)
    return _path(folder, known)


def _path(folder: str, name: str) -> Path:
    data: Path = current_app.extensions["wms_config"].data
    return data.resolve() / folder / name
