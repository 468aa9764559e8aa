"""The import of a catalogue: nothing hostile gets in, and it is all or nothing."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob

from tests import make_windows as make
from tests import workbooks
from tests.cast import come_in
from tests.workbooks import HEADER, csv_bytes, xlsx_bytes
from windows import importing
from windows.importing import applying, columns, tables
from windows.importing.plans import Plan, make_plan
from windows.importing.tables import ImportRefusedError, Table, read_table
from windows.models import (
    Clerk,
    Department,
    Hall,
    ImportRun,
    ItemAlias,
    Material,
    ServiceItem,
)
from windows.models.fields import pinyin_key
from windows.models.items import DayUnit, Handling
from windows.models.records import ImportState
from windows.roles import Role

GOOD = [
    [*HEADER, "申请材料", "别名"],
    ["A1", "食品经营许可", "市场监管局", "申请表；身份证", "开饭店"],
    ["A2", "户口登记", "公安局", "", ""],
]


@pytest.fixture(autouse=True)
def _english() -> Any:
    """Sentences are compared in the language they are written in."""
    with translation.override("en"):
        yield


@pytest.fixture
def sun(db: None) -> Clerk:
    """An administrator."""
    return make.clerk(make.hall(), Role.ADMINISTRATOR, name="孙宁")


def do(rows: workbooks.Rows, by: Clerk | None = None, reason: str = "新目录") -> Plan:
    """Import rows as the command does."""
    return importing.import_table(
        read_table(csv_bytes(rows)),
        by=by or Clerk.objects.system(),
        reason=reason,
        file_name="目录.csv",
        at=timezone.now(),
        progress=lambda done: None,
    )


def plan(rows: workbooks.Rows) -> Plan:
    """What an import of rows would do."""
    return make_plan(read_table(csv_bytes(rows)))


def cells(data: bytes) -> list[tuple[str, ...]]:
    """The rows of a file."""
    return [row.cells for row in read_table(data).rows]


# --- reading files: limits and hostile content --------------------------------------


def test_a_bomb_is_refused_by_its_declared_size_before_it_is_unpacked() -> None:
    """Check 19: some kilobytes that unpack to 50 MB; refused within 50 ms."""
    data = workbooks.bomb(50 * 1024 * 1024)
    assert len(data) < 500_000
    started = time.perf_counter()
    with pytest.raises(ImportRefusedError, match="larger than"):
        read_table(data)
    taken = time.perf_counter() - started
    print(f"bomb refused in {taken * 1000:.1f} ms")
    assert taken < 0.05


def test_a_bomb_below_the_total_is_refused_by_its_ratio() -> None:
    """Check 19: 20 MB out of a few kilobytes is no table."""
    with pytest.raises(ImportRefusedError, match="suspiciously large"):
        read_table(workbooks.bomb(20 * 1024 * 1024))


def test_many_middling_members_are_refused_by_their_total() -> None:
    """Check 19: none is suspicious by itself, together they are 80 MB."""
    middling = {f"xl/{number}/x.bin": b"\1" * 1_000_000 for number in range(80)}
    data = workbooks.rewritten(xlsx_bytes(GOOD), extra=middling)
    started = time.perf_counter()
    with pytest.raises(ImportRefusedError, match="larger than"):
        read_table(data)
    assert time.perf_counter() - started < 0.05


@pytest.mark.parametrize("claimed", [0, 100, 900_000])
def test_a_bomb_that_lies_about_its_size_is_refused_while_it_is_read(
    claimed: int,
) -> None:
    """Check 19: the directory says little, the member is 50 MB."""
    data = workbooks.declaring(workbooks.bomb(50 * 1024 * 1024), "sheet1.xml", claimed)
    started = time.perf_counter()
    with pytest.raises(ImportRefusedError):
        read_table(data)
    assert time.perf_counter() - started < 0.5


def test_reading_stops_at_the_limit_whatever_the_directory_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Check 19: the bytes are counted as they come, not believed."""
    data = workbooks.bomb(3 * 1024 * 1024)
    monkeypatch.setattr(tables, "_check_declared", lambda member: None)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.getinfo("xl/worksheets/sheet1.xml")
        with pytest.raises(ImportRefusedError, match="larger than"):
            tables._check_content(archive, sheet, 1024 * 1024)


def test_an_archive_of_ten_thousand_members_is_refused() -> None:
    """Check 19."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(10_000):
            archive.writestr(f"{number}.xml", b"")
    started = time.perf_counter()
    with pytest.raises(ImportRefusedError):
        read_table(out.getvalue())
    assert time.perf_counter() - started < 0.05


def test_an_archive_in_an_archive_is_never_opened() -> None:
    """Check 19: the inner one is one more file that nobody reads."""
    nested = workbooks.rewritten(
        xlsx_bytes(GOOD), extra={"xl/embeddings/a.zip": workbooks.bomb(2_000_000)}
    )
    assert len(cells(nested)) == 3


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;">]><worksheet '
    b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1" t="str"><v>&c;</v></c></row></sheetData></worksheet>'
)
OUTSIDE = LAUGHS.replace(
    b'<!ENTITY c "&b;&b;&b;&b;">', b'<!ENTITY c SYSTEM "file:///etc/passwd">'
)


@pytest.mark.parametrize("xml", [LAUGHS, OUTSIDE], ids=["laughs", "external entity"])
def test_definitions_in_a_workbook_are_refused(xml: bytes) -> None:
    """Check 20."""
    with pytest.raises(ImportRefusedError, match="definitions of its own"):
        read_table(workbooks.with_sheet(xml))


@pytest.mark.parametrize("xml", [LAUGHS, OUTSIDE], ids=["laughs", "external entity"])
def test_definitions_are_refused_by_the_parser_as_well(
    xml: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check 20: should our own look miss them, defusedxml does not."""
    monkeypatch.setattr(tables, "_FORBIDDEN", (b"no such word",))
    with pytest.raises(ImportRefusedError):
        read_table(workbooks.with_sheet(xml))


