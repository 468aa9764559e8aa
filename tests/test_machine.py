"""A state machine walks cases through every act, legal or not, by anybody.

After each step, in the database as it was committed: the invariants in SQL, the chain,
the signatures, and the replay of the events against the tables. What the code allows
the database must take, and what it refuses must leave no trace.

`HALL_NIGHTLY=20` walks twenty times as far.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cases.actions import (
    accepting,
    answering,
    directing,
    intake,
    negatives,
    raising,
    receiving,
    referring,
    supervising,
)
from cases.actions.accepting import Missing
from cases.actions.intake import Person, Request
from cases.actions.referring import Better
from cases.actions.stamp import AlreadyDone, Form, StaleCase
from cases.actions.supervising import Named
from cases.lifecycle import MOVES, OPEN, RuleBroken, State, Verb
from cases.models import Assignment, Case, CaseEvent, Referral
from cases.reads.verification import verify_case
from tests.cast import APPLICANT, WORDS, Cast, make_cast, now
from tests.make_cases import NEGATIVE, REFUSAL, TEXT
from windows.models import Clerk
from windows.roles import Role

NIGHTLY = int(os.environ.get("HALL_NIGHTLY", "1"))
WALKS, STEPS = 24 * NIGHTLY, 50

INVARIANTS = """
SELECT 'exactly one open span, and it is the holder''s'
FROM cases_case c WHERE c.id = %(case)s AND c.state <> 'closed' AND (SELECT
    array_agg((id, clerk_id, window_id)::text) FROM cases_assignment s
    WHERE s.case_id = c.id AND until IS NULL)
    IS DISTINCT FROM ARRAY[(c.current_span, c.holder_id, c.window_id)::text]
UNION ALL
SELECT 'no open span in a closed case' FROM cases_case c
WHERE c.id = %(case)s AND c.state = 'closed' AND (c.current_span IS NOT NULL
    OR EXISTS (SELECT FROM cases_assignment WHERE case_id = c.id AND until IS NULL))
UNION ALL
SELECT 'spans join without gap or overlap' FROM (
    SELECT since, ordinal, row_number() OVER w AS place, lag(until) OVER w AS ended,
        opened_at
    FROM cases_assignment s JOIN cases_case c ON c.id = case_id
    WHERE case_id = %(case)s WINDOW w AS (ORDER BY ordinal)) AS spans
WHERE ordinal <> place OR since <> coalesce(ended, opened_at)
UNION ALL
SELECT 'the first span is the first responder''s' FROM cases_assignment s
JOIN cases_case c ON c.id = case_id
WHERE case_id = %(case)s AND ordinal = 1 AND clerk_id <> first_responder_id
UNION ALL
SELECT 'at most one offer is pending, and only of an open case' FROM cases_case c
WHERE c.id = %(case)s AND (SELECT count(*) FROM cases_referral
    WHERE case_id = c.id AND state = 'pending')
    > CASE WHEN c.state IN ('closed', 'answered') THEN 0 ELSE 1 END
UNION ALL
SELECT 'an end has its answer' FROM cases_case c WHERE c.id = %(case)s
AND (c.state IN ('answered', 'closed')) <> EXISTS (SELECT FROM cases_answer
    WHERE id = c.final_answer_id AND case_id = c.id)
UNION ALL
SELECT 'a live filing and only that waits for a decision or to be told'
FROM cases_case c WHERE c.id = %(case)s AND c.state = 'negative_filed' AND NOT EXISTS
    (SELECT FROM cases_negativefiling WHERE case_id = c.id
    AND state IN ('proposed', 'approved'))
UNION ALL
SELECT 'a raised case waits for a reply' FROM cases_case c WHERE c.id = %(case)s
AND c.state = 'raised' AND NOT EXISTS (SELECT FROM cases_raisedquestion
    WHERE case_id = c.id AND replied_at IS NULL)
UNION ALL
SELECT 'a directed case waits for its check-back' FROM cases_case c
WHERE c.id = %(case)s AND c.state = 'directed' AND NOT EXISTS (SELECT FROM
    cases_direction WHERE case_id = c.id AND state = 'waiting')
UNION ALL
SELECT 'silence can accept only what waits to be accepted or told' FROM cases_case c
WHERE c.id = %(case)s AND c.tell_by IS NOT NULL AND (c.state IN ('accepted',
    'answered', 'closed') OR (c.reopened = 0 AND NOT EXISTS (SELECT FROM cases_notice
    WHERE case_id = c.id AND kind = 'receipt')))
