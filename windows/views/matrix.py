"""The responsibility matrix: which window may do what with which item.

A cell is changed in place or, without a script, on a page of its own; both ask for
authority, day and reason. The reason is remembered for the next cells and shown, so
that twenty changes for one reason are twenty choices and not twenty sentences.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
)

from windows import duties, editing, reads
from windows.forms.base import meanwhile_sentence
from windows.forms.filters import MatrixFilter
from windows.forms.items import CellForm, RememberedReasonForm
from windows.models import ServiceItem, Window

from .common import (
    address,
    changing,
    clerk_of,
    filters_of,
    found,
    is_kept,
    may_change,
    neighbours,
    reading,
    send,
    show,
    status_of,
)

REASON = "windows.matrix.reason"
"""Where the session keeps the reason for the next changes."""


@require_http_methods(["GET", "HEAD", "POST"])
def matrix(request: HttpRequest) -> HttpResponse:
    """A page of item x window; in another language with the reason typed so far."""
    if request.method == "POST" and not is_kept(request):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return _matrix(request)


@reading
def _matrix(request: HttpRequest) -> HttpResponse:
    by = clerk_of(request)
    windows = sorted(
        reads.own_windows(by).filter(is_active=True), key=reads.number_order
    )
    form = MatrixFilter(request.GET, windows=windows)
    table = reads.matrix(
        by, windows, filters_of(request, form), request.GET, timezone.localdate()
    )
    return show(
        request,
        "matrix.html",
        "matrix",
        {
            "filter": form,
            "matrix": table,
            **_reason_context(request, request.GET.urlencode()),
            **neighbours(request, table.page),
        },
    )


def _reason_context(request: HttpRequest, query: str) -> dict[str, Any]:
    """The remembered reason, and the query to come back to after changing it."""
    remembered = request.session.get(REASON, "")
    form = RememberedReasonForm(initial={"remembered": remembered})
    if is_kept(request):
        form = RememberedReasonForm(request.POST)
        form.errors.clear()
    return {"query": query, "remembered": remembered, "reason_form": form}


@require_POST
@changing
def matrix_reason(request: HttpRequest) -> HttpResponse:
    """Remember the reason for the changes that follow."""
    query = request.POST.get("back", "")
    # Only the query of our own page: nobody is led anywhere else.
    is_query = query.startswith("?") and query.isprintable()
    place = address("matrix") + (query if is_query else "")
    if is_kept(request):
        return redirect(place, preserve_request=True)
    form = RememberedReasonForm(request.POST)
    if form.is_valid():
        request.session[REASON] = form.cleaned_data["remembered"]
    else:
        messages.error(request, " ".join(map(str, form.errors["remembered"])))
    return redirect(place)


def _cell_of(
    request: HttpRequest, item_id: int, window_id: int, *, lock: bool = False
) -> tuple[ServiceItem, Window]:
    """Item and window of a cell; 404 for a window of another hall."""
    window = found(reads.own_windows(clerk_of(request)), window_id)
    item = found(ServiceItem.objects.defer("basis", "conditions"), item_id, lock=lock)
    return item, window


def _cell_form(
    request: HttpRequest, item: ServiceItem, window: Window, today: dt.date
) -> CellForm:
    if request.method == "POST":
        return CellForm(request.POST)
    held = duties.authority_on(item, window, today)
    return CellForm(
        initial={
            "authority": held or duties.NOTHING,
            "starts_on": today,
            "reason": request.session.get(REASON, ""),
            "version": editing.version_of([duties.history_of(item, window)]),
        }
    )


def _save(
    request: HttpRequest, form: CellForm, item_id: int, window_id: int
) -> str | None:
    """Change a cell once; the address of its page, or None with the form's errors."""

    def change() -> str:
        item, window = _cell_of(request, item_id, window_id, lock=True)
        data = form.cleaned_data
        history = [duties.history_of(item, window)]
        meanwhile = editing.changed_since(history, data["version"], CELL_FIELDS)
        if meanwhile:
            form.renew_version(history)
            form.add_error(None, meanwhile_sentence(meanwhile))
            return ""
        duties.set_authority(
            item,
            window,
            data["authority"],
            starts_on=data["starts_on"],
            by=clerk_of(request),
            reason=data["reason"],
        )
        return address("matrix_cell", item_id, window_id)

    target = send(request, form, change)
    if target is not None and form.is_bound and form.is_valid():
        request.session[REASON] = form.cleaned_data["reason"]
    return target


CELL_FIELDS = ("authority", "starts_on", "ends_on")


def _cell_context(
    request: HttpRequest, form: CellForm | None, item: ServiceItem, window: Window
) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "form": form,
        "item": item,
        "window": window,
        "cell": reads.cells_of([item], [window], today)[item.pk, window.pk],
        "may_change": may_change(request),
    }


@require_http_methods(["GET", "POST"])
@reading
def matrix_cell(request: HttpRequest, item_id: int, window_id: int) -> HttpResponse:
    """One cell on a page of its own: its periods, its history, and the form."""
    item, window = _cell_of(request, item_id, window_id)
    form = None
    if may_change(request):
        form = _cell_form(request, item, window, timezone.localdate())
        is_post = request.method == "POST"
        if is_post and _save(request, form, item_id, window_id) is not None:
            messages.success(request, _("Saved."))
            return redirect(request.get_full_path())
    elif request.method == "POST":
        raise PermissionDenied
    return show(
        request,
        "cell.html",
        "matrix",
        {
            **_cell_context(request, form, item, window),
            "periods": duties.periods_of(item, window)[:50],
            "today": timezone.localdate(),
            "back": address("matrix"),
            "lines": reads.history_lines([duties.history_of(item, window)]),
        },
        status=status_of(form) if form else 200,
    )


@require_http_methods(["GET", "POST"])
@changing
def matrix_cell_fragment(
    request: HttpRequest, item_id: int, window_id: int
) -> HttpResponse:
    """One cell in place: the form for it, and after saving the cell as it is now."""
    item, window = _cell_of(request, item_id, window_id)
    form = _cell_form(request, item, window, timezone.localdate())
    if request.method == "POST" and _save(request, form, item_id, window_id):
        context = _cell_context(request, None, item, window)
        # The filters of the page in which the cell lies, not those of this address.
        around = urlsplit(request.headers.get("HX-Current-URL", "")).query
        context |= {**_reason_context(request, around), "has_focus": True}
        return render(request, "windows/_cell_saved.html", context)
    return render(
        request,
        "windows/_cell_form.html",
        _cell_context(request, form, item, window),
        status=status_of(form),
    )
