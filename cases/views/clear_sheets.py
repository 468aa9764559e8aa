"""Clear sheets: what an item asks for and gives, for the counter and for everybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from cases import pdf
from cases.forms.papers import LANGUAGES, SIZES, ItemWordsForm
from cases.reads.clear_sheets import clear_sheet as read_sheet
from cases.reads.clear_sheets import find, is_too_often, published
from windows.views.common import neighbours
from windows.views.gate import terminal_of


def _is_refused(request: HttpRequest, *, is_pdf: bool = False) -> bool:
    """Whether somebody of the public asks too often; who works here never does."""
    if request.user.is_authenticated:
        return False
    return is_too_often(terminal_of(request), at=timezone.now(), is_pdf=is_pdf)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def clear_sheets(request: HttpRequest) -> HttpResponse:
    """List the items, or find some in a person's own words; nothing is stored.

    Posted, so that what somebody says stands in no address.
    """
    is_post = request.method == "POST"
    form = ItemWordsForm(request.POST if is_post else None)
    context: dict[str, object] = {"form": form}
    is_limited = False
    if not is_post:
        page = published(request.GET.dict())
        context |= {"items": page.rows, **neighbours(request, page)}
    elif is_limited := _is_refused(request):
        form.add_error(None, _("Too many at once: wait a few minutes, then go on."))
    elif form.is_valid():
        context["items"] = found = find(form.cleaned_data["words"])
        context["is_found"] = True
        if not found:
            form.add_error("words", _("No item fits these words: try others."))
    status = 429 if is_limited else 422 if form.errors else 200
    return render(request, "cases/clear_sheets.html", context, status=status)


@login_not_required
@require_safe
def clear_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the clear sheet of an item, to read, to print, or as PDF (R1.01)."""
    hall_id = getattr(request.user, "hall_id", None)
    sheet = read_sheet(pk, hall_id=hall_id)
    if sheet is None:
        raise Http404
    size, lang = request.GET.get("size", ""), request.GET.get("lang", "")
    if size not in SIZES:
        size = "a4"
    if lang not in LANGUAGES:
        lang = "en" if request.LANGUAGE_CODE == "en" else "zh"
    context = {
        "clear": sheet,
        "size": size,
        "lang": lang,
        "languages": LANGUAGES[lang],
        "sizes": [(one, one.upper()) for one in SIZES],
        "langs": [
            ("zh", pgettext("language of a paper", "Chinese")),
            ("en", pgettext("language of a paper", "English")),
            ("both", _("Both languages")),
        ],
        "today": timezone.localdate(),
        "has_pdf": pdf.is_available(),
    }
    is_refused = False
    if request.GET.get("as") == "pdf" and pdf.is_available():
        is_refused = _is_refused(request, is_pdf=True)
        if not is_refused:
            html = render_to_string("papers/clear_pdf.html", context)
            return HttpResponse(
                pdf.write_pdf(html),
                content_type="application/pdf",
                headers={"Content-Disposition": f"inline; filename=item-{pk}.pdf"},
            )
    return render(
        request,
        "cases/clear_sheet.html",
        {**context, "is_refused": is_refused},
        status=429 if is_refused else 200,
    )
