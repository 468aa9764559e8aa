"""What the configuration's pages show: one function per page, few statements each.

Lists are paged by key: the next page begins behind the last row of this one, so a
deep page costs what the first one does (no OFFSET, no unbounded COUNT).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from windows.listing import joined
from windows.models import (
    Absence,
    CalendarYear,
    Clerk,
    Department,
    Hall,
    ItemAlias,
    LookupMiss,
    Material,
    PaperSeal,
    PaperText,
    Posting,
    Responsibility,
    ServiceItem,
    ThesaurusEntry,
    Window,
)
from windows.models.fields import pinyin_key
from windows.models.items import Authority, ItemState
from windows.models.people import PostKind
from windows.models.periods import PeriodQuerySet
from windows.roles import Role

M = TypeVar("M", bound=models.Model)
Rows = TypeVar("Rows", bound=models.Model)

PAGE = 50


# --- Whose rows ---------------------------------------------------------------------


def own_windows(by: Clerk) -> QuerySet[Window]:
    """The windows of the reader's own hall."""
    return Window.objects.filter(hall=by.hall_id)


def own_clerks(by: Clerk) -> QuerySet[Clerk]:
    """The people of the reader's own hall; the row that jobs act as is nobody."""
    return Clerk.objects.filter(hall=by.hall_id).exclude(role=Role.SYSTEM)


def own_postings(by: Clerk) -> QuerySet[Posting]:
    """Posts at windows of the reader's own hall."""
    return Posting.objects.filter(window__hall=by.hall_id)


def own_absences(by: Clerk) -> PeriodQuerySet[Absence]:
    """Absences of people of the reader's own hall."""
    return Absence.objects.filter(clerk__hall=by.hall_id)


def own_misses(by: Clerk) -> QuerySet[LookupMiss]:
    """What was looked up in vain in the reader's own hall."""
    return LookupMiss.objects.filter(hall=by.hall_id)


def number_order(window: Window) -> tuple[str, int, str]:
    """Window A2 before A10 before B1, as people count."""
    digits = "".join(sign for sign in window.number if sign in "0123456789")
    letters = window.number.rstrip("0123456789")
    return (letters, int(digits or 0), window.number)


# --- Paging by key ------------------------------------------------------------------


def whole_number(text: str | None) -> int | None:
    """A row's number out of an address; None for anything that cannot be one."""
    if text and re.fullmatch(r"[0-9]{1,18}", text):
        return int(text)
    return None


@dataclass(frozen=True, slots=True)
class KeyPage(Generic[Rows]):
    """Some rows of a list, and where the neighbouring pages begin."""

    rows: list[Rows]
    before: int | None
    """The row before which the page before ends; None on the first page."""
    after: int | None
    """The row after which the next page begins; None on the last page."""


