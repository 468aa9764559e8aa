"""What must be so before the hall starts (check 90)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from hallsvc import keys
from hallsvc.database import checks as database_checks

__all__ = ["check_settings", "database_checks"]

SHORTEST_SECRET = 50


@register(Tags.security)
def check_settings(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse settings that would be a hole; looked at in every process."""
    found: list[CheckMessage] = []
    if settings.USES_EMBEDDED:
        if not settings.MAY_USE_EMBEDDED:
            found.append(
                Error(
                    "No DATABASE_URL is given.",
                    hint="For a trial with the embedded database set HALL_EMBEDDED=1.",
                    id="hallsvc.E01",
                )
            )
    else:
        found += _production()
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        found.append(
            Error(
                f"SECRET_KEY is missing or shorter than {SHORTEST_SECRET} characters.",
                id="hallsvc.E02",
            )
        )
    found += [
        Error(f"{name} must be 32 bytes in base64.", id="hallsvc.E03")
        for name in keys.NAMES
        if name != "SECRET_KEY" and not _is_key(getattr(settings, name))
    ]
    if settings.HALL_PROCESS not in {"web", "worker", "command"}:
        found.append(
            Error("HALL_PROCESS must be web, worker or command.", id="hallsvc.E04")
        )
    return found


def _production() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(
            Error("HALL_DEBUG may not be used with a DATABASE_URL.", id="hallsvc.E05")
        )
    wild = [host for host in settings.ALLOWED_HOSTS if "*" in host or host == "."]
    if wild or not settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "HALL_ALLOWED_HOSTS must name each host, without a wildcard.",
                id="hallsvc.E06",
            )
        )
    return found


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == keys.KEY_BYTES
    except (ValueError, binascii.Error):
        return False
