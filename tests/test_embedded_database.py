"""The embedded server lives exactly as long as its users do."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from hallsvc.database import embedded

PROJECT = Path(__file__).resolve().parent.parent

USER = """
import sys, time
from pathlib import Path
from hallsvc.database import embedded
embedded.use(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A cluster of these tests' own."""
    folder = Path(tempfile.mkdtemp(prefix="hall-test-"))
    folder.chmod(0o755)
    yield folder
    _wait_until(lambda: not _processes_of(folder), "the server is still there")
    shutil.rmtree(folder)


_started: list[subprocess.Popen[bytes]] = []


@pytest.fixture(autouse=True)
def _nobody_stays() -> Iterator[None]:
    """A test that fails half-way must not keep the server for the next one."""
    yield
    while _started:
        _end(_started[0])


def _start_user(data_dir: Path) -> subprocess.Popen[bytes]:
    user = subprocess.Popen(
        [sys.executable, "-c", USER, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=PROJECT,
    )
    _started.append(user)
    return user


def _wait_for_ready(user: subprocess.Popen[bytes]) -> None:
    assert user.stdout is not None
    assert user.stdout.readline() == b"ready\n"


def _end(user: subprocess.Popen[bytes], how: int = signal.SIGKILL) -> None:
    _started.remove(user)
    user.send_signal(how)
    user.wait()
    for pipe in (user.stdin, user.stdout):
        assert pipe is not None
        pipe.close()


def _processes_of(data_dir: Path) -> list[psutil.Process]:
    """Keepers and servers of a data folder, zombies left aside."""
    found = []
    for process in psutil.process_iter(["cmdline", "ppid"]):
        command = process.info["cmdline"] or []
        is_ours = any(part.startswith(str(data_dir)) for part in command)
        if is_ours and (_is_keeper(command) or _is_server(command)):
            found.append(process)
    return found


def _is_keeper(command: list[str]) -> bool:
    return "hallsvc.database" in command


def _is_server(command: list[str]) -> bool:
    return bool(command) and command[0].endswith("/postgres")


def _servers_of(data_dir: Path) -> list[psutil.Process]:
    """Each server once: what it has forked bears its command line for a moment."""
    all_of_them = [p for p in _processes_of(data_dir) if _is_server(p.info["cmdline"])]
    pids = {process.pid for process in all_of_them}
    return [process for process in all_of_them if process.info["ppid"] not in pids]


def _wait_until(condition: Callable[[], bool], otherwise: str) -> None:
    give_up = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < give_up, otherwise
        time.sleep(0.02)


def _query(data_dir: Path, statement: str) -> str:
    return embedded.run(
        "psql",
        *("-h", str(embedded.socket_folder(data_dir))),
        *("-U", embedded.SUPERUSER, "-d", "postgres", "-Atc", statement),
    ).strip()


def test_no_server_is_left_after_kill_9_of_its_last_user(data_dir: Path) -> None:
    """Check 81 for the set-up on trial: nobody has to clean up after anybody."""
    first, second = _start_user(data_dir), _start_user(data_dir)
    _wait_for_ready(first)
    _wait_for_ready(second)
    assert len(_servers_of(data_dir)) == 1, "two starters, one server"
    _end(first)
    assert _query(data_dir, "SELECT 1") == "1", "the second user still needs it"
    _end(second)
    _wait_until(lambda: not _processes_of(data_dir), "the server outlived its users")
    assert not (data_dir / "pg" / "postmaster.pid").exists(), "it was a clean stop"


def test_a_new_user_may_come_while_the_server_is_stopping(data_dir: Path) -> None:
    """Nobody is told there is no server because the last one is just leaving."""
    for _round in range(3):
        user = _start_user(data_dir)
        _wait_for_ready(user)
        _end(user, signal.SIGTERM)
    user = _start_user(data_dir)
    _wait_for_ready(user)
    assert _query(data_dir, "SELECT 1") == "1"
    _end(user)
    _wait_until(lambda: not _processes_of(data_dir), "the server outlived its users")


def test_the_server_ends_with_its_keeper(data_dir: Path) -> None:
    """Kill -9 of the keeper itself: the kernel tells the server to stop."""
    user = _start_user(data_dir)
    _wait_for_ready(user)
    (keeper,) = (p for p in _processes_of(data_dir) if _is_keeper(p.info["cmdline"]))
    os.kill(keeper.pid, signal.SIGKILL)
    _wait_until(lambda: not _processes_of(data_dir), "the server outlived its keeper")
    newcomer = _start_user(data_dir)
    _wait_for_ready(newcomer)
    assert _query(data_dir, "SELECT 1") == "1"
    _end(user)
    _end(newcomer)


def test_nobody_else_reaches_the_server(data_dir: Path) -> None:
    """No TCP port, and a socket in a folder only its own user can enter."""
    user = _start_user(data_dir)
    _wait_for_ready(user)
    assert _query(data_dir, "SHOW listen_addresses") == ""
    assert _query(data_dir, "SHOW data_checksums") == "on"
    folder = embedded.socket_folder(data_dir)
    assert folder.stat().st_mode & 0o077 == 0
    _end(user)


def test_a_long_path_puts_the_socket_into_a_short_folder(tmp_path: Path) -> None:
    """A socket's address holds 107 bytes."""
    short = tmp_path / "data"
    assert embedded.socket_folder(short) == short / "socket" or len(str(short)) > 70
    long = tmp_path / ("x" * 100)
    folder = embedded.socket_folder(long)
    assert len(str(folder)) < embedded.LONGEST_SOCKET_FOLDER
    assert folder == embedded.socket_folder(long), "the same each time"
    assert folder != embedded.socket_folder(tmp_path / ("y" * 100))


def test_a_server_that_cannot_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Soon and with the reason, not after a minute and with a riddle."""
    monkeypatch.setattr(embedded, "TRIES", 1)
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "PG_VERSION").write_text("9\n")
    (tmp_path / "keeper.log").write_text("")
    with pytest.raises(embedded.EmbeddedServerError, match="did not start"):
        embedded.ensure_running(tmp_path)
    os.close(embedded._used.pop(tmp_path.resolve()))


def test_the_next_user_does_not_shut_the_server_out(data_dir: Path) -> None:
    """Whoever comes second leaves the folder as open as the first had to make it."""
    first = _start_user(data_dir)
    _wait_for_ready(first)
    mode = data_dir.stat().st_mode
    second = _start_user(data_dir)
    _wait_for_ready(second)
    assert data_dir.stat().st_mode == mode
    assert _query(data_dir, "SELECT 1") == "1"
    _end(first)
    _end(second)
    _wait_until(lambda: not _processes_of(data_dir), "the server outlived its users")
