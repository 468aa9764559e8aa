"""The public pages: how far a matter is, and when one would be due."""

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.forms.calculator import STOPS, CalculatorForm
from cases.forms.progress import ProgressForm
from cases.reads.calculator import calculate, is_too_often
from cases.reads.progress import look_up
from windows.views.common import is_kept
from windows.views.gate import terminal_of

from .common import unjudged

log = structlog.get_logger(__name__)


@login_not_required
@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """Show the progress of one case to whoever has its number and code.

    Posted, so that neither stands in an address. What is wrong is not told.
    """
    form = ProgressForm(request.POST or None)
    found = None
    if is_kept(request):
        unjudged(form)
    elif request.method == "POST" and form.is_valid():
        found, limited = look_up(
            form.cleaned_data["number"],
            form.cleaned_data["code"],
            address=terminal_of(request),
            at=timezone.now(),
        )
        if limited:
            log.warning("progress_limit_met")
        if found is None:
            form.add_error(
                None,
                _(
                    "Number and code do not belong together, or were tried too often. "
                    "Look at your slip, or ask at any window."
                ),
            )
    return render(
        request,
        "cases/progress.html",
        {"form": form, "progress": found},
        status=422 if form.errors else 200,
    )


@login_not_required
@require_http_methods(["GET", "POST"])
def calculator(request: HttpRequest) -> HttpResponse:
    """Show when a matter would be due, day by day; nothing is stored.

    Posted, so that what somebody says of a matter stands in no address.
    """
    data = request.POST if request.method == "POST" else None
    form = CalculatorForm(data)
    stops = STOPS(data, prefix="stop", start=form.begins)
    found, is_limited = None, False
    if data is not None and not request.user.is_authenticated:
        is_limited = is_too_often(terminal_of(request), at=timezone.now())
    if is_limited:
        form.add_error(None, _("Too many at once: wait a few minutes, then go on."))
    elif is_kept(request):
        stops.is_valid()
        stops.non_form_errors().clear()
        for one in (form, *stops):
            unjudged(one)
    # Each is asked, so that every mistake is shown at once.
    elif data is not None and all([form.is_valid(), stops.is_valid()]):
        found = calculate(
            form.cleaned_data["words"],
            chosen=form.chosen,
            start=form.cleaned_data["start"],
            extension=form.cleaned_data["extension"] or 0,
            stops=stops.stops(),
            hall=getattr(request.user, "hall", None),
            today=timezone.localdate(),
        )
        if found is None:
            form.add_error("words", _("No item fits these words: try others."))
        elif (form.cleaned_data["extension"] or 0) > found.longest_extension:
            most = {"most": found.longest_extension}
            form.add_error("extension", _("From 1 to %(most)d days.") % most)
            found = None
    is_wrong = bool(form.errors) or stops.total_error_count() > 0
    return render(
        request,
        "cases/calculator.html",
        {"form": form, "stops": stops, "found": found},
        status=429 if is_limited else 422 if is_wrong else 200,
    )
