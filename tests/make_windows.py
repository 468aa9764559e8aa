"""Builders for halls, windows, people and items; nothing here knows about cases.

Each builder saves one valid row with a name of its own and takes any field by
keyword. Only `items` writes without history, because it makes many.
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from django.utils import timezone

from windows.models import (
    Absence,
    Clerk,
    Department,
    Hall,
    ItemAlias,
    Material,
    Posting,
    Responsibility,
    Seat,
    ServiceItem,
    Step,
    Window,
)
from windows.models.items import Authority
from windows.models.people import PostKind
from windows.roles import Role

PASSWORD = "a long enough password"
LONG_AGO = dt.date(2020, 1, 1)

_numbers = itertools.count(1)


def today() -> dt.date:
    """The hall's own date."""
    return timezone.localdate()


def hall(**fields: Any) -> Hall:
    """A hall."""
    return Hall.objects.create(**{"name": f"市民服务中心{next(_numbers)}", **fields})


def department(**fields: Any) -> Department:
    """A department with windows in the hall."""
    return Department.objects.create(**{"name": f"部门{next(_numbers)}", **fields})


def outside_department(**fields: Any) -> Department:
    """A department that has only an address outside, with all a citizen needs."""
    outside = {
        "in_hall": False,
        "address": "新华路 8 号",
        "telephone": "0830-2223344",
        "hours": "周一至周五 9:00-17:00",
    }
    return department(**{**outside, **fields})


def window(hall: Hall, **fields: Any) -> Window:
    """A window of `hall`, open."""
    number = next(_numbers)
    usual = {"number": f"{number}", "name": f"综合窗口{number}", "is_open": True}
    return Window.objects.create(hall=hall, **{**usual, **fields})


def clerk(hall: Hall | None, role: Role = Role.CLERK, **fields: Any) -> Clerk:
    """A person of `hall` who can sign in with `PASSWORD`."""
    number = next(_numbers)
    usual = {"staff_number": f"G{number:05d}", "name": f"王小明{number}"}
    password = fields.pop("password", PASSWORD)
    return Clerk.objects.create_user(
        password=password, hall=hall, role=role, **{**usual, **fields}
    )


def posting(clerk: Clerk, window: Window, **fields: Any) -> Posting:
    """`clerk` at `window` since long ago and without an end, as A."""
    usual = {"post": PostKind.A, "starts_on": LONG_AGO}
    return Posting.objects.create(clerk=clerk, window=window, **{**usual, **fields})


def seat(clerk: Clerk, window: Window, **fields: Any) -> Seat:
    """`clerk` sits at `window` now."""
    usual = {"since": timezone.now()}
    return Seat.objects.create(clerk=clerk, window=window, **{**usual, **fields})


def staffed_window(hall: Hall, **fields: Any) -> tuple[Window, Clerk]:
    """An open window with its A clerk sitting there now."""
    counter = window(hall, **fields)
    person = clerk(hall)
    posting(person, counter)
    seat(person, counter)
    return counter, person


def absence(clerk: Clerk, **fields: Any) -> Absence:
    """`clerk` is away today."""
    usual = {"starts_on": today(), "ends_on": today()}
    return Absence.objects.create(clerk=clerk, **{**usual, **fields})


def item(department: Department | None = None, **fields: Any) -> ServiceItem:
    """A published item with both limits."""
    number = next(_numbers)
    owner = department or Department.objects.create(name=f"部门{number}")
    usual = {
        "code": f"511A{number:08d}",
        "name": f"测试事项{number}",
        "department": owner,
        "statutory_days": 20,
        "promised_days": 5,
        "result": "nothing",
    }
    return ServiceItem.objects.create(**{**usual, **fields})


def items(department: Department, count: int) -> list[ServiceItem]:
    """Many items at once, without history."""
    rows = []
    for _ in range(count):
        number = next(_numbers)
        name = f"批量事项{number:06d}"
        rows.append(
            ServiceItem(
                code=f"511B{number:08d}",
                name=name,
                department=department,
            )
        )
    return ServiceItem.objects.bulk_create(rows)


def material(item: ServiceItem, **fields: Any) -> Material:
    """A paper that `item` asks for."""
    usual = {"name": f"材料{next(_numbers)}"}
    return Material.objects.create(item=item, **{**usual, **fields})


def step(item: ServiceItem, **fields: Any) -> Step:
    """A step of `item`."""
    usual = {"name": f"环节{next(_numbers)}"}
    return Step.objects.create(item=item, **{**usual, **fields})


def alias(item: ServiceItem, text: str) -> ItemAlias:
    """Another wording for `item`."""
    return ItemAlias.objects.create(item=item, text=text)


def responsibility(
    window: Window,
    item: ServiceItem,
    authority: Authority = Authority.DECIDE,
    **fields: Any,
) -> Responsibility:
    """`window` answers for `item` since long ago and without an end."""
    usual = {"starts_on": LONG_AGO}
    return Responsibility.objects.create(
        window=window, item=item, authority=authority, **{**usual, **fields}
    )
