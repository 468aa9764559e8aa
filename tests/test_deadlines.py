"""Working days with holidays and make-up days, explained (R1.07, R4.37, R9.*)."""

import datetime as dt
import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cases.deadlines import (
    LONGEST,
    REASONS,
    ClockFrozenError,
    Deadline,
    Leg,
    Limits,
    Nearness,
    Reason,
    Status,
    Stop,
    StopsError,
    Unit,
    accepted_from,
    both_dates,
    deemed_acceptance,
    due,
    nearness,
    tell_by,
    timetable,
    working_days_between,
)
from windows.closures import (
    Calendar,
    SpecialDay,
    calendar_from_rows,
    state_council_days,
)

DAY = dt.timedelta(days=1)
CALENDAR = calendar_from_rows(state_council_days(2026), [2026], 3)


def on(month: int, day: int, year: int = 2026) -> dt.date:
    return dt.date(year, month, day)


def reasons(deadline: Deadline) -> list[str]:
    return [line.msgid % line.params for line in deadline.days]


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (on(1, 5), 5, on(1, 12)),
        (on(1, 30), 20, on(3, 5)),
        (on(1, 30), 30, on(3, 19)),
        (on(2, 11), 5, on(2, 25)),
        (on(2, 13), 1, on(2, 14)),
        (on(2, 13), 5, on(2, 27)),
        (on(2, 14), 1, on(2, 24)),
        (on(2, 24), 5, on(3, 2)),
        (on(2, 27), 1, on(2, 28)),
        (on(4, 3), 1, on(4, 7)),
        (on(4, 30), 1, on(5, 6)),
        (on(4, 30), 5, on(5, 11)),
        (on(6, 18), 5, on(6, 26)),
        (on(7, 1), 20, on(7, 29)),
        (on(7, 1), 45, on(9, 2)),
        (on(9, 18), 5, on(9, 24)),
        (on(9, 24), 10, on(10, 15)),
        (on(9, 30), 5, on(10, 13)),
        (on(9, 30), 20, on(11, 3)),
        (on(12, 1), 20, on(12, 29)),
    ],
)
def test_the_vectors_of_the_rule_book(start: dt.date, count: int, end: dt.date) -> None:
    """R9.08, R9.09, R9.10 and the table of rules.md 9.1."""
    found = due(CALENDAR, start, count, "working")
    assert found.due == end
    assert not found.provisional
    assert found.calendar_version == 3
    assert working_days_between(CALENDAR, start, end) == count


def test_a_deadline_is_explained_day_by_day() -> None:
    """R9.08, R9.09: first day, make-up day, holiday and weekend each say why."""
    found = due(CALENDAR, on(2, 13), 2, Unit.WORKING)
    assert [line.date for line in found.days] == [
        on(2, 13) + number * DAY for number in range(12)
    ]
    assert reasons(found) == [
        "The first day is not counted.",
        "Working day 1: a weekend day worked to make up for 春节.",
        *["Holiday (春节), not counted."] * 9,
        "Working day 2.",
    ]
    assert [line.ordinal for line in found.days if line.counts] == [1, 2]
    weekend = due(CALENDAR, on(1, 9), 1, Unit.WORKING)
    assert reasons(weekend)[1:3] == ["Weekend, not counted."] * 2


def test_a_calendar_count_that_ends_on_a_rest_day_moves_on() -> None:
    """R9.09: from 21 September, ten days end inside the national holiday."""
    found = due(CALENDAR, on(9, 21), 10, "calendar")
    assert found.due == on(10, 8)
    assert reasons(found)[9:12] == [
        "Day 9.",
        "Day 10 is a rest day, so the end moves to the next working day.",
        "Holiday (国庆节), not counted.",
    ]
    assert reasons(found)[-1] == "The next working day after the rest day."
    assert due(CALENDAR, on(9, 21), 9, "calendar").due == on(9, 30)
    # 20 September is a Sunday on which offices open: nothing moves (R9.08).
    assert due(CALENDAR, on(9, 10), 10, "calendar").due == on(9, 20)


def test_a_limit_of_no_days_is_due_on_the_day_itself() -> None:
    """R1.20, R9.09: on the spot; received on a rest day, the next working day."""
    assert due(CALENDAR, on(11, 20), 0, "working").due == on(11, 20)
    moved = due(CALENDAR, on(11, 21), 0, "working")
    assert moved.due == on(11, 23)
    assert reasons(moved) == [
        "Due on the day itself.",
        "Weekend, not counted.",
        "The next working day after the rest day.",
    ]
    assert due(CALENDAR, on(11, 21), 0, "calendar").due == on(11, 23)


