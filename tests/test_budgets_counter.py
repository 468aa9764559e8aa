"""What the counter's pages may ask of the database, with one row and with a hundred.

The budgets stand in the issue: desk 10, a poll with nothing new 3, new case 14,
lookup 4, session and person included.
"""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.actions import answering, directing, referring
from cases.models import Case
from cases.reads.desk import ROWS
from tests import make_windows as make
from tests.cast import APPLICANT, WORDS, Cast, ask, come_in, now
from tests.forms import served
from tests.lookups import warm
from tests.statements import statements
from tests.test_new_case import APPLICANT_FIELDS
from windows.calendars import current_calendar
from windows.catalogue import current_index

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _the_lookup_is_warm() -> None:
    warm()


GOOD = "您好，办理出生登记请到二楼B12号窗口，带上出生医学证明和户口簿，今天就能办好。"


@pytest.fixture(autouse=True)
def _loaded(cast: Cast) -> None:
    """Calendar and index are in the process already, as after the first request."""
    current_calendar(cast.hall.region)
    current_index()


def fill(cast: Cast, rows: int) -> None:
    """Put `rows` cases into every list of Li's desk, and call-backs before Chen."""
    for _ in range(rows):
        ask(cast, by=cast.li, item=cast.item, person=APPLICANT)
        for by, to in ((cast.wang, cast.li), (cast.li, cast.ma)):
            referring.offer_case(
                ask(cast, by=by, item=cast.item).case.pk,
                to_clerk_id=to.pk,
                to_window_id=to.seat.window_id,
                reason="属户政窗口",
                escort="told",
                by=by,
                at=now(),
            )
        directing.direct_elsewhere(
            ask(cast, by=cast.li).case.pk,
            department_id=cast.outside.pk,
            bring="身份证",
            reason="属供电公司",
            by=cast.li,
            at=now(),
        )
        answered = ask(cast, by=cast.li, person=APPLICANT).case
        answering.answer_case(answered.pk, text=GOOD, by=cast.li, at=now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rows", [1, 21])
def test_a_desk_costs_at_most_ten_statements(
    cast: Cast, client: Client, rows: int
) -> None:
    """One row in each of five lists, then a hundred of them."""
    fill(cast, rows)
    # Her own cases and those she offers stand in one list.
    of_li = 4 * min(rows, ROWS) + min(2 * rows, ROWS)
    for clerk, shown in ((cast.li, of_li), (cast.chen, min(rows, ROWS))):
        come_in(client, clerk)
        with statements() as asked:
            answer = client.get(reverse("desk"))
        html = answer.content.decode()
        assert html.count('class="case-no"') == shown
        assert len(asked) == 9, asked
        poll = re.search(r'hx-get="(/desk/poll/[^"]*)"', html)
        assert poll
        url = poll.group(1).replace("&amp;", "&")
        with statements() as asked:
            assert client.get(url).status_code == 204
        assert len(asked) == 3, asked
        with statements() as asked:
            assert client.get(reverse("desk_poll")).status_code == 200
        assert len(asked) <= 10, asked


@pytest.mark.parametrize("rows", [1, 100])
def test_a_deeper_page_of_a_desk_costs_no_more(
    cast: Cast, client: Client, rows: int
) -> None:
    for _ in range(rows):
        ask(cast)
    come_in(client, cast.wang)
    key = f"{timezone.localdate()}.1"
    with statements() as asked:
        client.get(reverse("desk"), {"mine": key})
    assert len(asked) == 9, asked
    assert not [sql for sql in asked if "OFFSET" in sql]


@pytest.mark.parametrize("rows", [1, 100])
@pytest.mark.parametrize("has_item", [True, False])
def test_a_new_case_costs_at_most_fourteen_statements(
    cast: Cast, client: Client, rows: int, has_item: bool
) -> None:
    """With everything that can be filled in, and the code on its way to the citizen."""
    for _ in range(rows):
        ask(cast)
    come_in(client, cast.wang)
    data = {**served(client, reverse("new_case")), "words": WORDS, **APPLICANT_FIELDS}
    if has_item:
        data["item"] = cast.item.pk
    with statements() as asked:
        answer = client.post(reverse("new_case"), data)
    assert answer.status_code == 302
    assert Case.objects.count() == rows + 1
    assert len(asked) <= 14, asked


@pytest.mark.parametrize("rows", [1, 100])
def test_a_lookup_costs_four_statements(cast: Cast, client: Client, rows: int) -> None:
    for number in range(rows):
        item = make.item(cast.registry.department, name=f"出生登记第{number}种")
        make.responsibility(cast.registry, item)
    current_index()
    come_in(client, cast.wang)
    with statements() as asked:
        answer = client.post(
            reverse("lookup"), {"words": "出生登记", "item": cast.item.pk}
        )
    assert "李华" in answer.content.decode()
    assert len(asked) == 4, asked
