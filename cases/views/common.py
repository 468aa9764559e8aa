"""What the views of the work share: who asks, and how a refused form is answered."""

from typing import cast

from django.http import HttpRequest

from cases.actions._steps import StaleCase
from cases.forms.stamped import StampedForm
from windows.models import Clerk, Window


def clerk_of(request: HttpRequest) -> Clerk:
    """Return who asks; the role decorator has made sure that it is a clerk."""
    return cast(Clerk, request.user)


def window_of(clerk: Clerk) -> Window | None:
    """Return the window where somebody sits now; it was loaded with the person."""
    seat = getattr(clerk, "seat", None)
    return seat.window if seat is not None else None


def status_of(form: StampedForm) -> int:
    """200 for a fresh form, 409 if the case moved meanwhile, else 422."""
    if not form.is_bound or not form.errors:
        return 200
    return 409 if isinstance(form.refused, StaleCase) else 422
