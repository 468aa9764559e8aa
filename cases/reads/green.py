"""Whom the green channel can name: who may accept the case, and who may chase it."""

from dataclasses import dataclass

from django.utils import timezone

from cases.lifecycle import MAY_ACCEPT
from windows.models import Clerk, Posting, Responsibility
from windows.roles import COUNTER, Role

from .case import CasePage

Named = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Colleagues:
    """People with their windows, as lists to choose from; the best comes first."""

    acceptors: tuple[Named, ...] = ()
    chasers: tuple[Named, ...] = ()


def colleagues(page: CasePage) -> Colleagues:
    """Return who may accept the case today, and who may chase it (R2.83).

    Whoever answers for it now stands first among those who may accept it; supervisors
    stand first among those who chase.
    """
    today = timezone.localdate()
    posts = (
        Posting.objects.on(today)
        .filter(
            window__hall_id=page.hall_id,
            window__is_active=True,
            clerk__is_active=True,
            clerk__role__in=COUNTER,
        )
        .select_related("clerk", "window")
        .order_by("window__number", "post", "clerk__name_key")
    )
    if page.item is not None:
        may = Responsibility.objects.on(today).filter(
            item_id=page.item.id, authority__in=MAY_ACCEPT
        )
        posts = posts.filter(window__in=may.values("window"))
    acceptors = {post.clerk_id: f"{post.clerk.name} · {post.window}" for post in posts}
    staff = Clerk.objects.filter(
        hall_id=page.hall_id, is_active=True, role__in=COUNTER
    ).order_by("name_key", "pk")
    chasers = sorted(staff, key=lambda one: one.role != Role.SUPERVISOR)
    return Colleagues(
        acceptors=tuple(
            sorted(acceptors.items(), key=lambda one: one[0] != page.holder.id)
        ),
        chasers=tuple((one.pk, f"{one.name} · {one.title}") for one in chasers),
    )
