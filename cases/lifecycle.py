"""The states of a case, the one table of moves, and the kinds of answer.

Plain Python: no Django, no database. Pages ask this table what is open and why
something is not; actions ask it again under the lock; nothing else decides.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final


def _(message: str) -> str:
    """Mark a sentence for translation without importing Django."""
    return message


class RuleBroken(Exception):  # noqa: N818 (it is a sentence for a person)
    """A rule says no; carries the sentence for the person at the screen.

    `message` is an English message id with `%(name)s` places, `params` fills them,
    `field` names the form field beside which it belongs, `rule` the number in the
    rule book. `also` are further mistakes of the same form, so that nobody is told
    them one at a time.
    """

    also: "tuple[RuleBroken, ...]" = ()

    def __init__(
        self,
        message: str,
        *,
        field: str = "",
        rule: str = "",
        params: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.rule = rule
        self.params = dict(params or {})

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


def broken(check: Callable[..., object], *args: object) -> Iterator[RuleBroken]:
    """Yield the mistake that `check` finds, if it finds one."""
    try:
        check(*args)
    except RuleBroken as found:
        yield found


def refuse(faults: Iterable[RuleBroken]) -> None:
    """Refuse for all of these mistakes at once, if there are any."""
    found = tuple(faults)
    if found:
        found[0].also = found[1:]
        raise found[0]


class State(StrEnum):
    """Where a case stands. Offered and overdue are not states (product.md)."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    WAITING = "waiting"
    DIRECTED = "directed"
    RAISED = "raised"
    NEGATIVE_FILED = "negative_filed"
    ANSWERED = "answered"
    CLOSED = "closed"


IN_WORK: Final = frozenset(
    {
        State.ASKED,
        State.ACCEPTED,
        State.WAITING,
        State.DIRECTED,
        State.RAISED,
        State.NEGATIVE_FILED,
    }
)
"""States in which the citizen still waits for an answer."""

AT_HAND: Final = IN_WORK - {State.DIRECTED}
"""States in which the next step is the holder's own."""

OPEN: Final = IN_WORK | {State.ANSWERED}
"""States in which exactly one person is accountable."""

UNTOLD: Final = frozenset(
    {State.ASKED, State.WAITING, State.RAISED, State.NEGATIVE_FILED}
)
"""States in which silence about papers received becomes acceptance (R1.07, R1.08).

Whoever was shown the way to another unit has been told at once (R1.05).
"""


UNDECIDED: Final = UNTOLD | {State.ACCEPTED}
"""States in which the expiry of what is to be renewed decides by itself (R1.27)."""


class Way(StrEnum):
    """The seven ways forward. There is no eighth, and none is called No."""

    ANSWER = "answer"
    ACCEPT = "accept"
    ASK_ONCE = "ask_once"
    HAND_OVER = "hand_over"
    DIRECT = "direct"
    RAISE = "raise"
    NEGATIVE = "negative"

    @property
    def key(self) -> int:
        """The number on the keyboard, 1 to 7."""
        return list(Way).index(self) + 1


class AnswerKind(StrEnum):
    """What kind of answer the applicant was told."""

    ANSWER = "answer"
    GRANTED = "granted"
    DIRECTION = "direction"
    REPLY_CARD = "reply_card"
    REFUSAL = "refusal"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class CloseRule(StrEnum):
    """Why a case may be closed."""

    CALLED_BACK = "called_back"
    NO_CONTACT = "no_contact"
    WITHDRAWN = "withdrawn"


class SpanBasis(StrEnum):
    """Why somebody became accountable."""

    FIRST = "first"
    REFERRAL = "referral"
    REOPENING = "reopening"
    SUBSTITUTION = "substitution"


MOST_HAND_OVERS: Final = 3
"""Hand-overs by agreement after which a supervisor looks at a case (推诿).

Twice may be right: a stand-in takes a case over and hands it back (R2.61). From the
third on somebody above decides whether the matter is only being passed round.
"""


