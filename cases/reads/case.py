"""The page of one case: everything on it in a pinned number of statements.

The lists of a case (answers, papers, spans, ...) come together as JSON in one
statement; only the case itself, the history, the pending offer, the calendar and the
other cases of the same person are statements of their own. Texts and personal fields
are opened here, and leave masked unless the reader is meant to see them.
"""

import datetime as dt
import functools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases import deadlines, identity, vault
from cases.care import CARE, LANGUAGES
from cases.deadlines import STOP_NAMES, Limits, Status, Stop
from cases.lifecycle import (
    IN_WORK,
    MOST_HAND_OVERS,
    MOVES,
    OFFER_PENDING,
    OPEN,
    WAITS_FOR,
    SpanBasis,
    Standing,
    State,
    Verb,
    Way,
    waits_for,
    ways_forward,
)
from cases.models import Case, CaseEvent
from cases.models.answers import AnswerKindChoices, FilingState, FollowUpOutcome
from cases.models.case import Channel, DeadlineKind, StateChoices
from cases.models.notices import NoticeKind
from cases.models.outside import DirectionState, RaiseGround
from cases.models.responsibility import Escort, ReferralState
from cases.numbers import format_number
from windows.calendars import current_calendar
from windows.closures import Calendar
from windows.models import Clerk, Material, Posting, Responsibility
from windows.roles import COUNTER, Role

from .due import LEVELS, Explained, explained
from .sentences import Sentence, paper_number, sentence

Text = str | Promise
MOST_SAME = 5
"""Other open cases of the same person that are named; further ones are counted."""


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
    """One paper: as the item asks for it, or as it is kept with the case."""

    position: int
    name: str
    standard: str
    how_to_get: str
    is_required: bool
    may_follow: bool
    is_here: bool


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
    """A proposed negative with its five parts and the decision about it."""

    state: str
    label: str
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
class Line:
    """One line of the history."""

    at: dt.datetime
    said: Sentence
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
    """The dates that each way would set if it were taken today."""

    promised: dt.date | None = None
    statutory: dt.date | None = None
    bring_by: dt.date | None = None
    check_back_on: dt.date | None = None
    reply_by: dt.date | None = None
    decide_by: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """The service item of a case."""

    id: int
    code: str
    name: str
    basis: str
    department_id: int
    department: str
    is_outside: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """All of one case for one person looking at it."""

    number: int
    printed: str
    seen: int
    state: State
    state_label: str
    waits_for: str
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
    directions: tuple[Direction, ...]
    raises: tuple[Raise, ...]
    filings: tuple[Filing, ...]
    calls: tuple[Call, ...]
    bars: tuple[Bar, ...]
    explained: Explained | None
    stops: tuple[Stopped, ...]
    extensions: tuple[Extended, ...]
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


_WAYS: Final[Mapping[Way, tuple[str, Text, Text]]] = {
    Way.ANSWER: (
        "case_answer",
        _("Answer now"),
        _("Write the answer clearly, and the next step"),
    ),
    Way.ACCEPT: (
        "case_accept",
        _("Accept"),
        _("Tick the papers; the clock starts with both dates"),
    ),
    Way.ASK_ONCE: (
        "case_ask_once",
        _("Ask once for what is missing"),
        _("The whole list at once, each with how to get it"),
    ),
    Way.HAND_OVER: (
        "case_hand_over",
        _("Hand over"),
        _("To a named person there now; you answer for it until accepted"),
    ),
    Way.DIRECT: (
        "case_direct",
        _("Direct elsewhere"),
        _("A unit outside the hall, with a day to check back"),
    ),
    Way.RAISE: (
        "case_raise",
        _("Raise"),
        _("Unclear or nobody's: filed, with a day for the reply"),
    ),
    Way.NEGATIVE: (
        "case_negative",
        _("Propose a negative"),
        _("Reason, basis, another way; told only after approval"),
    ),
}


