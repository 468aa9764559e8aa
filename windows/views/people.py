"""Clerks with their desk cards, posts and absences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from windows import editing, reads, rota
from windows.forms.base import ReasonForm
from windows.forms.filters import ClerkFilter, DayFilter
from windows.forms.people import (
    AbsenceForm,
    ClerkForm,
    PhotoForm,
    PostingForm,
    gap_sentence,
)
from windows.models import ClerkPhoto
from windows.models.people import PostKind
from windows.reads import number_order

from .common import (
    address,
    changing,
    clerk_of,
    confirm,
    delete_object,
    edit_object,
    filters_of,
    found,
    neighbours,
    reading,
    send,
    show,
    status_of,
)


@require_safe
@reading
def clerks(request: HttpRequest) -> HttpResponse:
    """The people of the own hall."""
    form = ClerkFilter(request.GET)
    rows = reads.clerks(clerk_of(request), filters_of(request, form))
    page = reads.page_by_key(rows, request.GET)
    return show(
        request,
        "clerks.html",
        "clerks",
        {"filter": form, "clerks": page.rows, **neighbours(request, page)},
    )


@require_safe
@reading
def clerk(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's desk card, posts and absences."""
    by = clerk_of(request)
    one = found(reads.own_clerks(by).select_related("department"), pk)
    postings = reads.own_postings(by).filter(clerk=one).select_related("window")
    return show(
        request,
        "clerk.html",
        "clerks",
        {
            "title": one.name,
            "clerk": one,
            "back": address("clerks"),
            "facts": reads.facts(one, ClerkForm.Meta.fields),
            "edit_url": address("clerk_edit", one.pk),
            "has_photo": ClerkPhoto.objects.filter(clerk=one).exists(),
            "postings": postings.order_by("-starts_on", "id")[:50],
            "absences": one.absences.all()[:20],
            "today": timezone.localdate(),
            "lines": reads.history_lines(
                [*editing.histories_of(one), ClerkPhoto.history.filter(clerk_id=pk)],
                most=20,
            ),
            "history_url": address("history", "clerk", one.pk),
        },
    )


@require_http_methods(["GET", "POST"])
@changing
def clerk_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a person of the own hall."""
    return edit_object(
        request,
        ClerkForm,
        reads.own_clerks(clerk_of(request)),
        pk,
        tab="clerks",
        title=_("Change the person") if pk else _("Add a person"),
        back=address("clerk", pk) if pk else address("clerks"),
        done=lambda one: address("clerk", one.pk),
    )


def _act_on_clerk(
    request: HttpRequest,
    pk: int,
    act: Callable[..., None],
    *,
    title: str,
    sentences: list[str],
    button: str,
    is_grave: bool = False,
) -> HttpResponse:
    """Ask for a reason, then do an act of `editing` to one person under lock."""
    by = clerk_of(request)
    one = found(reads.own_clerks(by), pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def change() -> str:
        locked = found(reads.own_clerks(by), pk, lock=True)
        act(locked, by=by, reason=form.cleaned_data["reason"])
        return address("clerk", pk)

    return confirm(
        request,
        form,
        change,
        tab="clerks",
        title=title % {"name": one.name},
        sentences=sentences,
        button=button,
        back=address("clerk", pk),
        is_grave=is_grave,
    )


@require_http_methods(["GET", "POST"])
@changing
def clerk_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody leaves the hall: he can do nothing any more, his past stays."""
    if pk == clerk_of(request).pk:
        return _not_yourself(request, pk)
    return _act_on_clerk(
        request,
        pk,
        editing.dismiss,
        title=_("%(name)s leaves"),
        sentences=[
            _("Every session of this person ends at once, and no sign-in is possible."),
            _("What this person answered for must be handed over by a supervisor."),
        ],
        button=_("No longer active"),
        is_grave=True,
    )


