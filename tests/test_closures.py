"""The working-day table: the State Council's days, and reading a notice (R9.*)."""

import csv
import datetime as dt
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windows.closures import (
    NOTICE_BYTES,
    SpecialDay,
    UnknownYear,
    calendar_from_rows,
    parse_notice,
    state_council_days,
)

WHOLE = """date,name,is_off_day
2026-01-01,元旦,1
2026-05-01,劳动节,1
2026-10-01,国庆节,1
"""


def faults(text: str, year: int = 2026) -> list[tuple[int, str]]:
    return [
        (error.line, error.msgid % error.params)
        for error in parse_notice(text.encode(), year).errors
    ]


def test_2026_is_the_notice_of_4_november_2025() -> None:
    """R9.10: every day off and every weekend worked, and 248 working days (R9.08)."""
    days = state_council_days(2026)
    spans = [
        ((1, 1), (1, 3)),
        ((2, 15), (2, 23)),
        ((4, 4), (4, 6)),
        ((5, 1), (5, 5)),
        ((6, 19), (6, 21)),
        ((9, 25), (9, 27)),
        ((10, 1), (10, 7)),
    ]
    off = {
        dt.date(2026, *first) + dt.timedelta(days=number)
        for first, last in spans
        for number in range((dt.date(2026, *last) - dt.date(2026, *first)).days + 1)
    }
    worked = {(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)}
    assert {special.day for special in days if special.is_off} == off
    assert {special.day for special in days if not special.is_off} == {
        dt.date(2026, *day) for day in worked
    }
    calendar = calendar_from_rows(days, [2026], 1)
    year = [dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(365)]
    per_month = [0] * 12
    for day in year:
        per_month[day.month - 1] += calendar.is_working(day)
    assert per_month == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert sum(per_month) == 248


@pytest.mark.parametrize("year", [-1, 0, 1999, 2003, 2027, 2028, 9999, 10000])
def test_a_year_without_a_notice_is_unknown_and_never_guessed(year: int) -> None:
    """R9.11: for 2027 one calendar package answers wrongly without a word."""
    with pytest.raises(UnknownYear):
        state_council_days(year)


def test_a_year_of_which_only_new_year_is_known_is_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R9.11: the package's own range check would take this for the whole of 2027."""
    import chinese_calendar

    monkeypatch.setitem(
        chinese_calendar.constants.holidays, dt.date(2027, 1, 1), "New Year's Day"
    )
    assert chinese_calendar.is_workday(dt.date(2027, 10, 1))
    with pytest.raises(UnknownYear):
        state_council_days(2027)


@pytest.mark.skipif(
    "HALL_HOLIDAYS" not in os.environ, reason="HALL_HOLIDAYS names no file to compare"
)
def test_the_package_agrees_with_the_published_notices_of_2018_to_2026() -> None:
    """R9.07, R9.12: day by day; the list may leave out weekends joined to a holiday."""
    path = Path(os.environ["HALL_HOLIDAYS"])
    lines = path.read_text(encoding="utf-8").splitlines()
    published = {
        dt.date.fromisoformat(row["date"]): row["is_off_day"] == "1"
        for row in csv.DictReader(lines)
    }
    for year in range(2018, 2027):
        ours = calendar_from_rows(state_council_days(year), [year], 1)
        day = dt.date(year, 1, 1)
        while day.year == year:
            is_off = published.get(day, day.weekday() >= 5)
            assert ours.is_working(day) is not is_off, day
            day += dt.timedelta(days=1)
        notice = "\n".join([lines[0], *(x for x in lines if x.startswith(str(year)))])
        read = parse_notice(notice.encode(), year)
        assert read.errors == ()
        assert {d.day for d in read.days} == {d for d in published if d.year == year}


def test_of_two_rows_for_a_day_the_regions_own_wins() -> None:
    """R9.05: a minority area fixes its own days over the national ones."""
    day = dt.date(2026, 10, 1)
    rows = [SpecialDay(day, "国庆节", True), SpecialDay(day, "本地", False)]
    assert calendar_from_rows(rows, [2026], 1).is_working(day)
    assert not calendar_from_rows(rows[::-1], [2026], 1).is_working(day)