def test_a_date_in_a_year_not_loaded_is_provisional() -> None:
    """R9.11: only weekends are known there, and the deadline says so."""
    loaded = due(CALENDAR, on(12, 30), 1, "working")
    assert (loaded.due, loaded.provisional) == (on(12, 31), False)
    beyond = due(CALENDAR, on(12, 30), 2, "working")
    assert (beyond.due, beyond.provisional) == (on(1, 1, 2027), True)
    assert [line.provisional for line in beyond.days] == [False, False, True]


@pytest.mark.parametrize("unit", list(Unit))
def test_past_the_year_9999_is_a_value_error(unit: Unit) -> None:
    """Check 14's kind of date: never an OverflowError."""
    last = dt.date.max
    assert due(CALENDAR, last, 0, unit).due == last
    with pytest.raises(ValueError, match="after the year 9999"):
        due(CALENDAR, last, 1, unit)
    with pytest.raises(ValueError, match="after the year 9999"):
        due(CALENDAR, last - 100 * DAY, LONGEST, unit)
    closed = calendar_from_rows([SpecialDay(last, "x", True)], [], 1)
    with pytest.raises(ValueError, match="after the year 9999"):
        due(closed, last, 0, unit)
    with pytest.raises(ValueError, match="after the year 9999"):
        nearness(closed, last - DAY, last)


@pytest.mark.parametrize("count", [-1, LONGEST + 1, 10**9])
def test_a_count_outside_all_law_is_a_value_error(count: int) -> None:
    """Check 2."""
    with pytest.raises(ValueError, match=f"a limit has 0 to {LONGEST} days"):
        due(CALENDAR, on(1, 5), count, "working")
    with pytest.raises(ValueError, match="fortnights"):
        due(CALENDAR, on(1, 5), 1, "fortnights")


def test_every_reason_has_a_sentence() -> None:
    assert set(REASONS) == set(Reason)


@pytest.mark.parametrize(
    ("today", "warning", "expected"),
    [
        (on(2, 11), 1, Nearness(Status.FINE, 3)),
        (on(2, 12), 1, Nearness(Status.FINE, 2)),
        (on(2, 13), 1, Nearness(Status.SOON, 1)),
        (on(2, 12), 2, Nearness(Status.SOON, 2)),
        (on(2, 13), 0, Nearness(Status.FINE, 1)),
        (on(2, 14), 1, Nearness(Status.TODAY, 0)),
        # The Spring Festival follows: late from its first day on.
        (on(2, 15), 1, Nearness(Status.OVERDUE, 1)),
        (on(2, 24), 1, Nearness(Status.OVERDUE, 1)),
        (on(2, 25), 1, Nearness(Status.OVERDUE, 2)),
    ],
)
def test_nearness_counts_working_days(
    today: dt.date, warning: int, expected: Nearness
) -> None:
    """R4.37: due on Saturday 14 February 2026, a make-up day."""
    assert nearness(CALENDAR, on(2, 14), today, warning) == expected


def test_a_one_day_promise_is_warned_of_from_the_start() -> None:
    """R4.37."""
    one_day = due(CALENDAR, on(9, 30), 1, "working")
    assert nearness(CALENDAR, one_day.due, on(9, 30)).status is Status.SOON


def test_silence_for_five_working_days_is_acceptance_from_the_day_of_receipt() -> None:
    """R1.07: received 24 February, so to be told by 2 March (28 February counts)."""
    received = on(2, 24)
    until = tell_by(CALENDAR, received).due
    assert until == on(3, 2)
    assert deemed_acceptance(received, until, on(3, 2)) is None
    assert deemed_acceptance(received, until, on(3, 3)) == received
    sooner = tell_by(CALENDAR, received, 1).due
    assert deemed_acceptance(received, sooner, on(2, 26)) == received
    assert tell_by(CALENDAR, received, 90).due == until, "never later than the law"


def test_where_nothing_waits_to_be_told_silence_accepts_nothing() -> None:
    """R1.07: neither before a receipt, nor once it was accepted or told."""
    assert deemed_acceptance(None, None, on(3, 3)) is None
    assert deemed_acceptance(on(2, 24), None, on(3, 3)) is None


