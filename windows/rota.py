"""Who is posted where on which day, and where a window would be left alone.

The A clerk answers for a window, the B clerk stands in with the same powers (R2.60,
R2.61). Two days matter: a day without any A clerk, and a working day on which
everybody posted is away. Nothing here knows about cases.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from windows.calendars import current_calendar
from windows.closures import Calendar
from windows.models import Absence, Posting, Window
from windows.models.people import PostKind

HORIZON = 30
"""How many days ahead a warning looks."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Days on which a window has no A clerk, or has nobody at all."""

    window: Window
    first: dt.date
    last: dt.date
    is_without_a: bool
    """True: no A clerk is posted. False: all who are posted are away."""


@dataclass(slots=True)
class Rota:
    """The postings and absences of some windows over some days."""

    windows: Sequence[Window]
    postings: list[Posting]
    absences: list[Absence]
    calendar: Calendar
    first: dt.date
    last: dt.date
    _by_window: dict[int, list[Posting]] = field(default_factory=dict)
    _away: dict[int, list[Absence]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort by window and by person once."""
        by_window: dict[int, list[Posting]] = defaultdict(list)
        for posting in self.postings:
            by_window[posting.window_id].append(posting)
        away: dict[int, list[Absence]] = defaultdict(list)
        for absence in self.absences:
            away[absence.clerk_id].append(absence)
        self._by_window, self._away = by_window, away

    def posted(self, window: Window, day: dt.date) -> list[Posting]:
        """Whose post at `window` holds on `day`; people who have left do not count."""
        return [
            posting
            for posting in self._by_window.get(window.pk, [])
            if posting.clerk.is_active and covers(posting, day)
        ]

    def of(self, window: Window) -> list[Posting]:
        """Every post at `window` in these days."""
        return self._by_window.get(window.pk, [])

    def absence(self, clerk_id: int, day: dt.date) -> Absence | None:
        """The absence of a person on `day`."""
        for absence in self._away.get(clerk_id, []):
            if absence.starts_on <= day <= absence.ends_on:
                return absence
        return None

    def gaps(self) -> list[Gap]:
        """Every stretch of days on which a window is left alone."""
        found = []
        for window in self.windows:
            for is_without_a in (True, False):
                days = [
                    day
                    for day in days_between(self.first, self.last)
                    if self.calendar.is_working(day)
                    and self._is_left(window, day) is is_without_a
                ]
                found += [
                    Gap(window, first, last, is_without_a)
                    for first, last in self._stretches(days)
                ]
        return found

    def _is_left(self, window: Window, day: dt.date) -> bool | None:
        """True without an A clerk, False with everybody away, None if all is well."""
        posted = self.posted(window, day)
        if not any(posting.post == PostKind.A for posting in posted):
            return True
        if all(self.absence(posting.clerk_id, day) for posting in posted):
            return False
        return None

    def _stretches(self, days: list[dt.date]) -> list[tuple[dt.date, dt.date]]:
        """Join days that follow each other; rest days between them do not part them."""
        joined: list[tuple[dt.date, dt.date]] = []
        for day in days:
            if joined:
                first, last = joined[-1]
                between = days_between(last + dt.timedelta(days=1), day)[:-1]
                if not any(self.calendar.is_working(other) for other in between):
                    joined[-1] = (first, day)
                    continue
            joined.append((day, day))
        return joined


def covers(posting: Posting, day: dt.date) -> bool:
    """Whether a posting holds on `day`; both ends belong to it."""
    return posting.starts_on <= day and (
        posting.ends_on is None or day <= posting.ends_on
    )


def days_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Both ends included; empty if the last lies before the first."""
    return [
        first + dt.timedelta(days=number) for number in range((last - first).days + 1)
    ]


def rota_of(
    windows: Sequence[Window], first: dt.date, last: dt.date, region: str = ""
) -> Rota:
    """The rota of `windows` from `first` to `last`: three statements."""
    postings = Posting.objects.between(first, last).filter(window__in=windows)
    postings = postings.select_related("clerk").order_by("window_id", "post", "id")
    found = list(postings)
    absences = Absence.objects.between(first, last).filter(
        clerk__in={posting.clerk_id for posting in found}
    )
    return Rota(windows, found, list(absences), current_calendar(region), first, last)


def new_gaps(before: Iterable[Gap], after: Iterable[Gap]) -> list[Gap]:
    """What a change makes worse: gaps that were not there, or are longer now."""
    known = list(before)
    return [
        gap
        for gap in after
        if not any(
            old.window.pk == gap.window.pk
            and old.is_without_a == gap.is_without_a
            and old.first <= gap.first
            and gap.last <= old.last
            for old in known
        )
    ]