def test_definitions_hidden_in_another_encoding_are_refused() -> None:
    """Check 20: the same in UTF-16, where a search for bytes would not see it."""
    wide = LAUGHS.decode().replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16")
    with pytest.raises(ImportRefusedError, match="definitions of its own"):
        read_table(workbooks.with_sheet(wide))


@pytest.mark.parametrize(
    "member",
    ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml"],
)
def test_macros_and_links_to_other_files_are_refused(member: str) -> None:
    """Check 20."""
    data = workbooks.rewritten(xlsx_bytes(GOOD), extra={member: b"x"})
    with pytest.raises(ImportRefusedError, match="macros, links"):
        read_table(data)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[:40],
        lambda data: b"PK\x03\x04" + b"\0" * 100,
        lambda data: data.replace(b"sheet1.xml", b"sheet9.xml"),
        lambda data: data[:400] + b"\xff" * 40 + data[440:],
    ],
)
def test_a_damaged_workbook_is_refused_with_a_sentence(
    damage: Callable[[bytes], bytes],
) -> None:
    """Check 18."""
    with pytest.raises(ImportRefusedError, match=r"damaged|holds"):
        read_table(damage(xlsx_bytes(GOOD)))


def test_a_row_number_beyond_any_sheet_is_refused() -> None:
    """Check 19: a gap of a billion rows would be filled one by one."""
    xml = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<sheetData><row r="9999999999"><c t="str"><v>a</v></c></row></sheetData>'
        b"</worksheet>"
    )
    started = time.perf_counter()
    with pytest.raises(ImportRefusedError, match="too long"):
        read_table(workbooks.with_sheet(xml))
    assert time.perf_counter() - started < 5


def test_a_formula_is_text_and_never_computed() -> None:
    """Check 21: also in a workbook, where the cell is a real formula."""
    rows = [HEADER, ["A1", '=HYPERLINK("http://x","y")', "=1+1"]]
    assert (
        cells(xlsx_bytes(rows))
        == cells(csv_bytes(rows))
        == [
            HEADER,
            ("A1", '=HYPERLINK("http://x","y")', "=1+1"),
        ]
    )


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "|", "\uff1d"])
@pytest.mark.django_db
def test_a_text_that_begins_like_a_formula_is_stored_as_it_is(sign: str) -> None:
    """Check 21."""
    do([HEADER, ["A1", f"{sign}1+1", "公安局"]])
    assert ServiceItem.objects.get(code="A1").name == f"{sign}1+1"


