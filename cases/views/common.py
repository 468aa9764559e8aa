"""What the views of the work share: where somebody sits, how a form is answered."""

from typing import TypeVar

from django.forms import BaseForm

from cases.forms.stamped import StampedForm
from windows.models import Clerk, Window

F = TypeVar("F", bound=BaseForm)


def unjudged(form: F) -> F:
    """Return a form with what was typed, and without any fault: it is not sent yet."""
    form.errors.clear()
    return form


def window_of(clerk: Clerk) -> Window | None:
    """Return the window where somebody sits now; it was loaded with the person."""
    seat = getattr(clerk, "seat", None)
    return seat.window if seat is not None else None


def status_of(form: StampedForm) -> int:
    """200 for a fresh form, 409 if a rule refuses it as a whole, 422 for a mistake."""
    if not form.is_bound or not form.errors:
        return 200
    return 409 if form.refused is not None and not form.refused.field else 422
