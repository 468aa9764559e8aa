"""Who speaks for a unit in a hall: its people, at any of its windows (R2.60, R4.70).

A unit is a department. Its windows are those of the department, and of those without
one, which take items of many departments, whichever decides the item in question.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q

from windows.models import Posting, Responsibility
from windows.models.items import Authority
from windows.models.people import here_on
from windows.models.periods import PeriodQuerySet

Ref = Any
"""A key, or an `OuterRef` to one."""


def posts_of_unit(
    day: dt.date, *, hall: Ref, department: Ref, item: Ref
) -> PeriodQuerySet[Posting]:
    """Return the postings of a day at the windows of a unit, absent people too."""
    outer = OuterRef(item) if isinstance(item, OuterRef) else item
    decides = Responsibility.objects.on(day).filter(
        item_id=outer, authority=Authority.DECIDE, window_id=OuterRef("window_id")
    )
    return Posting.objects.on(day).filter(
        Q(window__department_id=department)
        | Q(window__department_id=None) & Exists(decides),
        window__hall_id=hall,
        window__is_active=True,
    )


def here_for_unit(
    day: dt.date, *, hall: Ref, department: Ref, item: Ref
) -> PeriodQuerySet[Posting]:
    """Return those of them who are there that day; without any it writes letters."""
    posts = posts_of_unit(day, hall=hall, department=department, item=item)
    return posts.filter(pk__in=here_on(day).values("pk"))