def test_numbers_dates_and_yes_become_text() -> None:
    """A spreadsheet turns codes and days into numbers; they come back as typed."""
    import datetime as dt

    rows = [[1.0, 2.5, True, dt.datetime(2026, 3, 4), 11440000006939, None, "x"]]
    assert cells(xlsx_bytes(rows)) == [
        ("1", "2.5", "1", "2026-03-04", "11440000006939", "", "x")
    ]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"], ids=str
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_the_encodings_and_signs_programs_write(
    encoding: str, delimiter: str
) -> None:
    """A mark at the beginning does not become part of the first column's name."""
    data = csv_bytes([HEADER, ["1", "甲，乙", "丙\n丁"]], encoding, delimiter)
    assert cells(data) == [HEADER, ("1", "甲，乙", "丙\n丁")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff\xfe\x00", "neither a workbook"),
        (b"a,b\0c", "neither a workbook"),
        (bytes(range(128, 256)) * 3, "neither a workbook"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old workbook"),
        ('事项编码,事项名称\n1,"甲'.encode(), "after row 1"),
        (b"x" * (tables.FILE_BYTES + 1), "larger than 20 MB"),
        (b"a\n" * (tables.ROWS + 1), "more than 20000 rows"),
        (b"a," * 300 + b"a\n", "Row 1 has more than 200 columns"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(
    data: bytes, sentence: str
) -> None:
    """Check 18."""
    with pytest.raises(ImportRefusedError, match=sentence):
        read_table(data)


def test_a_packed_table_is_the_same_when_it_is_unpacked() -> None:
    """The preview is applied later from what was kept of the file."""
    table = read_table(csv_bytes(GOOD))
    assert Table.unpack(table.pack()) == table


# --- column names and cells ---------------------------------------------------------


@pytest.mark.parametrize("field", columns.NAMES)
def test_each_name_of_a_column_means_one_field(field: str) -> None:
    """Chinese and English; no name stands for two fields."""
    for name in columns.NAMES[field].split():
        for title in (name, name.upper(), f" {name} *", f"{name}\n"):
            assert columns.read_header(1, (title,)).places == {field: 0}


@pytest.mark.django_db
def test_the_column_names_may_stand_below_a_title() -> None:
    """Catalogues come with a title line, and rows are counted as on the screen."""
    found = plan(
        [["目录（2026年）"], [], HEADER, ["A1", "甲", "乙"], [], ["A2", "", "乙"]]
    )
    assert [item.row for item in found.new] == [4]
    assert [remark.row for remark in found.refused] == [6]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([["事项编码", "名称"], ["1", "甲"]], r"missing: department \(部门\)"),
        ([["x"], ["y"]], "missing: code"),
        ([], "has no rows"),
        ([HEADER], "Below the column names"),
        ([[*HEADER, "名称"], ["1", "甲", "乙", "丙"]], "mean the same.*名称"),
    ],
)
def test_a_table_without_the_needed_columns_is_refused(
    rows: workbooks.Rows, sentence: str
) -> None:
    """The sentence names the column in the reader's language and in the file's."""
    with pytest.raises(ImportRefusedError, match=sentence):
        plan(rows)


WORKING, CALENDAR = DayUnit.WORKING.value, DayUnit.CALENDAR.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", (5, None)),
        ("5.0", (5, None)),
        ("5个工作日", (5, WORKING)),
        ("５个工作日内", (5, WORKING)),
        (" 30 自然日 ", (30, CALENDAR)),
        ("30天", (30, None)),
        ("12 working days", (12, WORKING)),
        ("即办", (0, None)),
        ("0", (0, None)),
        ("无", None),
        ("-", None),
        ("", None),
        ("\u3000", None),
    ],
)
def test_a_limit_is_read_with_its_unit(text: str, expected: Any) -> None:
    """A unit in the cell counts; a bare number takes it from elsewhere."""
    assert columns.read_cell("statutory_days", text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "-5",
        "2.5",
        "1_0",
        "5²",
        "²",
        "1-5",
        "1/2",
        "1e3",
        "3661",
        "9" * 5000,
        "五",
        "NaN",
        "5个月",
        "1,000",
        "+5",
        "٣",
        "5 5",
        "0x10",
        "=5",
    ],
)
def test_what_is_no_number_of_days_is_refused(text: str) -> None:
    """Check 10."""
    for field in ("statutory_days", "visits"):
        with pytest.raises(columns.CellRefusedError):
            columns.read_cell(field, text)


@pytest.mark.parametrize(
    "text", ["a\u202eb", "a\0b", "a\x1bb", "\u2066x", "a\x85b", "x" * 4001, "x" * 301]
)
def test_a_name_that_cannot_be_shown_or_is_too_long_is_refused(text: str) -> None:
    """Checks 2, 3 and 4."""
    with pytest.raises(columns.CellRefusedError):
        columns.read_cell("name", text)


def test_a_text_loses_what_nobody_sees() -> None:
    """Check 4: zero width, needless space; a name is composed (NFC)."""
    assert (
        columns.read_cell("name", "\ufeff 食\u200b品\u3000 经营\n许可 ")
        == "食品 经营 许可"
    )
    assert columns.read_cell("name", "e\u0301") == "\u00e9"
    assert columns.read_cell("basis", "一、甲\r\n二、乙") == "一、甲\n二、乙"


@pytest.mark.parametrize("text", ["1.1440000006939756E+16", "1.14E+16", "2e21"])
def test_a_code_that_a_spreadsheet_has_rounded_is_refused(text: str) -> None:
    """The last digits are lost for good; the row would meet the wrong item."""
    with pytest.raises(columns.CellRefusedError, match="lost its last digits"):
        columns.read_cell("code", text)


def test_a_long_code_kept_as_a_number_is_refused_in_a_workbook() -> None:
    """Excel keeps fifteen digits of a number."""
    ((code,),) = cells(xlsx_bytes([[11440000006939756.0]]))
    with pytest.raises(columns.CellRefusedError, match="lost its last digits"):
        columns.read_cell("code", code)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "row", "unit"),
    [
        (["法定办结时限（自然日）"], ["30"], CALENDAR),
        (["法定办结时限", "法定办结时限单位"], ["30", "自然日"], CALENDAR),
        (["法定办结时限"], ["30自然日"], CALENDAR),
        (["法定办结时限"], ["30"], WORKING),
    ],
)
def test_the_unit_of_a_limit_comes_from_cell_column_or_title(
    header: list[str], row: list[str], unit: str
) -> None:
    """R1.28: without a word about it, days are working days."""
    do([[*HEADER, *header], ["A1", "甲", "乙", *row]])
    item = ServiceItem.objects.get()
    assert (item.statutory_days, item.statutory_unit) == (30, unit)


@pytest.mark.django_db
def test_how_long_before_the_expiry_a_renewal_is_applied_for_is_imported() -> None:
    """R1.27: with its unit; what no renewal can have is refused in its column."""
    header = [*HEADER, "延续申请期限", "延续申请期限单位"]
    do([header, ["A1", "甲", "乙", "30", "自然日"], ["A2", "丁", "乙", "", ""]])
    items = ServiceItem.objects.order_by("code")
    assert [item.renewal_days for item in items] == [30, None]
    assert items[0].renewal_unit == CALENDAR
    for wrong in ("0", "367", "即办"):
        found = plan([header, ["A1", "甲", "乙", wrong, ""]])
        assert [remark.column for remark in found.refused] == ["延续申请期限"], wrong


