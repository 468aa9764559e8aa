"""Joint handling: opinions of the units, silence, objections, and the time table.

A lead unit accepts for all and gives the result (R4.70); what each unit was asked and
until when is `cases.models.joint.Part`. Everything runs from dates that are kept: who
is silent past a day is silent on every page, though no job ever ran (R4.78).
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.db import transaction

from cases.deadlines import (
    LONGEST_STOP,
    Unit,
    Whole,
    due_without,
    expected,
    has_all_days,
    has_moved,
    late_by,
    law_ends,
)
from cases.lifecycle import RuleBroken, Verb, broken, refuse, target
from cases.models import Case, Notice, Objection, Part
from cases.models.joint import Level, ObjectionOutcome, Opinion, PartState
from cases.models.notices import NoticeKind
from windows.models import Clerk, Posting, ServiceItem
from windows.roles import Role
from windows.units import here_for_unit, posts_of_unit

from ._papers import issue_again, notice_facts, notice_told
from ._parts import (
    ABOVE,
    LIFTS,
    called,
    counted,
    dates_of,
    go_on,
    let_fall,
    level_facts,
    open_objection,
    parts_of,
    shares,
    stops_since,
    table_facts,
    waiting,
    whole_of,
)
from ._steps import (
    _,
    calendar_of,
    local_date,
    locked_case,
    must_hold,
    must_run,
    must_supervise,
    record,
    state_of,
)
from .stamp import Form
from .texts import civil, names_something, real_reason, real_text

SETTLES = (*LIFTS, ObjectionOutcome.STANDS, ObjectionOutcome.UP)


def _part(parts: list[Part], part_id: int) -> Part:
    for part in parts:
        if part.pk == part_id:
            return part
    raise RuleBroken(_("Choose one of the list."), field="part")


def _is_own_step(part: Part) -> bool:
    """Whether it is a step of the lead's own, which the case's holder does.

    An item of a life event never is: somebody of its unit decides it, though that is
    the unit of the lead and the case be held elsewhere meanwhile.
    """
    return part.is_lead and part.item_id is None


def _is_of_the_unit(case: Case, part: Part, by: Clerk, at: dt.datetime) -> bool:
    """Whether somebody is posted at any window of the unit that was asked (R2.62)."""
    posts = posts_of_unit(
        local_date(at),
        hall=case.hall_id,
        department=part.department_id,
        item=part.item_id,
    )
    return posts.filter(clerk_id=by.pk).exists()


def _somebody_there(case: Case, part: Part, at: dt.datetime) -> Posting | None:
    """Return who of the unit is at one of its windows today, if anybody (R2.60)."""
    here = here_for_unit(
        local_date(at),
        hall=case.hall_id,
        department=part.department_id,
        item=part.item_id,
    )
    return here.select_related("window").order_by("window__number", "id").first()


def _must_speak_for(case: Case, part: Part, by: Clerk, at: dt.datetime) -> bool:
    """Refuse whoever is not of the unit (R4.70); say whether its letter is needed.

    Whoever is posted at a window of the unit speaks for it, the person asked first.
    Of a unit with nobody at any window of the hall today, the lead writes down what its
    letter says, or a supervisor does (R2.60).
    """
    if _is_own_step(part):
        must_hold(case, by)
        return False
    if _is_of_the_unit(case, part, by, at):
        return False
    there = _somebody_there(case, part, at)
    if there is not None:
        raise RuleBroken(
            _("%(unit)s answers this itself, at window %(window)s."),
            params={"unit": part.unit, "window": str(there.window)},
            rule="R4.70",
        )
    if by.role == Role.SUPERVISOR:
        must_supervise(case, by)
    else:
        must_hold(case, by)
    return True


def _no_letter(part: Part, field: str) -> RuleBroken:
    """Say that what a unit says comes by letter."""
    return RuleBroken(
        _("Name the letter in which %(unit)s said so."),
        params={"unit": part.unit},
        field=field,
        rule="R4.79",
    )


def _must_be_asked(part: Part) -> None:
    """Refuse what waits for an earlier step, or has been answered (R4.73)."""
    if part.state == PartState.PENDING:
        raise RuleBroken(
            _("%(unit)s begins when the earlier step is done."),
            params={"unit": part.unit},
            field="part",
            rule="R4.73",
        )
    if part.state != PartState.RUNNING:
        raise RuleBroken(
            _("%(unit)s has answered already."),
            params={"unit": part.unit},
            field="part",
        )


@transaction.atomic(durable=True)
def give_opinion(
    case_id: int,
    part_id: int,
    *,
    opinion: str,
    text: str = "",
    basis: str = "",
    letter: str = "",
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Part:
    """Give a unit's opinion: agree, with conditions, or object by law (R4.76).

    By somebody at any of its windows; for a unit with nobody there today, the lead or a
    supervisor writes it down with the reference of the `letter`; a step of the lead's
    own is done with it. An
    objection without reasons in law is none; one that has them is first settled between
    the lead and the unit. What waits for this result begins today (R4.73). Of a life
    event each unit grants its item, or means to refuse it.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    target(Verb.OPINION, state_of(case))
    parts = parts_of(case)
    part = _part(parts, part_id)
    _must_be_asked(part)
    by_letter = _must_speak_for(case, part, by, at)
    faults = [*opinion_faults(opinion, text, basis, is_item=part.item_id is not None)]
    if (by_letter or letter) and not names_something(letter):
        faults.append(_no_letter(part, "letter"))
    refuse(faults)
    part.opinion, part.text, part.basis, part.letter = opinion, text, basis, letter
    part.answered_by, part.answered_at = by, at
    objects = opinion == Opinion.OBJECT
    part.state = PartState.OBJECTED if objects else PartState.ANSWERED
    begun = go_on(case, parts, at=at)
    _save_answer(part)
    _save_dates(begun)
    opened = open_objection(case, part, Level.LEAD, at=at) if objects else None
    record(
        case,
        "opinion_given",
        by=by,
        at=at,
        facts={
            "part": dates_of(part),
            "opinion": str(opinion),
            "lead": part.is_lead,
            "for_want_of_people": by_letter and part.window_id is not None,
            "begun": [dates_of(one) for one in begun],
            "objection": level_facts(opened),
            "late": _late(case, part, at),
        },
        told={"text": text, "basis": basis, "letter": letter},
    )
    return part


