"""From the bytes of a file to rows of text, within limits (checks 19, 20, 21).

A file is judged by its content, never by its name. Nothing in a workbook is ever
computed: a formula is the text that stands in the cell. Sizes are checked in the
directory of the archive before anything is unpacked, and again while unpacking, for
a declared size may lie.
"""

import codecs
import csv
import datetime as dt
import io
import json
import struct
import time
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

MEBIBYTE = 1024 * 1024
FILE_BYTES = 20 * MEBIBYTE
UNPACKED_BYTES = 64 * MEBIBYTE
"""Of all members of a workbook together: some 20,000 rows; ten seconds of reading."""
MEMBERS = 200
RATIO = 150
"""How many times larger a member may be than its packed form, above a mebibyte."""
ROWS = 20_000
COLUMNS = 200
CELL_CHARACTERS = 4_000
LAST_ROW = 1_048_576  # of any spreadsheet program
READING_SECONDS = 20

_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0"  # old .xls, and workbooks with a password
_DIRECTORY_BYTES = MEMBERS * 512
_CHUNK = 64 * 1024
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")


class ImportRefusedError(Exception):
    """The file as a whole is refused; the message is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number as a spreadsheet program shows it, from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file that are not empty, headers included."""

    rows: tuple[Row, ...]

    def pack(self) -> bytes:
        """Return the table in a form of our own, safe and quick to read again."""
        plain = [[row.number, *row.cells] for row in self.rows]
        return zlib.compress(json.dumps(plain, ensure_ascii=False).encode(), level=4)

    @classmethod
    def unpack(cls, packed: bytes) -> "Table":
        """Read what `pack` returned."""
        plain = json.loads(zlib.decompress(packed))
        return cls(tuple(Row(number, tuple(cells)) for number, *cells in plain))


