"""Jobs of this app; the worker finds them by the name of this file."""

from procrastinate.contrib.django import app

from windows import importing


@app.task(name="windows.apply_import")
def apply_import(run_id: int) -> None:
    """Apply an import that an administrator has confirmed."""
    importing.apply_run(run_id)
