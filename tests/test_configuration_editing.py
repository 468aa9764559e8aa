"""Every change of the configuration: a reason, a history, once, over nobody's head."""

from __future__ import annotations

import datetime as dt
import io
import threading
import time
import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import forms
from tests import make_windows as make
from tests.cast import Cast, come_in
from windows import editing
from windows.forms.base import ObjectForm
from windows.forms.items import ItemForm
from windows.forms.people import AbsenceForm, ClerkForm, PostingForm
from windows.forms.places import DepartmentForm, HallForm, WindowForm
from windows.forms.words import ClosureDayForm, ThesaurusForm
from windows.models import Clerk, Department, SentForm, ThesaurusEntry, Window
from windows.roles import Role

pytestmark = pytest.mark.django_db

REASON = "按十一月调整方案"


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    """Sun's browser."""
    return come_in(client, cast.sun)


def edit_tax(cast: Cast) -> str:
    return reverse("windows:window_edit", args=[cast.tax.pk])


def test_a_change_is_kept_with_who_and_why(cast: Cast, admin: Client) -> None:
    """Issue 2, section 2: simple_history with who, when, why."""
    answer = forms.send(admin, edit_tax(cast), name="税务综合", reason=REASON)
    assert answer.status_code == 302
    line = cast.tax.history.first()
    assert (line.name, line.history_user, line.history_change_reason) == (
        "税务综合",
        cast.sun,
        REASON,
    )


def test_the_history_page_says_field_by_field_what_has_changed(
    cast: Cast, admin: Client
) -> None:
    forms.send(admin, edit_tax(cast), name="税务综合", floor="3", reason=REASON)
    page = admin.get(reverse("windows:history", args=["window", cast.tax.pk])).text
    assert "<del>税务</del> → <ins>税务综合</ins>" in page
    assert "<del>1</del> → <ins>3</ins>" in page
    assert REASON in page
    assert cast.sun.name in page


def test_without_a_reason_nothing_is_changed(cast: Cast, admin: Client) -> None:
    """Check 3; the typed values stay in the form."""
    typed = {**forms.served(admin, edit_tax(cast)), "name": "税务综合"}
    for reason in ("", "   ", "\u3000\u3000", "\u200b" * 8, "好的吧"):
        answer = admin.post(edit_tax(cast), {**typed, "reason": reason})
        assert answer.status_code == 422, reason
        assert "reason" in answer.context["form"].errors
        assert 'value="税务综合"' in answer.text
    cast.tax.refresh_from_db()
    assert cast.tax.name == "税务"
    assert cast.tax.history.count() == 1


def test_a_reason_has_room_for_200_characters(cast: Cast, admin: Client) -> None:
    long = "因" * 200
    assert forms.send(admin, edit_tax(cast), name="新", reason=long).status_code == 302
    assert cast.tax.history.first().history_change_reason == long
    too_long = forms.send(admin, edit_tax(cast), name="旧", reason=long + "因")
    assert too_long.status_code == 422


def test_a_reason_does_not_stick_to_the_next_change(cast: Cast) -> None:
    """The trap of simple_history: `_change_reason` stays on the instance."""
    editing.save_with_reason(cast.tax, by=cast.sun, reason=REASON)
    cast.tax.save()
    assert cast.tax.history.first().history_change_reason is None


def test_a_change_goes_with_its_history_or_not_at_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check 66: a history line that cannot be written takes the change with it."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no history")

    monkeypatch.setattr(Window.history.model, "save", fail)
    cast.tax.name = "改了名"
    with pytest.raises(RuntimeError):
        editing.save_with_reason(cast.tax, by=cast.sun, reason=REASON)
    assert Window.objects.get(pk=cast.tax.pk).name == "税务"


