"""The papers of a case and the numbered papers of the hall. Not for other modules."""

import datetime as dt
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Final

from django.db import connection

from cases.deadlines import Limits, tell_by
from cases.evidence import body_text
from cases.lifecycle import UNTOLD, RuleBroken, State
from cases.models import Case, CaseMaterial, Deadline, Notice
from cases.models.case import Channel, DeadlineKind
from cases.models.notices import NoticeKind
from windows.models import Clerk, ServiceItem, Window
from windows.papers import TEXTS, texts_of

from ._steps import (
    _,
    act_by,
    calendar_of,
    deadline_row,
    local_date,
    seat_window,
    state_behind,
    state_of,
)

Facts = dict[str, object]


def papers_of(case: Case, item: ServiceItem) -> list[CaseMaterial]:
    """Return the papers of a case: as kept, or as the item asks for them today."""
    kept = list(case.materials.all())
    if kept:
        return kept
    return [
        CaseMaterial(
            case=case,
            position=position,
            name=material.name,
            standard=material.standard,
            how_to_get=material.how_to_get,
            sample=material.sample,
            is_required=material.is_required,
            form=material.form,
            copies=material.copies,
            may_follow=material.may_follow,
            serves=list(material.serves),
        )
        for position, material in enumerate(item.papers(), start=1)
    ]


def begin(case: Case, item: ServiceItem, today: dt.date) -> list[str]:
    """Begin with the first receipt, one-time notice or acceptance; return the fields.

    What a life event is about is frozen with it: from then on each of these items is
    decided, and within its limits of now, whatever the catalogue says (R1.07).
    """
    if case.received_on is not None:
        return []
    case.received_on = today
    if not item.is_bundle:
        return ["received_on"]
    if not item.members:
        raise RuleBroken(
            _("Nothing of this life event is offered now: choose the item itself."),
            field="item",
        )
    case.bundled = [
        dict(row.member.keep(is_parallel=row.is_parallel)) for row in item.members
    ]
    return ["received_on", "bundled"]


def kept_items(case: Case) -> Facts:
    """Say in an event with which items a life event began, if it is one."""
    return {"bundled": case.bundled} if case.bundled is not None else {}


def tick(
    papers: list[CaseMaterial],
    received: Collection[int],
    *,
    by: Clerk,
    at: dt.datetime,
) -> None:
    for paper in papers:
        if paper.position in received and paper.received_at is None:
            paper.received_at = at
            paper.received_by = by


def lacking(papers: Sequence[CaseMaterial]) -> list[CaseMaterial]:
    """Return the required papers that are not here."""
    return [one for one in papers if one.is_required and one.received_at is None]


def to_follow(papers: Sequence[CaseMaterial]) -> list[CaseMaterial]:
    """Return the papers that were committed to follow and are not here (R2.30)."""
    return [one for one in lacking(papers) if one.follow_by is not None]


def completed_on(state: State, papers: Sequence[CaseMaterial]) -> dt.date | None:
    """Since when all that was asked for once is here, or None (R1.08, R1.10)."""
    if state is not State.WAITING or lacking(papers):
        return None
    came = [one.received_at for one in papers if one.is_required and one.received_at]
    return local_date(max(came)) if came else None


def brought_since(papers: Sequence[CaseMaterial], moment: dt.datetime) -> bool:
    """Whether a paper came after `moment`."""
    return any(one.received_at and one.received_at > moment for one in papers)


def save_papers(case: Case, papers: Sequence[CaseMaterial], at: dt.datetime) -> None:
    """Save what is new, ticked `at` or still awaited; what came before stays."""
    new = [one for one in papers if one._state.adding]  # noqa: SLF001 (documented)
    open_ = [one for one in papers if one not in new and one.received_at in (None, at)]
    CaseMaterial.objects.bulk_create(new)
    CaseMaterial.objects.bulk_update(
        open_, ["received_at", "received_by", "is_required", "follow_by"]
    )
    case.new_papers.update((one.position, one) for one in [*new, *open_])


def let_silence_count(case: Case, *, at: dt.datetime) -> tuple[Deadline, list[str]]:
    """From today silence about what is here becomes acceptance (R1.07, R1.08).

    What is due while the person is shown elsewhere stays. Returns until when something
    is told, saved, and the fields of the case that changed.
    """
    today, state = local_date(at), state_of(case)
    item = case.applied_for
    assert item is not None  # noqa: S101 (nothing is received without an item)
    limit = case.hall.acceptance_days
    if case.channel == Channel.WEB:
        limit = min(limit, case.hall.online_days)
    if item.is_joint:
        limit = min(limit, case.hall.joint_days)  # once for all units (R4.72)
    computed = tell_by(calendar_of(case), today, limit)
    rule = "R1.08" if state_behind(case) is State.WAITING else "R1.07"
    until = deadline_row(case, DeadlineKind.TELL, computed, rule=rule, at=at)
    until.save()
    case.tell_from, case.tell_by = today, until.due_on
    case.limits = asdict(Limits.of(item))
    if state in (State.ASKED, State.WAITING):
        case.due_on = act_by(case, until.due_on)
    elif state in UNTOLD and case.due_on is not None:
        case.due_on = act_by(case, case.due_on)
    return until, ["tell_from", "tell_by", "limits", "due_on"]