def _late(case: Case, part: Part, at: dt.datetime) -> int:
    """Working days after its day on which a unit answers; 0 in time (R4.78)."""
    due, stops = part.due_on or local_date(at), stops_since(case, part.asked_at)
    return late_by(calendar_of(case), due, local_date(at), stops)


def opinion_faults(
    opinion: str, text: str, basis: str, *, is_item: bool = False
) -> Iterator[RuleBroken]:
    """Yield what an opinion or a decision lacks, whoever gives it (R4.76)."""
    if opinion not in (Opinion.AGREE, Opinion.CONDITIONS, Opinion.OBJECT):
        sentence = _("Choose what the unit says.")
        if is_item:
            sentence = _("Choose whether the item is granted.")
        yield RuleBroken(sentence, field="opinion")
    elif opinion != Opinion.AGREE:
        yield from broken(real_text, text, "remark")
    if opinion == Opinion.OBJECT:
        yield from broken(real_reason, basis, "basis")
    yield from broken(civil, "remark", text)


@transaction.atomic(durable=True)
def note_silence(
    case_id: int, part_id: int, *, by: Clerk, at: dt.datetime, form: Form | None = None
) -> Part:
    """Write down that a unit silent past its day counts as agreeing (R4.77).

    Only where the hall says so, for opinions alone (R4.78), of a unit that had all its
    days, and by the lead: silence by itself does nothing but show.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    target(Verb.OPINION, state_of(case))
    must_run(case)
    parts = parts_of(case)
    part = _part(parts, part_id)
    _must_be_asked(part)
    if part.item_id is not None:
        raise RuleBroken(
            _("No silence grants an item: press for the decision, or raise it."),
            rule="R4.78",
        )
    # As the hall had it when the unit was asked, and has it still.
    if not (part.silence_agrees and case.hall.silence_agrees):
        raise RuleBroken(
            _("In this hall silence is no consent: press for the answer, or raise it."),
            rule="R4.78",
        )
    if part.due_on is None or local_date(at) <= part.due_on:
        raise RuleBroken(_("The unit still has time."), field="part", rule="R4.77")
    if not _has_all_days(case, part, part.due_on):
        raise RuleBroken(
            _(
                "The end of the whole left %(unit)s fewer than its %(days)d days, so "
                "its silence is no consent: press for the answer, or raise it."
            ),
            params={"unit": part.unit, "days": part.days},
            field="part",
            rule="R4.77",
        )
    part.opinion, part.state = Opinion.SILENCE, PartState.ANSWERED
    part.answered_by, part.answered_at = by, at
    begun = go_on(case, parts, at=at)
    _save_answer(part)
    _save_dates(begun)
    record(
        case,
        "silence_noted",
        by=by,
        at=at,
        facts={
            "part": dates_of(part),
            "begun": [dates_of(one) for one in begun],
            "silence_agrees": case.hall.silence_agrees,
        },
    )
    return part


def _has_all_days(case: Case, part: Part, due: dt.date) -> bool:
    assert part.starts_on is not None  # noqa: S101 (it has begun)
    whole = whole_of(case, [part])
    return has_all_days(calendar_of(case), part.starts_on, part.days, due, whole)


@transaction.atomic(durable=True)
def settle_objection(
    case_id: int,
    part_id: int,
    *,
    outcome: str,
    reason: str,
    decided: str = "",
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Objection:
    """Settle an objection where it lies now, or send it one level up.

    With the lead: the unit itself lifts it, the lead lets it stand or sends it to the
    committee. What the committee or the government decided, a supervisor writes down
    with who did. If it stands, the unit's refusal is proposed and told by itself
    (R4.79), and what waited for its result falls away; but the next items of a life
    event begin, since each is decided by itself.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    target(Verb.OPINION, state_of(case))
    parts = parts_of(case)
    part = _part(parts, part_id)
    objection = Objection.objects.filter(part=part, outcome="").first()
    if objection is None:
        raise RuleBroken(_("No objection of this unit is open."), field="part")
    if outcome not in SETTLES:
        raise RuleBroken(_("Choose how it ended."), field="outcome")
    _must_settle(case, part, objection, outcome, decided, by=by, at=at)
    real_text(reason, field="remark")
    civil("remark", reason)
    objection.outcome, objection.reason = outcome, reason
    objection.decided = decided
    objection.settled_by, objection.settled_at = by, at
    objection.save(
        update_fields=["outcome", "reason", "decided", "settled_by", "settled_at"]
    )
    opened, begun, ended = None, list[Part](), list[Part]()
    if outcome == ObjectionOutcome.UP:
        opened = open_objection(case, part, ABOVE[Level(objection.level)], at=at)
    elif outcome == ObjectionOutcome.STANDS:
        part.state = PartState.REFUSED
        if part.item_id is None:
            ended = let_fall(part, parts, at=at)
        else:
            begun = go_on(case, parts, at=at)
    else:
        part.state = PartState.ANSWERED
        begun = go_on(case, parts, at=at)
    if outcome != ObjectionOutcome.UP:
        part.save(update_fields=["state"])
    _save_dates(begun)
    record(
        case,
        "objection_settled",
        by=by,
        at=at,
        facts={
            "part": dates_of(part),
            "settled": {"id": objection.pk, "level": str(objection.level)},
            "outcome": str(outcome),
            "objection": level_facts(opened),
            "begun": [dates_of(one) for one in begun],
            "ended": [one.pk for one in ended],
        },
        told={"reason": reason, "decided": decided},
    )
    return objection


