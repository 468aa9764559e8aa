"""What every hall needs is loaded once, and never against an administrator's word."""

from __future__ import annotations

import datetime as dt
import io
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from tests import make_windows as make
from tests.cast import come_in
from windows.calendars import current_calendar
from windows.management.commands import load_basics
from windows.models import CalendarYear, Clerk, ClosureDay, Hall, ThesaurusEntry
from windows.roles import Role

pytestmark = pytest.mark.django_db


def load() -> str:
    """Run the command and return what it says."""
    out = io.StringIO()
    call_command("load_basics", stdout=out)
    return out.getvalue()


def lines() -> list[int]:
    """How many lines of history there are."""
    models = (CalendarYear, ClosureDay, ThesaurusEntry, Clerk)
    return [model.history.count() for model in models]


def test_the_working_days_from_2018_to_2026_are_loaded() -> None:
    """R9.10: 2026 has 248 working days; 2027 is not known."""
    load()
    calendar = current_calendar()
    assert set(range(2018, 2027)) <= calendar.loaded_years
    assert 2027 not in calendar.loaded_years
    first = dt.date(2026, 1, 1)
    days = [first + dt.timedelta(days=number) for number in range(365)]
    assert sum(map(calendar.is_working, days)) == 248


def test_the_thesaurus_is_loaded_with_its_groups() -> None:
    """At least 600 entries; the history says who and why."""
    load()
    assert ThesaurusEntry.objects.count() >= 600
    line = ThesaurusEntry.history.latest()
    assert line.history_user == Clerk.objects.system()
    assert line.history_change_reason == str(load_basics.REASON)


def test_loading_again_changes_nothing_and_says_nothing() -> None:
    """`make run` calls it at every start."""
    assert load()
    before = lines()
    assert load() == ""
    assert lines() == before


def test_what_an_administrator_changed_or_deleted_does_not_come_back() -> None:
    """The history knows what was there once."""
    load()
    changed, deleted = ThesaurusEntry.objects.all()[:2]
    changed.official = "本地说法"
    changed.save()
    deleted.delete()
    CalendarYear.objects.get(year=2018).delete()
    day = ClosureDay.objects.get(day=dt.date(2026, 10, 1))
    day.name = "国庆"
    day.save()
    assert load() == ""
    changed.refresh_from_db()
    day.refresh_from_db()
    assert (changed.official, day.name) == ("本地说法", "国庆")
    assert not ThesaurusEntry.objects.filter(spoken=deleted.spoken).exists()
    assert not CalendarYear.objects.filter(year=2018).exists()


def test_a_word_an_administrator_had_first_is_left_alone() -> None:
    """Also one that is spelled as a shipped one."""
    own = ThesaurusEntry.objects.create(spoken="弄丢", official="本地说法")
    load()
    own.refresh_from_db()
    assert own.official == "本地说法"


def test_the_system_acts_as_a_row_of_its_own_that_cannot_sign_in() -> None:
    """Jobs act in its name; it belongs to no hall."""
    load()
    system = Clerk.objects.system()
    assert system == Clerk.objects.system()
    assert (system.role, system.hall) == (Role.SYSTEM, None)
    assert not system.has_usable_password()
    assert Clerk.objects.filter(role=Role.SYSTEM).count() == 1


# --- a year's notice by upload ------------------------------------------------------

NOTICE = """date,name,is_off_day
2027-01-01,元旦,1
2027-05-01,劳动节,1
2027-05-08,劳动节,0
2027-10-01,国庆节,1
2026-12-26,元旦,0
"""


@pytest.fixture
def hall() -> Hall:
    """A hall."""
    return make.hall()


@pytest.fixture
def office(hall: Hall, client: Client) -> Client:
    """The administrator's browser."""
    return at_work(client, hall, Role.ADMINISTRATOR)


def at_work(client: Client, hall: Hall, role: Role) -> Client:
    """The browser of somebody of the hall who has just signed in."""
    come_in(client, make.clerk(hall, role))
    client.cookies.load({"hall-language": "en"})
    return client


def send(office: Client, text: str, year: str = "2027") -> tuple[int, str]:
    """Upload a notice; status and page."""
    file = SimpleUploadedFile("2027.csv", text.encode())
    answer = office.post("/config/calendar/upload/", {"year": year, "file": file})
    return answer.status_code, answer.content.decode()