class Verb(StrEnum):
    """Everything that can be done to a case and changes or keeps its state."""

    ANSWER = "answer"
    ACCEPT = "accept"
    ASK_ONCE = "ask_once"
    RECEIVE = "receive"
    HAND_OVER = "hand_over"
    DIRECT = "direct"
    RAISE = "raise"
    NEGATIVE = "negative"
    CHECK_BACK_REACHED = "check_back_reached"
    CHECK_BACK_FAILED = "check_back_failed"
    REPLY_TO_RAISE = "reply_to_raise"
    OVERRULE = "overrule"
    TELL_REFUSAL = "tell_refusal"
    APPLICANT_WITHDRAWS = "applicant_withdraws"
    LAPSE = "lapse"
    STOP = "stop"
    RESUME = "resume"
    EXTEND = "extend"
    DELIVER = "deliver"
    OPINION = "opinion"
    TIMETABLE = "timetable"
    TELL_PART = "tell_part"
    CLOSE = "close"
    REOPEN = "reopen"


BACK: Final = None
"""A target meaning: the state the case had before it was raised or filed."""

_S = State
MOVES: Final[Mapping[Verb, Mapping[State, State | None]]] = MappingProxyType(
    {
        Verb.ANSWER: {
            _S.ASKED: _S.ANSWERED,
            _S.ACCEPTED: _S.ANSWERED,
            _S.WAITING: _S.ANSWERED,
            # Only what the law has renewed while the negative was decided (R1.27).
            _S.NEGATIVE_FILED: _S.ANSWERED,
        },
        Verb.ACCEPT: {
            _S.ASKED: _S.ACCEPTED,
            _S.WAITING: _S.ACCEPTED,
            # Only what silence has accepted while the negative was decided (R1.07).
            _S.NEGATIVE_FILED: _S.ACCEPTED,
        },
        Verb.ASK_ONCE: {_S.ASKED: _S.WAITING, _S.WAITING: _S.WAITING},
        Verb.RECEIVE: {
            _S.ASKED: _S.ASKED,
            _S.WAITING: _S.WAITING,
            _S.ACCEPTED: _S.ACCEPTED,
            # Nobody who brings something is sent away meanwhile (R2.20).
            _S.DIRECTED: _S.DIRECTED,
            _S.RAISED: _S.RAISED,
            _S.NEGATIVE_FILED: _S.NEGATIVE_FILED,
        },
        Verb.HAND_OVER: {
            _S.ASKED: _S.ASKED,
            _S.ACCEPTED: _S.ACCEPTED,
            _S.WAITING: _S.WAITING,
            _S.DIRECTED: _S.DIRECTED,
            _S.RAISED: _S.RAISED,
        },
        Verb.DIRECT: {_S.ASKED: _S.DIRECTED},
        Verb.RAISE: {
            _S.ASKED: _S.RAISED,
            _S.ACCEPTED: _S.RAISED,
            _S.WAITING: _S.RAISED,
        },
        Verb.NEGATIVE: {
            _S.ASKED: _S.NEGATIVE_FILED,
            _S.ACCEPTED: _S.NEGATIVE_FILED,
            _S.WAITING: _S.NEGATIVE_FILED,
        },
        Verb.CHECK_BACK_REACHED: {_S.DIRECTED: _S.ANSWERED},
        Verb.CHECK_BACK_FAILED: {_S.DIRECTED: _S.ASKED},
        Verb.REPLY_TO_RAISE: {_S.RAISED: BACK},
        Verb.OVERRULE: {_S.NEGATIVE_FILED: BACK},
        Verb.TELL_REFUSAL: {_S.NEGATIVE_FILED: _S.ANSWERED},
        Verb.APPLICANT_WITHDRAWS: dict.fromkeys(IN_WORK, _S.ANSWERED),
        Verb.LAPSE: {_S.WAITING: _S.ANSWERED, _S.ACCEPTED: _S.ANSWERED},
        # The clock of an accepted case; what was raised meanwhile does not hold it up.
        Verb.STOP: {_S.ACCEPTED: _S.ACCEPTED},
        Verb.RESUME: {_S.ACCEPTED: _S.ACCEPTED, _S.RAISED: _S.RAISED},
        Verb.EXTEND: {_S.ACCEPTED: _S.ACCEPTED},
        # What was granted is handed over after the answer (R1.23).
        Verb.DELIVER: {_S.ANSWERED: _S.ANSWERED},
        # The units go on with a joint case, whatever the lead has raised meanwhile.
        Verb.OPINION: {_S.ACCEPTED: _S.ACCEPTED, _S.RAISED: _S.RAISED},
        Verb.TIMETABLE: {_S.ACCEPTED: _S.ACCEPTED},
        # One unit's refusal was told, and another's is still to be (R4.79).
        Verb.TELL_PART: {_S.NEGATIVE_FILED: BACK},
        Verb.CLOSE: {_S.ANSWERED: _S.CLOSED},
        Verb.REOPEN: {_S.ANSWERED: _S.ASKED},
    }
)
"""The one table of moves: verb -> state before -> state after."""

