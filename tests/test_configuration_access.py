"""Who sees the configuration, who changes it, and of which hall (check 25, 26)."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from tests import make_windows as make
from tests.cast import Cast, come_in
from windows.models import (
    CalendarYear,
    ClosureDay,
    LookupMiss,
    ThesaurusEntry,
    Window,
)
from windows.roles import Role

pytestmark = pytest.mark.django_db

READ = {
    "overview",
    "hall",
    "departments",
    "department",
    "windows",
    "window",
    "clerks",
    "clerk",
    "postings",
    "posting",
    "absence",
    "items",
    "item",
    "misses",
    "matrix",
    "matrix_cell",
    "thesaurus",
    "thesaurus_entry",
    "calendar",
    "closure_day",
    "history",
}
CHANGE = {
    "hall_edit",
    "department_add",
    "department_edit",
    "window_add",
    "window_edit",
    "window_close",
    "clerk_add",
    "clerk_edit",
    "clerk_leave",
    "clerk_return",
    "clerk_password",
    "clerk_sessions",
    "clerk_photo_edit",
    "posting_add",
    "posting_edit",
    "absence_add",
    "absence_edit",
    "absence_delete",
    "item_add",
    "item_edit",
    "bundle",
    "miss_settle",
    "miss_alias",
    "matrix_reason",
    "matrix_cell_fragment",
    "thesaurus_add",
    "thesaurus_edit",
    "thesaurus_delete",
    "closure_day_add",
    "closure_day_edit",
    "closure_day_delete",
}
ONLY_POST = {"miss_settle", "matrix_reason"}
OF_A_HALL = {
    "window",
    "window_edit",
    "window_close",
    "clerk",
    "clerk_edit",
    "clerk_leave",
    "clerk_return",
    "clerk_password",
    "clerk_sessions",
    "clerk_photo_edit",
    "posting",
    "posting_edit",
    "absence",
    "absence_edit",
    "absence_delete",
    "miss_alias",
}


@pytest.fixture
def numbers(cast: Cast) -> dict[str, list[Any]]:
    """The arguments of every page, for objects of the own hall."""
    day = ClosureDay.objects.create(day="2026-10-01", name="国庆节", is_off=True)
    entry = ThesaurusEntry.objects.create(spoken="娃娃", official="儿童")
    CalendarYear.objects.create(year=2026)
    miss = LookupMiss.objects.create(
        hall=cast.hall, words="上个户口", at=timezone.now()
    )
    pages = {
        "department": cast.outside.pk,
        "window": cast.tax.pk,
        "clerk": cast.ma.pk,
        "posting": cast.stand_in.pk,
        "absence": make.absence(cast.ma).pk,
        "item": cast.item.pk,
        "miss": miss.pk,
        "closure_day": day.pk,
    }
    life_event = make.item(cast.item.department, is_bundle=True)
    arguments: dict[str, list[Any]] = {
        "bundle": [life_event.pk],
        "history": ["clerk", cast.ma.pk],
        "matrix_cell": [cast.item.pk, cast.tax.pk],
        "matrix_cell_fragment": [cast.item.pk, cast.tax.pk],
        "thesaurus_entry": [entry.pk],
        "thesaurus_edit": [entry.pk],
        "thesaurus_delete": [entry.pk],
    }
    for name in READ | CHANGE:
        for stem, pk in pages.items():
            is_about = name == stem or name.startswith(f"{stem}_")
            if is_about and not name.endswith("_add"):
                arguments.setdefault(name, [pk])
    return arguments


def url(name: str, numbers: dict[str, list[Any]]) -> str:
    return reverse(f"windows:{name}", args=numbers.get(name, []))


def told(client: Client, address: str) -> str:
    """An error page without the number of the request."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", client.get(address).text)


def test_every_page_of_the_configuration_stands_in_one_of_the_tables() -> None:
    """Check 25: a new address fails until somebody has said who may open it."""
    names = {
        name
        for name in get_resolver("windows.urls").reverse_dict
        if isinstance(name, str)
    }
    elsewhere = {
        name for name in names if name.startswith(("import", "coverage", "calendar_"))
    }
    assert names - elsewhere == READ | CHANGE | {"clerk_photo"}


def test_an_administrator_and_an_auditor_read(
    cast: Cast, numbers: dict[str, list[Any]], client: Client
) -> None:
    """Check 25."""
    for reader in (cast.sun, cast.qian):
        come_in(client, reader)
        for name in sorted(READ):
            assert client.get(url(name, numbers)).status_code == 200, name


