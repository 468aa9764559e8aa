"""The ledger: every case of a hall, filtered, by key and never by offset.

Nothing here counts without a bound or skips rows, so a page costs the same with a
thousand cases and with a million.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import CharField, Count, F, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext

from cases import vault
from cases.access import visible
from cases.identity import InvalidIdentity, normalise_identity, normalise_phone
from cases.lifecycle import IN_WORK, State
from cases.models import Case, CaseMaterial, SavedSearch
from cases.models.answers import FilingState
from cases.numbers import parse_number
from cases.reads.due import Due, shown
from cases.reads.said import words_of
from cases.reads.units import bundled, decided, held_up
from windows.calendars import current_calendar
from windows.models import Clerk, Department, Window

PAGE = 50
MOST_COUNTED = 1000
"""Totals are exact up to here, then "more than"."""

MOST_EXPORTED = 10_000
BEGINNING = 40
"""Characters of the person's words that a row shows."""

VIEWS = (
    "all",
    "limbo",
    "overdue",
    "deemed",
    "follow",
    "renewals",
    "negatives",
    "silent",
    "second",
    "green",
    "undelivered",
    "callbacks",
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a supervisor asked for; empty parts do not filter."""

    view: str = "all"
    state: str = ""
    window: int | None = None
    department: int | None = None
    clerk: int | None = None
    item: str = ""
    channel: str = ""
    deadline: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    search: str = ""
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the ledger.

    `items` of a life event were asked for, and `decided` of them so far.
    """

    id: int
    number: str
    words: str
    item: str
    state: str
    is_deemed: bool
    to_deliver: bool
    is_renewed: bool
    renews: dt.date | None
    holder: str
    window: str
    due: Due | None
    handed: int
    reopened: int
    in_limbo: bool
    is_green: bool
    opened_at: dt.datetime
    is_closed: bool
    is_bundle: bool
    items: int
    decided: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of the filtered list, each at most MOST_COUNTED."""

    cases: int
    open: int
    overdue: int
    more: bool


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a filter's list."""

    kind: str
    id: int
    label: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the ledger and the keys of its neighbours; "" where none is."""

    rows: tuple[Row, ...]
    totals: Totals
    options: tuple[Option, ...]
    newer: str
    older: str


def ledger_page(clerk: Clerk, filters: Filters, *, key: str = "") -> Page:
    """Return the page of the ledger that begins at `key`, newest first.

    At most five statements: the search words if there are any, the rows, the totals,
    the lists of the filters, the calendar. A key that is none leads to the first page.
    """
    today = timezone.localdate()
    filters = with_text(clerk, filters)
    cases = filtered(clerk, filters, today=today)
    chosen, newer, older = _slice(cases, key)
    calendar = current_calendar(clerk.hall.region if clerk.hall else "")
    rows = []
    for case in chosen:
        words = words_of(case)
        if filters.text and not _confirmed(words, filters.text):
            continue
        rows.append(
            Row(
                id=case.pk,
                number=case.number,
                words=words[:BEGINNING],
                item=case.item.local_name if case.item else "",
                state=case.state,
                is_deemed=case.deemed_on(today) is not None,
                to_deliver=case.to_deliver,
                is_renewed=case.renewed_on(today) is not None,
                renews=case.renews,
                holder=case.holder.name,
                window=case.window.number,
                due=shown(case.due_on, today=today, calendar=calendar)
                if case.due_on
                else None,
                handed=case.declines,
                reopened=case.reopened,
                in_limbo=case.limbo_since is not None,
                is_green=case.is_green,
                opened_at=case.opened_at,
                is_closed=case.state == State.CLOSED,
                is_bundle=case.item is not None and case.item.is_bundle,
                items=case.items or 0,
                decided=case.decided or 0,
            )
        )
    return Page(
        rows=tuple(rows),
        totals=_totals(cases, today),
        options=_options(clerk),
        newer=newer,
        older=older,
    )


def filtered(clerk: Clerk, filters: Filters, *, today: dt.date) -> QuerySet[Case]:
    """Return the cases a person may see that fit the filters, in no order."""
    cases = visible(clerk)
    plain = {
        "window_id": filters.window,
        "department_id": filters.department,
        "channel": filters.channel,
    }
    cases = cases.filter(**{name: value for name, value in plain.items() if value})
    if filters.clerk:
        cases = cases.filter(
            Q(holder_id=filters.clerk) | Q(first_responder_id=filters.clerk)
        )
    if filters.item:
        cases = cases.filter(
            Q(item__name__icontains=filters.item) | Q(item__code=filters.item)
        )
    if filters.since:
        cases = cases.filter(opened_at__gte=_midnight(filters.since))
    if filters.until:
        cases = cases.filter(opened_at__lte=_last_moment(filters.until))
    cases = _by_state(cases, filters.state, today)
    cases = _by_deadline(cases, filters.deadline, today)
    cases = _by_view(cases, filters.view, today)
    return _by_text(cases, filters.text, today) if filters.text else cases


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _last_moment(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.max))


def _by_state(cases: QuerySet[Case], state: str, today: dt.date) -> QuerySet[Case]:
    """Silence has accepted what the law says it has, whatever is stored (R1.07)."""
    if state == State.ACCEPTED:
        return cases.filter(Q(state=State.ACCEPTED) | Case.deemed(today))
    if state in (State.ASKED, State.WAITING):
        return cases.filter(
            Q(tell_by__isnull=True) | Q(tell_by__gte=today), state=state
        )
    return cases.filter(state=state) if state else cases


def _by_deadline(
    cases: QuerySet[Case], deadline: str, today: dt.date
) -> QuerySet[Case]:
    waiting = cases.exclude(state=State.CLOSED) if deadline else cases
    if deadline == "overdue":
        return waiting.filter(due_on__lt=today)
    if deadline == "today":
        return waiting.filter(due_on=today)
    if deadline == "week":
        return waiting.filter(due_on__range=(today, today + dt.timedelta(days=7)))
    return cases


def _by_view(cases: QuerySet[Case], view: str, today: dt.date) -> QuerySet[Case]:
    if view == "limbo":
        return cases.filter(limbo_since__isnull=False).exclude(state=State.CLOSED)
    if view == "overdue":
        return _by_deadline(cases, "overdue", today)
    if view == "silent":
        return cases.filter(pk__in=held_up(today), state__in=sorted(IN_WORK))
    narrow = {
        "deemed": Case.deemed(today),
        "follow": Q(state=State.ACCEPTED, pk__in=_to_follow()),
        "renewals": Q(renews_after__isnull=False, state__in=sorted(IN_WORK)),
        "negatives": Q(state=State.NEGATIVE_FILED, filings__state=FilingState.PROPOSED),
        "second": Q(second_notices__gt=0),
        "green": Q(is_green=True),
        "undelivered": Q(to_deliver=True),
        "callbacks": Q(state=State.ANSWERED, to_deliver=False),
    }
    return cases.filter(narrow[view]) if view in narrow else cases


def _to_follow() -> QuerySet[CaseMaterial, Any]:
    """Return the cases for which papers are still to follow, as committed (R2.30)."""
    papers = CaseMaterial.objects.filter(
        is_required=True, received_at__isnull=True, follow_by__isnull=False
    )
    return papers.values("case")


def _by_text(cases: QuerySet[Case], text: str, today: dt.date) -> QuerySet[Case]:
    """Find by case number, exact telephone or identity paper, or by the words.

    The words are encrypted: their keyed marks are compared, and the opened text then
    confirms each hit.
    """
    number = parse_number(text)
    if number is not None:
        return cases.filter(pk=number)
    index = _personal_index(text, today)
    if index is not None:
        return cases.filter(index)
    tokens = vault.query_tokens(text)
    return cases.filter(words__tokens__contains=tokens) if tokens else cases.none()


def _personal_index(text: str, today: dt.date) -> Q | None:
    try:
        telephone = normalise_phone(text)
        return Q(applicant__telephone_index=vault.blind("telephone", telephone))
    except ValueError:
        pass
    try:
        identity = normalise_identity("resident_id", text, today=today)
        return Q(applicant__identity_index=vault.blind("identity", identity))
    except InvalidIdentity:
        return None


def _confirmed(words: str, text: str) -> bool:
    """Whether a hit of the marks is one: numbers and papers need no confirmation."""
    today = timezone.localdate()
    if parse_number(text) is not None or _personal_index(text, today) is not None:
        return True
    return vault.contains(words, text)


def _slice(cases: QuerySet[Case], key: str) -> tuple[list[Any], str, str]:
    """Return one page of cases and the keys of the newer and the older page."""
    direction, _, rest = key.partition(".")
    place = _place(rest)
    newest_first = (
        cases.select_related("words", "item", "holder", "window")
        .annotate(items=Subquery(bundled()), decided=Subquery(decided()))
        .order_by("-opened_at", "-id")
    )
    if place is None or direction not in {"older", "newer"}:
        found = list(newest_first[: PAGE + 1])
        more = len(found) > PAGE
        found = found[:PAGE]
        return found, "", _key("older", found[-1]) if more else ""
    at, pk = place
    if direction == "older":
        found = list(
            newest_first.filter(opened_at__lte=at).exclude(opened_at=at, id__gte=pk)[
                : PAGE + 1
            ]
        )
        more = len(found) > PAGE
        found = found[:PAGE]
        newer = _key("newer", found[0]) if found else ""
        return found, newer, _key("older", found[-1]) if more else ""
    found = list(
        newest_first.order_by("opened_at", "id")
        .filter(opened_at__gte=at)
        .exclude(opened_at=at, id__lte=pk)[: PAGE + 1]
    )
    more = len(found) > PAGE
    found = found[:PAGE][::-1]
    older = _key("older", found[-1]) if found else ""
    return found, _key("newer", found[0]) if more else "", older


def _key(direction: str, case: Case) -> str:
    return f"{direction}.{int(case.opened_at.timestamp() * 1_000_000)}-{case.pk}"


def _place(text: str) -> tuple[dt.datetime, int] | None:
    """Read a key; None for anything that is not one."""
    micros, _, pk = text.partition("-")
    if not (micros.isascii() and micros.isdigit() and len(micros) < 18):
        return None
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return None
    epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    try:
        return epoch + dt.timedelta(microseconds=int(micros)), int(pk)
    except OverflowError:
        return None


def _totals(cases: QuerySet[Case], today: dt.date) -> Totals:
    """Count a bounded piece of the filtered list, in one statement."""
    counted = (
        cases.order_by("-opened_at", "-id")
        .only("id", "state", "due_on")[: MOST_COUNTED + 1]
        .aggregate(
            cases=Count("pk"),
            open=Count("pk", filter=~Q(state=State.CLOSED)),
            overdue=Count("pk", filter=~Q(state=State.CLOSED) & Q(due_on__lt=today)),
        )
    )
    return Totals(
        cases=min(counted["cases"], MOST_COUNTED),
        open=min(counted["open"], MOST_COUNTED),
        overdue=min(counted["overdue"], MOST_COUNTED),
        more=counted["cases"] > MOST_COUNTED,
    )


def _options(clerk: Clerk) -> tuple[Option, ...]:
    """Return the lists of windows, departments and clerks, in one statement."""
    text = CharField()
    windows = Window.objects.filter(hall_id=clerk.hall_id or 0).values_list(
        Value("window", text),
        "id",
        Concat("number", Value(" "), "name", output_field=text),
        F("number"),
    )
    departments = Department.objects.filter(is_active=True).values_list(
        Value("department", text), "id", "name", F("name_key")
    )
    clerks = (
        Clerk.objects.filter(hall_id=clerk.hall_id or 0)
        .filter(is_active=True)
        .values_list(Value("clerk", text), "id", "name", F("name_key"))
    )
    rows = windows.order_by().union(departments.order_by(), clerks.order_by(), all=True)
    in_order = sorted(rows, key=lambda row: (row[0], row[3]))
    return tuple(Option(kind, pk, label) for kind, pk, label, _ in in_order)


def with_text(clerk: Clerk, filters: Filters) -> Filters:
    """Open the search words that the address only names by their token."""
    if not filters.search or filters.text:
        return filters
    found = SavedSearch.objects.filter(
        pk=filters.search, hall_id=clerk.hall_id or 0
    ).first()
    if found is None:
        return filters
    row = f"cases.SavedSearch:{found.token}"
    text = vault.open_(found.data_key, row, "text", found.text_sealed)
    return replace(filters, text=text)


def export_rows(clerk: Clerk, filters: Filters) -> Iterator[tuple[str, ...]]:
    """Yield the filtered list for a file: no words, nothing of the applicant.

    Newest first, MOST_EXPORTED lines at most.
    """
    today = timezone.localdate()
    filters = with_text(clerk, filters)
    calendar = current_calendar(clerk.hall.region if clerk.hall else "")
    cases = (
        filtered(clerk, filters, today=today)
        .select_related("item", "department", "holder", "window")
        .order_by("-opened_at", "-id")[:MOST_EXPORTED]
    )
    for case in cases.iterator(chunk_size=500):
        promised, statutory = case.promised_due, case.statutory_due
        silent = case.both_by_silence(calendar, today)
        if silent is not None:
            promised, statutory = silent[0].due, silent[1].due
        yield (
            case.number,
            timezone.localtime(case.opened_at).strftime("%Y-%m-%d %H:%M"),
            _state_in_words(case, today),
            case.item.name if case.item else "",
            case.department.name if case.department else "",
            case.holder.name,
            str(case.window),
            str(case.get_channel_display()),
            promised.isoformat() if promised else "",
            statutory.isoformat() if statutory else "",
            case.due_on.isoformat() if case.due_on else "",
            str(case.declines),
            str(case.reopened),
        )


def _state_in_words(case: Case, today: dt.date) -> str:
    """Say where a case stands, with what the law makes of it."""
    state = {"state": str(case.get_state_display())}
    if case.deemed_on(today) is not None:
        return gettext("%(state)s, accepted by law") % state
    if case.renewed_on(today) is not None:
        return gettext("%(state)s, renewed by law") % state
    if case.to_deliver:
        return gettext("%(state)s, not delivered yet") % state
    return state["state"]