def tell_facts(case: Case) -> Facts:
    """Say in an event since when, until when and with which limits silence counts."""
    days = (case.received_on, case.tell_from, case.tell_by)
    names = ("received_on", "tell_from", "tell_by")
    told = {
        name: day.isoformat() if day else None
        for name, day in zip(names, days, strict=True)
    }
    return told | {"limits": case.limits, **kept_items(case)}


def date_facts(row: Deadline) -> dict[str, object]:
    return {
        "due_on": row.due_on.isoformat(),
        "days": row.days,
        "unit": str(row.unit),
        "rule": row.rule,
        "provisional": row.is_provisional,
    }


def issue(
    case: Case,
    kind: NoticeKind,
    content: Facts,
    *,
    by: Clerk,
    at: dt.datetime,
    second_reason: str = "",
) -> Notice:
    """Give a paper its number, without a hole, and freeze it with who issued it.

    The caller's event commits to it with `notice_facts` and `notice_told`.
    """
    notice = Notice(
        case=case,
        hall_id=case.hall_id,
        kind=kind,
        year=local_date(at).year,
        content=content | issuer(case, by),
        issued_by=by,
        issued_at=at,
        second_reason=second_reason,
        is_second=bool(second_reason),
        allowed_by=by if second_reason else None,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _ISSUE,
            {
                "case": case.pk,
                "hall": case.hall_id,
                "kind": kind.value,
                "year": notice.year,
                "content": json.dumps(notice.content),
                "by": by.pk,
                "at": at,
                "second_reason": second_reason,
                "is_second": notice.is_second,
                "allowed_by": notice.allowed_by_id,
            },
        )
        notice.pk, notice.serial, frozen = cursor.fetchone()
    notice.content = json.loads(frozen)
    notice._state.adding = False  # noqa: SLF001 (Django documents it)
    return notice


def issue_again(
    old: Notice, content: Facts, *, correction: str, by: Clerk, at: dt.datetime
) -> Notice:
    """Issue the next version of a paper under its number; it says what it corrects."""
    return Notice.objects.create(
        case_id=old.case_id,
        hall_id=old.hall_id,
        kind=old.kind,
        year=old.year,
        serial=old.serial,
        version=old.version + 1,
        content=content | issuer(old.case, by) | texts_of(old.hall_id, old.kind),
        issued_by=by,
        issued_at=at,
        second_reason=old.second_reason,
        is_second=old.is_second,
        allowed_by=old.allowed_by,
        correction=correction,
    )


_ISSUE: Final = """
    WITH number AS (
        INSERT INTO cases_papernumber (hall_id, year, kind, last)
        VALUES (%(hall)s, %(year)s, %(kind)s, 1)
        ON CONFLICT ON CONSTRAINT paper_number_once
        DO UPDATE SET last = cases_papernumber.last + 1 RETURNING last
    )
    INSERT INTO cases_notice (case_id, hall_id, kind, year, serial, version, content,
        issued_by_id, issued_at, second_reason, is_second, allowed_by_id, correction)
    SELECT %(case)s, %(hall)s, %(kind)s, %(year)s, last, 1,
        %(content)s::jsonb || TEXTS, %(by)s, %(at)s, %(second_reason)s, %(is_second)s,
        %(allowed_by)s, ''
    FROM number RETURNING id, serial, content
""".replace("TEXTS", TEXTS)
"""The next number of the hall, the year and the kind; whoever comes second waits.

With the texts and the seal of the hall as they are now: they are frozen too.
"""


def notice_facts(notice: Notice) -> dict[str, object]:
    return {
        "id": notice.pk,
        "kind": str(notice.kind),
        "year": notice.year,
        "serial": notice.serial,
    }


def notice_told(notice: Notice) -> dict[str, str]:
    """What the event of the act commits to: all that stands on the paper."""
    return {"content": body_text(notice.content)}


def item_facts(item: ServiceItem | None) -> Facts | None:
    """Name the item on a paper, with the basis that the law asks for (R1.01).

    Of a life event also each of its items.
    """
    if item is None:
        return None
    facts: Facts = {
        "code": item.code,
        "name": item.name,
        "name_en": item.name_en,
        "basis": item.basis,
        "type": item.type,
    }
    if item.is_bundle:
        members = [row.member for row in item.members]
        facts["bundled"] = [member.name for member in members]
        facts["names_en"] = {one.name: one.name_en for one in members if one.name_en}
    return facts


def serving(papers: Sequence[CaseMaterial]) -> Facts:
    """Say on a slip which items of a life event each paper serves, if it is one."""
    serves = {paper.name: paper.serves for paper in papers if paper.serves}
    return {"serves": serves} if serves else {}


def person_facts(clerk: Clerk) -> Facts:
    """Name a clerk on a paper; the citizen may ask and complain by name (R3.42)."""
    return {"no": clerk.staff_number, "name": clerk.name, "title": clerk.title}


def window_facts(window: Window) -> Facts:
    """Name a window on a paper as it can be found and called."""
    return {
        "no": window.number,
        "name": window.name,
        "name_en": window.name_en,
        "floor": window.floor,
        "zone": window.zone,
        "telephone": window.telephone,
    }


def issuer(case: Case, by: Clerk) -> Facts:
    """Hall, window and clerk who issue a paper, as they are called now."""
    hall = case.hall
    return {
        "hall": {
            "name": hall.name,
            "name_en": hall.name_en,
            "address": hall.address,
            "telephone": hall.telephone,
            "complaints": hall.complaint_telephone,
        },
        "window": window_facts(seat_window(by) or case.window),
        "clerk": person_facts(by),
    }
