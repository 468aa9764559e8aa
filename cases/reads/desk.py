"""The desk: what is offered to somebody, what somebody answers for, what is due.

Each list is bounded and goes on by key. `standing` sums all of them up in one
statement, which is all that a poll with nothing new costs.
"""

import datetime as dt
import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from django.db import connection
from django.db.models import (
    Exists,
    Expression,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.lifecycle import AT_HAND, IN_WORK, State
from cases.models import Assignment, Case, NegativeFiling, Part, Referral
from cases.models.case import RanksOn
from cases.models.joint import PartState
from cases.models.responsibility import Escort, ReferralState
from cases.reads.due import Due, shown
from cases.reads.said import beginning
from cases.reads.units import (
    asked_of,
    bundled,
    decided,
    frozen,
    held_up,
    past_their_day,
    without_people,
)
from windows.calendars import current_calendar
from windows.closures import Calendar
from windows.models import Clerk, Posting
from windows.naming import local
from windows.roles import Role

R = TypeVar("R")

ROWS: Final = 20
"""Rows of one list; "more" leads to the next ones."""

MOST: Final = 100
"""Cases of a whole hall that are counted; the desk shows the nearest call-backs."""

LISTS: Final = (
    "offered",
    "mine",
    "asked",
    "checks",
    "calls",
    "offers",
    "chased",
)
"""The lists of a desk, by the names of their keys in an address."""

VIEWS: Final = ("negatives", "limbo", "overdue", "silent")
"""What waits for a supervisor in the ledger, by the names of its views."""


_OWN_STEP: Final = Q(state__in=AT_HAND) | Q(to_deliver=True)
"""Where the next step is the holder's own: also what was granted and is undelivered."""

_TO_CALL: Final = Q(state=State.ANSWERED, to_deliver=False)


@dataclass(frozen=True, slots=True)
class Until:
    """Until when an offer waits, in the terms of `_deadline.html`."""

    level: str
    words: str
    days_left: int = 0
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer that this person may answer; `named` if it is made to somebody else."""

    id: int
    case: int
    seen: int
    number: str
    words: str
    item: str
    by: str
    by_window: str
    reason: str
    escort: str
    named: str
    until: Until


@dataclass(frozen=True, slots=True)
class Row:
    """A case on a desk: who answers for it, how it stands, when it is due.

    `declines`: how often it was declined, while it is offered to nobody. `silent`: how
    many units of a joint case are past their day; `deserted`: at whose window nobody
    is. `items` of a life event were asked for, and `decided` of them so far.
    """

    case: int
    number: str
    words: str
    item: str
    state: str
    holder: str
    window: str
    is_mine: bool
    due: Due | None
    is_deemed: bool = False
    to_deliver: bool = False
    is_renewed: bool = False
    renews: dt.date | None = None
    offered_to: str = ""
    offered_at: str = ""
    telephone: bool = False
    declines: int = 0
    is_green: bool = False
    silent: int = 0
    deserted: int = 0
    is_bundle: bool = False
    items: int = 0
    decided: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """An opinion asked of this person, or of a window where the person is posted.

    `named` is who answers for it, if that is somebody else.
    """

    id: int
    case: int
    number: str
    words: str
    name: str
    is_item: bool
    item: str
    lead: str
    lead_at: str
    named: str
    due: Due


@dataclass(frozen=True, slots=True)
class Pending:
    """An offer of this person's that nobody has answered yet."""

    id: int
    case: int
    seen: int
    number: str
    words: str
    to: str
    to_window: str
    until: Until


@dataclass(frozen=True, slots=True)
class Some(Sequence[R]):
    """The rows of one list, and the key of the next ones; empty if there are none."""

    rows: tuple[R, ...] = ()
    more: str = ""

    def __getitem__(self, at: Any) -> Any:
        return self.rows[at]

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on one desk."""

    version: str
    counts: Mapping[str, int]
    keys: Mapping[str, str]
    offered: Some[Offered]
    mine: Some[Row]
    asked: Some[Asked]
    checks: Some[Row]
    calls: Some[Row]
    offers: Some[Pending]
    chased: Some[Row]
    calls_back: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How long each list is, and a word that changes whenever one of them does."""

    version: str
    counts: Mapping[str, int] = field(default_factory=dict)


# One line for each list that holds something.
_SQL: Final = """
WITH posts AS (
    SELECT window_id FROM windows_posting
     WHERE clerk_id = %(me)s AND starts_on <= %(today)s
       AND (ends_on IS NULL OR ends_on >= %(today)s)
), places AS (
    SELECT w.id, w.department_id FROM posts
      JOIN windows_window w ON w.id = posts.window_id
     WHERE w.is_active AND w.hall_id = %(hall)s
), lists AS (
    SELECT 'offered' AS list, k.changed_at, r.id
      FROM cases_referral r JOIN cases_case k ON k.id = r.case_id
     WHERE r.state = 'pending'
       AND (r.to_clerk_id = %(me)s
            OR (r.to_window_id IN (SELECT window_id FROM posts)
                AND r.from_clerk_id <> %(me)s))
    UNION ALL
    SELECT 'asked', k.changed_at, p.id
      FROM cases_part p JOIN cases_case k ON k.id = p.case_id
      JOIN windows_window held ON held.id = k.window_id
     WHERE p.state = 'running' AND k.hall_id = %(hall)s
       AND (NOT p.is_lead OR p.item_id IS NOT NULL
            AND held.department_id IS DISTINCT FROM p.department_id)
       AND (p.department_id IN (SELECT department_id FROM places)
            OR p.item_id IN (SELECT r.item_id FROM windows_responsibility r
                JOIN places ON places.id = r.window_id
                WHERE places.department_id IS NULL AND r.authority = 'decide'
                  AND r.starts_on <= %(today)s
                  AND (r.ends_on IS NULL OR r.ends_on >= %(today)s)))
       AND k.state IN ('accepted', 'raised')
    UNION ALL
    SELECT 'offers', k.changed_at, r.id
      FROM cases_referral r JOIN cases_case k ON k.id = r.case_id
     WHERE r.state = 'pending'
       AND (r.from_clerk_id = %(me)s OR r.offered_by_id = %(me)s)
    UNION ALL
    SELECT CASE WHEN k.to_deliver THEN 'mine' WHEN k.state = 'directed' THEN 'checks'
                WHEN k.state = 'answered' THEN 'calls' ELSE 'mine' END,
           k.changed_at, k.id
      FROM cases_case k
     WHERE k.holder_id = %(me)s AND k.state <> 'closed'
       AND (k.state <> 'answered' OR k.to_deliver OR NOT %(calls_back)s)
    UNION ALL
    SELECT 'chased', k.changed_at, k.id
      FROM cases_greenchannel g JOIN cases_case k ON k.id = g.case_id
     WHERE g.chaser_id = %(me)s AND g.ended_at IS NULL AND k.state = ANY (%(in_work)s)
    UNION ALL
    (SELECT 'calls', k.changed_at, k.id
       FROM cases_case k
      WHERE %(calls_back)s AND k.hall_id = %(hall)s AND k.state = 'answered'
        AND NOT k.to_deliver
        AND NOT EXISTS (SELECT 1 FROM cases_assignment a
                         WHERE a.case_id = k.id AND a.clerk_id = %(me)s)
        AND NOT EXISTS (SELECT 1 FROM cases_negativefiling f
                         WHERE f.case_id = k.id AND f.decided_by_id = %(me)s)
      ORDER BY k.due_on, k.id LIMIT %(most)s)
    UNION ALL
    (SELECT 'negatives', k.changed_at, k.id
       FROM cases_negativefiling f JOIN cases_case k ON k.id = f.case_id
      WHERE %(calls_back)s AND k.hall_id = %(hall)s AND f.state = 'proposed'
        AND k.state = 'negative_filed'
      LIMIT %(most)s)
    UNION ALL
    (SELECT 'limbo', k.changed_at, k.id
       FROM cases_case k
      WHERE %(calls_back)s AND k.hall_id = %(hall)s AND k.state <> 'closed'
        AND k.limbo_since IS NOT NULL
      LIMIT %(most)s)
    UNION ALL
    (SELECT 'overdue', k.changed_at, k.id
       FROM cases_case k
      WHERE %(calls_back)s AND k.hall_id = %(hall)s AND k.state <> 'closed'
        AND k.due_on < %(today)s
      ORDER BY k.due_on, k.id LIMIT %(most)s)
    UNION ALL
    (SELECT 'silent', k.changed_at, k.id
       FROM cases_case k
      WHERE %(calls_back)s AND k.hall_id = %(hall)s
        AND k.state IN ('accepted', 'raised', 'negative_filed')
        AND k.id IN (HELD_UP)
      LIMIT %(most)s)
)
SELECT list, count(*), max(changed_at), max(id) FROM lists GROUP BY list ORDER BY list
"""


@functools.cache
def _statement() -> tuple[str, dict[str, Any]]:
    """Return the statement of a desk and what is the same in it for everybody.

    Which units hold a case up is said in `units` alone; Django writes that part once.
    """
    day = dt.date.max  # stands for today
    sql, values = held_up(day).query.sql_with_params()
    fixed = {f"held_{n}": value for n, value in enumerate(values)}
    names = ["today" if value == day else name for name, value in fixed.items()]
    return _SQL.replace("HELD_UP", sql % tuple(f"%({n})s" for n in names)), fixed


def standing(clerk: Clerk, *, today: dt.date) -> Standing:
    """Return the version of a desk and the length of its lists: one statement.

    The day belongs to it, since every deadline reads differently tomorrow, and so
    does the window, which a colleague may have closed.
    """
    sql, fixed = _statement()
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            fixed
            | {
                "me": clerk.pk,
                "hall": clerk.hall_id,
                "today": today,
                "calls_back": calls_back(clerk),
                "most": MOST,
                "in_work": sorted(IN_WORK),
            },
        )
        found = cursor.fetchall()
    seat = getattr(clerk, "seat", None)
    facts = [
        today.isoformat(),
        f"{seat.window_id}{'+' if seat.window.is_open else '-'}" if seat else "",
        *(f"{name}{n}.{at.timestamp():.6f}.{last}" for name, n, at, last in found),
    ]
    return Standing("_".join(facts), {row[0]: row[1] for row in found})


