"""A life event for the cast: opening a small restaurant, three items on one slip.

The police leads and decides one item itself (with Li), fire sits at window C03 with Ma
and takes three days, and the environment office outside begins when both have decided.
"""

from __future__ import annotations

from typing import Any

from cases.actions import accepting, intake, joint, negatives
from cases.actions.answering import tell_refusal
from cases.actions.receiving import receive_materials
from cases.models import Part
from tests import make_windows as make
from tests.cast import APPLICANT, Cast
from tests.joints import BASIS, REASON
from tests.make_cases import NEGATIVE, REFUSAL, Story
from windows.models import BundledItem, SamePaper, ServiceItem
from windows.models.items import Authority

CODE = "110020"

SIGN, FIRE, SMOKE = 1, 2, 3
"""The positions of its items."""


NAMES = ("特种行业备案", "营业前消防检查", "油烟排放登记")
"""Their names, in that order."""


def make_bundle(cast: Cast) -> ServiceItem:
    """Make the life event with its items and papers, unless it is there."""
    bundle = ServiceItem.objects.filter(code=CODE).first()
    if bundle is not None:
        return bundle
    police = cast.item.department
    fire = type(police).objects.filter(name="消防救援大队").first()
    fire = fire or make.department(name="消防救援大队")
    type(cast.tax).objects.filter(pk=cast.tax.pk).update(department=fire)
    smoke = make.outside_department(name="生态环境分局")
    bundle = make.item(
        police,
        code=CODE,
        name="开办小餐馆一件事",
        is_bundle=True,
        result="certificate",
    )
    make.responsibility(cast.registry, bundle, Authority.DECIDE)
    sign = member(bundle, make.item(police, code="110021", name="特种行业备案"), 5)
    audit = member(bundle, make.item(fire, code="110022", name="营业前消防检查"), 3)
    pipe = make.item(smoke, code="110023", name="油烟排放登记")
    member(bundle, pipe, 4, is_parallel=False)
    make.responsibility(cast.tax, audit, Authority.DECIDE)
    make.material(sign, position=1, name="身份证", form="copy", copies=2)
    make.material(sign, position=2, name="租赁合同", may_follow=True)
    make.material(audit, position=1, name="身 份 证", form="original")
    make.material(audit, position=2, name="平面图", may_follow=True)
    make.material(pipe, position=1, name="房屋租赁合同", may_follow=True)
    SamePaper.objects.create(item=bundle, name="租赁合同", same_as="房屋租赁合同")
    return bundle


def member(
    bundle: ServiceItem, item: ServiceItem, days: int, *, is_parallel: bool = True
) -> ServiceItem:
    """Put an item into a life event, promised within so many working days."""
    item.promised_days, item.statutory_days = days, 20
    item.result = "certificate"
    item.save()
    place = bundle.bundled.count() + 1
    BundledItem.objects.create(
        item=bundle, member=item, position=place, is_parallel=is_parallel
    )
    return item


def asked(story: Story) -> int:
    """A case of the life event with Li, not accepted yet."""
    request = intake.Request(
        words="我想开一家小饭馆", item_id=make_bundle(story.cast).pk, person=APPLICANT
    )
    return intake.open_case(request, by=story.cast.li, at=story.at()).case.pk


def plain(story: Story) -> int:
    """A case about an item that is no life event, with its receipt and not accepted."""
    case = story.moved(item=True, contact=True).pk
    receive_materials(case, received=[1, 2], by=story.cast.li, at=story.at())
    return case


def accepted(story: Story) -> int:
    """The same, accepted with its three papers, and every unit asked."""
    case = asked(story)
    accepting.accept_case(case, received=[1, 2, 3], by=story.cast.li, at=story.at())
    return case


def part(case: int, position: int) -> Part:
    """The item of a case at a position, as it is now."""
    return Part.objects.filter(case_id=case, position=position).latest("turn")


def decides(
    story: Story, case: int, position: int, opinion: str = "agree", **fields: Any
) -> Part:
    """Let a unit grant its item, or say why not."""
    one = part(case, position)
    usual: dict[str, Any] = {
        "opinion": opinion,
        "text": REASON if opinion != "agree" else "",
        "basis": BASIS if opinion == "object" else "",
        "letter": "环函〔2026〕20号" if position == SMOKE else "",
        "by": one.person or story.cast.li,
        "at": story.at(),
    }
    return joint.give_opinion(case, one.pk, **{**usual, **fields})


def refuses(story: Story, case: int, position: int) -> None:
    """A unit refuses its item, and that stands between it and the lead."""
    decides(story, case, position, "object")
    joint.settle_objection(
        case,
        part(case, position).pk,
        outcome="stands",
        reason="经现场复核并会商后一致认定",
        by=story.cast.li,
        at=story.at(),
    )


def told(story: Story, case: int) -> None:
    """The next refusal is proposed, approved by another and told by itself."""
    negatives.propose_negative(case, NEGATIVE, by=story.cast.li, at=story.at())
    negatives.approve_negative(case, reason="", by=story.cast.chen, at=story.at())
    tell_refusal(case, text=REFUSAL, by=story.cast.li, at=story.at())


def refusal_approved(story: Story) -> int:
    """Fire's refusal is approved and not told; the others are granted."""
    case = all_decided(story)
    negatives.propose_negative(case, NEGATIVE, by=story.cast.li, at=story.at())
    negatives.approve_negative(case, reason="", by=story.cast.chen, at=story.at())
    return case


def all_told(story: Story) -> int:
    """Fire's refusal was told; what was granted is still to be."""
    case = all_decided(story)
    told(story, case)
    return case


def all_decided(story: Story) -> int:
    """Fire refuses, the two others grant; nothing is told yet."""
    case = accepted(story)
    refuses(story, case, FIRE)
    decides(story, case, SIGN)
    decides(story, case, SMOKE, "conditions")
    return case
