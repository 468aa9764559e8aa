"""The working-day table: which days the offices of a year rest or work (R9.*).

Saturday and Sunday are rest days (R9.01). A year's notice of the State Council names
the exceptions: public holidays and rest days moved onto a weekday, and weekend days on
which offices open (R9.08). A `Calendar` holds those exceptions and the years whose
notice has been loaded. A year that is not loaded is provisional: only its weekends are
known, and whoever shows a date in it must say so (R9.11).

Here live the calendar, the content that comes from `chinesecalendar`, and the reading
of an uploaded notice. Counting days for a case lives in `cases.deadlines`. Plain
Python: no Django and no database, because `cases.deadlines` builds on it.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import chinese_calendar

NOTICE_BYTES = 64 * 1024
NAME_LENGTH = 50


def _(message: str) -> str:
    """Mark a sentence for translation without importing Django."""
    return message


class UnknownYear(LookupError):  # noqa: N818 - read aloud: "unknown year"
    """Nothing reliable is known about the notice of that year."""


class SpecialDay(NamedTuple):
    """A day that a notice names: off (a holiday) or worked (a make-up day)."""

    day: dt.date
    name: str
    is_off: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of one region, as known at one moment.

    `days` has only what notices name; every other day follows its weekday. `version`
    names this content, to be stored beside whatever is computed from it (R9.14).
    """

    days: Mapping[dt.date, SpecialDay]
    loaded_years: frozenset[int]
    version: int

    def is_working(self, day: dt.date) -> bool:
        """Whether `day` counts as a working day (R9.01, R9.08)."""
        special = self.days.get(day)
        return day.weekday() < 5 if special is None else not special.is_off

    def is_provisional(self, day: dt.date) -> bool:
        """Whether the notice of that day's year has not been loaded (R9.11)."""
        return day.year not in self.loaded_years


def calendar_from_rows(
    rows: Iterable[tuple[dt.date, str, bool]], loaded_years: Iterable[int], version: int
) -> Calendar:
    """Build the calendar of one region out of rows (day, name, is_off).

    Give the national rows first and the region's own after them: of two rows for one
    date the later wins (R9.05). A row counts even if its year is not loaded, for a
    notice may change December days of the year before (R9.12).
    """
    days = {day: SpecialDay(day, name, is_off) for day, name, is_off in rows}
    return Calendar(MappingProxyType(days), frozenset(loaded_years), version)


_FULL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


