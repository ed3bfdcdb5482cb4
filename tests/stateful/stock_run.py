"""`python stock_run.py DATABASE_URL MACHINE EXAMPLES`: run a mixture of verbs.

The exit code is 3 when the model caught a bug.
"""
from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click
from sqlalchemy.exc import IntegrityError
from stock_machines import carry_out

import wms
from wms.app import create_app
from wms.core.config import Config


def main(address: str, machine: str, examples: str) -> int:
    click.echo(Path(wms.__file__).parent)
    with tempfile.TemporaryDirectory() as folder:
        config = Config(database_url=address, data=Path(folder), secret_key="test", log_format="console")
        app = create_app(config, live=False)
        with app.app_context():
            try:
                carry_out(app, machine, examples=int(examples))
            except (AssertionError, IntegrityError) as caught:
                click.echo(f"caught: {caught!r}"[:2000])
                return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
