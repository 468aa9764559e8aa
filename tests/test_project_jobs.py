"""The queue of jobs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from hallsvc.jobs import housekeeping


@pytest.mark.django_db(transaction=True)
def test_a_job_of_an_act_that_was_rolled_back_is_gone_with_it() -> None:
    """Stack, jobs: the queue is in the database, so act and job are one."""
    transaction.set_autocommit(False)
    housekeeping.configure().defer(timestamp=0)
    assert ProcrastinateJob.objects.count() == 1
    transaction.rollback()
    transaction.set_autocommit(True)
    assert ProcrastinateJob.objects.count() == 0


def _work() -> None:
    """Do all jobs that wait, as the worker does, then end."""
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    with app.replace_connector(connector.get_worker_connector()) as worker_app:
        worker_app.run_worker(wait=False, install_signal_handlers=False)


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_the_housekeeping_as_the_application() -> None:
    """The role that owns nothing may do all a worker does, and it cleans up."""
    for key, age in (("ended", -1), ("running", 1)):
        Session.objects.create(
            session_key=key, expire_date=timezone.now() + dt.timedelta(hours=age)
        )
    housekeeping.configure().defer(timestamp=0)
    _work()
    assert list(Session.objects.values_list("pk", flat=True)) == ["running"]
    # The worker may have started periodic jobs of other apps as well.
    ours = ProcrastinateJob.objects.filter(task_name="housekeeping")
    assert ours.get(args={"timestamp": 0}).status == "succeeded"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '15 days'")
    housekeeping.configure().defer(timestamp=1)
    _work()
    assert not ours.filter(args={"timestamp": 0}).exists(), "the old job is forgotten"
    assert ours.filter(args={"timestamp": 1}).exists()
