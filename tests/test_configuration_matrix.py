"""The responsibility matrix: who may do what, from which day on."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import forms
from tests import make_windows as make
from tests.cast import Cast, come_in
from windows import duties
from windows.models import Responsibility
from windows.models.items import Authority

pytestmark = pytest.mark.django_db

REASON = "十一月调整窗口分工"
DAY = dt.timedelta(days=1)


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    """Sun's browser."""
    return come_in(client, cast.sun)


def cell(cast: Cast, *, fragment: bool = False) -> str:
    name = "matrix_cell_fragment" if fragment else "matrix_cell"
    return reverse(f"windows:{name}", args=[cast.item.pk, cast.registry.pk])


def periods(cast: Cast) -> list[tuple[str, dt.date, dt.date | None]]:
    rows = duties.periods_of(cast.item, cast.registry).order_by("starts_on")
    return list(rows.values_list("authority", "starts_on", "ends_on"))


def test_a_change_ends_the_old_period_yesterday_and_begins_a_new_one(
    cast: Cast, admin: Client
) -> None:
    today = timezone.localdate()
    answer = forms.send(admin, cell(cast), authority="advise", reason=REASON)
    assert answer.status_code == 302
    assert periods(cast) == [
        ("decide", make.LONG_AGO, today - DAY),
        ("advise", today, None),
    ]
    lines = duties.history_of(cast.item, cast.registry)[:2]
    assert {line.history_change_reason for line in lines} == {REASON}
    assert {line.history_user for line in lines} == {cast.sun}
    assert REASON in admin.get(cell(cast)).text


def test_what_began_today_is_replaced_and_not_ended_before_it_began(
    cast: Cast, admin: Client
) -> None:
    today = timezone.localdate()
    for authority in ("advise", "accept"):
        forms.send(admin, cell(cast), authority=authority, reason=REASON)
    assert periods(cast) == [
        ("decide", make.LONG_AGO, today - DAY),
        ("accept", today, None),
    ]


def test_a_window_can_be_left_without_authority(cast: Cast, admin: Client) -> None:
    today = timezone.localdate()
    forms.send(admin, cell(cast), authority="none", reason=REASON)
    assert periods(cast) == [("decide", make.LONG_AGO, today - DAY)]
    assert duties.authority_on(cast.item, cast.registry, today) == ""


def test_a_change_can_be_planned_and_a_plan_replaced(cast: Cast, admin: Client) -> None:
    today = timezone.localdate()
    soon = today + 7 * DAY
    forms.send(
        admin, cell(cast), authority="advise", starts_on=str(soon), reason=REASON
    )
    assert periods(cast) == [
        ("decide", make.LONG_AGO, soon - DAY),
        ("advise", soon, None),
    ]
    assert "*" in admin.get(cell(cast, fragment=True)).text
    forms.send(admin, cell(cast), authority="accept", reason=REASON)
    assert periods(cast) == [
        ("decide", make.LONG_AGO, today - DAY),
        ("accept", today, None),
    ]


def test_what_is_so_already_leaves_no_line(cast: Cast, admin: Client) -> None:
    before = duties.history_of(cast.item, cast.registry).count()
    answer = forms.send(admin, cell(cast), authority="decide", reason=REASON)
    assert answer.status_code == 302
    assert duties.history_of(cast.item, cast.registry).count() == before


def test_the_past_stays_what_it_was(cast: Cast, admin: Client) -> None:
    yesterday = str(timezone.localdate() - DAY)
    answer = forms.send(
        admin, cell(cast), authority="advise", starts_on=yesterday, reason=REASON
    )
    assert "starts_on" in answer.context["form"].errors
    assert len(periods(cast)) == 1


def test_a_cell_is_changed_in_place_and_its_reason_is_remembered(
    cast: Cast, admin: Client
) -> None:
    """Twenty cells for one reason are twenty choices and not twenty sentences."""
    saved = forms.send(
        admin, cell(cast, fragment=True), authority="accept", reason=REASON
    )
    assert saved.status_code == 200
    assert "power--accept" in saved.text
    assert "<form" not in saved.text.split("matrix-reason")[0]
    assert REASON in saved.text
    other = reverse("windows:matrix_cell_fragment", args=[cast.item.pk, cast.tax.pk])
    assert forms.served(admin, other)["reason"] == REASON
    assert REASON in admin.get(reverse("windows:matrix")).text


def test_a_cell_without_a_reason_stays_open_in_place(cast: Cast, admin: Client) -> None:
    answer = forms.send(admin, cell(cast, fragment=True), authority="advise")
    assert answer.status_code == 422
    assert "cell-form" in answer.text
    assert "aria-invalid" in answer.text
    assert len(periods(cast)) == 1


