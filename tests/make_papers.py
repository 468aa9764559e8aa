"""One paper of every kind, through the acts that issue them."""

from __future__ import annotations

from typing import Any

from cases.actions import (
    accepting,
    answering,
    clocks,
    negatives,
    raising,
    receiving,
)
from cases.models import Notice
from cases.models.notices import NoticeKind
from tests import joints
from tests.acts import accept_with_one_to_follow, ask_once, direct, posted, raise_
from tests.cast import Cast
from tests.make_cases import NEGATIVE, REFUSAL, TEXT, Story


def _accepted(story: Story) -> int:
    case = story.moved(item=True, contact=True).pk
    accepting.accept_case(case, received=[1, 2], by=story.cast.li, at=story.at())
    return case


def _refused(story: Story, case: int, by: Any) -> int:
    negatives.propose_negative(case, NEGATIVE, by=by, at=story.at())
    negatives.approve_negative(
        case, reason="情况属实，同意", by=story.cast.chen, at=story.at()
    )
    answering.tell_refusal(case, text=REFUSAL, by=by, at=story.at())
    return case


def papers_of_every_kind(cast: Cast) -> dict[str, Notice]:
    """Issue one of each; a kind without one here fails the tests."""
    story = Story(cast)
    accepted = _accepted(story)
    clocks.extend(
        accepted,
        days=10,
        reason="情况复杂，需要向原登记机关核实",
        head="局长 周明",
        by=cast.chen,
        at=story.at(),
    )
    clocks.stop_clock(
        accepted,
        ground="hearing",
        reason="举行听证会，听取利害关系人意见",
        limit_days=10,
        by=cast.li,
        at=story.at(),
    )
    received = story.moved(item=True, contact=True).pk
    receiving.receive_materials(received, received=[1], by=cast.li, at=story.at())
    waiting = story.moved(item=True, contact=True).pk
    ask_once(story, waiting)
    asked = story.ask(contact=True)
    story.offer(asked)
    directed = story.ask(contact=True).pk
    direct(story, directed)
    not_accepted = _refused(story, story.ask(contact=True).pk, cast.wang)
    refused = _refused(story, _accepted(story), cast.li)
    raised = story.ask(contact=True).pk
    raise_(story, raised)
    raising.reply_to_raise(
        raised, reply="可以办理，按第七条", by=cast.chen, at=story.at()
    )
    answering.answer_case(raised, text=TEXT, by=cast.wang, at=story.at())
    cast.item.materials.filter(position=2).update(may_follow=True)
    following = story.moved(item=True, contact=True).pk
    accept_with_one_to_follow(story, following)
    cast.item.materials.update(may_follow=False)
    cases = {
        NoticeKind.RECEIPT: received,
        NoticeKind.ACCEPTANCE: accepted,
        NoticeKind.ONE_TIME: waiting,
        NoticeKind.OMISSION: following,
        NoticeKind.EXTENSION: accepted,
        NoticeKind.STOP: accepted,
        NoticeKind.HAND_OVER: asked.pk,
        NoticeKind.GUIDE: directed,
        NoticeKind.NOT_ACCEPTED: not_accepted,
        NoticeKind.REFUSAL: refused,
        NoticeKind.FILING: not_accepted,
        NoticeKind.REPLY_CARD: raised,
        NoticeKind.DELIVERY: posted(story),
        NoticeKind.JOINT: joints.accepted(story),
    }
    return {
        str(kind): Notice.objects.get(case_id=case, kind=kind)
        for kind, case in cases.items()
    }
