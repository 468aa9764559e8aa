"""The clear sheet of an item (明白纸): all that somebody needs to know before coming.

It belongs to no case and so has no number: the item, the hall and the day on which
anything on it last changed say which one it is (R1.01).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max
from django.utils import timezone

from cases.deadlines import Limits
from windows import catalogue, limits
from windows.bundles import Asked
from windows.models import (
    BundledItem,
    Hall,
    Material,
    Responsibility,
    SamePaper,
    ServiceItem,
    Step,
    Window,
)
from windows.models.items import Authority, ItemState
from windows.reads import KeyPage, number_order, page_by_key

TRIES_PER_ADDRESS = 120
"""Look-ups from one address in ten minutes; a hall's whole public shares one."""

PDFS_PER_ADDRESS = 20
"""PDFs for one address in ten minutes: each costs a server half a second."""

HITS = 20


@dataclass(frozen=True, slots=True)
class Counter:
    """A window that answers for an item, and what it may do."""

    window: Window
    authority: str


@dataclass(frozen=True, slots=True)
class Place:
    """A hall with its windows that answer for an item."""

    hall: Hall
    counters: tuple[Counter, ...]


@dataclass(frozen=True, slots=True)
class ClearSheet:
    """An item with its papers, steps and places, as they are today.

    Of a life event they are those of its items, and so are the `limits`.
    """

    item: ServiceItem
    limits: ServiceItem | Limits
    materials: Sequence[Asked]
    steps: Sequence[Step]
    places: tuple[Place, ...]
    changed_on: dt.date | None


def clear_sheet(item_id: int, *, hall_id: int | None) -> ClearSheet | None:
    """Return the sheet of a published item, or None; seven statements at most.

    Of a life event five more, whatever it holds.

    The places are those of the hall, or of every hall for the public.
    """
    item = (
        ServiceItem.objects.filter(pk=item_id, state=ItemState.PUBLISHED)
        .select_related("department")
        .first()
    )
    if item is None:
        return None
    return ClearSheet(
        item=item,
        limits=Limits.of(item) if item.is_bundle else item,
        materials=item.papers(),
        steps=item.handled(),
        places=_places(item, hall_id),
        changed_on=_changed_on(item),
    )


_STRENGTH = {Authority.DECIDE: 0, Authority.ACCEPT: 1, Authority.ADVISE: 2}


def _places(item: ServiceItem, hall_id: int | None) -> tuple[Place, ...]:
    duties = (
        Responsibility.objects.on(timezone.localdate())
        .filter(item=item, window__is_active=True)
        .select_related("window__hall")
    )
    if hall_id is not None:
        duties = duties.filter(window__hall_id=hall_id)
    halls: dict[Hall, list[Counter]] = {}
    for duty in duties:
        counter = Counter(duty.window, duty.authority)
        halls.setdefault(duty.window.hall, []).append(counter)
    return tuple(
        Place(
            hall,
            tuple(
                sorted(
                    counters,
                    key=lambda one: (
                        _STRENGTH[Authority(one.authority)],
                        number_order(one.window),
                    ),
                )
            ),
        )
        for hall, counters in sorted(halls.items(), key=lambda pair: pair[0].pk)
    )


def _changed_on(item: ServiceItem) -> dt.date | None:
    """Return the day on which the item, its papers or its steps last changed.

    Of a life event also when its items did, and which they are.
    """
    items = [item.pk]
    histories = []
    if item.is_bundle:
        items += [row.member_id for row in item.members]
        histories = [
            model.history.filter(item_id=item.pk) for model in (BundledItem, SamePaper)
        ]
    histories += [
        ServiceItem.history.filter(id__in=items),
        Material.history.filter(item_id__in=items),
        Step.history.filter(item_id__in=items),
    ]
    moments = [rows.aggregate(last=Max("history_date"))["last"] for rows in histories]
    known = [moment for moment in moments if moment is not None]
    return timezone.localdate(max(known)) if known else None


def published(place: dict[str, str]) -> KeyPage[ServiceItem]:
    """Return a page of the published items in the order of their names."""
    rows = ServiceItem.objects.filter(state=ItemState.PUBLISHED)
    return page_by_key(rows.select_related("department"), place)


def find(words: str) -> list[ServiceItem]:
    """Return the published items that fit what somebody said, the best first."""
    hits = [hit.key for hit in catalogue.look_up(words, HITS)]
    rows = ServiceItem.objects.filter(state=ItemState.PUBLISHED)
    found = rows.select_related("department").in_bulk(hits)
    return [found[key] for key in hits if key in found]


def is_too_often(address: str, *, at: dt.datetime, is_pdf: bool = False) -> bool:
    """Count one look-up or PDF of the public; tell whether it is enough for now."""
    key = limits.key_of("clear sheet pdf" if is_pdf else "clear sheet", within=address)
    most = PDFS_PER_ADDRESS if is_pdf else TRIES_PER_ADDRESS
    return limits.count(key, seconds=600, at=at) > most
