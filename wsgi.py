"""For a WSGI server of your own: `gunicorn -k gevent wsgi:app`. `wms serve` needs no such thing."""
# ruff: noqa: E402 - patching must come before any import that opens sockets or makes locks
from gevent import monkey

monkey.patch_all()

from contextlib import ExitStack

from wms.app import create_app
from wms.runtime import database

_kept = ExitStack()  # for the life of this process; an embedded database is let go at its end
app = application = create_app(_kept.enter_context(database()))
