"""What keeps the rules in the database, as lines of text to compare with a release.

Columns, constraints, indexes, triggers with their enabled state, functions with a
digest of their source, and privileges: of the tables of the cases, the clerks and the
sign-ins; triggers and privileges of the history of configuration; and how far the
hall's clock was moved. `manage.py verify_history --write-schema` writes the lines of a
release to `cases/schema.txt`; `verify_history` compares with them.
"""

from pathlib import Path

from django.db import connection

RELEASE = Path(__file__).resolve().parent.parent / "schema.txt"
_QUERY = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


def lines() -> dict[str, str]:
    """Return what the running database has: the name of each part, and how it is."""
    app = connection.settings_dict["HALL"]["APP_ROLE"]
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, {"app": app})
        return {name: " ".join(how.split()) for name, how in cursor.fetchall()}


def release() -> dict[str, str]:
    """Return what this release made."""
    text = RELEASE.read_text(encoding="utf-8")
    return dict(line.split(" = ", 1) for line in text.splitlines())


def write_release() -> int:
    """Write down what the running database has as that of this release."""
    found = [f"{name} = {how}\n" for name, how in sorted(lines().items())]
    RELEASE.write_text("".join(found), encoding="utf-8")
    return len(found)


def differences() -> list[str]:
    """Say how the running database differs from the release, a sentence each."""
    expected, found = release(), lines()
    told = [f"missing: {name}" for name in expected if name not in found]
    told += [f"added: {name} = {found[name]}" for name in found if name not in expected]
    told += [
        f"changed: {name} = {found[name]}"
        for name, how in expected.items()
        if found.get(name, how) != how
    ]
    return sorted(told)
