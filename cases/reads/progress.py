"""What the public sees with a case number and its code: where it stands, no more."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, F, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.deadlines import STOP_NAMES, StopGround, off_rest_days
from cases.lifecycle import IF_LATE, IN_WORK, MOVES, Method, State, Verb
from cases.models import (
    Case,
    CaseMaterial,
    ClockStop,
    Deadline,
    Direction,
    NegativeFiling,
    Notice,
    Objection,
    Part,
)
from cases.models.case import DeadlineKind
from cases.models.deliveries import DeliveryState
from cases.models.joint import ObjectionOutcome, Opinion, PartState
from cases.models.notices import NoticeKind
from cases.models.outside import DirectionState
from cases.numbers import DUMMY_HASH, check_code, parse_number
from cases.reads.due import Due, shown, told_before
from windows import limits
from windows.calendars import current_calendar
from windows.models import ServiceItem
from windows.models.items import ItemState

TRIES_PER_CASE = 5
"""Codes tried for one number in an hour (check 48), whatever the address."""

TRIES_PER_ADDRESS = 60
"""Tries from one address in ten minutes; a hall's whole public shares one."""


_ASKED_FOR = {State.WAITING: NoticeKind.ONE_TIME, State.ACCEPTED: NoticeKind.OMISSION}
"""The notice that says what the person is still to bring, by state."""


ASKED = (PartState.PENDING, PartState.RUNNING)
"""A unit of a joint case in such a state has not answered."""


@dataclass(frozen=True, slots=True)
class Destination:
    """The unit outside to which the person was shown the way."""

    unit: str
    address: str
    telephone: str
    hours: str


@dataclass(frozen=True, slots=True)
class ItemStands:
    """How one item of a life event stands, in plain words.

    `condition` is that of its grant, as the answer tells it.
    """

    name: str
    unit: str
    state: str
    words: str
    condition: str = ""


@dataclass(frozen=True, slots=True)
class ToBring:
    """A paper that was told and is not here; `by` is its own day, if it has one."""

    name: str
    by: dt.date | None


@dataclass(frozen=True, slots=True)
class Progress:
    """State, who answers for it, both dates, the next step, a telephone (R3.42).

    A negative that is not told yet does not show: neither in `state`, which is that
    behind it, nor anywhere else (R3.30). `item_id` is there if everybody can read the
    clear sheet of the item. `units` of a joint case were asked, and `answered` of them
    so far (R4.70). Of a life event these are its `items`, each with how it stands, and
    `in_part` says how many were granted and how many not, if some were and some not.
    """

    number: str
    item: str
    item_id: int | None
    state: str
    holder: str
    window: str
    hall: str
    telephone: str
    opened_at: dt.datetime
    in_part: str
    next_step: str
    deemed_on: dt.date | None
    renewed_on: dt.date | None
    dates: tuple[Due, ...]
    moved: tuple[str, ...]
    units: int
    answered: int
    items: tuple[ItemStands, ...]
    bring: tuple[ToBring, ...]
    if_late: str
    destination: Destination | None
    chaser: str
    to_deliver: bool
    delivery: str
    is_closed: bool


def progress_key(number: int | None) -> str:
    """Return the key under which tries for a case number are counted."""
    return limits.key_of("progress case", within=str(number))


def look_up(
    number: str, code: str, *, address: str, at: dt.datetime
) -> tuple[Progress | None, bool]:
    """Return the progress for a number and its code, and whether a limit was met.

    A wrong number, a wrong code and too many tries give the same answer after the same
    work: the counts, one look for the case, one slow hash (check 47).
    """
    found = parse_number(number)
    key = progress_key(found)
    tries = limits.count(key, seconds=3600, at=at)
    from_here = limits.count(
        limits.key_of("progress address", within=address), seconds=600, at=at
    )
    limited = tries > TRIES_PER_CASE or from_here > TRIES_PER_ADDRESS
    case = (
        Case.objects.filter(pk=found or 0)
        .select_related("holder", "window", "hall", "item")
        .first()
    )
    # Always one hash, also for what does not exist: time says nothing either.
    known = case.code_hash if case is not None and not limited else DUMMY_HASH
    is_right = check_code(code, known)
    if case is None or limited or not is_right:
        return None, limited
    limits.forget_one(key)
    return _progress(case, timezone.localdate(at)), False


def _is_posted(item: ServiceItem | None) -> bool:
    """Whether the clear sheet of an item is there for everybody to read."""
    return item is not None and item.state == ItemState.PUBLISHED


