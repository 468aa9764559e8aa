"""The thesaurus and the working-day table."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from windows import editing, reads
from windows.coverage import calendar_warning
from windows.forms.filters import ThesaurusFilter, YearFilter
from windows.forms.words import ClosureDayForm, ThesaurusForm
from windows.models import CalendarYear, ClosureDay, ThesaurusEntry

from .common import (
    address,
    changing,
    clerk_of,
    delete_object,
    edit_object,
    filters_of,
    found,
    neighbours,
    reading,
    show,
)

# --- Thesaurus ----------------------------------------------------------------------


@require_safe
@reading
def thesaurus(request: HttpRequest) -> HttpResponse:
    """Spoken words and the official ones they stand for."""
    groups = ThesaurusEntry.objects.exclude(group="").order_by("group")
    names = list(groups.values_list("group", flat=True).distinct()[:200])
    form = ThesaurusFilter(request.GET, groups=names)
    filters = filters_of(request, form)
    rows = ThesaurusEntry.objects.all()
    if text := filters.get("q"):
        rows = rows.filter(Q(spoken__icontains=text) | Q(official__icontains=text))
    if group := filters.get("group"):
        rows = rows.filter(group=group)
    page = reads.page_by_key(rows, request.GET, keys=("group", "spoken"))
    return show(
        request,
        "thesaurus.html",
        "thesaurus",
        {"filter": form, "entries": page.rows, **neighbours(request, page)},
    )


@require_safe
@reading
def thesaurus_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry and its history."""
    one = found(ThesaurusEntry.objects.all(), pk)
    return show(
        request,
        "object.html",
        "thesaurus",
        {
            "title": one.spoken,
            "back": address("thesaurus"),
            "facts": reads.facts(one, ThesaurusForm.Meta.fields),
            "edit_url": address("thesaurus_edit", one.pk),
            "delete_url": address("thesaurus_delete", one.pk),
            "lines": reads.history_lines(editing.histories_of(one), most=20),
            "history_url": address("history", "thesaurus", one.pk),
        },
    )


@require_http_methods(["GET", "POST"])
@changing
def thesaurus_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change an entry; `?miss=` fills in words that were looked up in vain."""
    miss_id = reads.whole_number(request.GET.get("miss"))
    miss = reads.own_misses(clerk_of(request)).filter(pk=miss_id or 0).first()

    def settle(_entry: ThesaurusEntry) -> None:
        if miss:
            miss.settle()

    return edit_object(
        request,
        ThesaurusForm,
        ThesaurusEntry.objects.all(),
        pk,
        tab="thesaurus",
        title=_("Change the entry") if pk else _("Add an entry"),
        back=address("thesaurus_entry", pk) if pk else address("thesaurus"),
        done=lambda one: (
            address("misses") if miss else address("thesaurus_entry", one.pk)
        ),
        initial={"spoken": miss.words[:50]} if miss and not pk else None,
        saved=settle,
    )


@require_http_methods(["GET", "POST"])
@changing
def thesaurus_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an entry."""
    return delete_object(
        request,
        ThesaurusEntry.objects.all(),
        pk,
        tab="thesaurus",
        title=_("Delete this entry"),
        sentence=str,
        button=_("Delete"),
        back=address("thesaurus_entry", pk),
        done=address("thesaurus"),
    )


# --- Calendar -----------------------------------------------------------------------


@require_safe
@reading
def calendar(request: HttpRequest) -> HttpResponse:
    """The years whose notice is loaded, and the exceptional days of one of them."""
    this_year = timezone.localdate().year
    form = YearFilter({"year": request.GET.get("year") or this_year})
    year = filters_of(request, form).get("year") or this_year
    hall = clerk_of(request).hall
    regions = {"", hall.region if hall else ""}
    years = list(CalendarYear.objects.filter(region__in=regions))
    days = ClosureDay.objects.filter(day__year=year, region__in=regions)
    return show(
        request,
        "calendar.html",
        "calendar",
        {
            "filter": form,
            "year": year,
            "years": years,
            "is_loaded": any(loaded.year == year for loaded in years),
            "days": days.order_by("day", "region")[:400],
            "warning": calendar_warning(timezone.localdate(), years),
        },
    )


@require_safe
@reading
def closure_day(request: HttpRequest, pk: int) -> HttpResponse:
    """One exceptional day and its history."""
    one = found(ClosureDay.objects.all(), pk)
    return show(
        request,
        "object.html",
        "calendar",
        {
            "title": f"{one.day} {one.name}",
            "back": f"{address('calendar')}?year={one.day.year}",
            "facts": reads.facts(one, ClosureDayForm.Meta.fields),
            "edit_url": address("closure_day_edit", one.pk),
            "delete_url": address("closure_day_delete", one.pk),
            "lines": reads.history_lines(editing.histories_of(one), most=20),
            "history_url": address("history", "day", one.pk),
        },
    )


@require_http_methods(["GET", "POST"])
@changing
def closure_day_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change an exceptional day."""
    return edit_object(
        request,
        ClosureDayForm,
        ClosureDay.objects.all(),
        pk,
        tab="calendar",
        title=_("Change the day") if pk else _("Add an exceptional day"),
        back=address("closure_day", pk) if pk else address("calendar"),
        done=lambda one: f"{address('calendar')}?year={one.day.year}",
        # What it moves is shown first, and moved when that is confirmed (R9.14).
        told=_(
            "No date of an open case has moved yet: see “Dates of open cases”, and "
            "confirm there."
        ),
    )


@require_http_methods(["GET", "POST"])
@changing
def closure_day_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an exceptional day: it is again what its weekday says."""
    return delete_object(
        request,
        ClosureDay.objects.all(),
        pk,
        tab="calendar",
        title=_("Delete this day from the calendar"),
        sentence=str,
        button=_("Delete"),
        back=address("closure_day", pk),
        done=address("calendar"),
    )
