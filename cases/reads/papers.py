"""A paper as it is shown and printed, and whether one is genuine (rules.md 5)."""

import datetime as dt
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst

from cases.models import Case, CaseEvent, Delivery, Notice, Scan, Signature
from cases.models.deliveries import DeliveryState
from cases.models.notices import NoticeKind, paper_name
from cases.models.signatures import SIGNED_FOR, Party, SignedHow
from cases.numbers import HALF_WIDTH, paper_number, parse_paper
from cases.reads.case.parts import person_of
from cases.scans import ENDINGS
from windows import limits
from windows.papers import seal_of
from windows.pictures import Picture

CODE = 16
"""Hex digits of the hash of its event that stand on a paper (evidence 4)."""

TRIES_PER_PAPER = 10
"""Codes tried for one number in an hour, whatever the address."""

TRIES_PER_ADDRESS = 60
"""Tries from one address in ten minutes; a hall's whole public shares one."""

SMALL = frozenset(
    {
        NoticeKind.RECEIPT,
        NoticeKind.ACCEPTANCE,
        NoticeKind.HAND_OVER,
        NoticeKind.GUIDE,
        NoticeKind.STOP,
    }
)
"""Papers for half a sheet (A5), unless asked otherwise."""

ALSO_ENGLISH = frozenset({"en", "other"})
"""Languages of a person for whom the paper has an English sheet too."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature under a paper; `path` is what was drawn, if it was opened."""

    label: str
    at: dt.datetime
    is_drawn: bool
    copies: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scan under a paper, not opened."""

    id: int
    ending: str
    size: int
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that stands on one paper; `ordinal` is 0 for a look on the screen.

    The name, agent and telephone are masked but on a printed sheet, where `words` is
    the matter as the person put it.
    """

    id: int
    kind: str
    label: str
    number: str
    version: int
    newest: int
    correction: str
    is_second: bool
    issued_at: dt.datetime
    content: Mapping[str, Any]
    case: str
    proof: str
    prints: int
    name: str = ""
    agent: str = ""
    telephone: str = ""
    words: str = ""
    ordinal: int = 0
    is_sample: bool = False
    signed: Mapping[str, Signed] = field(default_factory=dict)
    scans: tuple[Scanned, ...] = ()
    came_back: bool = False

    @property
    def is_signed_for(self) -> bool:
        """Whether this kind is signed, and this version is the one to sign."""
        return self.kind in SIGNED_FOR and not self.is_replaced

    @property
    def to_sign(self) -> list[str]:
        """The parties whose signature this paper still waits for."""
        if not self.is_signed_for:
            return []
        return [str(party) for party in Party if party not in self.signed]

    def with_drawings(self, drawings: Mapping[str, str]) -> Mapping[str, Signed]:
        """Return the signatures with what was drawn, as it was opened just now."""
        return {
            party: replace(one, path=drawings.get(party, ""))
            for party, one in self.signed.items()
        }

    @property
    def title(self) -> str:
        """The name of this paper as it stands over it, in the language of the sheet."""
        return capfirst(paper_name(self.kind, is_second=self.is_second))

    @property
    def template(self) -> str:
        """The template of this kind of paper, one for screen, print and PDF."""
        return f"papers/{self.kind}.html"

    @property
    def code(self) -> str:
        """The code of its event in four groups, as it is read aloud."""
        return " ".join(self.proof[at : at + 4] for at in range(0, CODE, 4))

    @property
    def is_replaced(self) -> bool:
        """Whether a newer version was issued."""
        return self.version < self.newest