def state_council_days(year: int) -> tuple[SpecialDay, ...]:
    """The exceptional days of `year` in order, as `chinesecalendar` knows them.

    Raises UnknownYear for a year whose notice the package does not carry. A year of
    which it has only the edge (a New Year's holiday joined to the year before) is
    unknown too: taking that for a whole year would turn the national holiday into
    working days.
    """
    national_days = {
        day.year
        for day in chinese_calendar.constants.holidays
        if (day.month, day.day) == (10, 1)
    }
    if year not in national_days:
        raise UnknownYear(f"chinesecalendar has no notice for {year}")
    found = []
    for number in range((dt.date(year, 12, 31) - dt.date(year, 1, 1)).days + 1):
        day = dt.date(year, 1, 1) + dt.timedelta(days=number)
        is_off, english = chinese_calendar.get_holiday_detail(day)
        if english is not None:
            name: str = chinese_calendar.Holiday(english).chinese
            found.append(SpecialDay(day, _FULL_NAMES.get(name, name), bool(is_off)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class NoticeError:
    """Why an uploaded notice is refused.

    `line` counts from the header, which is 1; 0 means the whole file. `msgid` is a
    sentence to be translated and then filled with `params`.
    """

    line: int
    msgid: str
    params: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as read. To be stored only if `errors` is empty: all or nothing."""

    days: tuple[SpecialDay, ...]
    errors: tuple[NoticeError, ...]


_COLUMNS = {
    "date": "date",
    "日期": "date",
    "name": "name",
    "名称": "name",
    "节日": "name",
    "is_off_day": "is_off",
    "is_off": "is_off",
    "是否放假": "is_off",
    "放假": "is_off",
}
_OFF = {"1": True, "true": True, "yes": True, "是": True, "休": True, "放假": True}
_WORKED = {"0": False, "false": False, "no": False, "否": False, "班": False}
_IS_OFF = {**_OFF, **_WORKED, "上班": False}
# ASCII digits only: \d and int() would also take the digits of other scripts.
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
# Days off by law in every year (R9.02); a copy that lacks one is not a whole notice.
_ALWAYS_OFF = ((1, 1), (5, 1), (10, 1))


def parse_notice(data: bytes, year: int) -> Notice:
    """Read the uploaded CSV of the notice of `year`: columns date, name, is_off_day.

    The header may be English or Chinese, other columns are ignored, and the bytes may
    be UTF-8 or what a Chinese spreadsheet program saves (GB 18030). Dates lie in `year`
    or in the December before it (R9.12). Every fault is reported with its line; none
    raises.
    """
    if len(data) > NOTICE_BYTES:
        return _refused(
            _("The file is larger than %(limit)s kB; a notice never is."),
            limit=NOTICE_BYTES // 1024,
        )
    text = _decoded(data)
    if text is None:
        return _refused(_("The file is not text; please save the table as CSV."))
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return _refused(_("The file is not a CSV table; a quotation mark may be open."))
    header = (
        [_COLUMNS.get(cell.strip().lower(), "") for cell in table[0]] if table else []
    )
    missing = [name for name in ("date", "name", "is_off") if name not in header]
    if missing:
        return _refused(
            _("The first line must name the columns date, name, is_off_day.")
        )
    places = {name: header.index(name) for name in ("date", "name", "is_off")}
    return _read_lines(table[1:], places, year)


def _read_lines(
    lines: Iterable[list[str]], places: Mapping[str, int], year: int
) -> Notice:
    days: dict[dt.date, SpecialDay] = {}
    errors: list[NoticeError] = []
    for line, cells in enumerate(lines, start=2):
        tidy = [cell.strip() for cell in cells]
        if not any(tidy):
            continue
        if len(tidy) <= max(places.values()):
            errors.append(NoticeError(line, _("This line has too few columns."), {}))
            continue
        found = _read_line(
            line,
            tidy[places["date"]],
            tidy[places["name"]],
            tidy[places["is_off"]],
            year,
        )
        if isinstance(found, NoticeError):
            errors.append(found)
        elif found.day in days:
            errors.append(
                NoticeError(
                    line,
                    _("%(date)s stands in the file twice."),
                    {"date": found.day.isoformat()},
                )
            )
        else:
            days[found.day] = found
    for month, day in _ALWAYS_OFF:
        always = dt.date(year, month, day)
        if not errors and (always not in days or not days[always].is_off):
            errors.append(
                NoticeError(
                    0,
                    _(
                        "%(date)s is a day off by law, but the file does not say so;"
                        " the notice seems incomplete."
                    ),
                    {"date": always.isoformat()},
                )
            )
    return Notice(tuple(days[day] for day in sorted(days)), tuple(errors))


def _read_line(
    line: int, date: str, name: str, is_off: str, year: int
) -> SpecialDay | NoticeError:
    day = _parsed_date(date)
    if day is None:
        return NoticeError(line, _("“%(value)s” is not a date."), {"value": date[:40]})
    if not (day.year == year or (day.year == year - 1 and day.month == 12)):
        return NoticeError(
            line,
            _("%(date)s is neither in %(year)s nor in the December before it."),
            {"date": day.isoformat(), "year": year},
        )
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        return NoticeError(
            line,
            _("The name must have 1 to %(limit)s printable characters."),
            {"limit": NAME_LENGTH},
        )
    off = _IS_OFF.get(is_off.lower())
    if off is None:
        return NoticeError(
            line,
            _("“%(value)s” does not say whether the day is off (1 or 0)."),
            {"value": is_off[:40]},
        )
    return SpecialDay(day, name, off)


def _refused(msgid: str, **params: int) -> Notice:
    return Notice((), (NoticeError(0, msgid, params),))


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _parsed_date(text: str) -> dt.date | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        return dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
