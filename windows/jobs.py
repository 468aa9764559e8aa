"""Jobs of this app; the worker finds them by the name of this file."""

from procrastinate.contrib.django import app

from windows import editing, importing


@app.task(name="windows.apply_import")
def apply_import(run_id: int) -> None:
    """Apply an import that an administrator has confirmed."""
    importing.apply_run(run_id)


@app.periodic(cron="37 3 * * *")
@app.task(name="windows.forget_sent_forms")
def forget_sent_forms(timestamp: int) -> None:
    """Every night: forget which forms were sent long ago."""
    editing.forget_sent_forms()
