"""The counter: the desk, a new request, and the lookup while somebody types.

An offer on the desk is answered by the same views as on the page of its case.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.access import may_open
from cases.actions.intake import Opened, open_case
from cases.actions.stamp import AlreadyDone, SentBefore
from cases.forms.intake import AnswerForm, Do, IntakeForm, LookupForm
from cases.numbers import format_number, parse_number
from cases.reads import desk as reading
from cases.reads.lookup import Lookup, look_up
from cases.views.common import status_of, window_of
from cases.views.slips import leave_code
from windows import catalogue
from windows.idle import background
from windows.models import Clerk
from windows.roles import COUNTER, role_required
from windows.seats import close_window, open_window
from windows.views.common import is_kept
from windows.views.gate import signed_in

R = TypeVar("R", reading.Offered, reading.Pending)

LONGEST_NUMBER = 64

# --- The desk -----------------------------------------------------------------------


@role_required(*COUNTER)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Show what is offered to me, what I answer for, and what is due."""
    return render(request, "cases/desk.html", _desk_context(request))


@role_required(*COUNTER)
@require_GET
def find_case(request: HttpRequest) -> HttpResponse:
    """Open the case whose number somebody reads aloud, if the person may see it."""
    number = parse_number(request.GET.get("number", "")[:LONGEST_NUMBER])
    if number is None or not may_open(signed_in(request), number):
        messages.error(
            request,
            _("There is no case with this number that you may see. Read it again."),
        )
        return redirect("desk")
    return redirect("case", number)


@background
@role_required(*COUNTER)
@require_GET
def desk_poll(request: HttpRequest) -> HttpResponse:
    """Answer the desk's own question every two seconds: 204 unless something changed.

    Three statements when nothing did: session, person, version.
    """
    clerk = signed_in(request)
    now = reading.standing(clerk, today=timezone.localdate())
    if request.GET.get("version") == now.version:
        return HttpResponse(status=204)
    return render(request, "cases/_desk.html", _desk_context(request, is_poll=True))


def _desk_context(request: HttpRequest, *, is_poll: bool = False) -> dict[str, Any]:
    clerk, at = signed_in(request), timezone.now()
    keys = {name: request.GET.get(name, "") for name in reading.LISTS}
    page = reading.desk_of(clerk, at=at, keys=keys)
    return {
        "desk": page,
        "window": window_of(clerk),
        "poll_url": _address("desk_poll", {"version": page.version, **page.keys}),
        "more": {
            name: _address("desk", {**page.keys, name: key}) + f"#h-{name}"
            for name in reading.LISTS
            if (key := getattr(page, name).more)
        },
        "offers_to_me": _with_forms(clerk, page.offered),
        "my_offers": _with_forms(clerk, page.offers),
        "most_calls": reading.MOST,
        "is_poll": is_poll,
        "today": timezone.localdate(at),
    }


def _with_forms(clerk: Clerk, rows: Iterable[R]) -> list[tuple[R, AnswerForm]]:
    """Give each offer a form with a key of its own."""
    return [
        (
            row,
            AnswerForm(
                clerk=clerk,
                seen=row.seen,
                initial={"offer": row.id},
                auto_id=False,
            ),
        )
        for row in rows
    ]


def _address(name: str, query: dict[str, str]) -> str:
    return f"{reverse(name)}?{urlencode(query)}"


@role_required(*COUNTER)
@require_POST
def desk_window(request: HttpRequest) -> HttpResponse:
    """Open or close the window where I sit. Doing what is done already is no harm."""
    clerk = signed_in(request)
    window = window_of(clerk)
    if window is None:
        return redirect("sit")
    switch = {"open": open_window, "close": close_window}.get(
        request.POST.get("do", "")
    )
    if switch is not None and not switch(window.pk, by=clerk, at=timezone.now()):
        messages.error(request, _("You do not sit at this window any more."))
        return redirect("sit")
    return redirect("desk")


# --- A new request ------------------------------------------------------------------


@sensitive_post_parameters()
@role_required(*COUNTER)
@require_http_methods(["GET", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """Take down a new request; whoever saves it is the first responder (R3.01).

    What was typed, found and picked stays on the page whatever is wrong.
    """
    clerk = signed_in(request)
    if window_of(clerk) is None:
        messages.info(request, _("Sit down at a window first, then take requests."))
        return redirect("sit")
    if request.method == "GET":
        return _intake_page(request, IntakeForm(clerk=clerk), Lookup())
    form = IntakeForm(request.POST, clerk=clerk)
    if form.do is Do.LOOK_UP or is_kept(request):
        # Bound to what was typed, but nothing is wrong yet.
        fresh = IntakeForm(initial=_typed(form), clerk=clerk)
        return _intake_page(request, fresh, _looked_up(request, clerk))
    if form.is_valid():
        try:
            opened = form.attempt(
                lambda stamp: open_case(
                    form.request, by=clerk, at=timezone.now(), form=stamp
                )
            )
        except AlreadyDone as done:
            return redirect(_next_page(form.do), done.case_id)
        if opened is not None:
            return _opened(request, clerk, form, opened)
        # What is sent again after a refusal is sent on purpose, as a new request.
        form.renew_key()
    before = form.refused.case_id if isinstance(form.refused, SentBefore) else None
    return _intake_page(request, form, _looked_up(request, clerk), before=before)


def _opened(
    request: HttpRequest, clerk: Clerk, form: IntakeForm, opened: Opened
) -> HttpResponse:
    """Show the look-up code once, on the page to which the clerk goes on."""
    case = opened.case
    messages.success(request, _("Case %(number)s is open.") % {"number": case.number})
    leave_code(request, case.pk, opened.code)
    if case.item_id is None and clerk.hall is not None:
        words = form.cleaned_data["words"]
        catalogue.record_miss(words, hall=clerk.hall, at=case.opened_at)
    return redirect(_next_page(form.do), case.pk)


def _next_page(do: Do) -> str:
    return {Do.ANSWER: "case_answer", Do.HAND_OVER: "case_hand_over"}.get(do, "case")


def _typed(form: IntakeForm) -> dict[str, Any]:
    """Return what was typed so far, for a page that finds no fault with it."""
    return {
        name: form.data.getlist(name)  # type: ignore[attr-defined]
        if name == "care"
        else form.data.get(name)
        for name in form.fields
        if name in form.data
    }


def _intake_page(
    request: HttpRequest,
    form: IntakeForm,
    found: Lookup,
    *,
    before: int | None = None,
) -> HttpResponse:
    """Show the page; `before` is the case as which it was saved already."""
    context = {
        "form": form,
        "lookup": found,
        "do": {one.name: one for one in Do},
        "before": before,
        "before_printed": format_number(before) if before else "",
    }
    return render(request, "cases/new.html", context, status=status_of(form))


@sensitive_post_parameters()
@role_required(*COUNTER)
@require_POST
def lookup(request: HttpRequest) -> HttpResponse:
    """Say while somebody types what the matter may be, and who answers for it.

    Posted, so that a person's words never stand in an address or a log.
    """
    found = _looked_up(request, signed_in(request))
    return render(request, "cases/_lookup.html", {"lookup": found})


def _looked_up(request: HttpRequest, clerk: Clerk) -> Lookup:
    words, chosen = LookupForm(request.POST).typed
    return look_up(clerk, words, day=timezone.localdate(), chosen=chosen)
