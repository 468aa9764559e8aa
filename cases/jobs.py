"""Jobs of this app. Every sweep looks at the state, never at its own last run."""

from django.core.management import call_command
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="cases.sweep_offers", queueing_lock="cases.sweep_offers")
def sweep_offers(timestamp: int) -> None:
    """Every minute: put cases whose offers ran out on the limbo list."""
    call_command("sweep_offers")