@pytest.mark.django_db
def test_two_units_that_contradict_are_refused() -> None:
    """Nobody may guess which one is meant."""
    found = plan(
        [
            [*HEADER, "法定时限", "法定时限单位"],
            ["A1", "甲", "乙", "5个工作日", "自然日"],
        ]
    )
    assert [remark.column for remark in found.refused] == ["法定时限"]


# --- plan and import ----------------------------------------------------------------


@pytest.mark.django_db
def test_an_import_writes_items_materials_aliases_and_departments(sun: Clerk) -> None:
    """Everything of the row arrives, in order, with a key to sort by."""
    do(
        [
            [
                *HEADER,
                "承诺时限",
                "办件类型",
                "申请材料",
                "材料样表",
                "别名",
                "咨询电话",
                "地址",
                "没人知道",
            ],
            [
                "A1",
                "食品经营许可",
                "市场监管局",
                "即办",
                "即办件",
                "甲；乙;丙",
                "丙：窗口；甲:三号架",
                "开饭店；开店",
                "0830-1",
                "东街",
                "x",
            ],
        ],
        by=sun,
    )
    item = ServiceItem.objects.get()
    assert (item.name, item.name_key) == ("食品经营许可", pinyin_key("食品经营许可"))
    assert (item.promised_days, item.handling) == (0, Handling.ON_THE_SPOT)
    assert list(item.materials.values_list("position", "name", "sample")) == [
        (1, "甲", "三号架"),
        (2, "乙", ""),
        (3, "丙", "窗口"),
    ]
    assert {alias.text for alias in item.aliases.all()} == {"开饭店", "开店"}
    made = item.department
    assert (made.name, made.in_hall) == ("市场监管局", False)
    assert (made.address, made.telephone) == ("东街", "0830-1")


@pytest.mark.django_db
def test_a_sample_belongs_to_a_paper_of_its_item(sun: Clerk) -> None:
    """R1.12: what the file does not name keeps its sample; no paper, no sample."""
    head = [*HEADER, "申请材料", "样表"]
    item = ["A1", "食品经营许可", "市场监管局"]
    do([head, [*item, "甲；乙", "甲：三号架"]], by=sun)
    do([head, [*item, "甲；乙", "乙：窗口"]], by=sun)
    kept = ServiceItem.objects.get().materials.values_list("name", "sample")
    assert list(kept) == [("甲", "三号架"), ("乙", "窗口")]
    for cell in ("丁：窗口", "甲", "：窗口"):
        found = plan([head, [*item, "甲；乙", cell]])
        assert [remark.column for remark in found.refused] == ["样表"], cell


@pytest.mark.django_db
def test_the_history_says_who_imported_and_why(sun: Clerk) -> None:
    """The bulk functions of the history know neither by themselves."""
    do(GOOD, by=sun, reason="省厅新目录")
    changed = [GOOD[0], ["A1", "食品经营许可证", "市场监管局", "身份证；照片", "饭店"]]
    do(changed, by=sun, reason="改名")
    for model in (Department, ServiceItem, Material, ItemAlias):
        first = model.history.filter(history_type="+").earliest()
        assert (first.history_user, first.history_change_reason) == (sun, "省厅新目录")
    for model, kind in ((ServiceItem, "~"), (Material, "~"), (Material, "-")):
        last = model.history.filter(history_type=kind).latest()
        assert (last.history_user, last.history_change_reason) == (sun, "改名")
    item = ServiceItem.objects.get(code="A1")
    assert item.name_key == pinyin_key("食品经营许可证")
    assert item.history.latest().name_key == item.name_key


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(sun: Clerk) -> None:
    """Check 23: no second row, no line of history, no second record."""
    rows = workbooks.many(30)
    do(rows, by=sun)
    models = (Department, ServiceItem, Material, ItemAlias)
    before = [model.history.count() for model in models]
    found = do(rows, by=sun)
    assert (len(found.new), len(found.changed), found.unchanged) == (0, 0, 30)
    assert [model.history.count() for model in models] == before
    assert ImportRun.objects.count() == 1


@pytest.mark.django_db
def test_a_change_is_shown_field_by_field() -> None:
    """The preview says from what to what."""
    do([[*HEADER, "法定时限", "申请材料"], ["A1", "甲", "乙", "20", "一；二"]])
    found = plan(
        [[*HEADER, "法定时限", "申请材料"], ["A1", "甲", "丙", "15", "一；三"]]
    )
    (changed,) = found.changed
    assert {
        change.field: (change.before, change.after) for change in changed.changes
    } == {
        "department": ("乙", "丙"),
        "statutory_days": (20, 15),
        "materials": (("一", "二"), ("一", "三")),
    }


@pytest.mark.django_db
def test_an_import_never_takes_away() -> None:
    """An item missing from the file stays; an empty cell and no column say nothing."""
    do([[*HEADER, "法定时限", "咨询电话", "别名"], ["A1", "甲", "乙", "20", "1", "丁"]])
    do([["A0"], [*HEADER, "法定时限", "别名"], ["A2", "丙", "乙", "", ""]])
    do([[*HEADER, "法定时限", "别名"], ["A1", "甲", "乙", "", "戊"]])
    item = ServiceItem.objects.get(code="A1")
    assert (item.statutory_days, item.consult_phone) == (20, "1")
    assert {alias.text for alias in item.aliases.all()} == {"丁", "戊"}
    assert ServiceItem.objects.count() == 2