def test_acceptance_counts_from_the_day_that_the_law_names() -> None:
    """R1.07, R1.10, R1.20: the receipt, the last paper asked for, or today."""
    today, receipt, complete = on(3, 3), on(2, 24), on(3, 2)
    assert accepted_from(today, deemed=None, completed=None) == today
    assert accepted_from(today, deemed=None, completed=complete) == complete
    assert accepted_from(today, deemed=receipt, completed=None) == receipt


# Against a slow and obvious model --------------------------------------------------

starts = st.dates(dt.date(2025, 1, 1), dt.date(2025, 3, 31))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Random exceptions thick enough to matter, in a year that may not be loaded."""
    days = draw(
        st.dictionaries(st.dates(on(1, 1, 2025), on(5, 1, 2025)), st.booleans())
    )
    rows = [SpecialDay(day, "节", is_off) for day, is_off in days.items()]
    return calendar_from_rows(rows, draw(st.sampled_from([[], [2025]])), 1)


def works(calendar: Calendar, day: dt.date) -> bool:
    if day in calendar.days:
        return not calendar.days[day].is_off
    return day.strftime("%a") not in ("Sat", "Sun")


def obvious_due(calendar: Calendar, start: dt.date, count: int, unit: str) -> dt.date:
    days = [start + number * DAY for number in range(400)]
    if unit == "calendar" or count == 0:
        return next(day for day in days[count:] if works(calendar, day))
    return [day for day in days[1:] if works(calendar, day)][count - 1]


@given(calendars(), starts, st.integers(0, 60), st.sampled_from(list(Unit)))
def test_due_agrees_with_the_obvious_model(
    calendar: Calendar, start: dt.date, count: int, unit: Unit
) -> None:
    """R9.08, R9.09: and its lines are whole, in order, and count what they should."""
    found = due(calendar, start, count, unit)
    assert found.due == obvious_due(calendar, start, count, unit)
    assert works(calendar, found.due)
    dates = [line.date for line in found.days]
    assert dates[0] == start
    assert dates[-1] == found.due
    assert all(later - day == DAY for day, later in itertools.pairwise(dates))
    ordinals = [line.ordinal for line in found.days if line.counts]
    assert ordinals == list(range(1, count + 1))
    assert found.provisional == (2025 not in calendar.loaded_years)
    if unit is Unit.WORKING:
        for line in found.days[1:]:
            moved = line.reason is Reason.MOVED_TO
            assert moved or line.counts == works(calendar, line.date)
        if count:
            assert working_days_between(calendar, start, found.due) == count


@given(calendars(), starts, st.integers(0, 9), st.integers(0, 40))
def test_silence_agrees_with_the_obvious_model(
    calendar: Calendar, received: dt.date, limit: int, later: int
) -> None:
    """R1.07: go day by day; once the working days are used up, the next day is late."""
    today = received + later * DAY
    left, day = min(limit, 5), received
    while left or not works(calendar, day):
        day += DAY
        left = max(0, left - works(calendar, day))
    until = tell_by(calendar, received, limit).due
    assert until == day
    assert deemed_acceptance(received, until, today) == (
        received if today > day else None
    )


@given(calendars(), starts, starts, st.integers(0, 5))
def test_nearness_agrees_with_the_obvious_model(
    calendar: Calendar, end: dt.date, today: dt.date, warning: int
) -> None:
    """R4.37: and counting backwards is counting forwards with a minus."""
    low, high = sorted((end, today))
    days = [low + number * DAY for number in range(1, (high - low).days + 1)]
    between = sum(works(calendar, day) for day in days)
    assert working_days_between(calendar, low, high) == between
    assert working_days_between(calendar, high, low) == -between
    found = nearness(calendar, end, today, warning)
    assert (found.status is Status.OVERDUE) == (today > end)
    assert (found.status is Status.TODAY) == (today == end)
    if today > end:
        assert found.days == between + (not works(calendar, today))
        assert found.days >= 1 or not any(works(calendar, day) for day in days)
    else:
        assert found.days == between
        if today < end:
            assert (found.status is Status.SOON) == (between <= warning)


# --- Stops and extensions (R1.20, R1.24, rules.md 6.5) ------------------------------


def test_a_stop_without_a_limit_freezes_the_clock() -> None:
    """R1.24, 6.5: while it runs there is no due day; ended, it moves by its days."""
    with pytest.raises(ClockFrozenError):
        due(CALENDAR, on(11, 2), 5, "working", [Stop(on(11, 4))])
    ended = due(CALENDAR, on(11, 2), 5, "working", [Stop(on(11, 4), on(11, 10))])
    assert ended.due == on(11, 13), "four working days later than 9 November"


def test_a_stop_with_a_limit_moves_the_date_by_the_limit() -> None:
    """R1.24, 6.5: at once by its limit; ended early by its days; excess counts."""
    assert due(CALENDAR, on(11, 2), 5, "working").due == on(11, 9)
    for resumed, end in [
        (None, on(11, 12)),
        (on(11, 5), on(11, 10)),
        (on(11, 9), on(11, 12)),
        (on(11, 20), on(11, 12)),
    ]:
        stop = Stop(on(11, 4), resumed, limit=3)
        assert due(CALENDAR, on(11, 2), 5, "working", [stop]).due == end, resumed


def test_a_stop_of_one_day_is_one_day() -> None:
    """6.5: begun and ended on the same day it takes one day; repeated, no more."""
    once, again = Stop(on(11, 4), on(11, 4)), Stop(on(11, 5), on(11, 5))
    assert due(CALENDAR, on(11, 2), 5, "working", [once]).due == on(11, 10)
    assert due(CALENDAR, on(11, 2), 5, "working", [once, again]).due == on(11, 10)


def test_a_stop_of_one_rest_day_takes_no_working_day() -> None:
    """rules.md 6.5: stops count in the unit of the item; Saturday is no working day."""
    saturday, monday = on(11, 7), on(11, 9)
    rest, short = Stop(saturday, saturday), Stop(monday, monday)
    plain = due(CALENDAR, on(11, 4), 5, "working").due
    assert due(CALENDAR, on(11, 4), 5, "working", [rest]).due == plain
    # Nor does it use up the one day that a short stop may take.
    one = due(CALENDAR, on(11, 4), 5, "working", [short]).due
    assert one > plain
    assert due(CALENDAR, on(11, 4), 5, "working", [rest, short]).due == one
    assert due(CALENDAR, on(11, 4), 5, "calendar", [rest]).due == on(11, 10)


def test_a_stop_says_its_days_in_the_explanation() -> None:
    """R9.14: each day left out names what the clock was stopped for."""
    stop = Stop(on(11, 3), on(11, 5), name="听证")
    found = due(CALENDAR, on(11, 2), 1, "working", [stop])
    assert reasons(found) == [
        "The first day is not counted.",
        "The clock is stopped (听证), not counted.",
        "The clock is stopped (听证), not counted.",
        "Working day 1.",
    ]


def test_a_stop_after_the_due_day_changes_nothing_that_was_missed() -> None:
    """A date that has passed stays missed; one that is due today still moves."""
    missed = Stop(on(11, 10), on(11, 20))
    assert due(CALENDAR, on(11, 2), 5, "working", [missed]).due == on(11, 9)
    today = Stop(on(11, 9), on(11, 11))
    assert due(CALENDAR, on(11, 2), 5, "working", [today]).due == on(11, 11)
    at_once = Stop(on(11, 2), on(11, 4))
    assert due(CALENDAR, on(11, 2), 0, "working", [at_once]).due == on(11, 4)


@pytest.mark.parametrize(
    ("stops", "why"),
    [
        ([Stop(on(11, 1), on(11, 3))], "before it runs"),
        ([Stop(on(11, 4), on(11, 3))], "cannot end before"),
        ([Stop(on(11, 4), on(11, 6)), Stop(on(11, 5), on(11, 9))], "overlap"),
        ([Stop(on(11, 4), limit=2), Stop(on(11, 20), on(11, 23))], "overlap"),
    ],
    ids=["before the start", "backwards", "overlapping", "after one that runs"],
)
def test_stops_follow_each_other(stops: list[Stop], why: str) -> None:
    """R1.24: any number of them, but never two at once."""
    with pytest.raises(StopsError, match=why):
        due(CALENDAR, on(11, 2), 5, "working", stops)


def test_stops_and_an_extension_move_both_dates() -> None:
    """R1.20, R1.24: the promise and the law's date move together."""
    limits = Limits(20, "working", 5, "working")
    plain = both_dates(CALENDAR, on(11, 2), limits)
    assert [date.due for date in plain] == [on(11, 9), on(11, 30)]
    stop = Stop(on(11, 4), on(11, 6))
    moved = both_dates(CALENDAR, on(11, 2), limits, [stop], extension=10)
    assert [date.due for date in moved] == [on(11, 25), on(12, 16)]