def test_a_day_of_december_counts_although_its_year_is_not_loaded() -> None:
    """R9.12: next year's notice changes December; the year stays provisional."""
    eve = SpecialDay(dt.date(2026, 12, 31), "元旦", True)
    calendar = calendar_from_rows([eve], [2027], 7)
    assert not calendar.is_working(eve.day)
    assert calendar.is_provisional(eve.day)
    assert not calendar.is_provisional(dt.date(2027, 1, 1))
    assert calendar.version == 7


def test_a_notice_is_read_in_english_and_chinese_and_from_a_spreadsheet() -> None:
    """R9.07."""
    expected = parse_notice(WHOLE.encode(), 2026)
    assert expected.errors == ()
    assert expected.days == (
        SpecialDay(dt.date(2026, 1, 1), "元旦", True),
        SpecialDay(dt.date(2026, 5, 1), "劳动节", True),
        SpecialDay(dt.date(2026, 10, 1), "国庆节", True),
    )
    chinese = "是否放假,日期,备注,名称\r\n是,2026年10月1日,,国庆节\r\n"
    chinese += "休,2026/1/1,x, 元旦 \r\n\r\n放假,2026.5.1,x,劳动节\r\n"
    for data in (
        b"\xef\xbb\xbf" + WHOLE.encode(),
        WHOLE.encode("gb18030"),
        chinese.encode("gb18030"),
        chinese.encode("utf-8"),
    ):
        assert parse_notice(data, 2026) == expected
    worked = WHOLE + "2026-01-04,元旦,班\n2025-12-28,元旦,0\n"
    read = parse_notice(worked.encode(), 2026)
    assert [day.day for day in read.days if not day.is_off] == [
        dt.date(2025, 12, 28),
        dt.date(2026, 1, 4),
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("2026-02-30,春节,1", "“2026-02-30” is not a date."),
        ("2026-01-0²,元旦,1", "“2026-01-0²” is not a date."),
        ("２０２６-01-02,元旦,1", "“２０２６-01-02” is not a date."),
        (
            "2027-01-01,元旦,1",
            "2027-01-01 is neither in 2026 nor in the December before it.",
        ),
        (
            "2025-11-30,元旦,1",
            "2025-11-30 is neither in 2026 nor in the December before it.",
        ),
        ("2026-02-16,,1", "The name must have 1 to 50 printable characters."),
        ("2026-02-16,a\0b,1", "The name must have 1 to 50 printable characters."),
        (
            f"2026-02-16,{'春' * 51},1",
            "The name must have 1 to 50 printable characters.",
        ),
        (
            "2026-02-16,春节,maybe",
            "“maybe” does not say whether the day is off (1 or 0).",
        ),
        ("2026-05-01,劳动节,1", "2026-05-01 stands in the file twice."),
        ("2026-02-16,春节", "This line has too few columns."),
    ],
)
def test_a_wrong_line_is_refused_with_its_number_and_reason(
    line: str, sentence: str
) -> None:
    """Checks 3 and 4: the fifth line of the file is wrong, and the others are fine."""
    assert faults(f"{WHOLE}{line}\n") == [(5, sentence)]


def test_half_a_notice_is_refused() -> None:
    """R9.02: a copy without the national day would turn it into working days."""
    assert faults(WHOLE.replace("2026-10-01,国庆节,1\n", "")) == [
        (
            0,
            "2026-10-01 is a day off by law, but the file does not say so; the notice"
            " seems incomplete.",
        )
    ]


@pytest.mark.parametrize(
    ("data", "beginning"),
    [
        (b"", "The first line must name"),
        (b"a,b\n1,2\n", "The first line must name"),
        (b"\xff\xfe\x00\x81\xff", "The file is not text"),
        (b'date,name,is_off_day\n"2026', "The file is not a CSV table"),
        (b"x" * (NOTICE_BYTES + 1), "The file is larger than 64 kB"),
    ],
)
def test_what_is_no_notice_is_refused_whole(data: bytes, beginning: str) -> None:
    """Check 2."""
    (error,) = parse_notice(data, 2026).errors
    assert error.line == 0
    assert (error.msgid % error.params).startswith(beginning)


@given(st.binary(max_size=300), st.integers(1, 9999))
def test_no_upload_raises(data: bytes, year: int) -> None:
    """Checks 3 and 4."""
    for content in (data, b"date,name,is_off_day\n" + data):
        assert parse_notice(content, year).errors
