"""`make run`: the whole hall on one machine, under one parent.

The database, gunicorn and the worker of jobs are up as long as this process is.
Ctrl-C ends all of it; should it be killed, the kernel tells its children, and the
database notices that nobody is left.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from hallsvc.database import embedded

PROJECT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 20
_PR_SET_PDEATHSIG = 1


class _EndedError(Exception):
    """Somebody asked us to end."""


def main() -> int:
    """Prepare the hall and run it until Ctrl-C; the exit status."""
    host = os.environ.get("HALL_BIND", "127.0.0.1")
    port = os.environ.get("HALL_PORT", "8000")
    if problem := _cannot_listen(host, port):
        print(problem, file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hallsvc.settings")
    if not os.environ.get("DATABASE_URL"):
        os.environ["HALL_EMBEDDED"] = "1"
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        _hold_database()
        _prepare()
        return _serve(host, port)
    except (_EndedError, KeyboardInterrupt):
        return 0
    except subprocess.CalledProcessError:
        print("The hall could not be prepared; see above.", file=sys.stderr)
        return 1


def _cannot_listen(host: str, port: str) -> str:
    """Why we cannot listen there, in a sentence; empty if we can."""
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        return f"HALL_PORT must be a number from 1 to 65535, not {port!r}."
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            return (
                f"Cannot listen on {host}:{port} ({error.strerror}). Perhaps the hall "
                f"runs already; otherwise choose another port: "
                f"make run HALL_PORT={int(port) % 65000 + 1}"
            )
    return ""


def _hold_database() -> None:
    """Keep the embedded server up for as long as this process lives."""
    from django.conf import settings

    if settings.USES_EMBEDDED:
        embedded.ensure_running(settings.HALL_DATA_DIR)


def _prepare() -> None:
    """Bring database and files up to date in a process of its own."""
    from django.conf import settings

    demo = ["--demo"] if settings.USES_EMBEDDED else []
    subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), "prepare_hall", *demo],
        cwd=PROJECT,
        env={**os.environ, "HALL_PROCESS": "command"},
        check=True,
    )


def _serve(host: str, port: str) -> int:
    """Run gunicorn and the worker until one of them or we are asked to end."""
    threads = os.environ.setdefault("HALL_THREADS", "4")
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = _start(
        "web",
        *("gunicorn", "hallsvc.wsgi:application"),
        *("--bind", where),
        *("--workers", os.environ.get("HALL_WORKERS", "2")),
        *("--worker-class", "gthread", "--threads", threads),
        *("--no-control-socket", "--log-level", "warning"),
        *("--graceful-timeout", "10"),
    )
    worker = _start(
        "worker", str(PROJECT / "manage.py"), "procrastinate", "worker", module=False
    )
    children = {"web server": web, "worker": worker}
    try:
        if _wait_for(host, int(port), web):
            print(f"\n  The hall is open at http://{where}/  (Ctrl-C closes it)\n")
            sys.stdout.flush()
        return _watch(children)
    except (_EndedError, KeyboardInterrupt):
        print("\nClosing the hall …", flush=True)
        return 0
    finally:
        _stop(list(children.values()))


def _watch(children: dict[str, subprocess.Popen[bytes]]) -> int:
    """Wait until a child ends by itself; bring the database back if it is lost."""
    tick = 0
    while True:
        for name, child in children.items():
            if child.poll() is not None:
                print(f"The {name} has ended by itself.", file=sys.stderr)
                return 1
        if tick % 10 == 0:
            _hold_database()
        tick += 1
        time.sleep(0.5)


def _start(kind: str, *command: str, module: bool = True) -> subprocess.Popen[bytes]:
    """Start a child that ends with us, away from the terminal's Ctrl-C."""
    return subprocess.Popen(
        [sys.executable, *(["-m"] if module else []), *command],
        cwd=PROJECT,
        env={**os.environ, "HALL_PROCESS": kind},
        start_new_session=True,
        preexec_fn=_end_with_parent,  # noqa: PLW1509 (one thread here)
    )


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask all to end, and insist after a while."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for child in children:
        child.terminate()
    give_up = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, give_up - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _wait_for(host: str, port: int, web: subprocess.Popen[bytes]) -> bool:
    """Whether somebody listens there within half a minute."""
    give_up = time.monotonic() + 30
    while web.poll() is None and time.monotonic() < give_up:
        with contextlib.suppress(OSError):
            socket.create_connection((host, port), timeout=1).close()
            return True
        time.sleep(0.05)
    return False


def _end_with_parent() -> None:
    """In the child: end when the parent dies, however it dies (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise _EndedError


if __name__ == "__main__":
    sys.exit(main())
