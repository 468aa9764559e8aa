"""Addresses of the whole project."""

from __future__ import annotations

from importlib.util import find_spec

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from hallsvc import errors

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", errors.healthz, name="healthz"),
    path("language/", login_not_required(set_language), name="set_language"),
]
if find_spec("windows.urls"):
    urlpatterns.append(path("", include("windows.urls")))
if find_spec("cases.urls"):
    urlpatterns.append(path("", include("cases.urls")))

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