UNION ALL
SELECT 'what was asked for once is waited for or accepted by silence'
FROM cases_case c WHERE c.id = %(case)s AND c.state = 'waiting'
AND (c.tell_by IS NULL) <> EXISTS (SELECT FROM cases_casematerial
    WHERE case_id = c.id AND is_required AND received_at IS NULL)
UNION ALL
SELECT 'one notice is open: each later one is allowed by a supervisor, for a supply'
FROM cases_notice n WHERE n.case_id = %(case)s AND n.kind = 'one_time'
AND n.version = 1 AND EXISTS (SELECT FROM cases_notice b WHERE b.case_id = n.case_id
    AND b.kind = 'one_time' AND b.version = 1 AND b.id < n.id)
AND (NOT n.is_second OR n.allowed_by_id IS NULL OR NOT EXISTS (SELECT
    FROM cases_casematerial m WHERE m.case_id = n.case_id AND m.received_at >
    (SELECT max(issued_at) FROM cases_notice b WHERE b.case_id = n.case_id
    AND b.kind = 'one_time' AND b.version = 1 AND b.id < n.id)
    AND m.received_at <= n.issued_at))
UNION ALL
SELECT 'nothing follows a case that is not accepted' FROM cases_case c
JOIN cases_casematerial m ON m.case_id = c.id
WHERE c.id = %(case)s AND c.state IN ('asked', 'waiting') AND m.received_at IS NULL
AND m.follow_by IS NOT NULL
UNION ALL
SELECT 'both dates belong to an acceptance' FROM cases_case c WHERE c.id = %(case)s
AND c.promised_due IS NOT NULL AND c.accepted_on IS NULL
UNION ALL
SELECT 'papers are numbered without a hole' FROM cases_papernumber p
WHERE p.last <> (SELECT count(*) FROM cases_notice n WHERE n.hall_id = p.hall_id
    AND n.year = p.year AND n.kind = p.kind)
UNION ALL
SELECT 'the last event says the state and the date' FROM cases_case c
JOIN cases_caseevent e ON e.case_id = c.id AND e.seq = c.head_seq
WHERE c.id = %(case)s AND (e.body::jsonb ->> 'state', e.body::jsonb ->> 'due_on')
    IS DISTINCT FROM (c.state, c.due_on::text)
"""

HOLDERS = {
    "answer", "accept", "ask_once", "direct", "raise", "negative", "tell", "item",
    "check_back", "withdrawn", "papers", "code",
}  # fmt: skip
SUPERVISORS = {"second_notice", "approve", "overrule", "substitute", "call_back"}


@dataclass
class Walked:
    """What the machine did, over all its walks."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)


CASES = st.integers(0, 3)
# Mostly whoever may, so that walks go far; else anybody, so that guards are met.
WHO = st.sampled_from(
    ["holder"] * 20 + ["receiver"] * 2
    + ["wang", "li", "zhao", "ma", "chen", "deng", "sun", "qian", "zhou"]
)  # fmt: skip
SUPERVISOR = st.sampled_from(["chen", "deng", "chen", "deng", "holder", "qian", "sun"])
RECEIVER = st.sampled_from(["receiver"] * 10 + ["zhao", "li", "wang", "ma", "chen"])
# A text that a form would let through, and some that no rule may.
WORDS_TOLD = st.sampled_from(
    [TEXT] * 10 + ["不归我管", "好", " ", "哈哈哈哈哈哈哈哈哈"]
)
REASON = st.sampled_from(["因为属于别的窗口"] * 8 + ["", "  "])


def may_be(*states: State) -> Callable[[Any], Any]:
    """Try an act mostly when some case is in one of these states, else now and then."""

    def is_time(machine: Hall) -> bool:
        fits = any(state in states for state in machine.known.values())
        return bool(machine.known) and (fits or machine.steps % 8 == 0)

    return precondition(is_time)


def is_offered(machine: Hall) -> bool:
    """Answer an offer mostly when there is one."""
    return bool(machine.pending) or (bool(machine.known) and machine.steps % 8 == 0)


S = State


