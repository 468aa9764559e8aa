"""Whom and where a form can name: clerks posted today, windows, units outside."""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext

from cases.lifecycle import MAY_ACCEPT
from windows.models import (
    Department,
    Posting,
    Responsibility,
    Window,
)
from windows.roles import COUNTER

from .case import CasePage


@dataclass(frozen=True, slots=True)
class Receiver:
    """A named clerk posted at a window today, and whether the case can go there now."""

    value: str
    name: str
    title: str
    window: str
    place: str
    post: str
    authority: str
    is_staffed: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class Receivers:
    """Who could take the case: windows that answer for the item first."""

    for_item: tuple[Receiver, ...] = ()
    others: tuple[Receiver, ...] = ()
    best: str = ""


_STRENGTH = {"decide": 0, "accept": 1, "advise": 2, "": 3}


def receivers(page: CasePage, *, needs_seat: bool = True) -> Receivers:
    """Return who is posted at an open window today, the best proposal first.

    The best is the A clerk of the window that decides, else accepts, the item, is open
    and has that clerk sitting there. `needs_seat` False is for a supervisor who names
    somebody: a posting today is enough there.
    """
    today = timezone.localdate()
    authority = Responsibility.objects.on(today).filter(
        window_id=OuterRef("window_id"),
        item_id=page.item.id if page.item else None,
    )
    posts = (
        Posting.objects.on(today)
        .filter(
            window__hall_id=page.hall_id,
            window__is_active=True,
            clerk__is_active=True,
            clerk__role__in=COUNTER,
        )
        .exclude(clerk_id=page.holder.id)
        .select_related("window", "clerk__seat")
        .annotate(authority=Subquery(authority.values("authority")[:1]))
        .order_by("window__number", "post", "clerk__name_key")
    )
    rows = [_receiver(post, needs_seat=needs_seat) for post in posts]
    rows.sort(key=lambda row: (_STRENGTH[row.authority], bool(row.why_not)))
    for_item = tuple(row for row in rows if row.authority)
    best = next(
        (
            row.value
            for row in for_item
            if row.authority in MAY_ACCEPT and not row.why_not
        ),
        "",
    )
    return Receivers(for_item, tuple(row for row in rows if not row.authority), best)


def _receiver(post: Posting, *, needs_seat: bool) -> Receiver:
    window, clerk = post.window, post.clerk
    seat = getattr(clerk, "seat", None)
    sits = seat is not None and seat.window_id == window.pk
    is_staffed = window.is_open and sits
    why_not = ""
    if needs_seat and not window.is_open:
        why_not = gettext("The window is closed now.")
    elif needs_seat and not sits:
        why_not = gettext("Not at the window now.")
    return Receiver(
        value=f"{window.pk}-{clerk.pk}",
        name=clerk.name,
        title=clerk.title,
        window=str(window),
        place=_place(window),
        post=post.post,
        authority=getattr(post, "authority", None) or "",
        is_staffed=is_staffed,
        why_not=why_not,
    )


def _place(window: Window) -> str:
    zone = {"floor": window.floor, "zone": window.zone}
    if window.zone:
        return gettext("floor %(floor)s, zone %(zone)s") % zone
    return gettext("floor %(floor)s") % zone


@dataclass(frozen=True, slots=True)
class Unit:
    """A department as a form names it."""

    id: int
    name: str
    is_outside: bool
    address: str
    telephone: str
    hours: str


def units() -> tuple[Unit, ...]:
    """Return every department in use, in the order of its name."""
    return tuple(
        Unit(
            id=row.pk,
            name=row.local_name,
            is_outside=not row.in_hall,
            address=row.address,
            telephone=row.telephone,
            hours=row.hours,
        )
        for row in Department.objects.filter(is_active=True)
    )


@dataclass(frozen=True, slots=True)
class Addressee:
    """A window of the hall or a unit outside to which a declined case may belong."""

    value: str
    name: str
    place: str
    authority: str = ""
    is_outside: bool = False


def addressees(page: CasePage) -> tuple[Addressee, ...]:
    """Return windows, those that answer for the item first, then units outside.

    The window that declines is no better one.
    """
    authority = Responsibility.objects.on(timezone.localdate()).filter(
        window_id=OuterRef("pk"), item_id=page.item.id if page.item else None
    )
    windows = [
        Addressee(
            value=f"w{window.pk}",
            name=str(window),
            place=_place(window),
            authority=getattr(window, "authority", None) or "",
        )
        for window in Window.objects.filter(hall_id=page.hall_id, is_active=True)
        .exclude(pk=page.offer.window_id if page.offer else 0)
        .annotate(authority=Subquery(authority.values("authority")[:1]))
        .order_by("number")
    ]
    windows.sort(key=lambda window: _STRENGTH[window.authority])
    outside = [
        Addressee(f"u{unit.id}", unit.name, unit.address, is_outside=True)
        for unit in units()
        if unit.is_outside
    ]
    return (*windows, *outside)
