"""Jobs of this app. Every sweep looks at the state, never at its own last run."""

from django.core.management import call_command
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="cases.sweep_offers", queueing_lock="cases.sweep_offers")
def sweep_offers(timestamp: int) -> None:
    """Every minute: put cases whose offers ran out on the limbo list."""
    call_command("sweep_offers")


@app.periodic(cron="*/10 * * * *")
@app.task(name="cases.move_dates", queueing_lock="cases.move_dates")
def move_dates(timestamp: int = 0) -> None:
    """Every ten minutes, and once a calendar is released: move dates that do not fit.

    Asks the dates themselves, so that what was stopped half way is gone on with.
    """
    call_command("move_dates")


@app.periodic(cron="27 3 * * *")
@app.task(name="cases.forget_old_forms", queueing_lock="cases.forget_old_forms")
def forget_old_forms(timestamp: int) -> None:
    """Every night: forget which forms were sent, and what was searched, long ago."""
    call_command("forget_old_forms")


@app.periodic(cron="47 3 * * *")
@app.task(name="cases.sweep_scans", queueing_lock="cases.sweep_scans")
def sweep_scans(timestamp: int) -> None:
    """Every night: delete files of scans that a crash left and no case names."""
    call_command("sweep_scans")
