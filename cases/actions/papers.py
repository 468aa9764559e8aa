"""Papers people take home: printed, and issued again; see `_papers.issue` before."""

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction

from cases import vault
from cases.identity import mask_phone
from cases.lifecycle import OPEN, RuleBroken
from cases.models import Applicant, Case, Notice, OpenedRecord, PaperPrint, Words
from cases.models.history import OpenedWhat
from cases.models.notices import NoticeKind
from cases.numbers import paper_number
from windows.models import Clerk
from windows.roles import Role

from ._papers import Facts, issue_again, notice_facts, notice_told
from ._steps import (
    _,
    locked_case,
    must_hold,
    must_supervise,
    once,
    record,
    state_of,
)
from .signing import drawings
from .stamp import Form


@dataclass(frozen=True, slots=True)
class Printed:
    """One printing: whether it is the original, and what stands on it in clear."""

    ordinal: int
    at: dt.datetime
    name: str = ""
    agent: str = ""
    telephone: str = ""
    words: str = field(default="", repr=False)
    drawings: dict[str, str] = field(default_factory=dict, repr=False)


SHOWS_WORDS = frozenset(
    {NoticeKind.HAND_OVER, NoticeKind.GUIDE, NoticeKind.FILING, NoticeKind.REPLY_CARD}
)
"""Papers on which the matter stands in the person's own words (R3.40, R3.41)."""


@transaction.atomic(durable=True)
def print_paper(
    case: Case,
    paper_id: int,
    *,
    is_pdf: bool,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Printed:
    """Count one printing of a paper of this case, and open what it bears in clear.

    The first is the original, each later one a copy and marked so. The name stands in
    no frozen content: it is opened now, on record (evidence 6 and 7), and on the sheet
    alone. The telephone stays masked there.
    """
    once(form, by=by, at=at, case_id=case.pk)
    # Two who print at once come one after the other: the second prints a copy.
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    notice = Notice.objects.get(pk=paper_id, case=case)
    before = PaperPrint.objects.filter(notice=notice).count()
    PaperPrint.objects.create(
        notice=notice, ordinal=before + 1, is_pdf=is_pdf, by=by, at=at
    )
    OpenedRecord.objects.create(
        case=case,
        hall_id=case.hall_id,
        what=OpenedWhat.PAPER,
        by=by,
        at=at,
        reason=paper_number(notice.kind, notice.year, notice.serial),
    )
    clear = _opened(case)
    return Printed(
        ordinal=before + 1,
        at=at,
        name=clear.get("name", ""),
        agent=clear.get("agent_name", ""),
        telephone=mask_phone(clear["telephone"]) if "telephone" in clear else "",
        words=_words(case) if notice.kind in SHOWS_WORDS else "",
        drawings=drawings(notice),
    )


def _opened(case: Case) -> dict[str, str]:
    """Open what a paper says of the applicant, as far as it was given."""
    applicant = Applicant.objects.filter(case=case).first()
    if applicant is None:
        return {}
    row = vault.applicant_row(case.pk)
    return {
        name: vault.open_(applicant.data_key, row, name, sealed)
        for name in ("name", "agent_name", "telephone")
        if (sealed := getattr(applicant, f"{name}_sealed")) is not None
    }


def _words(case: Case) -> str:
    words = Words.objects.get(case=case)
    return vault.open_(
        words.data_key, vault.words_row(case.pk), "words", words.words_sealed
    )


@transaction.atomic(durable=True)
def reissue_paper(
    case_id: int,
    paper_id: int,
    *,
    correction: str,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Notice:
    """Issue a paper again under its number, as the next version (rules.md 5).

    It says what it corrects, and who answers for it and where as things are now; what
    was decided stays as it was. Whoever answers for the case does it while it is open,
    else a supervisor. Only the newest version can be corrected.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    if by.role == Role.SUPERVISOR or state_of(case) not in OPEN:
        must_supervise(case, by)
    else:
        must_hold(case, by)
    old = Notice.objects.get(pk=paper_id, case=case)
    same = Notice.objects.filter(
        hall_id=old.hall_id, year=old.year, kind=old.kind, serial=old.serial
    )
    if same.filter(version__gt=old.version).exists():
        raise RuleBroken(_("This paper was replaced already: correct the newest one."))
    if not correction.strip():
        raise RuleBroken(_("Say what the new paper corrects."), field="correction")
    kept = _without_texts(old.content)
    notice = issue_again(old, kept, correction=correction, by=by, at=at)
    record(
        case,
        "paper_reissued",
        by=by,
        at=at,
        facts={
            "notice": notice_facts(notice) | {"version": notice.version},
            "second": notice.is_second,
        },
        told=notice_told(notice) | {"correction": correction},
    )
    return notice


def _without_texts(content: Facts) -> Facts:
    """What stood on a paper without heading, footer and seal: the new one has its."""
    return {
        name: fact for name, fact in content.items() if name not in {"texts", "seal"}
    }