def seal_on(sheet: Sheet, hall_id: int | None) -> Picture | None:
    """Return the seal that a paper was issued with, if it was with one."""
    digest = sheet.content.get("seal")
    return seal_of(hall_id, digest) if digest else None


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A paper with what its page needs around it."""

    sheet: Sheet
    case_number: int
    hall_id: int
    issuer_id: int
    state: str
    holder_id: int
    seen: int
    is_small: bool
    is_english_too: bool


def paper_page(visible: QuerySet[Case], number: int, paper_id: int) -> PaperPage | None:
    """Return a paper of a case out of those the viewer may see, or None."""
    case = visible.filter(pk=number).select_related("applicant").first()
    if case is None:
        return None
    notice = Notice.objects.filter(pk=paper_id, case=case).first()
    if notice is None:
        return None
    person = person_of(case)
    sheet = Sheet(
        id=notice.pk,
        kind=notice.kind,
        label=paper_name(notice.kind, is_second=notice.is_second),
        number=paper_number(notice.kind, notice.year, notice.serial),
        version=notice.version,
        newest=_newest(notice),
        correction=notice.correction,
        is_second=notice.is_second,
        issued_at=timezone.localtime(notice.issued_at),
        content=_with_times(notice.content),
        case=case.number,
        proof=_proof(notice),
        prints=notice.prints.count(),
        name=person.name if person else "",
        agent=person.agent_name if person else "",
        telephone=person.telephone if person else "",
        signed=_signed(notice),
        scans=_scans(notice),
        came_back=_came_back(notice),
    )
    return PaperPage(
        sheet=sheet,
        case_number=case.pk,
        hall_id=notice.hall_id,
        issuer_id=notice.issued_by_id,
        state=case.state,
        holder_id=case.holder_id,
        seen=case.head_seq,
        is_small=notice.kind in SMALL,
        is_english_too=case.language in ALSO_ENGLISH,
    )


def _signed(notice: Notice) -> dict[str, Signed]:
    """Return the signatures under a paper, by party, unopened."""
    if notice.kind not in SIGNED_FOR:
        return {}
    return {
        row.party: Signed(
            label=str(Party(row.party).label),
            at=timezone.localtime(row.at),
            is_drawn=row.way == SignedHow.SCREEN,
            copies=row.copies,
        )
        for row in Signature.objects.filter(notice=notice).defer("sealed")
    }


def _scans(notice: Notice) -> tuple[Scanned, ...]:
    """Return the scans under a paper, unopened."""
    if notice.kind not in SIGNED_FOR:
        return ()
    rows = Scan.objects.filter(notice=notice).select_related("by")
    return tuple(
        Scanned(
            id=row.pk,
            ending=ENDINGS[row.media_type].upper(),
            size=row.size,
            by=row.by.name,
            at=timezone.localtime(row.at),
        )
        for row in rows
    )


def _came_back(notice: Notice) -> bool:
    """Whether this is the proof of a delivery whose post came back (R1.23)."""
    if notice.kind != NoticeKind.DELIVERY:
        return False
    tried = Delivery.objects.filter(
        pk=notice.content["delivery"]["id"], case_id=notice.case_id
    )
    return tried.filter(state=DeliveryState.FAILED).exists()


def _newest(notice: Notice) -> int:
    """Return the newest version under the number of a paper."""
    same = Notice.objects.filter(
        hall_id=notice.hall_id,
        year=notice.year,
        kind=notice.kind,
        serial=notice.serial,
    )
    return same.order_by("-version").values_list("version", flat=True)[0]


def _proof(notice: Notice) -> str:
    """Return the hash of the event that issued a paper, in hex."""
    events = CaseEvent.objects.filter(case_id=notice.case_id, at=notice.issued_at)
    for body, digest in events.values_list("body", "hash"):
        if notice.pk in _named_in(body):
            return bytes(digest).hex()
    return ""


def _named_in(body: str) -> list[int]:
    """Return the ids of the papers that an event names."""
    facts = json.loads(body)
    found = [facts.get(name) for name in ("notice", "omission", "table")]
    return [notice["id"] for notice in found if notice]


_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*")


def _with_times(value: Any) -> Any:
    """Give back days and moments, which JSON keeps as text, as what they are."""
    if isinstance(value, dict):
        return {name: _with_times(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_with_times(part) for part in value]
    if isinstance(value, str) and _DAY.fullmatch(value):
        return dt.date.fromisoformat(value)
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return dt.datetime.fromisoformat(value)
    return value


# Is it genuine? ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Genuine:
    """What the public is told of a paper: nothing about the person or the matter."""

    label: str
    number: str
    version: int
    newest: int
    hall: str
    issued_on: dt.date
    prints: int
    came_back: bool

    @property
    def is_replaced(self) -> bool:
        """Whether a newer version was issued."""
        return self.version < self.newest


def check_paper(
    number: str, code: str, *, address: str, at: dt.datetime
) -> tuple[Genuine | None, bool]:
    """Tell whether number and code of a paper belong together, and if a limit was met.

    A wrong number, a wrong code and too many tries give the same answer after the same
    work: the counts, one look for the papers, one for their events (check 47). `code`
    is the 16 digits in print or the 64 of the square code.
    """
    found = parse_paper(number)
    key = limits.key_of("paper number", within=str(found))
    tries = limits.count(key, seconds=3600, at=at)
    from_here = limits.count(
        limits.key_of("paper address", within=address), seconds=600, at=at
    )
    limited = tries > TRIES_PER_PAPER or from_here > TRIES_PER_ADDRESS
    kind, year, serial = found or ("", 0, 0)
    papers = list(
        Notice.objects.filter(kind=kind, year=year, serial=serial)
        .select_related("hall")
        .order_by("-version")
    )
    typed = _typed_code(code)
    right = None
    for paper, proof in _proofs(papers):
        fits = hmac.compare_digest(proof[: len(typed)], typed)
        if fits and len(typed) in (CODE, 64) and not limited:
            right = paper
    if right is None:
        return None, limited
    limits.forget_one(key)
    return _genuine(right, papers), False


def _proofs(papers: list[Notice]) -> list[tuple[Notice, str]]:
    """Pair papers with the hashes of their events, in one statement for all."""
    events = CaseEvent.objects.filter(
        case_id__in=[paper.case_id for paper in papers] or [0],
        at__in=[paper.issued_at for paper in papers] or [timezone.now()],
    )
    proofs = {
        paper: bytes(digest).hex()
        for body, digest in events.values_list("body", "hash")
        for paper in _named_in(body)
    }
    return [(paper, proofs[paper.pk]) for paper in papers if paper.pk in proofs]


def _typed_code(code: str) -> str:
    """Return the hex digits of what was typed; spaces and dashes do not matter."""
    plain = re.sub(r"[\s-]+", "", code[:200].translate(HALF_WIDTH)).lower()
    return plain if re.fullmatch(r"[0-9a-f]+", plain) else ""


def _genuine(paper: Notice, papers: list[Notice]) -> Genuine:
    versions = [one.version for one in papers if one.hall_id == paper.hall_id]
    return Genuine(
        label=paper_name(paper.kind, is_second=paper.is_second),
        number=paper_number(paper.kind, paper.year, paper.serial),
        version=paper.version,
        newest=max(versions),
        hall=paper.hall.name,
        issued_on=timezone.localdate(paper.issued_at),
        prints=paper.prints.count(),
        came_back=_came_back(paper),
    )
