"""A year's notice of the State Council is loaded, and dates follow it (R9.07, R9.11).

These pages stand here and not with the rest of the configuration because they show
first what the open cases make of another calendar: numbers and dates, nothing else.
"""

from __future__ import annotations

import csv
import io

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cases.actions.calendar import release_calendar
from cases.lifecycle import RuleBroken
from cases.reads.recount import Preview, preview, release_in_force
from windows.calendars import compare_notice, is_loaded, load_notice
from windows.closures import Notice, parse_notice
from windows.forms.base import ReasonForm
from windows.forms.files import ConfirmNoticeForm, NoticeForm, shown_name
from windows.models import Clerk
from windows.reads import whole_number
from windows.views.common import (
    address,
    changing,
    clerk_of,
    is_kept,
    may_change,
    reading,
    send,
    show,
    status_of,
)

TAB = "calendar"


@require_http_methods(["GET", "HEAD", "POST"])
@changing
def calendar_upload(request: HttpRequest) -> HttpResponse:
    """Upload the notice; see its days, and which dates would move. Nothing is saved."""
    if request.method != "POST":
        year = timezone.localdate().year + 1
        return _show_form(request, NoticeForm(initial={"year": year}))
    if is_kept(request):  # no file goes along: it is chosen again
        return _show_form(request, NoticeForm(initial=request.POST.dict()))
    form = NoticeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show_form(request, form)
    year, file = form.cleaned_data["year"], form.cleaned_data["file"]
    notice = parse_notice(file.read(), year)
    if notice.errors:
        for sentence in _sentences(notice):
            form.add_error("file", sentence)
        return _show_form(request, form)
    confirm = ConfirmNoticeForm(
        initial={
            "year": year,
            "days": _as_csv(notice),
            "reason": _("Notice of the year %(year)s (%(file)s)")
            % {"year": year, "file": shown_name(file)[-80:]},
        }
    )
    return _show_days(request, confirm, year, notice)


@require_POST
@changing
def calendar_load(request: HttpRequest) -> HttpResponse:
    """Save the days that were shown, all or none; the dates that were shown follow.

    The list of cases is turned here too: its next page belongs to the same notice.
    """
    form = ConfirmNoticeForm(request.POST)
    by = clerk_of(request)
    form.is_valid()
    year = form.cleaned_data.get("year")
    if year is None:
        return redirect("calendar_upload")
    # What came back from the browser is read as strictly as the file was.
    notice = parse_notice(form.cleaned_data.get("days", "").encode(), year)
    if notice.errors:
        return redirect("calendar_upload")
    if "after" in request.POST:
        kept = ConfirmNoticeForm(initial=request.POST.dict())
        return _show_days(request, kept, year, notice)

    def change() -> str:
        load_notice(year, notice, by=by, reason=form.cleaned_data["reason"])
        _release(form, by)
        return reverse("calendar_dates")

    target = send(request, form, change)
    if target is None:
        return _show_days(request, form, year, notice, status=status_of(form))
    messages.success(
        request,
        ngettext(
            "%(year)s is loaded with %(count)s exceptional day.",
            "%(year)s is loaded with %(count)s exceptional days.",
            len(notice.days),
        )
        % {"year": year, "count": len(notice.days)},
    )
    return redirect(target)


def _release(form: ReasonForm, by: Clerk) -> None:
    """Let the dates move, or say beside the reason why not; then nothing is saved."""
    reason = form.cleaned_data["reason"]
    try:
        release_calendar(reason=reason, by=by, at=timezone.now())
    except RuleBroken as broken:
        form.add_error(broken.field or None, _(broken.message) % broken.params)


@require_http_methods(["GET", "HEAD", "POST"])
@reading
def calendar_dates(request: HttpRequest) -> HttpResponse:
    """The open cases whose dates do not fit the calendar; let them move (R9.11).

    After a notice was loaded they are on their way; after a single day was changed
    somebody looks at them here first.
    """
    by = clerk_of(request)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        if not may_change(request):
            raise PermissionDenied

        def change() -> str:
            _release(form, by)
            return reverse("calendar_dates")

        target = send(request, form, change)
        if target is not None:
            return redirect(target)
    found, release = _preview(request), release_in_force()
    is_moving = bool(found.cases or found.elsewhere)
    context = {
        "form": form,
        "preview": found,
        "release": release,
        "is_to_release": form.is_bound or (is_moving and release is None),
        "back": address("calendar"),
    }
    return show(request, "calendar_dates.html", TAB, context, status=status_of(form))


def _preview(
    request: HttpRequest, year: int | None = None, notice: Notice | None = None
) -> Preview:
    place = request.GET if notice is None else request.POST
    after = whole_number(place.get("after")) or 0
    today = timezone.localdate()
    return preview(clerk_of(request), today, after=after, year=year, notice=notice)


def _sentences(notice: Notice) -> list[str]:
    """Every fault of the file with its line."""
    found = []
    for error in notice.errors:
        sentence = _(error.msgid) % error.params if error.params else _(error.msgid)
        if error.line:
            sentence = _("Line %(line)s: %(sentence)s") % {
                "line": error.line,
                "sentence": sentence,
            }
        found.append(sentence)
    return found


def _as_csv(notice: Notice) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["date", "name", "is_off_day"])
    writer.writerows(
        [day.day.isoformat(), day.name, int(day.is_off)] for day in notice.days
    )
    return out.getvalue()


def _show_form(request: HttpRequest, form: NoticeForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "back": address("calendar")}
    return show(request, "calendar_upload.html", TAB, context, status=status)


def _show_days(
    request: HttpRequest,
    form: ConfirmNoticeForm,
    year: int,
    notice: Notice,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "year": year,
        "days": compare_notice(year, notice),
        "is_loaded": is_loaded(year),
        "preview": _preview(request, year, notice),
    }
    return show(request, "calendar_upload_days.html", TAB, context, status=status)
