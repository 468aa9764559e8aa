"""The queue of jobs: procrastinate, with PostgreSQL as the queue.

An app defines its jobs in its own `jobs.py` (found by that name) with `@app.task`
or `@app.periodic` from here. A job deferred in a transaction that is rolled back is
gone with it. Periodic runs are skipped when the worker was down for ten minutes, so
a sweep looks at the state ("all due and not yet reminded") and never at its own run.
"""

from procrastinate.contrib.django import app

__all__ = ["app"]
