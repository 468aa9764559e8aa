"""Counting what a page asks of the database, the way it is counted in the budgets.

Session and person are included. BEGIN, COMMIT and savepoints are not: they carry no
question, and Django sends them as it likes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

_FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK")


@contextmanager
def statements() -> Iterator[list[str]]:
    """Fill the list with the statements of this block."""
    asked: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield asked
    asked += [
        query["sql"]
        for query in captured.captured_queries
        if not query["sql"].startswith(_FRAME)
    ]
