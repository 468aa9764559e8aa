"""The public page keeps to itself whatever somebody without the code must not know.

Checks 47, 48, 49 and 51: wrong number, wrong code and too many tries look the same and
take the same; five tries an hour for one case reach the code, whoever asks.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import statistics
import time
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.actions import negatives
from cases.actions.accepting import Missing, ask_once
from cases.actions.intake import Opened, renew_code
from cases.models import Case
from cases.numbers import check_code, new_code
from cases.reads import progress
from tests import joints
from tests.cast import APPLICANT, WORDS, Cast, ask
from tests.make_cases import NEGATIVE, Story, earlier
from tests.world import unknown_case

pytestmark = pytest.mark.django_db

FULL = bool(os.environ.get("HALL_FULL"))
WRONG = "AAAAA-AAAAA"
MILLISECONDS = 5.0
"""How far apart the medians of two kinds of failure may be (check 47)."""


@pytest.fixture
def opened(cast: Cast) -> Opened:
    """A case of somebody with name, paper and telephone."""
    return ask(cast, item=cast.item, person=APPLICANT)


def look(client: Client, number: object, code: str, address: str = "10.0.0.1") -> Any:
    form = {"number": str(number), "code": code}
    return client.post(reverse("progress"), form, REMOTE_ADDR=address)


def plain(response: Any, number: object, code: str) -> str:
    """The page without its token and without what was typed."""
    page = re.sub(r"\b[A-Za-z0-9]{64}\b", "", response.text)
    return page.replace(f'value="{number}"', "").replace(f'value="{code}"', "")


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, str]]:
    """When, and against which stored hash, a code was checked; the hash is skipped."""
    calls: list[tuple[float, str]] = []

    def counted(code: str, hashed: str) -> bool:
        calls.append((time.time(), hashed))
        return False

    monkeypatch.setattr(progress, "check_code", counted)
    return calls


def test_every_failure_is_the_same_page(client: Client, opened: Opened) -> None:
    """Check 47: unknown number, odd number, wrong code, odd code, limited."""
    number, unknown = opened.case.pk, unknown_case()
    pages = {}
    for kind, asked, code in (
        ("wrong code", number, WRONG),
        ("unknown number", unknown, WRONG),
        ("unknown number, right code", unknown_case(), opened.code),
        ("no such number", "26-000-000-0", WRONG),
        ("no number", "abc", WRONG),
        ("odd code", number, "no code"),
    ):
        response = look(client, asked, code)
        pages[kind] = (response.status_code, plain(response, asked, code))
    for _time in range(6):
        response = look(client, number, opened.code, address="10.9.9.9")
        if _time == 0:
            assert response.status_code == 200
        look(client, number, WRONG)
    for _time in range(5):
        look(client, number, WRONG)
    response = look(client, number, opened.code)
    pages["limited"] = (
        response.status_code,
        plain(response, number, opened.code),
    )
    for kind, page in pages.items():
        assert page == pages["wrong code"], kind
    assert pages["limited"][0] == 422


def test_every_failure_does_the_same_work(
    client: Client, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check 47: the same statements and one slow hash, whatever was wrong."""
    hashes: list[str] = []

    def counted(code: str, hashed: str) -> bool:
        hashes.append(hashed)
        return check_code(code, hashed)

    monkeypatch.setattr(progress, "check_code", counted)
    work = set()
    tries = [(opened.case.pk, WRONG), (unknown_case(), WRONG), ("abc", "no code")]
    for number, code in [*tries, *[(opened.case.pk, WRONG)] * 7]:
        hashes.clear()
        with CaptureQueriesContext(connection) as queries:
            look(client, number, code)
        shapes = [re.sub(r"'[^']*'|\d+", "?", q["sql"]) for q in queries]
        work.add((len(hashes), "\n".join(s for s in shapes if "SAVEPOINT" not in s)))
    assert len(work) == 1
    assert next(iter(work))[0] == 1


def test_every_failure_takes_the_same_time(client: Client, opened: Opened) -> None:
    """Check 47: medians within 5 ms, the kinds in turn; 2,000 each with HALL_FULL=1.

    In a short run the time of the processor counts, for other programs on a machine
    must not decide; in a full run the time on the clock.
    """
    clock = time.perf_counter if FULL else time.process_time
    taken: dict[str, list[float]] = {"unknown": [], "wrong": [], "odd": []}
    for number in range(2_000 if FULL else 40):
        for kind, asked in (
            ("unknown", unknown_case()),
            ("wrong", opened.case.pk),
            ("odd", "26-000-000-0"),
        ):
            began = clock()
            look(client, asked, WRONG, address=f"10.1.{number // 250}.{number % 250}")
            taken[kind].append(clock() - began)
    medians = [statistics.median(times) * 1000 for times in taken.values()]
    assert max(medians) - min(medians) < MILLISECONDS, medians


def test_five_tries_an_hour_reach_the_code(
    client: Client, opened: Opened, reached: list[tuple[float, str]]
) -> None:
    """Check 48: many addresses against one case, for ten hours."""
    begin = timezone.now().replace(minute=0, second=0, microsecond=0)
    stored = opened.case.code_hash
    for minute in range(0, 600, 8):
        at = begin + dt.timedelta(days=1, minutes=minute)
        with time_machine.travel(at, tick=False):
            look(client, opened.case.pk, new_code(), address=f"10.2.0.{minute % 250}")
    real = [when for when, hashed in reached if hashed == stored]
    assert len(reached) == 75, "each try costs the same hash"
    assert len(real) >= 5
    for when in real:
        within = [one for one in real if when <= one < when + 3600]
        assert len(within) <= progress.TRIES_PER_CASE == 5