def shift_by_formula(unit: Unit, stop: Stop) -> int:
    """rules.md 6.5: resume day less stop day, the same day 1 if it counts at all."""
    if stop.resumed is None:
        assert stop.limit is not None
        return stop.limit
    if unit is Unit.CALENDAR:
        days = (stop.resumed - stop.began).days
    else:
        days = working_days_between(CALENDAR, stop.began, stop.resumed)
    if stop.began == stop.resumed:
        days = int(unit is not Unit.WORKING or CALENDAR.is_working(stop.began))
    return days if stop.limit is None else min(days, stop.limit)


@given(
    start=st.dates(on(1, 1), on(6, 30)),
    count=st.integers(0, 40),
    gaps=st.lists(
        st.tuples(
            st.integers(0, 12), st.integers(0, 15), st.none() | st.integers(0, 20)
        ),
        max_size=5,
    ),
    last_runs=st.booleans(),
)
def test_any_stops_move_a_date_as_the_plain_sum_of_them_does(
    start: dt.date,
    count: int,
    gaps: list[tuple[int, int, int | None]],
    last_runs: bool,
) -> None:
    """R1.24, 6.5: against a model that only adds: a longer limit, counted plainly."""
    # Of a rest day the plain count says the same for "on the day" and for one day.
    assume(count or CALENDAR.is_working(start))
    stops: list[Stop] = []
    free = start
    for gap, length, limit in gaps:
        began = free + gap * DAY
        free = began + length * DAY
        stops.append(Stop(began, free, limit))
    if last_runs and stops and stops[-1].limit is not None:
        stops[-1] = Stop(stops[-1].began, None, stops[-1].limit)
    total, expected = count, due(CALENDAR, start, count, "working").due
    short = [
        stop
        for stop in stops
        if stop.began == stop.resumed and shift_by_formula(Unit.WORKING, stop)
    ]
    # Two stops of one day are equal, but two: only the first of them takes a day.
    for stop in stops:
        if stop.began <= expected and not any(stop is one for one in short[1:]):
            total += shift_by_formula(Unit.WORKING, stop)
            expected = due(CALENDAR, start, total, "working").due
    found = due(CALENDAR, start, count, "working", stops)
    assert found.due == expected
    assert [line.date for line in found.days] == [
        start + number * DAY for number in range((found.due - start).days + 1)
    ]
    assert [line.ordinal for line in found.days if line.counts] == [
        *range(1, count + 1)
    ]


