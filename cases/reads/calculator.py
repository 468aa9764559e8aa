"""When a matter would be due: item, day and stops lead to both dates, day by day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from cases.deadlines import (
    LONGEST_EXTENSION,
    LONGEST_JOINT_EXTENSION,
    ClockFrozenError,
    Leg,
    Limits,
    Stop,
    Stretch,
    both_dates,
    timetable,
)
from cases.models.case import DeadlineKind
from cases.reads.due import Explained, explained
from windows import catalogue, limits
from windows.calendars import current_calendar
from windows.closures import Calendar
from windows.models import Hall, ServiceItem
from windows.models.items import ItemState

HITS = 5

TRIES_PER_ADDRESS = 120
"""Calculations from one address in ten minutes; a hall's whole public shares one."""

_BOTH = (DeadlineKind.PROMISED, DeadlineKind.STATUTORY)


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """An item that fits what was said."""

    id: int
    code: str
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The time table of an item: what each unit does, by when (R4.70, R4.78).

    `days` is how many working days all of it takes, at least 1: the width of its bars.
    """

    stretches: tuple[Stretch, ...]
    days: int


@dataclass(frozen=True, slots=True)
class Calculation:
    """The items that fit what was said, and both dates of the one that counts.

    `dates` is empty while a stop has neither end nor limit (`is_frozen`), and where
    they would lie outside every calendar; `item` is None where nobody can be sure which
    is meant, and one is to be chosen. `plan` is there if the item has steps with
    days; it knows of no stops and no extension, so it is left out with them.
    `longest_extension` is what the law allows of this item (R1.20, R1.21).
    """

    items: tuple[ItemChoice, ...]
    item: ItemChoice | None = None
    dates: tuple[Explained, ...] = ()
    is_frozen: bool = False
    plan: Plan | None = None
    longest_extension: int = LONGEST_JOINT_EXTENSION


def is_too_often(address: str, *, at: dt.datetime) -> bool:
    """Count one calculation of the public; tell whether the address has had enough."""
    key = limits.key_of("calculator", within=address)
    return limits.count(key, seconds=600, at=at) > TRIES_PER_ADDRESS


def calculate(
    words: str,
    *,
    chosen: int | None,
    start: dt.date,
    stops: Sequence[Stop],
    extension: int,
    hall: Hall | None,
    today: dt.date,
) -> Calculation | None:
    """Return both dates of the item that was chosen, else of the first that fits.

    None if no item fits. The same arithmetic as for a real case (R1.20, R1.24, R1.30),
    by the calendar of the hall's region as it is now, else by the nation's. At most six
    statements.
    """
    looked_up = catalogue.look_up(words, HITS) if words else []
    hits = [hit.key for hit in looked_up]
    rows = (
        ServiceItem.objects.filter(state=ItemState.PUBLISHED)
        .select_related("department")
        .in_bulk(hits)
    )
    found = [rows[key] for key in hits if key in rows]
    if not found:
        return None
    items = tuple(_choice(row) for row in found)
    if chosen not in rows and not looked_up[0].is_likely:
        return Calculation(items)
    item = rows[chosen] if chosen in rows else found[0]
    calendar = current_calendar(hall.region if hall else "")
    try:
        both = both_dates(calendar, start, Limits.of(item), stops, extension)
    except ClockFrozenError:
        return Calculation(items, _choice(item), is_frozen=True)
    except ValueError:
        return Calculation(items, _choice(item))
    return Calculation(
        items,
        _choice(item),
        dates=tuple(
            explained(date, label=str(kind.label), today=today)
            for kind, date in zip(_BOTH, both, strict=True)
        ),
        plan=None if stops or extension else _plan(item, calendar, start),
        longest_extension=_longest_extension(item),
    )


def _longest_extension(item: ServiceItem) -> int:
    if item.is_bundle:
        is_of_several = len({row.member.department_id for row in item.members}) > 1
    else:
        is_of_several = item.is_joint
    return LONGEST_JOINT_EXTENSION if is_of_several else LONGEST_EXTENSION


def _plan(item: ServiceItem, calendar: Calendar, start: dt.date) -> Plan | None:
    """Return the time table of an item accepted on `start`, if its steps have days."""
    steps = [step for step in item.handled() if step.days is not None]
    legs = [
        Leg(
            name=step.name,
            unit=step.department.local_name if step.department else "",
            days=step.days or 0,
            is_parallel=step.is_parallel,
        )
        for step in steps
    ]
    try:
        stretches = timetable(calendar, start, legs)
    except ValueError:
        return None
    if not stretches:
        return None
    return Plan(stretches, max(1, *(one.before + one.leg.days for one in stretches)))


def _choice(item: ServiceItem) -> ItemChoice:
    return ItemChoice(item.pk, item.code, item.local_name, item.department.local_name)
