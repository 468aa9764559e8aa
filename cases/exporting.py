"""Tables for other programs, in which no cell is ever a formula.

A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@`, also behind white
space, and `|` starts a command in some. Our own writer, because the usual one leaves
several of these as they are (check 21).
"""

import csv
import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError

_STARTS = "=+-@|＝＋－＠｜"
"""What makes a formula or a command of a cell, full width included."""


def safe_text(value: str) -> str:
    """Return a cell's text that no spreadsheet takes for a formula.

    Control characters go; a dangerous beginning gets an apostrophe before it.
    """
    plain = "".join(max(char, " ") for char in value)
    begins = plain.lstrip(" \u00a0\u3000\u200b\ufeff")[:1]
    return f"'{plain}" if begins and begins in _STARTS else plain


def csv_bytes(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV file in UTF-8 with the mark that spreadsheets look for."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([safe_text(heading) for heading in headings])
    writer.writerows([safe_text(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, title: str
) -> bytes:
    """Return an xlsx file; every cell is typed as text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for row in [headings, *rows]:
        cells = []
        for value in row:
            try:
                cell = WriteOnlyCell(sheet, value=safe_text(value))
            except IllegalCharacterError:
                cell = WriteOnlyCell(sheet, value="?")
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