def confirm(office: Client, html: str, **fields: str) -> int:
    """Confirm the days that were shown; the status of the answer."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
    shown = {name: unescape(value) for name, value in found}
    data = {**shown, "reason": "2027 年放假通知", **fields}
    return office.post("/config/calendar/load/", data).status_code


def test_a_notice_is_shown_first_and_loaded_when_confirmed(
    office: Client, hall: Hall
) -> None:
    """R9.11, R9.12: the December before belongs to it."""
    status, html = send(office, NOTICE)
    assert status == 200
    assert "2027-05-08" in html
    assert not ClosureDay.objects.exists()
    assert confirm(office, html) == 302
    calendar = current_calendar()
    assert 2027 in calendar.loaded_years
    assert not calendar.is_working(dt.date(2027, 10, 1))
    assert calendar.is_working(dt.date(2026, 12, 26))
    line = ClosureDay.history.latest()
    assert line.history_user is not None
    assert (line.history_user.hall, line.history_change_reason) == (
        hall,
        "2027 年放假通知",
    )


def test_a_reason_that_says_nothing_is_refused_beside_it_and_nothing_is_loaded(
    office: Client,
) -> None:
    """R9.11: four signs of which only three are letters are not yet a reason."""
    _status, html = send(office, NOTICE)
    assert confirm(office, html, reason="2027 年通知") == 422
    assert not ClosureDay.objects.exists()


def test_confirming_twice_loads_once(office: Client) -> None:
    """Check 58: the form works once."""
    _status, html = send(office, NOTICE)
    for _again in range(2):
        assert confirm(office, html) == 302
    assert ClosureDay.history.count() == 5
    assert CalendarYear.history.count() == 1


def test_a_corrected_notice_replaces_its_year_and_nothing_else(
    office: Client,
) -> None:
    """A day it no longer names is taken out; other years and regions stay."""
    _status, html = send(office, NOTICE)
    confirm(office, html)
    other = ClosureDay.objects.create(
        day=dt.date(2026, 5, 1), name="劳动节", is_off=True
    )
    local = ClosureDay.objects.create(
        day=dt.date(2027, 5, 8), region="宁夏", name="开斋节", is_off=True
    )
    corrected = NOTICE.replace("2027-05-08,劳动节,0\n", "").replace(
        "2027-01-01,元旦", "2027-01-01,新年"
    )
    _status, html = send(office, corrected)
    assert "will be removed" in html
    assert confirm(office, html) == 302
    days = ClosureDay.objects.filter(region="").order_by("day")
    assert [(str(each.day), each.name) for each in days] == [
        (str(other.day), "劳动节"),
        ("2026-12-26", "元旦"),
        ("2027-01-01", "新年"),
        ("2027-05-01", "劳动节"),
        ("2027-10-01", "国庆节"),
    ]
    assert ClosureDay.objects.filter(pk=local.pk).exists()
    assert CalendarYear.objects.filter(year=2027).count() == 1


@pytest.mark.parametrize(
    ("text", "year", "sentence"),
    [
        (NOTICE.replace("2027-05-08", "2027-02-30"), "2027", "Line 4"),
        (NOTICE, "2028", "neither in 2028"),
        (NOTICE.replace("2027-10-01,国庆节,1\n", ""), "2027", "day off by law"),
        ("", "2027", "empty"),
        ("x" * 70_000, "2027", "larger than"),
        (NOTICE, "²", "Enter a whole number"),
        (NOTICE, "1999", "2018"),
        (NOTICE, "", "required"),
    ],
)
def test_a_notice_with_a_fault_is_refused_with_its_line(
    office: Client, text: str, year: str, sentence: str
) -> None:
    """All or nothing; checks 10 and 14."""
    status, html = send(office, text, year)
    assert status == 422
    assert sentence in html
    assert not ClosureDay.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"days": "x"},
        {"days": NOTICE.replace("2027", "2025")},
        {"year": "²"},
        {"year": ""},
    ],
)
def test_days_that_were_tampered_with_on_the_way_are_not_loaded(
    office: Client, fields: dict[str, str]
) -> None:
    """Check 11: what comes back from a browser is read as strictly as a file."""
    _status, html = send(office, NOTICE)
    assert confirm(office, html, **fields) == 302
    assert not ClosureDay.objects.exists()


def test_loading_a_year_needs_a_reason(office: Client) -> None:
    """Every change says why."""
    _status, html = send(office, NOTICE)
    assert confirm(office, html, reason="") == 422
    assert not ClosureDay.objects.exists()


def test_the_calendar_asks_for_a_year_that_is_not_loaded(office: Client) -> None:
    """R9.11; `calendar_warning` says which years, and when."""
    this_year = make.today().year
    asked = f"The holidays of {this_year}"
    assert asked in office.get("/config/calendar/").content.decode()
    for year in (this_year, this_year + 1):
        CalendarYear.objects.create(year=year)
    assert asked not in office.get("/config/calendar/").content.decode()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SUPERVISOR, Role.CLERK])
def test_only_administrators_load_a_year(
    client: Client, hall: Hall, role: Role
) -> None:
    """Check 25."""
    at_work(client, hall, role)
    assert client.get("/config/calendar/upload/").status_code == 403
    assert client.post("/config/calendar/upload/").status_code == 403
    assert client.post("/config/calendar/load/").status_code == 403


def test_strings_of_the_calendar_are_translated() -> None:
    """The sentences of a plain module are marked and looked up here."""
    from cases.views.calendar import _sentences
    from windows.closures import parse_notice

    with translation.override("en"):
        (sentence,) = _sentences(parse_notice(b"\xff\xff\xff", 2027))
    assert sentence.endswith(".")
