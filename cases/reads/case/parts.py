"""The parts of the page: who, what was said, asked for, told and done.

Texts and personal fields are opened here, and leave masked unless the reader is meant
to see them.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases import identity, vault
from cases.care import CARE, LANGUAGES
from cases.lifecycle import (
    ARRIVAL_NAMES,
    IF_LATE,
    METHOD_NAMES,
    OPEN,
    PROOF_NAMES,
    RECEIVER_NAMES,
)
from cases.models import Case, CaseEvent
from cases.models.answers import AnswerKindChoices, FilingState, FollowUpOutcome
from cases.models.case import StateChoices
from cases.models.deliveries import DeliveryState
from cases.models.notices import NoticeKind, paper_name
from cases.models.outside import DirectionState, RaiseGround
from cases.models.responsibility import Escort, ReferralState
from cases.numbers import format_number, paper_number
from cases.reads.sentences import sentence
from windows.models import Clerk, Posting, ServiceItem
from windows.models.items import MaterialForm
from windows.roles import COUNTER, Role

from .casefile import CaseFile, Row, day_of, time_of
from .shown import (
    Call,
    Delivered,
    Direction,
    Filing,
    Green,
    Holder,
    Issued,
    Item,
    Late,
    Line,
    Offer,
    Paper,
    Person,
    Raise,
    Same,
    Text,
    Told,
)

MOST_SAME = 5
"""Other open cases of the same person that are named; further ones are counted."""


def item_of(case: Case, item: ServiceItem | None, *, with_items: bool) -> Item | None:
    """Return the service item, if it was found; a life event perhaps `with_items`.

    `item` is what was applied for.
    """
    if case.item is None or item is None:
        return None
    department = case.item.department
    held = item.members if with_items and item.is_bundle else ()
    return Item(
        id=case.item.pk,
        code=case.item.code,
        name=case.item.local_name,
        basis=case.item.basis,
        department_id=department.pk,
        department=department.local_name,
        is_outside=not department.in_hall,
        bundled=tuple(
            (row.member.local_name, row.member.department.local_name) for row in held
        ),
    )


def open_words(case: Case, name: str) -> str:
    """Return what was said ("words") or the needs of care ("care"), opened."""
    words = getattr(case, "words", None)
    sealed = getattr(words, f"{name}_sealed", None)
    if words is None or sealed is None:
        return ""
    return vault.open_(words.data_key, vault.words_row(case.pk), name, sealed)


def language_of(code: str) -> str:
    """Return the name of the language in which the person is served best."""
    return gettext(LANGUAGES.get(code, code)) if code else ""


def care_of(case: Case) -> tuple[str, ...]:
    """Return the needs of care in words."""
    codes = filter(None, open_words(case, "care").split(","))
    return tuple(gettext(CARE.get(code, code)) for code in codes)


def person_of(case: Case) -> Person | None:
    """Return the applicant with every field masked."""
    row = getattr(case, "applicant", None)
    if row is None:
        return None

    def masked(name: str, mask: Any) -> str:
        sealed = getattr(row, f"{name}_sealed")
        if sealed is None:
            return ""
        text = vault.open_(row.data_key, vault.applicant_row(case.pk), name, sealed)
        return str(mask(text))

    return Person(
        kind=row.get_kind_display(),
        name=masked("name", identity.mask_name),
        identity=masked("identity", identity.mask_identity),
        telephone=masked("telephone", identity.mask_phone),
        agent_name=masked("agent_name", identity.mask_name),
        agent_telephone=masked("agent_telephone", identity.mask_phone),
    )


def same_person(visible: QuerySet[Case], case: Case) -> tuple[tuple[Same, ...], int]:
    """Find other open cases of the same paper or telephone by their blind index.

    Only among those the viewer may see; a warning, never a merge (check 57).
    """
    applicant = getattr(case, "applicant", None)
    if applicant is None:
        return (), 0
    match = Q()
    if applicant.identity_index is not None:
        match |= Q(applicant__identity_index=applicant.identity_index)
    if applicant.telephone_index is not None:
        match |= Q(applicant__telephone_index=applicant.telephone_index)
    if not match:
        return (), 0
    rows = list(
        visible.filter(match, state__in=OPEN)
        .exclude(pk=case.pk)
        .order_by("-opened_at", "-pk")
        .values_list("pk", "state")[: MOST_SAME + 1]
    )
    found = tuple(
        Same(pk, format_number(pk), str(StateChoices(state).label))
        for pk, state in rows[:MOST_SAME]
    )
    return found, len(rows)


def holder_of(case: Case, file: CaseFile) -> Holder:
    """Return who answers for it, since when, and how it came to them."""
    span = file.spans[-1]
    since = time_of(span["since"])
    return Holder(
        id=case.holder_id,
        name=case.holder.name,
        staff_number=case.holder.staff_number,
        title=case.holder.title,
        telephone=case.holder.telephone or case.window.telephone,
        window_id=case.window_id,
        window=str(case.window),
        since=timezone.localtime(since),
        reason=_came_to(file.spans),
        is_first=len(file.spans) == 1,
    )


def _came_to(spans: Sequence[Row]) -> str:
    """Say how the case came to the person who has it."""
    if len(spans) == 1:
        return ""
    before = spans[-2]
    named = {"name": before["clerk__name"], "window": before["window__number"]}
    sentences = {
        "referral": _("Taken over from %(name)s (window %(window)s)."),
        "reopening": _("Named by the supervisor when the case was reopened."),
        "substitution": _("Named by the supervisor instead of %(name)s."),
    }
    return str(sentences.get(spans[-1]["basis"], "")) % named


def pending_offer(
    case: Case, file: CaseFile, viewer: Clerk, today: dt.date
) -> Offer | None:
    """Return the hand-off that waits for an answer, and what the viewer may do."""
    pending = ReferralState.PENDING
    row = next((one for one in file.referrals if one["state"] == pending), None)
    if row is None:
        return None
    works = viewer.role in COUNTER
    may_answer = works and (
        row["to_clerk_id"] == viewer.pk or _stands_in(row, viewer, today)
    )
    may_take_back = (
        viewer.pk in (case.holder_id, row["offered_by_id"])
        or viewer.role == Role.SUPERVISOR
    )
    until = time_of(row["expires_at"])
    return Offer(
        id=row["id"],
        name=row["to_clerk__name"],
        window_id=row["to_window_id"],
        window=f"{row['to_window__number']} {row['to_window__name']}",
        offered_by=row["offered_by__name"],
        reason=row["reason"],
        escort=str(Escort(row["escort"]).label),
        at=time_of(row["offered_at"]),
        until=until,
        ran_out=until <= timezone.now(),
        may_answer=may_answer,
        may_take_back=works and may_take_back,
    )


def _stands_in(offer: Row, viewer: Clerk, today: dt.date) -> bool:
    """Tell whether the viewer is posted at the window to which a case is offered."""
    if offer["from_clerk_id"] == viewer.pk:
        return False
    posts = Posting.objects.on(today).filter(window_id=offer["to_window_id"])
    return posts.filter(clerk_id=viewer.pk).exists()


def papers_of(item: ServiceItem | None, file: CaseFile) -> tuple[Paper, ...]:
    """Return the papers kept with the case, else those the item asks for today."""
    if file.materials:
        return tuple(
            Paper(
                position=row["position"],
                name=row["name"],
                standard=row["standard"],
                how_to_get=row["how_to_get"],
                sample=row["sample"],
                is_required=row["is_required"],
                may_follow=row["may_follow"],
                follow_by=day_of(row["follow_by"]) if row["follow_by"] else None,
                is_here=row["received_at"] is not None,
                form=_form_of(row["form"], row["copies"]),
                serves=tuple(row["serves"]),
            )
            for row in file.materials
        )
    if item is None:
        return ()
    return tuple(
        Paper(
            position=position,
            name=material.name,
            standard=material.standard,
            how_to_get=material.how_to_get,
            sample=material.sample,
            is_required=material.is_required,
            may_follow=material.may_follow,
            follow_by=None,
            is_here=False,
            form=_form_of(material.form, material.copies),
            serves=material.serves,
        )
        for position, material in enumerate(item.papers(), start=1)
    )


_TOLD_OF_A_PAPER = ("name", "standard", "how_to_get", "sample")

_TOLD_ELSEWHERE = frozenset(
    {
        NoticeKind.EXTENSION,
        NoticeKind.STOP,
        NoticeKind.HAND_OVER,
        NoticeKind.GUIDE,
        NoticeKind.NOT_ACCEPTED,
        NoticeKind.REFUSAL,
        NoticeKind.FILING,
        NoticeKind.REPLY_CARD,
        NoticeKind.DELIVERY,
        NoticeKind.JOINT,
    }
)
"""Papers of acts that have a part of their own on the page."""


def issued_of(file: CaseFile) -> tuple[Issued, ...]:
    """Return every paper that was issued, newest first."""
    newest: dict[tuple[str, int, int], int] = {}
    for row in file.notices:
        newest[row["kind"], row["year"], row["serial"]] = row["version"]
    return tuple(
        Issued(
            id=row["id"],
            label=paper_name(row["kind"], is_second=row["is_second"]),
            number=paper_number(row["kind"], row["year"], row["serial"]),
            version=row["version"],
            at=time_of(row["issued_at"]),
            is_replaced=row["version"]
            < newest[row["kind"], row["year"], row["serial"]],
        )
        for row in reversed(file.notices)
    )


def told(file: CaseFile, case: Case) -> tuple[Told, ...]:
    """Return everything the applicant was told, newest first.

    A date that was told and has moved since says so beside it.
    """
    notices = [
        row
        for row in file.notices
        if row["kind"] not in _TOLD_ELSEWHERE and row["version"] == 1
    ]
    slips = [row["id"] for row in notices if row["kind"] == NoticeKind.ACCEPTANCE]
    now = {}
    if slips and case.state in OPEN:
        now[max(slips)] = {
            "promised": case.promised_due,
            "statutory": case.statutory_due,
        }
    told = [
        *map(_answer, file.answers),
        *(_notice(row, now.get(row["id"], {})) for row in notices),
    ]
    return tuple(sorted(told, key=lambda one: one.at, reverse=True))


def _parts(row: Row, *names: tuple[str, Text]) -> tuple[tuple[Text, str], ...]:
    return tuple((label, row[name]) for name, label in names if row[name])


def _answer(row: Row) -> Told:
    return Told(
        kind=row["kind"],
        label=str(AnswerKindChoices(row["kind"]).label),
        by=row["by__name"],
        at=time_of(row["at"]),
        text=row["text"],
        parts=_parts(
            row,
            ("next_step", _("Next step")),
            ("basis", _("Legal basis")),
            ("other_way", _("Another way")),
            ("remedies", _("Remedies")),
        ),
    )


def _day_told(day: str, now: dt.date | None) -> str:
    """Say a day as it was told, and to which day it has moved since."""
    if now is None or now.isoformat() == day:
        return day
    return gettext("%(day)s then, moved to %(now)s since") % {
        "day": day,
        "now": now.isoformat(),
    }


def _notice(row: Row, now: Mapping[str, dt.date | None]) -> Told:
    content = row["content"]
    parts: list[tuple[Text, str]] = []
    for name, label in (
        ("tell_by", _("Accepted, or told what is missing, by")),
        ("promised", _("Promised")),
        ("statutory", _("By law")),
    ):
        if content.get(name):
            parts.append((label, _day_told(content[name]["due_on"], now.get(name))))
    if "bring_by" in content:
        parts.append((_("Bring by"), content["bring_by"]))
    if content.get("if_late"):
        parts.append((_("If it is late"), gettext(IF_LATE[content["if_late"]])))
    if row["second_reason"]:
        parts.append((_("Why a second notice"), row["second_reason"]))
    lines = tuple(
        "：".join(filter(None, (one.get(name) for name in _TOLD_OF_A_PAPER)))
        for one in content.get("missing", ())
    )
    if row["kind"] == NoticeKind.OMISSION:
        lines = tuple(map(_will_follow, content["to_follow"]))
    if row["kind"] == NoticeKind.RECEIPT:
        lines = tuple(map(_handed_in, content["materials"]))
    number = paper_number(row["kind"], row["year"], row["serial"])
    return Told(
        kind=row["kind"],
        label=f"{paper_name(row['kind'], is_second=row['is_second'])} {number}",
        by=row["issued_by__name"],
        at=time_of(row["issued_at"]),
        parts=tuple(parts),
        lines=lines,
        is_second=row["is_second"],
    )


def late_of(case: Case, file: CaseFile) -> Late | None:
    """Return the papers that did not come in time, and what that means."""
    missed = file.missed(case.state)
    if missed is None:
        return None
    return Late(
        until=missed.until,
        names=missed.names,
        if_late=missed.if_late,
        means=gettext(IF_LATE[missed.if_late]),
    )


def _handed_in(paper: Row) -> str:
    """Say of a paper on a receipt in which form it came, and how often."""
    form = _form_of(paper["form"], paper["copies"])
    return " ".join(filter(None, [paper["name"], form]))


def _form_of(form: str, copies: int) -> str:
    """Say in which form a paper is, and how often if more than once."""
    how = str(MaterialForm(form).label) if form else ""
    count = f"×{copies}" if copies > 1 else ""
    return " ".join(filter(None, [how, count]))


def _will_follow(paper: Row) -> str:
    """Say of a paper on a commitment until when it follows."""
    follows = gettext("%(name)s: follows by %(day)s")
    return follows % {"name": paper["name"], "day": paper["follow_by"]}


def direction_of(row: Row) -> Direction:
    """Return a way that was shown to a unit outside."""
    return Direction(
        unit=row["unit"],
        address=row["address"],
        telephone=row["telephone"],
        hours=row["hours"],
        bring=row["bring"],
        reason=row["reason"],
        by=row["by__name"],
        at=time_of(row["at"]),
        check_back_on=day_of(row["check_back_on"]),
        state=row["state"],
        label=str(DirectionState(row["state"]).label),
        remark=row["remark"],
    )


def raise_of(row: Row) -> Raise:
    """Return a question that was raised."""
    return Raise(
        filing_number=row["filing_number"],
        ground=str(RaiseGround(row["ground"]).label),
        question=row["question"],
        own_view=row["own_view"],
        unit=row["unit__name"] or "",
        lead_unit=row["lead_unit__name"] or "",
        to_government=row["to_government"],
        by=row["raised_by__name"],
        at=time_of(row["raised_at"]),
        due_on=day_of(row["due_on"]),
        reply=row["reply"],
        replied_by=row["replied_by__name"] or "",
        is_open=not row["reply"],
    )


def filing_of(row: Row) -> Filing:
    """Return a proposed negative with what was decided about it."""
    names = [row["part__unit"], row["part__name"]]
    return Filing(
        about=" · ".join(names[::-1] if row["part__item_id"] else filter(None, names)),
        state=row["state"],
        label=str(FilingState(row["state"]).label),
        parts=_parts(
            row,
            ("reason", _("Reason")),
            ("basis", _("Legal basis")),
            ("made_possible_by", _("What would make it possible")),
            ("other_way", _("Another way")),
            ("remedies", _("Remedies")),
        ),
        beside=(row["basis"], row["other_way"], row["remedies"]),
        to_tell=_to_tell(row),
        proposed_by_id=row["proposed_by_id"],
        by=row["proposed_by__name"],
        at=time_of(row["proposed_at"]),
        due_on=day_of(row["due_on"]),
        decided_by=row["decided_by__name"] or "",
        decision_reason=row["decision_reason"],
    )


def _to_tell(filing: Row) -> str:
    """Return what was approved and is not told by itself, to begin the telling with."""
    possible = gettext("What would make it possible: %(text)s")
    lines = [filing["reason"], possible % {"text": filing["made_possible_by"]}]
    return "\n".join(lines)


def call_of(row: Row) -> Call:
    """Return a call-back."""
    return Call(
        label=str(FollowUpOutcome(row["outcome"]).label),
        remark=row["remark"],
        by=row["by__name"],
        at=time_of(row["at"]),
    )


def green_of(case: Case, file: CaseFile) -> Green | None:
    """Return the green channel that the case is in; its ground stays sealed."""
    row = file.green
    if row is None:
        return None
    return Green(
        acceptor=row["acceptor__name"],
        chaser=row["chaser__name"],
        chased_at=time_of(row["chased_at"]) if row["chased_at"] else None,
        days=case.green_days,
        passed=tuple(format_number(one["over_id"]) for one in file.passes),
    )


def delivered_of(row: Row) -> Delivered:
    """Return a try to deliver what was granted, in words."""
    how = [
        gettext(RECEIVER_NAMES[row["receiver"]]) if row["receiver"] else "",
        gettext({**PROOF_NAMES, **ARRIVAL_NAMES}.get(row["proof"], ""))
        if row["proof"]
        else "",
        row["carrier"],
        row["tracking"],
    ]
    return Delivered(
        method=gettext(METHOD_NAMES[row["method"]]),
        state=row["state"],
        label=str(DeliveryState(row["state"]).label),
        how=" · ".join(filter(None, how)),
        by=row["by__name"],
        at=timezone.localtime(time_of(row["at"])),
        settled_on=day_of(row["settled_on"]) if row["settled_on"] else None,
        remark=row["remark"],
    )


def history_of(case: Case, file: CaseFile) -> tuple[Line, ...]:
    """Return every event as a sentence, newest first, some with their reason."""
    events = CaseEvent.objects.filter(case=case).order_by("-seq")
    return tuple(
        Line(
            at=at,
            said=sentence(kind, body),
            why=_reason(file, kind, body),
            proof=bytes(digest).hex()[:16],
        )
        for at, kind, body, digest in events.values_list("at", "kind", "body", "hash")
    )


def _reason(file: CaseFile, kind: str, body: str) -> str:
    """Return why a hand-off was offered or declined, or a time table changed.

    Events only commit to it.
    """
    if kind == "timetable_changed":
        table = json.loads(body)["table"]["id"]
        return next(
            (str(n["correction"]) for n in file.notices if n["id"] == table), ""
        )
    column = {"offered": "reason", "declined": "settle_reason"}.get(kind)
    if column is None:
        return ""
    number = json.loads(body)["referral"]["id"]
    return next((str(o[column]) for o in file.referrals if o["id"] == number), "")