def _progress(case: Case, today: dt.date) -> Progress:
    state = _shown_state(case)
    deemed = case.deemed_on(today)
    notice = None
    if state in _ASKED_FOR:
        notice = (
            Notice.objects.filter(case=case, kind=_ASKED_FOR[state])
            .order_by(F("id").desc())
            .first()
        )
    direction = None
    if state is State.DIRECTED:
        direction = Direction.objects.filter(
            case=case, state=DirectionState.WAITING
        ).first()
    content = notice.content if notice else {}
    missing = _still_missing(case, state) if notice else []
    units, answered, items = _units(case)
    in_part = _in_part(state, items)
    return Progress(
        number=case.number,
        item=case.item.local_name if case.item is not None else "",
        item_id=case.item_id if _is_posted(case.item) else None,
        state=state,
        holder=case.holder.name,
        window=str(case.window),
        hall=case.hall.local_name,
        telephone=case.window.telephone or case.hall.telephone,
        opened_at=case.opened_at,
        in_part=in_part,
        next_step=_next_step(case, state, in_part, today),
        deemed_on=deemed,
        renewed_on=case.renewed_on(today),
        dates=_dates(case, today),
        moved=_moved(case),
        units=units,
        answered=answered,
        items=items,
        bring=tuple(_to_bring(case, state, content, missing)),
        if_late=_(IF_LATE[content["if_late"]]) if content.get("if_late") else "",
        destination=Destination(
            direction.unit, direction.address, direction.telephone, direction.hours
        )
        if direction
        else None,
        chaser=_chaser(case),
        to_deliver=case.to_deliver,
        delivery=_delivery(case),
        is_closed=state is State.CLOSED,
    )


def _shown_state(case: Case) -> State:
    """Return the state, of a negative that is not told the one behind it (R3.30)."""
    if case.state != State.NEGATIVE_FILED:
        return State(case.state)
    return State(case.filings.filter(answer=None).latest("id").prior_state)


def _chaser(case: Case) -> str:
    """Return who sees to it that a case of the green channel goes on (R2.83)."""
    if not case.is_green or case.state not in IN_WORK:
        return ""
    channel = case.greens.select_related("chaser").get(ended_at__isnull=True)
    return channel.chaser.name


def _units(case: Case) -> tuple[int, int, tuple[ItemStands, ...]]:
    """Return how many units were asked for a part, and how many have answered (R4.70).

    One bar for all of them: whom the person turns to is the one who leads. Of a life
    event its items are counted, those of the lead's own unit too. A refusal shows when
    it was told: until then somebody else examines it (R3.30).
    """
    if case.accepted_on is None:
        return 0, 0, ()
    parts = Part.objects.filter(case=case, turn=case.reopened)
    parts = parts.exclude(is_lead=True, item__isnull=True)
    told = NegativeFiling.objects.filter(part=OuterRef("pk"), answer__isnull=False)
    lifted = Objection.objects.filter(
        part=OuterRef("pk"), outcome=ObjectionOutcome.CONDITIONS
    )
    rows = list(
        parts.annotate(
            is_told=Exists(told),
            lifted_on=Subquery(lifted.order_by("-id").values("reason")[:1]),
        )
    )
    if rows and rows[0].item_id is not None:
        untold = [row.stage for row in rows if _is_untold(row)]
        until = min(untold, default=rows[-1].stage)
        is_open = case.state != State.CLOSED
        items = tuple(_stands(row, until, is_open=is_open) for row in rows)
        done = sum(item.state in ("granted", "refused") for item in items)
        return len(items), done, items
    waits = ASKED if case.state == State.CLOSED else (*ASKED, PartState.VOID)
    waiting = {row.unit for row in rows if row.state in waits}
    units = {row.unit for row in rows}
    return len(units), len(units - waiting), ()


def _is_untold(row: Any) -> bool:
    """Whether a unit means to refuse, or did, and nobody has been told (R3.30)."""
    is_no = row.state in (PartState.OBJECTED, PartState.REFUSED)
    return is_no and not row.is_told


