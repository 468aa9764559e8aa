"""Opening and closing a window from the desk behind it.

Whoever sits at a window says whether it takes people now. Both acts are on record in
the window's history with who and why; doing what is done already writes nothing, so a
second click does no harm.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from windows.editing import save_with_reason
from windows.models import Clerk, Seat, Window


def open_window(window_id: int, *, by: Clerk, at: dt.datetime) -> bool:
    """Open a window where `by` sits; False if `by` does not sit there."""
    return _switch(window_id, to_open=True, by=by, at=at)


def close_window(window_id: int, *, by: Clerk, at: dt.datetime) -> bool:
    """Close a window where `by` sits: nothing is offered to it from now on."""
    return _switch(window_id, to_open=False, by=by, at=at)


@transaction.atomic
def _switch(window_id: int, *, to_open: bool, by: Clerk, at: dt.datetime) -> bool:
    window = (
        Window.objects.select_for_update(no_key=True)
        .filter(pk=window_id, is_active=True)
        .first()
    )
    is_there = Seat.objects.filter(clerk=by, window_id=window_id, since__lte=at)
    if window is None or not is_there.exists():
        return False
    if window.is_open != to_open:
        window.is_open = to_open
        reason = _("opened from the desk") if to_open else _("closed from the desk")
        save_with_reason(window, by=by, reason=reason)
    return True