@pytest.mark.django_db
def test_a_material_that_stays_keeps_what_is_known_about_it() -> None:
    """R2.31: that it may follow later was decided here, and the file knows nothing."""
    item = make.item(code="A1", name="甲")
    kept = make.material(item, name="户口簿", position=1, may_follow=True, copies=2)
    make.material(item, name="旧表", position=2)
    rows = [[*HEADER, "申请材料"], ["A1", "甲", item.department.name, "新表；户口簿"]]
    do(rows)
    kept.refresh_from_db()
    assert (kept.position, kept.may_follow, kept.copies) == (2, True, 2)
    assert [material.name for material in item.materials.all()] == ["新表", "户口簿"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("limits", "is_refused"),
    [
        (("10", "11"), True),
        (("10", "10"), False),
        (("10", ""), False),
        (("", "11"), False),
        (("10自然日", "11"), False),
    ],
)
def test_a_promise_longer_than_the_law_allows_is_refused(
    limits: tuple[str, str], *, is_refused: bool
) -> None:
    """R1.30, the same as the table's constraint: one in another unit is a gap."""
    found = plan([[*HEADER, "法定时限", "承诺时限"], ["A1", "甲", "乙", *limits]])
    assert bool(found.refused) is is_refused
    if is_refused:
        (remark,) = found.refused
        assert (remark.row, remark.column) == (2, "承诺时限")
        assert "longer than the statutory one (10)" in remark.text


@pytest.mark.django_db
def test_a_promise_is_compared_with_the_limit_that_is_already_known() -> None:
    """R1.30: the file may name only one of the two."""
    item = make.item(code="A1", statutory_days=5, promised_days=3)
    found = plan([[*HEADER, "承诺时限"], ["A1", "甲", item.department.name, "6"]])
    assert found.refused_rows == 1


@pytest.mark.django_db
def test_a_catch_all_material_is_remarked_upon_and_still_imported() -> None:
    """R2.10: old catalogues hold such items; somebody has to spell them out."""
    found = plan(
        [[*HEADER, "申请材料"], ["A1", "甲", "乙", "申请表；其他材料；相关资料"]]
    )
    assert [remark.row for remark in found.notes] == [2, 2]
    assert not found.refused


@pytest.mark.django_db
def test_bad_rows_among_ten_thousand_are_named_and_nothing_is_saved() -> None:
    """Check 23: one at each third; the message names row and column."""
    rows: list[list[object]] = [[*HEADER, "法定时限"]]
    rows += [[f"A{number}", "甲", "乙", "5"] for number in range(1, 10_001)]
    bad = (3333, 6666, 9999)
    for place in bad:
        rows[place][3] = "五天"
    table = read_table(csv_bytes(rows))
    assert [(remark.row, remark.column) for remark in make_plan(table).refused] == [
        (place + 1, "法定时限") for place in bad
    ]
    with pytest.raises(importing.NothingSavedError):
        do(rows)
    assert not ServiceItem.objects.exists()


@pytest.mark.django_db
def test_every_fault_of_a_file_is_named_at_once() -> None:
    """Nobody should have to upload five times to learn of five faults."""
    found = plan(
        [
            [*HEADER, "法定时限", "办件类型"],
            ["A1", "", "乙", "x", "?"],
            ["A2", "甲", "", "5", "即办件"],
            ["A3", "甲", "乙", "5", ""],
            ["A3", "丁", "乙", "5", ""],
        ]
    )
    assert [(remark.row, remark.column) for remark in found.refused] == [
        (2, "事项名称"),
        (2, "法定时限"),
        (2, "办件类型"),
        (3, "部门"),
        (5, "事项编码"),
    ]
    assert found.refused_rows == 3
    assert [item.code for item in found.new] == ["A3"]


@pytest.mark.django_db
def test_the_preview_lists_ignored_columns_and_new_departments() -> None:
    """What the file says and nobody takes is not dropped in silence."""
    make.department(name="公安局")
    found = plan(
        [
            [*HEADER, "内部备注"],
            ["A1", "甲", "公安局", "x"],
            ["A2", "甲", "海关", ""],
            ["A3", "甲", "海关", ""],
        ]
    )
    assert found.ignored == ("内部备注",)
    assert [(new.name, new.items) for new in found.departments] == [("海关", 2)]


@pytest.mark.django_db
def test_a_plan_costs_the_same_few_statements_for_any_number_of_rows(
    django_assert_num_queries: Any,
) -> None:
    """Items, materials, aliases, departments twice."""
    do(workbooks.many(100))
    for count in (1, 100):
        table = read_table(csv_bytes(workbooks.many(count)))
        with django_assert_num_queries(5):
            make_plan(table)


@pytest.mark.django_db
@pytest.mark.benchmark
def test_a_province_is_imported_within_half_a_minute() -> None:
    """2,262 items with materials, as the catalogue of Guangdong has; times printed."""
    rows = workbooks.many(2262)
    started = time.perf_counter()
    do(rows)
    taken = time.perf_counter() - started
    book = xlsx_bytes(rows)
    started = time.perf_counter()
    found = make_plan(read_table(book))
    again = time.perf_counter() - started
    print(f"2,262 items: imported in {taken:.1f} s, compared again in {again:.1f} s")
    assert (found.unchanged, ServiceItem.objects.count()) == (2262, 2262)
    assert taken < 30


