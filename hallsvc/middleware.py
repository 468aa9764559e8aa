"""What every request and response passes through."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

import structlog
from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext

from cases.lifecycle import RuleBroken
from hallsvc import errors

GetResponse = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger(__name__)

# Answers of PostgreSQL to the one who lost a race or broke a rule of the database.
UNIQUE, EXCLUSION, CHECK = "23505", "23P01", "23514"
SERIALIZATION, DEADLOCK, LOCK_TIMEOUT = "40001", "40P01", "55P03"
LOST_RACES = {UNIQUE, EXCLUSION, CHECK, SERIALIZATION, DEADLOCK, LOCK_TIMEOUT}


class SecurityHeadersMiddleware:
    """Headers on every response, errors and static files too (check 41)."""

    def __init__(self, get_response: GetResponse) -> None:
        """Django's signature."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add what is missing."""
        response = self.get_response(request)
        headers = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
            "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
            "Permissions-Policy": settings.PERMISSIONS_POLICY,
            "X-Frame-Options": settings.X_FRAME_OPTIONS,
        }
        if request.is_secure() and settings.SECURE_HSTS_SECONDS:
            headers["Strict-Transport-Security"] = (
                f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
            )
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response


class CleanRequestMiddleware:
    """Refuse what no browser of ours sends and what would only break later.

    NUL and broken UTF-8 in path or query are 400 (check 13): PostgreSQL refuses NUL
    in text, and bad bytes would turn into question marks. TRACE is 405 (check 40).
    """

    methods = ("GET", "HEAD", "OPTIONS", "POST")

    def __init__(self, get_response: GetResponse) -> None:
        """Django's signature."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse or go on."""
        if request.method not in self.methods:
            return HttpResponseNotAllowed(self.methods)
        # WSGI hands over the path unquoted as latin-1 and the query as it was sent.
        path = request.META.get("PATH_INFO", "").encode("latin-1", "replace")
        query = unquote_to_bytes(request.META.get("QUERY_STRING", "").replace("+", " "))
        for part in (path, query):
            if b"\0" in part or not _is_utf8(part):
                return errors.page(request, 400)
        return self.get_response(request)


class NoStoreMiddleware:
    """Pages made for one person stay out of every cache (check 44)."""

    def __init__(self, get_response: GetResponse) -> None:
        """Django's signature."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Whatever came out of a view may be personal, so none is stored."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class LostRaceMiddleware:
    """Who lost a race or broke a rule gets a 409 in plain words, never a 500."""

    def __init__(self, get_response: GetResponse) -> None:
        """Django's signature."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do on the way in and out."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """409 for a broken rule and a lost race; anything else goes its way."""
        if isinstance(exception, RuleBroken):
            sentence = gettext(exception.message)
            if exception.params:
                sentence %= exception.params
            return errors.page(request, 409, sentence)
        if isinstance(exception, IntegrityError | OperationalError):
            state = getattr(exception.__cause__, "sqlstate", None)
            if state in LOST_RACES:
                # The constraint's name and no values: those may be personal.
                diagnosis = getattr(exception.__cause__, "diag", None)
                log.warning(
                    "lost_race",
                    sqlstate=state,
                    constraint=getattr(diagnosis, "constraint_name", None),
                )
                if transaction.get_connection().in_atomic_block:
                    transaction.set_rollback(True)
                return errors.page(request, 409)
        return None


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
