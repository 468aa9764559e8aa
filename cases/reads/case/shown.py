"""What the page of a case shows, part by part: plain values, opened and masked."""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext

from cases.lifecycle import MOST_HAND_OVERS, OFFER_PENDING, OPEN, WAITS_FOR, State
from cases.models.answers import FilingState
from cases.models.outside import DirectionState
from cases.reads.due import Due, Explained
from cases.reads.sentences import Sentence
from windows.listing import joined

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Holder:
    """Who answers for the case now (the seal), or answered for it last."""

    id: int
    name: str
    staff_number: str
    title: str
    telephone: str
    window_id: int
    window: str
    since: dt.datetime
    reason: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A pending hand-off, and what the person looking at it may do about it."""

    id: int
    name: str
    window_id: int
    window: str
    offered_by: str
    reason: str
    escort: str
    at: dt.datetime
    until: dt.datetime
    ran_out: bool
    may_answer: bool
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: as the item asks for it, or as it is kept with the case.

    `form` says in which form, and how often if more than once; `serves` names the items
    of a life event that it is for.
    """

    position: int
    name: str
    standard: str
    how_to_get: str
    sample: str
    is_required: bool
    may_follow: bool
    follow_by: dt.date | None
    is_here: bool
    form: str = ""
    serves: tuple[str, ...] = ()

    @property
    def served(self) -> str:
        """The items of a life event that it is for, as one text."""
        return joined(self.serves)


@dataclass(frozen=True, slots=True)
class Late:
    """Papers that did not come in time: until when, which, and what that means."""

    until: dt.date
    names: tuple[str, ...]
    if_late: str
    means: str


@dataclass(frozen=True, slots=True)
class Told:
    """Something the applicant was told: an answer or a numbered paper."""

    kind: str
    label: str
    by: str
    at: dt.datetime
    text: str = ""
    parts: tuple[tuple[Text, str], ...] = ()
    lines: tuple[str, ...] = ()
    is_second: bool = False


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper that was issued, to be looked at and printed."""

    id: int
    label: str
    number: str
    version: int
    at: dt.datetime
    is_replaced: bool


@dataclass(frozen=True, slots=True)
class Direction:
    """A way that was shown to a unit outside."""

    unit: str
    address: str
    telephone: str
    hours: str
    bring: str
    reason: str
    by: str
    at: dt.datetime
    check_back_on: dt.date
    state: str
    label: str
    remark: str


@dataclass(frozen=True, slots=True)
class Raise:
    """A question that was raised, with its filing number and the reply."""

    filing_number: str
    ground: str
    question: str
    own_view: str
    unit: str
    lead_unit: str
    to_government: bool
    by: str
    at: dt.datetime
    due_on: dt.date
    reply: str
    replied_by: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Filing:
    """A proposed negative with its five parts and the decision about it.

    `about` names the unit or the item that alone is refused; of the whole it is empty.
    """

    state: str
    label: str
    about: str
    parts: tuple[tuple[Text, str], ...]
    beside: tuple[str, ...]
    to_tell: str
    proposed_by_id: int
    by: str
    at: dt.datetime
    due_on: dt.date
    decided_by: str
    decision_reason: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call-back."""

    label: str
    remark: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Delivered:
    """One try to deliver what was granted, and what became of it."""

    method: str
    state: str
    label: str
    how: str
    by: str
    at: dt.datetime
    settled_on: dt.date | None
    remark: str


@dataclass(frozen=True, slots=True)
class Person:
    """The applicant, masked: enough to recognise, not enough to use."""

    kind: str
    name: str
    identity: str
    telephone: str
    agent_name: str
    agent_telephone: str


