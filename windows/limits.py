"""Counting attempts, so that guessing stays slow (checks 32, 38, 48).

An own table with `INSERT … ON CONFLICT DO UPDATE … RETURNING`: a cache counter loses
counts when several processes write. Counted in slots of half the given time, over this
slot and the one before, so that waiting for a round minute helps nobody. Keys are keyed
digests: no name and no address is kept.
"""

import datetime as dt
import hmac
from hashlib import sha256

from django.conf import settings
from django.db import connection

from windows.models import LimitCounter


def _digest(text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), sha256).hexdigest()


def key_of(subject: str, *, within: str = "") -> str:
    """Return the key for a subject, such as a person, and a place within it.

    All keys of one subject begin alike, so that they can be forgotten together.
    """
    return _digest(subject)[:32] + (_digest(within)[:32] if within else "")


def count(key: str, *, seconds: int, at: dt.datetime) -> int:
    """Count one attempt; return how many there were in about the last `seconds`.

    Call it before the attempt is looked at, so that parallel guesses count too.
    """
    slot = int(at.timestamp()) // max(seconds // 2, 1)
    until = at + dt.timedelta(seconds=2 * seconds)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH counted AS ("
            " INSERT INTO windows_limitcounter (key, slot, count, until)"
            " VALUES (%s, %s, 1, %s) ON CONFLICT ON CONSTRAINT limit_key_and_slot"
            " DO UPDATE SET count = windows_limitcounter.count + 1 RETURNING count)"
            " SELECT counted.count + coalesce((SELECT sum(count)"
            " FROM windows_limitcounter WHERE key = %s AND slot IN (%s, %s)), 0)"
            " FROM counted",
            [key, slot, until, key, slot - 1, slot - 2],
        )
        return int(cursor.fetchone()[0])


def forget(subject: str) -> None:
    """Forget every count of a subject, whatever the place within it."""
    LimitCounter.objects.filter(key__startswith=key_of(subject)).delete()


def forget_old(at: dt.datetime) -> int:
    """Delete the counts that say nothing any more; return how many."""
    return LimitCounter.objects.filter(until__lt=at).delete()[0]


def forget_one(key: str) -> None:
    """Forget the counts of one key."""
    LimitCounter.objects.filter(key=key).delete()
