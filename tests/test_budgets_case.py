"""How many statements the page of a case and its acts may cost.

Session and user included; BEGIN and COMMIT excluded, they go with the connection. Each
is counted with one row of everything and with a hundred.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.actions import answering, intake, referring
from cases.models import Case
from tests import make_windows as make
from tests.browsing import opened
from tests.cast import APPLICANT, Cast, ask, come_in, now
from tests.test_ways import GOOD
from windows.models import Material
from windows.models.items import Authority

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = (1, 100)


def statements(act: Any) -> list[str]:
    """The statements of one request, without BEGIN and COMMIT."""
    with CaptureQueriesContext(connection) as captured:
        response = act()
    assert response.status_code in (200, 302), response.status_code
    return [
        query["sql"]
        for query in captured
        if query["sql"] not in ("BEGIN", "COMMIT")
        and not query["sql"].startswith(("SAVEPOINT", "RELEASE"))
    ]


def grown(cast: Cast, rows: int) -> Case:
    """A case with `rows` events, papers, windows and cases of the same person."""
    Material.objects.bulk_create(
        Material(item=cast.item, position=10 + number, name=f"材料{number}")
        for number in range(rows)
    )
    case = ask(cast, item=cast.item, person=APPLICANT).case
    for _ in range(rows // 2):
        offer = referring.offer_case(
            case.pk,
            to_clerk_id=cast.li.pk,
            to_window_id=cast.registry.pk,
            reason="属户政窗口",
            escort="told",
            by=cast.wang,
            at=now(),
        )
        referring.withdraw_referral(offer.pk, by=cast.wang, at=now())
    for _ in range(rows // 10):
        ask(cast, item=cast.item, person=APPLICANT)
    for _ in range(rows // 4):
        window, _clerk = make.staffed_window(cast.hall)
        make.responsibility(window, cast.item, Authority.ACCEPT)
        make.outside_department()
    return case


@pytest.mark.parametrize("rows", ROWS)
def test_the_case_page_costs_at_most_twelve_statements(
    cast: Cast, client: Client, rows: int
) -> None:
    case = grown(cast, rows)
    come_in(client, cast.wang)
    offer = referring.offer_case(
        case.pk,
        to_clerk_id=cast.li.pk,
        to_window_id=cast.registry.pk,
        reason="属户政窗口",
        escort="told",
        by=cast.wang,
        at=now(),
    )
    page = reverse("case", args=[case.pk])
    client.get(page)
    assert len(statements(lambda: client.get(page))) == 8
    come_in(client, cast.li)
    assert len(statements(lambda: client.get(page))) == 8
    referring.withdraw_referral(offer.pk, by=cast.wang, at=now())
    answering.answer_case(case.pk, text=GOOD, by=cast.wang, at=now())
    come_in(client, cast.chen)
    assert len(statements(lambda: client.get(page))) <= 8
    assert len(statements(lambda: client.get(f"{page}?days=current"))) <= 8


FORMS = {
    "case_answer": 8,
    "case_hand_over": 9,
    "case_direct": 9,
    "case_raise": 9,
    "case_item": 11,
}


@pytest.mark.parametrize("rows", ROWS)
def test_an_open_form_costs_at_most_twelve_statements(
    cast: Cast, client: Client, rows: int
) -> None:
    case = grown(cast, rows)
    come_in(client, cast.wang)
    for name, most in FORMS.items():
        address = reverse(name, args=[case.pk])
        client.get(address)
        assert len(statements(lambda at=address: client.get(at))) <= most, name


@pytest.mark.parametrize("rows", ROWS)
def test_a_hand_over_costs_at_most_twelve_statements(
    cast: Cast, client: Client, rows: int
) -> None:
    """One transaction with the case row locked; nothing is asked that it needs not.

    One of them numbers and freezes the slip that the person takes along.
    """
    case = grown(cast, rows)
    come_in(client, cast.wang)
    typed = opened(client, "case_hand_over", case.pk)
    address = reverse("case_hand_over", args=[case.pk])
    sent = statements(lambda: client.post(address, typed))
    assert len(sent) <= 12, sent
    assert sum("FOR NO KEY UPDATE" in sql for sql in sent) == 1
    assert Case.objects.get(pk=case.pk).referrals.filter(state="pending").exists()


def test_taking_over_and_answering_stay_in_the_same_order(
    cast: Cast, client: Client
) -> None:
    case = ask(cast, person=APPLICANT).case
    intake.choose_item(case.pk, cast.item.pk, by=cast.wang, at=now())
    come_in(client, cast.wang)
    client.post(
        reverse("case_hand_over", args=[case.pk]),
        opened(client, "case_hand_over", case.pk),
    )
    come_in(client, cast.li)
    typed = opened(client, "case_take_over", case.pk)
    address = reverse("case_take_over", args=[case.pk])
    assert len(statements(lambda: client.post(address, typed))) <= 16
    typed = {**opened(client, "case_answer", case.pk), "text": [GOOD]}
    address = reverse("case_answer", args=[case.pk])
    assert len(statements(lambda: client.post(address, typed))) <= 16