IF_LATE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "kept": _("If they come later, the application stays open."),
        "withdrawn": _(
            "If they are not here by then, the application counts as withdrawn; it can "
            "be made again at any time."
        ),
        "refused": _(
            "If they are not here by then, a refusal may be proposed, which another "
            "person examines first."
        ),
    }
)
"""What the applicant is told that lateness with papers means, by the hall's setting."""


class Method(StrEnum):
    """On which way what was granted is delivered (R1.23)."""

    COUNTER = "counter"
    POST = "post"
    ELECTRONIC = "electronic"


METHOD_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Method.COUNTER: _("handed over at the counter"),
        Method.POST: _("by post"),
        Method.ELECTRONIC: _("electronically"),
    }
)

RECEIVER_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {"applicant": _("the applicant"), "agent": _("the agent")}
)
"""Who takes it at the counter."""

PROOF_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "identity": _("identity paper"),
        "slip": _("acceptance slip or receipt, and identity paper"),
        "authorisation": _("authorisation, and the agent's identity paper"),
    }
)
"""By which papers it is known who takes it; an agent shows the authorisation."""

ARRIVAL_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "tracked": _("the carrier's record under the tracking number"),
        "return_receipt": _("the signed return receipt"),
    }
)
"""By what it is known on which day the post arrived (R1.23)."""

GROUND_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "elderly": _("old age"),
        "disabled": _("disability"),
        "low_income": _("low income"),
        "five_guarantee": _("five-guarantee household"),
        "military": _("military service or veteran"),
        "major_project": _("major project"),
        "with_child": _("pregnant or with an infant"),
        "urgent": _("urgent need"),
    }
)
"""What gives precedence (R2.83); which it was is the person's own affair and sealed."""

CHASE_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "spoken": _("In person"),
        "telephone": _("By telephone"),
        "message": _("By message"),
    }
)
"""How whoever chases reached the one who answers for the case (R2.83)."""

WAITS_FOR: Final[Mapping[State, str]] = MappingProxyType(
    {
        _S.ASKED: _("The person is waiting for a way forward."),
        _S.ACCEPTED: _("The case has been accepted and its clock runs."),
        _S.WAITING: _("The person has been told what is missing and is to bring it."),
        _S.DIRECTED: _("The person was shown the way to another unit."),
        _S.RAISED: _("The question has been raised and a reply is due."),
        _S.NEGATIVE_FILED: _("A negative has been proposed; a supervisor decides."),
        _S.ANSWERED: _("The person has been answered; the call-back is due."),
        _S.CLOSED: _("The case is closed."),
    }
)


def target(verb: Verb, state: State, *, before: State | None = None) -> State:
    """Return the state after `verb`, or break the rule with a sentence.

    `before` is the state to go back to for the two verbs that end an excursion
    (a raise, a proposed negative).
    """
    moves = MOVES[verb]
    if state not in moves:
        raise RuleBroken(WAITS_FOR[state], rule="product.md states")
    after = moves[state]
    if after is None:
        return before if before is not None else State.ASKED
    return after


