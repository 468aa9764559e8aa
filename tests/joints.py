"""A joint item and its units, for the cast: the police leads, three others answer.

Fire (消防) sits at window C03 with Ma; the environment office (环保) is outside the
hall; planning (规划) has Luo at window E05 and begins when both have answered.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from cases.actions import accepting, clocks, intake, joint, negatives
from cases.models import Case, Part
from tests import make_windows as make
from tests.cast import APPLICANT, Cast
from tests.make_cases import NEGATIVE, Story, earlier
from windows.models import Absence, Clerk, Department, Posting, ServiceItem, Window
from windows.models.items import Authority

REASON = "该场所安全出口数量不足"
BASIS = "《消防法》第十五条"


CODE = "110009"


def make_joint(cast: Cast) -> ServiceItem:
    """Make the item that several units handle, and its people, unless it is there."""
    item = ServiceItem.objects.filter(code=CODE).first()
    if item is not None:
        return item
    item = make.item(cast.item.department, code=CODE, name="娱乐场所开业许可")
    make.material(item, position=1, name="申请表")
    make.material(item, position=2, name="场所平面图")
    make.responsibility(cast.registry, item, Authority.DECIDE)
    fire = type(cast.outside).objects.filter(name="消防救援大队").first()
    fire = fire or make.department(name="消防救援大队")
    planning = make.department(name="规划局")
    environment = make.outside_department(name="生态环境局")
    type(cast.tax).objects.filter(pk=cast.tax.pk).update(department=fire)
    desk = make.window(cast.hall, number="E05", name="规划", department=planning)
    luo = make.clerk(cast.hall, staff_number="1009", name="罗兰")
    make.posting(luo, desk)
    make.seat(luo, desk)
    for position, (name, unit, days, is_parallel) in enumerate(
        (
            ("受理", None, 0, False),
            ("消防审查", fire, 3, False),
            ("环保意见", environment, 2, True),
            ("规划复核", planning, 4, False),
            ("决定", None, 1, False),
        ),
        start=1,
    ):
        make.step(
            item,
            position=position,
            name=name,
            department=unit,
            days=days,
            is_parallel=is_parallel,
        )
    return item


def asked(story: Story) -> int:
    """A joint case with Li, not accepted yet."""
    request = intake.Request(
        words="我想开一家歌厅", item_id=make_joint(story.cast).pk, person=APPLICANT
    )
    return intake.open_case(request, by=story.cast.li, at=story.at()).case.pk


def accepted(story: Story) -> int:
    """A joint case, accepted and copied to its units."""
    case = asked(story)
    accepting.accept_case(case, received=[1, 2], by=story.cast.li, at=story.at())
    return case


def part(case: int, position: int) -> Part:
    """The part of a case at a position, as it is now."""
    return Part.objects.filter(case_id=case, position=position).latest("turn")


FIRE, ENVIRONMENT, PLANNING, DECISION = 2, 3, 4, 5
"""The positions of the parts."""


def speaker(story: Story, case: int, position: int) -> Clerk:
    """Who may give the opinion: the unit's person, or the lead."""
    return part(case, position).person or story.cast.li


def says(
    story: Story, case: int, position: int, opinion: str = "agree", **fields: Any
) -> Part:
    """Let a unit give its opinion as it should."""
    usual: dict[str, Any] = {
        "opinion": opinion,
        "text": REASON if opinion != "agree" else "",
        "basis": BASIS if opinion == "object" else "",
        "letter": "环函〔2026〕12号" if position == ENVIRONMENT else "",
        "by": speaker(story, case, position),
        "at": story.at(),
    }
    return joint.give_opinion(case, part(case, position).pk, **{**usual, **fields})


def settles(story: Story, case: int, position: int, outcome: str, **fields: Any) -> Any:
    """Settle the open objection of a unit where it lies now."""
    usual: dict[str, Any] = {
        "outcome": outcome,
        "reason": "经现场复核并会商后一致认定",
        "decided": "",
        "by": story.cast.li,
        "at": story.at(),
    }
    return joint.settle_objection(case, part(case, position).pk, **{**usual, **fields})


def changes(story: Story, case: int, days: dict[int, int], **fields: Any) -> Any:
    """Change the time table: working days by position."""
    usual: dict[str, Any] = {
        "days": {part(case, place).pk: count for place, count in days.items()},
        "reason": "申请人希望提前开业",
        "by": story.cast.li,
        "at": story.at(),
    }
    return joint.change_timetable(case, **{**usual, **fields})


def silence(story: Story, case: int, position: int, **fields: Any) -> Any:
    """Write down that a unit was silent past its day."""
    usual: dict[str, Any] = {"by": story.cast.li, "at": story.at()}
    return joint.note_silence(case, part(case, position).pk, **{**usual, **fields})


def nobody_at(story: Story, window: Window) -> None:
    """Everybody posted at a window is on leave from yesterday to tomorrow."""
    for post in Posting.objects.filter(window=window):
        Absence.objects.create(
            clerk=post.clerk,
            starts_on=day(story) - dt.timedelta(days=1),
            ends_on=day(story) + dt.timedelta(days=1),
        )


def colleague(story: Story, unit: Department) -> Clerk:
    """Open a second window of a unit, C04, and post somebody there."""
    window = make.window(story.cast.hall, number="C04", name="二窗", department=unit)
    clerk = make.clerk(story.cast.hall, staff_number="1020", name="何人")
    make.posting(clerk, window)
    make.seat(clerk, window)
    return clerk


def deserted(story: Story) -> int:
    """Fire is asked, and nobody is at its window."""
    case = accepted(story)
    nobody_at(story, story.cast.tax)
    return case


def stopped(story: Story) -> int:
    """The clock stands for ten days, and the units' days are moved by them."""
    case = accepted(story)
    clocks.stop_clock(
        case,
        ground="hearing",
        reason="依法举行听证会议",
        limit_days=10,
        by=story.cast.li,
        at=story.at(),
    )
    return case


def silent(story: Story) -> int:
    """The units' days have passed without a word, in a hall where silence agrees."""
    halls = type(story.cast.hall).objects.filter(pk=story.cast.hall.pk)
    halls.update(silence_agrees=True)
    with earlier(story.cast, 12) as before:
        return accepted(before)


def objected(story: Story) -> int:
    """Fire objects; the others have not answered."""
    case = accepted(story)
    says(story, case, FIRE, "object")
    return case


def sent_up(story: Story) -> int:
    """The objection lies with the committee."""
    case = objected(story)
    settles(story, case, FIRE, "up")
    return case


def two_stand(story: Story) -> int:
    """Fire's and the environment office's objections stand: two refusals to tell."""
    case = objected(story)
    says(story, case, ENVIRONMENT, "object")
    for position in (FIRE, ENVIRONMENT):
        settles(story, case, position, "stands")
    return case


def first_refusal_proposed(story: Story) -> int:
    """Of the two, fire's refusal is proposed and waits for a supervisor."""
    case = two_stand(story)
    negatives.propose_negative(case, NEGATIVE, by=story.cast.li, at=story.at())
    return case


def overrules(story: Story, case: int) -> Case:
    """Let a supervisor overrule the refusal that is proposed."""
    return negatives.overrule_negative(
        case, reason="新规允许增设出口后开业", by=story.cast.chen, at=story.at()
    )


def day(story: Story) -> dt.date:
    """The day of the story in the hall's time zone."""
    return timezone.localdate(story.at())