def test_the_remembered_reason_can_be_changed(cast: Cast, admin: Client) -> None:
    url = reverse("windows:matrix_reason")
    back = admin.post(url, {"remembered": REASON, "back": "?department=1"})
    assert back["Location"] == reverse("windows:matrix") + "?department=1"
    assert forms.served(admin, cell(cast))["reason"] == REASON
    elsewhere = {"remembered": REASON, "back": "https://evil.example/"}
    assert admin.post(url, elsewhere)["Location"] == reverse("windows:matrix")
    admin.post(url, {"remembered": "短"})
    assert forms.served(admin, cell(cast))["reason"] == REASON


def test_a_cell_changed_meanwhile_is_refused_with_who_and_why(
    cast: Cast, admin: Client
) -> None:
    """Check 61."""
    typed = {**forms.served(admin, cell(cast)), "authority": "none", "reason": REASON}
    duties.set_authority(
        cast.item,
        cast.registry,
        Authority.ACCEPT,
        starts_on=timezone.localdate(),
        by=cast.sun,
        reason="局里新授权",
    )
    answer = admin.post(cell(cast), typed)
    assert answer.status_code == 409
    assert "局里新授权" in answer.text
    assert periods(cast)[-1][0] == "accept"


def test_a_cell_sent_twice_changes_once(cast: Cast, admin: Client) -> None:
    """Check 58."""
    typed = {**forms.served(admin, cell(cast)), "authority": "accept"}
    typed["reason"] = REASON
    assert [admin.post(cell(cast), typed).status_code for _ in "12"] == [302, 302]
    assert duties.history_of(cast.item, cast.registry).count() == 3


def test_an_auditor_reads_a_cell_and_gets_no_form(cast: Cast, client: Client) -> None:
    come_in(client, cast.qian)
    page = client.get(cell(cast))
    assert page.context["form"] is None
    assert client.post(cell(cast), {"authority": "none"}).status_code == 403
    assert client.get(cell(cast, fragment=True)).status_code == 403


# --- Filters ------------------------------------------------------------------------


def shown(admin: Client, **query: str | int) -> list[str]:
    page = admin.get(reverse("windows:matrix"), query)
    return [row.item.name for row in page.context["matrix"].rows]


def test_the_matrix_is_filtered_by_what_one_looks_for(
    cast: Cast, admin: Client
) -> None:
    lonely = make.item(name="无人受理事项")
    make.alias(lonely, "没人管")
    ended = make.item(name="昨天还有人管")
    make.responsibility(cast.tax, ended, ends_on=timezone.localdate() - DAY)
    elsewhere = make.item(name="别处有人管")
    make.responsibility(make.window(make.hall()), elsewhere)
    item = cast.item.name
    assert set(shown(admin)) == {item, lonely.name, ended.name, elsewhere.name}
    nobody = {lonely.name, ended.name, elsewhere.name}
    assert set(shown(admin, authority="nobody")) == nobody
    assert shown(admin, authority="decide") == [item]
    assert shown(admin, authority="accept") == []
    assert shown(admin, q="没人管") == [lonely.name]
    assert shown(admin, department=cast.item.department_id) == [item]
    at_tax: dict[str, str | int] = {"window": cast.tax.pk, "authority": "decide"}
    assert shown(admin, **at_tax) == []
    at_registry: dict[str, str | int] = {
        "window": cast.registry.pk,
        "authority": "decide",
    }
    assert shown(admin, **at_registry) == [item]
    page = admin.get(reverse("windows:matrix"), at_registry)
    assert page.context["matrix"].windows == [cast.registry]


def test_windows_stand_in_the_order_people_count(cast: Cast, admin: Client) -> None:
    for number in ("10", "9", "100"):
        make.window(cast.hall, number=number)
    page = admin.get(reverse("windows:matrix"))
    numbers = [window.number for window in page.context["matrix"].windows]
    assert numbers == ["9", "10", "100", "A01", "B12", "C03"]


def test_a_planned_authority_does_not_hold_yet(cast: Cast, admin: Client) -> None:
    item = make.item(name="下月开始")
    make.responsibility(cast.tax, item, starts_on=timezone.localdate() + 9 * DAY)
    page = admin.get(reverse("windows:matrix"), {"q": "下月开始"})
    cells = page.context["matrix"].rows[0].cells
    planned = [cell for cell in cells if cell.is_planned]
    assert [(cell.window, cell.authority) for cell in planned] == [(cast.tax, "")]
    assert Responsibility.objects.filter(item=item).count() == 1
