"""The texts and the seal that a paper of a hall is issued with, read in one go."""

import base64
import hashlib
import json
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from windows.models import Hall, PaperSeal, PaperText
from windows.pictures import Picture

TEXT_FIELDS: Final = (
    *("heading", "heading_en", "title", "title_en"),
    *("text", "text_en", "footer", "footer_en"),
)

TEXTS: Final = """
    jsonb_strip_nulls(jsonb_build_object(
        'texts', (
            SELECT jsonb_object_agg(field, value) FROM (
                SELECT DISTINCT ON (field) field, value FROM windows_papertext said,
                    jsonb_each_text(to_jsonb(said) - '{id,hall_id,kind}'::text[])
                        AS each(field, value)
                WHERE hall_id = %(hall)s AND kind IN ('', %(kind)s) AND value <> ''
                ORDER BY field, kind DESC
            ) AS both_kinds
        ),
        'seal', (SELECT digest FROM windows_paperseal WHERE hall_id = %(hall)s)
    ))
"""
"""SQL: `texts` and `seal` as they belong into the frozen content of a paper.

An expression, so that the statement that issues a paper freezes them too.
"""

_TEXTS_NOW: Final = f"SELECT {TEXTS}"


def own_texts(hall_id: int) -> QuerySet[PaperText]:
    """Return the texts of a hall, by kind of paper."""
    return PaperText.objects.filter(hall_id=hall_id)


def own_seal(hall_id: int, *, lock: bool = False) -> PaperSeal | None:
    """Return the seal of a hall; with `lock`, nobody else puts one up meanwhile."""
    if lock:
        Hall.objects.select_for_update(no_key=True).get(pk=hall_id)
    return PaperSeal.objects.filter(hall_id=hall_id).first()


def texts_of(hall_id: int, kind: str) -> dict[str, Any]:
    """Return what a paper of this kind would be issued with now: `texts`, `seal`."""
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS_NOW, {"hall": hall_id, "kind": kind})
        [found] = cursor.fetchone()
    texts: dict[str, Any] = json.loads(found)
    return texts


def digest_of(content: bytes) -> str:
    """Name a seal by what it looks like: 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def seal_of(hall_id: int | None, digest: str) -> Picture | None:
    """Return a seal of the hall, be it the one of today or an earlier one."""
    rows = PaperSeal.history.filter(hall_id=hall_id or 0, digest=digest)
    row = rows.order_by("-history_id").first()
    if row is None or digest_of(bytes(row.content)) != digest:
        return None
    return Picture(bytes(row.content), row.media_type)


def as_address(picture: Picture) -> str:
    """Return a picture as an address that carries it, for what loads nothing (PDF)."""
    coded = base64.b64encode(picture.content).decode()
    return f"data:{picture.media_type};base64,{coded}"