def _must_settle(
    case: Case,
    part: Part,
    objection: Objection,
    outcome: str,
    decided: str,
    *,
    by: Clerk,
    at: dt.datetime,
) -> None:
    """Refuse whoever may not settle it so on this level."""
    if objection.level != Level.LEAD:
        must_supervise(case, by)
        if not names_something(decided):
            raise RuleBroken(
                _("Say who decided it: the meeting or the head, and when."),
                field="decided",
            )
        if objection.level == Level.GOVERNMENT and outcome == ObjectionOutcome.UP:
            raise RuleBroken(
                _("There is no level above the government."), field="outcome"
            )
    elif outcome in LIFTS:
        if (
            not _is_own_step(part)
            and not _is_of_the_unit(case, part, by, at)
            and _somebody_there(case, part, at) is not None
        ):
            raise RuleBroken(
                _(
                    "Only %(unit)s lifts its own objection, or the committee or the "
                    "government."
                ),
                params={"unit": part.unit},
                field="outcome",
            )
        if _must_speak_for(case, part, by, at) and not names_something(decided):
            raise _no_letter(part, "decided")
    else:
        must_hold(case, by)


@transaction.atomic(durable=True)
def change_timetable(
    case_id: int,
    *,
    days: Mapping[int, int],
    reason: str,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Notice:
    """Change the days of parts that are not answered, and issue the table again.

    `days` are working days by part; who answers for the case changes them, for a reason
    and never past the statutory day of the whole (R1.21) or the item's own law (R1.20),
    nor to a day that has passed. No unit whose silence agrees is given fewer days: who
    shortens them could make its consent (R4.78). Once a stop, an extension or the
    calendar has moved dates, the table is issued again with none changed too.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    target(Verb.TIMETABLE, state_of(case))
    must_run(case)
    parts = parts_of(case)
    whole = replace(whole_of(case, parts), due=None)
    was = _runs(case, parts, whole, at)
    faults, changed = [], list[Part]()
    for part in parts:
        new = days.get(part.pk, part.days)
        if new == part.days:
            continue
        found = _why_not(case, part, new, at)
        if found is not None:
            faults.append(found)
            continue
        part.days = new
        if part.starts_on is not None:
            part.due_on = counted(case, part, whole)
        changed.append(part)
    told = Notice.objects.filter(case=case, kind=NoticeKind.JOINT).latest("id")
    if not changed and not faults and not _is_outdated(case, parts, told):
        raise RuleBroken(_("Nothing was changed in the time table."))
    runs = _runs(case, parts, whole, at)
    faults += _misfits(case, parts, changed, runs, was, at)
    faults += _unlawful(case, changed, dict(zip(parts, runs, strict=True)), whole)
    refuse([*faults, *timetable_faults(reason)])
    _save_dates(changed)
    item = ServiceItem.objects.select_related("department").get(pk=case.item_id or 0)
    case.item = item
    start = local_date(parts[0].asked_at)
    notice = issue_again(
        told,
        table_facts(case, item, parts, start, local_date(at)),
        correction=reason,
        by=by,
        at=at,
    )
    record(
        case,
        "timetable_changed",
        by=by,
        at=at,
        facts={
            "changed": [dates_of(part) for part in changed],
            "table": notice_facts(notice) | {"version": notice.version},
            "ends_on": max(last for _first, last in runs).isoformat(),
            "promised_due": case.promised_due.isoformat()
            if case.promised_due
            else None,
        },
        told={"reason": reason, "table": notice_told(notice)["content"]},
    )
    return notice


def timetable_faults(reason: str) -> Iterator[RuleBroken]:
    """Yield what is wrong with the reason for another time table."""
    yield from broken(real_reason, reason)
    yield from broken(civil, "reason", reason)


def still_to_answer(case: Case) -> str:
    """Name the units of a joint case that have still to answer; empty if none has."""
    return called(waiting(parts_of(case)))


def _why_not(case: Case, part: Part, new: int, at: dt.datetime) -> RuleBroken | None:
    """Say why the days of a part cannot become `new`: answered, late, or unfair."""

    def fault(sentence: str, rule: str = "", **params: object) -> RuleBroken:
        field = f"days_{part.pk}"
        return RuleBroken(sentence, field=field, rule=rule, params=params)

    if part.state not in (PartState.PENDING, PartState.RUNNING):
        return fault(_("It has been answered: its days stay as they were."))
    if part.due_on is not None and part.due_on < local_date(at):
        day = part.due_on.isoformat()
        sentence = _("It missed its day, %(day)s: that stays, press for it.")
        return fault(sentence, "R4.78", day=day)
    if not 0 <= new <= LONGEST_STOP:
        return fault(_("From 0 to %(most)d days."), most=LONGEST_STOP)
    if part.silence_agrees and new < part.days:
        sentence = _(
            "The unit was asked as one whose silence agrees, so it keeps its %(days)d "
            "days."
        )
        return fault(sentence, "R4.78", days=part.days)
    return None


def _is_outdated(case: Case, parts: list[Part], told: Notice) -> bool:
    """Whether dates have moved since the time table was issued (R1.24, R9.14)."""
    dues = [part.due_on for part in parts]
    return has_moved(told.content, dues, case.promised_due, case.statutory_due)


def _unlawful(
    case: Case,
    changed: list[Part],
    runs: Mapping[Part, tuple[dt.date, dt.date]],
    whole: Whole,
) -> Iterator[RuleBroken]:
    """Yield each item that is given more days than its own law (R1.20).

    Counted in the unit of that law, without the days on which the clock stood.
    """
    for part in changed:
        if part.law is None:
            continue
        start, calendar = runs[part][0], calendar_of(case)
        last = law_ends(calendar, start, part.law, whole, part.stage)
        if (
            due_without(calendar, start, part.days, Unit.WORKING, whole.stood).due
            > last
        ):
            yield RuleBroken(
                _("By its own law it ends on %(day)s at the latest."),
                params={"day": last.isoformat()},
                field=f"days_{part.pk}",
                rule="R1.20",
            )


def _runs(
    case: Case, parts: list[Part], whole: Whole, at: dt.datetime
) -> list[tuple[dt.date, dt.date]]:
    """From when to when each part was done, is to be, or is to be hoped to be."""
    start, today = local_date(parts[0].asked_at), local_date(at)
    try:
        return list(expected(calendar_of(case), start, shares(parts), whole, today))
    except ValueError:
        raise RuleBroken(_("The date would lie outside every calendar.")) from None


def _misfits(
    case: Case,
    parts: list[Part],
    changed: list[Part],
    runs: list[tuple[dt.date, dt.date]],
    was: list[tuple[dt.date, dt.date]],
    at: dt.datetime,
) -> Iterator[RuleBroken]:
    """Yield each part that would end after the whole does, or on a day that passed.

    What ends no later than it would have anyway (`was`) is no fault of the new table.
    """
    for part, (_from, last), (_was, before) in zip(parts, runs, was, strict=True):
        field = f"days_{part.pk}"
        is_open = part in changed or part.state == PartState.PENDING
        if not is_open or case.statutory_due is None or last <= before:
            continue
        if last > case.statutory_due:
            yield RuleBroken(
                _("It would end on %(day)s, after the whole: by law %(last)s."),
                params={
                    "day": last.isoformat(),
                    "last": case.statutory_due.isoformat(),
                },
                field=field,
                rule="R1.21",
            )
    for part in changed:
        if part.due_on is not None and part.due_on < local_date(at):
            yield RuleBroken(
                _("%(day)s has passed: give the unit a day that lies ahead."),
                params={"day": part.due_on.isoformat()},
                field=f"days_{part.pk}",
            )


def _save_answer(part: Part) -> None:
    part.save(
        update_fields=[
            "state",
            "opinion",
            "text",
            "basis",
            "letter",
            "answered_by",
            "answered_at",
        ]
    )


def _save_dates(parts: list[Part]) -> None:
    Part.objects.bulk_update(parts, ["state", "days", "starts_on", "due_on"])
