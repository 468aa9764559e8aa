"""Jobs of this app; the worker finds them by the name of this file."""

from django.core.management import call_command
from procrastinate.contrib.django import app

from windows import importing


@app.task(name="windows.apply_import")
def apply_import(run_id: int) -> None:
    """Apply an import that an administrator has confirmed."""
    importing.apply_run(run_id)


@app.periodic(cron="37 3 * * *")
@app.task(name="windows.forget_sent_forms")
def forget_sent_forms(timestamp: int) -> None:
    """Every night: forget which forms were sent, and what was counted, long ago."""
    call_command("forget_sent_forms")
