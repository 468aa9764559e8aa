"""What a table would change in the catalogue: new, changed, unchanged, refused.

A plan only reads. It names every fault with its row and column, so that a file is put
right in one go, and every change field by field.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from windows.listing import joined
from windows.models import Department, ItemAlias, Material, ServiceItem
from windows.models.items import DayUnit

from . import columns
from .columns import CellRefusedError, Header, Limit, Value
from .tables import ImportRefusedError, Row, Table

HEADER_ROWS = 10
"""In how many rows from the top the column names are looked for."""

Plain = str | int | tuple[str, ...] | None
Values = dict[str, Plain]
Cells = dict[str, Value]
PLAIN_FIELDS: Final = tuple(
    name for name in columns.NAMES if name not in {"department", *columns.LIST_FIELDS}
)


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about a cell: why its row is refused, or what should be looked at."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A field that gets another value."""

    field: str
    before: Plain
    after: Plain


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """An item that is made (`pk` is None) or changed."""

    row: int
    pk: int | None
    code: str
    name: str
    department: str
    changes: tuple[Change, ...]

    @property
    def values(self) -> Values:
        """The new values by field."""
        return {change.field: change.after for change in self.changes}


@dataclass(frozen=True, slots=True)
class NewDepartment:
    """A department the file names and nobody has entered yet: outside the hall."""

    name: str
    items: int
    address: str
    telephone: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an import would do. It may be applied only if `refused` is empty."""

    rows: int
    known: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]
    new: tuple[PlannedItem, ...]
    changed: tuple[PlannedItem, ...]
    unchanged: int
    refused: tuple[Remark, ...]
    notes: tuple[Remark, ...]
    departments: tuple[NewDepartment, ...]

    @property
    def refused_rows(self) -> int:
        """How many rows are refused; a row may have several faults."""
        return len({remark.row for remark in self.refused})

    @property
    def digest(self) -> str:
        """Name what the plan does, so that nothing else is done than was shown."""
        does = [
            [item.pk, item.code, [[c.field, c.before, c.after] for c in item.changes]]
            for item in (*self.new, *self.changed)
        ]
        plain = json.dumps([does, [each.name for each in self.departments]])
        return hashlib.sha256(plain.encode()).hexdigest()


@dataclass(slots=True)
class _ReadRow:
    """A row whose cells were understood."""

    row: int
    values: Cells


@dataclass(slots=True)
class _Known:
    """What the catalogue says today about the items of the file."""

    items: dict[str, ServiceItem]
    departments: dict[int, str]
    materials: Mapping[int, tuple[str, ...]]
    samples: Mapping[int, tuple[str, ...]]
    aliases: Mapping[int, tuple[str, ...]]


@dataclass(slots=True)
class _Faults:
    header: Header
    refused: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)

    def title(self, name: str) -> str:
        place = self.header.places.get(name)
        return columns.label(name) if place is None else self.header.titles[place]

    def refuse(self, row: int, name: str, text: str) -> None:
        self.refused.append(Remark(row, self.title(name), text))

    def note(self, row: int, name: str, text: str) -> None:
        self.notes.append(Remark(row, self.title(name), text))


def make_plan(table: Table, *, lock: bool = False) -> Plan:
    """Compare a table with the catalogue.

    With `lock` the items of the file are locked until the transaction ends. Raises
    ImportRefusedError if the table has no line of column names.
    """
    header, body = _find_header(table)
    faults = _Faults(header)
    rows = _read_rows(header, body, faults)
    known = _load_known([str(row.values["code"]) for row in rows], lock=lock)
    new, changed, unchanged = [], [], 0
    for row in rows:
        planned = _compare(row, known, header, faults)
        if planned is None:
            continue
        if planned.pk is None:
            new.append(planned)
        elif planned.changes:
            changed.append(planned)
        else:
            unchanged += 1
    return Plan(
        rows=len(body),
        known=tuple(
            (header.titles[place], columns.label(name))
            for name, place in header.places.items()
        ),
        ignored=tuple(header.ignored),
        new=tuple(new),
        changed=tuple(changed),
        unchanged=unchanged,
        refused=tuple(sorted(faults.refused, key=lambda remark: remark.row)),
        notes=tuple(sorted(faults.notes, key=lambda remark: remark.row)),
        departments=_new_departments(rows),
    )


# --- reading the rows ---------------------------------------------------------------


def _find_header(table: Table) -> tuple[Header, tuple[Row, ...]]:
    """The line of column names may have a title above it."""
    best = None
    for place, row in enumerate(table.rows[:HEADER_ROWS]):
        header = columns.read_header(row.number, row.cells)
        if best is None or len(header.places) > len(best[0].places):
            best = header, table.rows[place + 1 :]
    if best is None:
        raise ImportRefusedError(_("The file has no rows."))
    header, body = best
    if header.missing:
        raise ImportRefusedError(
            _("The first rows must name the columns; missing: %(missing)s.")
            % {
                "missing": joined(
                    f"{columns.label(name)} ({columns.column_name(name)})"
                    for name in header.missing
                )
            }
        )
    if header.doubled:
        raise ImportRefusedError(
            _("Two columns mean the same; please keep one of them: %(titles)s.")
            % {"titles": joined(header.doubled)}
        )
    if not body:
        raise ImportRefusedError(_("Below the column names the file has no rows."))
    return header, body


def _read_rows(header: Header, body: Iterable[Row], faults: _Faults) -> list[_ReadRow]:
    read = []
    first_row: dict[str, int] = {}
    for row in body:
        values = _read_cells(header, row, faults)
        if values is None:
            continue
        code = str(values["code"])
        if code in first_row:
            faults.refuse(
                row.number,
                "code",
                _("The code “%(code)s” stands in row %(row)s already.")
                % {"code": code, "row": first_row[code]},
            )
            continue
        first_row[code] = row.number
        read.append(_ReadRow(row.number, values))
    return read


def _read_cells(header: Header, row: Row, faults: _Faults) -> Cells | None:
    """Every cell of a row; None if one is refused."""
    values: Cells = {}
    is_good = True
    for name, place in header.places.items():
        text = row.cells[place] if place < len(row.cells) else ""
        try:
            value = columns.read_cell(name, text)
        except CellRefusedError as error:
            faults.refuse(row.number, name, str(error))
            is_good = False
            continue
        if value is not None:
            values[name] = value
        elif name in columns.REQUIRED:
            faults.refuse(row.number, name, _("This cell may not be empty."))
            is_good = False
        if text.lstrip().startswith("="):
            faults.note(row.number, name, str(columns.FORMULA_NOTE))
    for material in _words(values.get("materials")):
        if columns.is_catch_all(material):
            faults.note(
                row.number, "materials", columns.CATCH_ALL_NOTE % {"name": material}
            )
    for name in columns.LIMIT_FIELDS:
        is_good = _settle_unit(name, values, header, row.number, faults) and is_good
    return values if is_good else None


def _settle_unit(
    name: str, values: Cells, header: Header, row: int, faults: _Faults
) -> bool:
    """Bring the unit of a limit from its cell, its own column or the title.

    False if two of them contradict each other.
    """
    unit_name = name.replace("days", "unit")
    said = values.pop(unit_name, None)
    limit = values.get(name)
    if not isinstance(limit, Limit):
        return True
    units = {unit for unit in (limit.unit, said) if unit}
    if len(units) > 1:
        faults.refuse(row, name, _("The cell and the column of units contradict."))
        return False
    values[name] = limit.days
    unit = units.pop() if units else header.units.get(name)
    if unit:
        values[unit_name] = unit
    return True


# --- comparing with the catalogue ---------------------------------------------------


def _load_known(codes: list[str], *, lock: bool) -> _Known:
    query = ServiceItem.objects.filter(code__in=codes).order_by("pk")
    if lock:
        query = query.select_for_update(of=("self",))
    items = {item.code: item for item in query}
    keys = [item.pk for item in items.values()]
    materials, samples = defaultdict(list), defaultdict(list)
    for item_id, name, sample in (
        Material.objects.filter(item__in=keys)
        .order_by("item_id", "position", "id")
        .values_list("item_id", "name", "sample")
    ):
        materials[item_id].append(name)
        if sample:
            samples[item_id].append(columns.sample_text(name, sample))
    aliases = defaultdict(list)
    for item_id, text in (
        ItemAlias.objects.filter(item__in=keys)
        .order_by("item_id", "id")
        .values_list("item_id", "text")
    ):
        aliases[item_id].append(text)
    return _Known(
        items,
        dict(Department.objects.values_list("pk", "name")),
        {key: tuple(names) for key, names in materials.items()},
        {key: tuple(texts) for key, texts in samples.items()},
        {key: tuple(texts) for key, texts in aliases.items()},
    )


def _compare(
    row: _ReadRow, known: _Known, header: Header, faults: _Faults
) -> PlannedItem | None:
    item = known.items.get(str(row.values["code"]))
    before: Values = {}
    if item is not None:
        before = {name: getattr(item, name) for name in PLAIN_FIELDS}
        before["department"] = known.departments[item.department_id]
        before["materials"] = known.materials.get(item.pk, ())
        before["samples"] = known.samples.get(item.pk, ())
        before["aliases"] = known.aliases.get(item.pk, ())
    after = {**before, **_plain(row.values, before)}
    if "samples" in row.values and not _settle_samples(before, after):
        faults.refuse(
            row.row, "samples", _("A sample is for a paper that the item asks for.")
        )
        return None
    if not _keeps_the_promise(after):
        faults.refuse(
            row.row,
            "promised_days",
            _(
                "The promised limit (%(promised)s) is longer than the statutory one "
                "(%(statutory)s)."  # R1.30
            )
            % {
                "promised": after["promised_days"],
                "statutory": after["statutory_days"],
            },
        )
        return None
    return PlannedItem(
        row=row.row,
        pk=None if item is None else item.pk,
        code=str(after["code"]),
        name=str(after["name"]),
        department=str(after["department"]),
        changes=tuple(
            Change(name, before.get(name), value)
            for name, value in after.items()
            if before.get(name) != value
        ),
    )


def _plain(values: Cells, before: Values) -> Values:
    """The values as they will be stored; aliases are only ever added."""
    plain: Values = {
        # The limits have become plain numbers when their unit was settled.
        name: value
        for name, value in values.items()
        if not isinstance(value, Limit)
    }
    if "aliases" in plain:
        kept = _words(before.get("aliases"))
        added = [word for word in _words(plain["aliases"]) if word not in kept]
        plain["aliases"] = (*kept, *added)
    return plain


def _settle_samples(before: Values, after: Values) -> bool:
    """Keep the samples that the file does not name; False if one has no paper."""
    asked = _words(after.get("materials"))
    found: dict[str, str] = {}
    for text in (*_words(before.get("samples")), *_words(after["samples"])):
        found[text.partition("：")[0]] = text
    typed = {text.partition("：")[0] for text in _words(after["samples"])}
    after["samples"] = tuple(found[name] for name in asked if name in found)
    return typed <= set(asked)


def _words(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _keeps_the_promise(after: Values) -> bool:
    """The same rule as the table's constraint (R1.30): comparable only in one unit."""
    promised, statutory = after.get("promised_days"), after.get("statutory_days")
    if not isinstance(promised, int) or not isinstance(statutory, int):
        return True
    usual = DayUnit.WORKING.value
    same = (after.get("promised_unit") or usual) == (
        after.get("statutory_unit") or usual
    )
    return not same or promised <= statutory


def _new_departments(rows: list[_ReadRow]) -> tuple[NewDepartment, ...]:
    """Departments to be made, with the address and telephone most of its rows give.

    A citizen who is sent there is told both (R1.05), so they are not left empty if
    the file knows them.
    """
    by_name = defaultdict(list)
    for row in rows:
        by_name[str(row.values["department"])].append(row.values)
    known = set(
        Department.objects.filter(name__in=by_name).values_list("name", flat=True)
    )
    return tuple(
        NewDepartment(
            name,
            len(items),
            _most_usual(items, "address"),
            _most_usual(items, "consult_phone"),
        )
        for name, items in by_name.items()
        if name not in known
    )


def _most_usual(items: list[Cells], name: str) -> str:
    said = Counter(str(item[name]) for item in items if name in item)
    return said.most_common(1)[0][0] if said else ""