def case_page(
    visible: QuerySet[Case], number: int, *, viewer: Clerk, days: str = ""
) -> CasePage | None:
    """Return the page of a case out of those the viewer may see, or None.

    `days` names the deadline to be explained day by day ("promised", "statutory",
    "current"), or is empty.
    """
    today = timezone.localdate()
    case = _with_names(visible.filter(pk=number), today).first()
    if case is None:
        return None
    calendar = current_calendar(case.hall.region)
    file = _File(case)
    offer = _pending(case, file, viewer, today)
    papers = _papers(case, file)
    same, same_count = _same_person(visible, case)
    person = _person(case)
    works = viewer.role in COUNTER and viewer.hall_id == case.hall_id
    standing = Standing(
        state=State(case.state),
        is_holder=case.holder_id == viewer.pk and works,
        has_item=case.item_id is not None,
        authority=file.authority,
        offer_pending=offer is not None,
        told_once=any(n["kind"] == NoticeKind.ONE_TIME for n in file.notices),
        is_approved=_is_approved(file),
        is_stopped=_is_stopped(case, file),
    )
    return CasePage(
        number=case.pk,
        printed=case.number,
        seen=case.head_seq,
        state=State(case.state),
        state_label=str(StateChoices(case.state).label),
        waits_for=gettext(waits_for(standing)),
        channel=str(Channel(case.channel).label),
        language=_language(case.language),
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        hall_id=case.hall_id,
        item=_item(case),
        department_id=case.window.department_id or case.department_id,
        words=_open_words(case, "words"),
        care=_care(case),
        person=person,
        same=same,
        same_count=same_count,
        holder=_holder(case, file),
        is_mine=case.holder_id == viewer.pk,
        first_name=case.first_responder.name,
        first_window=case.first_window.number,
        offer=offer,
        in_limbo_since=case.limbo_since,
        declines=case.declines,
        hand_overs=sum(span["basis"] == SpanBasis.REFERRAL for span in file.spans),
        reopened=case.reopened,
        second_notices=case.second_notices,
        papers=papers,
        told=_told(file),
        directions=tuple(_direction(row) for row in file.directions),
        raises=tuple(_raise(row) for row in file.raises),
        filings=tuple(_filing(row) for row in file.filings),
        calls=tuple(_call(row) for row in file.follow_ups),
        bars=_bars(case, file, calendar, today),
        explained=_explained(case, file, calendar, today, days) if days else None,
        stops=tuple(_stopped(row) for row in file.stops),
        extensions=tuple(_extended(row) for row in file.extensions),
        ahead=_ahead(case, calendar, today) if works else Ahead(),
        history=_history(case),
        ways=_ways(standing) if works else (),
        acts=_acts(case, file, standing, viewer) if works else (),
        may_open_person=works and person is not None,
        has_contact=case.has_contact,
    )


# --- the two statements -----------------------------------------------------------


def _with_names(cases: QuerySet[Case], today: dt.date) -> QuerySet[Case]:
    """Let the case bring along whoever it names, and its window's authority today."""
    authority = Responsibility.objects.on(today).filter(
        window_id=OuterRef("window_id"), item_id=OuterRef("item_id")
    )
    return cases.select_related(
        "hall",
        "holder",
        "window",
        "item__department",
        "first_responder",
        "first_window",
        "words",
        "applicant",
    ).annotate(authority=Subquery(authority.values("authority")[:1]))


_LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "spans": ("clerk_id", "clerk__name", "window__number", "since", "until", "basis"),
    "answers": (
        "kind",
        "text",
        "next_step",
        "basis",
        "other_way",
        "remedies",
        "by__name",
        "at",
    ),
    "notices": (
        "kind",
        "year",
        "serial",
        "content",
        "issued_by__name",
        "issued_at",
        "is_second",
        "second_reason",
    ),
    "directions": (
        "unit",
        "address",
        "telephone",
        "hours",
        "bring",
        "reason",
        "by__name",
        "at",
        "check_back_on",
        "state",
        "remark",
    ),
    "raises": (
        "filing_number",
        "ground",
        "question",
        "own_view",
        "unit__name",
        "lead_unit__name",
        "to_government",
        "raised_by__name",
        "raised_at",
        "due_on",
        "reply",
        "replied_by__name",
    ),
    "filings": (
        "state",
        "reason",
        "basis",
        "made_possible_by",
        "other_way",
        "remedies",
        "proposed_by_id",
        "proposed_by__name",
        "proposed_at",
        "due_on",
        "decided_by_id",
        "decided_by__name",
        "decision_reason",
    ),
    "follow_ups": ("outcome", "remark", "by__name", "at"),
    "materials": (
        "position",
        "name",
        "standard",
        "how_to_get",
        "is_required",
        "received_at",
    ),
    "deadlines": ("kind", "starts_on", "days", "unit", "due_on", "is_provisional"),
    "stops": ("ground", "reason", "limit_days", "began_on", "resumed_on", "at"),
    "extensions": ("days", "head", "reason"),
    "referrals": (
        "id",
        "state",
        "from_clerk_id",
        "to_clerk_id",
        "to_clerk__name",
        "to_window_id",
        "to_window__number",
        "to_window__name",
        "offered_by_id",
        "offered_by__name",
        "reason",
        "escort",
        "offered_at",
        "expires_at",
    ),
}


