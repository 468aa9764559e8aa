"""Choosing the language of a page, with what was typed on it going along."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from windows.views.common import KEEP


@login_not_required
@sensitive_post_parameters()
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Note the language `to` and go on to `next`, both of the address.

    A half-filled form of the page is posted with the button, and on to its own page
    (307), which shows it again and does nothing else: so nothing typed is lost, with
    or without scripts, and nothing of it stands in an address. Django's own view knows
    no such form.
    """
    language, place = request.GET.get("to", ""), request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        place, request.get_host(), require_https=request.is_secure()
    )
    # What no header holds: line ends and other signs that nobody types.
    if not (is_ours and place.isprintable()):
        place = "/"
    status = 307 if KEEP in request.POST else 302
    response = HttpResponse(status=status, headers={"Location": iri_to_uri(place)})
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            path=settings.LANGUAGE_COOKIE_PATH,
            domain=settings.LANGUAGE_COOKIE_DOMAIN,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return response
