"""The whole path of a case through the actions, with the guards of the database on."""

import pytest

from cases.actions import (
    accepting,
    answering,
    directing,
    negatives,
    raising,
    referring,
    supervising,
)
from cases.actions.accepting import Missing
from cases.actions.negatives import Negative
from cases.actions.supervising import Named
from cases.lifecycle import RuleBroken
from tests.cast import APPLICANT, Cast, ask, now

GOOD = "您好，办理出生登记请到二楼B12号窗口，带上出生医学证明和户口簿，今天就能办好。"


@pytest.mark.django_db(transaction=True)
def test_smoke(cast: Cast) -> None:
    opened = ask(cast, item=cast.item, person=APPLICANT)
    case = opened.case
    offer = referring.offer_case(
        case.pk,
        to_clerk_id=cast.li.pk,
        to_window_id=cast.registry.pk,
        reason="属户政",
        escort="led",
        by=cast.wang,
        at=now(),
    )
    referring.accept_referral(offer.pk, by=cast.zhao, at=now())
    with pytest.raises(RuleBroken):
        accepting.accept_case(case.pk, received=[1], by=cast.zhao, at=now())
    accepting.ask_once(
        case.pk,
        received=[1],
        missing=[Missing("户口簿", "本人保管", position=2)],
        by=cast.zhao,
        at=now(),
    )
    accepting.receive_materials(case.pk, received=[2], by=cast.zhao, at=now())
    accepting.accept_case(case.pk, received=[], by=cast.zhao, at=now())
    answering.answer_case(case.pk, text=GOOD, by=cast.zhao, at=now())
    supervising.call_back(
        case.pk,
        outcome="unsatisfied",
        remark="没办好",
        by=cast.chen,
        at=now(),
        named=Named(cast.li.pk, cast.registry.pk, "群众反映没办好"),
    )
    case.refresh_from_db()
    assert case.holder == cast.li and case.state == "asked"
    raising.raise_question(
        case.pk,
        ground="unclear",
        question="政策不明",
        own_view="",
        unit_id=cast.registry.department_id,
        lead_unit_id=None,
        to_government=False,
        by=cast.li,
        at=now(),
    )
    raising.reply_to_raise(case.pk, reply="可以办理", by=cast.chen, at=now())
    negatives.propose_negative(
        case.pk,
        Negative(
            "不符合第三条规定的条件要求",
            "《户口登记条例》第七条",
            "补齐监护证明",
            "可申请公证",
            "60日内复议，6个月内诉讼",
        ),
        by=cast.li,
        at=now(),
    )
    negatives.approve_negative(case.pk, reason="", by=cast.chen, at=now())
    answering.tell_refusal(
        case.pk,
        text="经报分管负责人批准，本次不予登记，理由写在决定书里，补齐监护证明后即可再办。",
        by=cast.li,
        at=now(),
    )
    supervising.call_back(
        case.pk, outcome="satisfied", remark="", by=cast.chen, at=now()
    )
    case.refresh_from_db()
    assert case.state == "closed"
    other = ask(cast).case
    directing.direct_elsewhere(
        other.pk,
        department_id=cast.outside.pk,
        bring="身份证",
        reason="属供电",
        by=cast.wang,
        at=now(),
    )
    directing.check_back(other.pk, got_through=True, remark="", by=cast.wang, at=now())
    other.refresh_from_db()
    assert other.state == "closed"
    third = ask(cast).case
    for _ in range(3):
        o = referring.offer_case(
            third.pk,
            to_clerk_id=cast.li.pk,
            to_window_id=cast.registry.pk,
            reason="属户政",
            escort="led",
            by=cast.wang,
            at=now(),
        )
        referring.decline_referral(
            o.pk,
            reason="不是我处",
            better=referring.Better(window_id=cast.tax.pk),
            by=cast.li,
            at=now(),
        )
    third.refresh_from_db()
    assert third.state == "raised" and third.limbo_since
    answering.applicant_withdraws(
        ask(cast).case.pk,
        text="申请人自愿撤回本次申请",
        is_signed=True,
        by=cast.wang,
        at=now(),
    )
    supervising.substitute(
        third.pk, Named(cast.ma.pk, cast.tax.pk, "生病"), by=cast.chen, at=now()
    )
