"""The queue of jobs: procrastinate, with PostgreSQL as the queue.

An app keeps its jobs in its own `jobs.py`, found by that name, and decorates them
with `app.task` or `app.periodic` of `procrastinate.contrib.django`. A job deferred in
a transaction that is rolled back is gone with it. Periodic runs are skipped when the
worker was down for ten minutes, so a sweep looks at the state ("all due and not yet
reminded") and never at its own last run; and each sweep is a command as well.

Here is only what belongs to no app: the housekeeping.
"""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.core.management import call_command
from procrastinate import JobContext
from procrastinate.contrib.django import app

# Finished jobs are kept this long, for whoever asks what ran.
KEEP_HOURS = 14 * 24


@app.periodic(cron="17 3 * * *")
@app.task(name="housekeeping", pass_context=True)
async def housekeeping(context: JobContext, timestamp: int) -> None:
    """Every night: forget sessions that have ended and jobs that are long done."""
    await sync_to_async(call_command)("clearsessions")
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_HOURS)
