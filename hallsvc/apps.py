"""The project as an app: its commands and its checks."""

from django.apps import AppConfig


class HallsvcConfig(AppConfig):
    """Registers the checks of settings and database."""

    name = "hallsvc"

    def ready(self) -> None:
        """Register the checks."""
        from hallsvc import checks  # noqa: F401
