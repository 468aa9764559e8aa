"""Writing a plan into the catalogue: all of it in one transaction, or nothing.

`import_table` is what the command calls. The page keeps an `ImportRun`, shows the
preview (`take_preview`), and after the administrator's word (`confirm`) a job applies
it (`apply_run`). In between the catalogue may change: then nothing is written, since
nobody has seen that preview.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext_noop
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from windows.editing import delete_with_reason
from windows.models import (
    Clerk,
    Department,
    ImportRun,
    ItemAlias,
    Material,
    ServiceItem,
)
from windows.models.fields import pinyin_key
from windows.models.records import ImportState

from .columns import LIST_FIELDS
from .plans import Plan, PlannedItem, make_plan
from .tables import ImportRefusedError, Table

BATCH = 250
KEEP_PREVIEWS = timedelta(days=7)
ONE_IMPORT_AT_A_TIME = 1802070125  # any number, as long as nobody else uses it
STILL_TO_DO = (ImportState.WAITING, ImportState.RUNNING)

CHANGED_MEANWHILE = gettext_noop(
    "The catalogue has changed since this preview. Nothing was saved; please upload "
    "the file again."
)
ANOTHER_RUNS = gettext_noop("Another import is running. Nothing was saved.")
HAS_REFUSED_ROWS = gettext_noop("Rows of the file are refused, so nothing was saved.")
WENT_WRONG = gettext_noop("Something went wrong here. Nothing was saved.")

Progress = Callable[[int], None]
"""Told how many rows are done, after each batch."""
M = TypeVar("M", bound=models.Model)


class NothingSavedError(ImportRefusedError):
    """An import that was begun ends without a change; the message is a msgid."""


def import_table(
    table: Table,
    *,
    by: Clerk,
    reason: str,
    file_name: str,
    at: datetime,
    progress: Progress,
) -> Plan:
    """Import a table and keep a line about it, unless there was nothing to do.

    Raises NothingSavedError if a row is refused or another import is running.
    """
    with transaction.atomic(durable=True):
        _take_turn()
        plan = make_plan(table, lock=True)
        _write(plan, by=by, reason=reason, progress=progress)
        if plan.new or plan.changed:
            ImportRun.objects.create(
                **_about(plan),
                hall_id=by.hall_id,
                by=by,
                at=at,
                file_name=file_name[:200],
                reason=reason,
                state=ImportState.DONE,
                rows_done=plan.rows,
            )
    return plan


def take_preview(
    table: Table, plan: Plan, *, file_name: str, by: Clerk, at: datetime
) -> ImportRun:
    """Keep a table and what it would do, for the person to look at and confirm.

    Earlier previews of the same person, and anybody's old ones, are thrown away.
    """
    with transaction.atomic():
        unused = ImportRun.objects.filter(state=ImportState.PREVIEW)
        unused.filter(models.Q(by=by) | models.Q(at__lt=at - KEEP_PREVIEWS)).delete()
        return ImportRun.objects.create(
            **_about(plan),
            hall_id=by.hall_id,
            by=by,
            at=at,
            file_name=file_name[:200],
            content=table.pack(),
        )


def _about(plan: Plan) -> dict[str, Any]:
    return {
        "digest": plan.digest,
        "rows": plan.rows,
        "new": len(plan.new),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "refused": plan.refused_rows,
    }


def confirm(
    run_id: int,
    *,
    by: Clerk,
    reason: str,
    digest: str,
    start: Callable[[int], object],
) -> bool:
    """Say yes to the preview that `digest` names.

    `start` puts the job on the queue in the same transaction. False if there is
    nothing to apply (any more): refused rows, or confirmed already.
    """
    with transaction.atomic():
        run = (
            ImportRun.objects.select_for_update(of=("self",))
            .filter(pk=run_id, state=ImportState.PREVIEW, refused=0)
            .first()
        )
        if run is None:
            return False
        run.by, run.reason, run.digest = by, reason, digest
        run.state = ImportState.WAITING
        run.save(update_fields=["by", "reason", "digest", "state"])
        start(run.pk)
    return True


def apply_run(run_id: int) -> None:
    """Apply a confirmed import; what the job does. A second call does nothing."""
    try:
        with _teller(run_id) as tell, transaction.atomic(durable=True):
            _take_turn()
            run = ImportRun.objects.select_related("by").get(pk=run_id)
            if run.state not in STILL_TO_DO or run.content is None:
                return
            tell(0)
            plan = make_plan(Table.unpack(bytes(run.content)), lock=True)
            if plan.digest != run.digest:
                raise NothingSavedError(CHANGED_MEANWHILE)
            _write(plan, by=run.by, reason=run.reason, progress=tell)
            # What was done, which may be less than when the file was uploaded.
            about = {**_about(plan), "rows_done": plan.rows}
            about |= {"state": ImportState.DONE, "content": None}
            ImportRun.objects.filter(pk=run_id).update(**about)
    except NothingSavedError as refusal:
        _fail(run_id, str(refusal))
    except IntegrityError:
        # Somebody has entered the same code or department while we were writing.
        _fail(run_id, CHANGED_MEANWHILE)
    except Exception:
        _fail(run_id, WENT_WRONG)
        raise


def _fail(run_id: int, message: str) -> None:
    ImportRun.objects.filter(pk=run_id, state__in=STILL_TO_DO).update(
        state=ImportState.FAILED, message=message, content=None, rows_done=0
    )


@contextmanager
def _teller(run_id: int) -> Iterator[Progress]:
    """Say how far the import is, on a connection of its own.

    What the import itself writes is seen by nobody before it is complete.
    """
    aside = connection.copy()

    def tell(done: int) -> None:
        with aside.cursor() as cursor:
            cursor.execute(
                "UPDATE windows_importrun SET rows_done = %s, state = %s WHERE id = %s",
                [done, ImportState.RUNNING.value, run_id],
            )

    try:
        yield tell
    finally:
        aside.close()


def _take_turn() -> None:
    """One import at a time, and as long as it needs: a page's limits are too short."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        if connection.pg_version >= 170000:  # type: ignore[attr-defined]
            cursor.execute("SET LOCAL transaction_timeout = 0")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_IMPORT_AT_A_TIME])
        (is_ours,) = cursor.fetchone()
    if not is_ours:
        raise NothingSavedError(ANOTHER_RUNS)


