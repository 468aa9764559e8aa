"""The lookup at the counter: what the matter may be, and who answers for it.

The index lives in the process and costs one statement to see that it is still fresh;
one more statement says for all hits together which windows of this hall answer for
them, who is posted and who sits there now, or where the unit outside is.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.db import connection

from cases.models.case import ApplicantKind, Channel
from windows import catalogue
from windows.catalogue import Hit, Why
from windows.models import Clerk
from windows.naming import local

HITS: Final = 8
"""Items that are shown for one question."""

PLACES: Final = 3
"""Windows that are named for one item; further ones are counted."""

LONGEST: Final = 400
"""Characters of a story that are looked up; its beginning says what it is about."""

CHANNELS = Channel.choices
APPLICANT_KINDS = ApplicantKind.choices


@dataclass(frozen=True, slots=True)
class Place:
    """A window that answers for an item, and whom one meets there."""

    window: str
    floor: int
    authority: str
    clerk: str
    is_open: bool
    is_staffed: bool
    is_stand_in: bool


@dataclass(frozen=True, slots=True)
class Outside:
    """The unit outside the hall to which an item belongs."""

    name: str
    address: str
    telephone: str
    hours: str


@dataclass(frozen=True, slots=True)
class Found:
    """One item that fits; `parts` is its name, each part with whether it was said.

    `bundled` are the items of a life event, `part_of` the life events it belongs to.
    """

    id: int
    name: str
    parts: tuple[tuple[str, bool], ...]
    why: str
    department: str
    places: tuple[Place, ...] = ()
    more: int = 0
    outside: Outside | None = None
    bundled: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    is_chosen: bool = False
    is_likely: bool = True


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a lookup found; `is_asked` is False before anything was said."""

    is_asked: bool = False
    found: tuple[Found, ...] = ()


def look_up(clerk: Clerk, words: str, *, day: dt.date, chosen: int | None) -> Lookup:
    """Return the items that fit what was said, best first: two statements.

    Those that fit only perhaps come last, so that nobody takes one of them for sure.
    An item that was `chosen` before stays on the list, also when the words fit it no
    longer: nothing the clerk decided gets lost while typing.
    """
    text = words.strip()[:LONGEST]
    hits: Sequence[Hit] = catalogue.look_up(text, HITS) if text else ()
    whys = {hit.key: hit.why for hit in hits}
    perhaps = {hit.key for hit in hits if not hit.is_likely and hit.key != chosen}
    if chosen is not None:
        whys.setdefault(chosen, ())
    order = sorted(whys, key=perhaps.__contains__)
    rows = _answering(list(whys), clerk.hall_id, day) if whys else {}
    found = tuple(
        _found(
            rows[key],
            whys[key],
            is_chosen=key == chosen,
            is_likely=key not in perhaps,
        )
        for key in order
        if key in rows
    )
    return Lookup(bool(text), found)


# Everything about the items found in one statement. The windows that decide come first,
# then those that are open with somebody posted there sitting there now.
_ANSWERING: Final = """
SELECT i.id, i.name, i.name_en,
       CASE WHEN i.is_bundle THEN ARRAY(
         SELECT m.name FROM windows_bundleditem b
           JOIN windows_serviceitem m ON m.id = b.member_id AND m.state = 'published'
          WHERE b.item_id = i.id ORDER BY b.position, b.id) END AS bundled,
       ARRAY(SELECT e.name FROM windows_bundleditem b
               JOIN windows_serviceitem e ON e.id = b.item_id AND e.state = 'published'
              WHERE b.member_id = i.id ORDER BY e.name_key, e.id) AS part_of,
       d.name AS department, d.name_en AS department_en, d.in_hall,
       coalesce(nullif(d.address, ''), i.address) AS address,
       coalesce(nullif(d.telephone, ''), i.consult_phone) AS telephone, d.hours,
       w.id AS window_id, w.number, w.name AS window, w.name_en AS window_en,
       w.floor, w.is_open, r.authority,
       c.name AS clerk, p.post, s.id IS NOT NULL AS sits
  FROM windows_serviceitem i
  JOIN windows_department d ON d.id = i.department_id
  LEFT JOIN (windows_responsibility r
             JOIN windows_window w ON w.id = r.window_id AND w.is_active
                                  AND w.hall_id = %(hall)s)
    ON r.item_id = i.id AND r.starts_on <= %(day)s
   AND (r.ends_on IS NULL OR r.ends_on >= %(day)s)
  LEFT JOIN (windows_posting p
             JOIN windows_clerk c ON c.id = p.clerk_id AND c.is_active)
    ON p.window_id = w.id AND p.starts_on <= %(day)s
   AND (p.ends_on IS NULL OR p.ends_on >= %(day)s)
  LEFT JOIN windows_seat s ON s.clerk_id = c.id AND s.window_id = w.id
 WHERE i.id = ANY(%(items)s) AND i.state = 'published'
 ORDER BY i.id,
          CASE r.authority WHEN 'decide' THEN 0 WHEN 'accept' THEN 1 ELSE 2 END,
          bool_or(w.is_open AND s.id IS NOT NULL)
              OVER (PARTITION BY i.id, w.id) DESC NULLS LAST,
          w.number, w.id, s.id IS NULL, p.post, c.name_key, c.id
"""


def _answering(
    items: list[int], hall_id: int | None, day: dt.date
) -> dict[int, list[dict[str, Any]]]:
    """Return for each item its windows, posts and seats, in the order to be shown."""
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERING, {"items": items, "hall": hall_id, "day": day})
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {key: list(of_item) for key, of_item in groupby(rows, lambda r: r["id"])}


def _found(
    rows: list[dict[str, Any]],
    why: tuple[Why, ...],
    *,
    is_chosen: bool,
    is_likely: bool,
) -> Found:
    first = rows[0]
    name = local(first["name"], first["name_en"])
    department = local(first["department"], first["department_en"])
    windows = [
        list(of_window)
        for key, of_window in groupby(rows, lambda row: row["window_id"])
        if key is not None
    ]
    outside = None
    if not windows and not first["in_hall"]:
        outside = Outside(
            department, first["address"], first["telephone"], first["hours"]
        )
    return Found(
        id=first["id"],
        name=name,
        parts=_parts(name, why),
        why=catalogue.because(why),
        department=department,
        places=tuple(_place(posts) for posts in windows[:PLACES]),
        more=max(len(windows) - PLACES, 0),
        outside=outside,
        bundled=tuple(first["bundled"] or ()),
        part_of=tuple(first["part_of"]),
        is_chosen=is_chosen,
        is_likely=is_likely,
    )


def _place(posts: list[dict[str, Any]]) -> Place:
    """Return one window with whoever sits there, else whoever is posted there first."""
    first = posts[0]
    return Place(
        window=f"{first['number']} {local(first['window'], first['window_en'])}",
        floor=first["floor"],
        authority=first["authority"],
        clerk=first["clerk"] or "",
        is_open=first["is_open"],
        is_staffed=first["is_open"] and first["sits"],
        is_stand_in=first["post"] == "B",
    )


def _parts(name: str, why: tuple[Why, ...]) -> tuple[tuple[str, bool], ...]:
    """Cut a name into parts, and mark the one that explains most why it was found."""
    met = [one.found for one in why if one.found != name and one.found in name]
    mark = max(met, key=len, default="")
    before, found, after = name.partition(mark) if mark else (name, "", "")
    return tuple((part, part is found) for part in (before, found, after) if part)