def test_an_auditor_changes_nothing(
    cast: Cast, numbers: dict[str, list[Any]], client: Client
) -> None:
    """Check 25: no form is shown, and what is sent anyway is refused."""
    come_in(client, cast.qian)
    for name in sorted(CHANGE):
        shown = 405 if name in ONLY_POST else 403
        assert client.get(url(name, numbers)).status_code == shown, name
        assert client.post(url(name, numbers)).status_code == 403, name


def test_an_administrator_opens_every_form(
    cast: Cast, numbers: dict[str, list[Any]], client: Client
) -> None:
    come_in(client, cast.sun)
    for name in sorted(CHANGE - ONLY_POST):
        assert client.get(url(name, numbers)).status_code == 200, name


def test_what_changes_something_is_not_opened_by_a_link(
    cast: Cast, numbers: dict[str, list[Any]], client: Client
) -> None:
    """Check 40."""
    come_in(client, cast.sun)
    for name in sorted(ONLY_POST):
        assert client.get(url(name, numbers)).status_code == 405, name


def test_clerks_and_supervisors_do_not_see_the_configuration(
    cast: Cast, numbers: dict[str, list[Any]], client: Client
) -> None:
    """Check 25."""
    for person in (cast.wang, cast.chen):
        come_in(client, person)
        for name in sorted(READ | CHANGE):
            method = client.post if name in ONLY_POST else client.get
            assert method(url(name, numbers)).status_code == 403, name


def test_a_page_that_shows_takes_no_form(
    cast: Cast, numbers: dict[str, list[Any]], client: Client
) -> None:
    """Check 40."""
    come_in(client, cast.sun)
    for name in sorted(READ - {"matrix_cell"}):
        assert client.post(url(name, numbers)).status_code == 405, name


def test_another_halls_objects_are_not_there(
    cast: Cast, numbers: dict[str, list[Any]], client: Client
) -> None:
    """Check 26: theirs and what does not exist look the same."""
    come_in(client, make.clerk(cast.zhou.hall, Role.ADMINISTRATOR))
    for name in sorted(OF_A_HALL):
        address = url(name, numbers)
        nowhere = reverse(f"windows:{name}", args=[987654321])
        reason = {"reason": "换一个窗口", "key": str(uuid.uuid4())}
        assert client.get(address).status_code == 404, name
        assert told(client, address) == told(client, nowhere), name
        if name not in READ:
            assert client.post(address, reason).status_code == 404, name


def test_another_halls_matrix_and_history_are_not_there(
    cast: Cast, numbers: dict[str, list[Any]], client: Client
) -> None:
    """Check 26."""
    come_in(client, make.clerk(cast.zhou.hall, Role.ADMINISTRATOR))
    for name in ("matrix_cell", "matrix_cell_fragment", "history"):
        assert client.get(url(name, numbers)).status_code == 404
    for kind, pk in (
        ("window", cast.tax.pk),
        ("posting", cast.stand_in.pk),
        ("absence", numbers["absence"][0]),
        ("hall", cast.hall.pk),
        ("nonsense", 1),
    ):
        history = reverse("windows:history", args=[kind, pk])
        assert client.get(history).status_code == 404


def test_lists_show_the_own_hall_only(
    cast: Cast, numbers: dict[str, list[Any]], client: Client
) -> None:
    """Check 26."""
    come_in(client, make.clerk(cast.zhou.hall, Role.ADMINISTRATOR))
    for name in ("windows", "clerks", "postings", "matrix", "misses"):
        page = client.get(url(name, numbers)).content.decode()
        for theirs in ("户政", "马超", "王芳", "上个户口"):
            assert theirs not in page, (name, theirs)


def test_the_row_that_jobs_act_as_is_nobody(cast: Cast, client: Client) -> None:
    system = make.clerk(cast.hall, Role.SYSTEM, name="系统")
    come_in(client, cast.sun)
    listed = client.get(reverse("windows:clerks")).context["clerks"]
    assert system not in listed
    assert cast.sun in listed
    edit = reverse("windows:clerk_edit", args=[system.pk])
    assert client.get(edit).status_code == 404


def test_opening_every_page_changes_nothing(
    cast: Cast, numbers: dict[str, list[Any]], client: Client
) -> None:
    """Check 40: neither objects nor their histories."""
    come_in(client, cast.sun)
    before = (Window.history.count(), cast.sun.__class__.history.count())
    for name in (READ | CHANGE) - ONLY_POST:
        client.get(url(name, numbers))
    assert before == (Window.history.count(), cast.sun.__class__.history.count())


def test_an_auditor_sees_no_button_that_changes(
    cast: Cast, numbers: dict[str, list[Any]], client: Client
) -> None:
    come_in(client, cast.qian)
    for name in READ:
        page = client.get(url(name, numbers)).content.decode()
        for stem in ("/edit/", "/add/", "/delete/", "/close/", "/leave/", "cell-form"):
            assert stem not in page, (name, stem)