def _stands(row: Any, until: int, *, is_open: bool) -> ItemStands:
    """Say how an item stands; one whose no is not told is being decided (R3.30).

    `until` is the stage of the first such no. What comes after it would not run, fall
    away or be decided but for it: it waits, whatever became of it.
    """
    said = row.text if row.opinion == Opinion.CONDITIONS else row.lifted_on
    state, words, condition = "now", _("being decided"), ""
    if row.stage > until and is_open:
        state, words = "later", _("begins when the one before is decided")
    elif row.stage > until:
        state, words = "later", _("ended with the case")
    elif row.state == PartState.ANSWERED and said:
        state, words, condition = "granted", _("granted on conditions"), said
    elif row.state == PartState.ANSWERED:
        state, words = "granted", _("granted")
    elif row.state == PartState.REFUSED and row.is_told:
        state, words = "refused", _("not granted: you were told why")
    elif row.state == PartState.PENDING:
        state, words = "later", _("begins when the one before is decided")
    elif row.state == PartState.VOID:
        state, words = "later", _("ended with the case")
    return ItemStands(row.name, row.unit, state, words, condition)


def _still_missing(case: Case, state: State) -> list[CaseMaterial]:
    """Return what was told and is not here yet; what was brought is off the list."""
    papers = case.materials.filter(is_required=True, received_at__isnull=True)
    if state is State.ACCEPTED:
        papers = papers.filter(follow_by__isnull=False)
    return list(papers)


def _dates(case: Case, today: dt.date) -> tuple[Due, ...]:
    """Return the promised and the statutory date, or until then the next one due."""
    if case.state == State.CLOSED:
        return ()
    calendar = current_calendar(case.hall.region)
    since = case.accepted_on
    both = case.promised_due, case.statutory_due
    silent = case.both_by_silence(calendar, today)
    if silent is not None:
        since = silent[0].start
        both = silent[0].due, silent[1].due
    was = _told_before(case)
    dates = [
        (_("Promised date"), both[0], was[DeadlineKind.PROMISED]),
        (_("Statutory date"), both[1], was[DeadlineKind.STATUTORY]),
    ]
    is_frozen = both[0] is None
    if since is None or case.state == State.ANSWERED or is_frozen:
        label = _("Delivered by") if case.to_deliver else _("Next step by")
        dates = [(label, _next_due(case), None)]
        since = timezone.localdate(case.opened_at)
    expiry: tuple[Due, ...] = ()
    if case.renews is not None:
        label = _("Decided by, else renewed by law")
        due = shown(case.renews, today=today, calendar=calendar, label=label)
        expiry = (replace(due, provisional=False),)  # as it is printed, not counted
    return expiry + tuple(
        shown(
            due_on, today=today, calendar=calendar, label=label, since=since, was=before
        )
        for label, due_on, before in dates
        if due_on is not None
    )


def _next_due(case: Case) -> dt.date | None:
    """Return the day of the next step, of a filed negative that behind it (R3.30)."""
    if case.state != State.NEGATIVE_FILED:
        return case.due_on
    rows = Deadline.objects.filter(case=case).exclude(kind=DeadlineKind.NEGATIVE)
    last = rows.order_by("id").last()
    days = (last.due_on if last else None, case.tell_by)
    return min((day for day in days if day is not None), default=None)


def _to_bring(
    case: Case,
    state: State,
    content: Mapping[str, Any],
    missing: Sequence[CaseMaterial],
) -> Iterator[ToBring]:
    """Yield the papers, each with its own day, by the calendar as it is now."""
    if not missing:
        return
    if state is not State.WAITING:
        calendar = current_calendar(case.hall.region)
        for one in missing:
            by = off_rest_days(calendar, one.follow_by) if one.follow_by else None
            yield ToBring(one.name, by)
        return
    rows = Deadline.objects.filter(case=case, kind=DeadlineKind.BRING)
    told = dt.date.fromisoformat(content["bring_by"])
    until = max(told, rows.latest("id").due_on)
    for one in missing:
        yield ToBring(one.name, until)


def _told_before(case: Case) -> dict[str, dt.date | None]:
    """Return both dates as they were told before the calendar moved them."""
    kinds = [DeadlineKind.PROMISED, DeadlineKind.STATUTORY]
    rows = Deadline.objects.filter(case=case, kind__in=kinds).order_by("id")
    told: dict[str, list[dt.date | None]] = {kind: [] for kind in kinds}
    for kind, was_on in rows.values_list("kind", "was_on"):
        told[kind].append(was_on)
    return {kind: told_before(was) for kind, was in told.items()}


