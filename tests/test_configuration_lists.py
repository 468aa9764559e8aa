"""Lists: few statements however long, pages by key, and nothing breaks them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import make_windows as make
from tests.cast import Cast, come_in
from windows.models import (
    ClosureDay,
    Department,
    LookupMiss,
    Posting,
    Responsibility,
    ServiceItem,
    ThesaurusEntry,
    Window,
)
from windows.models.items import Authority
from windows.roles import Role

pytestmark = pytest.mark.django_db

BUDGET = {
    "overview": 3,
    "windows": 3,
    "departments": 3,
    "clerks": 4,
    "postings": 7,
    "items": 5,
    "misses": 3,
    "matrix": 6,
    "thesaurus": 4,
    "calendar": 4,
}
"""Statements of a page, session and person included; the limit is 8."""


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    """Sun's browser."""
    return come_in(client, cast.sun)


def fill(cast: Cast, count: int) -> None:
    """`count` more rows in every list."""
    items = make.items(cast.item.department, count)
    windows = Window.objects.bulk_create(
        Window(hall=cast.hall, number=f"N{number}", name="窗口")
        for number in range(min(count, 40))
    )
    Responsibility.objects.bulk_create(
        Responsibility(
            item=item,
            window=windows[number % len(windows)],
            authority=Authority.ACCEPT,
            starts_on=make.LONG_AGO,
        )
        for number, item in enumerate(items)
    )
    for number in range(count):
        clerk = make.clerk(cast.hall)
        Posting.objects.create(
            clerk=clerk,
            window=windows[number % len(windows)],
            starts_on=make.LONG_AGO,
        )
        make.absence(clerk)
    Department.objects.bulk_create(
        Department(name=f"部门甲{number}") for number in range(count)
    )
    ThesaurusEntry.objects.bulk_create(
        ThesaurusEntry(group="组", spoken=f"说法{number}", official="词")
        for number in range(count)
    )
    LookupMiss.objects.bulk_create(
        LookupMiss(hall=cast.hall, words=f"问法{number}", at=timezone.now())
        for number in range(count)
    )
    ClosureDay.objects.bulk_create(
        ClosureDay(
            day=timezone.localdate().replace(month=1, day=1)
            + dt.timedelta(days=number),
            name="假",
            is_off=True,
        )
        for number in range(count)
    )


