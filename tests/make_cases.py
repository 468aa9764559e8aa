"""A hall's day in a few cases: one in every state, told through the actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
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
    negatives,
    papers,
    raising,
    reading,
    referring,
    supervising,
)
from cases.actions.accepting import Missing
from cases.actions.delivering import How
from cases.actions.negatives import Negative
from cases.actions.referring import Better
from cases.actions.supervising import Named
from cases.models import Assignment, Case, CaseMaterial
from hallsvc.database import embedded
from tests.cast import APPLICANT, Cast, make_cast, now
from tests.conftest import _second_connection, clock_moved_back, empty_tables
from windows.calendars import current_calendar
from windows.models import ClosureDay

World = dict[str, Any]
"""The ids that a test may name, such as "asked" for a case and "offer" for a row."""

TEXT = "您好，办理出生登记请到二楼B12号窗口，带上出生医学证明和户口簿，今天就能办好。"
NEGATIVE = Negative(
    "不符合第三条规定的条件要求",
    "《户口登记条例》第七条",
    "补齐监护证明材料即可登记",
    "可以先向公证处申请公证",
    "60日内复议，6个月内诉讼",
)

REFUSAL = "经报分管负责人批准，本次不予登记，理由写在决定书里，补齐监护证明后即可再办。"


class Story:
    """Tells cases through the actions, up to the state a test begins with."""

    def __init__(self, cast: Cast, ago: dt.timedelta = dt.timedelta()) -> None:
        self.cast = cast
        self.ago = ago

    def at(self) -> dt.datetime:
        return now() - self.ago

    def ask(self, *, item: bool = False, contact: bool = False, by: Any = None) -> Case:
        request = intake.Request(
            words="我想给娃娃上户口，要带些啥子",
            item_id=self.cast.item.pk if item else None,
            person=APPLICANT if contact else intake.Person(),
        )
        return intake.open_case(request, by=by or self.cast.wang, at=self.at()).case

    def offer(self, case: Case) -> int:
        cast = self.cast
        return referring.offer_case(
            case.pk,
            to_clerk_id=cast.li.pk,
            to_window_id=cast.registry.pk,
            reason="属户政窗口",
            escort="led",
            by=cast.wang,
            at=self.at(),
        ).pk

    def moved(self, *, item: bool = False, contact: bool = False) -> Case:
        case = self.ask(item=item, contact=contact)
        offer = self.offer(case)
        referring.accept_referral(offer, by=self.cast.li, at=self.at())
        return case

    def answered(self, case: Case, by: Any) -> int:
        return answering.answer_case(case.pk, text=TEXT, by=by, at=self.at()).pk

    def proposed(self, *, contact: bool = False) -> tuple[Case, int]:
        case = self.ask(contact=contact)
        filing = negatives.propose_negative(
            case.pk, NEGATIVE, by=self.cast.wang, at=self.at()
        )
        return case, filing.pk

    def approved(self, *, contact: bool = False) -> tuple[Case, int]:
        case, filing = self.proposed(contact=contact)
        negatives.approve_negative(case.pk, reason="", by=self.cast.chen, at=self.at())
        return case, filing

    def reopened(self) -> tuple[Case, int]:
        case = self.ask(contact=True)
        answer = self.answered(case, self.cast.wang)
        supervising.call_back(
            case.pk,
            outcome="unsatisfied",
            remark="没办好",
            by=self.cast.chen,
            at=self.at(),
            named=Named(self.cast.li.pk, self.cast.registry.pk, "群众反映没办好"),
        )
        return case, answer


@contextmanager
def earlier(cast: Cast, days: int) -> Iterator[Story]:
    """A story told so many days ago; then it is now again, and nothing has run."""
    with clock_moved_back(days):
        yield Story(cast, dt.timedelta(days=days))


def work_today(story: Story) -> None:
    """Today is worked, whatever its weekday: a stop takes no rest day (R1.24)."""
    today = timezone.localdate(story.at())
    if not current_calendar(story.cast.hall.region).is_working(today):
        ClosureDay.objects.create(day=today, name="调休上班", is_off=False)


def _span(case: Case, ordinal: int = 1) -> int:
    return Assignment.objects.get(case=case, ordinal=ordinal).pk


def _build(cast: Cast) -> World:
    """A case in every state, and the rows that attacks aim at."""
    story = Story(cast, dt.timedelta(hours=1))
    world: World = {
        "hall": cast.hall.pk,
        "other_hall": cast.zhou.hall_id,
        "item": cast.item.pk,
        "reception": cast.reception.pk,
        "registry": cast.registry.pk,
        "tax": cast.tax.pk,
        "wang_posting": cast.wang.postings.get().pk,
        "ma_posting": cast.ma.postings.get().pk,
        "zhao_posting": cast.stand_in.pk,
    }
    for name in ("wang", "li", "zhao", "ma", "chen", "deng", "sun", "qian"):
        world[name] = getattr(cast, name).pk
    asked = story.ask()
    world |= {
        "asked": asked.pk,
        "asked_span": _span(asked),
        "deadline": asked.deadlines.get().pk,
        "event": asked.events.get().pk,
    }
    offered = story.ask()
    world |= {"offered": offered.pk, "offer": story.offer(offered)}
    quiet = story.ask()
    world |= {"quiet": quiet.pk, "quiet_offer": story.offer(quiet)}
    world["ma_span"] = _span(story.ask(by=cast.ma))
    moved = story.moved()
    world |= {
        "moved": moved.pk,
        "moved_first_span": _span(moved),
        "moved_span": _span(moved, 2),
    }
    closed = story.ask()
    story.answered(closed, cast.wang)
    world |= {"closed": closed.pk, "closed_span": _span(closed)}
    limbo = story.ask()
    declined = story.offer(limbo)
    referring.decline_referral(
        declined,
        reason="不是我处",
        better=Better(sent_up=True),
        by=cast.li,
        at=story.at(),
    )
    world |= {"limbo": limbo.pk, "declined_offer": declined}
    accepted = story.moved(item=True, contact=True)
    slip = accepting.accept_case(
        accepted.pk, received=[1, 2], by=cast.li, at=story.at()
    )
    papers.print_paper(accepted, slip.pk, is_pdf=False, by=cast.li, at=story.at())
    world |= {
        "accepted": accepted.pk,
        "slip": slip.pk,
        "accepted_span": _span(accepted, 2),
    }
    stopped = story.moved(item=True, contact=True)
    accepting.accept_case(stopped.pk, received=[1, 2], by=cast.li, at=story.at())
    extension = clocks.extend(
        stopped.pk,
        days=10,
        reason="情况复杂",
        head="局长 周明",
        by=cast.chen,
        at=story.at(),
    )
    stop = clocks.stop_clock(
        stopped.pk,
        ground="hearing",
        reason="举行听证会",
        limit_days=10,
        by=cast.li,
        at=story.at(),
    )
    world |= {"stopped": stopped.pk, "stop": stop.pk, "extension": extension.pk}
    world["unprinted"] = stopped.notices.get(kind="acceptance").pk
    release = calendar.release_calendar(reason="国务院通知", by=cast.sun, at=story.at())
    world["release"] = release.pk
    going_first = story.ask()
    channel = green.open_green_channel(
        going_first.pk,
        ground="disabled",
        acceptor_id=cast.li.pk,
        chaser_id=cast.chen.pk,
        by=cast.wang,
        at=story.at(),
    )
    world |= {
        "green": going_first.pk,
        "channel": channel.pk,
        "pass": going_first.passes.latest("id").pk,
        "passed": going_first.passes.latest("id").over_id,
    }
    waiting = story.moved(item=True)
    notice = accepting.ask_once(
        waiting.pk,
        received=[1],
        missing=[Missing("户口簿", "本人保管", position=2)],
        by=cast.li,
        at=story.at(),
    )
    brought = CaseMaterial.objects.filter(case=waiting)
    world |= {
        "waiting": waiting.pk,
        "list": notice.pk,
        "material": brought.get(position=1).pk,
        "material_missing": brought.get(position=2).pk,
    }
    directed = story.ask()
    direction = directing.direct_elsewhere(
        directed.pk,
        department_id=cast.outside.pk,
        bring="身份证",
        reason="属供电公司",
        by=cast.wang,
        at=story.at(),
    )
    world |= {"directed": directed.pk, "direction": direction.pk}
    raised = story.ask()
    question = raising.raise_question(
        raised.pk,
        ground="unclear",
        question="政策不明，不知该如何办理",
        own_view="",
        unit_id=cast.registry.department_id,
        lead_unit_id=None,
        to_government=False,
        by=cast.wang,
        at=story.at(),
    )
    world |= {"raised": raised.pk, "question": question.pk}
    for name, (case, filing) in {
        "proposed": story.proposed(),
        "approved": story.approved(),
        "overruled": story.proposed(),
        "told": story.approved(contact=True),
    }.items():
        world |= {name: case.pk, f"filing_{name}": filing}
    negatives.overrule_negative(
        world["overruled"], reason="可以办", by=cast.chen, at=story.at()
    )
    answering.tell_refusal(
        world["told"],
        text=REFUSAL,
        by=cast.wang,
        at=story.at(),
    )
    world["refused"] = world["told"]
    for name in ("granted", "posted"):
        granted = story.moved(item=True, contact=True)
        accepting.accept_case(granted.pk, received=[1, 2], by=cast.li, at=story.at())
        items = type(cast.item).objects.filter(pk=cast.item.pk)
        items.update(result="certificate")
        world |= {name: granted.pk, f"{name}_answer": story.answered(granted, cast.li)}
        items.update(result="nothing")
    world["delivery"] = delivering.deliver(
        world["posted"],
        How("post", carrier="中国邮政速递", tracking="EB123456789CN"),
        by=cast.li,
        at=story.at(),
    ).pk
    answered = story.ask(contact=True)
    story.answered(answered, cast.wang)
    world["answered"] = answered.pk
    reading.open_applicant(answered, reason="核对姓名", by=cast.wang, at=story.at())
    reopened, world["old_answer"] = story.reopened()
    world |= {
        "reopened": reopened.pk,
        "appointment": reopened.appointments.get().pk,
        "call": reopened.follow_ups.get().pk,
    }
    again, _old = story.reopened()
    story.answered(again, cast.li)
    world["answered_again"] = again.pk
    _build_joint(story, world)
    _build_bundle(story, world)
    items = type(cast.item).objects.filter(pk=cast.item.pk)
    items.update(renewal_days=30)
    with earlier(cast, 90) as then:
        renewed = then.moved(item=True, contact=True)
        accepting.accept_case(
            renewed.pk,
            received=[1, 2],
            expires_on=timezone.localdate() - dt.timedelta(days=9),
            by=cast.li,
            at=then.at(),
        )
    items.update(renewal_days=None)
    world["renewed"] = renewed.pk
    return world


def _build_joint(story: Story, world: World) -> None:
    """Joint cases: asked, objected to, sent up, and with an objection that stands."""
    from tests import joints

    case = joints.accepted(story)
    world["joint"] = case
    for position, name in enumerate(("lead", "fire", "outside", "planning"), start=1):
        world[f"part_{name}"] = joints.part(case, position).pk
    world["department"] = joints.part(case, joints.FIRE).department_id
    halls = type(story.cast.hall).objects.filter(pk=story.cast.hall.pk)
    halls.update(silence_agrees=True)
    world["agreeing"] = joints.accepted(story)
    halls.update(silence_agrees=False)
    world["part_agreeing"] = joints.part(world["agreeing"], joints.FIRE).pk
    disputed = joints.objected(story)
    part = joints.part(disputed, joints.FIRE)
    world |= {
        "disputed": disputed,
        "part_disputed": part.pk,
        "objection": part.objections.get().pk,
    }
    above = joints.sent_up(story)
    part = joints.part(above, joints.FIRE)
    lead, committee = part.objections.order_by("id")
    world |= {
        "above": above,
        "part_above": part.pk,
        "objection_up": lead.pk,
        "objection_above": committee.pk,
    }
    standing = joints.two_stand(story)
    negatives.propose_negative(standing, NEGATIVE, by=story.cast.li, at=story.at())
    negatives.approve_negative(standing, reason="", by=story.cast.chen, at=story.at())
    part = joints.part(standing, joints.FIRE)
    world |= {
        "standing": standing,
        "part_standing": part.pk,
        "filing_standing": part.filings.get().pk,
        "objection_standing": part.objections.get().pk,
        "part_void": joints.part(standing, joints.PLANNING).pk,
    }


def _build_bundle(story: Story, world: World) -> None:
    """A life event whose items are being decided, and one decided but not told."""
    from tests import bundles

    bundle = bundles.make_bundle(story.cast)
    case = bundles.accepted(story)
    world |= {
        "bundle": case,
        "bundle_item": bundle.pk,
        "member_item": bundles.part(case, bundles.FIRE).item_id or 0,
        "part_member": bundles.part(case, bundles.FIRE).pk,
    }
    decided = bundles.all_decided(story)
    bundles.told(story, decided)
    world["decided"] = decided


@contextmanager
def committed_world() -> Iterator[World]:
    """The day, an hour ago and committed; all of it is gone afterwards."""
    with _second_connection(embedded.OWNER_ROLE) as owner:
        owner.execute("UPDATE cases_clock SET \"offset\" = interval '-1 hour'")
        # Attacks make rows 900 and 901 of their own, however much was told before.
        owner.execute("ALTER SEQUENCE cases_span_seq RESTART")
        owner.execute("ALTER SEQUENCE cases_answer_seq RESTART")
        for (table,) in owner.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_name LIKE 'cases\\_%' AND is_identity = 'YES'"
        ).fetchall():
            owner.execute(f'ALTER TABLE "{table}" ALTER COLUMN id RESTART'.encode())
        try:
            built = _build(make_cast())
            owner.execute("UPDATE cases_clock SET \"offset\" = interval '0'")
            yield built
        finally:
            connection.close()
            empty_tables()
