"""Every act on a case once: how the case gets there, and the act itself.

Used wherever something must hold for all acts. `test_every_act_has_its_event.py` sees
to it that no function of `cases.actions` is missing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from cases.actions import (
    accepting,
    answering,
    calendar,
    clocks,
    delivering,
    directing,
    green,
    intake,
    joint,
    negatives,
    papers,
    raising,
    receiving,
    referring,
    signing,
    supervising,
)
from cases.actions.accepting import Missing
from cases.actions.delivering import How
from cases.actions.referring import Better
from cases.actions.supervising import Named
from cases.deadlines import due
from cases.models import Case, Notice, Referral
from tests import bundles, joints
from tests.cast import APPLICANT
from tests.make_cases import NEGATIVE, REFUSAL, TEXT, Story, earlier
from tests.pictures import seal_picture
from windows.calendars import current_calendar
from windows.editing import save_with_reason
from windows.models import ClosureDay

Prepare = Callable[[Story], int]
"""Tells a case up to the act, and returns its number (or that of an offer)."""


@dataclass(frozen=True, slots=True)
class Act:
    """`do` carries it out on what `prepare` returned; `function` is what it calls."""

    function: Callable[..., Any]
    prepare: Prepare
    do: Callable[[Story, int], Any]


def _asked(story: Story) -> int:
    return story.ask().pk


def _contact(story: Story) -> int:
    return story.ask(contact=True).pk


def _offered(story: Story) -> int:
    return story.offer(story.ask())


def _with_item(story: Story) -> int:
    return story.moved(item=True, contact=True).pk


def _waiting(story: Story) -> int:
    case = _with_item(story)
    ask_once(story, case)
    return case


def _brought(story: Story) -> int:
    case = _waiting(story)
    receiving.receive_materials(case, received=[2], by=story.cast.li, at=story.at())
    return case


def _may_follow(story: Story) -> int:
    story.cast.item.materials.filter(position=2).update(may_follow=True)
    return _with_item(story)


def _missed(story: Story) -> int:
    """A notice whose day has passed without the paper."""
    halls = type(story.cast.hall).objects.filter(pk=story.cast.hall.pk)
    halls.update(late_papers="withdrawn")
    with earlier(story.cast, 30) as before:
        case = _with_item(before)
        ask_once(before, case)
    return case


def _accepted(story: Story) -> int:
    case = _with_item(story)
    accept(story, case)
    return case


def granted(story: Story) -> int:
    """Something was granted that can be handed over (R1.23)."""
    items = type(story.cast.item).objects.filter(pk=story.cast.item.pk)
    case = _accepted(story)
    items.update(result="certificate")
    story.answered(Case.objects.get(pk=case), story.cast.li)
    items.update(result="nothing")
    return case


@contextmanager
def renewals(story: Story) -> Iterator[None]:
    """For a moment, the item is the renewal of something that expires (R1.27)."""
    items = type(story.cast.item).objects.filter(pk=story.cast.item.pk)
    items.update(renewal_days=30, renewal_unit="calendar")
    yield
    items.update(renewal_days=None)


def renewing(story: Story, *, valid_for: int = 60) -> int:
    """A renewal was applied for, and what is renewed is valid for so many days."""
    case = _with_item(story)
    accept_renewal(story, case, valid_for)
    return case


def accept_renewal(story: Story, case: int, valid_for: int = 60) -> Any:
    expires_on = timezone.localdate(story.at()) + dt.timedelta(days=valid_for)
    with renewals(story):
        return accepting.accept_case(
            case,
            received=[1, 2],
            expires_on=expires_on,
            by=story.cast.li,
            at=story.at(),
        )


def receive_renewal(story: Story, case: int, valid_for: int = 60) -> Any:
    expires_on = timezone.localdate(story.at()) + dt.timedelta(days=valid_for)
    with renewals(story):
        return receiving.receive_materials(
            case, received=[1], expires_on=expires_on, by=story.cast.li, at=story.at()
        )


def _renewed(story: Story) -> int:
    """The expiry has passed, and nobody has decided; a hearing was begun."""
    with earlier(story.cast, 61) as before:
        case = renewing(before)
        stop(before, case)
    return case


def posted(story: Story) -> int:
    """What was granted is on its way by post."""
    case = granted(story)
    deliver(story, case, POST)
    return case


COUNTER = How("counter", receiver="applicant", proof="identity")
POST = How("post", carrier="中国邮政速递", tracking="EB123456789CN")


def deliver(story: Story, case: int, how: How = COUNTER) -> Any:
    return delivering.deliver(case, how, by=story.cast.li, at=story.at())


def settle_post(story: Story, case: int, *, arrived: bool) -> Any:
    return delivering.settle_post(
        case,
        arrived=arrived,
        on=timezone.localdate(story.at()),
        proof="tracked" if arrived else "",
        remark="" if arrived else "收件地址无人签收",
        by=story.cast.li,
        at=story.at(),
    )


def _stopped(story: Story) -> int:
    case = _accepted(story)
    stop(story, case)
    return case


def _overtaken(story: Story) -> int:
    """An accepted case, and a calendar that another day off was put into since."""
    case = _accepted(story)
    kept = Case.objects.get(pk=case)
    assert kept.due_on is not None
    day_off(story, kept.due_on)
    return case


def day_off(story: Story, day: dt.date) -> None:
    """A day becomes a day off, and the dates may move."""
    added = ClosureDay(day=day, name="临时放假", is_off=True)
    save_with_reason(added, by=story.cast.sun, reason="国务院通知")
    calendar.release_calendar(reason="国务院通知", by=story.cast.sun, at=story.at())


def _one_answered(story: Story) -> int:
    case = joints.accepted(story)
    joints.says(story, case, joints.FIRE)
    return case


def _first_refusal(story: Story) -> int:
    """Two objections stand, and one's refusal is approved."""
    case = joints.two_stand(story)
    negatives.propose_negative(case, NEGATIVE, by=story.cast.li, at=story.at())
    negatives.approve_negative(case, reason="", by=story.cast.chen, at=story.at())
    return case