def test_one_address_tries_many_numbers_no_longer(
    client: Client, opened: Opened, reached: list[tuple[float, str]]
) -> None:
    """Check 48: sixty tries in ten minutes from an address; no further one gets on."""
    for _time in range(progress.TRIES_PER_ADDRESS):
        look(client, unknown_case(), WRONG, address="10.3.3.3")
    look(client, opened.case.pk, opened.code, address="10.3.3.3")
    assert not [hashed for _when, hashed in reached if hashed == opened.case.code_hash]
    look(client, opened.case.pk, opened.code, address="10.3.3.4")
    assert [hashed for _when, hashed in reached if hashed == opened.case.code_hash]


def test_the_right_code_forgets_the_slips_before_it(
    client: Client, opened: Opened
) -> None:
    """Check 48, the other side: whoever mistypes and then succeeds is not shut out."""
    number = opened.case.pk
    for _round in range(3):
        for _slip in range(4):
            assert look(client, number, WRONG).status_code == 422
        assert look(client, number, opened.code).status_code == 200


def test_a_new_code_ends_the_old_one(client: Client, cast: Cast) -> None:
    """Check 49: codes are alike to nobody; the number alone opens nothing."""
    first, second = ask(cast), ask(cast)
    assert first.code != second.code
    assert look(client, first.case.pk, second.code).status_code == 422
    assert look(client, first.case.pk, first.case.number).status_code == 422
    assert look(client, first.case.pk, "").status_code == 422
    assert first.code.replace("-", "") not in first.case.code_hash


def test_the_alarm_names_nobody(
    client: Client,
    opened: Opened,
    reached: list[tuple[float, str]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Check 48, 9: a line of the log says that a limit was met, and by nobody."""
    for _time in range(8):
        look(client, opened.case.pk, WRONG, address="10.4.4.4")
    alarms = [r.getMessage() for r in caplog.records if "progress_limit" in r.message]
    assert len(alarms) == 3
    for value in (str(opened.case.pk), opened.case.number, WRONG, "10.4.4.4"):
        assert not any(value in line for line in alarms)


def test_the_page_says_how_far_and_who_and_nothing_about_the_person(
    client: Client, cast: Cast, opened: Opened
) -> None:
    """Check 51: step, who answers for it, dates, telephone; nothing of the person."""
    page = look(client, opened.case.number, opened.code.lower())
    assert page.status_code == 200
    assert opened.case.number in page.text
    assert cast.wang.name in page.text
    assert "综合咨询" in page.text
    identity, telephone = str(APPLICANT.identity), str(APPLICANT.telephone)
    hidden = [APPLICANT.name, identity, telephone, WORDS]
    hidden += [identity[-4:], telephone[-4:], cast.wang.staff_number]
    for value in hidden:
        assert value not in page.text, value
    assert opened.code not in page.text
    assert "no-store" in page.headers["Cache-Control"]


def test_nothing_is_looked_up_by_an_address(client: Client, opened: Opened) -> None:
    """Check 44: number and code in a query string are not looked at."""
    url = f"{reverse('progress')}?number={opened.case.pk}&code={opened.code}"
    page = client.get(url)
    assert page.status_code == 200
    assert opened.case.number not in page.text


def stands(story: Story, case: int) -> progress.Progress:
    """What the public page says of a case."""
    row = Case.objects.get(pk=case)
    code = renew_code(row.pk, by=row.holder, at=story.at()).code
    found, _limited = progress.look_up(row.number, code, address="", at=story.at())
    assert found is not None
    return found


@pytest.mark.parametrize("is_waiting", [False, True])
def test_a_filed_negative_moves_no_date_of_the_page(
    cast: Cast, is_waiting: bool
) -> None:
    """R3.30: proposed and approved, the page is the one of before."""
    with earlier(cast, 2) as then:
        case = then.moved(item=True, contact=True).pk
        missing = [
            Missing("出生证明", "到医院补办一份", position=1),
            Missing("户口簿", "请回家取户口簿", position=2),
        ]
        if is_waiting:
            ask_once(case, received=[], missing=missing, by=cast.li, at=then.at())
    story = Story(cast)
    before = stands(story, case)
    assert before.dates
    negatives.propose_negative(case, NEGATIVE, by=cast.li, at=story.at())
    assert stands(story, case) == before
    negatives.approve_negative(case, reason="", by=cast.chen, at=story.at())
    assert stands(story, case) == before


def test_a_unit_that_was_never_asked_has_not_answered(cast: Cast) -> None:
    """R3.30, R4.70: what falls away behind an objection that stands fills no bar."""
    story = Story(cast)
    case = joints.accepted(story)
    joints.says(story, case, joints.FIRE, "object")
    joints.says(story, case, joints.ENVIRONMENT)
    before = stands(story, case)
    joints.settles(story, case, joints.FIRE, "stands")
    assert stands(story, case) == before
    assert (before.units, before.answered) == (3, 2)
