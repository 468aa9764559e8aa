"""Any order of acts, and from each a joint case goes on to its end (R4.70 to R4.79).

Acts are drawn at random and tried by whoever may do them; one that is refused says why.
Then people only do what their pages offer, and that must end the case.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from cases.actions import clocks, joint, negatives, raising
from cases.actions.accepting import accept_case
from cases.actions.answering import answer_case, applicant_withdraws, tell_refusal
from cases.actions.supervising import Named, call_back
from cases.lifecycle import RuleBroken
from cases.models import Case, ClockStop, NegativeFiling, Objection, Part
from cases.reads.case import case_page
from cases.reads.verification import verify_case
from tests import joints
from tests.cast import Cast
from tests.joints import BASIS, DECISION, ENVIRONMENT, FIRE, PLANNING
from tests.make_cases import NEGATIVE, REFUSAL, TEXT, Story
from windows.models import Absence, Clerk

pytestmark = pytest.mark.django_db

SAID = "经现场复核并会商后一致认定"
LETTER = "联函〔2026〕9号"
PLACES = (FIRE, ENVIRONMENT, PLANNING, DECISION)
STEPS, TRIES = 14, 60
MOST = 60
"""Acts in which people who do what they can end any case."""


class Walk:
    """One joint case, and everybody who has to do with it."""

    def __init__(self, cast: Cast, chance: random.Random) -> None:
        self.story, self.cast, self.chance = Story(cast), cast, chance
        tell = chance.choice([joints.accepted, joints.silent])
        self.case = tell(self.story)

    @property
    def row(self) -> Case:
        return Case.objects.select_related("holder").get(pk=self.case)

    def now(self, by: Clerk) -> dict[str, Any]:
        return {"by": by, "at": self.story.at()}

    def lead(self) -> dict[str, Any]:
        return self.now(self.row.holder)

    def chen(self) -> dict[str, Any]:
        return self.now(self.cast.chen)

    def part(self, state: str) -> Part:
        """One in this state, or else any."""
        parts = [joints.part(self.case, place) for place in PLACES]
        return self.chance.choice([p for p in parts if p.state == state] or parts)

    def anybody(self, part: Part) -> Clerk:
        own = part.person or self.row.holder
        return self.chance.choice([own, own, self.row.holder, self.cast.chen])

    # What is drawn.

    def opinion(self) -> None:
        part = self.part("running")
        joint.give_opinion(
            self.case,
            part.pk,
            opinion=self.chance.choice(["agree", "conditions", "object", "object"]),
            text=SAID,
            basis=BASIS,
            letter=LETTER,
            **self.now(self.anybody(part)),
        )

    def silence(self) -> None:
        joint.note_silence(self.case, self.part("running").pk, **self.lead())

    def settle(self) -> None:
        part = self.part("objected")
        joint.settle_objection(
            self.case,
            part.pk,
            outcome=self.chance.choice(["stands", "stands", "lifted", "up"]),
            reason=SAID,
            decided=LETTER,
            **self.now(self.anybody(part)),
        )

    def propose(self) -> None:
        negatives.propose_negative(self.case, NEGATIVE, **self.lead())

    def approve(self) -> None:
        negatives.approve_negative(self.case, reason="", **self.chen())

    def overrule(self) -> None:
        joints.overrules(self.story, self.case)

    def tell(self) -> None:
        tell_refusal(self.case, text=REFUSAL, **self.lead())

    def answer(self) -> None:
        answer_case(self.case, text=TEXT, **self.lead())

    def stop(self) -> None:
        clocks.stop_clock(
            self.case,
            ground="hearing",
            reason="依法举行听证会议",
            limit_days=self.chance.choice([None, 3, 20]),
            **self.lead(),
        )

    def resume(self) -> None:
        clocks.resume_clock(self.case, **self.lead())

    def extend(self) -> None:
        clocks.extend(
            self.case, days=15, reason="情况复杂", head="区长 周明", **self.chen()
        )

    def raised(self) -> None:
        raising.raise_question(
            self.case,
            ground="unclear",
            question="政策不明，不知该如何办理",
            own_view="",
            unit_id=self.cast.registry.department_id,
            lead_unit_id=None,
            to_government=False,
            **self.lead(),
        )

    def reply(self) -> None:
        raising.reply_to_raise(self.case, reply="可以办理", **self.chen())

    def table(self) -> None:
        days = {self.part("pending").pk: self.chance.randrange(6)}
        joint.change_timetable(
            self.case, days=days, reason="需要现场核查两次", **self.lead()
        )

    def withdraw(self) -> None:
        if self.chance.random() < 0.2:
            text = "申请人自愿撤回本次申请"
            applicant_withdraws(self.case, text=text, is_signed=True, **self.lead())

    def reopen(self) -> None:
        others = [self.cast.li, self.cast.zhao]
        [other] = [one for one in others if one.pk != self.row.holder_id]
        call_back(
            self.case,
            outcome="unsatisfied",
            remark="没办好",
            named=Named(other.pk, self.cast.registry.pk, "群众反映没办好"),
            **self.chen(),
        )

    def accept(self) -> None:
        accept_case(self.case, received=[1, 2], **self.lead())

    def leave(self) -> None:
        window = self.part("running").window
        if window is not None:
            joints.nobody_at(self.story, window)

    def come_back(self) -> None:
        Absence.objects.all().delete()

    # What people do who want to get on; each finds it on the own page.

    def goes_on(self) -> None:
        row = self.row
        filings = NegativeFiling.objects.filter(case=row, answer=None)
        if row.state == "asked":
            return self.does(row.holder, "case_accept", self.accept)
        if row.state == "negative_filed":
            if filings.filter(state="approved").exists():
                return self.does(row.holder, "case_tell", self.tell)
            return self.does(self.cast.chen, "case_decide", self.approve)
        if row.state == "raised":
            return self.does(self.cast.chen, "case_reply", self.reply)
        if ClockStop.objects.filter(case=row, resumed_at=None).exists():
            return self.does(row.holder, "case_resume", self.resume)
        parts = Part.objects.filter(case=row, turn=row.reopened)
        others = [part for part in parts if not part.is_lead]
        for part in parts.filter(state="objected"):
            return self.settles(part)
        for part in parts.filter(state="running"):
            # The lead's last step is the answer itself.
            if part in others or any(one.state == "pending" for one in others):
                return self.agrees(part)
        if parts.filter(state="refused").exists():
            return self.does(row.holder, "case_negative", self.propose)
        return self.does(row.holder, "case_answer", self.answer)

    def agrees(self, part: Part) -> None:
        said: dict[str, Any] = {"opinion": "agree", "letter": LETTER}
        for who in self.persons(part):
            if self.offers(who, "case_opinion"):
                joint.give_opinion(self.case, part.pk, **said, **self.now(who))
                return
        raise AssertionError(f"nobody can speak for {part}")

    def settles(self, part: Part) -> None:
        level = part.objections.get(outcome="").level
        who = self.row.holder if level == "lead" else self.cast.chen
        said: dict[str, Any] = {"outcome": "up" if level == "lead" else "conditions"}
        self.does(
            who,
            "case_objection",
            lambda: joint.settle_objection(
                self.case,
                part.pk,
                reason=SAID,
                decided=LETTER,
                **said,
                **self.now(who),
            ),
        )

    def persons(self, part: Part) -> list[Clerk]:
        is_away = Absence.objects.filter(clerk=part.person).exists()
        own = [part.person] if part.person and not is_away else []
        return [*own, self.row.holder, self.cast.chen]

    def does(self, who: Clerk, act: str, do: Callable[[], object]) -> None:
        assert self.offers(who, act), (act, who.name, self.row.state)
        do()

    def offers(self, who: Clerk, act: str) -> bool:
        page = case_page(Case.objects.all(), self.case, viewer=who)
        assert page is not None
        found = [*page.ways, *page.acts]
        return any(one.act == act and not one.why_not for one in found)


DRAWN = (
    *(Walk.opinion,) * 6,
    *(Walk.settle,) * 4,
    *(Walk.propose,) * 3,
    *(Walk.overrule,) * 3,
    *(Walk.answer,) * 2,
    *(Walk.reopen,) * 2,
    *(Walk.accept,) * 2,
    *(Walk.leave, Walk.come_back, Walk.silence, Walk.approve, Walk.tell, Walk.stop),
    *(Walk.resume, Walk.extend, Walk.raised, Walk.reply, Walk.table, Walk.withdraw),
)


@pytest.mark.parametrize("seed", range(8))
def test_from_everywhere_somebody_goes_on_to_the_end(cast: Cast, seed: int) -> None:
    """R4.70, R4.79: no dead end, and no end before its parts."""
    walk = Walk(cast, random.Random(seed))
    done = 0
    for _try in range(TRIES):
        try:
            walk.chance.choice(DRAWN)(walk)
        except RuleBroken:
            continue
        if (done := done + 1) == STEPS:
            break
        assert verify_case(walk.case).findings == []
    for _act in range(MOST):
        if walk.row.state in ("answered", "closed"):
            break
        walk.goes_on()
    assert walk.row.state in ("answered", "closed")
    assert verify_case(walk.case).findings == []
    left = Part.objects.filter(case_id=walk.case, turn=walk.row.reopened)
    assert not left.filter(state__in=["pending", "running"]).exists()
    assert not Objection.objects.filter(case_id=walk.case, outcome="").exists()