@dataclass(frozen=True, slots=True)
class Same:
    """Another open case of the same paper or telephone, seen by this person."""

    number: int
    printed: str
    state: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A due day with how near it is, in the terms of `_deadline.html`."""

    kind: str
    label: str
    level: str
    due: dt.date | None
    days_left: int
    days_late: int
    used: int
    total: int
    provisional: bool
    words: str = ""
    was: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """A stop of the clock: what for, since when, and until when if it has ended."""

    ground: str
    reason: str
    limit_days: int | None
    began_on: dt.date
    resumed_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Extended:
    """The extension of both limits, and who approved it."""

    days: int
    reason: str
    head: str


@dataclass(frozen=True, slots=True)
class Green:
    """The green channel of a case: who accepts and who chases it, and its place.

    `days` is by how much it stands sooner than its date, `passed` the numbers of the
    cases that it was set before.
    """

    acceptor: str
    chaser: str
    chased_at: dt.datetime | None
    days: int
    passed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history.

    `why` is the reason of a hand-off, of its refusal, or of another time table.
    """

    at: dt.datetime
    said: Sentence
    why: str
    proof: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A way forward or another act: its address, words, key, or why it is shut."""

    act: str
    name: Text
    hint: Text
    key: str = ""
    why_not: str = ""
    is_grave: bool = False
    is_next: bool = False


@dataclass(frozen=True, slots=True)
class Ahead:
    """The dates that each way would set if it were taken today.

    `accepted_on` is the day from which acceptance would count if that is not today.
    """

    accepted_on: dt.date | None = None
    promised: dt.date | None = None
    statutory: dt.date | None = None
    bring_by: dt.date | None = None
    if_late: str = ""
    if_not_followed: str = ""
    check_back_on: dt.date | None = None
    reply_by: dt.date | None = None
    decide_by: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """An objection on one level: who settles it, by when, how it ended."""

    level: str
    label: str
    opened_at: dt.datetime
    due: Due
    outcome: str
    ended: str
    reason: str
    decided: str
    by: str
    at: dt.datetime | None
    may_settle: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One row of the time table of a joint case.

    `first` and `last` are set, or to be expected (`is_expected`) while an earlier step
    is not done. `due` is there while the unit is asked; `is_silent` past its day;
    `has_nobody`: nobody is at any window of a unit of the hall. `is_approved`: its
    refusal was. `may_count_silence`: it was asked as one whose silence agrees, and has
    all its days.
    `days_late`: working days by which it answered after its day.
    `before` and `length` place its bar, in working days.
    """

    id: int
    name: str
    unit: str
    who: str
    window: str
    is_lead: bool
    is_item: bool
    is_outside: bool
    is_approved: bool
    days: int
    state: str
    label: str
    first: dt.date
    last: dt.date
    is_expected: bool
    before: int
    length: int
    due: Due | None
    is_silent: bool
    may_count_silence: bool
    days_late: int
    said: str
    text: str
    basis: str
    letter: str
    by: str
    at: dt.datetime | None
    levels: tuple[Level, ...]
    has_nobody: bool
    may_speak: bool

    @property
    def called(self) -> str:
        """The unit and its step; of a life event the item, and whose it is."""
        names = (self.name, self.unit) if self.is_item else (self.unit, self.name)
        return " · ".join(names)

    @property
    def open_level(self) -> Level | None:
        """Where its objection lies now."""
        return next((one for one in self.levels if not one.outcome), None)

    @property
    def speaks_by_letter(self) -> bool:
        """Whether somebody else writes down what the unit says in a letter."""
        return self.is_outside or self.has_nobody

    @property
    def is_fixed(self) -> bool:
        """Whether its days cannot be changed any more."""
        return self.state not in ("pending", "running")


@dataclass(frozen=True, slots=True)
class Joint:
    """The parts of a joint case (R4.70): `units` asked, `answered` of them so far.

    `width` is how many working days all of it takes, `today` how many are over.
    `promised` is the promised date of the whole, while there is one to keep.
    `moved_since` is the number of its time table, if dates have moved since. Of a life
    event each part is an item (`is_bundle`), and these are counted instead.
    """

    parts: tuple[Part, ...]
    units: int
    answered: int
    width: int
    today: int
    silence_agrees: bool
    moved_since: str
    refused: tuple[Part, ...]
    promised: dt.date | None
    is_bundle: bool = False

    @property
    def ends_late(self) -> dt.date | None:
        """The day on which all of it ends, if that is after the promise."""
        ends = max(part.last for part in self.parts)
        return ends if self.promised is not None and ends > self.promised else None

    @property
    def deserted_units(self) -> str:
        """The names of those with nobody at the window that was asked."""
        return joined(
            list(dict.fromkeys(part.unit for part in self.parts if part.has_nobody))
        )

    @property
    def silent(self) -> tuple[Part, ...]:
        """Who is silent past the day, and every objection left past its own."""
        return tuple(
            part
            for part in self.parts
            if part.is_silent
            or (part.open_level is not None and part.open_level.due.level == "late")
        )

    @property
    def silent_units(self) -> str:
        """The names of those past their day."""
        return joined(list(dict.fromkeys(part.unit for part in self.silent)))

    @property
    def was_refused(self) -> bool:
        """Whether a unit's refusal was told: the rest is refused too then (R4.79).

        Of a life event the others are granted, as soon as each refusal was told.
        """
        refused = [part for part in self.parts if part.state == "refused"]
        return not self.is_bundle and len(refused) > len(self.refused)

    def _must_answer(self, part: Part) -> bool:
        """Whether it is a unit's, or an item of a life event, be it of the lead."""
        return self.is_bundle or not part.is_lead

    @property
    def is_waited_for(self) -> bool:
        """Whether a unit has still to answer."""
        return any(
            part.state in ("pending", "running") and self._must_answer(part)
            for part in self.parts
        )

    @property
    def is_disputed(self) -> bool:
        """Whether an objection is still to be settled."""
        return any(part.state == "objected" for part in self.parts)