_THIS_CASE: Final = -1
"""Stands for the number of the case among the parameters of `_lists`."""


@functools.cache
def _lists() -> tuple[str, tuple[Any, ...]]:
    """Return the statement that brings every list of a case as JSON.

    Written once by Django and kept: writing it takes longer than answering it.
    """
    lists = {f"list_{name}": _list(name, *fields) for name, fields in _LISTS.items()}
    cases = Case.objects.filter(pk=_THIS_CASE).order_by()
    sql, parameters = cases.values_list(*lists.values()).query.sql_with_params()
    return sql, parameters


def _list(relation: str, *fields: str) -> ArraySubquery:
    """Return the rows of a relation of the case, oldest first, as JSON objects."""
    model = Case._meta.get_field(relation).related_model  # noqa: SLF001 (documented)
    order = ("position", "pk") if relation == "materials" else ("pk",)
    rows = model.objects.filter(case_id=OuterRef("pk")).order_by(*order)  # type: ignore[union-attr]
    return ArraySubquery(
        rows.values(line=JSONObject(**{name: F(name) for name in fields}))
    )


Row = Mapping[str, Any]


class _File:
    """The lists of a case as they came; times are text until they are shown."""

    def __init__(self, case: Case) -> None:
        sql, parameters = _lists()
        with connection.cursor() as cursor:
            cursor.execute(
                sql, [case.pk if value == _THIS_CASE else value for value in parameters]
            )
            lists = dict(zip(_LISTS, cursor.fetchone(), strict=True))
        rows = {name: [json.loads(row) for row in lists[name]] for name in _LISTS}
        self.authority: str = getattr(case, "authority", None) or ""
        self.spans: Sequence[Row] = rows["spans"]
        self.answers: Sequence[Row] = rows["answers"]
        self.notices: Sequence[Row] = rows["notices"]
        self.directions: Sequence[Row] = rows["directions"][::-1]
        self.raises: Sequence[Row] = rows["raises"][::-1]
        self.filings: Sequence[Row] = rows["filings"][::-1]
        self.follow_ups: Sequence[Row] = rows["follow_ups"]
        self.materials: Sequence[Row] = rows["materials"]
        self.deadlines: Sequence[Row] = rows["deadlines"]
        self.stops: Sequence[Row] = rows["stops"]
        self.extensions: Sequence[Row] = rows["extensions"]
        self.offers: Sequence[Row] = [
            row for row in rows["referrals"] if row["state"] == ReferralState.PENDING
        ]


def _time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# --- the parts --------------------------------------------------------------------


def _item(case: Case) -> Item | None:
    if case.item is None:
        return None
    department = case.item.department
    return Item(
        id=case.item.pk,
        code=case.item.code,
        name=case.item.name,
        basis=case.item.basis,
        department_id=department.pk,
        department=department.name,
        is_outside=not department.in_hall,
    )


def _open_words(case: Case, name: str) -> str:
    words = getattr(case, "words", None)
    sealed = getattr(words, f"{name}_sealed", None)
    if words is None or sealed is None:
        return ""
    return vault.open_(words.data_key, f"cases.Words:{case.pk}", name, sealed)


def _language(code: str) -> str:
    return gettext(LANGUAGES.get(code, code)) if code else ""


def _care(case: Case) -> tuple[str, ...]:
    codes = filter(None, _open_words(case, "care").split(","))
    return tuple(gettext(CARE.get(code, code)) for code in codes)


