"""What every request and response passes through."""

from __future__ import annotations

import logging
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

import structlog
from django.conf import settings
from django.db import IntegrityError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import translation
from django_structlog.middlewares import RequestMiddleware

from cases.lifecycle import RuleBroken
from hallsvc import errors

GetResponse = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger(__name__)

# Answers of PostgreSQL to the one who lost a race or broke a rule of the database.
UNIQUE, EXCLUSION, CHECK = "23505", "23P01", "23514"
SERIALIZATION, DEADLOCK, LOCK_TIMEOUT = "40001", "40P01", "55P03"
# Somebody else has won; trying again is up to the person.
LOST_RACES = {UNIQUE, EXCLUSION, CHECK, SERIALIZATION, DEADLOCK, LOCK_TIMEOUT}
# Limits of hallsvc/settings.py: idle in a transaction, a transaction as a whole.
TIMED_OUT = {"25P03", "25P04"}


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


class RequestLogMiddleware(RequestMiddleware):
    """One line for each request, with its id; the path without what was searched."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path; a query string may hold a person's words."""
        return f"{request.method} {request.path}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Who it was, if a view has asked already: the log costs no statement."""
        if user := getattr(request, "_cached_user", None):
            structlog.contextvars.bind_contextvars(user_id=user.pk)


class CleanRequestMiddleware:
    """Refuse what no browser of ours sends and what would only break later.

    NUL in path or query and broken UTF-8 in a query are 400 (check 13): PostgreSQL
    refuses NUL in text, and bad bytes would turn into question marks. TRACE is 405
    (check 40).
    """

    methods = ("GET", "HEAD", "OPTIONS", "POST")

    def __init__(self, get_response: GetResponse) -> None:
        """Django's signature."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse or go on."""
        if request.method not in self.methods:
            return HttpResponseNotAllowed(self.methods)
        # Django quotes broken bytes of a path again, so that they lead to a 404.
        query = unquote_to_bytes(request.META.get("QUERY_STRING", ""))
        if "\0" in request.path_info or not _is_clean(query):
            return errors.page(request, 400)
        return self.get_response(request)


class LanguageMiddleware:
    """The language somebody has chosen, else the hall's own.

    What a terminal's browser was set to when it was bought (Accept-Language) is not
    asked: the hall decides what its counters show, each person may change it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        """Django's signature."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the chosen language."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if chosen not in dict(settings.LANGUAGES):
            chosen = settings.LANGUAGE_CODE
        translation.activate(chosen)
        request.LANGUAGE_CODE = chosen
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
    """Who lost a race or broke a rule is told so in plain words; no 500 for that."""

    def __init__(self, get_response: GetResponse) -> None:
        """Django's signature."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do on the way in and out."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """409 for a broken rule and a lost race, 503 for a database out of reach."""
        if isinstance(exception, RuleBroken):
            sentence = translation.gettext(exception.message)
            if exception.params:
                sentence %= exception.params
            return errors.page(request, 409, sentence)
        state = getattr(exception.__cause__, "sqlstate", None)
        if isinstance(exception, InternalError) and state not in TIMED_OUT:
            return None
        if not isinstance(exception, IntegrityError | OperationalError | InternalError):
            return None
        if state not in LOST_RACES and isinstance(exception, IntegrityError):
            return None  # A missing value or row is a fault of ours.
        # The constraint's name and no values: those may be personal.
        diagnosis = getattr(exception.__cause__, "diag", None)
        lost = state in LOST_RACES
        log.log(
            logging.WARNING if lost else logging.ERROR,
            "lost_race" if lost else "database_unavailable",
            sqlstate=state,
            constraint=getattr(diagnosis, "constraint_name", None),
        )
        return errors.page(request, 409 if lost else 503)


def _is_clean(text: bytes) -> bool:
    """Whether this is UTF-8 without NUL."""
    try:
        return "\0" not in text.decode()
    except UnicodeDecodeError:
        return False
