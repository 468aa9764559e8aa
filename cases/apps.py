"""The app of cases."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The work itself."""

    name = "cases"