def _person(case: Case) -> Person | None:
    """Return the applicant with every field masked."""
    row = getattr(case, "applicant", None)
    if row is None:
        return None

    def masked(name: str, mask: Any) -> str:
        sealed = getattr(row, f"{name}_sealed")
        if sealed is None:
            return ""
        text = vault.open_(row.data_key, f"cases.Applicant:{case.pk}", name, sealed)
        return str(mask(text))

    return Person(
        kind=row.get_kind_display(),
        name=masked("name", identity.mask_name),
        identity=masked("identity", identity.mask_identity),
        telephone=masked("telephone", identity.mask_phone),
        agent_name=masked("agent_name", identity.mask_name),
        agent_telephone=masked("agent_telephone", identity.mask_phone),
    )


def _same_person(visible: QuerySet[Case], case: Case) -> tuple[tuple[Same, ...], int]:
    """Find other open cases of the same paper or telephone by their blind index.

    Only among those the viewer may see; a warning, never a merge (check 57).
    """
    applicant = getattr(case, "applicant", None)
    if applicant is None:
        return (), 0
    match = Q()
    if applicant.identity_index is not None:
        match |= Q(applicant__identity_index=applicant.identity_index)
    if applicant.telephone_index is not None:
        match |= Q(applicant__telephone_index=applicant.telephone_index)
    if not match:
        return (), 0
    rows = list(
        visible.filter(match, state__in=OPEN)
        .exclude(pk=case.pk)
        .order_by("-opened_at", "-pk")
        .values_list("pk", "state")[: MOST_SAME + 1]
    )
    found = tuple(
        Same(pk, format_number(pk), str(StateChoices(state).label))
        for pk, state in rows[:MOST_SAME]
    )
    return found, len(rows)


def _holder(case: Case, file: _File) -> Holder:
    span = file.spans[-1]
    since = _time(span["since"])
    return Holder(
        id=case.holder_id,
        name=case.holder.name,
        staff_number=case.holder.staff_number,
        title=case.holder.title,
        telephone=case.holder.telephone or case.window.telephone,
        window_id=case.window_id,
        window=str(case.window),
        since=timezone.localtime(since),
        reason=_came_to(file.spans),
        is_first=len(file.spans) == 1,
    )


def _came_to(spans: Sequence[Row]) -> str:
    """Say how the case came to the person who has it."""
    if len(spans) == 1:
        return ""
    before = spans[-2]
    named = {"name": before["clerk__name"], "window": before["window__number"]}
    sentences = {
        "referral": _("Taken over from %(name)s (window %(window)s)."),
        "reopening": _("Named by the supervisor when the case was reopened."),
        "substitution": _("Named by the supervisor instead of %(name)s."),
    }
    return str(sentences.get(spans[-1]["basis"], "")) % named


def _pending(case: Case, file: _File, viewer: Clerk, today: dt.date) -> Offer | None:
    if not file.offers:
        return None
    [row] = file.offers
    works = viewer.role in COUNTER
    may_answer = works and (
        row["to_clerk_id"] == viewer.pk or _stands_in(row, viewer, today)
    )
    may_take_back = (
        viewer.pk in (case.holder_id, row["offered_by_id"])
        or viewer.role == Role.SUPERVISOR
    )
    until = _time(row["expires_at"])
    return Offer(
        id=row["id"],
        name=row["to_clerk__name"],
        window_id=row["to_window_id"],
        window=f"{row['to_window__number']} {row['to_window__name']}",
        offered_by=row["offered_by__name"],
        reason=row["reason"],
        escort=str(Escort(row["escort"]).label),
        at=_time(row["offered_at"]),
        until=until,
        ran_out=until <= timezone.now(),
        may_answer=may_answer,
        may_take_back=works and may_take_back,
    )


def _stands_in(offer: Row, viewer: Clerk, today: dt.date) -> bool:
    """Tell whether the viewer is posted at the window to which a case is offered."""
    if offer["from_clerk_id"] == viewer.pk:
        return False
    posts = Posting.objects.on(today).filter(window_id=offer["to_window_id"])
    return posts.filter(clerk_id=viewer.pk).exists()


