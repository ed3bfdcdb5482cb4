"""`wms tls`: the certificate authority of the house."""
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from wms.core.tls import Facts

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def tls() -> None:
    """Certificates, so that terminals may use their camera and work offline: both need https."""


@tls.command()
@click.option("--anew", is_flag=True, help="Replace the one that is there: every device must be given the new one.")
@AS_JSON
def init(anew: bool, as_json: bool) -> None:
    """Make a certificate authority in the data folder."""
    from wms.core import tls
    from wms.core.clock import now
    from wms.core.config import read

    made = tls.make_authority(read().data, now(), anew=anew)
    hint = "now `wms tls issue NAME…`; devices get this certificate at /guide"
    click.echo(json.dumps({"authority": _told(made)}) if as_json else "\n".join([*_lines(made), hint]))


@tls.command()
@click.argument("hosts", nargs=-1, metavar="NAME…")
@AS_JSON
def issue(hosts: tuple[str, ...], as_json: bool) -> None:
    """Sign a certificate for the names and addresses under which browsers reach this service.

    Without any, for those of the certificate that is there (so it is renewed), or this machine's own.
    """
    from wms.core import hosts as known
    from wms.core import tls
    from wms.core.clock import now
    from wms.core.config import read

    config = read()
    made = tls.issue(config.data, hosts, now())
    strange = [each for each in made.hosts if not known.is_ours(_as_host(each), known.listed(config.origins))]
    lines = [*_lines(made), "serve with it: WMS_TLS_PORT=8443 wms serve"]
    if strange:
        lines.append(f"names must be in WMS_ORIGINS too: {', '.join(f'https://{each}:8443' for each in strange)}")
    told = {"server": _told(made), "not_in_origins": strange}
    click.echo(json.dumps(told) if as_json else "\n".join(lines))


@tls.command()
@AS_JSON
def show(as_json: bool) -> None:
    """Show the authority and the service's certificate. Compare the fingerprint with what a device shows."""
    from wms.core import tls
    from wms.core.config import read

    data = read().data
    authority, server = tls.authority(data), tls.server(data)
    if as_json:
        click.echo(json.dumps({"authority": _told(authority), "server": _told(server) if server else None}))
        return
    click.echo("\n".join([*_lines(authority), *(_lines(server) if server else ["no certificate for the service yet"])]))


def _as_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _told(facts: Facts) -> dict[str, Any]:
    return {
        "subject": facts.subject, "sha256": facts.sha256, "not_before": facts.not_before.isoformat(),
        "not_after": facts.not_after.isoformat(), "hosts": list(facts.hosts),
    }  # fmt: skip


def _lines(facts: Facts) -> list[str]:
    names = f" for {', '.join(facts.hosts)}" if facts.hosts else ""
    return [f"{facts.subject}{names}", f"  until {facts.not_after:%Y-%m-%d}, SHA-256 {facts.sha256}"]
