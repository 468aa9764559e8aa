"""Two people act on one case at the same moment: one after the other, never both.

Each race is made certain: a third connection holds the row of the case, the first
person's act waits for it, then the second's; PostgreSQL shows both as waiting; only
then the row is let go. PostgreSQL serves those who wait in turn, so what comes out must
be what comes out when the second acts after the first.
"""

from __future__ import annotations

import functools
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from cases.actions import (
    accepting,
    answering,
    intake,
    negatives,
    papers,
    raising,
    referring,
    supervising,
)
from cases.actions.accepting import Missing
from cases.actions.intake import Request
from cases.actions.referring import Better
from cases.actions.stamp import AlreadyDone, Form, StaleCase
from cases.actions.supervising import Named
from cases.lifecycle import RuleBroken
from cases.models import Applicant, Case, CaseEvent, PaperPrint, Part, Referral
from cases.reads.verification import verify_case
from hallsvc.database import embedded
from tests import acts, joints
from tests.cast import APPLICANT, WORDS, come_in, make_cast, now
from tests.conftest import _second_connection, empty_tables
from tests.make_cases import NEGATIVE, TEXT, Story

Connection = psycopg.Connection[tuple[Any, ...]]
PATIENCE = 5.0
"""Seconds until a race that does not come about is a fault of the test."""


@pytest.fixture(scope="module")
def hall(django_db_setup: None, django_db_blocker: Any) -> Iterator[Story]:
    """One hall for all races; every race has cases of its own."""
    with django_db_blocker.unblock():
        try:
            yield Story(make_cast())
        finally:
            connection.close()
            empty_tables()


@pytest.fixture
def holder(hall: Story, django_db_blocker: Any) -> Iterator[Connection]:
    """The connection that holds the row, and looks who waits."""
    with django_db_blocker.unblock(), _second_connection(embedded.APP_ROLE) as second:
        yield second
        connection.close()


@dataclass
class Runner:
    """Somebody who acts in a thread and a connection of his own."""

    act: Callable[[], Any]
    outcome: Any = None
    database: str = field(init=False)
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.database = connection.settings_dict["NAME"]
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        connection.settings_dict["NAME"] = self.database  # a thread has its own
        try:
            self.act()
            self.outcome = "done"
        except Exception as error:
            self.outcome = error
        finally:
            connection.close()


def _waiting(holder: Connection, how_many: int) -> None:
    """Return as soon as PostgreSQL shows this many waiting for a lock."""
    end = time.monotonic() + PATIENCE
    while True:
        holder.execute(
            "SELECT pg_stat_clear_snapshot()"
        )  # else one look per transaction
        [(waiting,)] = holder.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database()"
        ).fetchall()
        if waiting >= how_many:
            return
        assert time.monotonic() < end, f"{waiting} of {how_many} are waiting"
        time.sleep(0.002)


@contextmanager
def _held(holder: Connection, case_id: int) -> Iterator[None]:
    with holder.transaction():
        holder.execute(
            "SELECT FROM cases_case WHERE id = %s FOR NO KEY UPDATE", [case_id]
        )
        yield


def _race(holder: Connection, case_id: int, *acts: Callable[[], Any]) -> list[Any]:
    """Let these act at once, in this order; return what came of each."""
    runners = [Runner(act) for act in acts]
    with _held(holder, case_id):
        for place, runner in enumerate(runners, start=1):
            runner.thread.start()
            _waiting(holder, place)
    for runner in runners:
        runner.thread.join(PATIENCE)
        assert not runner.thread.is_alive()
    return [runner.outcome for runner in runners]


def _in_turn(*acts: Callable[[], Any]) -> list[Any]:
    outcomes: list[Any] = []
    for act in acts:
        try:
            act()
            outcomes.append("done")
        except RuleBroken as refusal:
            outcomes.append(refusal)
    return outcomes


def _as_text(outcome: Any) -> str:
    """What came out, without what differs between two cases."""
    if isinstance(outcome, RuleBroken):
        return f"refused: {outcome}"
    assert outcome == "done", repr(outcome)
    return "done"


Racer = Callable[[Story, int, int], Any]
"""An act on a case and its pending offer."""


