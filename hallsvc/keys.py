"""The keys of the embedded set-up: made once, kept in a file only we can read.

With a DATABASE_URL the keys come from the environment alone, and the checks refuse
to start without them (hallsvc/checks.py). `python -m hallsvc.keys` prints a fresh set.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import MutableMapping
from pathlib import Path

NAMES = ("SECRET_KEY", "HALL_MASTER_KEY", "HALL_INDEX_KEY", "HALL_SIGNING_KEY")
KEY_BYTES = 32


def load_or_make(path: Path, environment: MutableMapping[str, str]) -> None:
    """Put the file's keys into the environment where it does not name them itself.

    Processes may start at once: the first to link its file into place wins, and all
    read the same one.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        lines = [f"{name}={new_key(name)}\n" for name in NAMES]
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.writelines(lines)
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    for line in path.read_text().splitlines():
        name, _, value = line.partition("=")
        if name in NAMES:
            environment.setdefault(name, value)


def new_key(name: str) -> str:
    """A fresh key of the kind that `name` needs."""
    if name == "SECRET_KEY":
        return secrets.token_urlsafe(64)
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


if __name__ == "__main__":
    for key in NAMES:
        print(f"{key}={new_key(key)}")
