"""The hall does not start on unfit settings."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings

from hallsvc import keys
from hallsvc.checks import check_settings

PROJECT = Path(__file__).resolve().parent.parent

FIT = {
    "PATH": os.environ["PATH"],
    "DATABASE_URL": "postgres://hall_app@db.example/hall",
    "HALL_HTTPS": "1",
    "HALL_ALLOWED_HOSTS": "hall.example",
    "HALL_PROCESS": "web",
    **{name: keys.new_key(name) for name in keys.NAMES},
}


def _check(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(
        [sys.executable, *command],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_hall_with_all_settings_passes_the_deployment_check() -> None:
    """Check 90, the good case: without it the refusals below prove nothing."""
    done = _check(FIT)
    assert done.returncode == 0, done.stderr


def test_cookies_cannot_be_planted_or_read() -> None:
    """Check 42: `__Host-`, Secure, HttpOnly, SameSite; plain names without HTTPS."""
    program = (
        "import json; from django.conf import settings as s;"
        "print(json.dumps({n: getattr(s, n) for n in dir(s) if '_COOKIE_' in n}))"
    )
    for https in ("1", "0"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=PROJECT,
            env={
                **FIT,
                "HALL_HTTPS": https,
                "DJANGO_SETTINGS_MODULE": "hallsvc.settings",
            },
            capture_output=True,
            text=True,
            check=True,
        )
        found = json.loads(done.stdout)
        for cookie in ("SESSION", "CSRF", "LANGUAGE"):
            name = found[f"{cookie}_COOKIE_NAME"]
            assert name.startswith("__Host-") == (https == "1")
            assert found[f"{cookie}_COOKIE_SECURE"] == (https == "1")
            assert found[f"{cookie}_COOKIE_HTTPONLY"]
            assert found[f"{cookie}_COOKIE_SAMESITE"] in {"Lax", "Strict"}
            assert found[f"{cookie}_COOKIE_PATH"] == "/"
            assert found[f"{cookie}_COOKIE_DOMAIN"] is None


def test_an_unfit_hall_is_refused_from_the_command_line() -> None:
    """Check 90: the environment reaches the checks; each of them is tested below."""
    done = _check({**FIT, "HALL_DEBUG": "1", "SECRET_KEY": "short", "HALL_HTTPS": "0"})
    assert done.returncode == 1
    for number in ("hallsvc.E02", "hallsvc.E05", "security.W012"):
        assert number in done.stderr


PRODUCTION = {
    "USES_EMBEDDED": False,
    "ALLOWED_HOSTS": ["hall.example"],
    "DEBUG": False,
    "HALL_PROCESS": "web",
}


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("DEBUG", True, "hallsvc.E05"),
        ("SECRET_KEY", "short", "hallsvc.E02"),
        ("SECRET_KEY", "", "hallsvc.E02"),
        ("ALLOWED_HOSTS", ["*"], "hallsvc.E06"),
        ("ALLOWED_HOSTS", ["hall.example", ".*"], "hallsvc.E06"),
        ("ALLOWED_HOSTS", ["."], "hallsvc.E06"),
        ("ALLOWED_HOSTS", [], "hallsvc.E06"),
        ("HALL_MASTER_KEY", "", "hallsvc.E03"),
        ("HALL_INDEX_KEY", "dG9vIHNob3J0", "hallsvc.E03"),
        ("HALL_SIGNING_KEY", "not base64!", "hallsvc.E03"),
        ("HALL_PROCESS", "wb", "hallsvc.E04"),
    ],
)
def test_unfit_settings_are_refused(
    settings: LazySettings, name: str, value: object, number: str
) -> None:
    """Check 90: debug, short key, wildcard host and their like, one at a time."""
    for fit_name, fit in PRODUCTION.items():
        setattr(settings, fit_name, fit)
    assert check_settings(None) == []
    if name == "SECRET_KEY" and not value:
        settings.SECRET_KEY = " "  # Django itself refuses to read an empty one.
    else:
        setattr(settings, name, value)
    assert [fault.id for fault in check_settings(None)] == [number]


def test_the_embedded_database_is_for_those_who_say_so(tmp_path: Path) -> None:
    """Without DEBUG and without a word a forgotten DATABASE_URL must not go unseen."""
    environment = {
        "PATH": os.environ["PATH"],
        "HALL_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "hallsvc.settings",
    }
    command = [sys.executable, "-c", "import hallsvc.wsgi"]
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "hallsvc.E01" in done.stderr
    assert not (tmp_path / "pg").exists(), "no database was made"


def test_keys_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    """The embedded set-up's keys: mode 600, the same at each start."""
    path = tmp_path / "data" / "keys.env"
    first: dict[str, str] = {"SECRET_KEY": "from the environment"}
    keys.load_or_make(path, first)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert first["SECRET_KEY"] == "from the environment"
    second: dict[str, str] = {}
    keys.load_or_make(path, second)
    assert second.keys() == set(keys.NAMES)
    assert all(second[name] == first[name] for name in keys.NAMES[1:])
    assert len(set(second.values())) == len(keys.NAMES)
    assert [file.name for file in path.parent.iterdir()] == ["keys.env"]


def test_every_variable_is_in_the_settings_table_of_the_readme() -> None:
    """README's table names each variable the settings read, and no other."""
    source = (PROJECT / "hallsvc" / "settings.py").read_text(encoding="utf-8")
    read = {
        part.split('"')[1]
        for part in source.split("env.")[1:]
        if part.startswith(("str(", "bool(", "int(", "list(")) and '"' in part
    }
    launcher = (PROJECT / "hallsvc" / "run.py").read_text(encoding="utf-8")
    for name in ("HALL_BIND", "HALL_PORT", "HALL_WORKERS"):
        assert f'"{name}"' in launcher
        read.add(name)
    table = {
        line.split("`")[1]
        for line in (PROJECT / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `") and line.split("`")[1].isupper()
    }
    assert table == read
