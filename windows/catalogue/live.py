"""The index over the catalogue in the database, kept in the process.

One cheap statement a lookup tells whether somebody changed an item, an alias, a paper,
a department or the thesaurus since the index was made: each such change leaves a line
of history. Then one request makes the index anew (about a second and a half at 3,400
items), while others still use the old one.
"""

import datetime as dt
import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from windows.models import (
    Hall,
    ItemAlias,
    LookupMiss,
    Material,
    ServiceItem,
    ThesaurusEntry,
)
from windows.models.items import ItemState

from .compare import Why
from .index import Hit, Index
from .thesaurus import Line, shipped, split_words
from .vocabulary import Entry

LONGEST_MISS: Final = 20
"""Characters of a wording that is kept to learn from; what is longer is a story."""

# The time tells two databases apart whose lines happen to have the same number.
_VERSION: Final = """
SELECT (SELECT (history_id, history_date)::text FROM windows_historicalserviceitem
         ORDER BY history_id DESC LIMIT 1),
       (SELECT (history_id, history_date)::text FROM windows_historicalitemalias
         ORDER BY history_id DESC LIMIT 1),
       (SELECT (history_id, history_date)::text FROM windows_historicalmaterial
         ORDER BY history_id DESC LIMIT 1),
       (SELECT (history_id, history_date)::text FROM windows_historicaldepartment
         ORDER BY history_id DESC LIMIT 1),
       (SELECT (history_id, history_date)::text FROM windows_historicalthesaurusentry
         ORDER BY history_id DESC LIMIT 1),
       (SELECT max(id) FROM windows_serviceitem)
"""

_NUMBER = re.compile(
    r"[0-9０-９零〇一二三四五六七八九十幺][0-9０-９零〇一二三四五六七八九十幺xX\s.-]{5,}"
    r"|[A-Z][0-9A-Z]{4,}"
)
_NAME = re.compile(
    r"(我叫|名叫|名字是|名字叫|姓名是?|我是)\s*[:：]?\s*[一-鿿·]{2,4}(?=[,，。、;；\s]|$)"
)
_MAIL = re.compile(r"\S+@\S+")


class _Kept:
    """The index of this process and what version of the catalogue it was made from."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.version: tuple[Any, ...] | None = None
        self.index: Index | None = None


_kept = _Kept()


def look_up(words: str, limit: int = 10) -> list[Hit]:
    """Return the published items that fit what was said, best first.

    One statement, unless the catalogue changed. A hit's key is the item's id.
    """
    return current_index().search(words, limit)


def current_index() -> Index:
    """Return the index over the published items as they are now."""
    version = _version()
    index = _kept.index
    if index is not None and _kept.version == version:
        return index
    # Whoever comes while another request makes the index anew uses the old one.
    if not _kept.lock.acquire(blocking=index is None):
        return index or _make()
    try:
        if _kept.index is None or _kept.version != version:
            _kept.index, _kept.version = _make(), version
        return _kept.index
    finally:
        _kept.lock.release()


def _version() -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        return tuple(cursor.fetchone() or ())


def _make() -> Index:
    aliases = _texts(ItemAlias.objects.values_list("item_id", "text").order_by("id"))
    materials = _texts(
        Material.objects.values_list("item_id", "name").order_by("position", "id")
    )
    items = ServiceItem.objects.filter(state=ItemState.PUBLISHED).order_by("id")
    entries = [
        Entry(
            key=key,
            code=code,
            name=name,
            aliases=tuple(aliases[key]),
            department=department,
            theme=theme,
            materials=tuple(materials[key]),
            parent_name=parent,
        )
        for key, code, name, department, theme, parent in items.values_list(
            "id", "code", "name", "department__name", "theme", "parent_name"
        )
    ]
    return Index(entries, _thesaurus())


def _texts(rows: Iterable[tuple[int, str]]) -> defaultdict[int, list[str]]:
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for item, text in rows:
        texts[item].append(text)
    return texts


def _thesaurus() -> Sequence[Line]:
    """Return the administrators' thesaurus; before it is loaded, the shipped one."""
    rows = ThesaurusEntry.objects.order_by("id")
    lines = [
        Line(group, spoken, split_words(words))
        for group, spoken, words in rows.values_list("group", "spoken", "official")
    ]
    return lines or shipped()


def because(why: Sequence[Why]) -> str:
    """Say in one short sentence why an item was found."""
    if not why:
        return ""
    first = why[0]
    sentences = {
        "code": _("because “%(said)s” is its code"),
        "name": _("because of “%(said)s” in its name"),
        "alias": _("because it is also called “%(found)s”"),
        "thesaurus": _("because “%(said)s” usually means: %(found)s"),
        "pinyin": _("because “%(said)s” is read like “%(found)s”"),
        "initials": _("because of the initials “%(said)s”"),
        "typo": _("because “%(said)s” sounds or looks like “%(found)s”"),
        "parent": _("because of “%(said)s” in the main item"),
        "theme": _("because of “%(said)s” in its theme"),
        "material": _("because of “%(said)s” among its papers"),
        "department": _("because of “%(said)s” in its department"),
    }
    return sentences[first.kind] % {"said": first.said, "found": first.found}


def record_miss(words: str, *, hall: Hall, at: dt.datetime) -> None:
    """Keep a lookup that ended in no pick, for administrators to learn from.

    What looks like a number, an address or a name of a person is left out, and nobody
    is named (R8.01).
    """
    kept = without_personal_data(words)
    if kept:
        LookupMiss.objects.create(hall=hall, words=kept, at=at)


def without_personal_data(words: str) -> str:
    """Return the beginning of what was said, without what may name a person."""
    text = "".join(char if char.isprintable() else " " for char in words[:1000])
    text = _MAIL.sub("…", text)
    text = _NUMBER.sub("…", text)
    text = _NAME.sub(r"\1…", text)
    text = " ".join(text.split()).strip(" …")
    # A story tells who somebody is; a wording to learn from is short.
    return text if len(text) <= LONGEST_MISS else ""
