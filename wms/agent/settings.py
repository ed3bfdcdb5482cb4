"""Where an agent is bound to, and the printers and scale it may use: one file that only its owner reads.

The service names a printer; where that is stands here and nowhere else.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}\Z")
# A network's, one of this machine's print system, and those of its ports.
WAYS = "tcp://host:9100, queue:NAME, usb:VENDOR:PRODUCT[:SERIAL], serial:PORT@SPEED"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class SettingsError(Exception):
    """Something is not set up, or not rightly; the text says what to do."""


@dataclass(frozen=True)
class Allowed:
    """A printer that may be used, at an `address` of one of the `WAYS`."""

    name: str
    address: str
    language: str = "zpl"
    dpi: int = 203
    must_answer: bool = True

    def __post_init__(self) -> None:
        if not _NAME.match(self.name):
            raise SettingsError(f"not a name for a printer: {self.name!r}; letters, digits, _ . - please")
        if self.language not in ("zpl", "escpos") or self.dpi not in (203, 300, 600):
            raise SettingsError("a printer speaks zpl or escpos, and has 203, 300 or 600 dpi")


@dataclass(frozen=True)
class Settings:
    """Everything an agent is told. `ca` is the file of the authority that the service's certificate is of, where that
    is not one the system knows; `scale` is `port@speed,7E1` of a serial scale, or empty; `scale_unit` is what it weighs
    in if it does not send that, `scale_asks` names the question of one that only speaks when it is asked."""

    server: str = ""
    secret: str = ""
    station: str = ""
    ca: str = ""
    scale: str = ""
    scale_unit: str = ""
    scale_asks: str = ""
    printers: dict[str, Allowed] = field(default_factory=dict)

    def enrolled(self) -> Settings:
        """These settings. Raises SettingsError before the agent is enrolled."""
        if not (self.server and self.secret):
            raise SettingsError("not enrolled yet: wms-agent enrol https://the.service CODE")
        return self


def usual_folder() -> Path:
    """Where an agent keeps its things unless it is told otherwise."""
    base = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA") or str(Path.home() / ".local" / "share")
    return Path(base) / "wms-agent"


def read(folder: Path) -> Settings:
    """The settings in a folder; none of them are set where there is nothing. Raises SettingsError for a broken file."""
    try:
        found = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
        printers = {name: Allowed(**each) for name, each in found.pop("printers").items()}
        known = {each.name for each in fields(Settings)}  # a later version may have written more
        return Settings(printers=printers, **{name: value for name, value in found.items() if name in known})
    except FileNotFoundError:
        return Settings()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SettingsError(f"{folder / 'settings.json'} is not what this program writes: {error}") from error


def write(folder: Path, settings: Settings) -> None:
    """Keep these, readable by nobody else: the secret is in them."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = folder / ".settings.json"
    new.touch(mode=0o600)
    new.write_text(json.dumps(asdict(settings), indent=2) + "\n", encoding="utf-8")
    new.replace(folder / "settings.json")


def address_of_server(text: str, *, insecure: bool = False) -> str:
    """The address of a service as it is kept. Raises SettingsError for one to which a secret must not be sent."""
    parts = urlsplit(text if "//" in text else f"https://{text}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"not the address of a service: {text!r}")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK and not insecure:
        raise SettingsError("http:// would show the secret to everybody on the way; use https://, or --insecure")
    return f"{parts.scheme}://{parts.netloc}"