def calls_back(clerk: Clerk) -> bool:
    """Tell whether this person calls back for others (R4.40)."""
    return clerk.role == Role.SUPERVISOR


def desk_of(clerk: Clerk, *, at: dt.datetime, keys: Mapping[str, str]) -> Desk:
    """Return the desk of a person; seven statements, however long the lists are.

    One more for whoever chases cases of the green channel, and one where an opinion is
    asked of the person. `keys` says where each list begins (`LISTS`); a key that is
    none is left out.
    """
    today = timezone.localdate(at)
    now = standing(clerk, today=today)
    calendar = current_calendar(clerk.hall.region if clerk.hall is not None else "")
    known = {name: keys[name] for name in LISTS if _is_key(keys.get(name, ""))}

    def row(case: Case) -> Row:
        return _row(case, clerk, today, calendar)

    return Desk(
        version=now.version,
        counts={name: now.counts.get(name, 0) for name in (*LISTS, *VIEWS)},
        keys=known,
        offered=_offered(clerk, known.get("offered", ""), at=at),
        mine=_cases(_held(clerk, _OWN_STEP), known.get("mine", ""), row),
        asked=_asked(clerk, known.get("asked", ""), today, calendar)
        if now.counts.get("asked")
        else Some(),
        checks=_cases(
            _held(clerk, Q(state=State.DIRECTED)), known.get("checks", ""), row
        ),
        calls=_calls(clerk, known.get("calls", ""), row),
        offers=_pending(clerk, known.get("offers", ""), at=at),
        chased=_cases(_chased(clerk), known.get("chased", ""), row)
        if now.counts.get("chased")
        else Some(),
        calls_back=calls_back(clerk),
    )


