"""`python -m wms` is the `wms` command."""
from wms.cli import main

main(prog_name="wms")
