"""Papers: looked at, printed, issued again; and whether one is genuine."""

import dataclasses
from typing import TypeVar
from urllib.parse import urlencode

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases import access, pdf
from cases.actions.papers import print_paper
from cases.actions.signing import open_scan, open_signatures
from cases.actions.stamp import AlreadyDone, SentBefore
from cases.forms.fields import id_of
from cases.forms.papers import LANGUAGES, SIZES, GenuineForm, PrintForm, ReissueForm
from cases.forms.signing import ScanForm, SignForm
from cases.forms.stamped import AboutCaseForm
from cases.lifecycle import OPEN, RuleBroken
from cases.reads.papers import PaperPage, Sheet, check_paper, paper_page, seal_on
from windows.models import Clerk
from windows.papers import as_address
from windows.roles import CASE_READERS, COUNTER, Role, role_required
from windows.views.gate import signed_in, terminal_of

from .common import status_of
from .squares import public_address, square_of

log = structlog.get_logger(__name__)


def _page(request: HttpRequest, number: int, paper: int) -> PaperPage:
    """Return a paper of a case that the person may see, else 404."""
    page = paper_page(access.visible(signed_in(request)), number, paper)
    if page is None:
        raise Http404
    return page


def _chosen(page: PaperPage, wanted: dict[str, str]) -> tuple[str, str]:
    """Return size and language: as asked for, else as the paper and person want."""
    size, lang = wanted.get("size", ""), wanted.get("lang", "")
    if size not in SIZES:
        size = "a5" if page.is_small else "a4"
    if lang not in LANGUAGES:
        lang = "both" if page.is_english_too else "zh"
    return size, lang


def _show(
    request: HttpRequest,
    page: PaperPage,
    *,
    sheet: Sheet | None = None,
    form: AboutCaseForm | None = None,
    is_opened: bool = False,
) -> HttpResponse:
    """Render the page of a paper; `sheet` has the name in clear, once, to print it.

    `form` is one that was sent and refused; `is_opened`, that `sheet` has the
    signatures and is not for print.
    """
    clerk = signed_in(request)
    size, lang = _chosen(page, request.POST.dict() or request.GET.dict())
    works = clerk.role in COUNTER
    may_reissue = not page.sheet.is_replaced and (
        clerk.role == Role.SUPERVISOR
        or (page.holder_id == clerk.pk and page.state in OPEN)
    )
    context = {
        "page": page,
        "size": size,
        "lang": lang,
        "sizes": [(one, one.upper()) for one in SIZES],
        "langs": [
            ("zh", pgettext("language of a paper", "Chinese")),
            ("en", pgettext("language of a paper", "English")),
            ("both", _("Both languages")),
        ],
        "print_form": PrintForm(clerk=clerk, initial={"size": size, "lang": lang})
        if works
        else None,
        "has_pdf": pdf.is_available(),
        "again": _refused(form, ReissueForm) or ReissueForm(clerk=clerk, seen=page.seen)
        if works and may_reissue
        else None,
        "sign_forms": _sign_forms(page, clerk, form) if works else [],
        "scan_form": _refused(form, ScanForm)
        or ScanForm(clerk=clerk, seen=page.seen, auto_id="id_later_%s")
        if works and _may_sign(page, clerk) and _is_by_hand(page.sheet)
        else None,
        "is_printed": sheet is not None and not is_opened,
        "is_opened": is_opened,
        **sheets(request, sheet or page.sheet, size, lang),
    }
    status = status_of(form) if form is not None else 200
    return render(request, "cases/paper.html", context, status=status)


F = TypeVar("F", bound=AboutCaseForm)


def _refused(form: AboutCaseForm | None, kind: type[F]) -> F | None:
    """The form that was sent and refused, if it is of this kind."""
    return form if isinstance(form, kind) else None


def _may_sign(page: PaperPage, clerk: Clerk) -> bool:
    """Whether this person records signatures under this paper; the action asks too."""
    return page.sheet.is_signed_for and (
        clerk.role == Role.SUPERVISOR
        or page.issuer_id == clerk.pk
        or (page.holder_id == clerk.pk and page.state in OPEN)
    )


def _is_by_hand(sheet: Sheet) -> bool:
    return any(not one.is_drawn for one in sheet.signed.values())


def _sign_forms(
    page: PaperPage, clerk: Clerk, sent: AboutCaseForm | None
) -> list[SignForm]:
    """A form for each signature that is still missing and that this person can take."""
    if not _may_sign(page, clerk):
        return []
    refused = _refused(sent, SignForm)
    found = []
    for party in page.sheet.to_sign:
        if party == "handler" and page.issuer_id != clerk.pk:
            continue
        form = SignForm(clerk=clerk, seen=page.seen, initial={"party": party})
        if refused and refused.data.get("party") == party:
            form = refused
        form.auto_id = f"id_{party}_%s"
        found.append(form)
    return found


def sheets(
    request: HttpRequest, sheet: Sheet, size: str, lang: str
) -> dict[str, object]:
    """Return what the template of a paper needs; the seal by its address."""
    address = public_address(request, "genuine")
    seal = sheet.content.get("seal")
    return {
        "sheet": sheet,
        "seal_address": reverse("paper_seal", args=[seal]) if seal else "",
        "size": size,
        "languages": LANGUAGES[lang],
        "check_at": address.partition("://")[2],
        # The public page with number and hash of this paper.
        "square": square_of(
            f"{address}?{urlencode({'number': sheet.number, 'code': sheet.proof})}"
        ),
    }


@role_required(*CASE_READERS)
@require_GET
def paper(request: HttpRequest, number: int, paper: int) -> HttpResponse:
    """Show a paper as it will be printed, with the name masked."""
    return _show(request, _page(request, number, paper))


