"""Items with their parts, the thesaurus, lookups without a result, the calendar."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import forms
from tests import make_windows as make
from tests.cast import Cast, come_in
from windows import editing
from windows.models import (
    ClosureDay,
    ItemAlias,
    LookupMiss,
    Material,
    ServiceItem,
    ThesaurusEntry,
)

pytestmark = pytest.mark.django_db

REASON = "按新版办事指南"


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    """Sun's browser."""
    return come_in(client, cast.sun)


def edit(cast: Cast) -> str:
    return reverse("windows:item_edit", args=[cast.item.pk])


def test_an_item_is_added_with_its_lists_in_one_go(cast: Cast, admin: Client) -> None:
    answer = forms.send(
        admin,
        reverse("windows:item_add"),
        code="990001",
        name="户口迁移",
        department=cast.item.department_id,
        reason=REASON,
        **{
            "materials-0-name": "户口簿",
            "materials-0-may_follow": "on",
            "steps-0-name": "受理",
            "steps-0-days": "1",
            "aliases-0-text": "迁户口",
        },
    )
    assert answer.status_code == 302
    item = ServiceItem.objects.get(code="990001")
    assert item.materials.get().may_follow
    assert item.steps.get().days == 1
    for row in (item, item.materials.get(), item.steps.get(), item.aliases.get()):
        line = type(row).history.get(id=row.pk)
        assert (line.history_user, line.history_change_reason) == (cast.sun, REASON)


def test_only_rows_that_changed_get_a_line(cast: Cast, admin: Client) -> None:
    first, second = cast.item.materials.all()
    typed = {"materials-0-name": "出生医学证明（正页）", "materials-1-DELETE": "on"}
    assert forms.send(admin, edit(cast), reason=REASON, **typed).status_code == 302
    assert [material.pk for material in cast.item.materials.all()] == [first.pk]
    kinds = Material.history.order_by("history_id").values_list("id", "history_type")
    assert list(kinds)[2:] == [(second.pk, "-"), (first.pk, "~")]


def test_a_mistake_in_a_row_saves_nothing_and_keeps_what_was_typed(
    cast: Cast, admin: Client
) -> None:
    """Check 1."""
    typed = {"name": "改了名", "materials-0-copies": "100", "aliases-0-text": "上户"}
    answer = forms.send(admin, edit(cast), reason=REASON, **typed)
    assert answer.status_code == 422
    for kept in ('value="改了名"', 'value="100"', 'value="上户"'):
        assert kept in answer.text
    cast.item.refresh_from_db()
    assert cast.item.name == "新生儿出生登记"
    assert cast.item.aliases.get().text == "上户口"


def test_the_promise_is_never_longer_than_the_law_allows(
    cast: Cast, admin: Client
) -> None:
    """R1.30."""
    limits = {"promised_days": "21", "statutory_days": "20"}
    answer = forms.send(admin, edit(cast), reason=REASON, **limits)
    assert answer.status_code == 422
    assert "承诺办结时限不得长于法定办结时限" in answer.text


def test_a_changed_material_makes_the_item_form_stale(
    cast: Cast, admin: Client
) -> None:
    """Check 61: the item and its lists are one form, so they are one version."""
    typed = {**forms.served(admin, edit(cast)), "name": "新名", "reason": REASON}
    paper = cast.item.materials.all()[0]
    paper.name = "另一种证明"
    editing.save_with_reason(paper, by=cast.sun, reason="上级通知更名")
    answer = admin.post(edit(cast), typed)
    assert answer.status_code == 409
    assert "上级通知更名" in answer.text
    cast.item.refresh_from_db()
    assert cast.item.name == "新生儿出生登记"


def test_rows_of_another_item_are_out_of_reach(cast: Cast, admin: Client) -> None:
    """Check 11, 26."""
    other = make.material(make.item(), name="别人的材料")
    typed = {"materials-0-id": str(other.pk), "materials-0-name": "抢来的"}
    forms.send(admin, edit(cast), reason=REASON, **typed)
    other.refresh_from_db()
    assert other.name == "别人的材料"
    assert not Material.objects.filter(name="抢来的").exists()


def test_a_wording_stands_once_at_an_item(cast: Cast, admin: Client) -> None:
    typed = {"aliases-1-text": "报户口", "aliases-2-text": "报户口"}
    assert forms.send(admin, edit(cast), reason=REASON, **typed).status_code == 422
    assert cast.item.aliases.get().text == "上户口"
    again = {"aliases-1-text": "上户口"}
    assert forms.send(admin, edit(cast), reason=REASON, **again).status_code == 422


def test_saving_with_more_rows_comes_back_to_the_form(
    cast: Cast, admin: Client
) -> None:
    """Long lists can be typed without a script."""
    typed = {"materials-2-name": "结婚证", "then": "more"}
    answer = forms.send(admin, edit(cast), reason=REASON, **typed)
    assert answer.url == edit(cast)
    assert "materials-4-name" in admin.get(edit(cast)).text