def _offer(story: Story, case: int, offer: int) -> Any:
    return referring.offer_case(
        case,
        to_clerk_id=story.cast.ma.pk,
        to_window_id=story.cast.tax.pk,
        reason="涉及税务",
        escort="led",
        by=story.cast.wang,
        at=story.at(),
    )


OFFERED: dict[str, Racer] = {
    "accept": lambda s, case, offer: referring.accept_referral(
        offer, by=s.cast.li, at=s.at()
    ),
    "stand-in accepts": lambda s, case, offer: referring.accept_referral(
        offer, by=s.cast.zhao, at=s.at()
    ),
    "decline": lambda s, case, offer: acts.decline(s, offer, Better(sent_up=True)),
    "take back": lambda s, case, offer: referring.withdraw_referral(
        offer, by=s.cast.wang, at=s.at()
    ),
    "offer again": _offer,
    "answer": lambda s, case, offer: acts.answer(s, case),
    "applicant withdraws": lambda s, case, offer: acts.withdraw_applicant(s, case),
    "substitute": lambda s, case, offer: acts.substitute(s, case),
}


@pytest.mark.parametrize(
    ("first", "second"),
    list(itertools.product(OFFERED, repeat=2)),
    ids=lambda name: name,
)
def test_acts_on_an_offered_case_at_once_come_one_after_the_other(
    first: str, second: str, hall: Story, holder: Connection
) -> None:
    """Checks 55 and 56: all pairs, in both orders; the loser hears a sentence."""

    def at_once() -> tuple[int, list[Callable[[], Any]]]:
        offer = hall.offer(hall.ask())
        case = acts.case_of(offer)
        return case, [
            lambda: OFFERED[first](hall, case, offer),
            lambda: OFFERED[second](hall, case, offer),
        ]

    other, in_turn = at_once()
    expected = [_as_text(outcome) for outcome in _in_turn(*in_turn)]
    case, both = at_once()
    assert [_as_text(outcome) for outcome in _race(holder, case, *both)] == expected
    assert verify_case(case).findings == []
    events = CaseEvent.objects.filter(case__in=[case, other])
    assert events.filter(case=case).count() == events.filter(case=other).count()
    assert Referral.objects.filter(case=case, state="accepted").count() <= 1
    if first in ("accept", "stand-in accepts"):
        winner = hall.cast.li if first == "accept" else hall.cast.zhao
        span = Case.objects.get(pk=case).spans.get(ordinal=2)
        assert span.clerk_id == winner.pk


def _li(story: Story) -> dict[str, Any]:
    return {"by": story.cast.li, "at": story.at()}


WORKED: dict[str, Callable[[Story, int], Any]] = {
    "accept": acts.accept,
    "ask once": acts.ask_once,
    "answer": lambda s, case: answering.answer_case(case, text=TEXT, **_li(s)),
    "offer": lambda s, case: referring.offer_case(
        case,
        to_clerk_id=s.cast.ma.pk,
        to_window_id=s.cast.tax.pk,
        reason="涉及税务",
        escort="led",
        **_li(s),
    ),
    "negative": lambda s, case: negatives.propose_negative(case, NEGATIVE, **_li(s)),
    "substitute": acts.substitute,
}


@pytest.mark.parametrize(
    ("first", "second"),
    list(itertools.combinations_with_replacement(WORKED, 2)),
    ids=lambda name: name,
)
def test_acts_on_a_case_in_work_at_once_come_one_after_the_other(
    first: str, second: str, hall: Story, holder: Connection
) -> None:
    """Check 56: answer against offer, accept against ask once, and the others."""
    pair = (first, second)
    other = hall.moved(item=True).pk
    expected = _in_turn(*(lambda n=n: WORKED[n](hall, other) for n in pair))
    case = hall.moved(item=True).pk
    found = _race(holder, case, *(lambda n=n: WORKED[n](hall, case) for n in pair))
    assert list(map(_as_text, found)) == list(map(_as_text, expected))
    assert verify_case(case).findings == []


def test_two_supervisors_decide_one_negative(hall: Story, holder: Connection) -> None:
    """Check 56: the first decision stands, in both orders."""
    cast = hall.cast

    def approve(case: int) -> Any:
        return negatives.approve_negative(case, reason="", by=cast.chen, at=now())

    def overrule(case: int) -> Any:
        return negatives.overrule_negative(case, reason="可办", by=cast.deng, at=now())

    for first, second, state in (
        (approve, overrule, "approved"),
        (overrule, approve, "overruled"),
    ):
        case, filing = hall.proposed()
        pk = case.pk
        outcomes = _race(
            holder,
            pk,
            functools.partial(first, pk),
            functools.partial(second, pk),
        )
        assert list(map(_as_text, outcomes)) == [
            "done",
            "refused: No proposed negative waits for a decision.",
        ]
        assert case.filings.get(pk=filing).state == state