def page_by_key(
    rows: QuerySet[M],
    place: Mapping[str, str],
    keys: Sequence[str] = ("name_key", "id"),
    size: int = PAGE,
) -> KeyPage[M]:
    """The page that `place` (a query string) asks for with `after` or `before`.

    The last key must be unique. A place that does not exist is the first page.
    """
    back = whole_number(place.get("before"))
    pivot = back if back is not None else whole_number(place.get("after"))
    key: Sequence[Any] | None = None
    if pivot is not None:
        # Not out of `rows`: a row that left the list still marks a place in it.
        everything = rows.model._default_manager  # noqa: SLF001
        key = everything.filter(pk=pivot).values_list(*keys).first()
    is_back = back is not None and key is not None
    if key is not None:
        rows = rows.filter(_beyond(keys, key, "lt" if is_back else "gt"))
    order = [f"-{name}" for name in keys] if is_back else list(keys)
    found = list(rows.order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if is_back:
        found.reverse()
    has_before = more if is_back else key is not None
    has_after = True if is_back else more
    return KeyPage(
        rows=found,
        before=found[0].pk if found and has_before else None,
        after=found[-1].pk if found and has_after else None,
    )


def _beyond(keys: Sequence[str], values: Sequence[Any], side: str) -> Q:
    """Rows whose keys lie beyond `values`, compared like words in a dictionary."""
    condition = Q()
    for number, (name, value) in enumerate(zip(keys, values, strict=True)):
        equal = dict(zip(keys[:number], values[:number], strict=True))
        condition |= Q(**equal, **{f"{name}__{side}": value})
    return condition


# --- Overview -----------------------------------------------------------------------


def _count(rows: QuerySet[Any]) -> Coalesce:
    """How many rows, as a column of another statement."""
    counted = rows.order_by().values(_all=models.Value(1)).annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")[:1]), 0)


def posted_as_a(today: dt.date) -> QuerySet[Posting]:
    """Posts as A that hold today, for `Exists` over a window."""
    return Posting.objects.on(today).filter(
        window=OuterRef("pk"), post=PostKind.A, clerk__is_active=True
    )


def answering(today: dt.date, hall_id: int | None) -> QuerySet[Responsibility]:
    """Duties of a hall's windows that hold today, for `Exists` over an item."""
    return Responsibility.objects.on(today).filter(
        item=OuterRef("pk"), window__hall=hall_id, window__is_active=True
    )


def overview(by: Clerk, today: dt.date) -> Hall:
    """The own hall with everything the overview counts: one statement."""
    windows = own_windows(by).filter(is_active=True)
    published = ServiceItem.objects.filter(state=ItemState.PUBLISHED)
    return Hall.objects.annotate(
        window_count=_count(windows),
        unmanned_count=_count(windows.filter(~Exists(posted_as_a(today)))),
        clerk_count=_count(own_clerks(by).filter(is_active=True)),
        away_count=_count(own_absences(by).on(today)),
        department_count=_count(Department.objects.filter(is_active=True)),
        item_count=_count(published),
        bundle_count=_count(published.filter(is_bundle=True)),
        unanswered_count=_count(
            published.filter(department__in_hall=True).filter(
                ~Exists(answering(today, by.hall_id))
            )
        ),
        thesaurus_count=_count(ThesaurusEntry.objects.all()),
        miss_count=_count(own_misses(by).filter(is_settled=False)),
        last_year=Subquery(
            CalendarYear.objects.order_by("-year").values("year")[:1],
            output_field=models.IntegerField(),
        ),
    ).get(pk=by.hall_id or 0)


# --- Lists --------------------------------------------------------------------------


def clerks(by: Clerk, filters: Mapping[str, Any]) -> QuerySet[Clerk]:
    """People by name, number, department, role and activity."""
    rows = own_clerks(by).select_related("department")
    if text := filters.get("q"):
        rows = rows.filter(
            Q(name__icontains=text)
            | Q(staff_number__istartswith=text)
            | Q(name_key__startswith=pinyin_key(text))
        )
    if department := filters.get("department"):
        rows = rows.filter(department=department)
    if role := filters.get("role"):
        rows = rows.filter(role=role)
    if state := filters.get("state"):
        rows = rows.filter(is_active=state == "active")
    return rows


def items(filters: Mapping[str, Any]) -> QuerySet[ServiceItem]:
    """Items by text, department, state and type."""
    rows = ServiceItem.objects.select_related("department").defer("basis", "conditions")
    if text := filters.get("q"):
        rows = rows.filter(_item_says(text))
    for name in ("department", "state", "type"):
        if value := filters.get(name):
            rows = rows.filter(**{name: value})
    if filters.get("kind"):
        rows = rows.filter(is_bundle=True)
    return rows


def _item_says(text: str) -> Q:
    """Items whose name, code or other wording contains a text."""
    return (
        Q(name__icontains=text)
        | Q(code__istartswith=text)
        | Q(pk__in=ItemAlias.objects.filter(text__icontains=text).values("item"))
    )


def item_types() -> list[str]:
    """The types in use."""
    rows = ServiceItem.objects.exclude(type="").order_by("type")
    return list(rows.values_list("type", flat=True).distinct()[:100])


def misses(by: Clerk) -> list[dict[str, Any]]:
    """The words that found nothing, the most frequent first; at most 100."""
    rows = own_misses(by).filter(is_settled=False).order_by().values("words")
    counted = rows.annotate(times=Count("id"), last=Max("at"), any_id=Max("id"))
    return [dict(row) for row in counted.order_by("-times", "-last")[:100]]


# --- The matrix ---------------------------------------------------------------------

NOBODY = "nobody"
ITEMS_ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Cell:
    """What one window may do with one item today, and whether that will change."""

    window: Window
    authority: str
    is_planned: bool

    @property
    def label(self) -> str:
        """The authority in words."""
        return authority_label(self.authority)

    @property
    def sign(self) -> str:
        """The authority as one sign."""
        return authority_sign(self.authority)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One item with its cells, one for each column."""

    item: ServiceItem
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Matrix:
    """One page of item x window."""

    windows: list[Window]
    rows: list[MatrixRow]
    page: KeyPage[ServiceItem]


def authority_label(authority: str) -> str:
    """An authority in words; empty means none."""
    return str(Authority(authority).label) if authority else _("nothing")


def authority_sign(authority: str) -> str:
    """An authority as one sign for a narrow column."""
    signs = {
        Authority.DECIDE: pgettext("sign of an authority", "D"),
        Authority.ACCEPT: pgettext("sign of an authority", "A"),
        Authority.ADVISE: pgettext("sign of an authority", "i"),
    }
    return signs[Authority(authority)] if authority else "·"


def matrix(
    by: Clerk,
    all_windows: Sequence[Window],
    filters: Mapping[str, Any],
    place: Mapping[str, str],
    today: dt.date,
) -> Matrix:
    """A page of the matrix: three statements, however many items and windows.

    With a window chosen only its column is shown, and the authority asked for is the
    one it has; without, it is the one any window of the hall has.
    """
    chosen = filters.get("window")
    windows = [chosen] if chosen else list(all_windows)
    rows = ServiceItem.objects.exclude(state=ItemState.CANCELLED)
    rows = rows.only("id", "code", "name", "name_key", "department", "state")
    if text := filters.get("q"):
        rows = rows.filter(_item_says(text))
    if department := filters.get("department"):
        rows = rows.filter(department=department)
    if authority := filters.get("authority"):
        held = answering(today, by.hall_id)
        if chosen:
            held = held.filter(window=chosen)
        if authority == NOBODY:
            rows = rows.filter(~Exists(held))
        else:
            rows = rows.filter(Exists(held.filter(authority=authority)))
    page = page_by_key(rows, place, size=ITEMS_ON_A_PAGE)
    cells = cells_of(page.rows, windows, today)
    return Matrix(
        windows=windows,
        rows=[
            MatrixRow(item, [cells[item.pk, window.pk] for window in windows])
            for item in page.rows
        ],
        page=page,
    )


def cells_of(
    items: Iterable[ServiceItem], windows: Sequence[Window], today: dt.date
) -> dict[tuple[int, int], Cell]:
    """The cells of some items and windows: one statement."""
    item_ids = [item.pk for item in items]
    now: dict[tuple[int, int], str] = {}
    planned: set[tuple[int, int]] = set()
    duties = Responsibility.objects.between(today).filter(
        item__in=item_ids,
        window__in=[window.pk for window in windows],
    )
    for item_id, window_id, authority, starts_on, ends_on in duties.values_list(
        "item_id", "window_id", "authority", "starts_on", "ends_on"
    ):
        if starts_on <= today:
            now[item_id, window_id] = authority
        if starts_on > today or ends_on is not None:
            planned.add((item_id, window_id))
    return {
        (item_id, window.pk): Cell(
            window=window,
            authority=now.get((item_id, window.pk), ""),
            is_planned=(item_id, window.pk) in planned,
        )
        for item_id in item_ids
        for window in windows
    }


# --- History ------------------------------------------------------------------------

LINES = 200
_KINDS = {"+": "created", "~": "changed", "-": "removed"}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one change."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Line:
    """One change of one object: who, when, why, and what field by field."""

    kind: str
    """`created`, `changed` or `removed`."""
    what: str
    at: dt.datetime
    who: str
    reason: str
    changes: list[Change] = field(default_factory=list)


def history_lines(histories: Sequence[QuerySet[Any]], most: int = LINES) -> list[Line]:
    """The newest lines of some histories, newest first.

    One statement for each history, and one for each kind of object they refer to.
    """
    records: list[tuple[Any, Any]] = []
    for rows in histories:
        newest = list(
            rows.select_related("history_user").order_by("-history_id")[: most + 1]
        )
        before: dict[Any, Any] = {}
        paired = []
        for record in reversed(newest):
            paired.append((record, before.get(record.id)))
            before[record.id] = record
        records += [
            (record, old)
            for record, old in paired
            # Without the line before it nobody can say what a line has changed.
            if old is not None or record.history_type != "~" or len(newest) <= most
        ]
    records.sort(key=lambda pair: (pair[0].history_date, pair[0].history_id))
    records = records[-most:]
    names = _names_of_targets(records)
    return [_line(record, old, names) for record, old in reversed(records)]


_NOT_TO_READ = {
    (PaperText, "hall"),
    (PaperText, "kind"),
    (PaperSeal, "hall"),
    (PaperSeal, "content"),
    (PaperSeal, "media_type"),
    (PaperSeal, "digest"),
}
"""Fields of a history that the page around it says already, or that are no text."""


def _shown_fields(record: Any) -> list[models.Field[Any, Any]]:
    return [
        field
        for field in record.tracked_fields
        if field.name not in {"id", "name_key", "item"}
        and (field.model, field.name) not in _NOT_TO_READ
    ]


def _line(record: Any, old: Any, names: Mapping[tuple[Any, Any], str]) -> Line:
    changes = []
    if record.history_type != "-":
        for tracked in _shown_fields(record):
            new_text = _text(tracked, getattr(record, tracked.attname), names)
            if old is not None:
                old_text = _text(tracked, getattr(old, tracked.attname), names)
            elif record.history_type == "+":
                # What nobody chose is not worth a line.
                old_text = _text(tracked, tracked.get_default(), names)
            else:
                continue
            if new_text != old_text:
                changes.append(Change(_label(tracked), old_text, new_text))
    return Line(
        kind=_KINDS[record.history_type],
        what=str(record.instance_type._meta.verbose_name),  # noqa: SLF001
        at=record.history_date,
        who=record.history_user.name if record.history_user else "",
        reason=record.history_change_reason or "",
        changes=changes,
    )


def _label(tracked: models.Field[Any, Any]) -> str:
    """A field's name; for a few a better one than the model has."""
    better = {
        (Clerk, "name"): pgettext("of a person", "name"),
        (Clerk, "session_epoch"): _("times all sessions were ended"),
        (Clerk, "must_change_password"): _("password given by an administrator"),
        (Material, "copies"): pgettext("of a paper", "copies"),
    }
    return better.get((tracked.model, tracked.name)) or str(tracked.verbose_name)


def _names_of_targets(
    records: Sequence[tuple[Any, Any]],
) -> dict[tuple[Any, Any], str]:
    """What the foreign keys in some history lines are called today."""
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for pair in records:
        for record in pair:
            if record is None:
                continue
            for tracked in _shown_fields(record):
                if isinstance(tracked, models.ForeignKey):
                    value = getattr(record, tracked.attname)
                    if value is not None:
                        wanted[tracked.related_model].add(value)
    return {
        (model, pk): str(target)
        for model, pks in wanted.items()
        for pk, target in model.objects.in_bulk(pks).items()
    }


def _text(
    tracked: models.Field[Any, Any], value: Any, names: Mapping[tuple[Any, Any], str]
) -> str:
    """A value of a field as a person reads it."""
    if isinstance(tracked, models.ForeignKey) and value is not None:
        return names.get((tracked.related_model, value), f"#{value}")
    return plain_text(value, dict(tracked.flatchoices))


def plain_text(value: Any, choices: Mapping[Any, Any] | None = None) -> str:
    """A value as a person reads it; empty stays empty."""
    if value is None:
        return ""
    if isinstance(value, list):
        return joined(value)
    if choices and value in choices:
        return str(choices[value])
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def facts(instance: models.Model, names: Iterable[str]) -> list[tuple[str, str]]:
    """The fields of an object as pairs of label and text."""
    pairs = []
    for name in names:
        described: Any = instance._meta.get_field(name)  # noqa: SLF001
        value = getattr(instance, name)
        pairs.append(
            (_label(described), plain_text(value, dict(described.flatchoices)))
        )
    return pairs
