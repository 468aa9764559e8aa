"""What is kept only for a while is forgotten, and nothing else."""

import datetime as dt
import io
import os
import time
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from cases import scans
from cases.actions.forgetting import KEEP_FORMS, sweep_scans
from cases.actions.reading import keep_search
from cases.forms.stamped import DAYS_VALID
from cases.models import FormKey, SavedSearch, Scan
from tests import acts
from tests.cast import Cast
from tests.make_cases import Story
from tests.pictures import seal_picture
from windows import limits
from windows.models.records import LimitCounter

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def forget(command: str) -> None:
    call_command(command, stdout=io.StringIO())


def test_keys_of_forms_and_words_of_searches_are_forgotten(cast: Cast) -> None:
    """Checks 59 and 76: the key outlives the form's own signature, then it goes."""
    assert KEEP_FORMS > DAYS_VALID * DAY
    now = timezone.now()
    for age in (30, 32):
        FormKey.objects.create(
            key=uuid.uuid4(), clerk=cast.wang, digest=b"", at=now - age * DAY
        )
    kept = keep_search("张三", by=cast.chen, at=now - 89 * DAY)
    keep_search("李四", by=cast.chen, at=now - 91 * DAY)
    forget("forget_old_forms")
    assert FormKey.objects.get().at > now - 31 * DAY
    assert [search.token for search in SavedSearch.objects.all()] == [kept]


def test_a_scan_that_a_crash_left_is_swept_and_no_other(cast: Cast) -> None:
    """R8.07: what no case names goes after a day, whole or half written."""
    story = Story(cast)
    case = story.moved(item=True, contact=True).pk
    acts.accept(story, case)
    old, now = time.time() - 2 * DAY.total_seconds(), time.time()
    for name, age in (("aa" * 16, old), ("bb" * 16, now)):
        scans.keep(name, b"sealed")
        os.utime(scans._path(name), (age, age))
    half = scans._path("aa" * 15 + "bb").with_suffix(".part")
    half.write_bytes(b"se")
    os.utime(half, (old, old))
    # Beside a database that knows of no scan at all, nothing is taken for left over.
    assert sweep_scans(timezone.now()) == 0
    acts.print_slip(story, case)
    acts.sign(story, case, scan=seal_picture())
    known = scans._path(Scan.objects.get().name)
    os.utime(known, (old, old))
    forget("sweep_scans")
    left = {path.name for path in Path(settings.HALL_SCAN_DIR).rglob("*.*")}
    assert known.name in left
    assert "bb" * 16 + ".scan" in left
    assert not {half.name, "aa" * 16 + ".scan"} & left


def test_counts_are_forgotten_when_they_say_nothing_any_more(cast: Cast) -> None:
    """Check 38: a count still going on is kept, whatever its time span."""
    now = timezone.now()
    for seconds, age in ((60, 3), (60, 1), (3600, 60), (3600, 121)):
        at = now - dt.timedelta(minutes=age)
        limits.count(f"{seconds}-{age}", seconds=seconds, at=at)
    forget("forget_sent_forms")
    assert set(LimitCounter.objects.values_list("key", flat=True)) == {
        "60-1",
        "3600-60",
    }