@require_http_methods(["GET", "POST"])
@changing
def clerk_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody comes back."""
    return _act_on_clerk(
        request,
        pk,
        editing.reinstate,
        title=_("%(name)s comes back"),
        sentences=[_("The posts that are still entered count again at once.")],
        button=_("Active again"),
    )


@require_http_methods(["GET", "POST"])
@changing
def clerk_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """End every session of a person."""
    return _act_on_clerk(
        request,
        pk,
        editing.end_sessions,
        title=_("End every session of %(name)s"),
        sentences=[_("This person is signed out everywhere with the next click.")],
        button=_("End the sessions"),
    )


def _not_yourself(request: HttpRequest, pk: int) -> HttpResponse:
    return show(
        request,
        "refused.html",
        "clerks",
        {
            "title": _("Not for yourself"),
            "sentence": _("You cannot switch yourself off. Another administrator can."),
            "back": address("clerk", pk),
        },
        status=409,
    )


@require_http_methods(["GET", "POST"])
@changing
def clerk_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a password for one sign-in; shown in this answer and nowhere else."""
    by = clerk_of(request)
    one = found(reads.own_clerks(by), pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    password = ""

    def change() -> str:
        nonlocal password
        locked = found(reads.own_clerks(by), pk, lock=True)
        reason = form.cleaned_data["reason"]
        password = editing.give_password(locked, by=by, reason=reason)
        return address("clerk", pk)

    if request.method == "POST" and send(request, form, change) is not None:
        # Sent twice, the form shows nothing the second time: it was seen once.
        return show(
            request,
            "password.html",
            "clerks",
            {"clerk": one, "password": password, "back": address("clerk", pk)},
        )
    return show(
        request,
        "confirm.html",
        "clerks",
        {
            "form": form,
            "title": _("A new password for %(name)s") % {"name": one.name},
            "sentences": [
                _("The password is shown once, on the next page, to be handed over."),
                _("It must be changed at the first sign-in. The old one ends now."),
            ],
            "button": _("Make a password"),
            "back": address("clerk", pk),
        },
        status=status_of(form),
    )


@require_safe
@reading
def clerk_photo(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture on a desk card."""
    one = found(reads.own_clerks(clerk_of(request)), pk)
    photo = ClerkPhoto.objects.filter(clerk=one).first()
    if photo is None:
        raise Http404
    return HttpResponse(
        bytes(photo.content),
        content_type=photo.media_type,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": "inline",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@require_http_methods(["GET", "POST"])
@changing
def clerk_photo_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Put up or take away the picture of a person."""
    by = clerk_of(request)
    one = found(reads.own_clerks(by), pk)
    is_post = request.method == "POST"
    form = PhotoForm(request.POST, request.FILES) if is_post else PhotoForm()

    def change() -> str:
        found(reads.own_clerks(by), pk, lock=True)
        reason = form.cleaned_data["reason"]
        photo = ClerkPhoto.objects.filter(clerk=one).first()
        picture = form.cleaned_data["photo"]
        if picture:
            photo = photo or ClerkPhoto(clerk=one)
            photo.content, photo.media_type = picture.content, picture.media_type
            editing.save_with_reason(photo, by=by, reason=reason)
        elif photo:
            editing.delete_with_reason(photo, by=by, reason=reason)
        return address("clerk", pk)

    return confirm(
        request,
        form,
        change,
        tab="clerks",
        title=_("The picture of %(name)s") % {"name": one.name},
        sentences=[],
        button=_("Save"),
        back=address("clerk", pk),
    )


# --- Posts and absences -------------------------------------------------------------


@require_safe
@reading
def postings(request: HttpRequest) -> HttpResponse:
    """Who is at which window on a day, and where a window would be left alone."""
    by = clerk_of(request)
    today = timezone.localdate()
    form = DayFilter({"day": request.GET.get("day") or today.isoformat()})
    day: dt.date = filters_of(request, form).get("day") or today
    windows = sorted(
        reads.own_windows(by).filter(is_active=True).select_related("hall"),
        key=number_order,
    )
    region = windows[0].hall.region if windows else ""
    last = min(day + dt.timedelta(days=rota.HORIZON), dt.date(2100, 12, 31))
    plan = rota.rota_of(windows, day, last, region)
    rows = []
    for window in windows:
        posted: dict[str, list[dict[str, Any]]] = {"A": [], "B": []}
        for posting in plan.posted(window, day):
            posted[posting.post].append(
                {
                    "posting": posting,
                    "away": plan.absence(posting.clerk_id, day),
                }
            )
        later = [row for row in plan.of(window) if row.starts_on > day]
        rows.append(
            {
                "window": window,
                "a": posted[PostKind.A],
                "b": posted[PostKind.B],
                "later": later,
            }
        )
    absences = reads.own_absences(by).filter(ends_on__gte=day).select_related("clerk")
    return show(
        request,
        "postings.html",
        "postings",
        {
            "filter": form,
            "day": day,
            "is_today": day == today,
            "rows": rows,
            "warnings": [gap_sentence(gap) for gap in plan.gaps()][:40],
            "absences": absences.order_by("starts_on", "id")[:100],
        },
    )


@require_safe
@reading
def posting(request: HttpRequest, pk: int) -> HttpResponse:
    """One post and its history."""
    rows = reads.own_postings(clerk_of(request)).select_related("clerk", "window")
    one = found(rows, pk)
    return show(
        request,
        "object.html",
        "postings",
        {
            "title": f"{one.clerk.name} · {one.window}",
            "back": address("postings"),
            "facts": reads.facts(one, PostingForm.Meta.fields),
            "edit_url": address("posting_edit", one.pk),
            "lines": reads.history_lines(editing.histories_of(one), most=20),
            "history_url": address("history", "posting", one.pk),
        },
    )


@require_http_methods(["GET", "POST"])
@changing
def posting_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Post somebody at a window, or change from when to when."""
    initial = {
        name: reads.whole_number(request.GET.get(name)) for name in ("clerk", "window")
    }
    return edit_object(
        request,
        PostingForm,
        reads.own_postings(clerk_of(request)).select_related("clerk", "window"),
        pk,
        tab="postings",
        title=_("Change the post") if pk else _("Post somebody at a window"),
        back=address("posting", pk) if pk else address("postings"),
        done=lambda _one: address("postings"),
        initial=None if pk else initial,
    )


@require_safe
@reading
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    """One absence and its history."""
    one = found(reads.own_absences(clerk_of(request)).select_related("clerk"), pk)
    return show(
        request,
        "object.html",
        "postings",
        {
            "title": _("%(name)s is away") % {"name": one.clerk.name},
            "back": address("postings"),
            "facts": reads.facts(one, AbsenceForm.Meta.fields),
            "edit_url": address("absence_edit", one.pk),
            "delete_url": address("absence_delete", one.pk),
            "lines": reads.history_lines(editing.histories_of(one), most=20),
            "history_url": address("history", "absence", one.pk),
        },
    )


@require_http_methods(["GET", "POST"])
@changing
def absence_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Enter or change an absence."""
    clerk_id = reads.whole_number(request.GET.get("clerk"))
    return edit_object(
        request,
        AbsenceForm,
        reads.own_absences(clerk_of(request)),
        pk,
        tab="postings",
        title=_("Change the absence") if pk else _("Enter an absence"),
        back=address("absence", pk) if pk else address("postings"),
        done=lambda _one: address("postings"),
        initial={"clerk": clerk_id} if clerk_id and not pk else None,
    )


@require_http_methods(["GET", "POST"])
@changing
def absence_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an absence that does not take place."""
    return delete_object(
        request,
        reads.own_absences(clerk_of(request)).select_related("clerk"),
        pk,
        tab="postings",
        title=_("Take back this absence"),
        sentence=lambda one: f"{one.clerk.name} {one.starts_on} – {one.ends_on}",
        button=_("Take it back"),
        back=address("absence", pk),
        done=address("postings"),
    )