def _directed(story: Story) -> int:
    case = _asked(story)
    direct(story, case)
    return case


def _raised(story: Story) -> int:
    case = _asked(story)
    raise_(story, case)
    return case


def _answered(story: Story) -> int:
    case = story.ask(contact=True)
    story.answered(case, story.cast.wang)
    return case.pk


def _run_out(story: Story) -> int:
    """An offer whose time is over; its limit is nothing in the hall of this story."""
    type(story.cast.hall).objects.filter(pk=story.cast.hall.pk).update(offer_minutes=0)
    return _offered(story)


def accept(story: Story, case: int) -> Any:
    return accepting.accept_case(case, received=[1, 2], by=story.cast.li, at=story.at())


def next_day(story: Story) -> dt.date:
    """The first working day after today."""
    calendar = current_calendar(story.cast.hall.region)
    return due(calendar, timezone.localdate(story.at()), 1, "working").due


def accept_with_one_to_follow(story: Story, case: int) -> Any:
    return accepting.accept_case(
        case,
        received=[1],
        follow={2: next_day(story)},
        by=story.cast.li,
        at=story.at(),
    )


def ask_once(story: Story, case: int, **fields: Any) -> Any:
    usual = {
        "received": [1],
        "missing": [Missing("户口簿", "本人保管", position=2)],
        "by": story.cast.li,
        "at": story.at(),
    }
    return accepting.ask_once(case, **{**usual, **fields})


INK = "M20 120L90 40L140 150L260 60M300 90L420 110"
"""A signature as the pad sends it."""


def slip_of(case: int) -> Notice:
    return Notice.objects.get(case_id=case, kind="acceptance")


def print_slip(story: Story, case: int) -> Any:
    return papers.print_paper(
        Case.objects.get(pk=case),
        slip_of(case).pk,
        is_pdf=False,
        by=story.cast.li,
        at=story.at(),
    )


def _printed(story: Story) -> int:
    case = _accepted(story)
    print_slip(story, case)
    return case


