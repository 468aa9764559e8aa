"""What happens to a citizen of the demo hall, story by story.

Each story is a generator: between two acts it yields the minutes of opening time until
the next one. What would happen after now simply has not happened yet, so the hall is
left with cases in every state.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.utils import timezone

from cases.access import visible
from cases.actions import (
    accepting,
    answering,
    clocks,
    delivering,
    directing,
    green,
    intake,
    joint,
    negatives,
    raising,
    receiving,
    referring,
    supervising,
)
from cases.deadlines import due
from cases.lifecycle import MAY_ACCEPT
from cases.reads.case import case_page
from cases.reads.case.shown import Part
from windows.calendars import current_calendar
from windows.demo import content
from windows.models import Clerk, Department, Hall, ServiceItem, Window

DAY = 360.0
"""Minutes of opening time in a day."""

STOPS = (
    ("inspection", "到现场查验经营场所和设施设备"),
    ("testing", "样品送检测机构检测，报告出具后继续办理"),
    ("experts", "组织专家对方案进行评审"),
    ("publicity", "在中心网站公示拟办理结果"),
)
"""Why a clock is stopped, with what the applicant is told."""

AT_THE_COUNTER = delivering.How("counter", receiver="applicant", proof="slip")
POST = delivering.How("post", carrier="中国邮政速递物流", tracking="EB601230715CN")

Acts = Iterator[float]
CARE = {"elderly": "老年", "wheelchair": "轮椅", "hearing": "听", "sight": "视"}


@dataclass
class World:
    """Everybody and everything of the hall, and the moment it is."""

    demo: content.Demo
    hall: Hall
    windows: dict[str, Window]
    departments: dict[str, Department]
    items: dict[str, ServiceItem]
    at_window: dict[str, Clerk]
    supervisors: list[Clerk]
    chance: random.Random
    now: dt.datetime
    skipped: list[str] = field(default_factory=list)

    def authority(self, story: content.Story, window: str) -> str:
        """What a window may do with the item of a story."""
        if story.item is None:
            return ""
        return self.demo.item(story.item).windows.get(window, "")


def offer_now(world: World, story: content.Story) -> None:
    """Ask and offer at this moment, so that somebody finds an offer on the desk."""
    acts = play(world, story)
    next(acts)
    next(acts)


JOINT = "ZJ-013"
"""An item of the demo hall that several units handle together."""


def joint_cases(world: World) -> Iterator[tuple[int, Acts]]:
    """Joint cases in different stages, and how many working days ago each began."""
    yield 8, _joint(world, "商场外墙想装一块大电子屏", _one_is_silent)
    yield 6, _joint(world, "楼顶想立一块广告牌", _one_objects)
    yield 4, _joint(world, "沿街店面统一换招牌", _the_last_is_asked)
    yield 1, _joint(world, "公交站旁边想立一块灯箱广告", lambda _tale: iter(()))


def _joint(world: World, words: str, goes_on: "Callable[[Tale], Acts]") -> Acts:
    """An organisation applies at the lead's window, which accepts for all (R4.70)."""
    [window] = [
        number
        for number, power in world.demo.item(JOINT).windows.items()
        if power in MAY_ACCEPT
    ]
    like = next(story for story in world.demo.stories if story.item == JOINT)
    story = replace(like, words=words, window=window, applicant="organisation")
    clerk = world.at_window[window]
    request = intake.Request(
        words=words, item_id=world.items[JOINT].pk, person=person_of(world, story)
    )
    opened = intake.open_case(request, by=clerk, at=world.now)
    tale = Tale(world, story, opened.case.pk, clerk, window, has_contact=True)
    yield 10
    tale.accept_jointly()
    yield 0.6 * DAY
    yield from goes_on(tale)


def _one_is_silent(tale: "Tale") -> Acts:
    """One agrees with conditions; from the other nothing has come."""
    tale.says(tale.asked()[0], "conditions", "屏幕亮度夜间须调低，并与相邻住宅保持距离")
    yield 0


def _one_objects(tale: "Tale") -> Acts:
    """An objection that lead and unit could not settle lies with the committee."""
    part, other = tale.asked()
    tale.says(
        part,
        "object",
        "拟设位置超出建筑高度控制线，不符合规划要求",
        basis="《户外广告设施设置技术规范》第4.2条",
    )
    yield 60
    tale.says(other)
    yield 0.8 * DAY
    joint.settle_objection(
        tale.case,
        part.id,
        outcome="up",
        reason="双方现场会商后仍未达成一致，提交联席会议",
        by=tale.holder,
        at=tale.world.now,
    )