JOINT: dict[str, tuple[Callable[[Story], int], tuple[Callable[..., Any], ...]]] = {
    "both units of a step answer": (
        joints.accepted,
        (
            lambda s, case: joints.says(s, case, joints.FIRE),
            lambda s, case: joints.says(s, case, joints.ENVIRONMENT),
        ),
    ),
    "two of one unit answer": (
        joints.accepted,
        (
            lambda s, case: joints.says(s, case, joints.FIRE),
            lambda s, case: joints.says(s, case, joints.FIRE, "object"),
        ),
    ),
    "the clock stops while a unit answers": (
        joints.accepted,
        (acts.stop, lambda s, case: joints.says(s, case, joints.FIRE)),
    ),
    "a refusal is overruled and the other approves it": (
        joints.first_refusal_proposed,
        (
            joints.overrules,
            lambda s, case: negatives.approve_negative(
                case, reason="", by=s.cast.deng, at=s.at()
            ),
        ),
    ),
    "a refusal is overruled while the applicant withdraws": (
        joints.first_refusal_proposed,
        (
            joints.overrules,
            lambda s, case: acts.withdraw_applicant(s, case, by=s.cast.li),
        ),
    ),
    "the committee decides while the applicant withdraws": (
        joints.sent_up,
        (
            lambda s, case: joints.settles(
                s, case, joints.FIRE, "lifted", decided="联席会议", by=s.cast.chen
            ),
            lambda s, case: acts.withdraw_applicant(s, case, by=s.cast.li),
        ),
    ),
}


@pytest.mark.parametrize("race", JOINT)
def test_acts_on_a_joint_case_at_once_come_one_after_the_other(
    race: str, hall: Story, holder: Connection
) -> None:
    """R4.73, R4.79: in both orders, and nothing is done twice or half."""
    tell, pair = JOINT[race]
    for both in (pair, pair[::-1]):
        other = tell(hall)
        expected = _in_turn(*(functools.partial(act, hall, other) for act in both))
        case = tell(hall)
        found = _race(
            holder, case, *(functools.partial(act, hall, case) for act in both)
        )
        assert list(map(_as_text, found)) == list(map(_as_text, expected))
        parts = [
            list(Part.objects.filter(case_id=pk).values_list("state", "due_on"))
            for pk in (case, other)
        ]
        assert parts[0] == parts[1]
        assert verify_case(case).findings == []


def test_a_case_is_closed_against_an_offer_and_called_back_twice(
    hall: Story, holder: Connection
) -> None:
    """Check 56: closing against offering, and two call-backs of one case."""
    case = hall.ask(contact=True)
    hall.answered(case, hall.cast.wang)
    closing, offering = _race(
        holder,
        case.pk,
        lambda: acts.call_back(hall, case.pk),
        lambda: hall.offer(case),
    )
    assert closing == "done"
    assert _as_text(offering) == "refused: The case is closed."
    case = hall.ask(contact=True)
    hall.answered(case, hall.cast.wang)
    again = Named(hall.cast.li.pk, hall.cast.registry.pk, "没办好")
    first, second = _race(
        holder,
        case.pk,
        lambda: acts.call_back(hall, case.pk),
        lambda: supervising.call_back(
            case.pk, outcome="unsatisfied", remark="没办好", by=hall.cast.deng,
            at=now(), named=again,
        ),
    )  # fmt: skip
    assert first == "done"
    assert _as_text(second).startswith("refused")
    assert case.follow_ups.count() == 1


def test_two_replies_to_one_question(hall: Story, holder: Connection) -> None:
    """Check 56."""
    case = hall.ask().pk
    acts.raise_(hall, case)
    outcomes = _race(
        holder,
        case,
        lambda: raising.reply_to_raise(case, reply="可以", by=hall.cast.chen, at=now()),
        lambda: raising.reply_to_raise(case, reply="不行", by=hall.cast.wang, at=now()),
    )
    assert [_as_text(one).split(":")[0] for one in outcomes] == ["done", "refused"]


