"""Opening a case, choosing its item, naming the applicant, renewing the code."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from cases import vault
from cases.evidence import GENESIS
from cases.identity import InvalidIdentity, normalise_identity
from cases.lifecycle import IN_WORK, OPEN, RuleBroken, SpanBasis, State
from cases.models import Applicant, Assignment, Case, NameCorrection, Words
from cases.models.case import DeadlineKind
from cases.models.notices import NoticeKind
from cases.numbers import case_number, hash_code, new_code
from cases.reads.progress import progress_key
from windows import limits
from windows.calendars import current_calendar
from windows.models import Clerk, ServiceItem
from windows.models.items import ItemState
from windows.roles import COUNTER

from ._steps import (
    _,
    count_days,
    deadline_row,
    local_date,
    locked_case,
    must_hold,
    must_not_be_offered,
    must_supervise,
    next_ids,
    once,
    person,
    place,
    record,
    seat_window,
    state_of,
)
from .stamp import Form
from .texts import real_reason, real_words


@dataclass(frozen=True, slots=True)
class Person:
    """Who applies, as checked and normalised by the form; every part may be empty."""

    kind: str = "person"
    name: str = ""
    identity_kind: str = ""
    identity: str = ""
    telephone: str = ""
    agent_name: str = ""
    agent_identity_kind: str = ""
    agent_identity: str = ""
    agent_telephone: str = ""

    def __bool__(self) -> bool:
        return bool(
            self.name
            or self.identity
            or self.telephone
            or self.agent_name
            or self.agent_identity
            or self.agent_telephone
        )

    @property
    def has_contact(self) -> bool:
        """Whether somebody can be called back."""
        return bool(self.telephone or self.agent_telephone)


@dataclass(frozen=True, slots=True)
class Opened:
    """A new case, and the look-up code in clear: shown once, kept nowhere."""

    case: Case
    code: str


@dataclass(frozen=True, slots=True)
class Request:
    """What the clerk took down: the words of the person, and how the person came."""

    words: str
    channel: str = "counter"
    item_id: int | None = None
    language: str = ""
    care: Sequence[str] = field(default_factory=tuple)
    person: Person = field(default_factory=Person)


@transaction.atomic(durable=True)
def open_case(
    request: Request, *, by: Clerk, at: dt.datetime, form: Form | None = None
) -> Opened:
    """Open a case at the desk of the first clerk asked (R3.01, R3.06).

    From now on this clerk answers for it. Nothing personal is needed: a question alone
    is a case (R3.40 asks for no more than the matter). Raises RuleBroken without words,
    away from a window, or for an item that cannot be picked.
    """
    window = seat_window(by)
    if by.role not in COUNTER or by.hall is None:
        raise RuleBroken(_("Only staff at a window take requests."))
    if window is None:
        raise RuleBroken(_("Choose the window where you sit first."))
    if not request.words.strip():
        raise RuleBroken(_("Write down what the person said."), field="words")
    item = _pickable(request.item_id)
    hall = by.hall
    today = local_date(at)
    calendar = current_calendar(hall.region)
    computed = count_days(calendar, today, hall.acceptance_days)
    sequence, span_id = next_ids("cases_case_seq", "cases_span_seq")
    number = case_number(today.year, sequence)
    once(form, by=by, at=at, case_id=number)
    code = new_code()
    someone = request.person
    department_id = item.department_id if item else window.department_id
    case = Case(
        id=number,
        hall=hall,
        channel=request.channel,
        language=request.language,
        item=item,
        department_id=department_id,
        state=State.ASKED,
        opened_at=at,
        first_responder=by,
        first_window=window,
        current_span=span_id,
        holder=by,
        window=window,
        due_on=computed.due,
        has_contact=someone.has_contact,
        code_hash=hash_code(code),
        salt=vault.new_salt(),
        changed_at=at,
        head_hash=GENESIS,
    )
    case.save(force_insert=True)
    _words(case, request).save(force_insert=True)
    if someone:
        applicant = _applicant(case, someone)
        _agent_must_be_known(applicant, someone)
        applicant.save(force_insert=True)
    Assignment(
        id=span_id,
        case=case,
        ordinal=1,
        clerk=by,
        window=window,
        since=at,
        basis=SpanBasis.FIRST,
    ).save(force_insert=True)
    deadline_row(case, DeadlineKind.WAY, computed, rule="R1.07", at=at).save(
        force_insert=True
    )
    record(
        case,
        "opened",
        by=by,
        at=at,
        facts={
            "channel": request.channel,
            "item": _item_facts(item),
            "contact": case.has_contact,
            "span": {
                "id": span_id,
                "ordinal": 1,
                "clerk": person(by),
                "window": place(window),
                "basis": str(SpanBasis.FIRST),
            },
        },
        told={"words": request.words},
    )
    return Opened(case, code)


@transaction.atomic(durable=True)
def choose_item(
    case_id: int,
    item_id: int,
    *,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Case:
    """Say which service item the matter is, before papers came or a way was taken.

    Not while the case is offered: the receiver takes over what was offered, and nothing
    else (R3.41).
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    must_not_be_offered(case)
    is_begun = case.received_on is not None or case.materials.exists()
    if State(case.state) is not State.ASKED or is_begun:
        raise RuleBroken(
            _("The item can be changed only before a way forward was taken."),
            field="item",
        )
    item = _pickable(item_id)
    if item is None:
        raise RuleBroken(_("Choose an item from the list."), field="item")
    if item.pk == case.item_id:
        raise RuleBroken(_("This is the item already."), field="item")
    case.item = item
    case.department_id = item.department_id
    case.save(update_fields=["item", "department"])
    record(case, "item_chosen", by=by, at=at, facts={"item": _item_facts(item)})
    return case