# --- the command --------------------------------------------------------------------


def command(file: Path, *options: str) -> str:
    """Run the command and return what it says."""
    out = io.StringIO()
    call_command("import_catalogue", str(file), *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A good file."""
    path = tmp_path / "目录.csv"
    path.write_bytes(csv_bytes(GOOD))
    return path


@pytest.mark.django_db
def test_the_command_imports_and_says_what_it_did(file: Path, sun: Clerk) -> None:
    """Plain lines with the progress where there is no terminal."""
    said = command(file, "--by", sun.staff_number, "--reason", "年度更新")
    assert "2 rows: 2 new, 0 changed, 0 unchanged, 0 refused." in said
    assert "2/2" in said
    assert ServiceItem.objects.count() == 2
    run = ImportRun.objects.get()
    assert (run.by, run.reason, run.state) == (sun, "年度更新", ImportState.DONE)
    assert (run.new, run.rows_done, run.content) == (2, 2, None)


@pytest.mark.django_db
def test_the_command_acts_as_the_system_unless_told_who(file: Path) -> None:
    """Nobody's name is borrowed."""
    command(file)
    assert ImportRun.objects.get().by.role == Role.SYSTEM


@pytest.mark.django_db
def test_a_dry_run_changes_nothing(file: Path) -> None:
    """It only says what would happen."""
    said = command(file, "--dry-run")
    assert "2 new" in said
    assert not ServiceItem.objects.exists()


@pytest.mark.django_db
def test_the_command_names_row_and_column_and_fails(tmp_path: Path) -> None:
    """Check 23; a CommandError is exit status 1."""
    path = tmp_path / "x.csv"
    path.write_bytes(csv_bytes([*GOOD, ["A3", "", "乙"]]))
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 row is refused") as refused:
        call_command("import_catalogue", str(path), stdout=out)
    assert refused.value.returncode == 1
    assert "row 4, column “事项名称”: This cell may not be empty." in out.getvalue()
    assert not ServiceItem.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_the_command_says_that_a_file_cannot_be_read(tmp_path: Path, name: str) -> None:
    """A sentence, and no traceback."""
    with pytest.raises(CommandError, match="cannot be read"):
        command(tmp_path / name)


@pytest.mark.django_db
def test_the_command_refuses_an_unknown_staff_number(file: Path) -> None:
    """Who did it must be somebody."""
    with pytest.raises(CommandError, match="Nobody active"):
        command(file, "--by", "nobody")


# --- preview, confirmation and job --------------------------------------------------


def previewed(by: Clerk, rows: workbooks.Rows = GOOD) -> ImportRun:
    """An uploaded file."""
    table = read_table(csv_bytes(rows))
    return importing.take_preview(
        table, make_plan(table), file_name="目录.csv", by=by, at=timezone.now()
    )


def confirmed(by: Clerk, rows: workbooks.Rows = GOOD) -> ImportRun:
    """An upload that was confirmed and waits for its job."""
    run = previewed(by, rows)
    assert importing.confirm(
        run.pk, by=by, reason="年度更新", digest=run.digest, start=lambda pk: None
    )
    return run


@pytest.mark.django_db
def test_a_confirmed_preview_is_applied_by_the_job_once(sun: Clerk) -> None:
    """A second run of the job finds nothing to do."""
    run = confirmed(sun)
    importing.apply_run(run.pk)
    lines = ServiceItem.history.count()
    importing.apply_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.rows_done, run.content) == (ImportState.DONE, 2, None)
    assert (ServiceItem.objects.count(), ServiceItem.history.count()) == (2, lines)
    assert ServiceItem.history.latest().history_user == sun


@pytest.mark.django_db
def test_nothing_is_written_if_the_catalogue_changed_since_the_preview(
    sun: Clerk,
) -> None:
    """What is done is what was shown, or nothing."""
    run = confirmed(sun)
    make.item(code="A1", name="别人刚录入的")
    importing.apply_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.message) == (ImportState.FAILED, applying.CHANGED_MEANWHILE)
    assert not ServiceItem.objects.filter(code="A2").exists()
    assert ServiceItem.objects.get(code="A1").name == "别人刚录入的"


@pytest.mark.django_db
def test_a_preview_with_refused_rows_cannot_be_confirmed(sun: Clerk) -> None:
    """All or nothing."""
    run = previewed(sun, [*GOOD, ["A3", "", ""]])
    started: list[int] = []
    assert not importing.confirm(
        run.pk, by=sun, reason="x", digest=run.digest, start=started.append
    )
    assert not started


@pytest.mark.django_db
def test_a_new_upload_takes_the_place_of_the_last_preview(sun: Clerk) -> None:
    """Files nobody confirmed do not pile up; a confirmed one stays."""
    other = make.clerk(sun.hall, Role.ADMINISTRATOR)
    waiting, theirs = confirmed(sun), previewed(other)
    first = previewed(sun)
    second = previewed(sun)
    assert set(ImportRun.objects.values_list("pk", flat=True)) == {
        waiting.pk,
        theirs.pk,
        second.pk,
    }
    assert first.pk != second.pk