# --- Keys ---------------------------------------------------------------------------


def _is_key(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9]{1,18}", text))


def _parts(key: str) -> tuple[dt.date, int] | None:
    day, dot, number = key.partition(".")
    try:
        return (dt.date.fromisoformat(day), int(number)) if dot else None
    except ValueError:
        return None


def _cut(
    found: list[Any], make: Callable[[Any], R], key: Callable[[Any], str]
) -> Some[R]:
    """Make the rows of one list out of one more than it shows."""
    rows = tuple(make(one) for one in found[:ROWS])
    return Some(rows, key(found[ROWS - 1]) if len(found) > ROWS else "")


# --- Cases --------------------------------------------------------------------------


def _held(clerk: Clerk, which: Q) -> QuerySet[Case]:
    return Case.objects.filter(which, holder_id=clerk.pk)


def _chased(clerk: Clerk) -> QuerySet[Case]:
    """Return the cases of the green channel that this person chases (R2.83)."""
    return Case.objects.filter(
        greens__chaser=clerk, greens__ended_at__isnull=True, state__in=list(IN_WORK)
    )


def _calls(clerk: Clerk, key: str, row: Callable[[Case], Row]) -> Some[Row]:
    """Return the answered cases: the own ones, or those to be called back.

    Nobody calls back a case that he handled himself, be it that he decided a negative
    of it (R4.40). A supervisor's are those of the hall, in the order of its own index.
    """
    if not calls_back(clerk):
        return _cases(_held(clerk, _TO_CALL), key, row)
    this = OuterRef("pk")
    handled = Assignment.objects.filter(case_id=this, clerk_id=clerk.pk)
    decided = NegativeFiling.objects.filter(case_id=this, decided_by_id=clerk.pk)
    cases = Case.objects.filter(_TO_CALL, hall=clerk.hall).filter(
        ~Exists(handled), ~Exists(decided)
    )
    return _cases(cases, key, row, ranks_on=F("due_on"))