def sign(
    story: Story, case: int, drawn: str = "", scan: bytes | None = None, **fields: Any
) -> Any:
    usual = {
        "party": "applicant",
        "drawn": drawn,
        "copies": 2,
        "scan": scan,
        "by": story.cast.li,
        "at": story.at(),
    }
    return signing.sign_paper(case, slip_of(case).pk, **{**usual, **fields})


def lapse(story: Story, case: int) -> Any:
    return answering.lapse(case, by=story.cast.li, at=story.at())


def stop(story: Story, case: int, limit_days: int | None = None) -> Any:
    return clocks.stop_clock(
        case,
        ground="hearing",
        reason="举行听证会",
        limit_days=limit_days,
        by=story.cast.li,
        at=story.at(),
    )


def go_first(story: Story, case: int, **fields: Any) -> Any:
    usual = {
        "ground": "disabled",
        "acceptor_id": story.cast.li.pk,
        "chaser_id": story.cast.chen.pk,
        "by": story.cast.chen,
        "at": story.at(),
    }
    return green.open_green_channel(case, **{**usual, **fields})


def _green(story: Story) -> int:
    case = _asked(story)
    go_first(story, case)
    return case


def direct(story: Story, case: int) -> Any:
    return directing.direct_elsewhere(
        case,
        department_id=story.cast.outside.pk,
        bring="身份证",
        reason="属供电公司",
        by=story.cast.wang,
        at=story.at(),
    )


def raise_(story: Story, case: int) -> Any:
    return raising.raise_question(
        case,
        ground="unclear",
        question="政策不明，不知该如何办理",
        own_view="",
        unit_id=story.cast.registry.department_id,
        lead_unit_id=None,
        to_government=False,
        by=story.cast.wang,
        at=story.at(),
    )


def answer(story: Story, case: int) -> Any:
    return answering.answer_case(case, text=TEXT, by=story.cast.wang, at=story.at())


def call_back(story: Story, case: int, outcome: str = "satisfied") -> Any:
    cast = story.cast
    return supervising.call_back(
        case,
        outcome=outcome,
        remark="没办好",
        by=cast.deng,  # Chen decides what is proposed (R4.40)
        at=story.at(),
        named=Named(cast.li.pk, cast.registry.pk, "群众反映没办好"),
    )


def decline(story: Story, offer: int, better: Better | None = None) -> Any:
    return referring.decline_referral(
        offer,
        reason="不是我处",
        better=better or Better(window_id=story.cast.tax.pk),
        by=story.cast.li,
        at=story.at(),
    )


def withdraw_applicant(story: Story, case: int, by: Any = None) -> Any:
    return answering.applicant_withdraws(
        case,
        text="申请人自愿撤回本次申请",
        is_signed=True,
        by=by or story.cast.wang,
        at=story.at(),
    )


def substitute(story: Story, case: int) -> Any:
    cast = story.cast
    named = Named(cast.ma.pk, cast.tax.pk, "生病")
    return supervising.substitute(case, named, by=cast.chen, at=story.at())


def check_back(story: Story, case: int, *, got_through: bool) -> Any:
    return directing.check_back(
        case, got_through=got_through, remark="没人", by=story.cast.wang, at=story.at()
    )


def case_of(offer: int) -> int:
    """Return the number of the case that was offered."""
    return Referral.objects.values_list("case_id", flat=True).get(pk=offer)


