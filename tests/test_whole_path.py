"""The whole path from an empty, freshly migrated database to a history that holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from cases.actions import (
    accepting,
    answering,
    negatives,
    raising,
    receiving,
    referring,
)
from cases.lifecycle import RuleBroken, State
from cases.models import Case, CaseEvent
from cases.numbers import check_code
from cases.reads.verification import verify_all
from tests import acts
from tests.acts import case_of
from tests.cast import APPLICANT, Cast, ask, come_in, make_cast, now
from tests.make_cases import NEGATIVE, REFUSAL, TEXT, Story
from windows.models import Clerk


@contextmanager
def step(sentence: str) -> Iterator[None]:
    """One step of the story; a failure names it."""
    try:
        yield
    except Exception as error:
        error.add_note(f"Step: {sentence}.")
        raise


@pytest.mark.django_db(transaction=True)
def test_a_request_goes_from_the_door_to_the_end() -> None:
    """A case from the door to the end: R1.07, R3.01, R3.04, R3.30, R4.40."""
    with step("An empty database has no case, and its history holds"):
        assert not Case.objects.exists()
        call_command("verify_history", stdout=StringIO())
    with step("The hall is set up with its people in their seats"):
        cast = make_cast()
        story = Story(cast)
    with step("Somebody asks, and the first clerk asked answers for it"):
        opened = ask(cast, item=cast.item, person=APPLICANT)
        case = opened.case
        assert (case.state, case.holder) == (State.ASKED, cast.wang)
        assert check_code(opened.code, case.code_hash)
    with step("The reception only advises"), pytest.raises(RuleBroken):
        accepting.accept_case(case.pk, received=[1, 2], by=cast.wang, at=now())
    with step("The case is offered, and the first clerk stays accountable"):
        offer = story.offer(case)
        case.refresh_from_db()
        assert case.holder == cast.wang
    with step("Nobody at another window may take it"), pytest.raises(RuleBroken):
        referring.accept_referral(offer, by=cast.ma, at=now())
    with step("The stand-in takes it over, and now answers for it"):
        referring.accept_referral(offer, by=cast.zhao, at=now())
        case.refresh_from_db()
        assert (case.holder, case.window) == (cast.zhao, cast.registry)
    with step("Incomplete papers cannot be accepted"), pytest.raises(RuleBroken):
        accepting.accept_case(case.pk, received=[1], by=cast.zhao, at=now())
    with step("What is missing is told once, whole and in writing"):
        acts.ask_once(story, case.pk, by=cast.zhao)
        with pytest.raises(RuleBroken):
            acts.ask_once(story, case.pk, by=cast.zhao)
    with step("The paper is brought, the case is accepted with both dates"):
        receiving.receive_materials(case.pk, received=[2], by=cast.zhao, at=now())
        accepting.accept_case(case.pk, received=[], by=cast.zhao, at=now())
        case.refresh_from_db()
        assert case.promised_due is not None
        assert case.statutory_due is not None
        assert case.promised_due <= case.statutory_due
    with step("It is granted, and a call-back is due"):
        answering.answer_case(case.pk, text=TEXT, by=cast.zhao, at=now())
        case.refresh_from_db()
        assert case.state == State.ANSWERED
    with step("The citizen is not satisfied: a supervisor names another person"):
        acts.call_back(story, case.pk, "unsatisfied")
        case.refresh_from_db()
        assert (case.state, case.holder) == (State.ASKED, cast.li)
    with step("The matter is unclear: it is raised and a reply comes"):
        raising.raise_question(
            case.pk,
            ground="unclear",
            question="政策不明，不知该如何办理",
            own_view="",
            unit_id=cast.registry.department_id,
            lead_unit_id=None,
            to_government=False,
            by=cast.li,
            at=now(),
        )
        raising.reply_to_raise(case.pk, reply="可以办理", by=cast.chen, at=now())
    with step("A negative is proposed, and cannot be told before its approval"):
        negatives.propose_negative(case.pk, NEGATIVE, by=cast.li, at=now())
        with pytest.raises(RuleBroken):
            answering.tell_refusal(case.pk, text=REFUSAL, by=cast.li, at=now())
    with step("A supervisor approves it, and only then it is told"):
        negatives.approve_negative(case.pk, reason="", by=cast.chen, at=now())
        answering.tell_refusal(case.pk, text=REFUSAL, by=cast.li, at=now())
    with step("Another supervisor calls back, and the case is closed"):
        acts.call_back(story, case.pk)
        case.refresh_from_db()
        assert (case.state, case.current_span) == (State.CLOSED, None)
    with step("Another case is shown the way outside, and got through"):
        other = ask(cast).case
        acts.direct(story, other.pk)
        acts.check_back(story, other.pk, got_through=True)
    with step("A third one is declined three times: no ping-pong, it is raised"):
        third = ask(cast).case
        for _ in range(3):
            acts.decline(story, story.offer(third))
        third.refresh_from_db()
        assert third.state == State.RAISED
        assert third.limbo_since is not None
        assert third.holder == cast.wang
    with step("Its clerk falls ill, and a supervisor names a substitute"):
        acts.substitute(story, third.pk)
    with step("A fourth applicant withdraws, signed"):
        acts.withdraw_applicant(story, ask(cast).case.pk)
    with step("Each of them sees at the screen what is theirs"):
        for person, name in ((cast.li, "desk"), (cast.chen, "ledger")):
            client = come_in(Client(), person)
            assert client.get(reverse(name)).status_code == 200
        page = reverse("case", args=[case.pk])
        assert come_in(Client(), cast.li).get(page).status_code == 200
        assert come_in(Client(), cast.zhou).get(page).status_code == 404
    with step("The history proves all of it"):
        checked = verify_all()
        assert (checked.cases, checked.findings) == (4, [])
        assert checked.events == CaseEvent.objects.count()
        call_command("verify_history", stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_a_case_refused_once_and_reopened_can_be_refused_again(cast: Cast) -> None:
    """R3.30, R4.44: the first refusal stays told, the second needs its own approval."""
    story = Story(cast)
    case = story.approved(contact=True)[0].pk
    answering.tell_refusal(case, text=REFUSAL, by=cast.wang, at=now())
    acts.call_back(story, case, "unsatisfied")
    negatives.propose_negative(case, NEGATIVE, by=cast.li, at=now())
    with pytest.raises(RuleBroken, match="has not been approved"):
        answering.tell_refusal(case, text=REFUSAL, by=cast.li, at=now())
    negatives.approve_negative(case, reason="", by=cast.chen, at=now())
    answering.tell_refusal(case, text=REFUSAL, by=cast.li, at=now())
    told = Case.objects.get(pk=case)
    assert told.answers.filter(kind="refusal").count() == 2
    assert verify_all().findings == []


@pytest.mark.django_db(transaction=True)
def test_an_applicant_withdraws_after_a_refusal_was_told_and_reopened(
    cast: Cast,
) -> None:
    """Product.md: from any open state; what was told stays told."""
    story = Story(cast)
    case, filing = story.approved(contact=True)
    answering.tell_refusal(case.pk, text=REFUSAL, by=cast.wang, at=now())
    acts.call_back(story, case.pk, "unsatisfied")
    answering.applicant_withdraws(
        case.pk, text="申请人自愿撤回本次申请", is_signed=True, by=cast.li, at=now()
    )
    assert case.filings.get(pk=filing).state == "approved"
    assert verify_all().findings == []


@pytest.mark.django_db(transaction=True)
def test_a_supervisor_who_has_left_does_not_hold_up_what_he_decided(
    cast: Cast,
) -> None:
    """The guard asks who decides, not who decided once."""
    story = Story(cast)
    case, filing = story.approved()
    Clerk.objects.filter(pk=cast.chen.pk).update(is_active=False)
    acts.withdraw_applicant(story, case.pk)
    assert case.filings.get(pk=filing).state == "dropped"


@pytest.mark.django_db(transaction=True)
def test_an_offer_that_moved_the_case_cannot_be_answered_again(cast: Cast) -> None:
    """R3.04: the loser is told by whom, and the case has two spans, not three."""
    offer = Story(cast).offer(ask(cast).case)
    referring.accept_referral(offer, by=cast.li, at=now())
    with pytest.raises(RuleBroken, match="李华 has taken this case over"):
        referring.accept_referral(offer, by=cast.zhao, at=now())
    assert Case.objects.get(pk=case_of(offer)).spans.count() == 2