def _cases(
    cases: QuerySet[Case],
    key: str,
    row: Callable[[Case], Row],
    *,
    ranks_on: Expression | F | None = None,
) -> Some[Row]:
    """Return one piece of a list of open cases, by nearness of the deadline.

    A case of the green channel stands sooner than its date (R2.83), unless `ranks_on`
    names another day.
    """
    today = timezone.localdate()
    cases = cases.alias(ranks_on=ranks_on or RanksOn())
    after = _parts(key)
    if after is not None:
        day, number = after
        cases = cases.filter(ranks_on__gte=day).exclude(ranks_on=day, id__lte=number)
    found = (
        # The database holds that an open case has a due date; said again for its index.
        cases.exclude(state=State.CLOSED)
        .select_related("words", "item", "holder", "window")
        .annotate(
            ranked=F("ranks_on"),
            pending=FilteredRelation(
                "referrals", condition=Q(referrals__state=ReferralState.PENDING)
            ),
            offered_to=F("pending__to_clerk__name"),
            offered_number=F("pending__to_window__number"),
            offered_name=F("pending__to_window__name"),
            offered_name_en=F("pending__to_window__name_en"),
            silent=Subquery(past_their_day(today)),
            deserted=Subquery(without_people(today)),
            items=Subquery(bundled()),
            decided=Subquery(decided()),
        )
        .order_by("ranks_on", "id")[: ROWS + 1]
    )
    return _cut(list(found), row, lambda case: f"{case.ranked}.{case.pk}")


def _row(case: Case, clerk: Clerk, today: dt.date, calendar: Calendar) -> Row:
    offered_at = ""
    facts = vars(case)
    if facts["offered_to"]:
        window = local(facts["offered_name"], facts["offered_name_en"])
        offered_at = f"{facts['offered_number']} {window}"
    return Row(
        case=case.pk,
        number=case.number,
        words=beginning(case),
        item=case.item.local_name if case.item is not None else "",
        state=case.state,
        holder=case.holder.name,
        window=str(case.window),
        is_mine=case.holder_id == clerk.pk,
        due=shown(case.due_on, today=today, calendar=calendar) if case.due_on else None,
        is_deemed=case.deemed_on(today) is not None,
        to_deliver=case.to_deliver,
        is_renewed=case.renewed_on(today) is not None,
        renews=case.renews,
        offered_to=facts["offered_to"] or "",
        offered_at=offered_at,
        telephone=case.has_contact,
        silent=facts["silent"] or 0,
        deserted=facts["deserted"] or 0,
        is_bundle=case.item is not None and case.item.is_bundle,
        items=facts["items"] or 0,
        decided=facts["decided"] or 0,
        declines=0 if facts["offered_to"] else case.declines,
        is_green=case.is_green,
    )


