"""What an attacker tried with the acts themselves, each shut by its own rule."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.actions import (
    answering,
    directing,
    intake,
    negatives,
    raising,
    referring,
    supervising,
)
from cases.actions.supervising import Named
from cases.lifecycle import RuleBroken
from cases.models import Case, Deadline, Referral
from cases.reads.verification import verify_case
from tests.browsing import words
from tests.cast import APPLICANT, WORDS, Cast, ask, come_in, now, offer_and_decline
from tests.make_cases import NEGATIVE, REFUSAL
from windows.catalogue.live import without_personal_data
from windows.models import Clerk, Hall, Window

pytestmark = pytest.mark.django_db

GOOD = "您好，出生登记请到二楼B12号窗口办理，带上出生医学证明和户口簿，今天就能办好。"


def raise_it(cast: Cast, case: Case) -> None:
    raising.raise_question(
        case.pk,
        ground="unclear",
        question="政策口径不明确如何办",
        own_view="",
        unit_id=cast.registry.department_id,
        lead_unit_id=None,
        to_government=False,
        by=cast.wang,
        at=now(),
    )


def test_looking_for_an_answer_moves_no_date(cast: Cast) -> None:
    """R1.07: raising and replying is no way to lose an overdue case."""
    case = ask(cast).case
    promised = case.due_on
    raise_it(cast, case)
    raising.reply_to_raise(case.pk, reply="可以办理", by=cast.wang, at=now())
    case.refresh_from_db()
    assert case.due_on == promised
    directing.direct_elsewhere(
        case.pk,
        department_id=cast.outside.pk,
        bring="身份证",
        reason="属供电公司业务",
        by=cast.wang,
        at=now(),
    )
    directing.check_back(
        case.pk, got_through=False, remark="没人接", by=cast.wang, at=now()
    )
    case.refresh_from_db()
    assert case.due_on == promised
    assert Deadline.objects.filter(case=case, kind="way").count() == 1


def test_an_overruled_negative_moves_no_date(cast: Cast) -> None:
    case = ask(cast).case
    promised = case.due_on
    negatives.propose_negative(
        case.pk,
        negatives.Negative(
            "不符合第三条的条件要求",
            "条例第七条",
            "补齐监护证明材料再办",
            "可以向公证处申请公证",
            "六十日内复议，六个月内起诉",
        ),
        by=cast.wang,
        at=now(),
    )
    negatives.overrule_negative(case.pk, reason="可以办", by=cast.chen, at=now())
    case.refresh_from_db()
    assert case.due_on == promised


def test_a_clerk_does_not_clear_the_limbo_list(cast: Cast) -> None:
    """What the ping-pong guard raised is settled by a supervisor alone."""
    case = ask(cast).case
    for _ in range(3):
        offer_and_decline(cast, case)
    with pytest.raises(RuleBroken, match="supervisor"):
        raising.reply_to_raise(case.pk, reply="已解决", by=cast.wang, at=now())
    raising.reply_to_raise(case.pk, reply="由首问窗口答复", by=cast.chen, at=now())
    case.refresh_from_db()
    assert case.limbo_since is None


def test_a_reopened_case_never_goes_to_whoever_gave_the_answer(cast: Cast) -> None:
    """R4.44: not even by way of a substitution."""
    case = ask(cast, person=APPLICANT).case
    answering.answer_case(case.pk, text=GOOD, by=cast.wang, at=now())
    supervising.substitute(
        case.pk, Named(cast.ma.pk, cast.tax.pk, "调岗"), by=cast.chen, at=now()
    )

    def reopen(named: Named) -> Case:
        return supervising.call_back(
            case.pk,
            outcome="unsatisfied",
            remark="没办好",
            by=cast.deng,
            at=now(),
            named=named,
        )

    with pytest.raises(RuleBroken, match="complained"):
        reopen(Named(cast.wang.pk, cast.reception.pk, "再办"))
    assert reopen(Named(cast.li.pk, cast.registry.pk, "再办")).holder == cast.li


def test_one_day_counts_as_one_try_to_reach_somebody(cast: Cast) -> None:
    """R4.42: three calls in a minute are no call-back."""
    case = ask(cast, person=APPLICANT).case
    answering.answer_case(case.pk, text=GOOD, by=cast.wang, at=now())

    def call() -> Case:
        return supervising.call_back(
            case.pk, outcome="not_reached", remark="无人接听", by=cast.chen, at=now()
        )

    assert call().due_on is not None
    with pytest.raises(RuleBroken, match="another day"):
        call()


@pytest.mark.parametrize("rude", ["不归我们管，别再来，滚", "你这人真烦，走开"])
def test_nothing_rude_reaches_the_citizen_by_another_paper(
    cast: Cast, rude: str
) -> None:
    """R7.01, R7.05: the reason of a direction and a withdrawal are read too."""
    case = ask(cast).case
    with pytest.raises(RuleBroken):
        directing.direct_elsewhere(
            case.pk,
            department_id=cast.outside.pk,
            bring="身份证",
            reason=rude,
            by=cast.wang,
            at=now(),
        )
    with pytest.raises(RuleBroken):
        answering.applicant_withdraws(
            case.pk,
            text=f"{rude}，今天撤回申请",
            is_signed=True,
            by=cast.wang,
            at=now(),
        )


def test_a_new_code_works_though_the_old_one_was_guessed_at(cast: Cast) -> None:
    """Check 48: whoever guesses cannot shut the citizen out for good."""
    from cases.reads.progress import look_up

    opened = ask(cast)
    at = dt.datetime.now(dt.UTC)
    for _ in range(6):
        look_up(opened.case.number, "AAAAA-AAAAA", address="10.0.0.1", at=at)
    renewed = intake.renew_code(opened.case.pk, by=cast.wang, at=now())
    found, limited = look_up(
        opened.case.number, renewed.code, address="10.0.0.2", at=at
    )
    assert found is not None
    assert not limited


def test_a_story_is_not_kept_to_learn_from() -> None:
    """R8.02: what is long tells who somebody is."""
    assert without_personal_data(WORDS) == WORDS
    assert without_personal_data("我邻居住幸福里三栋二单元，他天天打老婆怎么办") == ""


def offer(cast: Cast, case: Case, by: Clerk, to: Clerk, window: Window) -> Referral:
    return referring.offer_case(
        case.pk,
        to_clerk_id=to.pk,
        to_window_id=window.pk,
        reason="请该窗口办理",
        escort="told",
        by=by,
        at=now(),
    )


def pass_on(cast: Cast, case: Case, times: int) -> Case:
    """Wang and Li agree to hand a case to and fro."""
    between = (
        (cast.wang, cast.li, cast.registry),
        (cast.li, cast.wang, cast.reception),
    )
    for step in range(times):
        by, to, window = between[step % 2]
        given = offer(cast, case, by, to, window)
        referring.accept_referral(given.pk, by=to, at=now())
    case.refresh_from_db()
    return case


def test_who_hands_to_and_fro_by_agreement_meets_the_supervisor(
    cast: Cast, client: Client
) -> None:
    """R2.61 lets a stand-in hand back; the third hand-over is ping-pong (推诿).

    The receiver works on and nobody waits for a reply: only a supervisor looks on.
    """
    case = pass_on(cast, ask(cast).case, 2)
    assert case.limbo_since is None
    case = pass_on(cast, case, 1)
    assert (case.state, case.holder) == ("asked", cast.li)
    first = case.limbo_since
    assert first == case.changed_at
    come_in(client, cast.chen)
    assert case.number in words(client.get(reverse("ledger") + "?view=limbo"))
    page = client.get(reverse("case", args=[case.pk])).context["page"]
    assert page.was_passed_round
    assert "3" in page.history[0].said.more
    given = offer(cast, case, cast.li, cast.wang, cast.reception)
    referring.accept_referral(given.pk, by=cast.wang, at=now())
    assert Case.objects.get(pk=case.pk).limbo_since == first
    assert not verify_case(case.pk).findings
    answering.answer_case(case.pk, text=GOOD, by=cast.wang, at=now())
    assert Case.objects.get(pk=case.pk).limbo_since is None
    assert not verify_case(case.pk).findings


def test_whom_a_supervisor_names_takes_the_case_off_the_list(cast: Cast) -> None:
    """R4.07: once somebody is named, the next hand-over is on the list at once."""
    case = pass_on(cast, ask(cast).case, 3)
    named = Named(cast.ma.pk, cast.tax.pk, "指定承办")
    supervising.substitute(case.pk, named, by=cast.chen, at=now())
    case.refresh_from_db()
    assert (case.limbo_since, case.holder) == (None, cast.ma)
    given = offer(cast, case, cast.ma, cast.li, cast.registry)
    referring.accept_referral(given.pk, by=cast.li, at=now())
    case.refresh_from_db()
    assert case.limbo_since is not None
    assert not verify_case(case.pk).findings


def test_late_is_better_than_never_until_the_offer_has_lapsed(cast: Cast) -> None:
    """product.md: whoever takes a late offer over gives the citizen somebody."""
    Hall.objects.filter(pk=cast.hall.pk).update(offer_minutes=0)
    late, lapsed = ask(cast).case, ask(cast).case
    given = offer(cast, late, cast.wang, cast.li, cast.registry)
    at = now() + dt.timedelta(seconds=1)
    assert given.expires_at < at
    taken = referring.accept_referral(given.pk, by=cast.li, at=at)
    assert (taken.holder, taken.limbo_since) == (cast.li, None)
    given = offer(cast, lapsed, cast.wang, cast.li, cast.registry)
    referring.lapse_referral(given.pk, by=cast.chen, at=now())
    with pytest.raises(RuleBroken, match="ran out"):
        referring.accept_referral(given.pk, by=cast.li, at=now())


def test_who_left_the_window_meanwhile_takes_nothing_over_there(cast: Cast) -> None:
    """R2.60: the duties of today count, not those of when it was offered."""
    case = ask(cast).case
    given = offer(cast, case, cast.wang, cast.li, cast.registry)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    cast.li.postings.update(ends_on=yesterday)
    with pytest.raises(RuleBroken, match="not posted at window B12") as refused:
        referring.accept_referral(given.pk, by=cast.li, at=now())
    assert refused.value.rule == "R2.60"
    referring.accept_referral(given.pk, by=cast.zhao, at=now())
    case.refresh_from_db()
    assert case.holder == cast.zhao


def test_nothing_is_taken_over_at_a_closed_window(cast: Cast) -> None:
    """R2.60: whoever is led there must find it open."""
    case = ask(cast).case
    given = offer(cast, case, cast.wang, cast.li, cast.registry)
    Window.objects.filter(pk=cast.registry.pk).update(is_open=False)
    for person in (cast.li, cast.zhao):
        with pytest.raises(RuleBroken, match="is closed now"):
            referring.accept_referral(given.pk, by=person, at=now())
    Window.objects.filter(pk=cast.registry.pk).update(is_open=True)
    referring.accept_referral(given.pk, by=cast.li, at=now())


def refused(cast: Cast) -> Case:
    """A case of which Chen approved the refusal, and Wang told it."""
    case = ask(cast, person=APPLICANT).case
    negatives.propose_negative(case.pk, NEGATIVE, by=cast.wang, at=now())
    negatives.approve_negative(case.pk, reason="", by=cast.chen, at=now())
    answering.tell_refusal(case.pk, text=REFUSAL, by=cast.wang, at=now())
    return case


def call(case: Case, by: Clerk) -> Case:
    return supervising.call_back(
        case.pk, outcome="satisfied", remark="", by=by, at=now()
    )


def test_who_decided_a_negative_does_not_ask_how_it_was_liked(
    cast: Cast, client: Client
) -> None:
    """R4.40: deciding is handling; the sentence says who can call back."""
    case, other = refused(cast), ask(cast, person=APPLICANT).case
    answering.answer_case(other.pk, text=GOOD, by=cast.wang, at=now())
    for person, may in ((cast.chen, False), (cast.deng, True)):
        come_in(client, person)
        desk = client.get(reverse("desk")).context["desk"]
        assert [row.case for row in desk.calls] == [case.pk] * may + [other.pk]
        assert desk.counts["calls"] == 1 + may
        page = client.get(reverse("case", args=[case.pk])).context["page"]
        assert ("case_call_back" in {act.act for act in page.acts}) is may
    with pytest.raises(RuleBroken) as told:
        call(case, cast.chen)
    assert told.value.params == {"names": "邓涛"}
    assert told.value.rule == "R4.40"
    assert call(case, cast.deng).state == "closed"


def test_a_hall_whose_one_supervisor_decided_is_told_to_find_another(
    cast: Cast,
) -> None:
    """R4.40: the call-back stays due until somebody else can make it."""
    case = refused(cast)
    Clerk.objects.filter(pk=cast.deng.pk).update(is_active=False)
    with pytest.raises(RuleBroken, match="administrator must name one"):
        call(case, cast.chen)
    case.refresh_from_db()
    assert case.state == "answered"
