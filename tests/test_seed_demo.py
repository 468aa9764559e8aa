"""The demo hall: filled through the actions, once, and left with a true clock."""

import datetime as dt
import uuid
from io import StringIO

import pytest
from django.core.management import call_command
from django.http import QueryDict

from cases.demo.clock import add_minutes
from cases.models import Case, CaseEvent, Clock, ClockStop, Notice, Referral
from windows.closures import calendar_from_rows
from windows.forms.bundles import BundleForm
from windows.models import Clerk, Department, ServiceItem, Window

WEEK = calendar_from_rows([], [2026], 1)


@pytest.mark.django_db(transaction=True)
def test_the_demo_hall_is_filled_once_and_proves_itself() -> None:
    call_command("load_basics", verbosity=0)
    call_command("seed_demo", "--cases", "60", stdout=StringIO())
    assert Window.objects.count() == 24
    assert Department.objects.filter(in_hall=False).count() == 8
    assert Clerk.objects.exclude(role="system").count() == 40
    assert ServiceItem.objects.count() >= 160
    cases = Case.objects.count()
    assert cases >= 60
    assert len(set(Case.objects.values_list("state", flat=True))) >= 4
    assert Referral.objects.filter(state="pending").count() == 8
    assert Notice.objects.filter(kind="receipt").exists()
    assert ClockStop.objects.exists()
    assert CaseEvent.objects.count() > cases
    assert Clock.objects.get().offset == dt.timedelta()
    call_command("verify_history", stdout=StringIO())
    # Nothing in it that the product would refuse: its life events pass their own form.
    by = Clerk.objects.filter(role="administrator").first()
    assert by is not None
    for event in ServiceItem.objects.filter(is_bundle=True):
        members = list(event.bundled.select_related("member"))
        shown = BundleForm(item=event, members=members, by=by)
        typed = {"key": str(uuid.uuid4()), "reason": "按照一件事方案"}
        for row in shown.rows:
            typed |= {one.html_name: one.value() for one in row if one.value()}
        data = QueryDict(mutable=True)
        data.update(typed)
        form = BundleForm(data, item=event, members=members, by=by)
        assert form.is_valid(), (event, form.errors, [row.errors for row in form.rows])
    out = StringIO()
    call_command("seed_demo", stdout=out)
    assert Case.objects.count() == cases
    call_command("seed_demo", "--logins", stdout=out)
    assert "1001" in out.getvalue()


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-20 09:00", 30, "2026-11-20 09:30"),
        ("2026-11-20 11:50", 20, "2026-11-20 13:40"),
        ("2026-11-20 16:50", 20, "2026-11-23 09:10"),
        ("2026-11-21 10:00", 5, "2026-11-23 09:05"),
    ],
)
def test_time_passes_only_while_the_hall_is_open(
    start: str, minutes: int, end: str
) -> None:
    begin = dt.datetime.fromisoformat(f"{start}+08:00")
    assert add_minutes(begin, minutes, WEEK) == dt.datetime.fromisoformat(
        f"{end}+08:00"
    )