def _moved(case: Case) -> tuple[str, ...]:
    """Say what moved the dates, as the applicant was told it (R1.20, R1.24)."""
    if case.accepted_on is None or case.state == State.CLOSED:
        return ()
    stops = [
        _("Stopped from %(began)s to %(end)s: %(why)s")
        % {
            "began": stop.began_on.isoformat(),
            "end": stop.resumed_on.isoformat(),
            "why": stop.reason,
        }
        if stop.resumed_on
        else _("Stopped since %(began)s: %(why)s")
        % {"began": stop.began_on.isoformat(), "why": stop.reason}
        for stop in case.stops.filter(began_on__gte=case.accepted_on)
    ]
    extended = [
        _("Extended by %(days)d days: %(why)s") % {"days": one.days, "why": one.reason}
        for one in case.extensions.all()
    ]
    return (*stops, *extended)


def _stopped_for(case: Case) -> str:
    """Say for what the clock stands, if it does (R1.24); a raise leaves it so."""
    if case.state not in MOVES[Verb.RESUME]:
        return ""
    stop = ClockStop.objects.filter(case=case, resumed_at__isnull=True).first()
    return _(STOP_NAMES[StopGround(stop.ground)]) if stop else ""


def _delivery(case: Case) -> str:
    """Say to the citizen how what was granted was or is delivered (R1.23).

    What came back is said as it is: it has not been delivered.
    """
    last = case.deliveries.order_by(F("id").desc()).first()
    if last is None or last.answer_id != case.final_answer_id:
        if not case.to_deliver:
            return ""
        return _(
            "You can fetch it at window %(window)s: bring your identity paper. Ask "
            "there to have it sent."
        ) % {"window": str(case.window)}
    parts = {
        "day": (last.settled_on or timezone.localdate(last.at)).isoformat(),
        "carrier": last.carrier,
        "tracking": last.tracking,
    }
    if last.state == DeliveryState.UNDER_WAY:
        text = _("Posted on %(day)s with %(carrier)s, tracking number %(tracking)s.")
    elif last.state == DeliveryState.FAILED:
        text = _(
            "The post came back on %(day)s. Please call us: we deliver it on another "
            "way."
        )
    elif last.method == Method.POST:
        text = _(
            "It arrived by post on %(day)s (%(carrier)s, tracking number %(tracking)s)."
        )
    elif last.method == Method.ELECTRONIC:
        text = _("It was delivered electronically on %(day)s: %(carrier)s.")
    else:
        text = _("It was handed over at the counter on %(day)s.")
    return text % parts


def _next_step(case: Case, state: State, in_part: str, today: dt.date) -> str:
    """Say to the citizen what happens next, from what was told."""
    deemed, renewed = case.deemed_on(today), case.renewed_on(today)
    stopped_for = _stopped_for(case)
    if renewed is not None:
        return _(
            "Nothing was decided until the expiry on %(day)s: by law it is renewed. "
            "You get the grant in writing."
        ) % {"day": renewed.isoformat()}
    if case.to_deliver and case.due_on is not None:
        told = _("Granted. It is delivered to you by %(day)s.")
        if in_part:
            told = _("What was granted is delivered to you by %(day)s.")
        return told % {"day": case.due_on.isoformat()}
    if deemed is not None:
        return _(
            "By law your application is accepted since %(day)s, the day of the receipt."
        ) % {"day": deemed.isoformat()}
    if stopped_for:
        return _("The time stands still for: %(ground)s. It is not counted.") % {
            "ground": stopped_for
        }
    if state is State.WAITING and case.tell_by is not None:
        return _("All of it is here. You hear by %(day)s whether it is accepted.") % {
            "day": case.tell_by.isoformat()
        }
    return {
        State.ASKED: _("The clerk named here finds the way forward for you."),
        State.ACCEPTED: _("Your application is accepted and being worked on."),
        State.WAITING: _("Please bring what is still missing."),
        State.DIRECTED: _(
            "Please go to the unit named here. We ask whether you got through."
        ),
        State.RAISED: _("Your question has been raised; we tell you the reply."),
        State.ANSWERED: _("You have been answered. We call you to ask how it went."),
        State.CLOSED: _("The matter is closed."),
    }[state]


def _in_part(state: State, items: Sequence[ItemStands]) -> str:
    """Say of a life event that was granted in part how many items were, and not."""
    if state not in (State.ANSWERED, State.CLOSED):
        return ""
    granted = sum(one.state == "granted" for one in items)
    refused = sum(one.state == "refused" for one in items)
    if not (granted and refused):
        return ""
    numbers = {"granted": granted, "refused": refused}
    return _("Items granted: %(granted)d, not granted: %(refused)d.") % numbers
