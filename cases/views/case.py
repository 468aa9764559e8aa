"""The page of a case, its seven ways and every other act on it.

Each act has an address of its own: GET shows the page with the form open (htmx: the
panel alone), POST acts and goes back to the page. Who may see the case is decided in
`cases.access`, what may be done in `cases.lifecycle`; nothing of that is said here.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases import access
from cases.actions.reading import open_applicant
from cases.actions.stamp import AlreadyDone
from cases.forms import acts, clocks, delivering, green, joint, ways
from cases.forms.fields import id_of
from cases.forms.intake import LookupForm
from cases.forms.ways import CaseForm, findings_of
from cases.lifecycle import RuleBroken
from cases.reads.case import CasePage, case_page
from windows.roles import CASE_READERS, COUNTER, role_required
from windows.views.common import is_kept
from windows.views.gate import signed_in

from .common import unjudged
from .slips import slip_of, take_code

KINDS = (
    "promised",
    "statutory",
    "follow",
    "delivery",
    "renewal",
    "joint",
    "current",
)
"""Deadlines of a case that can be unfolded day by day."""

View = Callable[..., HttpResponse]
Opened = list[acts.Opened]
AnyForm = CaseForm | acts.RevealForm


def _page(request: HttpRequest, number: int) -> CasePage:
    """Return the page of a case that the person may see, else 404."""
    clerk = signed_in(request)
    days = request.GET.get("days", "")
    known = days if days in KINDS else ""
    page = case_page(access.visible(clerk), number, viewer=clerk, days=known)
    if page is None:
        raise Http404
    return page


def _show(
    request: HttpRequest,
    page: CasePage,
    form: AnyForm | None = None,
    *,
    why_not: str = "",
    opened: Opened | None = None,
    status: int = 200,
    code: str = "",
) -> HttpResponse:
    """Render the page with a form open in it; the panel of the ways alone for htmx.

    With a look-up `code`, or one that intake left for this case, there is a slip of it
    to be printed, in this response alone, or again where its form was refused.
    """
    is_part = bool(getattr(request, "htmx", False))
    template = "cases/_case_ways.html" if is_part else "cases/case.html"
    left = "" if is_part else take_code(request, page.number)
    context = {
        "page": page,
        "form": form,
        "why_not": why_not,
        "opened": opened,
        "is_part": is_part,
        "slip": None if is_part else slip_of(request, code or left),
        "is_new": bool(left) and not code,
    }
    return render(request, template, context, status=status)


@role_required(*CASE_READERS)
@require_GET
def case(request: HttpRequest, number: int) -> HttpResponse:
    """Show a case: who answers for it, what was said and done, what can be done."""
    page = _page(request, number)
    if getattr(request, "htmx", False):
        # The days of a deadline, opened in its panel.
        return render(request, "cases/_case_deadlines.html", {"page": page})
    return _show(request, page)


def _act(form_class: type[CaseForm]) -> View:
    """Return the view of an act: its form on GET, the act itself on POST."""

    @sensitive_post_parameters()
    @role_required(*COUNTER)
    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, number: int) -> HttpResponse:
        if request.method == "POST":
            return _send(request, number, form_class)
        page = _page(request, number)
        shut = page.shut(form_class.url)
        if shut:
            return _show(request, page, why_not=shut, status=409)
        form = form_class(clerk=signed_in(request), seen=page.seen)
        form.fill(page)
        return _show(request, page, form)

    view.__name__ = form_class.url
    view.__doc__ = f"{form_class.__doc__}"
    return view


def _send(
    request: HttpRequest, number: int, form_class: type[CaseForm]
) -> HttpResponse:
    """Carry out an act and go back to the case; a refusal keeps what was typed."""
    found = access.case_for(signed_in(request), number)
    form = form_class(request.POST, clerk=signed_in(request))
    if is_kept(request):
        return _kept(request, number, form)
    try:
        if form.is_valid() and form.try_act(found.pk, timezone.now()):
            messages.success(request, str(form.done()))
            return redirect("case", number)
    except AlreadyDone as done:
        return redirect("case", done.case_id or number)
    return _refused(request, number, form)


def _kept(
    request: HttpRequest, number: int, form: CaseForm | acts.RevealForm
) -> HttpResponse:
    """Show a half-filled form in the other language; nothing is done with it."""
    page = _page(request, number)
    unjudged(form)
    if isinstance(form, CaseForm):
        form.fill(page)
    return _show(request, page, form)


def _refused(request: HttpRequest, number: int, form: CaseForm) -> HttpResponse:
    """Show the form again with what was typed, and the case as it is now."""
    page = _page(request, number)
    form.fill(page)
    if form.is_stale:
        form.saw(page.seen)
    return _show(request, page, form, status=form.status)


case_answer = _act(ways.AnswerForm)
case_accept = _act(ways.AcceptForm)
case_ask_once = _act(ways.AskOnceForm)
case_hand_over = _act(ways.HandOverForm)
case_direct = _act(ways.DirectForm)
case_raise = _act(ways.RaiseForm)
case_negative = _act(ways.NegativeForm)

case_applicant = _act(acts.ApplicantForm)
case_name = _act(acts.NameForm)
case_papers = _act(acts.PapersReceivedForm)
case_lapse = _act(acts.LapseForm)
case_check_back = _act(acts.CheckBackForm)
case_stop = _act(clocks.StopForm)
case_resume = _act(clocks.ResumeForm)
case_extend = _act(clocks.ExtendForm)
case_green = _act(green.GreenForm)
case_green_end = _act(green.EndGreenForm)
case_chase = _act(green.ChaseForm)
case_opinion = _act(joint.OpinionForm)
case_silence = _act(joint.SilenceForm)
case_objection = _act(joint.ObjectionForm)
case_timetable = _act(joint.TimetableForm)
case_reply = _act(acts.ReplyForm)
case_tell = _act(acts.TellForm)
case_withdrawn = _act(acts.WithdrawnForm)
case_decide = _act(acts.DecideForm)
case_substitute = _act(acts.SubstituteForm)
case_call_back = _act(acts.CallBackForm)
case_deliver = _act(delivering.DeliverForm)
case_post = _act(delivering.PostForm)


@sensitive_post_parameters()
@role_required(*COUNTER)
@require_POST
def case_wording(request: HttpRequest, number: int) -> HttpResponse:
    """Say what the wording check thinks of a text that is being typed."""
    access.case_for(signed_in(request), number)
    text = request.POST.get("text", "")[: ways.LONGEST_TEXT]
    next_step = request.POST.get("next_step", "")[: ways.LONGEST_TEXT]
    findings = findings_of(text, next_step) if text.strip() else ()
    return render(request, "cases/_wording.html", {"findings": findings, "live": True})


@sensitive_post_parameters()
@role_required(*COUNTER)
@require_http_methods(["GET", "POST"])
def case_item(request: HttpRequest, number: int) -> HttpResponse:
    """Choose the item; `find` only looks for items and changes nothing."""
    if request.method == "POST" and "find" not in request.POST:
        return _send(request, number, acts.ItemForm)
    page = _page(request, number)
    shut = page.shut(acts.ItemForm.url)
    if shut:
        return _show(request, page, why_not=shut, status=409)
    words, chosen = LookupForm(request.POST).typed
    initial = {"words": words, "item": chosen} if request.method == "POST" else None
    form = acts.ItemForm(clerk=signed_in(request), seen=page.seen, initial=initial)
    form.fill(page)
    if request.POST.get("find") == "live":
        return render(
            request,
            "cases/_lookup.html",
            {"lookup": form.lookup, "must_choose": True},
        )
    return _show(request, page, form)


@role_required(*COUNTER)
@require_http_methods(["GET", "POST"])
def case_code(request: HttpRequest, number: int) -> HttpResponse:
    """Give a new look-up code: shown in this response and never again."""
    if request.method == "GET":
        return _act(acts.CodeForm)(request, number=number)
    found = access.case_for(signed_in(request), number)
    form = acts.CodeForm(request.POST, clerk=signed_in(request))
    if is_kept(request):
        return _kept(request, number, form)
    try:
        if not form.is_valid() or not form.try_act(found.pk, timezone.now()):
            return _refused(request, number, form)
    except AlreadyDone as done:
        return redirect("case", done.case_id or number)
    code = acts.Opened(gettext("Look-up code"), form.code)
    page = _page(request, number)
    return _show(request, page, opened=[code], code=form.code)


@role_required(*COUNTER)
@require_http_methods(["GET", "POST"])
def case_reveal(request: HttpRequest, number: int) -> HttpResponse:
    """Open the personal fields for a reason: shown in this response only."""
    page = _page(request, number)
    if not page.may_open_person:
        shut = gettext("No personal data was given in this case.")
        return _show(request, page, why_not=shut, status=409)
    if request.method == "GET":
        return _show(request, page, acts.RevealForm())
    form = acts.RevealForm(request.POST)
    if is_kept(request):
        return _kept(request, number, form)
    opened = None
    if form.is_valid():
        found = access.case_for(signed_in(request), number)
        try:
            clear = open_applicant(
                found,
                reason=form.cleaned_data["reason"],
                by=signed_in(request),
                at=timezone.now(),
            )
        except RuleBroken as broken:
            form.add_error(None, gettext(broken.message) % broken.params)
        else:
            opened = form.shown(clear)
    if opened is None:
        return _show(request, page, form, status=form.status)
    return _show(request, page, opened=opened)


# --- the pending offer ------------------------------------------------------------


def _offer_act(form_class: type[acts.OfferForm], may: str) -> View:
    """Return the view of an act on the offer whose id the form carries."""

    @sensitive_post_parameters()
    @role_required(*COUNTER)
    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, number: int) -> HttpResponse:
        clerk = signed_in(request)
        if request.method == "GET":
            page = _page(request, number)
            offer = page.offer
            if offer is None or not getattr(offer, may):
                shut = gettext("No offer of this case waits for you.")
                return _show(request, page, why_not=shut, status=409)
            form = form_class(clerk=clerk, seen=page.seen, offer_id=offer.id)
            form.fields["offer"].initial = offer.id
            form.fill(page)
            return _show(request, page, form)
        offer_id = id_of(request.POST.get("offer", "").strip())
        if offer_id is None:
            raise Http404
        referral = access.referral_for(clerk, offer_id)
        if referral.case_id != number:
            raise Http404
        form = form_class(request.POST, clerk=clerk, offer_id=offer_id)
        if is_kept(request):
            return _kept(request, number, form)
        try:
            if form.is_valid() and form.try_act(number, timezone.now()):
                messages.success(request, str(form.done()))
                return _after_offer(form, number)
        except AlreadyDone:
            return _after_offer(form, number)
        return _refused(request, number, form)

    view.__name__ = form_class.url
    return view


def _after_offer(form: acts.OfferForm, number: int) -> HttpResponse:
    """Go on to the case; a stand-in who declined it may not see it any more."""
    return redirect("desk") if form.leads_away else redirect("case", number)


case_take_over = _offer_act(acts.TakeOverForm, "may_answer")
case_decline = _offer_act(acts.DeclineForm, "may_answer")
case_take_back = _offer_act(acts.TakeBackForm, "may_take_back")
