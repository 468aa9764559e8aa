"""The lists of gaps: what nobody answers for, and where nobody is."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tests import make_windows as make
from tests.cast import come_in
from tests.forms import served
from windows.coverage import (
    ITEM_GAPS,
    Gap,
    calendar_warning,
    coverage_of,
    has_long_steps,
    items_with,
)
from windows.models import CalendarYear, Hall, Responsibility, ServiceItem, Step
from windows.models.items import Authority, DayUnit, Handling, ItemState
from windows.models.people import PostKind
from windows.roles import Role

pytestmark = pytest.mark.django_db
YESTERDAY, TOMORROW = dt.timedelta(days=-1), dt.timedelta(days=1)


@pytest.fixture
def hall() -> Hall:
    """A hall."""
    return make.hall()


def gaps_of(item: ServiceItem, hall: Hall) -> set[Gap]:
    """The lists an item is on."""
    today = make.today()
    return {
        gap for gap in ITEM_GAPS if item in items_with(gap, hall.pk, today)
    } | _counted_wrongly(hall)


def _counted_wrongly(hall: Hall) -> set[Any]:
    """Nothing, if each count is the length of its list."""
    today = make.today()
    counts = coverage_of(hall.pk, today).counts
    return {
        (gap, counts[gap])
        for gap in ITEM_GAPS
        if counts[gap] != items_with(gap, hall.pk, today).count()
    }


def test_an_item_without_any_window_is_answered_by_nobody(hall: Hall) -> None:
    """Only if its department has windows here; those of another hall do not count."""
    item = make.item()
    assert gaps_of(item, hall) == {Gap.UNANSWERED}
    make.responsibility(make.window(make.hall()), item)
    assert gaps_of(item, hall) == {Gap.UNANSWERED}
    make.responsibility(make.window(hall), item)
    assert gaps_of(item, hall) == set()


def test_an_item_of_a_department_outside_is_no_gap(hall: Hall) -> None:
    """The citizen is told where it is (way 5)."""
    assert gaps_of(make.item(make.outside_department()), hall) == set()


@pytest.mark.parametrize("state", [ItemState.DRAFT, ItemState.CANCELLED])
def test_an_item_that_is_not_published_is_no_gap(hall: Hall, state: ItemState) -> None:
    """Nobody can ask for it."""
    assert gaps_of(make.item(state=state), hall) == set()


@pytest.mark.parametrize(
    ("starts", "ends"), [(TOMORROW, None), (-dt.timedelta(days=9), YESTERDAY)]
)
def test_a_duty_counts_only_on_its_days(
    hall: Hall, starts: dt.timedelta, ends: dt.timedelta | None
) -> None:
    """Neither one to come nor one that is over; the last day still counts."""
    item, today = make.item(), make.today()
    duty = make.responsibility(
        make.window(hall),
        item,
        starts_on=today + starts,
        ends_on=ends and today + ends,
    )
    assert gaps_of(item, hall) == {Gap.UNANSWERED}
    duty.starts_on = duty.ends_on = today
    duty.save()
    assert gaps_of(item, hall) == set()


def test_a_duty_of_a_window_out_of_use_does_not_count(hall: Hall) -> None:
    """It cannot be asked."""
    item = make.item()
    make.responsibility(make.window(hall, is_active=False, is_open=False), item)
    assert gaps_of(item, hall) == {Gap.UNANSWERED}


def test_an_item_that_windows_only_advise_on_has_come_in_without_power(
    hall: Hall,
) -> None:
    """R4.64, 进不授权."""
    item = make.item()
    make.responsibility(make.window(hall), item, Authority.ADVISE)
    assert gaps_of(item, hall) == {Gap.ADVICE_ONLY}
    make.responsibility(make.window(hall), item, Authority.ACCEPT)
    assert gaps_of(item, hall) == set()


def test_an_item_accepted_here_and_decided_there_needs_two_windows(
    hall: Hall,
) -> None:
    """R4.64, 两头受理."""
    item = make.item()
    make.responsibility(make.window(hall), item, Authority.ACCEPT)
    make.responsibility(make.window(hall), item, Authority.ADVISE)
    assert gaps_of(item, hall) == set()
    make.responsibility(make.window(hall), item, Authority.DECIDE)
    assert gaps_of(item, hall) == {Gap.TWO_WINDOWS}


W, C = DayUnit.WORKING, DayUnit.CALENDAR


@pytest.mark.parametrize(
    ("promised", "statutory", "is_gap"),
    [
        ((20, W), (20, W), True),
        ((19, W), (20, W), False),
        ((None, W), (20, W), False),
        ((5, W), (None, W), False),
        ((14, W), (20, C), False),
        ((15, W), (20, C), True),
        ((27, C), (20, W), False),
        ((28, C), (20, W), True),
    ],
)
def test_a_promise_should_be_strictly_shorter_than_the_law(
    hall: Hall,
    promised: tuple[int | None, DayUnit],
    statutory: tuple[int | None, DayUnit],
    *,
    is_gap: bool,
) -> None:
    """R1.30; five working days are a week."""
    item = make.item(
        make.outside_department(),
        promised_days=promised[0],
        promised_unit=promised[1],
        statutory_days=statutory[0],
        statutory_unit=statutory[1],
    )
    assert gaps_of(item, hall) == ({Gap.LONG_PROMISE} if is_gap else set())


def test_what_is_done_on_the_spot_is_shorter_than_any_limit(hall: Hall) -> None:
    """A limit of one day cannot be undercut by whole days."""
    spot = {"promised_days": 1, "statutory_days": 1, "handling": Handling.ON_THE_SPOT}
    assert gaps_of(make.item(make.outside_department(), **spot), hall) == set()


def window_gaps(hall: Hall) -> set[Gap]:
    """The lists the only window of a hall is on."""
    windows = coverage_of(hall.pk, make.today()).windows
    return {gap for gap, found in windows.items() if found}


def test_a_window_needs_an_a_clerk_today(hall: Hall) -> None:
    """R2.60: a B clerk alone is not enough, nor a post that has ended."""
    window = make.window(hall, is_open=False)
    assert window_gaps(hall) == {Gap.WITHOUT_A, Gap.ALL_AWAY}
    make.posting(make.clerk(hall), window, post=PostKind.B)
    make.posting(make.clerk(hall), window, ends_on=make.today() + YESTERDAY)
    make.posting(make.clerk(hall, is_active=False), window)
    assert window_gaps(hall) == {Gap.WITHOUT_A}
    make.posting(make.clerk(hall), window)
    assert window_gaps(hall) == set()


def test_a_and_b_may_not_be_away_at_once(hall: Hall) -> None:
    """R2.60: one of them stays."""
    window = make.window(hall, is_open=False)
    first, second = make.clerk(hall), make.clerk(hall)
    make.posting(first, window)
    make.posting(second, window, post=PostKind.B)
    make.absence(first)
    assert window_gaps(hall) == set()
    away = make.absence(second)
    assert window_gaps(hall) == {Gap.ALL_AWAY}
    away.delete()
    tomorrow = make.today() + TOMORROW
    make.absence(second, starts_on=tomorrow, ends_on=tomorrow)
    assert window_gaps(hall) == set()


def test_an_open_window_needs_somebody_posted_who_sits_there(hall: Hall) -> None:
    """Who sits at another window, or is not posted here, does not staff it."""
    window = make.window(hall)
    clerk = make.clerk(hall)
    make.posting(clerk, window)
    make.seat(make.clerk(hall), window)
    assert window_gaps(hall) == {Gap.UNSTAFFED}
    make.seat(clerk, window)
    assert window_gaps(hall) == set()


def test_a_closed_window_may_be_empty(hall: Hall) -> None:
    """Nobody is sent there."""
    window = make.window(hall, is_open=False)
    make.posting(make.clerk(hall), window)
    assert window_gaps(hall) == set()


def test_windows_of_another_hall_and_out_of_use_are_not_listed(hall: Hall) -> None:
    """Each hall has its own lists."""
    make.window(make.hall())
    make.window(hall, is_active=False, is_open=False)
    assert window_gaps(hall) == set()


# --- the calendar's warning ---------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "loaded", "named"),
    [
        (dt.date(2026, 10, 31), [2026], ""),
        (dt.date(2026, 11, 1), [2026], "2027"),
        (dt.date(2026, 12, 31), [2026, 2027], ""),
        (dt.date(2027, 1, 1), [2026], "2027"),
    ],
)
def test_from_november_the_next_year_is_asked_for(
    today: dt.date, loaded: list[int], named: str
) -> None:
    """R9.07, R9.11: a date in a year that is not loaded is provisional."""
    rows = [CalendarYear(year=year) for year in loaded]
    warning = calendar_warning(today, [*rows, CalendarYear(year=2027, region="宁夏")])
    assert bool(warning) == bool(named)
    assert named in warning


# --- the page -----------------------------------------------------------------------


def at_work(client: Client, hall: Hall, role: Role) -> Client:
    """The browser of somebody of the hall who has just signed in."""
    come_in(client, make.clerk(hall, role))
    client.cookies.load({"hall-language": "en"})
    return client


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.ADMINISTRATOR, 200),
        (Role.AUDITOR, 200),
        (Role.SUPERVISOR, 403),
        (Role.CLERK, 403),
    ],
)
def test_administrators_and_auditors_see_the_gaps(
    client: Client, hall: Hall, role: Role, status: int
) -> None:
    """Check 25."""
    assert at_work(client, hall, role).get("/config/coverage/").status_code == status


@pytest.mark.parametrize("gap", Gap)
def test_each_list_shows_its_rows_and_all_counts(
    client: Client, hall: Hall, gap: Gap
) -> None:
    """The list asked for is the one that is shown."""
    at_work(client, hall, Role.ADMINISTRATOR)
    item = make.item(promised_days=20)
    window = make.window(hall, name="无人窗口")
    shown = client.get(f"/config/coverage/?gap={gap}").content.decode()
    counts = coverage_of(hall.pk, make.today()).counts
    expected = item.name if gap.is_about_items else window.name
    assert (expected in shown) == bool(counts[gap])
    assert 'aria-current="page">' in shown


@pytest.mark.parametrize(
    "query", ["gap=x", "gap=", "gap=unanswered&after=²", "after=99999999999999999999"]
)
def test_a_strange_address_is_harmless(client: Client, hall: Hall, query: str) -> None:
    """Check 13."""
    at_work(client, hall, Role.ADMINISTRATOR)
    assert client.get(f"/config/coverage/?{query}").status_code == 200


@pytest.mark.parametrize("count", [1, 100])
@pytest.mark.parametrize("gap", Gap)
def test_the_page_costs_at_most_eight_statements(
    client: Client,
    hall: Hall,
    gap: Gap,
    count: int,
    django_assert_max_num_queries: Any,
) -> None:
    """With one row and with a hundred; a deeper page as well."""
    at_work(client, hall, Role.ADMINISTRATOR)
    department = make.department()
    rows = make.items(department, count)
    for _number in range(min(count, 10)):
        window, _clerk = make.staffed_window(hall)
        make.responsibility(window, make.item(department), Authority.ADVISE)
    after = rows[0].pk
    for query in (f"gap={gap}", f"gap={gap}&after={after}"):
        with django_assert_max_num_queries(8):
            assert client.get(f"/config/coverage/?{query}").status_code == 200


@pytest.mark.benchmark
def test_a_large_hall_is_looked_through_quickly(hall: Hall) -> None:
    """3,400 items, 40 windows, 48,000 duties; the time is printed."""
    items = make.items(make.department(), 3400)
    windows = [make.staffed_window(hall)[0] for _number in range(40)]
    kinds = list(Authority)
    Responsibility.objects.bulk_create(
        Responsibility(
            window=window,
            item=item,
            authority=kinds[(number + place) % 3],
            starts_on=make.LONG_AGO,
        )
        for number, item in enumerate(items[:1200])
        for place, window in enumerate(windows)
    )
    started = time.perf_counter()
    counts = coverage_of(hall.pk, make.today()).counts
    taken = time.perf_counter() - started
    print(f"coverage of 3,400 items and 48,000 duties in {taken * 1000:.0f} ms")
    assert counts[Gap.UNANSWERED] == 2200
    assert taken < 2


def steps(item: ServiceItem, *days: int | None, parallel: tuple[int, ...] = ()) -> None:
    """Give an item steps of so many days; those of `parallel` run beside the last."""
    item.steps.all().delete()
    for place, number in enumerate(days):
        is_parallel = place in parallel
        Step.objects.create(
            item=item,
            position=place,
            name="审查",
            days=number,
            is_parallel=is_parallel,
        )


def test_steps_that_take_longer_than_the_promise_are_a_gap(hall: Hall) -> None:
    """R4.73: those at the same time count once; five working days are seven."""
    item = make.item(promised_days=10)
    make.responsibility(make.window(hall), item)
    for days, parallel, is_long in (
        ((), (), False),
        ((4, 6, None), (), False),
        ((4, 7), (), True),
        ((4, 7, 6), (1, 2), False),
        ((4, 7, 6), (1,), True),
        ((11, 1), (1,), True),
    ):
        steps(item, *days, parallel=parallel)
        assert (gaps_of(item, hall) == {Gap.LONG_STEPS}) is is_long, (days, parallel)
        assert has_long_steps(item) is is_long
    ServiceItem.objects.filter(pk=item.pk).update(
        promised_unit=DayUnit.CALENDAR, statutory_days=30
    )
    for number, is_long in ((7, False), (8, True)):
        steps(item, number)
        assert has_long_steps(item) is is_long


def test_it_is_said_beside_the_form_and_no_step_is_endless(
    client: Client, hall: Hall
) -> None:
    """R4.73: a warning that does not block; a number too large stands at its field."""
    item = make.item(promised_days=10)
    steps(item, 11)
    at_work(client, hall, Role.ADMINISTRATOR)
    for page in ("", "edit/"):
        address = f"/config/items/{item.pk}/{page}"
        shown = client.get(address)
        assert "The steps together take longer" in shown.content.decode(), address
    data = served(client, address)
    data |= {"steps-0-days": "40000", "reason": "改环节时限"}
    refused = client.post(address, data)
    assert refused.status_code == 422
    assert refused.context["steps"].errors[0]["days"]


def test_titles_are_translated_when_they_are_shown() -> None:
    """A module's strings are made before anybody's language is known."""
    from windows.coverage import TITLES

    with translation.override("en"):
        assert str(TITLES[Gap.UNANSWERED]) == "Items nobody answers for"