@transaction.atomic(durable=True)
def name_applicant(
    case_id: int,
    someone: Person,
    *,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Case:
    """Add who applies to a case that began as a mere question (R1.09, R3.40).

    Once, and only before the answer; where a telephone alone was left, the name is
    added to it. What is on record stays as it is. Whoever leaves a telephone is called
    back.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    if state_of(case) not in IN_WORK:
        raise RuleBroken(_("The applicant can be named only before the answer."))
    known = Applicant.objects.filter(case=case).first()
    if known is not None and known.name_sealed is not None:
        raise RuleBroken(_("The applicant is named already."))
    if not someone.name.strip():
        raise RuleBroken(_("Write down the name of the applicant."), field="name")
    applicant = known or _applicant(case, someone)
    if known is not None:
        _complete(known, case, someone)
    _agent_must_be_known(applicant, someone)
    applicant.save(force_insert=known is None)
    case.has_contact = case.has_contact or someone.has_contact
    case.save(update_fields=["has_contact"])
    record(
        case,
        "applicant_named",
        by=by,
        at=at,
        facts={"contact": case.has_contact, "applicant_kind": someone.kind},
    )
    return case


@transaction.atomic(durable=True)
def correct_name(
    case_id: int,
    *,
    name: str,
    identity: str,
    reason: str,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Case:
    """Write the applicant's mistyped name right, on record (R1.09).

    `identity` is the number of the same paper once more: nobody becomes somebody else.
    Where no paper was written down, only until something was accepted; after that a
    supervisor corrects it. The name of before is kept, sealed.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    is_accepted = (
        case.deemed_on(local_date(at)) is not None
        or case.notices.filter(kind=NoticeKind.ACCEPTANCE).exists()
    )
    if is_accepted:
        must_supervise(case, by)
    else:
        must_hold(case, by)
    if state_of(case) not in OPEN:
        raise RuleBroken(_("The case is closed: nobody needs to answer for it."))
    known = Applicant.objects.filter(case=case, name_sealed__isnull=False).first()
    if known is None or known.name_sealed is None:
        raise RuleBroken(_("Nobody is named yet: name the applicant."))
    row, key = vault.applicant_row(case.pk), bytes(known.data_key)
    _must_be_the_same_paper(known, row, identity, at=at, is_accepted=is_accepted)
    real_words(name, "name")
    real_reason(reason)
    if name == vault.open_(key, row, "name", known.name_sealed):
        raise RuleBroken(_("This is the name on record."), field="name")
    sealed = vault.seal(key, row, "name", name)
    correction = NameCorrection.objects.create(
        case=case,
        was_sealed=bytes(known.name_sealed),
        digest=hashlib.sha256(sealed).digest(),
        reason=reason,
        by=by,
        at=at,
    )
    known.name_sealed = sealed
    known.save(update_fields=["name_sealed"])
    record(
        case,
        "name_corrected",
        by=by,
        at=at,
        # The sealed name: one of a few thousand names is guessed by trying them all.
        facts={"correction": correction.pk, "digest": correction.digest.hex()},
        told={"reason": reason},
    )
    return case


def _must_be_the_same_paper(
    known: Applicant, row: str, typed: str, *, at: dt.datetime, is_accepted: bool
) -> None:
    """Refuse another identity paper than the one on record, or none once accepted."""
    if known.identity_sealed is None:
        if is_accepted:
            raise RuleBroken(
                _("No identity paper is on record, so the name stays as accepted."),
                rule="R1.09",
            )
        return
    kept = vault.open_(known.data_key, row, "identity", known.identity_sealed)
    try:
        paper = normalise_identity(known.identity_kind, typed, today=local_date(at))
    except InvalidIdentity:
        paper = ""
    if paper != kept:
        raise RuleBroken(
            _("This is not the paper on record: a name is corrected for the same one."),
            field="identity",
            rule="R1.09",
        )


@transaction.atomic(durable=True)
def renew_code(
    case_id: int, *, by: Clerk, at: dt.datetime, form: Form | None = None
) -> Opened:
    """Give the citizen a new look-up code; the old one stops working at once."""
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    code = new_code()
    case.code_hash = hash_code(code)
    case.save(update_fields=["code_hash"])
    # Who guessed the old code has no say in how often the new one may be typed.
    limits.forget_one(progress_key(case.pk))
    record(case, "code_renewed", by=by, at=at)
    return Opened(case, code)


def _pickable(item_id: int | None) -> ServiceItem | None:
    if item_id is None:
        return None
    item = ServiceItem.objects.filter(pk=item_id, state=ItemState.PUBLISHED).first()
    if item is None:
        raise RuleBroken(
            _("This item is not in the catalogue any more: choose another."),
            field="item",
        )
    return item


def _item_facts(item: ServiceItem | None) -> dict[str, object] | None:
    if item is None:
        return None
    return {"id": item.pk, "code": item.code, "name": item.name}


def _words(case: Case, request: Request) -> Words:
    row = vault.words_row(case.pk)
    key = vault.new_data_key(row)
    care = ",".join(request.care)
    return Words(
        case=case,
        data_key=key,
        words_sealed=vault.seal(key, row, "words", request.words),
        care_sealed=vault.seal(key, row, "care", care) if care else None,
        tokens=vault.word_tokens(request.words),
    )


def _applicant(case: Case, someone: Person, key: bytes = b"") -> Applicant:
    """Return the applicant of a case, unsaved, sealed with a new key or with `key`."""
    row = vault.applicant_row(case.pk)
    key = key or vault.new_data_key(row)

    def sealed(name: str, text: str) -> bytes | None:
        return vault.seal(key, row, name, text) if text else None

    identity, telephone = someone.identity, someone.telephone
    return Applicant(
        case=case,
        kind=someone.kind,
        data_key=key,
        name_sealed=sealed("name", someone.name),
        identity_kind=someone.identity_kind if identity else "",
        identity_sealed=sealed("identity", identity),
        identity_index=vault.blind("identity", identity) if identity else None,
        telephone_sealed=sealed("telephone", telephone),
        telephone_index=vault.blind("telephone", telephone) if telephone else None,
        agent_name_sealed=sealed("agent_name", someone.agent_name),
        agent_identity_kind=someone.agent_identity_kind
        if someone.agent_identity
        else "",
        agent_identity_sealed=sealed("agent_identity", someone.agent_identity),
        agent_telephone_sealed=sealed("agent_telephone", someone.agent_telephone),
    )


_PARTS = {
    "name": ("kind", "name_sealed"),
    "identity": ("identity_kind", "identity_sealed", "identity_index"),
    "telephone": ("telephone_sealed", "telephone_index"),
    "agent_name": ("agent_name_sealed",),
    "agent_identity": ("agent_identity_kind", "agent_identity_sealed"),
    "agent_telephone": ("agent_telephone_sealed",),
}
"""What may be said of an applicant, and the columns that keep it.

Whether it is a person or an organisation is said with the name.
"""


def _agent_must_be_known(applicant: Applicant, someone: Person) -> None:
    """Refuse an agent without name or paper: who acts for another shows it (R1.03)."""
    if someone.agent_identity and someone.agent_identity == someone.identity:
        raise RuleBroken(
            _("This is the applicant's own paper: write down the agent's."),
            field="agent_identity",
            rule="R1.03",
        )
    has_name = applicant.agent_name_sealed is not None
    has_paper = applicant.agent_identity_sealed is not None
    if not has_name and (has_paper or applicant.agent_telephone_sealed is not None):
        raise RuleBroken(
            _("Write down the agent's name too."), field="agent_name", rule="R1.03"
        )
    if has_name and not has_paper:
        raise RuleBroken(
            _("Whoever acts for another shows a paper: write down its number."),
            field="agent_identity",
            rule="R1.03",
        )


def _complete(known: Applicant, case: Case, someone: Person) -> None:
    """Add what is not on record yet; never another thing than what is there."""
    row, key = vault.applicant_row(case.pk), bytes(known.data_key)
    typed = _applicant(case, someone, key)
    for part, columns in _PARTS.items():
        sealed, text = getattr(known, f"{part}_sealed"), getattr(someone, part)
        if sealed is None:
            for column in columns:
                setattr(known, column, getattr(typed, column))
        elif text and text != vault.open_(key, row, part, sealed):
            raise RuleBroken(
                _("This is on record already and stays as it is: leave it empty."),
                field=part,
            )