def test_a_paper_printed_twice_at_once_is_an_original_and_a_copy(
    hall: Story, holder: Connection
) -> None:
    """Check 55: the second waits for the first, and is counted after it."""
    case = hall.moved(item=True, contact=True)
    paper = acts.accept(hall, case.pk)

    def print_it() -> Any:
        papers.print_paper(case, paper.pk, is_pdf=False, by=hall.cast.li, at=now())

    outcomes = _race(holder, case.pk, print_it, print_it)
    assert [_as_text(one) for one in outcomes] == ["done", "done"]
    prints = PaperPrint.objects.order_by("id")
    assert list(prints.values_list("ordinal", flat=True)) == [1, 2]


def test_one_hand_off_accepted_eight_times_at_once(
    hall: Story, holder: Connection
) -> None:
    """Check 55: one accepts, seven hear by whom."""
    offer = hall.offer(hall.ask())
    case = acts.case_of(offer)
    people = [hall.cast.li, hall.cast.zhao] * 4
    outcomes = _race(
        holder,
        case,
        *(
            lambda by=by: referring.accept_referral(offer, by=by, at=now())
            for by in people
        ),
    )
    assert [_as_text(one) for one in outcomes] == [
        "done",
        *["refused: 李华 has taken this case over already."] * 7,
    ]
    assert Case.objects.get(pk=case).spans.count() == 2


def test_the_same_form_sent_twice_at_once_is_done_once(
    hall: Story, holder: Connection
) -> None:
    """Checks 55 and 59: the second waits for the first, and shows its result."""
    case = hall.ask()
    form = Form(uuid4(), b"same", seen=case.head_seq)
    outcomes = _race(
        holder,
        case.pk,
        *(
            lambda: answering.answer_case(
                case.pk, text=TEXT, by=hall.cast.wang, at=now(), form=form
            )
            for _ in range(2)
        ),
    )
    assert outcomes[0] == "done"
    assert isinstance(outcomes[1], AlreadyDone)
    assert outcomes[1].case_id == case.pk
    assert case.answers.count() == 1


def test_the_same_key_with_another_text_is_refused(
    hall: Story, holder: Connection
) -> None:
    """Check 59: one key, two texts at once."""
    case = hall.ask()
    key = uuid4()
    outcomes = _race(
        holder,
        case.pk,
        *(
            lambda digest=digest: answering.answer_case(
                case.pk, text=TEXT, by=hall.cast.wang, at=now(),
                form=Form(key, digest, seen=case.head_seq),
            )
            for digest in (b"one", b"two")
        ),
    )  # fmt: skip
    assert outcomes[0] == "done"
    assert "sent before with other content" in _as_text(outcomes[1])


def test_an_opening_sent_twice_at_once_opens_one_case(
    hall: Story, holder: Connection
) -> None:
    """Check 59: there is no case row to wait for, so the key itself is waited for."""
    form = Form(uuid4(), b"same")
    before = Case.objects.count()
    held = threading.Barrier(2)

    def open_() -> None:
        held.wait(PATIENCE)
        intake.open_case(Request(WORDS), by=hall.cast.wang, at=now(), form=form)

    runners = [Runner(open_) for _ in range(2)]
    for runner in runners:
        runner.thread.start()
    for runner in runners:
        runner.thread.join(PATIENCE)
    outcomes = sorted(
        (runner.outcome for runner in runners), key=lambda one: one != "done"
    )
    assert outcomes[0] == "done"
    assert isinstance(outcomes[1], AlreadyDone)
    assert Case.objects.count() == before + 1


def test_the_same_citizen_at_two_counters_is_kept_twice_and_found_together(
    hall: Story, holder: Connection
) -> None:
    """Check 57: never merged silently; one blind index leads to both."""
    request = Request(WORDS, person=APPLICANT)
    start = threading.Barrier(2)

    def at(clerk: Any) -> Callable[[], Any]:
        def open_() -> Any:
            start.wait(PATIENCE)
            return intake.open_case(request, by=clerk, at=now())

        return open_

    known = set(Case.objects.values_list("pk", flat=True))
    runners = [Runner(at(hall.cast.wang)), Runner(at(hall.cast.ma))]
    for runner in runners:
        runner.thread.start()
    for runner in runners:
        runner.thread.join(PATIENCE)
    assert [runner.outcome for runner in runners] == ["done", "done"]
    both = Applicant.objects.exclude(case__in=known)
    assert both.count() == 2
    assert len({bytes(one.identity_index or b"") for one in both}) == 1
    assert len({bytes(one.identity_sealed or b"") for one in both}) == 2


