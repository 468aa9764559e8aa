"""The public page: how far a matter is, and who answers for it."""

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.forms.progress import ProgressForm
from cases.reads.progress import look_up
from windows.views.gate import terminal_of

log = structlog.get_logger(__name__)


@login_not_required
@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """Show the progress of one case to whoever has its number and code.

    Posted, so that neither stands in an address. What is wrong is not told.
    """
    form = ProgressForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
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
