"""Pages for what went wrong, and the sign of life for watchers.

An error page never needs the database or the person's session, so that it can be
shown when one of them is what failed.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import structlog
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

# Keys and tokens of a form are ASCII and shorter than this; sentences are not.
LONGEST_CHOICE = 64


def page(request: HttpRequest, status: int, text: str = "") -> HttpResponse:
    """The page for a status code; a fragment for htmx.

    `text` is a sentence for the person, already translated; empty for the usual one.
    """
    template = "errors/_message.html" if is_htmx(request) else "errors/page.html"
    context: dict[str, Any] = {
        "status": status,
        "text": text or usual_text(status),
        "request_id": structlog.contextvars.get_contextvars().get("request_id", ""),
    }
    if status == 409:
        context |= {"back_url": back_url(request), "kept": typed_words(request)}
    # Without the request: no context processor may touch session or database.
    body = loader.render_to_string(template, context)
    return HttpResponse(body, status=status)


def usual_text(status: int) -> str:
    """What to say when nobody has said something better."""
    texts = {
        400: _("This request cannot be understood. Please go back and try again."),
        403: _("You may not open this page or do this."),
        404: _("There is no such page, or it is not yours to see."),
        409: _("Meanwhile somebody else has changed this. Please look again."),
        429: _("That was too often. Please wait a few minutes."),
        500: _("Something went wrong here. Nothing was saved."),
        503: _("The database does not answer in time. Please try again in a moment."),
    }
    return texts[status]


def back_url(request: HttpRequest) -> str:
    """The page the person came from, if it is one of ours; it shows the new state."""
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
        return iri_to_uri(urlsplit(came_from).path)
    return ""


NOT_WORDS = frozenset({"csrfmiddlewaretoken", "form_key"})
"""Fields that nobody wrote."""


def typed_words(request: HttpRequest) -> list[tuple[str, str]]:
    """What was written in sentences into a refused form, to be copied (check 61)."""
    return [
        (_("Your text"), value)
        for name, values in request.POST.lists()
        if "password" not in name and name not in NOT_WORDS
        for value in map(str, values)
        if len(value) > LONGEST_CHOICE or not value.isascii()
    ]


def is_htmx(request: HttpRequest) -> bool:
    """Whether the answer is put into a page that is already there."""
    return bool(
        request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    )


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return page(request, 400)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return page(request, 403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return page(request, 404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500: the id of the request is shown, the trace is in the log alone."""
    return page(request, 500)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid token, mostly one left open too long."""
    return page(
        request, 403, _("This page was open too long. Please load it again and repeat.")
    )


@login_not_required
@require_safe
def healthz(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """200 when the application and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
