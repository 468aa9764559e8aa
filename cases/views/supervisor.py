"""The ledger of a hall, its search and its export."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.actions import reading
from cases.exporting import csv_bytes, xlsx_bytes
from cases.forms.ledger import ExportForm, LedgerForm, SearchForm
from cases.reads.ledger import (
    MOST_EXPORTED,
    Filters,
    export_rows,
    ledger_page,
    with_text,
)
from windows.roles import LEDGER_READERS, role_required
from windows.views.gate import signed_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _query(request: HttpRequest, **changes: str) -> str:
    """Return the address of the ledger with some filters changed."""
    kept = {
        name: value
        for name, value in request.GET.items()
        if name in LedgerForm.base_fields and value
    }
    kept.update(changes)
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"?{query}" if query else "?"


@role_required(*LEDGER_READERS)
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Show the cases of the hall; the filters are the address and can be sent."""
    clerk = signed_in(request)
    form = LedgerForm(request.GET)
    form.is_valid()
    filters = with_text(clerk, form.filters)
    page = ledger_page(clerk, filters, key=request.GET.get("key", "")[:60])
    form.offer(page.options)
    tabs = [
        ("all", _("All")),
        ("limbo", _("Limbo")),
        ("overdue", _("Overdue")),
        ("deemed", _("Accepted by law")),
        ("follow", _("Papers to follow")),
        ("renewals", _("Renewals")),
        ("undelivered", _("To be delivered")),
        ("negatives", _("Negatives to decide")),
        ("silent", _("Units that hold a case up")),
        ("second", _("Second notices")),
        ("green", _("Green channel")),
        ("callbacks", _("Call-backs due")),
    ]
    return render(
        request,
        "cases/ledger.html",
        {
            "form": form,
            "search": SearchForm(initial={"q": filters.text}),
            "page": page,
            "filters": filters,
            "tabs": [
                {
                    "url": _query(request, view=view),
                    "label": label,
                    "current": view == filters.view,
                }
                for view, label in tabs
            ],
            "query": _query(request),
            "pager": {
                "first_url": _query(request) if page.newer else "",
                "newer_url": _query(request, key=page.newer) if page.newer else "",
                "older_url": _query(request, key=page.older) if page.older else "",
            },
        },
    )


@role_required(*LEDGER_READERS)
@require_POST
def ledger_search(request: HttpRequest) -> HttpResponse:
    """Keep the words of a search, and go to an address that only names them."""
    form = SearchForm(request.POST)
    clerk = signed_in(request)
    changes = {"search": ""}
    if form.is_valid() and form.cleaned_data["q"]:
        token = reading.keep_search(form.cleaned_data["q"], by=clerk, at=timezone.now())
        changes = {"search": token}
    elif form.errors:
        messages.error(request, _("These words are too long or cannot be read."))
    return HttpResponseRedirect(reverse("ledger") + _query(request, **changes))


@role_required(*LEDGER_READERS)
@require_http_methods(["GET", "POST"])
def ledger_export(request: HttpRequest) -> HttpResponse:
    """Give the filtered list as a file, for a reason that is kept."""
    clerk = signed_in(request)
    wanted = LedgerForm(request.GET)
    wanted.is_valid()
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        rows = list(export_rows(clerk, wanted.filters))
        reading.record_export(
            rows=len(rows),
            filters=_query(request),
            reason=form.cleaned_data["reason"],
            by=clerk,
            at=timezone.now(),
        )
        return _file(rows, form.cleaned_data["kind"])
    return render(
        request,
        "cases/ledger_export.html",
        {
            "form": form,
            "query": _query(request),
            "most": MOST_EXPORTED,
            "is_filtered": wanted.filters != Filters(),
        },
        status=422 if form.errors else 200,
    )


def _file(rows: list[tuple[str, ...]], kind: str) -> HttpResponse:
    headings = [
        _("case number"),
        _("opened"),
        _("state"),
        _("item"),
        _("department"),
        _("accountable"),
        _("window"),
        _("channel"),
        _("promised date"),
        _("statutory date"),
        _("due"),
        _("declines"),
        _("reopened"),
    ]
    day = timezone.localdate().isoformat()
    name = _("ledger") + f"-{day}.{kind}"
    if kind == "csv":
        content, media = csv_bytes(headings, rows), "text/csv; charset=utf-8"
    else:
        content, media = xlsx_bytes(headings, rows, title=_("ledger")), XLSX
    disposition = content_disposition_header(as_attachment=True, filename=name) or ""
    return HttpResponse(
        content, content_type=media, headers={"Content-Disposition": disposition}
    )
