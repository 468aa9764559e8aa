"""Pages of the catalogue's import: upload, preview, confirm, watch it happen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from django_htmx.http import HttpResponseClientRefresh

from windows import importing, jobs
from windows.forms.files import CatalogueForm, ConfirmImportForm, shown_name
from windows.idle import background
from windows.importing import columns
from windows.importing.plans import Change, Plan
from windows.models import Clerk, ImportRun
from windows.models.items import DayUnit, Handling, ItemState
from windows.models.records import ImportState
from windows.reads import whole_number

from .common import (
    changing,
    clerk_of,
    found,
    reading,
    send,
    show,
    status_of,
)

ROWS_ON_A_PAGE = 50
TAB = "items"
_PARTS = (
    ("refused", gettext_lazy("Refused")),
    ("notes", gettext_lazy("To be looked at")),
    ("new", gettext_lazy("New")),
    ("changed", gettext_lazy("Changed")),
    ("departments", gettext_lazy("New departments")),
)
_WORDS = {
    str(value): label
    for choices in (DayUnit, Handling, ItemState)
    for value, label in choices.choices
}


def own_runs(by: Clerk) -> QuerySet[ImportRun]:
    """Imports of the own hall and of the command line: the catalogue is shared."""
    return ImportRun.objects.filter(Q(hall=by.hall_id) | Q(hall=None))


@require_safe
@reading
def imports(request: HttpRequest) -> HttpResponse:
    """Who imported what, when and why."""
    runs = own_runs(clerk_of(request)).select_related("by").defer("content")
    before = whole_number(request.GET.get("before"))
    if before is not None:
        runs = runs.filter(pk__lt=before)
    shown = list(runs.order_by("-pk")[: ROWS_ON_A_PAGE + 1])
    has_older = len(shown) > ROWS_ON_A_PAGE
    shown = shown[:ROWS_ON_A_PAGE]
    pager = {
        "first_url": "?" if before is not None else "",
        "older_url": f"?before={shown[-1].pk}" if has_older else "",
    }
    return show(request, "imports.html", TAB, {"runs": shown, "pager": pager})


@require_http_methods(["GET", "HEAD", "POST"])
@changing
def import_new(request: HttpRequest) -> HttpResponse:
    """Upload a file and go to its preview."""
    form = CatalogueForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            table = importing.read_table(file.read())
            plan = importing.make_plan(table)
        except importing.ImportRefusedError as refusal:
            form.add_error("file", str(refusal))
        else:
            run = importing.take_preview(
                table,
                plan,
                file_name=shown_name(file),
                by=clerk_of(request),
                at=timezone.now(),
            )
            return redirect("windows:import_run", run.pk)
    context = {
        "form": form,
        "columns": [
            {
                "label": columns.label(field),
                "names": names.split(),
                "is_required": field in columns.REQUIRED,
            }
            for field, names in columns.NAMES.items()
        ],
    }
    status = 422 if form.is_bound else 200
    return show(request, "import_new.html", TAB, context, status=status)


@require_safe
@reading
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview of an import, or how far it is, or how it ended."""
    run = found(own_runs(clerk_of(request)).select_related("by"), pk)
    return _show_run(request, run, ConfirmImportForm())


@background
@require_safe
@reading
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that is fetched every second; at the end all of it."""
    run = found(own_runs(clerk_of(request)).defer("content"), pk)
    is_going_on = run.state in importing.STILL_TO_DO
    if not is_going_on and request.headers.get("HX-Request"):
        return HttpResponseClientRefresh()
    context = {"run": run, "is_going_on": is_going_on}
    return render(request, "windows/_import_progress.html", context)


@require_POST
@changing
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes: a job does the rest."""
    by = clerk_of(request)
    run = found(own_runs(by).select_related("by"), pk)
    form = ConfirmImportForm(request.POST)

    def change() -> str:
        importing.confirm(
            run.pk,
            by=by,
            reason=form.cleaned_data["reason"],
            digest=form.cleaned_data["digest"],
            start=_start,
        )
        # Confirmed before, or not to be confirmed: the page says how it stands.
        return reverse("windows:import_run", args=[run.pk])

    target = send(request, form, change)
    if target is not None:
        return redirect(target)
    return _show_run(request, run, form, status=status_of(form))


@require_POST
@changing
def import_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a job on the queue once more, should the first one be lost.

    Harmless at any time: a job that finds nothing left to do does nothing.
    """
    run = found(own_runs(clerk_of(request)).defer("content"), pk)
    if run.state in importing.STILL_TO_DO:
        with transaction.atomic():
            _start(run.pk)
    return redirect("windows:import_run", run.pk)


@require_POST
@changing
def import_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a preview away; an import that was confirmed stays on record."""
    run = found(own_runs(clerk_of(request)).defer("content"), pk)
    gone, _by_model = ImportRun.objects.filter(
        pk=run.pk, state=ImportState.PREVIEW
    ).delete()
    if not gone:
        return redirect("windows:import_run", run.pk)
    messages.success(request, _("The preview was thrown away. Nothing was changed."))
    return redirect("windows:imports")


def _start(run_id: int) -> None:
    jobs.apply_import.defer(run_id=run_id)


# --- the preview --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One field of a changed item, in words."""

    label: str
    before: str
    after: str


def _show_run(
    request: HttpRequest, run: ImportRun, form: ConfirmImportForm, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "run": run,
        "form": form,
        "is_going_on": run.state in importing.STILL_TO_DO,
    }
    if run.state == ImportState.PREVIEW and run.content is not None:
        plan = importing.make_plan(importing.Table.unpack(bytes(run.content)))
        context |= _preview(request, plan)
    return show(request, "import_run.html", TAB, context, status=status)


def _preview(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    rows: dict[str, Sequence[Any]] = {
        "refused": plan.refused,
        "notes": plan.notes,
        "new": plan.new,
        "changed": plan.changed,
        "departments": plan.departments,
    }
    asked = request.GET.get("part", "")
    part = asked if asked in rows else next((n for n in rows if rows[n]), "new")
    page = Paginator(rows[part], ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    shown: Sequence[Any] = list(page.object_list)
    if part == "changed":
        shown = [
            {"item": item, "changes": [_in_words(change) for change in item.changes]}
            for item in shown
        ]
    return {
        "plan": plan,
        "part": part,
        "parts": [
            {"name": name, "label": label, "count": len(rows[name])}
            for name, label in _PARTS
            if rows[name] or name in {"new", "changed"}
        ],
        "page": page,
        "rows": shown,
    }


def _in_words(change: Change) -> ShownChange:
    """Of a list only what goes and what comes, unless nothing but its order changes."""
    before, after = change.before, change.after
    if isinstance(before, tuple) and isinstance(after, tuple):
        gone = tuple(part for part in before if part not in after)
        come = tuple(part for part in after if part not in before)
        if gone or come:
            before, after = gone, come
    return ShownChange(columns.label(change.field), _text(before), _text(after))


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "；".join(value) or "–"
    text = "" if value is None else str(value)
    return str(_WORDS.get(text, text)) or "–"
