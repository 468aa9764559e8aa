"""The idle lock: after five quiet minutes the screen asks for the password again.

The page covers itself (static/js/idle.js) and keeps what was typed; this middleware
does the same on the server's side, so that a terminal without scripts is safe too.
After a quarter of an hour, and at the end of a shift, the session ends (check 33).
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone

from windows.models import Clerk

View = TypeVar("View", bound=Callable[..., Any])

GRACE = 30
"""Seconds: the time of the last act is stored no more often than this."""


def background(view: View) -> View:
    """Mark a view that a page calls by itself: it is no sign of a person."""
    view.is_background = True  # type: ignore[attr-defined]
    return view


def while_locked(view: View) -> View:
    """Mark a view that works while the screen is locked."""
    view.works_while_locked = True  # type: ignore[attr-defined]
    return view


def start(request: HttpRequest) -> None:
    """Begin to watch a session that has just signed in."""
    now = int(timezone.now().timestamp())
    request.session["seen"] = now
    request.session["until"] = now + settings.SESSION_COOKIE_AGE


def touch(request: HttpRequest) -> None:
    """Store that somebody is here, but not at every click."""
    now = int(timezone.now().timestamp())
    if abs(now - request.session.get("seen", 0)) >= GRACE:
        request.session["seen"] = now


def is_locked(request: HttpRequest) -> bool:
    """Tell whether the session has been quiet for too long.

    A last act in the future means that a clock was moved: that lengthens nothing.
    """
    quiet = timezone.now().timestamp() - int(request.session.get("seen", 0))
    latest: int = settings.HALL_IDLE_SECONDS + GRACE
    return not -2 * GRACE <= quiet <= latest


def _is_over(request: HttpRequest) -> bool:
    now = timezone.now().timestamp()
    quiet = now - int(request.session.get("seen", 0))
    latest: int = settings.HALL_LOGOUT_SECONDS
    return quiet > latest or now > int(request.session.get("until", 0))


class IdleLockMiddleware:
    """Lock quiet sessions, end old ones, and ask for a first password's change."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Django's signature."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The work is in `process_view`, which knows the view."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Let pass, lock, or lead to the page that has to come first."""
        is_public = not getattr(view, "login_required", True)
        if is_public or not isinstance(request.user, Clerk):
            return None
        if _is_over(request):
            logout(request)
            return self._sent_away(request)
        if getattr(view, "works_while_locked", False):
            return None
        if is_locked(request):
            return self._locked(request)
        if not getattr(view, "is_background", False):
            touch(request)
        is_for_first = getattr(view, "is_for_first_password", False)
        if request.user.must_change_password and not is_for_first:
            return HttpResponseRedirect(resolve_url("password"))
        return None

    @staticmethod
    def _sent_away(request: HttpRequest) -> HttpResponse:
        login = resolve_url(settings.LOGIN_URL)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": login})
        return HttpResponseRedirect(login)

    @staticmethod
    def _locked(request: HttpRequest) -> HttpResponse:
        if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
            return HttpResponse(status=403, headers={"HX-Trigger": "hall:locked"})
        return render(
            request,
            "registration/unlock.html",
            {
                "next_url": request.get_full_path(),
                "carried": carried(request) if request.method == "POST" else [],
            },
            status=403,
        )


def carried(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was posted, to be kept over the password."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
