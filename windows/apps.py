"""The app of halls, windows, clerks and items."""

from django.apps import AppConfig


class WindowsConfig(AppConfig):
    """Who answers for what."""

    name = "windows"