def test_who_changed_something_meanwhile_is_named_and_nothing_is_overwritten(
    cast: Cast, admin: Client
) -> None:
    """Check 61: refused with who, when and why; typed values kept."""
    typed = {**forms.served(admin, edit_tax(cast)), "name": "我的", "reason": REASON}
    other = make.clerk(cast.hall, Role.ADMINISTRATOR, name="郑欣")
    cast.tax.name = "她的"
    editing.save_with_reason(cast.tax, by=other, reason="上级要求改名")
    answer = admin.post(edit_tax(cast), typed)
    assert answer.status_code == 409
    for told in ("郑欣", "上级要求改名", 'value="我的"'):
        assert told in answer.text
    assert Window.objects.get(pk=cast.tax.pk).name == "她的"


def test_sending_a_stale_form_again_is_a_decision(cast: Cast, admin: Client) -> None:
    """Check 61: the form that came back carries what there is now."""
    typed = {**forms.served(admin, edit_tax(cast)), "name": "我的", "reason": REASON}
    cast.tax.name = "她的"
    editing.save_with_reason(cast.tax, by=cast.sun, reason="上级要求改名")
    refused = admin.post(edit_tax(cast), typed)
    again = forms.fields_of(refused.context["form"])
    assert admin.post(edit_tax(cast), again).status_code == 302
    assert Window.objects.get(pk=cast.tax.pk).name == "我的"


def test_opening_a_window_meanwhile_makes_no_form_stale(
    cast: Cast, admin: Client
) -> None:
    typed = {**forms.served(admin, edit_tax(cast)), "name": "新名", "reason": REASON}
    window = Window.objects.get(pk=cast.tax.pk)
    window.is_open = False
    window.save()
    assert admin.post(edit_tax(cast), typed).status_code == 302
    cast.tax.refresh_from_db()
    assert (cast.tax.name, cast.tax.is_open) == ("新名", False)


def test_a_form_sent_twice_works_once(cast: Cast, admin: Client) -> None:
    """Check 58, 59: the second sending leads to the result of the first."""
    add = reverse("windows:department_add")
    typed = {**forms.served(admin, add), "name": "气象局", "in_hall": "on"}
    typed["reason"] = REASON
    first, second = admin.post(add, typed), admin.post(add, typed)
    made = Department.objects.get(name="气象局")
    assert (
        first["Location"]
        == second["Location"]
        == reverse("windows:department", args=[made.pk])
    )
    assert made.history.count() == 1


def test_an_edit_sent_twice_leaves_one_line(cast: Cast, admin: Client) -> None:
    """Check 58."""
    typed = {**forms.served(admin, edit_tax(cast)), "name": "新名", "reason": REASON}
    assert [admin.post(edit_tax(cast), typed).status_code for _ in "12"] == [302, 302]
    assert cast.tax.history.count() == 2


def test_a_refused_form_may_be_sent_again(cast: Cast, admin: Client) -> None:
    """Check 59: only what was done counts as sent."""
    typed = {**forms.served(admin, edit_tax(cast)), "name": "新名", "reason": ""}
    assert admin.post(edit_tax(cast), typed).status_code == 422
    assert not SentForm.objects.exists()
    assert admin.post(edit_tax(cast), {**typed, "reason": REASON}).status_code == 302


def test_the_key_of_another_person_is_refused(cast: Cast, admin: Client) -> None:
    """Check 59."""
    typed = {**forms.served(admin, edit_tax(cast)), "reason": REASON}
    admin.post(edit_tax(cast), typed)
    come_in(admin, make.clerk(cast.hall, Role.ADMINISTRATOR))
    assert admin.post(edit_tax(cast), typed).status_code == 403


def test_a_form_without_its_key_changes_nothing(cast: Cast, admin: Client) -> None:
    typed = {**forms.served(admin, edit_tax(cast)), "name": "新", "reason": REASON}
    for key in ("", "x", "²", "0" * 9999):
        answer = admin.post(edit_tax(cast), {**typed, "key": key})
        assert answer.status_code == 422, key
    del typed["key"]
    assert admin.post(edit_tax(cast), typed).status_code == 422
    assert cast.tax.history.count() == 1


