"""Addresses of the whole project."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from hallsvc import errors
from hallsvc.language import set_language
from windows.views import gate

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", errors.healthz, name="healthz"),
    path("language/", set_language, name="set_language"),
    path("", gate.home, name="home"),
    path("login/", gate.sign_in, name="login"),
    path("logout/", gate.sign_out, name="logout"),
    path("unlock/", gate.unlock, name="unlock"),
    path("alive/", gate.alive, name="alive"),
    path("sit/", gate.sit, name="sit"),
    path("password/", gate.password, name="password"),
    path("lock-outs/", gate.locks, name="locks"),
    path("lock-outs/<int:staff_id>/lift/", gate.lift_lock, name="lift_lock"),
    path("", include("windows.urls")),
    path("", include("cases.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