# --- Parallel approval (R4.70, R4.73, R4.78) ----------------------------------------


def test_what_is_done_at_once_takes_as_long_as_the_longest_of_it() -> None:
    """R4.73: all begin on the receipt; the next begins when the slowest is done."""
    table = timetable(
        CALENDAR,
        on(11, 2),
        [
            Leg("acceptance", "housing", 0),
            Leg("visit", "housing", 2),
            Leg("planning", "land", 4, is_parallel=True),
            Leg("fire", "fire", 1, is_parallel=True),
            Leg("decision", "housing", 3),
        ],
    )
    assert [(one.before, one.first, one.due) for one in table] == [
        (0, on(11, 2), on(11, 2)),
        (0, on(11, 3), on(11, 4)),
        (0, on(11, 3), on(11, 6)),
        (0, on(11, 3), on(11, 3)),
        (4, on(11, 9), on(11, 11)),
    ]


@given(
    start=st.dates(dt.date(2026, 1, 1), dt.date(2026, 10, 1)),
    legs=st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=8),
)
def test_a_time_table_is_what_walking_through_the_working_days_gives(
    start: dt.date, legs: list[tuple[int, bool]]
) -> None:
    """R4.70, R4.73: a plain list of the working days, and a finger on it."""
    days = [
        day
        for day in (start + dt.timedelta(days=number) for number in range(1, 300))
        if CALENDAR.is_working(day)
    ]
    table = timetable(
        CALENDAR, start, [Leg(str(n), "", *leg) for n, leg in enumerate(legs)]
    )
    begun = reached = 0
    for (count, is_parallel), stretch in zip(legs, table, strict=True):
        if not is_parallel:
            begun = reached
        assert stretch.before == begun
        if count:
            assert stretch.first == days[begun]
            assert stretch.due == days[begun + count - 1]
        reached = max(reached, begun + count)