# --- writing ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scribe:
    """Writes rows together with their history: who did it, and why."""

    by: Clerk
    reason: str

    def create(self, model: type[M], rows: list[M]) -> None:
        if rows:
            bulk_create_with_history(
                rows,
                model,
                batch_size=BATCH,
                default_user=self.by,
                default_change_reason=self.reason,
            )

    def update(self, model: type[M], rows: list[M], fields: Iterable[str]) -> None:
        if rows:
            bulk_update_with_history(
                rows,
                model,
                sorted(fields),
                batch_size=BATCH,
                default_user=self.by,
                default_change_reason=self.reason,
            )

    def delete(self, rows: Iterable[Material]) -> None:
        for row in rows:
            delete_with_reason(row, by=self.by, reason=self.reason)


def _write(plan: Plan, *, by: Clerk, reason: str, progress: Progress) -> None:
    if plan.refused:
        raise NothingSavedError(HAS_REFUSED_ROWS)
    scribe = _Scribe(by, reason)
    scribe.create(
        Department,
        [
            Department(
                name=new.name,
                in_hall=False,
                address=new.address,
                telephone=new.telephone,
            )
            for new in plan.departments
        ],
    )
    departments = dict(Department.objects.values_list("name", "pk"))
    done = plan.unchanged
    progress(done)
    for batch in _batches(plan.new):
        _create_items(batch, departments, scribe)
        done += len(batch)
        progress(done)
    for batch in _batches(plan.changed):
        _change_items(batch, departments, scribe)
        done += len(batch)
        progress(done)


