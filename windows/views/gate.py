"""Coming in and going out: sign in, unlock, sit down, change the password, sign out."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from windows import idle, presence
from windows.editing import save_with_reason
from windows.models import Clerk
from windows.models.records import SignInOutcome
from windows.roles import COUNTER, Role, role_required

WRONG = _("Staff number or password is not right.")
LOCKED = _("Too many attempts. Wait ten minutes, or ask a supervisor.")


def terminal_of(request: HttpRequest) -> str:
    """Return the address of the terminal, as a trusted proxy saw it last."""
    if settings.HALL_TRUST_PROXY:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        last = forwarded.rpartition(",")[2].strip()
        if last:
            return str(last[:64])
    return str(request.META.get("REMOTE_ADDR", ""))[:64]


def _next(request: HttpRequest) -> str:
    """Return the page to go on to, if it is one of ours."""
    wanted: str = request.POST.get("next", "") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    ):
        return str(wanted)
    return ""


class SignInForm(forms.Form):
    """Staff number and password. Pasting works; nothing is cut off."""

    staff_number = forms.CharField(
        label=_("Staff number"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "size": 20}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@sensitive_post_parameters("password")
@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by staff number; locked out by person and terminal (check 32)."""
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            refused = _sign_in(request, form.cleaned_data)
            if refused is None:
                return redirect(_next(request) or "home")
            form.add_error(None, refused)
    return render(
        request,
        "registration/login.html",
        {"form": form, "next": _next(request)},
        status=status,
    )


def _sign_in(request: HttpRequest, typed: dict[str, str]) -> Any:
    """Sign in, or return the sentence that says why not."""
    number, terminal, at = typed["staff_number"], terminal_of(request), timezone.now()
    if not presence.may_try(number, terminal, at=at):
        presence.was_refused(number, terminal, at=at, locked=True)
        return LOCKED
    clerk = authenticate(request, staff_number=number, password=typed["password"])
    if not isinstance(clerk, Clerk):
        presence.was_refused(number, terminal, at=at, locked=False)
        return WRONG
    presence.came_in(clerk, terminal, SignInOutcome.SIGNED_IN, at=at)
    login(request, clerk)
    idle.start(request)
    if clerk.role in COUNTER:
        presence.sit_at_own_window(clerk, at=at)
    return None


@idle.while_locked
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out: the seat is free, and the browser forgets every page (check 37)."""
    clerk = request.user
    if isinstance(clerk, Clerk):
        presence.stand_up(clerk)
        presence.came_in(
            clerk, terminal_of(request), SignInOutcome.SIGNED_OUT, at=timezone.now()
        )
    logout(request)
    response = redirect("login")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@sensitive_post_parameters("password")
@idle.while_locked
@require_POST
def unlock(request: HttpRequest) -> HttpResponse:
    """Give the password again; what had been typed is still there.

    A page that covers itself asks with fetch and gets 204; a terminal without scripts
    gets the page again with everything it had posted.
    """
    clerk, at = signed_in(request), timezone.now()
    terminal = terminal_of(request)
    is_fetch = bool(request.headers.get("X-Requested-With"))
    error = ""
    status = 403
    if not presence.may_try(clerk.staff_number, terminal, at=at):
        presence.was_refused(clerk.staff_number, terminal, at=at, locked=True)
        error, status = str(LOCKED), 429
    elif not clerk.check_password(request.POST.get("password", "")[:256]):
        presence.was_refused(clerk.staff_number, terminal, at=at, locked=False)
        error = gettext("This password is not right. Please try again.")
    kept = [
        (name.removeprefix("carried:"), value)
        for name, value in idle.carried(request)
        if name.startswith("carried:")
    ]
    if error:
        if is_fetch:
            return JsonResponse({"message": error}, status=status)
        context: dict[str, Any] = {"error": error, "carried": kept}
        context["next_url"] = _next(request)
        return render(request, "registration/unlock.html", context, status=status)
    presence.came_in(clerk, terminal, SignInOutcome.UNLOCKED, at=at)
    request.session["seen"] = int(at.timestamp())
    if is_fetch:
        return HttpResponse(status=204)
    if kept:
        context = {"unlocked": True, "carried": kept, "next_url": _next(request)}
        return render(request, "registration/unlock.html", context)
    return redirect(_next(request) or "home")


@require_POST
def alive(request: HttpRequest) -> HttpResponse:
    """Hear that somebody is typing: the middleware has noted it already."""
    return HttpResponse(status=204)


@role_required(*COUNTER)
@require_http_methods(["GET", "POST"])
def sit(request: HttpRequest) -> HttpResponse:
    """Choose the window where one sits, or leave it."""
    clerk = signed_in(request)
    form = forms.Form()
    if request.method == "POST":
        if request.POST.get("do") == "leave":
            presence.stand_up(clerk)
            return redirect("sit")
        form = _SeatForm(request.POST)
        if form.is_valid():
            if presence.sit_down(clerk, form.cleaned_data["window"], at=timezone.now()):
                return redirect("home")
            form.add_error("window", gettext("You are not posted there today."))
    return render(
        request,
        "windows/sit.html",
        {"choices": presence.choices(clerk), "form": form},
        status=422 if form.errors else 200,
    )


class _SeatForm(forms.Form):
    window = forms.IntegerField(
        label=_("Window"),
        min_value=1,
        max_value=2**31,
        error_messages={"required": _("Choose a window.")},
    )


def _for_first_password(view: Any) -> Any:
    view.is_for_first_password = True
    return view


@_for_first_password
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; every other session of the person ends."""
    clerk = signed_in(request)
    form = PasswordChangeForm(clerk, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save(commit=False)
        clerk.must_change_password = False
        save_with_reason(clerk, by=clerk, reason=gettext("own password changed"))
        update_session_auth_hash(request, clerk)
        messages.success(request, gettext("Your password has been changed."))
        return redirect("home")
    return render(
        request,
        "registration/password.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Lead everybody to the page where their work begins."""
    clerk = signed_in(request)
    if clerk.role in COUNTER:
        seat = getattr(clerk, "seat", None)
        if seat is None and clerk.role == Role.CLERK:
            return redirect("sit")
        return redirect("desk")
    if clerk.role == Role.AUDITOR:
        return redirect("ledger")
    return redirect("windows:overview")


@role_required(Role.SUPERVISOR)
@require_GET
def locks(request: HttpRequest) -> HttpResponse:
    """List who of the hall is locked out."""
    clerk = signed_in(request)
    rows = presence.locked_out(clerk.hall_id or 0, at=timezone.now())
    return render(request, "registration/locks.html", {"rows": rows})


@role_required(Role.SUPERVISOR)
@require_POST
def lift_lock(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Let somebody of the own hall try again."""
    by = signed_in(request)
    clerk = get_object_or_404(Clerk, pk=staff_id, hall_id=by.hall_id)
    presence.lift_lock(clerk, by=by, at=timezone.now())
    messages.success(request, gettext("%(name)s can try again.") % {"name": clerk.name})
    return HttpResponseRedirect(reverse("locks"))


def signed_in(request: HttpRequest) -> Clerk:
    """Return who is signed in; only for views that demand it."""
    if not isinstance(request.user, Clerk):
        raise PermissionDenied
    return request.user