def _papers(case: Case, file: _File) -> tuple[Paper, ...]:
    """Return the papers kept with the case, else those the item asks for today."""
    if file.materials:
        return tuple(
            Paper(
                position=row["position"],
                name=row["name"],
                standard=row["standard"],
                how_to_get=row["how_to_get"],
                is_required=row["is_required"],
                may_follow=False,
                is_here=row["received_at"] is not None,
            )
            for row in file.materials
        )
    if case.item_id is None:
        return ()
    asked = Material.objects.filter(item_id=case.item_id)
    return tuple(
        Paper(
            position=position,
            name=material.name,
            standard=material.standard,
            how_to_get=material.how_to_get,
            is_required=material.is_required,
            may_follow=material.may_follow,
            is_here=False,
        )
        for position, material in enumerate(asked, start=1)
    )


def _told(file: _File) -> tuple[Told, ...]:
    """Return everything the applicant was told, newest first."""
    told = [*map(_answer, file.answers), *map(_notice, file.notices)]
    return tuple(sorted(told, key=lambda one: one.at, reverse=True))


def _parts(row: Row, *names: tuple[str, Text]) -> tuple[tuple[Text, str], ...]:
    return tuple((label, row[name]) for name, label in names if row[name])


def _answer(row: Row) -> Told:
    return Told(
        kind=row["kind"],
        label=str(AnswerKindChoices(row["kind"]).label),
        by=row["by__name"],
        at=_time(row["at"]),
        text=row["text"],
        parts=_parts(
            row,
            ("next_step", _("Next step")),
            ("basis", _("Legal basis")),
            ("other_way", _("Another way")),
            ("remedies", _("Remedies")),
        ),
    )


def _notice(row: Row) -> Told:
    content = row["content"]
    parts: list[tuple[Text, str]] = []
    for name, label in (("promised", _("Promised")), ("statutory", _("By law"))):
        if name in content:
            parts.append((label, content[name]["due_on"]))
    if "bring_by" in content:
        parts.append((_("Bring by"), content["bring_by"]))
    if row["second_reason"]:
        parts.append((_("Why a second notice"), row["second_reason"]))
    lines = tuple(
        "：".join(filter(None, [one["name"], one["standard"], one["how_to_get"]]))
        for one in content.get("missing", ())
    )
    number = paper_number(row["year"], row["serial"])
    return Told(
        kind=row["kind"],
        label=f"{NoticeKind(row['kind']).label} {number}",
        by=row["issued_by__name"],
        at=_time(row["issued_at"]),
        parts=tuple(parts),
        lines=lines,
        is_second=row["is_second"],
    )


def _direction(row: Row) -> Direction:
    return Direction(
        unit=row["unit"],
        address=row["address"],
        telephone=row["telephone"],
        hours=row["hours"],
        bring=row["bring"],
        reason=row["reason"],
        by=row["by__name"],
        at=_time(row["at"]),
        check_back_on=_day(row["check_back_on"]),
        state=row["state"],
        label=str(DirectionState(row["state"]).label),
        remark=row["remark"],
    )


def _raise(row: Row) -> Raise:
    return Raise(
        filing_number=row["filing_number"],
        ground=str(RaiseGround(row["ground"]).label),
        question=row["question"],
        own_view=row["own_view"],
        unit=row["unit__name"] or "",
        lead_unit=row["lead_unit__name"] or "",
        to_government=row["to_government"],
        by=row["raised_by__name"],
        at=_time(row["raised_at"]),
        due_on=_day(row["due_on"]),
        reply=row["reply"],
        replied_by=row["replied_by__name"] or "",
        is_open=not row["reply"],
    )


def _filing(row: Row) -> Filing:
    return Filing(
        state=row["state"],
        label=str(FilingState(row["state"]).label),
        parts=_parts(
            row,
            ("reason", _("Reason")),
            ("basis", _("Legal basis")),
            ("made_possible_by", _("What would make it possible")),
            ("other_way", _("Another way")),
            ("remedies", _("Remedies")),
        ),
        beside=(row["basis"], row["other_way"], row["remedies"]),
        to_tell=_to_tell(row),
        proposed_by_id=row["proposed_by_id"],
        by=row["proposed_by__name"],
        at=_time(row["proposed_at"]),
        due_on=_day(row["due_on"]),
        decided_by=row["decided_by__name"] or "",
        decision_reason=row["decision_reason"],
    )


