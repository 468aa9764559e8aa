"""Files to import: ordinary tables, and the hostile ones of checks 19 and 20."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Callable, Sequence

import openpyxl

HEADER = ("事项编码", "事项名称", "部门")
Rows = Sequence[Sequence[object]]


def csv_bytes(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """The rows as a CSV file."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_bytes(rows: Rows) -> bytes:
    """The rows as the first sheet of a workbook; `=…` becomes a formula."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def many(count: int) -> list[list[object]]:
    """A catalogue of `count` items with limits and materials, header first."""
    header: list[object] = [
        *HEADER,
        "法定办结时限",
        "承诺办结时限",
        "申请材料",
        "咨询电话",
        "办理地点",
    ]
    body: list[list[object]] = [
        [
            f"11440000{number:011d}",
            f"第{number}项建设工程规划许可证核发",
            f"部门{number % 40}",
            "20个工作日",
            "5个工作日",
            "申请表；身份证；营业执照",
            "020-83134173",
            "东风中路305号",
        ]
        for number in range(count)
    ]
    return [header, *body]


def rewritten(
    data: bytes,
    change: Callable[[str, bytes], bytes] = lambda _name, content: content,
    extra: dict[str, bytes] | None = None,
) -> bytes:
    """A workbook with members changed or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def with_sheet(xml: bytes) -> bytes:
    """A workbook whose first sheet is this XML."""
    good = xlsx_bytes([HEADER, ["1", "甲", "乙"]])
    return rewritten(
        good, lambda name, old: xml if name.endswith("sheet1.xml") else old
    )


def bomb(size: int) -> bytes:
    """A small workbook whose sheet unpacks to `size` bytes."""
    row = b"<row><c t='n'><v>1</v></c></row>"
    head = (
        b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
        b"<sheetData>"
    )
    return with_sheet(head + row * (size // len(row)) + b"</sheetData></worksheet>")


def declaring(data: bytes, name: str, size: int) -> bytes:
    """The same archive, its directory claiming another size for a member."""
    changed = bytearray(data)
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        length = struct.unpack_from("<H", data, at + 28)[0]
        if data[at + 46 : at + 46 + length].decode().endswith(name):
            struct.pack_into("<I", changed, at + 24, size)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(changed)
