"""A deadline as a page shows it: how near it is, how much is used, and day by day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from cases.deadlines import (
    DayLine,
    Deadline,
    Reason,
    Status,
    nearness,
    working_days_between,
)
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
    was: dt.date | None = None


def shown(
    due_on: dt.date,
    *,
    today: dt.date,
    calendar: Calendar,
    label: str = "",
    since: dt.date | None = None,
    was: dt.date | None = None,
) -> Due:
    """Say how near `due_on` is; with `since`, also how much of the time is used.

    `was` is what was told before the calendar moved it.
    """
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
        was=was if was != due_on else None,
    )


def told_before(was: Sequence[dt.date | None]) -> dt.date | None:
    """Return what was told before the calendar moved a date, if it moved it.

    `was` is `Deadline.was_on` of each row of its kind, the oldest first.
    """
    told = None
    for day in reversed(was):
        if day is None:
            break
        told = day
    return told


MOST_DAYS = 400
"""Days of an explanation that a page shows at most."""

_LOOKS = {
    Reason.WEEKEND: "day--off",
    Reason.HOLIDAY: "day--off",
    Reason.FIRST_DAY: "day--off",
    Reason.STOPPED: "day--stop",
    Reason.MAKE_UP_DAY: "day--extra",
}


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of an explained deadline; `look` is its class in the style sheet."""

    date: dt.date
    why: str
    look: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A due day with every day that led to it (R9.14).

    `was` is what is kept, where the calendar changed after; `will_move` says that it
    moves as soon as that calendar is released.
    """

    label: str
    due: dt.date
    days: tuple[DayCell, ...]
    is_cut: bool
    provisional: bool
    was: dt.date | None = None
    will_move: bool = False


def explained(
    computed: Deadline,
    *,
    label: str,
    today: dt.date,
    was: dt.date | None = None,
    will_move: bool = False,
) -> Explained:
    """Say of every day of a deadline why it counts or does not."""
    return Explained(
        label=label,
        due=computed.due,
        days=tuple(
            DayCell(
                date=line.date,
                why=gettext(line.msgid) % _in_words(line),
                look=_look(line, computed.due, today),
            )
            for line in computed.days[:MOST_DAYS]
        ),
        is_cut=len(computed.days) > MOST_DAYS,
        provisional=computed.provisional,
        was=was,
        will_move=will_move,
    )


def _in_words(line: DayLine) -> dict[str, str | int]:
    """Return the parameters of a sentence, the ground of a stop translated."""
    if line.reason is Reason.STOPPED and line.name:
        return {**line.params, "name": gettext(line.name)}
    return line.params


def _look(line: DayLine, due: dt.date, today: dt.date) -> str:
    look = "day--due" if line.date == due else _LOOKS.get(line.reason, "")
    return f"{look} day--today" if line.date == today else look