def _to_tell(filing: Row) -> str:
    """Return what was approved and is not told by itself, to begin the telling with."""
    possible = gettext("What would make it possible: %(text)s")
    lines = [filing["reason"], possible % {"text": filing["made_possible_by"]}]
    return "\n".join(lines)


def _call(row: Row) -> Call:
    return Call(
        label=str(FollowUpOutcome(row["outcome"]).label),
        remark=row["remark"],
        by=row["by__name"],
        at=_time(row["at"]),
    )


def _history(case: Case) -> tuple[Line, ...]:
    """Return every event as a sentence, newest first."""
    events = CaseEvent.objects.filter(case=case).order_by("-seq")
    return tuple(
        Line(at=at, said=sentence(kind, body), proof=bytes(digest).hex()[:16])
        for at, kind, body, digest in events.values_list("at", "kind", "body", "hash")
    )


# --- deadlines --------------------------------------------------------------------

_BOTH = (DeadlineKind.PROMISED, DeadlineKind.STATUTORY)


def _latest(file: _File, kind: str) -> Row | None:
    rows = [row for row in file.deadlines if row["kind"] == kind]
    return rows[-1] if rows else None


def _current(case: Case, file: _File) -> Row | None:
    """Return the deadline somebody must act by now, as it was computed."""
    if case.due_on is None:
        return None
    due = case.due_on.isoformat()
    rows = [row for row in file.deadlines if row["due_on"] == due]
    return rows[-1] if rows else None


def _bars(
    case: Case, file: _File, calendar: Calendar, today: dt.date
) -> tuple[Bar, ...]:
    """Return the deadlines of the page: both dates, and what is due in this state."""
    answered = _time(file.answers[-1]["at"]) if file.answers else None
    ended = answered if case.state not in IN_WORK else None
    bars = []
    for kind in _BOTH:
        row, stops = _latest(file, kind), _stops(file)
        if row is not None and _is_frozen(case, file):
            bars.append(_frozen_bar(row, kind, calendar, today, stops))
        elif row is not None:
            bars.append(_bar(row, kind, calendar, today, ended, stops))
    current = _current(case, file)
    if current is not None and current["kind"] not in _BOTH:
        bars.append(_bar(current, "current", calendar, today, None, ()))
    return tuple(bars)


def _is_stopped(case: Case, file: _File) -> bool:
    """Whether the clock of the case stands for a special procedure."""
    is_open = any(row["resumed_on"] is None for row in file.stops)
    return is_open and case.state in (State.ACCEPTED, State.RAISED)


def _is_frozen(case: Case, file: _File) -> bool:
    """Whether it stands without a limit, so that there is no due day."""
    return _is_stopped(case, file) and file.stops[-1]["limit_days"] is None


def _stops(file: _File) -> tuple[Stop, ...]:
    """Return the stops since the case was accepted; before, it had another clock."""
    slips = [row for row in file.notices if row["kind"] == NoticeKind.ACCEPTANCE]
    if not slips:
        return ()
    since = _time(slips[-1]["issued_at"])
    return tuple(
        Stop(
            _day(row["began_on"]),
            _day(row["resumed_on"]) if row["resumed_on"] else None,
            row["limit_days"],
            STOP_NAMES[row["ground"]],
        )
        for row in file.stops
        if _time(row["at"]) >= since
    )


def _stopped(row: Row) -> Stopped:
    return Stopped(
        ground=gettext(STOP_NAMES[row["ground"]]),
        reason=row["reason"],
        limit_days=row["limit_days"],
        began_on=_day(row["began_on"]),
        resumed_on=_day(row["resumed_on"]) if row["resumed_on"] else None,
    )


def _extended(row: Row) -> Extended:
    return Extended(row["days"], row["reason"], row["head"])


def _frozen_bar(
    row: Row, kind: str, calendar: Calendar, today: dt.date, stops: Sequence[Stop]
) -> Bar:
    start, total = _day(row["starts_on"]), row["days"]
    used = deadlines.days_used(calendar, start, today, row["unit"], stops)
    return Bar(
        kind=kind,
        label=str(DeadlineKind(row["kind"]).label),
        level="stopped",
        due=None,
        days_left=0,
        days_late=0,
        used=min(used, total),
        total=total,
        provisional=False,
    )


