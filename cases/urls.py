"""Addresses of the work itself. Numbers in them are case numbers; nothing personal."""

from django.urls import URLPattern, path

from cases.views import public, supervisor

urlpatterns: list[URLPattern] = [
    # The ledger
    path("ledger/", supervisor.ledger, name="ledger"),
    path("ledger/search/", supervisor.ledger_search, name="ledger_search"),
    path("ledger/export/", supervisor.ledger_export, name="ledger_export"),
    # The public
    path("progress/", public.progress, name="progress"),
]
