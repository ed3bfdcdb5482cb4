"""Pictures that people take on the floor: small JPEG files in the data folder, named by rows."""
from __future__ import annotations

import uuid
from pathlib import Path

from flask import current_app, request

from wms.core.error import WmsError

LARGEST = 2 * 1024 * 1024  # bytes
_JPEG = (b"\xff\xd8\xff", b"\xff\xd9")  # begins and ends with


def sent() -> bytes:
    """The body of the request. Raises `core.photo_too_large` before it is read."""
    if (request.content_length or 0) > LARGEST:
        raise WmsError("core.photo_too_large", most=LARGEST // 1024 // 1024)
    return request.get_data(cache=False)


def keep(folder: str, of: int, picture: bytes) -> str:
    """Keep a picture of row `of`; returns its name. Call it before the commit: a row never names a file that is not
    there. Raises `core.photo_too_large`, `core.not_a_photo`."""
    if len(picture) > LARGEST:
        raise WmsError("core.photo_too_large", most=LARGEST // 1024 // 1024)
    if not (picture.startswith(_JPEG[0]) and picture.rstrip(b"\0").endswith(_JPEG[1])):
        raise WmsError("core.not_a_photo")
    name = f"{of}-{uuid.uuid4().hex}.jpg"
    path = _folder(folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture)
    return name


def find(folder: str, name: str | None) -> Path:
    """The file of a picture, by the name that a row has of it. Raises `core.not_found`."""
    if name is None or not (_folder(folder) / name).is_file():
        raise WmsError("core.not_found", thing="photo", key=name or "")
    return _folder(folder) / name


def _folder(folder: str) -> Path:
    data: Path = current_app.extensions["wms_config"].data
    return data.resolve() / folder
