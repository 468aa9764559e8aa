"""Papers are signed: on the screen, or by hand with a scan of it (R1.09, R1.10)."""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from cases import scans, vault
from cases.lifecycle import OPEN, RuleBroken
from cases.models import (
    Case,
    Notice,
    OpenedRecord,
    PaperPrint,
    Scan,
    Signature,
    Words,
)
from cases.models.history import OpenedWhat
from cases.models.signatures import MOST_COPIES, SIGNED_FOR, Party, SignedHow
from cases.numbers import paper_number
from cases.scans import MOST_BYTES
from windows.models import Clerk
from windows.roles import Role

from ._steps import _, locked_case, record, state_of
from .stamp import Form

PAD_WIDTH, PAD_HEIGHT = 600, 200
"""Size of the pad in its own points, whatever it has on a screen."""

MOST_INK: Final = 30_000
LEAST_INK: Final = 60
"""Points that a signature is wide and high together: a dot is none."""

_INK = re.compile(r"(M\d{1,3} \d{1,3}(L\d{1,3} \d{1,3})*)+")


@dataclass(frozen=True, slots=True)
class Opened:
    """A scan in clear: to be handed over as a file, and nowhere shown."""

    content: bytes
    media_type: str
    file_name: str


def is_ink(drawn: str) -> bool:
    """Tell whether this is a drawing from our pad: lines in it, and enough of them."""
    if len(drawn) > MOST_INK or not _INK.fullmatch(drawn):
        return False
    numbers = [int(number) for number in re.findall(r"\d+", drawn)]
    across, down = numbers[::2], numbers[1::2]
    if max(across) > PAD_WIDTH or max(down) > PAD_HEIGHT:
        return False
    return max(across) - min(across) + max(down) - min(down) >= LEAST_INK