class Hall(RuleBasedStateMachine):
    """Three cases at a time in one hall."""

    cast: Cast
    people: dict[int, Clerk]
    walked: Walked

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[int, State] = {}
        self.pending: list[int] = []
        self.touched: int | None = None
        self.steps = 0

    # Who and what -----------------------------------------------------------------

    def _case(self, place: int, *states: State) -> Case:
        """One of the cases; mostly one in which the act may be done, if there is."""
        fitting = [pk for pk, state in self.known.items() if state in states]
        among = fitting if fitting and place else list(self.known)
        return Case.objects.get(pk=among[place % len(among)])

    def _offer(self, case: Case) -> Referral | None:
        return case.referrals.order_by("-pk").first()

    def _who(self, name: str, case: Case) -> Clerk:
        if name == "holder":
            return self.people[case.holder_id]
        if name == "receiver":
            offer = self._offer(case)
            return self.people[offer.to_clerk_id if offer else self.cast.li.pk]
        chosen: Clerk = getattr(self.cast, name)
        return self.people[chosen.pk]

    def _try(
        self, what: str, case: Case, by: Clerk, act: Callable[[], Any], *verbs: Verb
    ) -> None:
        """Do it. If it was done, it may be done; if not, nothing happened."""
        before, events = State(case.state), case.head_seq
        pending = case.referrals.filter(state="pending").exists()
        try:
            act()
        except RuleBroken:
            self.walked.refused[what] += 1
            assert CaseEvent.objects.filter(case=case).count() == events
            return
        self.walked.done[what] += 1
        self.touched = case.pk
        case.refresh_from_db()
        self.known[case.pk] = State(case.state)
        offers = Referral.objects.filter(case__in=self.known, state="pending")
        self.pending = list(offers.values_list("case_id", flat=True))
        assert case.head_seq == events + 1
        after = State(case.state)
        self.walked.states[after] += 1
        if what in HOLDERS:
            assert by.pk == self._held_before(case, events), f"{what} by another"
        if what in SUPERVISORS:
            assert (by.role, by.hall_id) == (Role.SUPERVISOR, case.hall_id)
        if verbs:
            targets = {MOVES[verb].get(before, ...) for verb in verbs}
            assert targets != {...}, f"{what} from {before}"
            if targets.isdisjoint({None, State.CLOSED}) and after is not State.CLOSED:
                assert after in targets
        if pending and what in HOLDERS - {"withdrawn", "item", "code", "papers"}:
            raise AssertionError(f"{what} while it was offered")

    def _held_before(self, case: Case, events: int) -> int:
        """Return who answered for the case when its last event was written."""
        event = CaseEvent.objects.get(case=case, seq=events)
        return (
            Assignment.objects.filter(case=case, since__lte=event.at)
            .latest("ordinal")
            .clerk_id
        )

    def _usefulness(self, case_id: int) -> tuple[bool, int]:
        return self.known[case_id] is not State.CLOSED, case_id

    # The acts ---------------------------------------------------------------------

    @rule(
        who=st.sampled_from(["wang", "li", "li", "ma", "chen", "sun", "qian"]),
        has_item=st.sampled_from([True, True, False]),
        has_contact=st.booleans(),
    )
    def open(self, who: str, has_item: bool, has_contact: bool) -> None:
        by = self.people[getattr(self.cast, who).pk]
        request = Request(
            words=WORDS,
            item_id=self.cast.item.pk if has_item else None,
            person=APPLICANT if has_contact else Person(),
        )
        try:
            case = intake.open_case(request, by=by, at=now()).case
        except RuleBroken:
            self.walked.refused["open"] += 1
            assert who in ("chen", "sun", "qian")
            return
        self.walked.done["open"] += 1
        self.known[case.pk] = State.ASKED
        if len(self.known) > 3:
            gone = min(self.known, key=self._usefulness)
            del self.known[gone]
            self.pending = [pk for pk in self.pending if pk != gone]
        self.touched = case.pk

    @may_be(S.ASKED)
    @rule(place=CASES, who=WHO)
    def choose_item(self, place: int, who: str) -> None:
        case = self._case(place, S.ASKED)
        by = self._who(who, case)
        self._try("item", case, by, lambda: intake.choose_item(
            case.pk, self.cast.item.pk, by=by, at=now()))  # fmt: skip

    @may_be(S.ASKED, S.ACCEPTED, S.WAITING)
    @rule(place=CASES, who=WHO, text=WORDS_TOLD)
    def answer(self, place: int, who: str, text: str) -> None:
        case = self._case(place, S.ASKED, S.ACCEPTED, S.WAITING)
        by = self._who(who, case)
        self._try("answer", case, by, lambda: answering.answer_case(
            case.pk, text=text, by=by, at=now()), Verb.ANSWER)  # fmt: skip

    @may_be(S.ASKED, S.ACCEPTED, S.WAITING, S.DIRECTED, S.RAISED)
    @rule(
        place=CASES,
        who=WHO,
        to=st.sampled_from(["li", "zhao", "ma", "wang"] * 3 + ["zhou", "qian"]),
        reason=REASON,
    )
    def offer(self, place: int, who: str, to: str, reason: str) -> None:
        case = self._case(place, S.ASKED, S.ACCEPTED, S.WAITING, S.DIRECTED, S.RAISED)
        by = self._who(who, case)
        receiver = getattr(self.cast, to)
        windows = {"ma": self.cast.tax, "wang": self.cast.reception}
        window = windows.get(to, self.cast.registry)
        self._try("offer", case, by, lambda: referring.offer_case(
            case.pk, to_clerk_id=receiver.pk, to_window_id=window.pk, reason=reason,
            escort="led", by=by, at=now()), Verb.HAND_OVER)  # fmt: skip

    def _answer_offer(self, what: str, place: int, who: str, act: Any) -> None:
        among = self.pending or list(self.known)
        case = Case.objects.get(pk=among[place % len(among)])
        offer = self._offer(case)
        if offer is None:
            return
        by = self._who(who, case)
        self._try(what, case, by, lambda: act(offer.pk, by))
        if what == "take_over" and case.holder_id == by.pk != offer.from_clerk_id:
            assert by.pk in (offer.to_clerk_id, self.cast.zhao.pk, self.cast.li.pk,
                             self.cast.chen.pk)  # fmt: skip

    @precondition(is_offered)
    @rule(place=CASES, who=RECEIVER)
    def take_over(self, place: int, who: str) -> None:
        self._answer_offer("take_over", place, who, lambda offer, by:
            referring.accept_referral(offer, by=by, at=now()))  # fmt: skip

    @precondition(is_offered)
    @rule(place=CASES, who=RECEIVER, reason=REASON, up=st.booleans())
    def decline(self, place: int, who: str, reason: str, up: bool) -> None:
        better = Better(sent_up=True) if up else Better(window_id=self.cast.tax.pk)
        self._answer_offer("decline", place, who, lambda offer, by:
            referring.decline_referral(
                offer, reason=reason, better=better, by=by, at=now()))  # fmt: skip

    @precondition(is_offered)
    @rule(place=CASES, who=WHO)
    def take_back(self, place: int, who: str) -> None:
        self._answer_offer("take_back", place, who, lambda offer, by:
            referring.withdraw_referral(offer, by=by, at=now()))  # fmt: skip

    @precondition(is_offered)
    @rule(place=CASES)
    def lapse(self, place: int) -> None:
        """Not run out yet: always refused."""
        self._answer_offer("lapse", place, "chen", lambda offer, by:
            referring.lapse_referral(offer, by=by, at=now()))  # fmt: skip

    @may_be(S.ASKED, S.WAITING)
    @rule(place=CASES, who=WHO, received=st.sampled_from([[1, 2], [1, 2], [1], []]))
    def accept(self, place: int, who: str, received: list[int]) -> None:
        case = self._case(place, S.ASKED, S.WAITING)
        by = self._who(who, case)
        self._try("accept", case, by, lambda: accepting.accept_case(
            case.pk, received=received, by=by, at=now()), Verb.ACCEPT)  # fmt: skip

    @may_be(S.ASKED, S.WAITING)
    @rule(place=CASES, who=WHO, received=st.sampled_from([[1], [1], [1, 2], []]))
    def ask_once(self, place: int, who: str, received: list[int]) -> None:
        case = self._case(place, S.ASKED, S.WAITING)
        by = self._who(who, case)
        asked = case.notices.filter(kind="one_time").exists()
        what = "second_notice" if asked else "ask_once"
        self._try(what, case, by, lambda: accepting.ask_once(
            case.pk, received=received, missing=[Missing("户口簿", "自带", position=2)],
            second_reason="交来的户口簿缺页", by=by, at=now()),
            Verb.ASK_ONCE)  # fmt: skip

    @may_be(*MOVES[Verb.RECEIVE])
    @rule(place=CASES, who=WHO, received=st.sampled_from([[1], [2], [3], [1, 2], []]))
    def papers(self, place: int, who: str, received: list[int]) -> None:
        case = self._case(place, *MOVES[Verb.RECEIVE])
        by = self._who(who, case)
        self._try("papers", case, by, lambda: receiving.receive_materials(
            case.pk, received=received, by=by, at=now()), Verb.RECEIVE)  # fmt: skip

    @may_be(S.ASKED)
    @rule(place=CASES, who=WHO, reason=REASON)
    def direct(self, place: int, who: str, reason: str) -> None:
        case = self._case(place, S.ASKED)
        by = self._who(who, case)
        self._try("direct", case, by, lambda: directing.direct_elsewhere(
            case.pk, department_id=self.cast.outside.pk, bring="身份证",
            reason=reason, by=by, at=now()), Verb.DIRECT)  # fmt: skip

    @may_be(S.DIRECTED)
    @rule(place=CASES, who=WHO, got_through=st.booleans(), remark=REASON)
    def check_back(self, place: int, who: str, got_through: bool, remark: str) -> None:
        case = self._case(place, S.DIRECTED)
        by = self._who(who, case)
        verb = Verb.CHECK_BACK_REACHED if got_through else Verb.CHECK_BACK_FAILED
        self._try("check_back", case, by, lambda: directing.check_back(
            case.pk, got_through=got_through, remark=remark, by=by, at=now()),
            verb)  # fmt: skip

    @may_be(S.ASKED, S.ACCEPTED, S.WAITING)
    @rule(
        place=CASES, who=WHO, ground=st.sampled_from(["unclear", "cross", "declined"])
    )
    def raise_(self, place: int, who: str, ground: str) -> None:
        case = self._case(place, S.ASKED, S.ACCEPTED, S.WAITING)
        by = self._who(who, case)
        unit = self.cast.registry.department_id
        self._try("raise", case, by, lambda: raising.raise_question(
            case.pk, ground=ground, question="政策不明，不知该如何办理", own_view="",
            unit_id=unit, lead_unit_id=unit, to_government=False, by=by, at=now()),
            Verb.RAISE)  # fmt: skip

    @may_be(S.RAISED)
    @rule(place=CASES, who=WHO | SUPERVISOR, reply=REASON)
    def reply(self, place: int, who: str, reply: str) -> None:
        case = self._case(place, S.RAISED)
        by = self._who(who, case)
        self._try("reply", case, by, lambda: raising.reply_to_raise(
            case.pk, reply=reply, by=by, at=now()))  # fmt: skip

    @may_be(S.ASKED, S.ACCEPTED, S.WAITING)
    @rule(place=CASES, who=WHO)
    def propose(self, place: int, who: str) -> None:
        case = self._case(place, S.ASKED, S.ACCEPTED, S.WAITING)
        by = self._who(who, case)
        self._try("negative", case, by, lambda: negatives.propose_negative(
            case.pk, NEGATIVE, by=by, at=now()), Verb.NEGATIVE)  # fmt: skip

    @may_be(S.NEGATIVE_FILED)
    @rule(place=CASES, who=SUPERVISOR, yes=st.booleans(), reason=REASON)
    def decide(self, place: int, who: str, yes: bool, reason: str) -> None:
        case = self._case(place, S.NEGATIVE_FILED)
        by = self._who(who, case)
        act = negatives.approve_negative if yes else negatives.overrule_negative
        self._try("approve" if yes else "overrule", case, by, lambda: act(
            case.pk, reason=reason, by=by, at=now()))  # fmt: skip

    @may_be(S.NEGATIVE_FILED)
    @rule(place=CASES, who=WHO)
    def tell(self, place: int, who: str) -> None:
        case = self._case(place, S.NEGATIVE_FILED)
        by = self._who(who, case)
        self._try("tell", case, by, lambda: answering.tell_refusal(
            case.pk, text=REFUSAL, by=by, at=now()), Verb.TELL_REFUSAL)  # fmt: skip

    @precondition(lambda self: self.known and self.steps % 6 == 0)  # it ends the case
    @rule(place=CASES, who=WHO, is_signed=st.booleans())
    def withdrawn(self, place: int, who: str, is_signed: bool) -> None:
        case = self._case(place, S.ASKED, S.NEGATIVE_FILED, S.RAISED)
        by = self._who(who, case)
        self._try("withdrawn", case, by, lambda: answering.applicant_withdraws(
            case.pk, text="申请人自愿撤回本次申请", is_signed=is_signed, by=by,
            at=now()), Verb.APPLICANT_WITHDRAWS)  # fmt: skip

    @may_be(S.ANSWERED)
    @rule(
        place=CASES,
        who=SUPERVISOR,
        outcome=st.sampled_from(
            ["satisfied", "unsatisfied", "unsatisfied", "not_reached", "explained"]
        ),
        named=st.sampled_from(["li", "ma", "zhao", "qian"]),
        remark=REASON,
    )
    def call_back(
        self, place: int, who: str, outcome: str, named: str, remark: str
    ) -> None:
        case = self._case(place, S.ANSWERED)
        by = self._who(who, case)
        self._try("call_back", case, by, lambda: supervising.call_back(
            case.pk, outcome=outcome, remark=remark, named=self._named(named), by=by,
            at=now()), Verb.CLOSE)  # fmt: skip

    def _named(self, name: str) -> Named:
        window = self.cast.tax if name == "ma" else self.cast.registry
        return Named(getattr(self.cast, name).pk, window.pk, "原经办人不在")

    @may_be(S.ASKED, S.ANSWERED, S.ACCEPTED)
    @rule(place=CASES, who=SUPERVISOR, named=st.sampled_from(["li", "ma", "sun"]))
    def substitute(self, place: int, who: str, named: str) -> None:
        case = self._case(place, S.ASKED, S.ANSWERED, S.ACCEPTED)
        by = self._who(who, case)
        self._try("substitute", case, by, lambda: supervising.substitute(
            case.pk, self._named(named), by=by, at=now()))  # fmt: skip

    @precondition(lambda self: self.known and self.steps % 10 == 0)
    @rule(place=CASES)
    def twice(self, place: int) -> None:
        """The same form again does nothing; an old page is refused."""
        case = self._case(place)
        if State(case.state) not in OPEN:
            return
        by = self._who("holder", case)
        self.touched = case.pk
        form = Form(uuid4(), b"same", seen=case.head_seq)
        intake.renew_code(case.pk, by=by, at=now(), form=form)
        with pytest.raises(AlreadyDone):
            intake.renew_code(case.pk, by=by, at=now(), form=form)
        with pytest.raises(RuleBroken):
            intake.renew_code(
                case.pk, by=by, at=now(), form=Form(form.key, b"other", form.seen)
            )
        with pytest.raises(StaleCase):
            intake.renew_code(
                case.pk, by=by, at=now(), form=Form(uuid4(), b"late", form.seen)
            )
        self.walked.done["twice"] += 1

    # What always holds ------------------------------------------------------------

    @invariant()
    def what_was_committed_holds(self) -> None:
        self.steps += 1
        if self.touched is None:
            return
        assert not connection.in_atomic_block, "each step was committed"
        with connection.cursor() as cursor:
            cursor.execute(INVARIANTS, {"case": self.touched})
            assert cursor.fetchall() == []
        assert verify_case(self.touched).findings == []
        self.touched = None


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(120 * NIGHTLY)
def test_no_walk_through_the_acts_breaks_a_promise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Checks 28 and 53: steps out of order and by the wrong person change nothing."""
    walked = Walked()

    class ThisHall(Hall):
        cast = make_cast()

    ThisHall.walked = walked
    people = Clerk.objects.select_related("seat__window", "hall")
    ThisHall.people = {person.pk: person for person in people}
    run_state_machine_as_test(
        ThisHall,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            print_blob=True,
            # A walk is told as it was found; making it shorter takes minutes.
            phases=[Phase.generate] if NIGHTLY == 1 else list(Phase),
            suppress_health_check=list(HealthCheck),
        ),
    )
    done, refused = walked.done.total(), walked.refused.total()
    with capsys.disabled():
        print(f"\nmachine: {done} acts done, {refused} refused, in {WALKS} walks")
        print(", ".join(f"{act} {count}" for act, count in walked.done.most_common()))
    assert done >= 150 * NIGHTLY
    assert refused >= 100 * NIGHTLY
    assert len(walked.done) >= 15, walked.done