def _bar(
    row: Row,
    kind: str,
    calendar: Calendar,
    today: dt.date,
    ended: dt.datetime | None,
    stops: Sequence[Stop],
) -> Bar:
    due, start, total = _day(row["due_on"]), _day(row["starts_on"]), row["days"]
    end = timezone.localdate(ended) if ended else today
    near = deadlines.nearness(calendar, due, end)
    used = deadlines.days_used(calendar, start, end, row["unit"], stops)
    is_late = near.status is Status.OVERDUE
    words = ""
    if ended:
        words = gettext("Answered in time") if not is_late else gettext("Answered late")
    return Bar(
        kind=kind,
        label=str(DeadlineKind(row["kind"]).label),
        level="late" if is_late else "none" if ended else LEVELS[near.status],
        due=due,
        days_left=-near.days if is_late else near.days,
        days_late=near.days if is_late else 0,
        used=max(0, min(used, total)),
        total=total,
        provisional=row["is_provisional"],
        words=words,
    )


def _explained(
    case: Case, file: _File, calendar: Calendar, today: dt.date, days: str
) -> Explained | None:
    """Explain a kept deadline day by day from the facts it was computed from."""
    row = _current(case, file) if days == "current" else _latest(file, days)
    if row is None:
        return None
    is_limit = row["kind"] in _BOTH
    if is_limit and _is_frozen(case, file):
        return None
    computed = deadlines.due(
        calendar,
        _day(row["starts_on"]),
        row["days"],
        row["unit"],
        _stops(file) if is_limit else (),
    )
    kept = _day(row["due_on"])
    return explained(
        computed,
        label=str(DeadlineKind(row["kind"]).label),
        today=today,
        # The calendar may have changed since; what was promised stays promised.
        was=kept if kept != computed.due else None,
    )


def _ahead(case: Case, calendar: Calendar, today: dt.date) -> Ahead:
    """Return the dates that a way would set today; the page shows them before it."""

    def after(days: int) -> dt.date:
        return deadlines.due(calendar, today, days, deadlines.Unit.WORKING).due

    promised = statutory = None
    if case.item is not None and State(case.state) in MOVES[Verb.ACCEPT]:
        try:
            both = deadlines.both_dates(calendar, today, Limits.of(case.item))
        except ValueError:
            both = None
        if both is not None:
            promised, statutory = both[0].due, both[1].due
    return Ahead(
        promised=promised,
        statutory=statutory,
        bring_by=after(case.hall.bring_days),
        check_back_on=after(case.hall.checkback_days),
        reply_by=after(case.hall.raise_days),
        decide_by=after(case.hall.negative_days),
    )


# --- what can be done -------------------------------------------------------------


def _ways(standing: Standing) -> tuple[Choice, ...]:
    """Return the seven ways in the order of their keys, open or with the reason."""
    choices = []
    for option in ways_forward(standing):
        act, name, hint = _WAYS[option.way]
        choices.append(
            Choice(
                act=act,
                name=name,
                hint=hint,
                key=str(option.way.key),
                why_not=gettext(option.why_not) if option.why_not else "",
                is_grave=option.way is Way.NEGATIVE,
            )
        )
    return tuple(choices)


def _acts(
    case: Case, file: _File, standing: Standing, viewer: Clerk
) -> tuple[Choice, ...]:
    """Return what else this person can do with the case now."""
    acts: list[Choice] = []
    if standing.is_holder:
        acts += _holders_acts(file, standing)
        if standing.state in IN_WORK and not _is_named(case):
            acts.append(
                Choice(
                    "case_applicant",
                    _("Name the applicant"),
                    _("Needed before it is accepted"),
                )
            )
    unanswered = any(not row["reply"] for row in file.raises)
    is_supervisor = viewer.role == Role.SUPERVISOR
    if unanswered and (standing.is_holder or is_supervisor):
        acts.append(
            Choice("case_reply", _("Write down the reply"), _("To what was raised"))
        )
    if is_supervisor:
        acts += _supervisors_acts(file, standing, viewer)
    acts.sort(key=lambda act: not act.is_next)
    return tuple(replace(act, key=_KEYS.get(act.act, "")) for act in acts)


