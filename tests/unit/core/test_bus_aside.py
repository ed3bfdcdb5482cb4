"""Long computations beside green threads: those of one turn share a system thread, others do not."""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SERVING = """
from gevent import monkey
monkey.patch_all()
import json, gevent
from wms.core import bus

bus.socketio.server = object()  # as in a process that serves sockets
here = monkey.get_original("threading", "get_ident")
"""
AT_ONCE = """
sleep = monkey.get_original("time", "sleep")
running, most, threads = 0, 0, set()
def compute():
    global running, most
    running += 1
    most = max(most, running)
    threads.add(here())
    sleep(0.2)
    running -= 1
gevent.joinall([gevent.spawn(bus.aside, compute, turn=turn) for turn in TURNS], raise_error=True)
print(json.dumps({"most": most, "threads": len(threads), "on_the_loop": here() in threads}))
"""
RAISED = """
try:
    bus.aside(lambda: 1 / 0, turn="a")
except ZeroDivisionError as error:
    print(json.dumps([str(error), bus.aside(lambda: "goes on", turn="a")]))
"""


def serving(code):
    """What this code prints in a process with green threads."""
    done = subprocess.run([sys.executable, "-c", SERVING + code], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("turns", "most", "threads"), [(["a", "a", "a"], 1, 1), (["a", "b"], 2, 2), ([None, None], 2, 2)]
)
def test_what_shares_a_turn_never_runs_at_once(turns, most, threads):
    found = serving(f"TURNS = {turns!r}\n{AT_ONCE}")
    assert found == {"most": most, "threads": threads, "on_the_loop": False}


def test_an_error_comes_out_and_the_turn_goes_on():
    assert serving(RAISED) == ["division by zero", "goes on"]