def _the_last_is_asked(tale: "Tale") -> Acts:
    """Those that go first have agreed; the next one has been asked."""
    for part in tale.asked():
        tale.says(part)
        yield 0.7 * DAY


def play(world: World, story: content.Story) -> Acts:
    """Play one story from the first question on."""
    clerk = world.at_window[story.window]
    someone = person_of(world, story)
    opened = intake.open_case(
        intake.Request(
            words=story.words,
            channel=story.channel,
            item_id=world.items[story.item].pk if story.item else None,
            language=story.language,
            care=[code for code, sign in CARE.items() if sign in story.care_needs],
            person=someone,
        ),
        by=clerk,
        at=world.now,
    )
    tale = Tale(world, story, opened.case.pk, clerk, story.window, bool(someone))
    yield world.chance.uniform(2, 9)
    way = {
        1: tale.answered,
        2: tale.accepted,
        3: tale.asked_once,
        4: tale.handed_over,
        5: tale.directed,
        6: tale.raised,
        7: tale.negative,
    }[story.way]
    yield from way()


@dataclass
class Tale:
    """One case while it is told: who holds it, and where."""

    world: World
    story: content.Story
    case: int
    holder: Clerk
    window: str
    has_contact: bool
    decided_by: Clerk | None = None

    # The ways -------------------------------------------------------------------

    def answered(self) -> Acts:
        """Way 1: an answer on the spot, then the call-back."""
        self._answer()
        yield from self._called_back()

    def accepted(self) -> Acts:
        """Way 2: accepted with all papers, granted within the promise (mostly)."""
        if self.world.authority(self.story, self.window) not in MAY_ACCEPT:
            yield from self._to_who_may_accept()
        if self.story.care_needs:
            self._goes_first()
        lot = self.world.chance.random()
        if lot < 0.35:
            self._receive([1])
            if lot < 0.05:
                return  # forgotten: by law it is accepted when the time is over
            yield self.world.chance.uniform(0.2, 2.5) * DAY
        yield from self._accept_and_grant(some_follow=lot > 0.6)

    def _goes_first(self) -> None:
        """The green channel: who accepts it is here, a supervisor chases it."""
        is_old = CARE["elderly"] in self.story.care_needs
        green.open_green_channel(
            self.case,
            ground="elderly" if is_old else "disabled",
            acceptor_id=self.holder.pk,
            chaser_id=self.world.supervisors[0].pk,
            by=self.holder,
            at=self.world.now,
        )

    def asked_once(self) -> Acts:
        """Way 3: the whole list at once; most bring what was missing."""
        if self.world.authority(self.story, self.window) not in MAY_ACCEPT:
            yield from self._to_who_may_accept()
        papers = self._papers()
        lacking = set(self.story.missing) or {len(papers)}
        accepting.ask_once(
            self.case,
            received=[n for n, _ in enumerate(papers, 1) if n not in lacking],
            missing=[
                accepting.Missing(
                    name=paper.name,
                    standard=paper.standard,
                    how_to_get=paper.how_to_get or "向窗口领取样表",
                    position=number,
                )
                for number, paper in enumerate(papers, 1)
                if number in lacking
            ],
            by=self.holder,
            at=self.world.now,
        )
        yield self.world.chance.uniform(0.5, 5) * DAY
        if self.world.chance.random() < 0.2:
            answering.applicant_withdraws(
                self.case,
                text=self.world.chance.choice(self.world.demo.remarks.withdrawals),
                is_signed=True,
                by=self.holder,
                at=self.world.now,
            )
            return
        self._receive(sorted(lacking))
        yield 5
        yield from self._accept_and_grant()

    def handed_over(self) -> Acts:
        """Way 4: offered, perhaps declined, taken over, and finished there."""
        for offer in self.story.offers:
            if self.world.at_window[offer.window] == self.holder:
                continue
            made = referring.offer_case(
                self.case,
                to_clerk_id=self.world.at_window[offer.window].pk,
                to_window_id=self.world.windows[offer.window].pk,
                reason=offer.reason,
                escort=offer.escort,
                by=self.holder,
                at=self.world.now,
            )
            yield self.world.chance.uniform(1, 8)
            if self.world.chance.random() < 0.04:
                yield from self._left_unanswered(made.pk)
                return
            if offer.decline is None:
                self._take_over(made.pk, offer.window)
                yield self.world.chance.uniform(3, 15)
                break
            self._decline(made.pk, offer)
            yield self.world.chance.uniform(2, 6)
        if self.story.direction is not None:
            yield from self._reply_if_raised()
            yield from self.directed()
        elif self._may_accept() and self.has_contact:
            yield from self._reply_if_raised()
            yield from self._accept_and_grant()
        else:
            yield from self._reply_if_raised()
            yield from self.answered()

    def directed(self) -> Acts:
        """Way 5: the way to a unit outside, and the check-back."""
        direction = self.story.direction
        if direction is None:
            yield from self.answered()
            return
        directing.direct_elsewhere(
            self.case,
            department_id=self.world.departments[direction.department].pk,
            bring=direction.bring,
            reason=direction.reason,
            by=self.holder,
            at=self.world.now,
        )
        yield self.world.chance.uniform(0.7, 2.6) * DAY
        got_through = self.world.chance.random() < 0.85
        directing.check_back(
            self.case,
            got_through=got_through,
            remark=direction.remark or "已联系",
            by=self.holder,
            at=self.world.now,
        )
        if got_through:
            yield from self._called_back()

    def raised(self) -> Acts:
        """Way 6: raised to the unit and the committee, answered by reply card."""
        raised = self.story.raised
        if raised is None:
            yield from self.answered()
            return
        unit = self.world.departments[raised.department].pk
        raising.raise_question(
            self.case,
            ground=raised.ground,
            question=raised.question,
            own_view=raised.own_view,
            unit_id=unit,
            lead_unit_id=unit if raised.ground == "cross" else None,
            to_government=raised.to_government,
            by=self.holder,
            at=self.world.now,
        )
        yield self.world.chance.uniform(1, 6) * DAY
        raising.reply_to_raise(
            self.case,
            reply=raised.reply,
            by=self.world.chance.choice(self.world.supervisors),
            at=self.world.now,
        )
        yield self.world.chance.uniform(10, 90)
        yield from self.answered()

    def negative(self) -> Acts:
        """Way 7: proposed, decided by another person, told only if approved."""
        negative = self.story.negative
        if negative is None:
            yield from self.answered()
            return
        negatives.propose_negative(
            self.case,
            negatives.Negative(
                reason=negative.reason,
                basis=negative.basis,
                made_possible_by=negative.made_possible_by,
                other_way=negative.other_way,
                remedies=self.world.demo.hall.remedies,
            ),
            by=self.holder,
            at=self.world.now,
        )
        yield self.world.chance.uniform(0.3, 2.5) * DAY
        supervisor = self.world.chance.choice(self.world.supervisors)
        self.decided_by = supervisor
        if not negative.is_approved:
            negatives.overrule_negative(
                self.case,
                reason=negative.decision_reason,
                by=supervisor,
                at=self.world.now,
            )
            yield self.world.chance.uniform(10, 60)
            yield from self.answered()
            return
        negatives.approve_negative(
            self.case,
            reason=negative.decision_reason,
            by=supervisor,
            at=self.world.now,
        )
        yield self.world.chance.uniform(10, 120)
        answering.tell_refusal(
            self.case,
            text=f"经报分管负责人批准，{negative.reason}{negative.other_way}",
            by=self.holder,
            at=self.world.now,
        )
        yield from self._called_back()

    # Their parts ----------------------------------------------------------------

    def _may_accept(self) -> bool:
        return self.world.authority(self.story, self.window) in MAY_ACCEPT

    def _papers(self) -> list[content.Material]:
        assert self.story.item is not None  # noqa: S101 (the content is checked)
        return list(self.world.demo.item(self.story.item).materials)

    def _receive(self, received: Sequence[int]) -> None:
        """Papers are handed over, against a receipt."""
        receiving.receive_materials(
            self.case, received=received, by=self.holder, at=self.world.now
        )

    def _accept_and_grant(self, *, some_follow: bool = False) -> Acts:
        papers = self._papers()
        assert self.story.item is not None  # noqa: S101 (the content is checked)
        days = self.world.demo.item(self.story.item).promised_days
        follow = [
            number
            for number, paper in enumerate(papers, 1)
            if some_follow and days and paper.may_follow and paper.is_required
        ]
        accepting.accept_case(
            self.case,
            received=[n for n in range(1, len(papers) + 1) if n not in follow],
            follow=dict.fromkeys(follow, self._next_day()),
            by=self.holder,
            at=self.world.now,
        )
        if follow:
            yield 45
            self._receive(follow)
        if days == 0:
            yield 20
        else:
            yield from self._worked_on(days)
        yield from self._units_answer()
        self._answer()
        yield from self._delivered()
        yield from self._called_back()

    def _delivered(self) -> Acts:
        """Most fetch what was granted; some have it posted, now and then in vain."""
        assert self.story.item is not None  # noqa: S101 (the content is checked)
        if not self.world.items[self.story.item].yields_something:
            return
        chance = self.world.chance
        lot = chance.random()
        yield chance.uniform(0.1, 1.5) * DAY
        if lot < 0.2:
            self._deliver(POST)
            yield chance.uniform(1, 2.5) * DAY
            self._settle_post(arrived=lot > 0.05)
            if lot > 0.05:
                return
            yield chance.uniform(0.5, 2) * DAY
        self._deliver(AT_THE_COUNTER)

    def _deliver(self, how: delivering.How) -> None:
        delivering.deliver(self.case, how, by=self.holder, at=self.world.now)

    def _settle_post(self, *, arrived: bool) -> None:
        delivering.settle_post(
            self.case,
            arrived=arrived,
            on=timezone.localdate(self.world.now),
            proof="tracked" if arrived else "",
            remark="" if arrived else "投递两次无人签收",
            by=self.holder,
            at=self.world.now,
        )

    def _next_day(self) -> dt.date:
        """The first working day after today."""
        calendar = current_calendar(self.world.hall.region)
        return due(calendar, timezone.localdate(self.world.now), 1, "working").due

    def asked(self) -> list[Part]:
        """The parts of a joint case that other units are asked for now."""
        page = case_page(visible(self.holder), self.case, viewer=self.holder)
        parts = page.joint.parts if page is not None and page.joint else ()
        return [part for part in parts if part.due is not None and not part.is_lead]

    def says(
        self, part: Part, opinion: str = "agree", text: str = "", basis: str = ""
    ) -> None:
        """A unit gives its opinion; one outside the hall by letter."""
        joint.give_opinion(
            self.case,
            part.id,
            opinion=opinion,
            text=text,
            basis=basis,
            letter="" if part.window else "青供函〔2026〕58号",
            by=self.world.at_window[part.window] if part.window else self.holder,
            at=self.world.now,
        )

    def _units_answer(self) -> Acts:
        """Every unit of a joint case agrees, one after the other (R4.70, R4.73)."""
        while asked := self.asked():
            self.says(asked[0])
            yield self.world.chance.uniform(0.1, 0.6) * DAY

    def accept_jointly(self) -> None:
        """Accept with all papers, and ask the units."""
        accepting.accept_case(
            self.case,
            received=range(1, len(self._papers()) + 1),
            by=self.holder,
            at=self.world.now,
        )

    def _worked_on(self, days: int) -> Acts:
        """Now and then a clock is stopped, or a limit extended, as the law allows."""
        chance = self.world.chance
        lot = chance.random()
        if lot < 0.25:
            yield 0.2 * DAY
            ground, reason = chance.choice(STOPS)
            clocks.stop_clock(
                self.case,
                ground=ground,
                reason=reason,
                limit_days=chance.choice([3, 5, None]),
                by=self.holder,
                at=self.world.now,
            )
            yield chance.uniform(1, 4) * DAY
            clocks.resume_clock(self.case, by=self.holder, at=self.world.now)
        elif lot < 0.35:
            yield 0.2 * DAY
            clocks.extend(
                self.case,
                days=5,
                reason="申请事项涉及多个现场，需要补充核实",
                head="分管负责人 周明",
                by=chance.choice(self.world.supervisors),
                at=self.world.now,
            )
        forgotten = chance.random() < 0.12
        yield days * (1.6 if forgotten else 0.7) * DAY

    def _to_who_may_accept(self) -> Acts:
        assert self.story.item is not None  # noqa: S101 (the content is checked)
        item = self.world.demo.item(self.story.item)
        window = next(n for n, what in item.windows.items() if what in MAY_ACCEPT)
        made = referring.offer_case(
            self.case,
            to_clerk_id=self.world.at_window[window].pk,
            to_window_id=self.world.windows[window].pk,
            reason="该事项由贵窗口受理",
            escort="led",
            by=self.holder,
            at=self.world.now,
        )
        yield self.world.chance.uniform(1, 6)
        self._take_over(made.pk, window)
        yield self.world.chance.uniform(3, 12)

    def _take_over(self, referral: int, window: str) -> None:
        receiver = self.world.at_window[window]
        referring.accept_referral(referral, by=receiver, at=self.world.now)
        self.holder, self.window = receiver, window

    def _decline(self, referral: int, offer: content.Offer) -> None:
        decline = offer.decline
        assert decline is not None  # noqa: S101 (the caller has looked)
        better = decline.better_window
        referring.decline_referral(
            referral,
            reason=decline.reason,
            better=referring.Better(
                window_id=self.world.windows[better].pk if better else None,
                sent_up=decline.sent_up,
            ),
            by=self.world.at_window[offer.window],
            at=self.world.now,
        )

    def _left_unanswered(self, referral: int) -> Acts:
        """Nobody answers the offer: it lapses, and the supervisor has it."""
        yield self.world.hall.offer_minutes
        system = Clerk.objects.system()
        referring.lapse_referral(referral, by=system, at=self.world.now)
        yield self.world.chance.uniform(0.3, 8) * DAY
        yield from self._reply_if_raised()
        yield from self.answered()

    def _reply_if_raised(self) -> Acts:
        """A raise that the ping-pong guard opened is answered by the committee."""
        if not raising.waits_for_reply(self.case):
            return
        yield self.world.chance.uniform(0.3, 4) * DAY
        raising.reply_to_raise(
            self.case,
            reply="经管委会协调，由首问窗口负责答复群众，业务单位配合提供依据。",
            by=self.world.chance.choice(self.world.supervisors),
            at=self.world.now,
        )
        yield 15

    def _answer(self) -> None:
        answer = self.story.answer or self._ready_answer()
        answering.answer_case(
            self.case,
            text=answer.text,
            next_step=answer.next_step,
            by=self.holder,
            at=self.world.now,
        )

    def _ready_answer(self) -> content.Answer | content.ItemAnswer:
        ready = self.world.demo.answers_for(self.story.item) if self.story.item else ()
        if ready and self.story.way in (1, 4):
            return self.world.chance.choice(ready)
        form = self.world.chance.choice(self.world.demo.remarks.completions)
        item = self.world.items[self.story.item].name if self.story.item else "此事"
        window = self.world.windows[self.window]
        places: dict[str, str] = {"item": item, "window": window.number}
        return content.Answer(
            form.text.format(**places), form.next_step.format(**places)
        )

    def _called_back(self) -> Acts:
        """Somebody who did not handle the case calls, a day or two later."""
        if not self.has_contact:
            return
        yield self.world.chance.uniform(0.8, 3.5) * DAY
        remark = self.world.chance.choice(self.world.demo.remarks.follow_ups)
        named = None
        if remark.outcome == "unsatisfied":
            window = self.window
            colleague = self._colleague(window)
            if colleague is None:
                return
            named = supervising.Named(
                colleague.pk,
                self.world.windows[window].pk,
                self.world.chance.choice(self.world.demo.remarks.reopen_reasons),
            )
        others = [one for one in self.world.supervisors if one != self.decided_by]
        supervising.call_back(
            self.case,
            outcome=remark.outcome,
            remark=remark.text,
            by=self.world.chance.choice(others),
            at=self.world.now,
            named=named,
        )

    def _colleague(self, window: str) -> Clerk | None:
        """The stand-in of a window, if it is somebody else."""
        for post in self.world.demo.postings:
            if post.window == window and post.post == "B":
                found = Clerk.objects.get(staff_number=post.clerk)
                return found if found != self.holder else None
        return None


def person_of(world: World, story: content.Story) -> intake.Person:
    """Somebody invented, if the story gives personal data at all."""
    if story.applicant == "none":
        return intake.Person()
    if story.applicant == "organisation":
        firm = world.chance.choice(world.demo.organisations)
        agent = next(one for one in world.demo.people if one.name == firm.agent)
        return intake.Person(
            kind="organisation",
            name=firm.name,
            identity_kind=firm.identity_kind,
            identity=firm.identity,
            telephone=firm.telephone,
            agent_name=agent.name,
            agent_identity_kind=agent.identity_kind,
            agent_identity=agent.identity,
        )
    fits: Callable[[content.Person], bool] = lambda one: (  # noqa: E731
        (one.language == "en") == story.words.isascii()
    )
    someone = world.chance.choice([one for one in world.demo.people if fits(one)])
    return intake.Person(
        name=someone.name,
        identity_kind=someone.identity_kind,
        identity=someone.identity,
        telephone=someone.telephone,
    )