_KEYS: Final[Mapping[str, str]] = {
    "case_applicant": "p",
    "case_ask_once": "o",
    "case_call_back": "b",
    "case_check_back": "b",
    "case_code": "c",
    "case_decide": "v",
    "case_extend": "x",
    "case_hand_over": "h",
    "case_item": "i",
    "case_papers": "m",
    "case_reply": "y",
    "case_resume": "z",
    "case_stop": "z",
    "case_substitute": "s",
    "case_tell": "t",
    "case_withdrawn": "w",
}
"""The letter of each act beside the ways; no two of one case share theirs."""


def _is_named(case: Case) -> bool:
    """Whether it is known by name who applies; a telephone alone does not say it."""
    applicant = getattr(case, "applicant", None)
    return applicant is not None and applicant.name_sealed is not None


def _is_approved(file: _File) -> bool:
    """Whether the newest negative is approved; one told before a reopening stays so."""
    return bool(file.filings) and file.filings[0]["state"] == FilingState.APPROVED


def _holders_acts(file: _File, standing: Standing) -> Iterable[Choice]:
    state = standing.state
    if state is State.ASKED and not standing.offer_pending:
        name = _("Change the item") if standing.has_item else _("Choose the item")
        yield Choice("case_item", name, _("What the matter is in the catalogue"))
    if state is State.WAITING and any(not m["received_at"] for m in file.materials):
        yield Choice(
            "case_papers", _("Receive papers"), _("Tick what has been brought")
        )
    if state is State.DIRECTED and not standing.offer_pending:
        yield Choice(
            "case_check_back",
            _("Check back"),
            _("Did the person get through?"),
            is_next=True,
        )
    if state is State.NEGATIVE_FILED and standing.is_approved:
        yield Choice(
            "case_tell",
            _("Tell the approved refusal"),
            _("With basis, another way and remedies"),
            is_grave=True,
            is_next=True,
        )
    if state is State.ACCEPTED and not standing.is_stopped:
        yield Choice(
            "case_stop", _("Stop the clock"), _("For a hearing, a test and the like")
        )
    if standing.is_stopped:
        yield Choice(
            "case_resume",
            _("Let the clock run again"),
            _("What it was stopped for is done"),
            is_next=True,
        )
    if state in OPEN:
        yield Choice("case_code", _("New look-up code"), _("The old one stops working"))
    if state in IN_WORK:
        yield Choice(
            "case_withdrawn",
            _("The applicant withdraws"),
            _("Only signed, and only the applicant's own wish"),
        )


def _supervisors_acts(
    file: _File, standing: Standing, viewer: Clerk
) -> Iterable[Choice]:
    state, pending = standing.state, standing.offer_pending
    proposed = [row for row in file.filings if row["state"] == FilingState.PROPOSED]
    if proposed and proposed[0]["proposed_by_id"] != viewer.pk:
        yield Choice(
            "case_decide",
            _("Decide the proposed negative"),
            _("Approve it, or overrule it with a reason"),
            is_grave=True,
            is_next=True,
        )
    if not standing.is_holder and not pending and state in MOVES[Verb.HAND_OVER]:
        yield Choice(
            "case_hand_over",
            _("Offer it on behalf of the holder"),
            _("When the person who answers for it is absent"),
        )
    if (
        standing.told_once
        and not pending
        and standing.authority in ("decide", "accept")
        and state in MOVES[Verb.ASK_ONCE]
    ):
        yield Choice(
            "case_ask_once",
            _("Allow a second one-time notice"),
            _("Only with a reason; it is counted"),
        )
    if state is State.ACCEPTED and not file.extensions:
        yield Choice(
            "case_extend", _("Extend the limits"), _("Once, as the head approved")
        )
    if state in OPEN:
        yield Choice(
            "case_substitute",
            _("Name somebody instead"),
            _("When the person who answers for it has fallen away"),
        )
    handled = {span["clerk_id"] for span in file.spans}
    handled |= {filing["decided_by_id"] for filing in file.filings}
    if state is State.ANSWERED and viewer.pk not in handled:
        yield Choice(
            "case_call_back", _("Call back"), _("Is it really done?"), is_next=True
        )