def test_what_is_deleted_keeps_its_history(cast: Cast, admin: Client) -> None:
    entry = ThesaurusEntry.objects.create(spoken="娃娃", official="儿童")
    delete = reverse("windows:thesaurus_delete", args=[entry.pk])
    typed = {**forms.served(admin, delete), "reason": "重复录入的词条"}
    assert [admin.post(delete, typed).status_code for _ in "12"] == [302, 302]
    assert not ThesaurusEntry.objects.exists()
    page = admin.get(reverse("windows:history", args=["thesaurus", entry.pk])).text
    assert "重复录入的词条" in page
    assert cast.sun.name in page


def test_fields_that_no_form_shows_are_never_bound(cast: Cast, admin: Client) -> None:
    """Check 11."""
    smuggled = {"hall": cast.zhou.hall_id, "is_active": "", "id": 1, "is_open": ""}
    answer = forms.send(admin, edit_tax(cast), name="新", reason=REASON, **smuggled)
    assert answer.status_code == 302
    tax = Window.objects.get(pk=cast.tax.pk)
    assert (tax.hall_id, tax.is_active, tax.is_open) == (cast.hall.pk, True, True)


def test_a_form_needs_the_token_of_its_session(cast: Cast) -> None:
    """Check 39."""
    browser = come_in(Client(enforce_csrf_checks=True), cast.sun)
    typed = {"name": "新", "reason": REASON, "key": str(uuid.uuid4())}
    assert browser.post(edit_tax(cast), typed).status_code == 403
    assert cast.tax.history.count() == 1


def test_keys_of_forms_are_forgotten_after_a_month(cast: Cast) -> None:
    """Check 59."""
    day = dt.timedelta(days=1)
    for age in (29, 31):
        at = timezone.now() - age * day
        SentForm.objects.create(key=uuid.uuid4(), by=cast.sun, at=at)
    call_command("forget_sent_forms", stdout=io.StringIO())
    assert SentForm.objects.get().at > timezone.now() - 30 * day


NOT_TYPED = {
    Clerk: {"hall", "password", "last_login", "is_active"},
    Window: {"hall", "is_open", "is_active"},
}
"""Fields that a page of its own changes, or nobody."""


@pytest.mark.parametrize(
    "form",
    [
        AbsenceForm,
        ClerkForm,
        ClosureDayForm,
        DepartmentForm,
        HallForm,
        ItemForm,
        PostingForm,
        ThesaurusForm,
        WindowForm,
    ],
)
def test_a_form_leaves_out_no_field_of_its_object(form: type[ObjectForm]) -> None:
    """A new field of a model is forgotten in no form."""
    model = form._meta.model
    editable = {field.name for field in model._meta.fields if field.editable}
    editable -= {"id", *NOT_TYPED.get(model, set())}
    assert set(form._meta.fields or ()) == editable


@pytest.mark.django_db(transaction=True)
def test_two_sendings_at_once_make_one_change(as_app: Any) -> None:
    """Check 58: the second waits for the first and is led to its result."""
    admin = make.clerk(make.hall(), Role.ADMINISTRATOR)
    key = uuid.uuid4()
    told: list[str | None] = []

    def second() -> None:
        try:
            with transaction.atomic():
                told.append(editing.claim(key, by=admin))
        finally:
            connection.close()

    as_app.execute("BEGIN")
    as_app.execute(
        "INSERT INTO windows_sentform (key, by_id, at, address)"
        " VALUES (%s, %s, now(), '/config/there/')",
        [key, admin.pk],
    )
    waiting = threading.Thread(target=second)
    waiting.start()
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                break
            time.sleep(0.01)
        else:
            pytest.fail("nobody waited")
    as_app.execute("COMMIT")
    waiting.join()
    assert told == ["/config/there/"]
