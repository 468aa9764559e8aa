"""What a hall puts on its papers: texts by kind, and the seal (R1.09).

These pages stand here and not with the rest of the configuration because only the
cases know which papers there are, and how a sample of each looks.
"""

from __future__ import annotations

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.forms.paper_texts import PaperTextForm, SealForm
from cases.forms.papers import LANGUAGES, SIZES
from cases.reads.samples import is_small, label_of, labels, sample_sheet
from windows import editing, reads
from windows.models import Hall, PaperSeal, PaperText
from windows.papers import (
    TEXT_FIELDS,
    as_address,
    digest_of,
    own_seal,
    own_texts,
    seal_of,
    texts_of,
)
from windows.views.common import (
    changing,
    clerk_of,
    edit_object,
    reading,
    send,
    show,
    status_of,
)

from .papers import sheets

EVERY = "all"
"""Stands in an address for what holds for every paper."""

SAMPLE_OF_ALL = "acceptance"
TAB = "papers"


def _kind(kind: str) -> str:
    """The kind in an address as it is stored; 404 if there is none."""
    if kind == EVERY:
        return ""
    if label_of(kind) is None:
        raise Http404
    return kind


def _name(kind: str) -> str:
    return label_of(kind) or _("Every paper")


def _hall(request: HttpRequest) -> Hall:
    """The hall of whoever asks: administrators and auditors have one."""
    hall = clerk_of(request).hall
    if hall is None:
        raise Http404
    return hall


def _sample(
    request: HttpRequest, kind: str, texts: dict[str, Any], *, seal: str = ""
) -> dict[str, Any]:
    """What shows a sample of a paper with these texts; `seal` is one not saved yet."""
    shown = kind or SAMPLE_OF_ALL
    asked = request.POST if request.method == "POST" else request.GET
    size, lang = asked.get("size", ""), asked.get("lang", "")
    if size not in SIZES:
        size = "a5" if is_small(shown) else "a4"
    if lang not in LANGUAGES:
        lang = "both"
    sheet = sample_sheet(shown, _hall(request), texts)
    context = sheets(request, sheet, size, lang) | {"lang": lang}
    return context | {"seal_address": seal} if seal else context


@require_safe
@reading
def paper_texts(request: HttpRequest) -> HttpResponse:
    """Every kind of paper, which of them have texts of their own, and the seal."""
    hall_id = clerk_of(request).hall_id or 0
    own = {row.kind: row for row in own_texts(hall_id)}
    seal = own_seal(hall_id)
    kinds = [("", _("Every paper")), *labels()]
    return show(
        request,
        "paper_texts.html",
        TAB,
        {
            "title": _("What stands on the papers"),
            "kinds": [
                {
                    "slug": kind or EVERY,
                    "label": label,
                    "texts": own.get(kind),
                }
                for kind, label in kinds
            ],
            "seal": seal,
            "lines": reads.history_lines(
                [PaperSeal.history.filter(hall_id=hall_id)], most=20
            ),
        },
    )


@require_safe
@reading
def paper_text(request: HttpRequest, kind: str) -> HttpResponse:
    """The texts of one kind of paper, its history, and a sample with them."""
    stored = _kind(kind)
    hall_id = clerk_of(request).hall_id or 0
    text = own_texts(hall_id).filter(kind=stored).first()
    return show(
        request,
        "paper_text.html",
        TAB,
        {
            "title": _name(stored),
            "back": reverse("paper_texts"),
            "facts": reads.facts(text or PaperText(), TEXT_FIELDS),
            "edit_url": reverse("paper_text_edit", args=[kind]),
            "lines": reads.history_lines(
                [PaperText.history.filter(hall_id=hall_id, kind=stored)]
            ),
            **_sample(request, stored, texts_of(hall_id, stored or SAMPLE_OF_ALL)),
        },
    )


@require_http_methods(["GET", "POST"])
@changing
def paper_text_edit(request: HttpRequest, kind: str) -> HttpResponse:
    """Change the texts of one kind of paper; look at a sample before."""
    stored, by = _kind(kind), clerk_of(request)
    hall_id = by.hall_id or 0
    rows = own_texts(hall_id)
    text = rows.filter(kind=stored).first()
    new = text or PaperText(hall_id=hall_id, kind=stored)
    context: dict[str, Any] = {
        "title": _("Texts: %(paper)s") % {"paper": _name(stored)},
        "back": reverse("paper_text", args=[kind]),
    }
    if request.method == "POST" and "look" in request.POST:
        form = PaperTextForm(request.POST, instance=new, by=by)
        usual = texts_of(hall_id, "") if stored else {}
        now = texts_of(hall_id, stored)
        texts = {**usual.get("texts", {}), **form.typed()}
        form.looked_at()
        context |= {"form": form}
        if not form.errors:
            context |= _sample(request, stored, now | {"texts": texts})
        return show(
            request,
            "paper_text_edit.html",
            TAB,
            context,
            status=422 if form.errors else 200,
        )
    return edit_object(
        request,
        PaperTextForm,
        rows,
        text.pk if text else None,
        tab=TAB,
        title=str(context["title"]),
        back=str(context["back"]),
        done=lambda _text: reverse("paper_text", args=[kind]),
        new=new,
        template="paper_text_edit.html",
    )


@csp_update({"img-src": [SELF, "data:"]})  # a seal not saved yet has no address
@require_http_methods(["GET", "POST"])
@changing
def paper_seal_edit(request: HttpRequest) -> HttpResponse:
    """Put up the seal; look at it on a sample before."""
    by = clerk_of(request)
    hall = _hall(request)
    form = SealForm(request.POST, request.FILES) if request.method == "POST" else None
    context: dict[str, Any] = {
        "title": _("The seal on the papers"),
        "back": reverse("paper_texts"),
    }

    def change() -> str:
        picture = form.seal() if form else None
        if form is None or picture is None:
            return ""
        row = own_seal(hall.pk, lock=True) or PaperSeal(hall=hall)
        row.content, row.media_type = picture.content, picture.media_type
        row.digest = digest_of(picture.content)
        editing.save_with_reason(row, by=by, reason=form.cleaned_data["reason"])
        return reverse("paper_texts")

    if form is not None and "look" not in request.POST:
        target = send(request, form, change)
        if target is not None:
            return redirect(target)
    picture = form.seal() if form is not None else None
    if form is not None and picture is not None:
        form.carry(picture, is_look="look" in request.POST)
        texts = texts_of(hall.pk, SAMPLE_OF_ALL)
        digest = digest_of(picture.content)
        context |= _sample(
            request, "", texts | {"seal": digest}, seal=as_address(picture)
        )
    form = form or SealForm()
    return show(
        request,
        "paper_text_edit.html",
        TAB,
        context | {"form": form},
        status=status_of(form) if form.errors else 200,
    )


@require_safe
def paper_seal(request: HttpRequest, digest: str) -> HttpResponse:
    """A seal of the own hall, as the papers bear it; whoever works there may see it."""
    picture = seal_of(clerk_of(request).hall_id, digest)
    if picture is None:
        raise Http404
    return HttpResponse(
        picture.content,
        content_type=picture.media_type,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": "inline",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
