"""`make run`: one parent, and children that end with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from hallsvc import run

PROJECT = Path(__file__).resolve().parent.parent

PARENT = """
import sys, time
from hallsvc import run
child = run._start("worker", "-c", "import time; time.sleep(60)", module=False)
print(child.pid, flush=True)
time.sleep(60)
"""


def test_children_end_with_a_launcher_that_is_killed() -> None:
    """Not even `kill -9` of `make run` leaves a web server behind (Linux)."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=PROJECT, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert psutil.pid_exists(child)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    give_up = time.monotonic() + 10
    while psutil.pid_exists(child) and not _is_zombie(child):
        assert time.monotonic() < give_up, "the child outlived its parent"
        time.sleep(0.02)


def _is_zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_port_in_use_is_a_clear_sentence() -> None:
    """The first thing looked at: nothing is prepared in vain."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "hallsvc.run"],
            cwd=PROJECT,
            env={**os.environ, "HALL_PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert f"Cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "HALL_PORT=" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["", "0", "65536", "80a", "²", "-1"])
def test_a_port_that_is_none_is_a_clear_sentence(port: str) -> None:
    """Check 10: "²" is a digit to Python and no port."""
    assert run._cannot_listen("127.0.0.1", port).startswith("HALL_PORT must be")
