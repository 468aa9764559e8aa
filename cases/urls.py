"""Addresses of the work itself. Numbers in them are case numbers; nothing personal."""

from django.urls import URLPattern, path

from cases.views import public

urlpatterns: list[URLPattern] = [
    # The public
    path("progress/", public.progress, name="progress"),
]
