"""What the frame of every page shows: who is signed in, where, and the main pages."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from windows.models import Clerk
from windows.roles import CONFIGURATION_READERS, COUNTER, LEDGER_READERS, Role


@dataclass(frozen=True, slots=True)
class Me:
    """The person signed in, as the frame names them."""

    name: str
    staff_number: str
    role_label: str
    window_label: str
    may_sit: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One link to a main page."""

    url: str
    label: str
    key: str
    current: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's variables; nothing of it costs a statement of its own."""
    clerk = getattr(request, "user", None)
    if not isinstance(clerk, Clerk):
        return {}
    seat = getattr(clerk, "seat", None)
    return {
        "me": Me(
            name=clerk.name,
            staff_number=clerk.staff_number,
            role_label=str(Role(clerk.role).label),
            window_label=str(seat.window) if seat is not None else "",
            may_sit=clerk.role in COUNTER,
        ),
        "hall": clerk.hall,
        "nav": _nav(clerk, request.path),
        "idle_seconds": settings.HALL_IDLE_SECONDS,
        "alive_url": reverse("alive"),
    }


def _nav(clerk: Clerk, path: str) -> list[Place]:
    pages: list[tuple[str, str, str]] = []
    if clerk.role in COUNTER:
        pages += [("desk", _("Desk"), "d"), ("new_case", _("New request"), "n")]
    if clerk.role in LEDGER_READERS:
        pages.append(("ledger", _("Ledger"), "l"))
    if clerk.role in CONFIGURATION_READERS:
        pages.append(("windows:overview", _("Configuration"), "c"))
    if clerk.role == Role.SUPERVISOR:
        pages.append(("locks", _("Lock-outs"), ""))
    places = []
    for name, label, key in pages:
        url = reverse(name)
        places.append(Place(url, label, key, current=path.startswith(url)))
    return places