@role_required(*COUNTER)
@require_POST
def paper_print(request: HttpRequest, number: int, paper: int) -> HttpResponse:
    """Count a printing and give the sheet with the name, as a page or as PDF."""
    page = _page(request, number, paper)
    clerk = signed_in(request)
    form = PrintForm(request.POST, clerk=clerk)
    as_pdf = request.POST.get("how") == PrintForm.as_pdf
    if not form.is_valid() or (as_pdf and not pdf.is_available()):
        messages.error(request, _("Not printed. Load the page again."))
        return redirect("paper", number, paper)
    try:
        printed = print_paper(
            access.case_for(clerk, number),
            paper,
            is_pdf=as_pdf,
            by=clerk,
            at=timezone.now(),
            form=form.stamp,
        )
    except (AlreadyDone, SentBefore):
        messages.info(
            request, _("This was printed already; print it again if you need a copy.")
        )
        return redirect("paper", number, paper)
    sheet = dataclasses.replace(
        page.sheet,
        name=printed.name,
        agent=printed.agent,
        telephone=printed.telephone,
        words=printed.words,
        signed=page.sheet.with_drawings(printed.drawings),
        ordinal=printed.ordinal,
        prints=printed.ordinal,
    )
    if not as_pdf:
        return _show(request, page, sheet=sheet)
    size, lang = _chosen(page, request.POST.dict())
    seal = seal_on(sheet, page.hall_id)
    context = sheets(request, sheet, size, lang) | {
        "seal_address": as_address(seal) if seal else ""
    }
    html = render_to_string("papers/pdf.html", context)
    response = HttpResponse(pdf.write_pdf(html), content_type="application/pdf")
    name = f"{sheet.number}-v{sheet.version}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@role_required(*COUNTER)
@require_POST
def paper_again(request: HttpRequest, number: int, paper: int) -> HttpResponse:
    """Issue a paper again, corrected, and go on to the new version."""
    page = _page(request, number, paper)
    form = ReissueForm(request.POST, clerk=signed_in(request))
    try:
        if form.is_valid():
            found = access.case_for(signed_in(request), number)
            new = form.act(found.pk, paper, timezone.now())
            if new is not None:
                messages.success(request, _("The corrected paper was issued."))
                return redirect("paper", number, new)
    except AlreadyDone:
        return redirect("case", number)
    if form.is_stale:
        form.saw(page.seen)
    return _show(request, page, form=form)


def _send(
    request: HttpRequest,
    number: int,
    paper: int,
    form_class: type[SignForm | ScanForm],
    done: str,
) -> HttpResponse:
    """Carry out an act under a paper and go back to it; a refusal keeps the rest."""
    page = _page(request, number, paper)
    form = form_class(request.POST, request.FILES, clerk=signed_in(request))
    try:
        if form.is_valid():
            found = access.case_for(signed_in(request), number)
            if form.act(found.pk, paper, timezone.now()) is not None:
                messages.success(request, done)
                return redirect("paper", number, paper)
    except AlreadyDone:
        return redirect("paper", number, paper)
    if form.is_stale:
        form.saw(page.seen)
    return _show(request, page, form=form)


@role_required(*COUNTER)
@require_POST
def paper_sign(request: HttpRequest, number: int, paper: int) -> HttpResponse:
    """Record that the handler or the applicant signed (R1.10)."""
    done = _("The signature was recorded.")
    return _send(request, number, paper, SignForm, done)


@role_required(*COUNTER)
@require_POST
def paper_scan(request: HttpRequest, number: int, paper: int) -> HttpResponse:
    """Keep the scan of a paper that was signed by hand."""
    return _send(request, number, paper, ScanForm, _("The scan was kept."))


@role_required(*COUNTER)
@require_POST
def paper_open(request: HttpRequest, number: int, paper: int) -> HttpResponse:
    """Open what was signed, on record: the drawings on the page, or a scan as a file.

    A scan is only ever handed over to be saved; the browser runs and shows none of it.
    """
    page = _page(request, number, paper)
    clerk, now = signed_in(request), timezone.now()
    case = access.case_for(clerk, number)
    wanted = id_of(request.POST.get("scan", ""))
    if wanted is None:
        drawings = open_signatures(case, paper, by=clerk, at=now)
        sheet = dataclasses.replace(
            page.sheet, signed=page.sheet.with_drawings(drawings)
        )
        return _show(request, page, sheet=sheet, is_opened=True)
    try:
        scan = open_scan(case, paper, wanted, by=clerk, at=now)
    except RuleBroken as broken:
        log.warning("scan_not_opened", scan=wanted)
        messages.error(request, _(broken.message))
        return redirect("paper", number, paper)
    return HttpResponse(
        scan.content,
        content_type=scan.media_type,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": f'attachment; filename="{scan.file_name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@login_not_required
@require_http_methods(["GET", "POST"])
def genuine(request: HttpRequest) -> HttpResponse:
    """Tell the public whether a paper is genuine and current, and nothing else.

    The square code on a paper leads here with number and hash, which say nothing of
    the person. What is wrong is not told.
    """
    typed = request.POST or (request.GET if "number" in request.GET else None)
    form = GenuineForm(typed)
    found = None
    if typed is not None and form.is_valid():
        found, limited = check_paper(
            form.cleaned_data["number"],
            form.cleaned_data["code"],
            address=terminal_of(request),
            at=timezone.now(),
        )
        if limited:
            log.warning("paper_limit_met")
        if found is None:
            form.add_error(
                None,
                _(
                    "We issued no paper with this number and code, or they were tried "
                    "too often. Look at the paper again, or ask at any window."
                ),
            )
    return render(
        request,
        "cases/genuine.html",
        {"form": form, "found": found},
        status=422 if form.errors else 200,
    )
