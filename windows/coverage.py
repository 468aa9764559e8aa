"""Gaps in who answers for what, so that a leader sees them before a citizen does.

Nine lists: six of items, three of windows. "Today" is passed in. Only the reader's
own hall counts: an item another hall answers for is still a gap in this one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.db.models import (
    Count,
    DecimalField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
)
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from windows.listing import joined
from windows.models import (
    Absence,
    BundledItem,
    CalendarYear,
    Posting,
    Responsibility,
    Seat,
    ServiceItem,
    Window,
)
from windows.models.items import Authority, DayUnit, Handling, ItemState, Step
from windows.models.people import PostKind

WARN_FROM_MONTH = 11  # notices come out from late October to December (R9.07)


class Gap(StrEnum):
    """What may be missing."""

    UNANSWERED = "unanswered"
    ADVICE_ONLY = "advice_only"
    TWO_WINDOWS = "two_windows"
    LONG_PROMISE = "long_promise"
    NOT_WHOLE = "not_whole"
    LONG_STEPS = "long_steps"
    WITHOUT_A = "without_a"
    ALL_AWAY = "all_away"
    UNSTAFFED = "unstaffed"

    @property
    def is_about_items(self) -> bool:
        """Whether the list is one of items; else it is one of windows."""
        return self in ITEM_GAPS


ITEM_GAPS: Final = (
    Gap.UNANSWERED,
    Gap.ADVICE_ONLY,
    Gap.TWO_WINDOWS,
    Gap.LONG_PROMISE,
    Gap.NOT_WHOLE,
    Gap.LONG_STEPS,
)
WINDOW_GAPS: Final = (Gap.WITHOUT_A, Gap.ALL_AWAY, Gap.UNSTAFFED)

TITLES: Final[Mapping[Gap, Promise]] = {
    Gap.UNANSWERED: gettext_lazy("Items nobody answers for"),
    Gap.ADVICE_ONLY: gettext_lazy("Items the hall can only advise on"),
    Gap.TWO_WINDOWS: gettext_lazy("Items that need two windows"),
    Gap.LONG_PROMISE: gettext_lazy("Promises not shorter than the law's limit"),
    Gap.NOT_WHOLE: gettext_lazy("Life events that are not whole"),
    Gap.LONG_STEPS: gettext_lazy("Steps that take longer than the promise"),
    Gap.WITHOUT_A: gettext_lazy("Windows without an A clerk today"),
    Gap.ALL_AWAY: gettext_lazy("Windows with nobody there today"),
    Gap.UNSTAFFED: gettext_lazy("Open windows where nobody sits"),
}

EXPLANATIONS: Final[Mapping[Gap, Promise]] = {
    Gap.UNANSWERED: gettext_lazy(
        "The department has windows in the hall, but today no window has a duty for "
        "this item."
    ),
    Gap.ADVICE_ONLY: gettext_lazy(
        "The item has come into the hall without the power to act: windows may only "
        "advise, none may accept or decide."  # R4.64
    ),
    Gap.TWO_WINDOWS: gettext_lazy(
        "One window accepts what only another one decides, so the matter has to walk "
        "between them."  # R4.64
    ),
    Gap.LONG_PROMISE: gettext_lazy(
        "A published promise should be strictly shorter than the statutory limit. "
        "Working days are compared with calendar days as five to seven."  # R1.30
    ),
    Gap.NOT_WHOLE: gettext_lazy(
        "An item of the life event is not published, so it is left out, or none is in "
        "it, or several units handle an item of it, and only one of them is asked."
    ),
    Gap.LONG_STEPS: gettext_lazy(
        "The days of the steps together, those at the same time counted once, are more "
        "than was promised. Each unit that keeps its own day breaks the promise."
    ),
    Gap.WITHOUT_A: gettext_lazy("Nobody is posted there as A today."),  # R2.60
    Gap.ALL_AWAY: gettext_lazy(
        "Nobody is posted there, or all who are are absent today: A and B may not be "
        "out at the same time."  # R2.60
    ),
    Gap.UNSTAFFED: gettext_lazy(
        "The window is open, but nobody posted there today has sat down at it."
    ),
}


class StepsDays(Func):
    """Working days that the steps of an item take together."""

    function = "windows_steps_days"
    output_field = DecimalField()


@dataclass(slots=True)
class WindowToday:
    """A window and the people posted there today."""

    window: Window
    here: list[Posting] = field(default_factory=list)
    away: list[Posting] = field(default_factory=list)
    is_staffed: bool = False

    @property
    def gaps(self) -> set[Gap]:
        """What is missing at this window."""
        found = set()
        posted = [*self.here, *self.away]
        if not any(posting.post == PostKind.A for posting in posted):
            found.add(Gap.WITHOUT_A)
        if not self.here:
            found.add(Gap.ALL_AWAY)
        if self.window.is_open and not self.is_staffed:
            found.add(Gap.UNSTAFFED)
        return found


@dataclass(frozen=True, slots=True)
class Coverage:
    """How long each list is, and the windows themselves, since they are few."""

    counts: Mapping[Gap, int]
    windows: Mapping[Gap, list[WindowToday]]


def coverage_of(hall_id: int | None, today: dt.date) -> Coverage:
    """Count every gap of a hall: three statements."""
    # Names of their own: a keyword that is also a field would be taken for it.
    counted = published().aggregate(
        **{
            f"{gap}_count": Count("pk", filter=condition)
            for gap, condition in _conditions(hall_id, today).items()
        }
    )
    counts = {gap: counted[f"{gap}_count"] for gap in ITEM_GAPS}
    windows: dict[Gap, list[WindowToday]] = {gap: [] for gap in WINDOW_GAPS}
    for each in _windows_today(hall_id, today):
        for gap in each.gaps:
            windows[gap].append(each)
    counts |= {gap: len(found) for gap, found in windows.items()}
    return Coverage(counts, windows)


def items_with(gap: Gap, hall_id: int | None, today: dt.date) -> QuerySet[ServiceItem]:
    """The items of one list, to be ordered and paged by the caller."""
    rows = published().filter(_conditions(hall_id, today)[gap])
    return rows.select_related("department").defer("basis", "conditions")


def published() -> QuerySet[ServiceItem]:
    """What a citizen may ask for; a draft has no gaps yet."""
    items = ServiceItem.objects.alias(steps_days=StepsDays("pk"))
    return items.filter(state=ItemState.PUBLISHED)


def _duties(hall_id: int | None, today: dt.date) -> QuerySet[Responsibility]:
    return Responsibility.objects.on(today).filter(
        window__hall=hall_id, window__is_active=True
    )


def _conditions(hall_id: int | None, today: dt.date) -> dict[Gap, Q]:
    """What makes an item belong to each list."""
    duties = _duties(hall_id, today)

    def somebody(**which: str) -> Q:
        return Q(pk__in=duties.filter(**which).order_by().values("item"))

    decides = somebody(authority=Authority.DECIDE)
    accepts = somebody(authority=Authority.ACCEPT)
    holds = BundledItem.objects.order_by()
    whole = holds.values("item")
    others = Step.objects.exclude(department=F("item__department"))
    halves = holds.filter(
        member__in=others.filter(department__isnull=False).order_by().values("item")
    ).values("item")
    left_out = holds.exclude(member__state=ItemState.PUBLISHED).values("item")
    in_hall = Q(department__in_hall=True, department__is_active=True)
    return {
        Gap.UNANSWERED: in_hall & ~somebody(),
        Gap.ADVICE_ONLY: somebody() & ~decides & ~accepts,
        # A window has one authority for an item: the one that accepts does not decide.
        Gap.TWO_WINDOWS: accepts & decides,
        Gap.LONG_PROMISE: _is_long_promise(),
        Gap.LONG_STEPS: _has_long_steps(),
        Gap.NOT_WHOLE: Q(is_bundle=True)
        & (~Q(pk__in=whole) | Q(pk__in=left_out) | Q(pk__in=halves)),
    }


def _is_long_promise() -> Q:
    """Not strictly shorter; done on the spot is shorter than any limit."""
    working, calendar = DayUnit.WORKING, DayUnit.CALENDAR
    longer = (
        Q(promised_unit=F("statutory_unit"), promised_days__gte=F("statutory_days"))
        | Q(
            promised_unit=working,
            statutory_unit=calendar,
            promised_days__gte=F("statutory_days") * 5.0 / 7.0,
        )
        | Q(
            promised_unit=calendar,
            statutory_unit=working,
            promised_days__gte=F("statutory_days") * 7.0 / 5.0,
        )
    )
    return longer & ~Q(handling=Handling.ON_THE_SPOT)


def _has_long_steps() -> Q:
    """The steps together take longer than the promise; at the same time counts once.

    No law forbids it, so it is a gap and no fault of the form (R4.73, R1.30).
    """
    return Q(promised_unit=DayUnit.WORKING, steps_days__gt=F("promised_days")) | Q(
        promised_unit=DayUnit.CALENDAR, steps_days__gt=F("promised_days") * 5.0 / 7.0
    )


def has_long_steps(item: ServiceItem) -> bool:
    """Whether the steps of an item take longer than its promise."""
    items = ServiceItem.objects.alias(steps_days=StepsDays("pk"))
    return items.filter(_has_long_steps(), pk=item.pk).exists()


def duties_by_item(
    items: Iterable[ServiceItem], hall_id: int | None, today: dt.date
) -> dict[int, list[Responsibility]]:
    """Which windows of the hall have a duty for some items: one statement."""
    found = defaultdict(list)
    duties = _duties(hall_id, today).filter(item__in=[item.pk for item in items])
    for duty in duties.select_related("window").order_by("window__number"):
        found[duty.item_id].append(duty)
    return found


def _windows_today(hall_id: int | None, today: dt.date) -> list[WindowToday]:
    """Every window in use with the people posted there: two statements."""
    windows = Window.objects.filter(hall=hall_id, is_active=True)
    by_window = {
        window.pk: WindowToday(window)
        for window in windows.select_related("department").order_by("number")
    }
    postings = Posting.objects.on(today).filter(
        window__hall=hall_id, window__is_active=True, clerk__is_active=True
    )
    postings = postings.annotate(
        is_away=Exists(Absence.objects.on(today).filter(clerk=OuterRef("clerk"))),
        sits_here=Exists(
            Seat.objects.filter(clerk=OuterRef("clerk"), window=OuterRef("window"))
        ),
    )
    for posting in postings.select_related("clerk").order_by("post", "id"):
        today_there = by_window.get(posting.window_id)
        if today_there is None:
            continue  # made after the windows were read
        (today_there.away if posting.is_away else today_there.here).append(posting)
        today_there.is_staffed |= posting.sits_here
    return list(by_window.values())


def calendar_warning(today: dt.date, loaded: Iterable[CalendarYear]) -> str:
    """Say that a year's notice should be loaded by now; empty if all is well (R9.11).

    Dates in a year that is not loaded are provisional, so the next one is asked for
    from November on.
    """
    wanted = [today.year]
    if today.month >= WARN_FROM_MONTH:
        wanted.append(today.year + 1)
    known = {row.year for row in loaded if not row.region}
    missing = [year for year in wanted if year not in known]
    if not missing:
        return ""
    return _(
        "The holidays of %(years)s are not loaded, so every date in that year is "
        "provisional. Please load the notice of the State Council."
    ) % {"years": joined(missing)}
