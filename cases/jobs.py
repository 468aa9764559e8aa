"""Jobs of this app. Every sweep looks at the state, never at its own last run."""

from django.core.management import call_command
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="cases.sweep_offers", queueing_lock="cases.sweep_offers")
def sweep_offers(timestamp: int) -> None:
    """Every minute: put cases whose offers ran out on the limbo list."""
    call_command("sweep_offers")


@app.periodic(cron="27 3 * * *")
@app.task(name="cases.forget_old_forms", queueing_lock="cases.forget_old_forms")
def forget_old_forms(timestamp: int) -> None:
    """Every night: forget which forms were sent, and what was searched, long ago."""
    call_command("forget_old_forms")