MAY_ACCEPT: Final = frozenset({"decide", "accept"})
"""Authority of a window over an item that lets it accept a case (R2.25)."""


@dataclass(frozen=True)
class Standing:
    """What the table needs to know about a case and the person looking at it.

    `authority` is the strongest thing the window may do with the item: "decide",
    "accept", "advise" or "" (R2.25: posted staff have authority). `told_once`: the
    one-time notice has been given (R1.12). `is_approved`: the negative that was
    proposed has been approved and only waits to be told (R3.35). `is_stopped`: its
    clock stands for a special procedure (R1.24). `is_deemed`: silence has accepted it
    by law (R1.07). `is_received`: papers were taken in and neither accepted nor told
    about yet (R1.08). `to_deliver`: it was granted and not delivered yet (R1.23).
    `is_renewed`: not decided before the expiry, it is renewed by law (R1.27).
    `units_wait`: a unit of a joint case has not answered (R4.70); `is_disputed`: the
    objection of one is open; `unit_refuses`: one stands and was not told yet (R4.79);
    `was_refused`: one was told, so what remains is refused too. `is_bundle`: its units
    decide the items of a life event. `awaits_papers`: what was to follow the acceptance
    is not here (R2.30). `is_empty`: nothing of its life event is offered.
    """

    state: State
    is_holder: bool
    has_item: bool
    authority: str = ""
    offer_pending: bool = False
    told_once: bool = False
    is_approved: bool = False
    is_stopped: bool = False
    is_deemed: bool = False
    is_received: bool = False
    to_deliver: bool = False
    is_renewed: bool = False
    units_wait: bool = False
    is_disputed: bool = False
    unit_refuses: bool = False
    was_refused: bool = False
    is_bundle: bool = False
    awaits_papers: bool = False
    is_empty: bool = False