HOSTILE: list[dict[str, str | None]] = [
    {"materials-TOTAL_FORMS": "99999999"},
    {"materials-TOTAL_FORMS": "x"},
    {"materials-INITIAL_FORMS": "70", "materials-TOTAL_FORMS": "70"},
    {"materials-INITIAL_FORMS": "²"},
    {"materials-TOTAL_FORMS": None},
    {"materials-0-id": "9" * 40},
    {"materials-0-id": "\x00"},
    {"steps-0-department": "9" * 5000, "steps-0-name": "受理"},
    {"department": "\x00"},
    {"promised_days": "1_0"},
    {"promised_days": "²"},
    {"promised_days": "9" * 5000},
    {"name": "\x00"},
    {"name": "长" * 10000},
    {"name": "\u202e税务"},
    {"name": "%ED%A0%80"},
]


def test_hostile_rows_are_refused_and_never_break(cast: Cast, admin: Client) -> None:
    """Check 1, 2, 3, 4, 10: an answer beside the field and no server error."""
    page = forms.served(admin, edit(cast))
    for hostile in HOSTILE:
        data = {**page, "reason": REASON, **hostile}
        sent = {name: value for name, value in data.items() if value is not None}
        # As a browser would, except that a percent sign stands for half a character.
        body = urlencode(sent).replace("%25ED%25A0%2580", "%ED%A0%80")
        kind = "application/x-www-form-urlencoded"
        answer = admin.post(edit(cast), body, content_type=kind)
        assert answer.status_code in {400, 409, 422}, hostile
    cast.item.refresh_from_db()
    assert cast.item.name == "新生儿出生登记"
    assert cast.item.materials.count() == 2


# --- Words --------------------------------------------------------------------------


@pytest.fixture
def miss(cast: Cast) -> LookupMiss:
    """Three people asked for the same and found nothing."""
    rows = [
        LookupMiss.objects.create(hall=cast.hall, words="给娃儿上户", at=timezone.now())
        for _ in range(3)
    ]
    return rows[0]


def test_what_was_looked_up_in_vain_becomes_another_wording(
    cast: Cast, admin: Client, miss: LookupMiss
) -> None:
    url = reverse("windows:miss_alias", args=[miss.pk]) + "?q=出生"
    answer = forms.send(admin, url, item=cast.item.pk, reason="群众常这样说")
    assert answer.status_code == 302
    alias = ItemAlias.objects.get(item=cast.item, text="给娃儿上户")
    assert alias.history.get().history_change_reason == "群众常这样说"
    assert not LookupMiss.objects.filter(is_settled=False).exists()


def test_what_was_looked_up_in_vain_goes_into_the_thesaurus(
    cast: Cast, admin: Client, miss: LookupMiss
) -> None:
    url = reverse("windows:thesaurus_add") + f"?miss={miss.pk}"
    answer = forms.send(admin, url, official="出生登记、户口", reason="群众常这样说")
    assert answer.url == reverse("windows:misses")
    assert ThesaurusEntry.objects.get().spoken == "给娃儿上户"
    assert not LookupMiss.objects.filter(is_settled=False).exists()


def test_a_line_that_needs_nothing_is_settled(
    cast: Cast, admin: Client, miss: LookupMiss
) -> None:
    page = admin.get(reverse("windows:misses"))
    assert page.context["misses"][0]["times"] == 3
    admin.post(reverse("windows:miss_settle", args=[miss.pk]))
    assert admin.get(reverse("windows:misses")).context["misses"] == []


# --- Calendar -----------------------------------------------------------------------


def test_a_day_is_entered_and_shown_in_its_year(cast: Cast, admin: Client) -> None:
    """R9.08."""
    answer = forms.send(
        admin,
        reverse("windows:closure_day_add"),
        day="2026-10-10",
        name="国庆调休",
        is_off="no",
        reason="按国办通知录入",
    )
    assert answer.status_code == 302
    assert not ClosureDay.objects.get().is_off
    assert "国庆调休" in admin.get(answer.url).text


def test_a_year_that_is_not_loaded_is_called_provisional(
    cast: Cast, admin: Client
) -> None:
    """R9.11."""
    page = admin.get(reverse("windows:calendar") + "?year=2099")
    assert "年内所有日期均为暂定" in page.text


WRONG_DAYS = [
    ("2026-02-30", "yes", "day"),
    ("0000-01-01", "yes", "day"),
    ("9999-12-31", "yes", "day"),
    ("10000-01-01", "yes", "day"),
    ("²", "yes", "day"),
    ("2026-10-12", "no", "is_off"),
    ("2026-10-10", "vielleicht", "is_off"),
]


def test_a_day_that_cannot_be_is_refused_beside_its_field(
    cast: Cast, admin: Client
) -> None:
    """Check 14; a weekday is no make-up day."""
    add = reverse("windows:closure_day_add")
    typed = {**forms.served(admin, add), "name": "x", "reason": REASON}
    for day, is_off, wrong in WRONG_DAYS:
        answer = admin.post(add, {**typed, "day": day, "is_off": is_off})
        assert answer.status_code == 422, day
        assert wrong in answer.context["form"].errors
    assert not ClosureDay.objects.exists()


def test_a_day_is_entered_once(cast: Cast, admin: Client) -> None:
    ClosureDay.objects.create(day="2026-10-01", name="国庆节", is_off=True)
    add = reverse("windows:closure_day_add")
    answer = forms.send(
        admin, add, day="2026-10-01", name="国庆", is_off="yes", reason=REASON
    )
    assert answer.status_code == 422