@pytest.mark.django_db
def test_an_import_that_breaks_says_so_and_saves_nothing(
    sun: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job fails aloud; the run does not stay in the middle for ever."""
    run = confirmed(sun)

    def broken(*args: object) -> None:
        raise RuntimeError("out of paper")

    monkeypatch.setattr(applying, "_add_aliases", broken)
    with pytest.raises(RuntimeError, match="out of paper"):
        importing.apply_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.message) == (ImportState.FAILED, applying.WENT_WRONG)
    assert not ServiceItem.objects.exists()
    assert not Department.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_nothing_else_is(
    monkeypatch: pytest.MonkeyPatch, as_app: psycopg.Connection[Any]
) -> None:
    """All or nothing, and still a bar that moves."""
    monkeypatch.setattr(applying, "BATCH", 4)
    sun = make.clerk(make.hall(), Role.ADMINISTRATOR)
    run = confirmed(sun, workbooks.many(10))
    seen: list[tuple[int, str, int]] = []
    write = applying._create_items

    def watched(*args: Any) -> None:
        row = as_app.execute(
            "SELECT rows_done, state, (SELECT count(*) FROM windows_serviceitem)"
            " FROM windows_importrun"
        ).fetchone()
        assert row is not None
        seen.append(row)
        write(*args)

    monkeypatch.setattr(applying, "_create_items", watched)
    importing.apply_run(run.pk)
    assert seen == [(0, "running", 0), (4, "running", 0), (8, "running", 0)]
    assert ServiceItem.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_only_one_import_runs_at_a_time(as_app: psycopg.Connection[Any]) -> None:
    """The second one is told so at once and writes nothing."""
    sun = make.clerk(make.hall(), Role.ADMINISTRATOR)
    run = confirmed(sun)
    with as_app.transaction():
        as_app.execute(
            "SELECT pg_advisory_xact_lock(%s)", [applying.ONE_IMPORT_AT_A_TIME]
        )
        with pytest.raises(importing.NothingSavedError, match="Another import"):
            do(GOOD)
        importing.apply_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.message) == (ImportState.FAILED, applying.ANOTHER_RUNS)


@pytest.mark.django_db(transaction=True)
def test_an_import_may_take_longer_than_a_page() -> None:
    """The limits of a page's transaction are lifted for this transaction alone."""
    sun = make.clerk(make.hall(), Role.ADMINISTRATOR)
    limits: list[str] = []

    def show(done: int) -> None:
        with connection.cursor() as cursor:
            for name in ("transaction_timeout", "idle_in_transaction_session_timeout"):
                cursor.execute(f"SHOW {name}")
                limits.append(cursor.fetchone()[0])

    importing.import_table(
        read_table(csv_bytes(GOOD)),
        by=sun,
        reason="x",
        file_name="x",
        at=timezone.now(),
        progress=show,
    )
    assert set(limits) == {"0"}
    limits.clear()
    show(0)
    assert "0" not in limits


# --- the pages ----------------------------------------------------------------------


def at_work(client: Client, clerk: Clerk) -> Client:
    """The browser of somebody who has just signed in and reads English."""
    come_in(client, clerk)
    client.cookies.load({"hall-language": "en"})
    return client


@pytest.fixture
def office(sun: Clerk, client: Client) -> Client:
    """The administrator's browser."""
    return at_work(client, sun)


def upload(office: Client, rows: workbooks.Rows, name: str = "目录.csv") -> Any:
    """Send a file."""
    content = SimpleUploadedFile(name, csv_bytes(rows))
    return office.post("/config/imports/add/", {"file": content})


def confirm_form(office: Client, run: ImportRun) -> dict[str, str]:
    """The hidden fields of the confirmation."""
    html = office.get(f"/config/imports/{run.pk}/").content.decode()
    return {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)[1]  # type: ignore[index]
        for name in ("key", "digest")
    }


def test_upload_preview_and_confirmation_lead_to_a_job(office: Client) -> None:
    """The whole way, once; a second click changes nothing."""
    answer: Any = upload(office, GOOD)
    run = ImportRun.objects.get()
    assert answer.url == f"/config/imports/{run.pk}/"
    shown = office.get(answer.url).content.decode()
    assert "食品经营许可" in shown
    form = {**confirm_form(office, run), "reason": "年度更新"}
    for _again in range(2):
        answer = office.post(f"/config/imports/{run.pk}/confirm/", form)
        assert answer.url == f"/config/imports/{run.pk}/"
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args) == ("windows.apply_import", {"run_id": run.pk})
    waiting = office.get(answer.url).content.decode()
    assert f'hx-get="/config/imports/{run.pk}/progress/"' in waiting
    importing.apply_run(run.pk)
    here = f"/config/imports/{run.pk}/"
    polled = office.get(f"{here}progress/", headers={"HX-Request": "true"})
    assert polled.headers["HX-Refresh"] == "true"
    for address in (f"{here}progress/", here):
        done = office.get(address).content.decode()
        assert "Everything is saved: 2 new" in done
        assert "progress/" not in done
    assert ServiceItem.objects.count() == 2


def test_the_preview_of_a_list_shows_what_goes_and_what_comes(office: Client) -> None:
    """Of twenty materials one has changed: that one is shown."""
    do([[*HEADER, "申请材料"], ["A1", "甲", "乙", "申请表；身份证；照片"]])
    upload(office, [[*HEADER, "申请材料"], ["A1", "甲", "乙", "申请表；户口簿；照片"]])
    run = ImportRun.objects.get(state=ImportState.PREVIEW)
    shown = office.get(f"/config/imports/{run.pk}/").content.decode()
    assert "<del>身份证</del> → <ins>户口簿</ins>" in shown