@dataclass(frozen=True)
class Option:
    """One of the seven ways, open or greyed with the reason."""

    way: Way
    why_not: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the way can be taken now."""
        return not self.why_not


NOT_HOLDER: Final = _("Only the person who answers for this case can do this.")
OFFER_PENDING: Final = _("It is offered to somebody: withdraw the offer first.")
NO_ITEM: Final = _("Choose the service item first.")
NO_AUTHORITY: Final = _(
    "This window has no authority to accept this item: hand it over."
)
NOTHING_MISSING: Final = _("Nothing is missing: accept it.")
TOLD_ONCE: Final = _(
    "The person has been told once what is missing. "
    "A second notice needs a supervisor with a reason."
)
CLOCK_STOPPED: Final = _("The clock is stopped: let it run again first.")
DEEMED: Final = _(
    "Nothing was told in time, so by law it is accepted since the day of the receipt. "
    "Write the acceptance down first, with key 2."
)
RECEIVED: Final = _(
    "Papers were received: accept it or tell what is missing, and answer then."
)
RENEWED: Final = _(
    "It was not decided before the expiry, so by law it is renewed: only the grant can "
    "be written down, with key 1."
)
AFTER_EXPIRY: Final = frozenset({Way.ACCEPT, Way.ANSWER, Way.HAND_OVER, Way.RAISE})
"""Ways that are left when the law has renewed what was applied for (R1.27)."""
UNITS_WAIT: Final = _(
    "Not every unit has answered yet: the case cannot end before its parts."
)
ITEMS_WAIT: Final = _(
    "Not every item is decided yet: the case cannot end before its items."
)
DISPUTED: Final = _("The objection of a unit is still open: settle it first.")
ITEM_DISPUTED: Final = _(
    "A unit means to refuse its item, and that is still open: settle it first."
)
UNIT_REFUSES: Final = _(
    "The objection of a unit stands: it is told as a refusal of its own, with key 7."
)
ITEM_REFUSED: Final = _(
    "An item is to be refused: that is told first, as a refusal of its own, with key 7."
)
REFUSED_BEFORE: Final = _(
    "The refusal of a unit was told: what remains is refused too, with key 7."
)
NOTHING_REFUSED: Final = _(
    "No unit refuses its item, so there is nothing to propose. Each item is decided by "
    "its own unit."
)
AWAITS_PAPERS: Final = _(
    "A paper that was to follow is not here yet: take it in first, with key m."
)
NOTHING_OFFERED: Final = _(
    "Nothing of this life event is offered now: choose the item itself."
)
AFTER_SILENCE: Final = frozenset({Way.ACCEPT, Way.HAND_OVER, Way.RAISE})
"""Ways that are left when silence has accepted a case (R1.07)."""
APPROVED: Final = _(
    "The negative was approved: the person who answers for it must tell it now."
)


UNDELIVERED: Final = _(
    "It was granted. What was granted is to be delivered; the call-back comes after."
)


def waits_for(standing: Standing) -> str:
    """Return what a case waits for now, as a message id."""
    if standing.to_deliver:
        return UNDELIVERED
    if standing.state is State.NEGATIVE_FILED and standing.is_approved:
        return APPROVED
    return WAITS_FOR[standing.state]


def why_not(way: Way, standing: Standing) -> str:
    """Return why a way is shut, as a message id, or an empty string (product.md)."""
    is_filed = standing.state is State.NEGATIVE_FILED
    is_before = {Way.ACCEPT: standing.is_deemed, Way.ANSWER: standing.is_renewed}
    if standing.state not in MOVES[Verb(way)] or (
        is_filed and not is_before.get(way, True)
    ):
        return waits_for(standing)
    needs_no_clock = way is Way.HAND_OVER or (standing.is_renewed and way is Way.ANSWER)
    for is_so, reason in (
        (not standing.is_holder, NOT_HOLDER),
        (standing.offer_pending, OFFER_PENDING),
        (standing.is_stopped and not needs_no_clock, CLOCK_STOPPED),
        (standing.is_deemed and way not in AFTER_SILENCE, DEEMED),
        (standing.is_renewed and way not in AFTER_EXPIRY, RENEWED),
        (standing.is_received and way is Way.ANSWER, RECEIVED),
    ):
        if is_so:
            return reason
    if way in (Way.ANSWER, Way.NEGATIVE) and not standing.is_renewed:
        return _parts_why_not(way, standing)
    if way in (Way.ACCEPT, Way.ASK_ONCE):
        return _item_why_not(way, standing)
    return ""


def _parts_why_not(way: Way, standing: Standing) -> str:
    """Return why a case cannot end on this way before its parts and its papers."""
    is_bundle, ends = standing.is_bundle, way is Way.ANSWER
    refused = standing.unit_refuses
    for is_so, reason in (
        (standing.units_wait, ITEMS_WAIT if is_bundle else UNITS_WAIT),
        (standing.is_disputed, ITEM_DISPUTED if is_bundle else DISPUTED),
        (ends and refused, ITEM_REFUSED if is_bundle else UNIT_REFUSES),
        (ends and standing.was_refused, REFUSED_BEFORE),
        (not ends and is_bundle and not refused, NOTHING_REFUSED),
        (ends and standing.awaits_papers, AWAITS_PAPERS),
    ):
        if is_so:
            return reason
    return ""


def _item_why_not(way: Way, standing: Standing) -> str:
    """Return why a way that needs the item and authority over it is shut."""
    if not standing.has_item:
        return NO_ITEM
    if standing.is_empty:
        return NOTHING_OFFERED
    if standing.authority not in MAY_ACCEPT:
        return NO_AUTHORITY
    if way is Way.ASK_ONCE and standing.told_once:
        return TOLD_ONCE
    return ""


def ways_forward(standing: Standing) -> tuple[Option, ...]:
    """Return all seven ways in the order of their keys, each open or with its why."""
    return tuple(Option(way, why_not(way, standing)) for way in Way)