def _asked(clerk: Clerk, key: str, today: dt.date, calendar: Calendar) -> Some[Asked]:
    """Return the opinions asked of a person, by nearness of their day (R4.70).

    What the lead's own unit decides is a row of the case's holder already, while that
    is somebody of the unit.
    """
    parts = Part.objects.filter(
        Q(is_lead=False) | ~Q(case__window__department_id=F("department_id")),
        asked_of(clerk, today),
        state=PartState.RUNNING,
        case__state__in=[State.ACCEPTED, State.RAISED],
    )
    after = _parts(key)
    if after is not None:
        day, number = after
        parts = parts.filter(due_on__gte=day).exclude(due_on=day, id__lte=number)
    found = list(
        parts.annotate(frozen=frozen())
        .select_related(
            "case__words", "case__item", "case__holder", "case__window", "person"
        )
        .order_by("due_on", "id")[: ROWS + 1]
    )

    def row(part: Part) -> Asked:
        case = part.case
        due = shown(part.due_on or today, today=today, calendar=calendar)
        if vars(part)["frozen"]:
            due = replace(due, level="stopped")
        named = part.person.name if part.person else ""
        return Asked(
            id=part.pk,
            case=case.pk,
            number=case.number,
            words=beginning(case),
            name=part.name,
            is_item=part.item_id is not None,
            item=case.item.local_name if case.item is not None else "",
            lead=case.holder.name,
            lead_at=str(case.window),
            named="" if part.person_id == clerk.pk else named,
            due=due,
        )

    return _cut(found, row, lambda part: f"{part.due_on}.{part.pk}")


# --- Offers -------------------------------------------------------------------------


def _waiting(key: str) -> QuerySet[Referral]:
    after = _parts(key)
    offers = Referral.objects.filter(state=ReferralState.PENDING)
    if after is not None:
        offers = offers.filter(id__gt=after[1])
    return offers.order_by("id")


def _key_of(offer: Referral) -> str:
    return f"{timezone.localdate(offer.expires_at)}.{offer.pk}"


def _offered(clerk: Clerk, key: str, *, at: dt.datetime) -> Some[Offered]:
    """Return the offers to a person and, for a stand-in, to the person's windows."""
    today = timezone.localdate(at)
    posts = Posting.objects.on(today).filter(clerk_id=clerk.pk).values("window_id")
    offers = _waiting(key).filter(
        Q(to_clerk_id=clerk.pk)
        | (Q(to_window_id__in=posts) & ~Q(from_clerk_id=clerk.pk))
    )
    found = list(_with_case(offers)[: ROWS + 1])
    return _cut(found, lambda offer: _offer_row(offer, clerk, at), _key_of)


def _with_case(offers: QuerySet[Referral]) -> QuerySet[Referral]:
    return offers.select_related(
        "case__words", "case__item", "from_clerk", "from_span__window", "to_clerk"
    )


def _offer_row(offer: Referral, clerk: Clerk, at: dt.datetime) -> Offered:
    case = offer.case
    return Offered(
        id=offer.pk,
        case=case.pk,
        seen=case.head_seq,
        number=case.number,
        words=beginning(case),
        item=case.item.local_name if case.item is not None else "",
        by=offer.from_clerk.name,
        by_window=str(offer.from_span.window),
        reason=offer.reason,
        escort=_brought(offer.escort),
        named="" if offer.to_clerk_id == clerk.pk else offer.to_clerk.name,
        until=_until(offer, at),
    )


def _brought(escort: str) -> str:
    """Say to the receiver how the person gets there (R3.14)."""
    return {
        Escort.LED: _("the person is brought to you"),
        Escort.CALLED: _("your window was called"),
        Escort.TOLD: _("the person waits where he asked"),
    }[Escort(escort)]


def _pending(clerk: Clerk, key: str, *, at: dt.datetime) -> Some[Pending]:
    """Return what a person offered and nobody has answered yet."""
    found = (
        _waiting(key)
        .filter(Q(from_clerk_id=clerk.pk) | Q(offered_by_id=clerk.pk))
        .select_related("case__words", "to_clerk", "to_window")[: ROWS + 1]
    )

    def row(offer: Referral) -> Pending:
        return Pending(
            id=offer.pk,
            case=offer.case_id,
            seen=offer.case.head_seq,
            number=offer.case.number,
            words=beginning(offer.case),
            to=offer.to_clerk.name,
            to_window=str(offer.to_window),
            until=_until(offer, at),
        )

    return _cut(list(found), row, _key_of)


def _until(offer: Referral, at: dt.datetime) -> Until:
    """Say until when an offer waits for its answer."""
    time = timezone.localtime(offer.expires_at).strftime("%H:%M")
    if offer.expires_at <= at:
        return Until("late", _("was to be answered by %(time)s") % {"time": time}, -1)
    return Until("soon", _("answer by %(time)s") % {"time": time})
