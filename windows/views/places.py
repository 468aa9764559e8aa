"""Overview, the own hall, departments and windows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from windows import editing, reads
from windows.forms.base import ReasonForm
from windows.forms.places import DepartmentForm, HallForm, WindowForm
from windows.models import Department, Hall
from windows.reads import number_order

from .common import (
    address,
    changing,
    clerk_of,
    confirm,
    edit_object,
    found,
    reading,
    show,
)


@require_safe
@reading
def overview(request: HttpRequest) -> HttpResponse:
    """What there is, and what needs somebody's attention."""
    counted = reads.overview(clerk_of(request), timezone.localdate())
    return show(request, "overview.html", "overview", {"counted": counted})


# --- The own hall -------------------------------------------------------------------


@require_safe
@reading
def hall(request: HttpRequest) -> HttpResponse:
    """The own hall and the numbers it works with."""
    own = Hall.objects.get(pk=clerk_of(request).hall_id or 0)
    return show(
        request,
        "object.html",
        "hall",
        {
            "title": own.name,
            "facts": reads.facts(own, HallForm.Meta.fields),
            "edit_url": address("hall_edit"),
            "lines": reads.history_lines(editing.histories_of(own), most=20),
            "history_url": address("history", "hall", own.pk),
        },
    )


@require_http_methods(["GET", "POST"])
@changing
def hall_edit(request: HttpRequest) -> HttpResponse:
    """Change the own hall."""
    hall_id = clerk_of(request).hall_id or 0
    return edit_object(
        request,
        HallForm,
        Hall.objects.filter(pk=hall_id),
        hall_id,
        tab="hall",
        title=_("Change the hall"),
        back=address("hall"),
        done=lambda _hall: address("hall"),
    )


# --- Departments --------------------------------------------------------------------


@require_safe
@reading
def departments(request: HttpRequest) -> HttpResponse:
    """Every department of the city, those that are gone at the end."""
    return show(
        request,
        "departments.html",
        "departments",
        {"departments": Department.objects.order_by("-is_active", "name_key", "id")},
    )


@require_safe
@reading
def department(request: HttpRequest, pk: int) -> HttpResponse:
    """One department."""
    one = found(Department.objects.all(), pk)
    return show(
        request,
        "object.html",
        "departments",
        {
            "title": one.name,
            "back": address("departments"),
            "facts": reads.facts(one, DepartmentForm.Meta.fields),
            "edit_url": address("department_edit", one.pk),
            "lines": reads.history_lines(editing.histories_of(one), most=20),
            "history_url": address("history", "department", one.pk),
        },
    )


@require_http_methods(["GET", "POST"])
@changing
def department_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a department."""
    return edit_object(
        request,
        DepartmentForm,
        Department.objects.all(),
        pk,
        tab="departments",
        title=_("Change the department") if pk else _("Add a department"),
        back=address("department", pk) if pk else address("departments"),
        done=lambda one: address("department", one.pk),
    )


# --- Windows ------------------------------------------------------------------------


@require_safe
@reading
def windows(request: HttpRequest) -> HttpResponse:
    """The windows of the own hall, those given up at the end."""
    rows = reads.own_windows(clerk_of(request)).select_related("department")
    return show(
        request,
        "windows.html",
        "windows",
        {
            "windows": sorted(
                rows, key=lambda row: (not row.is_active, number_order(row))
            )
        },
    )


@require_safe
@reading
def window(request: HttpRequest, pk: int) -> HttpResponse:
    """One window: what it is, who is posted there, what it answers for."""
    by = clerk_of(request)
    today = timezone.localdate()
    one = found(reads.own_windows(by).select_related("department"), pk)
    postings = reads.own_postings(by).filter(window=one).select_related("clerk")
    duties = one.responsibilities.on(today).select_related("item")
    return show(
        request,
        "window.html",
        "windows",
        {
            "title": str(one),
            "window": one,
            "back": address("windows"),
            "facts": reads.facts(one, WindowForm.Meta.fields),
            "edit_url": address("window_edit", one.pk),
            "postings": postings.order_by("-starts_on", "id")[:50],
            "duties": duties.order_by("item__name_key", "item_id")[: reads.PAGE],
            "matrix_url": f"{address('matrix')}?window={one.pk}",
            "today": today,
            "lines": reads.history_lines(editing.histories_of(one), most=20),
            "history_url": address("history", "window", one.pk),
        },
    )


@require_http_methods(["GET", "POST"])
@changing
def window_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a window of the own hall."""
    return edit_object(
        request,
        WindowForm,
        reads.own_windows(clerk_of(request)),
        pk,
        tab="windows",
        title=_("Change the window") if pk else _("Add a window"),
        back=address("window", pk) if pk else address("windows"),
        done=lambda one: address("window", one.pk),
    )


@require_http_methods(["GET", "POST"])
@changing
def window_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a window up, or take it into use again; its past stays."""
    by = clerk_of(request)
    one = found(reads.own_windows(by), pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    is_closing = one.is_active

    def change() -> str:
        locked = found(reads.own_windows(by), pk, lock=True)
        locked.is_active = not is_closing
        locked.is_open = False
        editing.save_with_reason(locked, by=by, reason=form.cleaned_data["reason"])
        if is_closing:
            locked.seats.all().delete()
        return address("window", pk)

    sentences = (
        [
            _("Nobody can sit there, and no case can be offered to it any more."),
            _("Its posts and responsibilities stay in the history."),
        ]
        if is_closing
        else [_("The posts and responsibilities it still has count again at once.")]
    )
    title = _("Give up window %(window)s") if is_closing else _("Use %(window)s again")
    return confirm(
        request,
        form,
        change,
        tab="windows",
        title=title % {"window": one},
        sentences=sentences,
        button=_("Give it up") if is_closing else _("Use it again"),
        back=address("window", pk),
        is_grave=is_closing,
    )