ACTS: dict[str, Act] = {
    "opening": Act(
        intake.open_case, lambda story: 0, lambda story, _: story.ask(contact=True)
    ),
    "choosing the item": Act(
        intake.choose_item,
        _asked,
        lambda story, case: intake.choose_item(
            case, story.cast.item.pk, by=story.cast.wang, at=story.at()
        ),
    ),
    "naming the applicant": Act(
        intake.name_applicant,
        _asked,
        lambda story, case: intake.name_applicant(
            case, APPLICANT, by=story.cast.wang, at=story.at()
        ),
    ),
    "writing a name right": Act(
        intake.correct_name,
        _contact,
        lambda story, case: intake.correct_name(
            case,
            name="林小曼",
            identity=APPLICANT.identity,
            reason="姓名录入有误",
            by=story.cast.wang,
            at=story.at(),
        ),
    ),
    "a new look-up code": Act(
        intake.renew_code,
        _asked,
        lambda story, case: intake.renew_code(case, by=story.cast.wang, at=story.at()),
    ),
    "accepting": Act(accepting.accept_case, _with_item, accept),
    "accepting while a paper follows": Act(
        accepting.accept_case, _may_follow, accept_with_one_to_follow
    ),
    "accepting what is to be renewed": Act(
        accepting.accept_case, _with_item, accept_renewal
    ),
    "receiving for a renewal": Act(
        receiving.receive_materials, _with_item, receive_renewal
    ),
    "writing down what the law has renewed": Act(
        answering.answer_case,
        _renewed,
        lambda story, case: answering.answer_case(
            case, text=TEXT, by=story.cast.li, at=story.at()
        ),
    ),
    "asking once": Act(accepting.ask_once, _with_item, ask_once),
    "a second notice": Act(
        accepting.ask_once,
        _brought,
        lambda story, case: ask_once(
            story,
            case,
            missing=[Missing("户口簿变更页", "派出所补盖印章")],
            second_reason="交来的户口簿缺变更页",
            by=story.cast.chen,
        ),
    ),
    "taking papers in": Act(
        receiving.receive_materials,
        _with_item,
        lambda story, case: receiving.receive_materials(
            case, received=[1], by=story.cast.li, at=story.at()
        ),
    ),
    "taking in papers that were missing": Act(
        receiving.receive_materials,
        _waiting,
        lambda story, case: receiving.receive_materials(
            case, received=[2], by=story.cast.li, at=story.at()
        ),
    ),
    "papers that did not come": Act(answering.lapse, _missed, lapse),
    "a paper issued again": Act(
        papers.reissue_paper,
        _accepted,
        lambda story, case: papers.reissue_paper(
            case,
            Notice.objects.get(case_id=case, kind="acceptance").pk,
            correction="更正窗口电话",
            by=story.cast.li,
            at=story.at(),
        ),
    ),
    "signing on the screen": Act(
        signing.sign_paper, _accepted, lambda story, case: sign(story, case, INK)
    ),
    "signing by hand, with a scan": Act(
        signing.sign_paper,
        _printed,
        lambda story, case: sign(story, case, scan=seal_picture()),
    ),
    "a scan of what was signed": Act(
        signing.keep_scan,
        _printed,
        lambda story, case: signing.keep_scan(
            case,
            slip_of(case).pk,
            scan=seal_picture(),
            by=story.cast.li,
            at=story.at(),
        ),
    ),
    "accepting for several units": Act(accepting.accept_case, joints.asked, accept),
    "an opinion": Act(
        joint.give_opinion,
        joints.accepted,
        lambda story, case: joints.says(story, case, joints.FIRE, "conditions"),
    ),
    "the last opinion before a later step": Act(
        joint.give_opinion,
        _one_answered,
        lambda story, case: joints.says(story, case, joints.ENVIRONMENT),
    ),
    "an objection": Act(
        joint.give_opinion,
        joints.accepted,
        lambda story, case: joints.says(story, case, joints.FIRE, "object"),
    ),
    "an opinion by letter, for want of people": Act(
        joint.give_opinion,
        joints.deserted,
        lambda story, case: joints.says(
            story, case, joints.FIRE, by=story.cast.chen, letter="消函12号"
        ),
    ),
    "accepting a life event": Act(
        accepting.accept_case,
        bundles.asked,
        lambda story, case: accepting.accept_case(
            case, received=[1, 2, 3], by=story.cast.li, at=story.at()
        ),
    ),
    "the decision of an item": Act(
        joint.give_opinion,
        bundles.accepted,
        lambda story, case: bundles.decides(story, case, bundles.FIRE, "conditions"),
    ),
    "the refusal of an item of a life event": Act(
        answering.tell_refusal,
        bundles.refusal_approved,
        lambda story, case: answering.tell_refusal(
            case, text=REFUSAL, by=story.cast.li, at=story.at()
        ),
    ),
    "the answer to a life event": Act(
        answering.answer_case,
        bundles.all_told,
        lambda story, case: answering.answer_case(
            case, text=TEXT, by=story.cast.li, at=story.at()
        ),
    ),
    "silence that agrees": Act(
        joint.note_silence,
        joints.silent,
        lambda story, case: joints.silence(story, case, joints.ENVIRONMENT),
    ),
    "an objection that goes up": Act(
        joint.settle_objection,
        joints.objected,
        lambda story, case: joints.settles(story, case, joints.FIRE, "up"),
    ),
    "an objection that is lifted": Act(
        joint.settle_objection,
        joints.sent_up,
        lambda story, case: joints.settles(
            story,
            case,
            joints.FIRE,
            "lifted",
            decided="联席会议11月22日",
            by=story.cast.chen,
        ),
    ),
    "an objection that stands": Act(
        joint.settle_objection,
        joints.objected,
        lambda story, case: joints.settles(story, case, joints.FIRE, "stands"),
    ),
    "another time table": Act(
        joint.change_timetable,
        joints.accepted,
        lambda story, case: joints.changes(
            story, case, {joints.FIRE: 4, joints.PLANNING: 5}
        ),
    ),
    "one unit's refusal": Act(
        answering.tell_refusal,
        _first_refusal,
        lambda story, case: answering.tell_refusal(
            case, text=REFUSAL, by=story.cast.li, at=story.at()
        ),
    ),
    "withdrawal of a joint case": Act(
        answering.applicant_withdraws,
        joints.accepted,
        lambda story, case: withdraw_applicant(story, case, by=story.cast.li),
    ),
    "stopping the clock of a joint case": Act(
        clocks.stop_clock,
        joints.accepted,
        stop,
    ),
    "letting the clock of a joint case run": Act(
        clocks.resume_clock,
        joints.stopped,
        lambda story, case: clocks.resume_clock(case, by=story.cast.li, at=story.at()),
    ),
    "withdrawal while an objection is open": Act(
        answering.applicant_withdraws,
        joints.sent_up,
        lambda story, case: withdraw_applicant(story, case, by=story.cast.li),
    ),
    "stopping the clock": Act(clocks.stop_clock, _accepted, stop),
    "letting the clock run": Act(
        clocks.resume_clock,
        _stopped,
        lambda story, case: clocks.resume_clock(case, by=story.cast.li, at=story.at()),
    ),
    "extending": Act(
        clocks.extend,
        _accepted,
        lambda story, case: clocks.extend(
            case,
            days=10,
            reason="情况复杂",
            head="局长 周明",
            by=story.cast.chen,
            at=story.at(),
        ),
    ),
    "opening the green channel": Act(green.open_green_channel, _asked, go_first),
    "ending the green channel": Act(
        green.end_green_channel,
        _green,
        lambda story, case: green.end_green_channel(
            case, reason="当事人表示不再需要", by=story.cast.wang, at=story.at()
        ),
    ),
    "chasing": Act(
        green.chase,
        _green,
        lambda story, case: green.chase(
            case, how="telephone", by=story.cast.chen, at=story.at()
        ),
    ),
    "moving dates to another calendar": Act(
        calendar.move_dates,
        _overtaken,
        lambda story, case: calendar.move_dates(
            case, by=story.cast.chen, at=story.at()
        ),
    ),
    "answering": Act(answering.answer_case, _asked, answer),
    "answering with a call-back due": Act(answering.answer_case, _contact, answer),
    "granting": Act(
        answering.answer_case,
        _accepted,
        lambda story, case: answering.answer_case(
            case, text=TEXT, by=story.cast.li, at=story.at()
        ),
    ),
    "handing over what was granted": Act(delivering.deliver, granted, deliver),
    "posting what was granted": Act(
        delivering.deliver,
        granted,
        lambda story, case: deliver(story, case, POST),
    ),
    "post that arrived": Act(
        delivering.settle_post,
        posted,
        lambda story, case: settle_post(story, case, arrived=True),
    ),
    "post that came back": Act(
        delivering.settle_post,
        posted,
        lambda story, case: settle_post(story, case, arrived=False),
    ),
    "telling a refusal": Act(
        answering.tell_refusal,
        lambda story: story.approved(contact=True)[0].pk,
        lambda story, case: answering.tell_refusal(
            case, text=REFUSAL, by=story.cast.wang, at=story.at()
        ),
    ),
    "withdrawal by the applicant": Act(
        answering.applicant_withdraws, _asked, withdraw_applicant
    ),
    "withdrawal while the clock is stopped": Act(
        answering.applicant_withdraws,
        _stopped,
        lambda story, case: withdraw_applicant(story, case, by=story.cast.li),
    ),
    "withdrawal while offered": Act(
        answering.applicant_withdraws,
        lambda story: case_of(_offered(story)),
        withdraw_applicant,
    ),
    "withdrawal of a proposed negative": Act(
        answering.applicant_withdraws,
        lambda story: story.proposed()[0].pk,
        withdraw_applicant,
    ),
    "showing the way": Act(directing.direct_elsewhere, _asked, direct),
    "got through": Act(
        directing.check_back,
        _directed,
        lambda story, case: check_back(story, case, got_through=True),
    ),
    "did not get through": Act(
        directing.check_back,
        _directed,
        lambda story, case: check_back(story, case, got_through=False),
    ),
    "proposing a negative": Act(
        negatives.propose_negative,
        _asked,
        lambda story, case: negatives.propose_negative(
            case, NEGATIVE, by=story.cast.wang, at=story.at()
        ),
    ),
    "approving a negative": Act(
        negatives.approve_negative,
        lambda story: story.proposed()[0].pk,
        lambda story, case: negatives.approve_negative(
            case, reason="", by=story.cast.chen, at=story.at()
        ),
    ),
    "overruling a negative": Act(
        negatives.overrule_negative,
        lambda story: story.proposed()[0].pk,
        lambda story, case: negatives.overrule_negative(
            case, reason="可以办", by=story.cast.chen, at=story.at()
        ),
    ),
    "overruling a unit's refusal": Act(
        negatives.overrule_negative,
        joints.first_refusal_proposed,
        joints.overrules,
    ),
    "raising": Act(raising.raise_question, _asked, raise_),
    "a reply": Act(
        raising.reply_to_raise,
        _raised,
        lambda story, case: raising.reply_to_raise(
            case, reply="可以办理", by=story.cast.chen, at=story.at()
        ),
    ),
    "offering": Act(
        referring.offer_case,
        _asked,
        lambda story, case: referring.offer_case(
            case,
            to_clerk_id=story.cast.li.pk,
            to_window_id=story.cast.registry.pk,
            reason="属户政窗口",
            escort="led",
            by=story.cast.wang,
            at=story.at(),
        ),
    ),
    "taking over": Act(
        referring.accept_referral,
        _offered,
        lambda story, offer: referring.accept_referral(
            offer, by=story.cast.li, at=story.at()
        ),
    ),
    "taking over as stand-in": Act(
        referring.accept_referral,
        _offered,
        lambda story, offer: referring.accept_referral(
            offer, by=story.cast.zhao, at=story.at()
        ),
    ),
    "declining": Act(referring.decline_referral, _offered, decline),
    "declining and sending up": Act(
        referring.decline_referral,
        _offered,
        lambda story, offer: decline(story, offer, Better(sent_up=True)),
    ),
    "taking an offer back": Act(
        referring.withdraw_referral,
        _offered,
        lambda story, offer: referring.withdraw_referral(
            offer, by=story.cast.wang, at=story.at()
        ),
    ),
    "an offer that ran out": Act(
        referring.lapse_referral,
        _run_out,
        lambda story, offer: referring.lapse_referral(
            offer, by=story.cast.chen, at=story.at() + dt.timedelta(seconds=1)
        ),
    ),
    "a call: satisfied": Act(supervising.call_back, _answered, call_back),
    "a call: not reached": Act(
        supervising.call_back,
        _answered,
        lambda story, case: call_back(story, case, "not_reached"),
    ),
    "a call: reopened": Act(
        supervising.call_back,
        _answered,
        lambda story, case: call_back(story, case, "unsatisfied"),
    ),
    "naming a substitute": Act(supervising.substitute, _asked, substitute),
    "naming a substitute while offered": Act(
        supervising.substitute, lambda story: case_of(_offered(story)), substitute
    ),
}