def sign_paper(
    case_id: int,
    paper_id: int,
    *,
    party: str,
    drawn: str,
    copies: int,
    scan: bytes | None,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Signature:
    """Record that a party signed a paper: `drawn` on the screen, else by hand.

    The applicant is given `copies` of it. A scan of what was signed by hand may come
    along, or later (`keep_scan`). The handler signs what he issued himself.
    """
    kept = _kept_file(case_id, scan)
    try:
        return _sign(
            case_id,
            paper_id,
            party=party,
            drawn=drawn,
            copies=copies,
            kept=kept,
            by=by,
            at=at,
            form=form,
        )
    except BaseException:
        _drop(kept)
        raise


def keep_scan(
    case_id: int,
    paper_id: int,
    *,
    scan: bytes,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Scan:
    """Keep the scan of a paper that was signed by hand, some time after it was."""
    kept = _kept_file(case_id, scan)
    try:
        with transaction.atomic(durable=True):
            case = locked_case(case_id, by=by, at=at, form=form)
            notice = _to_sign(case, paper_id, by)
            if kept is None:
                raise RuleBroken(_("Choose the scan."), field="scan")
            _must_be_printed(notice)
            row = _scan_row(case, notice, kept, by=by, at=at)
            record(
                case,
                "scan_kept",
                by=by,
                at=at,
                facts={"paper": _paper_facts(notice), "scan": _scan_facts(row)},
                told={"scan": kept.fingerprint},
            )
            return row
    except BaseException:
        _drop(kept)
        raise


@transaction.atomic(durable=True)
def _sign(
    case_id: int,
    paper_id: int,
    *,
    party: str,
    drawn: str,
    copies: int,
    kept: "_Kept | None",
    by: Clerk,
    at: dt.datetime,
    form: Form | None,
) -> Signature:
    case = locked_case(case_id, by=by, at=at, form=form)
    notice = _to_sign(case, paper_id, by)
    is_applicant = party == Party.APPLICANT
    if not is_applicant and notice.issued_by_id != by.pk:
        raise RuleBroken(
            _("%(name)s issued this paper, and signs it as the handler."),
            params={"name": notice.issued_by.name},
        )
    if Signature.objects.filter(notice=notice, party=party).exists():
        raise RuleBroken(_("This signature is on the paper already."))
    if is_applicant and not 1 <= copies <= MOST_COPIES:
        raise RuleBroken(_("Say how many copies were given."), field="copies")
    if drawn and not is_ink(drawn):
        raise RuleBroken(_("This is no signature: sign once more."), field="drawn")
    if not drawn:
        _must_be_printed(notice)
    sealed = None
    if drawn:
        words = Words.objects.get(case=case)
        sealed = vault.seal(
            words.data_key,
            vault.words_row(case.pk),
            signature_field(notice.pk, party),
            drawn,
        )
    signature = Signature.objects.create(
        case=case,
        notice=notice,
        party=party,
        way=SignedHow.SCREEN if drawn else SignedHow.PAPER,
        copies=copies if is_applicant else 0,
        sealed=sealed,
        digest=hashlib.sha256(sealed).hexdigest() if sealed else "",
        by=by,
        at=at,
    )
    facts = {
        "paper": _paper_facts(notice),
        "signature": {
            "id": signature.pk,
            "party": str(party),
            "way": str(signature.way),
            "copies": signature.copies,
            "digest": signature.digest,
        },
    }
    told = {"image": hashlib.sha256(drawn.encode()).hexdigest()} if drawn else {}
    if kept is not None:
        facts["scan"] = _scan_facts(_scan_row(case, notice, kept, by=by, at=at))
        told["scan"] = kept.fingerprint
    record(case, "paper_signed", by=by, at=at, facts=facts, told=told)
    return signature


def signature_field(notice_id: int, party: str) -> str:
    """Name the field under which a drawing is sealed: it opens nowhere else."""
    return f"signature {notice_id} {party}"


def _to_sign(case: Case, paper_id: int, by: Clerk) -> Notice:
    """Return a paper of a locked case that this person may have signed."""
    notice = Notice.objects.select_related("issued_by").get(pk=paper_id, case=case)
    if notice.kind not in SIGNED_FOR:
        raise RuleBroken(_("This kind of paper is not signed for."))
    is_his = notice.issued_by_id == by.pk or (
        case.holder_id == by.pk and state_of(case) in OPEN
    )
    if not is_his and (by.role != Role.SUPERVISOR or by.hall_id != case.hall_id):
        raise RuleBroken(
            _("Who issued the paper, answers for the case or supervises records it.")
        )
    newer = Notice.objects.filter(
        hall_id=notice.hall_id,
        year=notice.year,
        kind=notice.kind,
        serial=notice.serial,
        version__gt=notice.version,
    )
    if newer.exists():
        raise RuleBroken(_("This paper was replaced: the newest version is signed."))
    return notice


def _must_be_printed(notice: Notice) -> None:
    """Refuse a signature by hand under what was never on paper."""
    if not PaperPrint.objects.filter(notice=notice).exists():
        raise RuleBroken(
            _("Print the paper first: nothing can be signed by hand before."),
            field="how",
        )


def _paper_facts(notice: Notice) -> dict[str, object]:
    """Name a paper in an event that does not issue it."""
    return {
        "id": notice.pk,
        "kind": str(notice.kind),
        "year": notice.year,
        "serial": notice.serial,
        "version": notice.version,
    }


# Scans ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file that lies there encrypted, while its act is not done yet."""

    name: str
    media_type: str
    size: int
    digest: str
    fingerprint: str


def _kept_file(case_id: int, scan: bytes | None) -> _Kept | None:
    """Judge, encrypt and write a scan, before anything waits for it in the database."""
    if scan is None:
        return None
    media_type = scans.media_type_of(scan)
    if media_type is None or len(scan) > MOST_BYTES:
        sentence = _("This is no PDF, JPEG or PNG.")
        if len(scan) > MOST_BYTES:
            sentence = _("The scan is larger than 10 MB.")
        elif scans.looks_known(scan):
            sentence = _("This file cannot be opened: scan the paper once more.")
        raise RuleBroken(sentence, field="scan")
    name = scans.new_name()
    words = Words.objects.get(case_id=case_id)
    sealed = vault.seal_bytes(
        words.data_key, vault.words_row(case_id), f"scan {name}", scan
    )
    scans.keep(name, sealed)
    return _Kept(
        name=name,
        media_type=media_type,
        size=len(scan),
        digest=scans.digest_of(sealed),
        fingerprint=hashlib.sha256(scan).hexdigest(),
    )


def _drop(kept: _Kept | None) -> None:
    if kept is not None:
        scans.drop(kept.name)


def _scan_row(
    case: Case, notice: Notice, kept: _Kept, *, by: Clerk, at: dt.datetime
) -> Scan:
    return Scan.objects.create(
        case=case,
        notice=notice,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        digest=kept.digest,
        by=by,
        at=at,
    )


def _scan_facts(scan: Scan) -> dict[str, object]:
    return {
        "id": scan.pk,
        "name": scan.name,
        "type": scan.media_type,
        "size": scan.size,
        "digest": scan.digest,
    }


# Opening ----------------------------------------------------------------------------


@transaction.atomic(durable=True)
def open_signatures(
    case: Case, paper_id: int, *, by: Clerk, at: dt.datetime
) -> dict[str, str]:
    """Return what was drawn on a paper, by party; on purpose and on record."""
    notice = Notice.objects.get(pk=paper_id, case=case)
    _opened(notice, OpenedWhat.SIGNATURE, by=by, at=at)
    return drawings(notice)


def drawings(notice: Notice) -> dict[str, str]:
    """Open what was drawn on a paper, for a caller that has it on record."""
    rows = list(Signature.objects.filter(notice=notice, sealed__isnull=False))
    if not rows:
        return {}
    words = Words.objects.get(case_id=notice.case_id)
    return {
        row.party: vault.open_(
            words.data_key,
            vault.words_row(notice.case_id),
            signature_field(notice.pk, row.party),
            row.sealed or b"",
        )
        for row in rows
    }


@transaction.atomic(durable=True)
def open_scan(
    case: Case, paper_id: int, scan_id: int, *, by: Clerk, at: dt.datetime
) -> Opened:
    """Return a scan in clear, on purpose and on record.

    Raises RuleBroken if its file is missing or altered: then nothing was opened.
    """
    notice = Notice.objects.get(pk=paper_id, case=case)
    scan = Scan.objects.filter(pk=scan_id, notice=notice).first()
    if scan is None:
        raise RuleBroken(_("There is no such scan under this paper."))
    try:
        sealed = scans.read(scan.name, scan.digest)
    except scans.ScanLostError:
        raise RuleBroken(
            _(
                "The file of this scan is missing or was altered. The record of it "
                "stands: tell the administrators, and scan the paper once more."
            )
        ) from None
    _opened(notice, OpenedWhat.SCAN, by=by, at=at)
    words = Words.objects.get(case=case)
    content = vault.open_bytes(
        words.data_key, vault.words_row(case.pk), f"scan {scan.name}", sealed
    )
    number = paper_number(notice.kind, notice.year, notice.serial)
    ending = scans.ENDINGS[scan.media_type]
    return Opened(
        content, scan.media_type, f"{number}-v{notice.version}-{scan.pk}.{ending}"
    )


def _opened(notice: Notice, what: OpenedWhat, *, by: Clerk, at: dt.datetime) -> None:
    OpenedRecord.objects.create(
        case_id=notice.case_id,
        hall_id=notice.hall_id,
        what=what,
        by=by,
        at=at,
        reason=paper_number(notice.kind, notice.year, notice.serial),
    )
