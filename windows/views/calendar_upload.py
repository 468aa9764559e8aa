"""The page on which a year's notice of the State Council is loaded (R9.07, R9.11)."""

from __future__ import annotations

import csv
import io

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from windows.calendars import compare_notice, load_notice
from windows.closures import Notice, parse_notice
from windows.forms.files import ConfirmNoticeForm, NoticeForm, shown_name
from windows.models import CalendarYear

from .common import address, changing, clerk_of, send, show, status_of

TAB = "calendar"


@require_http_methods(["GET", "HEAD", "POST"])
@changing
def calendar_upload(request: HttpRequest) -> HttpResponse:
    """Upload the notice and see its days; nothing is saved yet."""
    if request.method != "POST":
        year = timezone.localdate().year + 1
        return _show_form(request, NoticeForm(initial={"year": year}))
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
    """Save the days that were shown: all of them or none."""
    form = ConfirmNoticeForm(request.POST)
    by = clerk_of(request)
    form.is_valid()
    year = form.cleaned_data.get("year")
    if year is None:
        return redirect("windows:calendar_upload")
    # What came back from the browser is read as strictly as the file was.
    notice = parse_notice(form.cleaned_data.get("days", "").encode(), year)
    if notice.errors:
        return redirect("windows:calendar_upload")

    def change() -> str:
        load_notice(year, notice, by=by, reason=form.cleaned_data["reason"])
        return address("calendar")

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
        "is_loaded": CalendarYear.objects.filter(year=year, region="").exists(),
    }
    return show(request, "calendar_upload_days.html", TAB, context, status=status)
