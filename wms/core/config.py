"""One configuration object, read from `WMS_*` environment variables. A wrong value stops the start."""
from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import urlsplit


class ConfigError(Exception):
    """A setting is wrong or missing; the text says which and what to write."""


@dataclass(frozen=True)
class Config:
    """Settings; each is the environment variable `WMS_` + its name in capitals.

    database_url     PostgreSQL; empty: one is run inside `data` from its wheel
    redis_url        carries live messages between machines; empty: PostgreSQL NOTIFY
    data             folder of everything kept on disk
    host, port       where `wms serve` listens
    tls_port         where it serves over TLS, with the certificate of `wms tls`; `port` then only hands out what a
                     device needs to trust it, and leads everybody else there. 0: no TLS
    origins          addresses under which browsers reach the service by name, comma separated
                     (https://wms.example.com); an IP address, localhost and the machine's own name always may
    secret_key       seals what is secret or personal in the database; empty: one is made and kept in `data`
    former_secret_keys  what was sealed before it was changed, comma separated, until `wms reseal` has been run
    log_format       `json` or `console`
    pool_size        database connections of one process
    printer_networks CIDR list that printers may live in
    printer_ports    the ports they listen on: numbers and ranges, comma separated. Virtual printers listen where there
                     was room
    webhook_networks CIDR list of private networks that webhooks may be sent to, by plain HTTP too; empty: they go out
                     to the internet only, by HTTPS
    adjust_limit     value up to which one person may adjust or scrap stock; above it a second one must agree
    """

    database_url: str = ""
    redis_url: str = ""
    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = 8100
    tls_port: int = 0
    origins: str = ""
    secret_key: str = ""
    former_secret_keys: str = ""
    log_format: str = "json"
    pool_size: int = 12
    printer_networks: str = "127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16"
    printer_ports: str = "9100-9109,6101"
    webhook_networks: str = ""
    adjust_limit: Decimal = Decimal(500)

    @property
    def psycopg_url(self) -> str:
        """The database address as psycopg and libpq write it."""
        return self.database_url.replace("postgresql+psycopg://", "postgresql://", 1)

    @property
    def sqlalchemy_url(self) -> str:
        """The database address as SQLAlchemy writes it."""
        return self.psycopg_url.replace("postgresql://", "postgresql+psycopg://", 1)


def read(environment: Mapping[str, str] = os.environ) -> Config:
    """Read the configuration. Raises ConfigError for a wrong value or an unknown `WMS_*` name."""
    known = {f"WMS_{field.name.upper()}": field for field in fields(Config)}
    elsewhere = {"WMS_FONT", "WMS_SHARED", "WMS_DEMO_SEED"}
    unknown = sorted(name for name in environment if name.startswith("WMS_") and name not in {*known, *elsewhere})
    if unknown:
        raise ConfigError(f"unknown setting {unknown[0]}; known are {', '.join(sorted(known))}")
    values: dict[str, object] = {}
    for name, field in known.items():
        if environment.get(name):
            values[field.name] = _parse(name, environment[name])
    config = Config(**values)  # type: ignore[arg-type]  # each value is parsed to its field's type just above
    check(config)
    return config


def _parse(name: str, text: str) -> object:
    if name in {"WMS_PORT", "WMS_TLS_PORT", "WMS_POOL_SIZE"}:
        if not text.isdigit() or int(text) < 1:
            raise ConfigError(f"{name} must be a whole number above 0, not {text!r}")
        return int(text)
    if name == "WMS_ADJUST_LIMIT":
        return _amount(name, text)
    return Path(text) if name == "WMS_DATA" else text


def _amount(name: str, text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise ConfigError(f"{name} must be an amount of 0 or more, not {text!r}")
    return amount


def check(config: Config) -> None:
    """Raises ConfigError for values that do not go together, or are none of their kind."""
    if config.database_url and urlsplit(config.psycopg_url).scheme != "postgresql":
        raise ConfigError("WMS_DATABASE_URL must begin with postgresql://")
    if config.redis_url and urlsplit(config.redis_url).scheme not in {"redis", "rediss", "unix"}:
        raise ConfigError("WMS_REDIS_URL must begin with redis://")
    if config.log_format not in {"json", "console"}:
        raise ConfigError("WMS_LOG_FORMAT must be json or console")
    for name, port in (("WMS_PORT", config.port), ("WMS_TLS_PORT", config.tls_port)):
        if not port < 65536:
            raise ConfigError(f"{name} must be below 65536, not {port}")
    _require_networks("WMS_PRINTER_NETWORKS", config.printer_networks)
    _require_networks("WMS_WEBHOOK_NETWORKS", config.webhook_networks)
    try:
        ports_of(config.printer_ports)
    except ValueError as error:
        raise ConfigError(f"WMS_PRINTER_PORTS must be ports such as 9100-9109,6101, not {error}") from None
    if config.tls_port == config.port:
        raise ConfigError("WMS_TLS_PORT and WMS_PORT must differ: the one serves over TLS, the other without")


def _require_networks(name: str, listed: str) -> None:
    try:
        for each in networks_of(listed):
            ipaddress.ip_network(each)
    except ValueError as error:
        raise ConfigError(f"{name} must be networks such as 10.1.0.0/16: {error}") from None


def networks_of(listed: str) -> tuple[str, ...]:
    """The networks of a setting."""
    return tuple(_parts(listed))


def _parts(listed: str) -> list[str]:
    return [each.strip() for each in listed.split(",") if each.strip()]


def ports_of(listed: str) -> frozenset[int]:
    """The ports of a setting, "9100-9109,6101". Raises ValueError, with the part that is none."""
    found: set[int] = set()
    for each in _parts(listed):
        first, dash, last = (part.strip() for part in each.partition("-"))
        last = last if dash else first
        plain = all(part.isascii() and part.isdecimal() and len(part) < 6 for part in (first, last))
        if not plain or not 0 < int(first) <= int(last) < 65536:
            raise ValueError(repr(each))
        found.update(range(int(first), int(last) + 1))
    return frozenset(found)
