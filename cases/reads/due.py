"""A deadline as a page shows it: how near, in working days, and how much is used."""

import datetime as dt
from dataclasses import dataclass

from cases.deadlines import Status, nearness, working_days_between
from windows.closures import Calendar

LEVELS = {
    Status.FINE: "ok",
    Status.SOON: "soon",
    Status.TODAY: "soon",
    Status.OVERDUE: "late",
}


@dataclass(frozen=True, slots=True)
class Due:
    """What `_deadline.html` shows; `used` and `total` in working days, 0: no bar."""

    label: str
    due: dt.date
    level: str
    days_left: int
    days_late: int
    used: int = 0
    total: int = 0
    provisional: bool = False


def shown(
    due_on: dt.date,
    *,
    today: dt.date,
    calendar: Calendar,
    label: str = "",
    since: dt.date | None = None,
) -> Due:
    """Say how near `due_on` is; with `since`, also how much of the time is used."""
    near = nearness(calendar, due_on, today)
    late = near.status is Status.OVERDUE
    total = used = 0
    if since is not None and since < due_on:
        total = working_days_between(calendar, since, due_on)
        used = min(max(working_days_between(calendar, since, today), 0), total)
    return Due(
        label=label,
        due=due_on,
        level=LEVELS[near.status],
        days_left=-near.days if late else near.days,
        days_late=near.days if late else 0,
        used=used,
        total=total,
        provisional=calendar.is_provisional(due_on),
    )
