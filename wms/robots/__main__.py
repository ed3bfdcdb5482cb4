"""`python -m wms.robots`, which `wms simulate` runs: green threads first, then everything else."""
# ruff: noqa: E402 - patching must come before any import that opens sockets
from gevent import monkey

monkey.patch_all()

import json
import sys
from dataclasses import fields

import click
import requests

from wms.robots import run as robots
from wms.robots.device import Refused
from wms.robots.figures import lines


@click.command(help="Robots work the day over the public websocket and HTTP, like people with badges.")
@click.option("--url", default="http://127.0.0.1:8100", show_default=True, help="Where the service listens.")
@click.option("--pickers", default=4, show_default=True, type=click.IntRange(0, 1000))
@click.option("--packers", default=2, show_default=True, type=click.IntRange(0, 1000))
@click.option("--receivers", default=0, show_default=True, type=click.IntRange(0, 1000),
              help="At the dock: they receive, check and put away.")
@click.option("--counters", default=0, show_default=True, type=click.IntRange(0, 1000),
              help="In the aisles: they count bins and fill pick faces.")
@click.option("--sorters", default=0, show_default=True, type=click.IntRange(0, 1000), help="At the put wall.")
@click.option("--methods", default="cart", show_default=True, help="How waves are picked, in turn: cart,wall,single.")
@click.option("--speed", default=20.0, show_default=True, help="1 is a person's pace, 0 as fast as possible.")
@click.option("--seconds", default=3600.0, show_default=True, help="End after so long in any case.")
@click.option("--max-orders", default=100_000, show_default=True, help="Release no more orders than this.")
@click.option("--wave-orders", default=48, show_default=True, help="Orders of one wave.")
@click.option("--short", "short_share", default=0.0, show_default=True, help="Share of lines that are short.")
@click.option("--seed", default=1, show_default=True)
@click.option("--pin", default="123456", show_default=True, help="The PIN of the robots' badges.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Any other field of the plan.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def main(as_json: bool, settings: tuple[str, ...], **options: object) -> None:
    try:
        plan = robots.Plan(**{**options, **_typed(settings)})  # type: ignore[arg-type]  # click has typed them
        report = robots.run(plan, None if as_json else robots.progress)
    except (Refused, requests.RequestException, ValueError) as error:
        click.echo(f"simulate: {error}", err=True)
        sys.exit(2)
    click.echo(json.dumps(report, indent=2) if as_json else "\n" + "\n".join(lines(report)))
    sys.exit(1 if report["errors"] else 0)


def _typed(settings: tuple[str, ...]) -> dict[str, object]:
    known = {field.name: field.type for field in fields(robots.Plan)}
    parse = {"int": int, "float": float, "str": str}
    typed: dict[str, object] = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in known:
            raise ValueError(f"--set {name}: known are {', '.join(known)}")
        typed[name] = parse[str(known[name])](value)
    return typed


main()
