"""The whole history of one object, of deleted ones too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from windows import editing, reads
from windows.models import (
    Absence,
    CalendarYear,
    Clerk,
    ClerkPhoto,
    ClosureDay,
    Department,
    Hall,
    Posting,
    ServiceItem,
    ThesaurusEntry,
    Window,
)

from .common import address, clerk_of, reading, show


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object: its model, its page, and which rows of its history show."""

    model: Any
    tab: str
    page: str
    own: Callable[[Clerk], dict[str, Any]] = lambda _by: {}
    """Conditions on object and history alike that keep other halls out."""
    called: Callable[[Any], str] = str


KINDS = {
    "hall": Kind(Hall, "hall", "hall", lambda by: {"id": by.hall_id}),
    "department": Kind(Department, "departments", "department"),
    "window": Kind(Window, "windows", "window", lambda by: {"hall_id": by.hall_id}),
    "clerk": Kind(Clerk, "clerks", "clerk", lambda by: {"hall_id": by.hall_id}),
    "posting": Kind(
        Posting,
        "postings",
        "posting",
        lambda by: {"window__hall_id": by.hall_id},
        lambda one: f"{one.clerk.name} · {one.window}",
    ),
    "absence": Kind(
        Absence,
        "postings",
        "absence",
        lambda by: {"clerk__hall_id": by.hall_id},
        lambda one: f"{one.clerk.name} {one.starts_on} – {one.ends_on}",
    ),
    "item": Kind(ServiceItem, "items", "item"),
    "thesaurus": Kind(ThesaurusEntry, "thesaurus", "thesaurus_entry"),
    "day": Kind(ClosureDay, "calendar", "closure_day"),
    "year": Kind(CalendarYear, "calendar", ""),
}


@require_safe
@reading
def history(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Who changed an object, when, why and what, field by field."""
    kind = KINDS.get(name)
    if kind is None:
        raise Http404
    own = kind.own(clerk_of(request))
    one: Model | None = kind.model.objects.filter(**own).filter(pk=pk).first()
    histories: list[QuerySet[Any]]
    if one is not None:
        histories = editing.histories_of(one)
    else:
        # Deleted: its last line still says whose it was.
        histories = [kind.model.history.filter(**own).filter(id=pk)]
        if not histories[0].exists():
            raise Http404
    if kind.model is Clerk:
        histories.append(ClerkPhoto.history.filter(clerk_id=pk))
    page = kind.page
    if one is None or not page:
        back = address(kind.tab)
    else:
        back = address(page) if page == "hall" else address(page, pk)
    return show(
        request,
        "history.html",
        kind.tab,
        {
            "title": kind.called(one) if one else _("Deleted"),
            "back": back,
            "lines": reads.history_lines(histories),
            "most": reads.LINES,
        },
    )
