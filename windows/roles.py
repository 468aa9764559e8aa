"""The roles, and the decorator that guards a page with them."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

P = ParamSpec("P")
R = TypeVar("R")


class Role(models.TextChoices):
    """What somebody may do. One person has one role: duties stay apart.

    A supervisor also sits at windows and does what a clerk does. An administrator
    configures and sees no case. An auditor reads everything of the hall and changes
    nothing. `SYSTEM` is the row in whose name jobs act; nobody can sign in as it.
    """

    CLERK = "clerk", _("clerk")
    SUPERVISOR = "supervisor", _("supervisor")
    ADMINISTRATOR = "administrator", _("administrator")
    AUDITOR = "auditor", _("auditor")
    SYSTEM = "system", _("system")


COUNTER = (Role.CLERK, Role.SUPERVISOR)
"""Who works with citizens."""

CASE_READERS = (Role.CLERK, Role.SUPERVISOR, Role.AUDITOR)
"""Who may open a case at all; which cases is decided in `cases.access`."""

LEDGER_READERS = (Role.SUPERVISOR, Role.AUDITOR)
"""Who reads the whole ledger of the hall."""

CONFIGURATION_READERS = (Role.ADMINISTRATOR, Role.AUDITOR)
"""Who sees the configuration; only an administrator changes it."""


def role_required(
    *roles: Role,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], R]],
    Callable[Concatenate[HttpRequest, P], R],
]:
    """Let only these roles reach a view; anybody else gets a 403 page."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], R],
    ) -> Callable[Concatenate[HttpRequest, P], R]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if getattr(request.user, "role", None) not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