def test_a_lost_job_can_be_started_again(office: Client, sun: Clerk) -> None:
    """While it waits; afterwards the button does nothing."""
    run = confirmed(sun)
    office.post(f"/config/imports/{run.pk}/again/")
    assert ProcrastinateJob.objects.count() == 1
    importing.apply_run(run.pk)
    office.post(f"/config/imports/{run.pk}/again/")
    assert ProcrastinateJob.objects.count() == 1


def test_a_confirmation_without_a_reason_is_refused(office: Client) -> None:
    """Every change says why."""
    upload(office, GOOD)
    run = ImportRun.objects.get()
    answer = office.post(
        f"/config/imports/{run.pk}/confirm/", confirm_form(office, run)
    )
    assert answer.status_code == 422
    run.refresh_from_db()
    assert run.state == ImportState.PREVIEW


def test_a_preview_with_refused_rows_offers_no_confirmation(office: Client) -> None:
    """It names row, column and reason instead."""
    upload(office, [*GOOD, ["A3", "", "乙"]])
    run = ImportRun.objects.get()
    shown = office.get(f"/config/imports/{run.pk}/").content.decode()
    assert "This cell may not be empty." in shown
    assert f"/config/imports/{run.pk}/confirm/" not in shown


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04", "damaged"),
        (b"a,b\n1,2\n", "missing: code"),
        (b"", "empty"),
        (b"\xff\xfe\0", "neither a workbook"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_beside_its_field(
    office: Client, content: bytes, sentence: str
) -> None:
    """Checks 1 and 18."""
    answer = office.post(
        "/config/imports/add/", {"file": SimpleUploadedFile("x.xlsx", content)}
    )
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\u202egpj.csv", "x" * 250 + ".csv", "con", "a\tb"]
)
def test_the_name_of_a_file_is_only_shown(office: Client, name: str) -> None:
    """Check 22: without path, turning signs and excess; nothing is stored under it."""
    upload(office, GOOD, name)
    kept = ImportRun.objects.get().file_name
    assert len(kept) <= 200
    assert not set(kept) & set("/\u202e\t\0")


def test_a_preview_can_be_thrown_away_but_not_what_was_confirmed(
    office: Client, sun: Clerk
) -> None:
    """What was imported stays on record."""
    kept, gone = confirmed(sun), previewed(sun)
    for run in (kept, gone):
        office.post(f"/config/imports/{run.pk}/drop/")
    assert list(ImportRun.objects.all()) == [kept]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "reads", "changes"),
    [
        (Role.ADMINISTRATOR, 200, 200),
        (Role.AUDITOR, 200, 403),
        (Role.SUPERVISOR, 403, 403),
        (Role.CLERK, 403, 403),
    ],
)
def test_only_administrators_import_and_auditors_look_on(
    client: Client, role: Role, reads: int, changes: int
) -> None:
    """Check 25."""
    hall = make.hall()
    run = previewed(make.clerk(hall, Role.ADMINISTRATOR))
    at_work(client, make.clerk(hall, role))
    here = f"/config/imports/{run.pk}/"
    for address in ("/config/imports/", here, f"{here}progress/"):
        assert client.get(address).status_code == reads
    assert client.get("/config/imports/add/").status_code == changes
    shown = client.get(here).content.decode()
    assert (f"{here}confirm/" in shown) == (role == Role.ADMINISTRATOR)
    if changes == 403:
        for name in ("confirm", "again", "drop"):
            assert client.post(f"{here}{name}/").status_code == 403


def test_an_import_of_another_hall_is_not_found(office: Client) -> None:
    """Check 26; those of the command line belong to every hall."""
    other: Hall = make.hall()
    run = previewed(make.clerk(other, Role.ADMINISTRATOR))
    here = f"/config/imports/{run.pk}/"
    for address in (here, f"{here}progress/"):
        assert office.get(address).status_code == 404
    for name in ("confirm", "again", "drop"):
        assert office.post(f"{here}{name}/").status_code == 404
    assert here not in office.get("/config/imports/").content.decode()
    shared = previewed(Clerk.objects.system())
    assert office.get(f"/config/imports/{shared.pk}/").status_code == 200


@pytest.mark.parametrize(
    "query", ["part=x", "page=x", "page=²", "page=-1", "part=%00a"]
)
def test_a_strange_address_of_a_preview_is_harmless(
    office: Client, sun: Clerk, query: str
) -> None:
    """Check 13."""
    run = previewed(sun)
    answer = office.get(f"/config/imports/{run.pk}/?{query}")
    assert answer.status_code in {200, 400}


@pytest.mark.parametrize("count", [1, 100])
def test_the_list_of_imports_costs_few_statements(
    office: Client, sun: Clerk, count: int, django_assert_max_num_queries: Any
) -> None:
    """Session, user, and the list; never the files themselves."""
    about = {"hall": sun.hall, "by": sun, "at": timezone.now(), "content": b"x"}
    ImportRun.objects.bulk_create(ImportRun(**about) for _number in range(count))
    with django_assert_max_num_queries(6):
        assert office.get("/config/imports/").status_code == 200
