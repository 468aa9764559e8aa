"""The one way the configuration is changed: by somebody, for a reason, once.

Every change of a model with history goes through `save_with_reason` or
`delete_with_reason`, inside a transaction: a history row that cannot be written takes
the change with it. Nothing here is ever changed by `queryset.update()`, which would
leave no history.

`claim` and `settle` make a form work once, however often it is sent (check 58, 59).
`version_of` and `changed_since` notice that somebody else was faster (check 61).
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.utils import timezone

from windows.models import (
    BundledItem,
    Clerk,
    ItemAlias,
    Material,
    SamePaper,
    Seat,
    SentForm,
    ServiceItem,
    Step,
)

M = TypeVar("M", bound=models.Model)

SHORTEST_REASON, LONGEST_REASON = 4, 200
KEEP_SENT_FORMS = timedelta(days=30)

NOT_WORTH_A_WARNING = frozenset({"is_open", "session_epoch", "must_change_password"})
"""What changes all day by itself; an edit form does not touch it."""


@transaction.atomic
def save_with_reason(instance: M, *, by: Clerk, reason: str) -> M:
    """Save `instance`; its history says who and why."""
    with _signed(instance, by, reason):
        instance.save()
    return instance


@transaction.atomic
def delete_with_reason(instance: models.Model, *, by: Clerk, reason: str) -> None:
    """Delete `instance`; its history stays and says who and why."""
    with _signed(instance, by, reason):
        instance.delete()


@contextmanager
def _signed(instance: models.Model, by: Clerk, reason: str) -> Iterator[None]:
    """Give `instance` the names under which simple_history looks for who and why.

    They are taken away again afterwards: left on the instance, the reason of one
    change would be told for the next one as well.
    """
    signature = {"_history_user": by, "_change_reason": reason}
    vars(instance).update(signature)
    try:
        yield
    finally:
        for name in signature:
            del vars(instance)[name]


# --- People -------------------------------------------------------------------------

# Letters and digits that nobody takes for another one when they are read aloud.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def dismiss(clerk: Clerk, *, by: Clerk, reason: str) -> None:
    """Somebody leaves the hall: the seat is free, no sign-in is possible any more."""
    clerk.is_active = False
    Seat.objects.filter(clerk=clerk).delete()
    save_with_reason(clerk, by=by, reason=reason)


def reinstate(clerk: Clerk, *, by: Clerk, reason: str) -> None:
    """Somebody comes back; posts that are still entered count again at once."""
    clerk.is_active = True
    save_with_reason(clerk, by=by, reason=reason)


def end_sessions(clerk: Clerk, *, by: Clerk, reason: str) -> None:
    """Sign somebody out everywhere, with the next click."""
    clerk.session_epoch += 1
    save_with_reason(clerk, by=by, reason=reason)


def give_password(clerk: Clerk, *, by: Clerk, reason: str) -> str:
    """Give a password for one sign-in, and return it: it is kept nowhere."""
    password = one_time_password()
    clerk.set_password(password)
    clerk.must_change_password = True
    save_with_reason(clerk, by=by, reason=reason)
    return password


def one_time_password() -> str:
    """Four groups of four signs: 79 bits, and it can be read aloud."""
    groups = ("".join(secrets.choice(_SIGNS) for _sign in range(4)) for _ in range(4))
    return "-".join(groups)


# --- A form works once --------------------------------------------------------------


class SentByAnotherError(Exception):
    """The key of this form was used by another person."""


def claim(key: uuid.UUID, *, by: Clerk) -> str | None:
    """Take `key` for this transaction; the first one's address if it was taken.

    Two requests with one key: the second waits here until the first has committed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO windows_sentform (key, by_id, at, address)"
            " VALUES (%s, %s, %s, '') ON CONFLICT (key) DO NOTHING",
            [key, by.pk, timezone.now()],
        )
        if cursor.rowcount:
            return None
    first = SentForm.objects.get(pk=key)
    if first.by_id != by.pk:
        raise SentByAnotherError
    return first.address


def earlier(key: uuid.UUID | None, *, by: Clerk) -> str:
    """Where a form with this key has led before; empty if it was never sent."""
    row = SentForm.objects.filter(pk=key, by=by).first() if key else None
    return row.address if row else ""


def settle(key: uuid.UUID, address: str) -> None:
    """Remember where the form led."""
    SentForm.objects.filter(pk=key).update(address=address)


def forget_sent_forms() -> int:
    """Delete the keys of forms that nobody can have open any more; how many."""
    long_ago = timezone.now() - KEEP_SENT_FORMS
    return SentForm.objects.filter(at__lt=long_ago).delete()[0]


# --- Somebody else was faster -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody else has done to an object since a form was opened."""

    who: str
    at: datetime
    reason: str


def histories_of(instance: models.Model) -> list[models.QuerySet[Any]]:
    """The history of an object, its own first; of an item also that of its parts."""
    if instance.pk is None:
        return []
    own = type(instance).history.filter(id=instance.pk)  # type: ignore[attr-defined]
    if not isinstance(instance, ServiceItem):
        return [own]
    return [
        own,
        *(part.history.filter(item_id=instance.pk) for part in PARTS_OF_AN_ITEM),
    ]


PARTS_OF_AN_ITEM: tuple[Any, ...] = (
    Material,
    Step,
    ItemAlias,
    BundledItem,
    SamePaper,
)


def version_of(histories: Sequence[models.QuerySet[Any]]) -> str:
    """The newest line of each history, as one word for a hidden field."""
    newest = [
        rows.aggregate(last=models.Max("history_id"))["last"] for rows in histories
    ]
    return ".".join(str(last or 0) for last in newest)


def changed_since(
    histories: Sequence[models.QuerySet[Any]], version: str, fields: Collection[str]
) -> Meanwhile | None:
    """Who changed one of `fields`, or any part, since `version`; None if nobody did.

    A history line alone proves nothing: signing in or opening a window writes one
    too, so the object itself is compared field by field.
    """
    seen = _parse(version, len(histories))
    for number, (rows, last) in enumerate(zip(histories, seen, strict=True)):
        newer = rows.filter(history_id__gt=last).select_related("history_user")
        latest = newer.order_by("-history_id").first()
        if latest is None:
            continue
        if number == 0:
            before = rows.filter(history_id__lte=last).order_by("-history_id").first()
            if before is not None and not _differ(before, latest, fields):
                continue
        user = latest.history_user
        return Meanwhile(
            who=user.name if user else "",
            at=latest.history_date,
            reason=latest.history_change_reason or "",
        )
    return None


def _parse(version: str, count: int) -> list[int]:
    """The numbers of a version; zeros, which are older than anything, if it is none."""
    parts = version.split(".")
    is_version = len(parts) == count and all(
        part.isascii() and part.isdigit() and len(part) < 10 for part in parts
    )
    return [int(part) for part in parts] if is_version else [0] * count


def _differ(before: Any, after: Any, fields: Collection[str]) -> bool:
    """Whether two lines of a history differ in what a form shows."""
    if after.history_type == "-":
        return True
    return any(
        getattr(before, field.attname) != getattr(after, field.attname)
        for field in after.tracked_fields
        if field.name in fields and field.name not in NOT_WORTH_A_WARNING
    )