def count_statements(admin: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert admin.get(address).status_code == 200
    return len(
        [
            query
            for query in captured.captured_queries
            if "SAVEPOINT" not in query["sql"]
        ]
    )


@pytest.mark.parametrize("rows", [1, 100])
def test_a_list_costs_the_same_with_one_row_and_with_a_hundred(
    cast: Cast, admin: Client, rows: int
) -> None:
    """Budget of the issue: at most 8 statements, session and person included."""
    fill(cast, rows)
    come_in(admin, cast.sun)  # Freshly: a session writes down now and then.
    admin.get(reverse("windows:calendar"))  # The calendar is read once a process.
    admin.get(reverse("windows:postings"))
    counted = {
        name: count_statements(admin, reverse(f"windows:{name}")) for name in BUDGET
    }
    assert counted == BUDGET


def test_a_deep_page_of_items_and_matrix_costs_one_statement_more(
    cast: Cast, admin: Client
) -> None:
    """No OFFSET and no COUNT: the place in the list is one row looked up by its key."""
    fill(cast, 100)
    come_in(admin, cast.sun)
    for name in ("items", "matrix"):
        url = reverse(f"windows:{name}")
        deep = admin.get(url).context["after_url"]
        assert count_statements(admin, url + deep) == BUDGET[name] + 1 <= 8


def test_the_whole_of_1200_items_by_40_windows_is_paged(
    cast: Cast, admin: Client
) -> None:
    """Issue 2, section 2: fast at 1,200 items x 40 windows; one page is bounded."""
    fill(cast, 40)
    make.items(cast.item.department, 1160)
    page = admin.get(reverse("windows:matrix"))
    matrix = page.context["matrix"]
    assert len(matrix.windows) == 43
    assert len(matrix.rows) == 50
    assert len(page.content) < 400_000


def names(page: Any, context: str = "items") -> list[str]:
    return [row.name for row in page.context[context]]


def test_pages_by_key_show_every_row_once_and_lead_back(
    cast: Cast, admin: Client
) -> None:
    make.items(cast.item.department, 120)
    url = reverse("windows:items")
    whole = list(ServiceItem.objects.values_list("name", flat=True))
    page = admin.get(url)
    assert page.context["before_url"] == ""
    seen = names(page)
    pages = [names(page)]
    while page.context["after_url"]:
        page = admin.get(url + page.context["after_url"])
        pages.append(names(page))
        seen += names(page)
    assert seen == whole
    while page.context["before_url"]:
        page = admin.get(url + page.context["before_url"])
        pages.pop()
        assert names(page) == pages[-1]
    assert len(pages) == 1


def test_pages_keep_the_filter(cast: Cast, admin: Client) -> None:
    make.items(cast.item.department, 60)
    page = admin.get(reverse("windows:items"), {"q": "批量", "page": "x"})
    after = page.context["after_url"]
    assert "q=%E6%89%B9%E9%87%8F" in after
    rest = admin.get(reverse("windows:items") + after)
    assert len(names(rest)) == 10


def test_items_are_found_by_name_code_and_wording(cast: Cast, admin: Client) -> None:
    make.item(name="别的事项")
    make.alias(cast.item, "给娃上户")
    for text in ("出生", "1100", "给娃"):
        page = admin.get(reverse("windows:items"), {"q": text})
        assert names(page) == [cast.item.name], text


def test_people_are_found_by_name_number_and_pinyin(cast: Cast, admin: Client) -> None:
    for text in ("马超", "1004", "ma chao"):
        page = admin.get(reverse("windows:clerks"), {"q": text})
        assert names(page, "clerks") == ["马超"], text
    supervisors = admin.get(reverse("windows:clerks"), {"role": Role.SUPERVISOR})
    assert set(names(supervisors, "clerks")) == {"陈静", "邓涛"}


NASTY = [
    "²",
    "x",
    "-1",
    "0",
    "1_0",
    "９",
    "9" * 40,
    "9" * 5000,
    "' OR 1=1 --",
    "%",
    "_",
    "\\",
    "\u202e",
    "\ufeff",
    "😀" * 50,
    "长" * 10000,
    "{{7*7}}",
    "<script>alert(1)</script>",
    "2026-02-30",
    "0000-00-00",
    "nan",
]


FILTERED = ["clerks", "postings", "items", "matrix", "thesaurus", "calendar"]


@pytest.mark.parametrize("name", FILTERED)
def test_no_filter_and_no_place_in_a_list_breaks_it(
    cast: Cast, admin: Client, name: str
) -> None:
    """Check 1, 5, 10, 13, 14: no server error, and nothing comes back unescaped."""
    fields = ["q", "department", "state", "type", "role", "window", "authority"]
    fields += ["group", "day", "year", "after", "before", "page"]
    url = reverse(f"windows:{name}")
    for value in NASTY:
        page = admin.get(url, dict.fromkeys(fields, value))
        assert page.status_code == 200, value
        assert b"<script>alert(1)" not in page.content
    assert admin.get(url + "?q=%00").status_code == 400
    assert admin.get(url + "?q=%ED%A0%80").status_code == 400


def test_a_list_without_filters_ignores_what_it_does_not_know(
    cast: Cast, admin: Client
) -> None:
    """Check 11, 13."""
    for name in set(BUDGET) - set(FILTERED):
        url = reverse(f"windows:{name}")
        assert admin.get(url, {"page": "²", "q": "x"}).status_code == 200, name


def test_a_filter_that_makes_no_sense_says_so(cast: Cast, admin: Client) -> None:
    page = admin.get(reverse("windows:items"), {"department": "x"})
    assert "department" in page.context["filter"].errors
    assert page.context["filter"].errors["department"][0] in page.text


def test_a_huge_number_in_an_address_is_no_page(cast: Cast, admin: Client) -> None:
    """Check 13."""
    for number in ("9" * 30, "9" * 5000, "0"):
        for name in ("windows", "clerks", "items", "matrix/1"):
            assert admin.get(f"/config/{name}/{number}/").status_code == 404
        assert admin.get(f"/config/history/item/{number}/").status_code == 404
