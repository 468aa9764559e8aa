"""What a window may do with an item, from when to when (窗口职责).

A change never rewrites the past: the period that holds ends the day before, and a new
one begins. Periods planned for later days are dropped, since the new one takes their
place. Nothing here knows about cases.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from windows.editing import delete_with_reason, save_with_reason
from windows.models import Clerk, Responsibility, ServiceItem, Window
from windows.models.periods import PeriodQuerySet

NOTHING = "none"
"""The choice that leaves a window without any authority over an item."""


def periods_of(item: ServiceItem, window: Window) -> PeriodQuerySet[Responsibility]:
    """Every period of one cell of the matrix, the latest first."""
    return Responsibility.objects.filter(item=item, window=window).order_by(
        "-starts_on"
    )


def history_of(item: ServiceItem, window: Window) -> QuerySet[Any]:
    """The history of one cell, over all of its periods."""
    history: QuerySet[Any] = Responsibility.history.filter(
        item_id=item.pk, window_id=window.pk
    )
    return history


def authority_on(item: ServiceItem, window: Window, day: dt.date) -> str:
    """What the window may do on `day`; empty means nothing."""
    held = periods_of(item, window).on(day)
    return held.values_list("authority", flat=True).first() or ""


@transaction.atomic
def set_authority(
    item: ServiceItem,
    window: Window,
    authority: str,
    *,
    starts_on: dt.date,
    by: Clerk,
    reason: str,
) -> None:
    """From `starts_on` on, `window` has `authority` over `item`, or `NOTHING`.

    What is already so is left alone and writes no history. The caller has locked the
    item, so that two changes of one cell follow each other.
    """
    periods = list(periods_of(item, window).between(starts_on))
    if _is_so_already(periods, authority, starts_on):
        return
    for period in periods:
        if period.starts_on >= starts_on:
            delete_with_reason(period, by=by, reason=reason)
        else:
            period.ends_on = starts_on - dt.timedelta(days=1)
            save_with_reason(period, by=by, reason=reason)
    if authority != NOTHING:
        new = Responsibility(
            item=item, window=window, authority=authority, starts_on=starts_on
        )
        save_with_reason(new, by=by, reason=reason)


def _is_so_already(
    periods: list[Responsibility], authority: str, starts_on: dt.date
) -> bool:
    """Whether nothing would be different from `starts_on` on."""
    if authority == NOTHING:
        return not periods
    return (
        len(periods) == 1
        and periods[0].authority == authority
        and periods[0].starts_on <= starts_on
        and periods[0].ends_on is None
    )