@dataclass(frozen=True, slots=True)
class Item:
    """The service item of a case; of a life event `bundled` are its items and units."""

    id: int
    code: str
    name: str
    basis: str
    department_id: int
    department: str
    is_outside: bool
    bundled: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CasePage:
    """All of one case for one person looking at it."""

    number: int
    printed: str
    seen: int
    state: State
    state_label: str
    waits_for: str
    deemed_on: dt.date | None
    renewed_on: dt.date | None
    expires_on: dt.date | None
    renews: dt.date | None
    is_renewal: bool
    tell_by: dt.date | None
    late: Late | None
    channel: str
    language: str
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    hall_id: int
    item: Item | None
    department_id: int | None
    words: str
    care: tuple[str, ...]
    person: Person | None
    same: tuple[Same, ...]
    same_count: int
    holder: Holder
    is_mine: bool
    first_name: str
    first_window: str
    offer: Offer | None
    in_limbo_since: dt.datetime | None
    declines: int
    hand_overs: int
    reopened: int
    second_notices: int
    papers: tuple[Paper, ...]
    told: tuple[Told, ...]
    issued: tuple[Issued, ...]
    directions: tuple[Direction, ...]
    raises: tuple[Raise, ...]
    filings: tuple[Filing, ...]
    calls: tuple[Call, ...]
    to_deliver: bool
    deliveries: tuple[Delivered, ...]
    bars: tuple[Bar, ...]
    explained: Explained | None
    stops: tuple[Stopped, ...]
    extensions: tuple[Extended, ...]
    green: Green | None
    passed_by: tuple[str, ...]
    joint: Joint | None
    days_of_parts: tuple[Explained, ...]
    ahead: Ahead
    history: tuple[Line, ...]
    ways: tuple[Choice, ...]
    acts: tuple[Choice, ...]
    may_open_person: bool
    has_contact: bool

    @property
    def was_passed_round(self) -> bool:
        """Whether it changed hands by agreement more often than is good for anybody."""
        return self.hand_overs >= MOST_HAND_OVERS

    @property
    def is_stopped(self) -> bool:
        """Whether the clock stands now."""
        return self.is_open and any(stop.resumed_on is None for stop in self.stops)

    @property
    def is_open(self) -> bool:
        """Whether somebody answers for it now."""
        return self.state in OPEN

    @property
    def ways_shut(self) -> str:
        """The one reason why no way is open at all, or nothing."""
        reasons = {way.why_not for way in self.ways}
        return reasons.pop() if len(reasons) == 1 else ""

    @property
    def here_count(self) -> int:
        """How many of the papers are here."""
        return sum(paper.is_here for paper in self.papers)

    @property
    def filing(self) -> Filing | None:
        """The negative that waits for a decision or to be told."""
        live = (FilingState.PROPOSED, FilingState.APPROVED)
        return next((one for one in self.filings if one.state in live), None)

    @property
    def direction(self) -> Direction | None:
        """The way shown whose check-back is due."""
        waiting = DirectionState.WAITING
        return next((one for one in self.directions if one.state == waiting), None)

    @property
    def open_raise(self) -> Raise | None:
        """The raised question without a reply."""
        return next((one for one in self.raises if one.is_open), None)

    def shut(self, act: str) -> str:
        """Say why an act is not open to this person now; empty if it is."""
        # The same address serves the holder's way and the supervisor's act.
        found = [choice for choice in (*self.acts, *self.ways) if choice.act == act]
        if any(not choice.why_not for choice in found):
            return ""
        if found:
            return found[-1].why_not
        if self.offer is not None and self.is_mine:
            return gettext(OFFER_PENDING)
        return gettext(WAITS_FOR[self.state])

    @property
    def may_name_applicant(self) -> bool:
        """Whether no name is on record and this person may add who applies."""
        return any(choice.act == "case_applicant" for choice in self.acts)
