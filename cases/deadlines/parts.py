"""The time table of several units that decide together (R4.70 to R4.78)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from windows.closures import Calendar

from .counting import due, due_without
from .days import Unit, working_days_between
from .stops import Stop, stopped_days


@dataclass(frozen=True, slots=True)
class Leg:
    """One step of handling an item: working days of a unit, 0 for the same day.

    `is_parallel`: it is taken at the same time as the one before it (R4.70).
    """

    name: str
    unit: str
    days: int
    is_parallel: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """A leg in the time table: from which working day of the whole to which, by date.

    `before` working days are over when it begins; `first` is the first day on which
    the unit works at it, `due` the last.
    """

    leg: Leg
    before: int
    first: dt.date
    due: dt.date


def timetable(
    calendar: Calendar, start: dt.date, legs: Sequence[Leg]
) -> tuple[Stretch, ...]:
    """Return when each unit has to be done with its part (R4.70, R4.78).

    What can be done at once is received by all at once; where one step needs the one
    before, its time begins with the written word that the earlier is done (R4.73): the
    longest of those taken together. Raises ValueError past the year 9999.
    """

    def day(count: int) -> dt.date:
        return due(calendar, start, count, Unit.WORKING).due

    stretches: list[Stretch] = []
    before = reached = 0
    for leg in legs:
        if not leg.is_parallel:
            before = reached
        reached = max(reached, before + leg.days)
        first = day(before + min(leg.days, 1))
        stretches.append(Stretch(leg, before, first, day(before + leg.days)))
    return tuple(stretches)


@dataclass(frozen=True, slots=True)
class Share:
    """One unit's part of a joint case, as far as its dates go (R4.70, R4.73).

    `days` are working days, 0 for the same day. Parts of one `stage` run at the same
    time. `starts` and `due` are None until the stage before is done, and `done` is None
    until the unit has answered. `law` is the limit of its own item, in its own unit.
    """

    stage: int
    days: int
    starts: dt.date | None = None
    due: dt.date | None = None
    done: dt.date | None = None
    law: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """What a joint case gives its parts (R1.21, R1.24).

    `due` is its statutory day, None while it has none. `stood` are the days on which
    its clock stood, each with the name of the stop: they are no unit's days either.
    `accepted` is the day of the acceptance, which silence may have brought before the
    units are asked (R1.10): what begins with it has its law from there (R1.07).
    """

    due: dt.date | None
    stood: Mapping[dt.date, str] = field(default_factory=dict)
    accepted: dt.date | None = None


def days_stood(
    calendar: Calendar, accepted: dt.date, unit: str, stops: Sequence[Stop]
) -> Mapping[dt.date, str]:
    """Return the days on which the clock of a whole stood, counted as it counts.

    A stop of which nobody can tell the end yet takes none so far: the units' days move
    when it has ended. Raises StopsError.
    """
    told = [stop for stop in stops if not stop.is_frozen]
    return stopped_days(calendar, accepted, Unit(unit), told)


def stages(legs: Sequence[Leg]) -> tuple[int, ...]:
    """Return the stage of each leg: what is parallel shares that of the one before."""
    found: list[int] = []
    for leg in legs:
        last = found[-1] if found else -1
        found.append(last if leg.is_parallel and found else last + 1)
    return tuple(found)


def part_due(
    calendar: Calendar,
    start: dt.date,
    days: int,
    whole: Whole,
    law: tuple[int, str] | None = None,
    *,
    stage: int = 0,
) -> dt.date:
    """The day by which a unit has its part done that it begins on `start`.

    Days on which the whole stood are left out (R1.24). Never past the `law` of its own
    item (R1.20), nor the statutory day of the whole (R1.21), if there is one; but a
    part that begins when that has passed already is due on the day it begins. Raises
    ValueError like `due`.
    """
    counted = due_without(calendar, start, days, Unit.WORKING, whole.stood).due
    if law is not None:
        counted = min(counted, law_ends(calendar, start, law, whole, stage))
    return counted if whole.due is None else min(counted, max(whole.due, start))


def has_all_days(
    calendar: Calendar, start: dt.date, days: int, due: dt.date, whole: Whole
) -> bool:
    """Whether a part has its days until it is `due`, so that its silence may count.

    The statutory day of the whole may have cut them (R1.21): silence on a day that a
    unit never had is no consent (R4.77).
    """
    return due >= due_without(calendar, start, days, Unit.WORKING, whole.stood).due


def law_ends(
    calendar: Calendar, start: dt.date, law: tuple[int, str], whole: Whole, stage: int
) -> dt.date:
    """The last day of an item by its own `law`, counted in its own unit (R1.20).

    From the acceptance, if it begins with that (stage 0), whenever its unit is asked
    (R1.07); else from `start`, when the earlier is done. Not before it begins.
    """
    since = start if stage else whole.accepted or start
    return max(start, due_without(calendar, since, *law, whole.stood).due)


def expected(
    calendar: Calendar,
    start: dt.date,
    shares: Sequence[Share],
    whole: Whole,
    today: dt.date,
) -> tuple[tuple[dt.date, dt.date], ...]:
    """Return from when to when each part runs: as it is set, else as it is to be hoped.

    A part that waits begins, if everybody keeps the time, on the last day of the stage
    before: the day on which that was done, or is due (R4.73); `today` at the earliest,
    as long as that is not done. The first begins on `start`, when the units are asked.
    Raises ValueError like `due`.
    """
    ends: dict[int, dt.date] = {-1: start}
    for stage in sorted({share.stage for share in shares}):
        begins = ends[max(ends)]
        here = [share for share in shares if share.stage == stage]
        ends[stage] = max(_share_ends(calendar, one, begins, whole) for one in here)
        if any(one.done is None for one in here):
            ends[stage] = max(ends[stage], today)
    before = dict(zip(sorted(ends)[1:], sorted(ends), strict=False))
    return tuple(
        (
            share.starts or ends[before[share.stage]],
            share.due or _share_ends(calendar, share, ends[before[share.stage]], whole),
        )
        for share in shares
    )


def _share_ends(
    calendar: Calendar, share: Share, begins: dt.date, whole: Whole
) -> dt.date:
    """The day on which a part is done, was to be done, or is to be hoped to be."""
    if share.done is not None:
        return share.done
    return share.due or part_due(
        calendar, begins, share.days, whole, share.law, stage=share.stage
    )


def fitted(days: Sequence[int], stages: Sequence[int], most: int) -> list[int]:
    """Cut the days of parts in proportion, so that all stages fit into `most` days.

    Working days; what fits stays as it is (R1.21).
    """
    longest: dict[int, int] = {}
    for count, stage in zip(days, stages, strict=True):
        longest[stage] = max(count, longest.get(stage, 0))
    total = sum(longest.values())
    if total <= most:
        return list(days)
    return [count * most // total for count in days]


def late_by(
    calendar: Calendar, due: dt.date, done: dt.date, stops: Sequence[Stop]
) -> int:
    """Working days by which a part was answered after its day; 0 if in time.

    While the clock of the whole stood without a known end no day was late (R1.24).
    """
    late = 0
    for count in range(1, (done - due).days + 1):
        day = due + dt.timedelta(days=count)
        frozen = any(
            one.limit is None and one.began <= day <= (one.resumed or day)
            for one in stops
        )
        late += calendar.is_working(day) and not frozen
    return late


def has_moved(
    table: Mapping[str, Any],
    dues: Sequence[dt.date | None],
    promised: dt.date | None,
    statutory: dt.date | None,
) -> bool:
    """Whether dates stand otherwise than in the time table that was issued last.

    `dues` are the days of the parts; one that had none then was only expected. While
    the clock stands without a known end there are no dates.
    """
    if promised is None or statutory is None:
        return False
    told = [table["promised_due"], table["statutory_due"]]
    if told != [promised.isoformat(), statutory.isoformat()]:
        return True
    return any(
        due is not None and not row["expected"] and row["due"] != due.isoformat()
        for row, due in zip(table["rows"], dues, strict=True)
    )


def bar(
    calendar: Calendar, start: dt.date, first: dt.date, last: dt.date
) -> tuple[int, int]:
    """Return working days from `start` to a part's first day, and those it takes."""
    before = max(0, working_days_between(calendar, start, first))
    return before, max(0, working_days_between(calendar, first, last))