def _batches(items: Sequence[PlannedItem]) -> Iterator[Sequence[PlannedItem]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def _create_items(
    batch: Sequence[PlannedItem], departments: Mapping[str, int], scribe: _Scribe
) -> None:
    made = []
    for planned in batch:
        item = ServiceItem()
        _set(item, planned, departments)
        made.append((item, planned))
    scribe.create(ServiceItem, [item for item, _planned in made])
    scribe.create(
        Material,
        [
            Material(item=item, position=place, name=name)
            for item, planned in made
            for place, name in enumerate(_words(planned, "materials"), start=1)
        ],
    )
    _set_samples(made, scribe)
    _add_aliases(made, scribe)


def _change_items(
    batch: Sequence[PlannedItem], departments: Mapping[str, int], scribe: _Scribe
) -> None:
    items = ServiceItem.objects.in_bulk([planned.pk for planned in batch])
    changed = []
    fields: set[str] = set()
    together = []
    for planned in batch:
        item = items[planned.pk]
        together.append((item, planned))
        if set_here := _set(item, planned, departments):
            changed.append(item)
            fields |= set_here
    scribe.update(ServiceItem, changed, fields)
    _change_materials(
        [pair for pair in together if _words(pair[1], "materials")], scribe
    )
    _set_samples(together, scribe)
    _add_aliases(together, scribe)


def _set(
    item: ServiceItem, planned: PlannedItem, departments: Mapping[str, int]
) -> set[str]:
    """Put the new values into an item; the fields that are touched."""
    touched = set()
    for name, value in planned.values.items():
        if name in LIST_FIELDS:
            continue
        touched.add(name)
        if name == "department":
            item.department_id = departments[str(value)]
        else:
            setattr(item, name, value)
    if "name" in touched:
        # An update in bulk does not ask the field for its key.
        item.name_key = pinyin_key(item.name)
        touched.add("name_key")
    return touched


def _words(planned: PlannedItem, name: str) -> tuple[str, ...]:
    found = planned.values.get(name)
    return found if isinstance(found, tuple) else ()


def _change_materials(
    together: list[tuple[ServiceItem, PlannedItem]], scribe: _Scribe
) -> None:
    """Bring the materials of items in line with the file.

    One that stays keeps what an administrator has said about it (copies, may follow,
    how to get it).
    """
    old: dict[int, dict[str, Material]] = {item.pk: {} for item, _planned in together}
    surplus = []
    for material in Material.objects.filter(item__in=old).order_by("position", "id"):
        by_name = old[material.item_id]
        if material.name in by_name:
            surplus.append(material)
        else:
            by_name[material.name] = material
    new, moved = [], []
    for item, planned in together:
        for place, name in enumerate(_words(planned, "materials"), start=1):
            kept = old[item.pk].pop(name, None)
            if kept is None:
                new.append(Material(item=item, position=place, name=name))
            elif kept.position != place:
                kept.position = place
                moved.append(kept)
    surplus += [left for by_name in old.values() for left in by_name.values()]
    scribe.delete(surplus)
    scribe.update(Material, moved, ["position"])
    scribe.create(Material, new)


def _set_samples(
    together: list[tuple[ServiceItem, PlannedItem]], scribe: _Scribe
) -> None:
    """Say of each paper that the file names where its sample is (R1.12)."""
    wanted = {
        item.pk: dict(text.partition("：")[::2] for text in _words(planned, "samples"))
        for item, planned in together
        if _words(planned, "samples")
    }
    if not wanted:
        return
    changed = []
    for material in Material.objects.filter(item__in=wanted):
        where = wanted[material.item_id].get(material.name, material.sample)
        if where != material.sample:
            material.sample = where
            changed.append(material)
    scribe.update(Material, changed, ["sample"])


def _add_aliases(
    together: list[tuple[ServiceItem, PlannedItem]], scribe: _Scribe
) -> None:
    new = []
    for item, planned in together:
        change = next((c for c in planned.changes if c.field == "aliases"), None)
        if change is None:
            continue
        before = change.before if isinstance(change.before, tuple) else ()
        new += [
            ItemAlias(item=item, text=text)
            for text in _words(planned, "aliases")
            if text not in before
        ]
    scribe.create(ItemAlias, new)