def test_writers_on_crossing_cases_never_lock_each_other_out(
    hall: Story, holder: Connection
) -> None:
    """Check 62: eight at once; an act holds one case and never waits for a second.

    Papers share the counter of their hall, which is always locked after the case.
    """
    ours = [hall.moved(item=True).pk for _ in range(2)]
    start = threading.Barrier(8)
    errors: list[BaseException] = []

    def work(turn: int) -> Callable[[], None]:
        def run() -> None:
            start.wait(PATIENCE)
            for step in range(6):
                case = ours[(turn + step) % 2]
                try:
                    _any_act(hall, case, turn + step)
                except RuleBroken:
                    pass
                except Exception as error:
                    errors.append(error)

        return run

    runners = [Runner(work(turn)) for turn in range(8)]
    for runner in runners:
        runner.thread.start()
    for runner in runners:
        runner.thread.join(PATIENCE)
    assert errors == []
    for case in ours:
        assert verify_case(case).findings == []


def _any_act(story: Story, case: int, turn: int) -> None:
    """Papers, offers and their ends, in turn."""
    cast = story.cast
    if turn % 3 == 0:
        acts.accept(story, case)
    elif turn % 3 == 1:
        offer = WORKED["offer"](story, case)
        referring.withdraw_referral(offer.pk, by=cast.li, at=now())
    else:
        accepting.ask_once(
            case, received=[1], missing=[Missing("户口簿", "自带", position=2)],
            by=cast.chen, at=now(), second_reason="漏了",
        )  # fmt: skip


def test_whoever_waits_too_long_is_told_and_nothing_is_half_done(
    hall: Story, holder: Connection
) -> None:
    """Check 62: the lock's time limit ends in an error with a name, at the case."""
    case = hall.ask()

    def impatient() -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        return acts.answer(hall, case.pk)

    runner = Runner(impatient)
    with _held(holder, case.pk):
        runner.thread.start()
        runner.thread.join(PATIENCE)
    assert isinstance(runner.outcome, OperationalError)
    assert getattr(runner.outcome.__cause__, "sqlstate", "") == "55P03"
    assert case.answers.count() == 0


def _form(client: Client, url: str) -> dict[str, str]:
    """The hidden fields of the first form on a page that posts there."""
    import re

    html = client.get(url).content.decode()
    found = dict(re.findall(r'name="(form_key|seen)"[^>]*?value="([^"]*)"', html))
    assert "form_key" in found, html[:2000]
    return found


def test_the_loser_at_the_screen_reads_who_was_faster(
    hall: Story, holder: Connection, client: Client
) -> None:
    """Checks 56 and 61: 409 in plain words over HTTP, never a server error."""
    offer = hall.offer(hall.ask())
    case = acts.case_of(offer)
    li = Client()
    come_in(li, hall.cast.li)
    url = reverse("case_take_over", args=[case])
    fields = _form(li, url) | {"referral": str(offer), "offer": str(offer)}
    referring.accept_referral(offer, by=hall.cast.zhao, at=now())
    response = li.post(url, fields)
    assert response.status_code == 409, response.content[:500]
    assert "赵敏" in response.content.decode()
    late = hall.ask()
    wang = Client()
    come_in(wang, hall.cast.wang)
    url = reverse("case_answer", args=[late.pk])
    fields = _form(wang, url) | {"text": TEXT}
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    with _held(holder, late.pk):
        response = wang.post(url, fields)
    assert response.status_code == 409
    assert late.answers.count() == 0


def test_whoever_began_earlier_and_came_later_is_told(
    hall: Story, holder: Connection
) -> None:
    """Check 61: an act dated before the last event is stale, not a broken chain."""
    case = hall.ask()
    began = now()
    intake.renew_code(case.pk, by=hall.cast.wang, at=now())
    with pytest.raises(StaleCase, match="王芳"):
        answering.answer_case(case.pk, text=TEXT, by=hall.cast.wang, at=began)