def read_table(data: bytes) -> Table:
    """Read an xlsx or CSV file; raises ImportRefusedError with the reason."""
    if len(data) > FILE_BYTES:
        raise ImportRefusedError(
            _("The file is larger than %(limit)s MB.")
            % {"limit": FILE_BYTES // MEBIBYTE}
        )
    if data.startswith(_COMPOUND):
        raise ImportRefusedError(
            _(
                "This is an old workbook (.xls) or one with a password. Please save "
                "it as .xlsx or CSV without a password."
            )
        )
    if data.startswith(_ZIP):
        _check_archive(data)
        numbered = _workbook_rows(data)
    else:
        numbered = _csv_rows(_decoded(data))
    return Table(tuple(_kept(numbered)))


def _kept(numbered: Iterable[tuple[int, list[str]]]) -> Iterator[Row]:
    """Drop empty rows and cells at the end; refuse too many of either."""
    kept = 0
    give_up = time.monotonic() + READING_SECONDS
    for number, cells in numbered:
        while cells and not cells[-1].strip():
            cells.pop()
        if number > LAST_ROW or (number % 500 == 0 and time.monotonic() > give_up):
            raise ImportRefusedError(
                _(
                    "The file takes too long to read. Please delete empty columns and "
                    "rows, or save the table as CSV."
                )
            )
        if not cells:
            continue
        kept += 1
        if kept > ROWS:
            raise ImportRefusedError(
                _("The file has more than %(limit)s rows.") % {"limit": ROWS}
            )
        if len(cells) > COLUMNS:
            raise ImportRefusedError(
                _("Row %(row)s has more than %(limit)s columns.")
                % {"row": number, "limit": COLUMNS}
            )
        # One more than allowed, so that the reader of cells still sees the fault.
        yield Row(number, tuple(cell[: CELL_CHARACTERS + 1] for cell in cells))


# --- CSV ----------------------------------------------------------------------------


def _decoded(data: bytes) -> str:
    """Text in UTF-8, UTF-16 with a mark, or what a Chinese Windows saves."""
    encodings = ["utf-8-sig", "gb18030"]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ImportRefusedError(
        _("The file is neither a workbook (.xlsx) nor text in UTF-8 or GB 18030.")
    )


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells
    except csv.Error as error:
        raise ImportRefusedError(
            _(
                "The table cannot be read after row %(row)s; a quotation mark may be "
                "left open there."
            )
            % {"row": number}
        ) from error


# --- workbooks ----------------------------------------------------------------------


def _damaged() -> ImportRefusedError:
    return ImportRefusedError(_("The workbook is damaged. Please save it once more."))


def _too_large() -> ImportRefusedError:
    return ImportRefusedError(
        _(
            "Unpacked, the workbook is larger than %(limit)s MB, or suspiciously large "
            "for its size. Please save only the table, or save it as CSV."
        )
        % {"limit": UNPACKED_BYTES // MEBIBYTE}
    )


def _hostile() -> ImportRefusedError:
    return ImportRefusedError(
        _(
            "The workbook holds macros, links to other files or definitions of its "
            "own. Please save only the table, or save it as CSV."
        )
    )


def _check_directory(data: bytes) -> None:
    """Look at the end record: `zipfile` would read a directory of any length."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    if at < 0 or len(data) < at + 22:
        raise _damaged()
    members, size = struct.unpack_from("<HI", data, at + 10)
    is_zip64 = data[at - 20 : at - 16] == b"PK\x06\x07"
    if is_zip64 or members > MEMBERS or size > _DIRECTORY_BYTES:
        raise _too_large()


def _check_archive(data: bytes) -> None:
    """Refuse bombs and what a table never needs, before any XML is parsed."""
    _check_directory(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MEMBERS:
                raise _too_large()
            if sum(member.file_size for member in members) > UNPACKED_BYTES:
                raise _too_large()
            for member in members:
                _check_declared(member)
            left = UNPACKED_BYTES
            for member in members:
                left -= _check_content(archive, member, left)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ValueError,
        OSError,
    ) as error:
        raise _damaged() from error


def _check_declared(member: zipfile.ZipInfo) -> None:
    if member.file_size > MEBIBYTE and member.file_size > RATIO * member.compress_size:
        raise _too_large()
    is_plain = member.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    if member.flag_bits & 1 or not is_plain:
        raise _damaged()
    name = member.filename.lower()
    if "vbaproject" in name or "externallinks/" in name or "macrosheets/" in name:
        raise _hostile()


def _check_content(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int
) -> int:
    """Unpack a member piece by piece, keeping nothing; the bytes it really has."""
    size = 0
    before = b""
    with archive.open(member) as stream:
        while piece := stream.read(_CHUNK):
            if not size and _is_wide_xml(member.filename, piece):
                raise _hostile()
            size += len(piece)
            if size > limit:
                raise _too_large()
            window = before + piece
            if any(word in window for word in _FORBIDDEN):
                raise _hostile()
            before = window[-len(_FORBIDDEN[0]) :]
    return size


def _is_wide_xml(name: str, start: bytes) -> bool:
    """Whether this is XML in UTF-16, which would hide what we look for.

    No program writes that in a workbook. Should it be, under another name, the
    parser (defusedxml) still refuses definitions.
    """
    is_wide = b"\0" in start[:4] or start.startswith((b"\xff\xfe", b"\xfe\xff"))
    return is_wide and name.lower().endswith((".xml", ".rels"))


def _workbook_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first visible sheet. Missing rows count, as on the screen."""
    try:
        with warnings.catch_warnings():
            # openpyxl tells of every extension it leaves out; we only read cells.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(
                io.BytesIO(data), read_only=True, keep_links=False
            )
            sheets = [
                sheet for sheet in book.worksheets if sheet.sheet_state == "visible"
            ]
            if not sheets:
                raise _damaged()
            sheet = sheets[0]
            # The size a sheet declares may be wrong by a million rows.
            sheet.reset_dimensions()
            for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
                yield number, [_as_text(value) for value in values]
            book.close()
    except DefusedXmlException as error:
        raise _hostile() from error
    except (
        AttributeError,
        IndexError,
        InvalidFileException,
        KeyError,
        OSError,
        OverflowError,
        ParseError,
        TypeError,
        ValueError,
        zipfile.BadZipFile,
    ) as error:
        # What openpyxl raises for a workbook that is none is nowhere written down.
        raise _damaged() from error


def _as_text(value: object) -> str:
    """A cell as text. A formula is its own text: it is never computed."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    # A formula over several cells is an object with its text.
    return str(getattr(value, "text", value))
