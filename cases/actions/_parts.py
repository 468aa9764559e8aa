"""The parts of a joint case, as several acts need them (R4.70 to R4.79)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext

from cases.deadlines import (
    STOP_NAMES,
    Leg,
    Share,
    Stop,
    StopGround,
    Unit,
    Whole,
    bar,
    days_stood,
    due_without,
    expected,
    fitted,
    part_due,
    stages,
    working_days_between,
)
from cases.lifecycle import RuleBroken, State
from cases.models import Case, Deadline, NegativeFiling, Objection, Part
from cases.models.case import DeadlineKind
from cases.models.joint import Level, ObjectionOutcome, Opinion, PartState
from windows.listing import joined
from windows.models import Absence, Clerk, Posting, Responsibility, ServiceItem
from windows.models.items import Authority
from windows.roles import Role

from ._papers import Facts, item_facts
from ._steps import _, calendar_of, local_date, person, place, state_of

OPEN_PARTS = (PartState.PENDING, PartState.RUNNING)

ABOVE = {Level.LEAD: Level.COMMITTEE, Level.COMMITTEE: Level.GOVERNMENT}
"""Where an objection goes that a level does not settle."""

LIFTS = (ObjectionOutcome.LIFTED, ObjectionOutcome.CONDITIONS)
"""How an objection ends after which the unit has agreed."""


def parts_of(case: Case) -> list[Part]:
    """Return the parts of a locked case since it was accepted last."""
    parts = Part.objects.filter(case=case, turn=case.reopened)
    return list(parts.select_related("window", "person", "item", "department"))


def have_several_units(parts: Sequence[Part]) -> bool:
    """Whether several units decide together (R1.21); of a life event one alone may."""
    units = {part.department_id for part in parts}
    return len(units) > 1 or any(part.item_id is None for part in parts)


def ask_units(
    case: Case, item: ServiceItem, *, by: Clerk, at: dt.datetime
) -> list[Part]:
    """Ask every unit of a joint item for its part, at once (R4.70, R4.73).

    What the lead receives all have received: those who can begin are asked today. A
    step of the lead's own that takes no day and comes first is the acceptance itself.
    Returns nothing where one unit decides alone. Of a life event each part is an item,
    and its own unit decides it within the days of that item.
    """
    if item.is_bundle:
        return _ask_for_items(case, item, at=at)
    if not item.is_joint:
        return []
    steps = list(item.steps.all())
    legs = [Leg(s.name, "", s.days or 0, is_parallel=s.is_parallel) for s in steps]
    units = {step.department_id for step in steps if step.department_id}
    people = _people(case, item, units, local_date(at))
    agrees = case.hall.silence_agrees
    parts: list[Part] = []
    for step, leg, stage in zip(steps, legs, stages(legs), strict=True):
        department = step.department or item.department
        is_lead = department == item.department
        post = None if is_lead else people.get(department.pk)
        parts.append(
            Part(
                case=case,
                turn=case.reopened,
                position=len(parts) + 1,
                stage=stage,
                name=step.name,
                department=department,
                unit=department.name,
                window=post.window if post else None,
                person=post.clerk if post else None,
                is_lead=is_lead,
                days=leg.days,
                silence_agrees=agrees and not is_lead,
                asked_at=at,
            )
        )
    for part in parts:
        here = [one for one in parts if one.stage <= part.stage]
        if all(one.is_lead and not one.days for one in here):
            part.state, part.opinion = PartState.ANSWERED, Opinion.AGREE
            part.starts_on = part.due_on = local_date(at)
            part.answered_by, part.answered_at = by, at
    go_on(case, parts, at=at)
    return Part.objects.bulk_create(parts)


def _ask_for_items(case: Case, bundle: ServiceItem, *, at: dt.datetime) -> list[Part]:
    """Ask for each item of a life event whoever answers for it (R4.70).

    A window of its own unit, or else one without a unit that decides the item. What
    the case's own unit decides its holder does, while that is somebody of the unit. Of
    items one after the other that take longer than the whole may, each has less.
    """
    members = bundle.members
    legs = [
        Leg(row.member.name, "", row.member.takes().promised, row.is_parallel)
        for row in members
    ]
    people = _people_of_items(case, [row.member for row in members], local_date(at))
    most, steps = _days_of_the_whole(case, at), stages(legs)
    fit = fitted([leg.days for leg in legs], steps, most)
    parts: list[Part] = []
    for row, leg, stage, days in zip(members, legs, steps, fit, strict=True):
        law_days, law_unit = row.member.by_law()
        post = people.get(row.member_id)
        is_lead = row.member.department_id == bundle.department_id
        parts.append(
            Part(
                case=case,
                turn=case.reopened,
                position=len(parts) + 1,
                stage=stage,
                name=leg.name,
                item=row.member,
                department=row.member.department,
                unit=row.member.department.name,
                window=post.window if post and not is_lead else None,
                person=post.clerk if post and not is_lead else None,
                is_lead=is_lead,
                days=days,
                law_days=law_days,
                law_unit=law_unit,
                asked_at=at,
            )
        )
    go_on(case, parts, at=at)
    return Part.objects.bulk_create(parts)


def _days_of_the_whole(case: Case, at: dt.datetime) -> int:
    """Working days that are left to decide all of it (R1.21)."""
    today, until = local_date(at), case.statutory_due or local_date(at)
    return max(0, working_days_between(calendar_of(case), today, until))


def _people_of_items(
    case: Case, items: Sequence[ServiceItem], today: dt.date
) -> dict[int, Posting]:
    """Find for each item who answers for it in this hall, and at which window (R2.60).

    At a window of its own unit, before others at one that has the duty; else at one
    that takes items of many units and decides this one. Two statements.
    """
    duties = Responsibility.objects.on(today).filter(
        item__in=items, window__hall_id=case.hall_id
    )
    power = {
        (duty.item_id, duty.window_id): Authority(duty.authority) for duty in duties
    }
    away = Absence.objects.on(today).filter(clerk_id=OuterRef("clerk_id"))
    posts = list(
        Posting.objects.on(today)
        .filter(
            window__hall_id=case.hall_id,
            window__is_active=True,
            clerk__is_active=True,
            clerk__role=Role.CLERK,
        )
        .filter(
            Q(window_id__in={window for _item, window in power})
            & Q(window__department_id=None)
            | Q(window__department_id__in={item.department_id for item in items})
        )
        .annotate(away=Exists(away))
        .select_related("window", "clerk")
        .order_by("away", "post", "window__number", "id")
    )
    found: dict[int, Posting] = {}
    for item in items:

        def rank(post: Posting, item: ServiceItem = item) -> tuple[int, int]:
            own = post.window.department_id == item.department_id
            authority = power.get((item.pk, post.window_id))
            return 0 if own else 1, _POWERS[authority]

        other = (1, _POWERS[Authority.DECIDE])
        fit = [
            post
            for post in posts
            if post.window.department_id == item.department_id
            or (post.window.department_id is None and rank(post) == other)
        ]
        if fit:
            found[item.pk] = min(fit, key=rank)
    return found


_POWERS = {Authority.DECIDE: 0, Authority.ACCEPT: 1, Authority.ADVISE: 2, None: 3}


def _people(
    case: Case, item: ServiceItem, units: set[int], today: dt.date
) -> dict[int, Posting]:
    """Find for each unit of this hall who answers for its part, and at which window.

    Before others comes a window that answers for the item, then who is here today, then
    who is posted as A (R2.60).
    """
    answers = Responsibility.objects.on(today).filter(
        item=item, window_id=OuterRef("window_id")
    )
    away = Absence.objects.on(today).filter(clerk_id=OuterRef("clerk_id"))
    posts = (
        Posting.objects.on(today)
        .filter(
            window__hall_id=case.hall_id,
            window__department_id__in=units,
            window__is_active=True,
            clerk__is_active=True,
            clerk__role=Role.CLERK,
        )
        .annotate(answers=Exists(answers), away=Exists(away))
        .select_related("window", "clerk")
        .order_by("-answers", "away", "post", "window__number", "id")
    )
    found: dict[int, Posting] = {}
    for post in posts:
        found.setdefault(post.window.department_id or 0, post)
    return found


def go_on(case: Case, parts: Sequence[Part], *, at: dt.datetime) -> list[Part]:
    """Let parts begin whose earlier steps are all done (R4.73); return them, unsaved.

    The word that the earlier is done starts the clock of the later one, today.
    """
    waiting = [part.stage for part in parts if not is_done(part)]
    stage = min(waiting, default=None)
    begin = [
        part
        for part in parts
        if part.stage == stage and part.state == PartState.PENDING
    ]
    whole = whole_of(case, begin) if begin else Whole(None)
    for part in begin:
        part.state = PartState.RUNNING
        part.starts_on = local_date(at)
        part.due_on = counted(case, part, whole)
    return begin


def is_done(part: Part) -> bool:
    """Whether what comes later may begin: of a life event also after a refusal.

    Each item is decided by itself, so no refusal holds back the others (R4.79).
    """
    refused = part.item_id is not None and part.state == PartState.REFUSED
    return refused or part.state == PartState.ANSWERED


def items_of(case: Case) -> list[Part]:
    """Return the parts of an accepted life event; of any other case none."""
    if case.accepted_on is None or case.bundled is None:
        return []
    return parts_of(case)


def is_granted(part: Part) -> bool:
    """Whether it is an item of a life event that its unit has granted."""
    return part.item_id is not None and part.state == PartState.ANSWERED


def results_of(case: Case) -> list[str]:
    """Say in a line each what became of the items of a life event (R4.70, R4.79)."""
    lines, parts = [], items_of(case)
    lifted = lifted_on(part for part in parts if part.opinion == Opinion.OBJECT)
    for part in parts:
        why = part.text if part.opinion == Opinion.CONDITIONS else lifted.get(part.pk)
        text = gettext(
            "%(item)s: not granted, see the decision that was told by itself."
        )
        if is_granted(part):
            text = gettext("%(item)s: granted.")
            if why:
                text = gettext("%(item)s: granted on this condition: %(why)s")
        lines.append(text % {"item": part.name, "why": why})
    return lines


def lifted_on(parts: Iterable[Part]) -> dict[int, str]:
    """Return the condition on which an objection was lifted, by part; "" if on none."""
    rows = Objection.objects.filter(part__in=list(parts), outcome__in=LIFTS)
    return {
        row.part_id: row.reason if row.outcome == ObjectionOutcome.CONDITIONS else ""
        for row in rows.order_by("id")
    }


def to_hand_over(case: Case) -> dict[str, str]:
    """Return the items of a life event whose grants are delivered, each with what.

    By the names of the parts, the codes of `Result` (R1.23).
    """
    return {
        part.name: part.item.result
        for part in items_of(case)
        if is_granted(part) and part.item and part.item.yields_something
    }


def yields_something(case: Case) -> bool:
    """Whether a grant is delivered (R1.23): of a life event what its items yield."""
    if case.bundled is not None:
        return bool(to_hand_over(case))
    return case.item is not None and case.item.yields_something


def whole_of(case: Case, parts: Sequence[Part]) -> Whole:
    """Return what a case gives its parts: its statutory day, and the days it stood.

    Of stops since these parts were asked; the clock of before a reopening is over.
    """
    ran = stops_since(case, parts[0].asked_at)
    if not ran or case.accepted_on is None:
        return Whole(case.statutory_due, accepted=case.accepted_on)
    promise = Deadline.objects.filter(case=case, kind=DeadlineKind.PROMISED)
    return Whole(
        case.statutory_due,
        days_stood(calendar_of(case), case.accepted_on, promise.latest("id").unit, ran),
        case.accepted_on,
    )


def stops_since(case: Case, asked: dt.datetime) -> list[Stop]:
    """Return the stops of the clock since units were asked, as `deadlines` counts."""
    return [
        Stop(
            one.began_on,
            one.resumed_on,
            one.limit_days,
            STOP_NAMES[StopGround(one.ground)],
        )
        for one in case.stops.filter(at__gte=asked).order_by("id")
    ]


def counted(case: Case, part: Part, whole: Whole) -> dt.date:
    """Count the day by which a part is due that has begun.

    A day in no calendar becomes a sentence.
    """
    assert part.starts_on is not None  # noqa: S101 (it has begun)
    try:
        return part_due(
            calendar_of(case),
            part.starts_on,
            part.days,
            whole,
            part.law,
            stage=part.stage,
        )
    except ValueError:
        raise RuleBroken(_("The date would lie outside every calendar.")) from None


def move_parts(case: Case, *, since: dt.date) -> Facts:
    """Count the days of the parts that run anew, when those of the whole have moved.

    The days on which the clock stood are left out (R1.24), and none is due after the
    whole (R1.21): an extension gives a unit what that had cut off, and no more. A day
    that had passed before `since` stays missed. Returns what the event says of it.
    """
    parts = parts_of(case) if case.accepted_on is not None else []
    running = [one for one in parts if one.state == PartState.RUNNING]
    moved: list[Part] = []
    whole = whole_of(case, running) if running else Whole(None)
    for part in running:
        if part.starts_on is None or part.due_on is None or part.due_on < since:
            continue
        due = counted(case, part, whole)
        if due != part.due_on:
            part.due_on = due
            moved.append(part)
    Part.objects.bulk_update(moved, ["due_on"])
    return parts_moved(moved) | _move_objections(case, parts, since)


def _move_objections(case: Case, parts: Sequence[Part], since: dt.date) -> Facts:
    """Leave out of the days of open objections those on which the clock stood (R1.24).

    What is stopped for may settle them; the day of one that was missed stays missed.
    """
    disputed = [one for one in parts if one.state == PartState.OBJECTED]
    if not disputed:
        return {}
    stood = whole_of(case, disputed).stood
    moved: list[Objection] = []
    for row in Objection.objects.filter(part__in=disputed, outcome=""):
        due = _objection_due(case, local_date(row.opened_at), row.days, stood)
        if row.due_on >= since and due != row.due_on:
            row.due_on = due
            moved.append(row)
    Objection.objects.bulk_update(moved, ["due_on"])
    names = {one.pk: called([one]) for one in disputed}
    told = [
        {"id": one.pk, "of": names[one.part_id], "due_on": one.due_on.isoformat()}
        for one in moved
    ]
    return {"objections_moved": told} if told else {}


def _objection_due(
    case: Case, opened: dt.date, days: int, stood: Mapping[dt.date, str]
) -> dt.date:
    try:
        found = due_without(calendar_of(case), opened, days, Unit.WORKING, stood)
    except ValueError:
        raise RuleBroken(_("The date would lie outside every calendar.")) from None
    return found.due


def parts_moved(moved: Sequence[Part]) -> Facts:
    """Say in an event which parts have another day now, if any do."""
    return {"parts_moved": [dates_of(one) for one in moved]} if moved else {}


def end_parts(case: Case, *, by: Clerk, at: dt.datetime) -> Facts:
    """Let what nobody has answered or settled fall away with a case that ends.

    Returns what its event says of it: the parts, and the objections that were open.
    """
    if case.accepted_on is None:
        return {}
    left = Part.objects.filter(
        case=case,
        turn=case.reopened,
        state__in=(*OPEN_PARTS, PartState.OBJECTED),
    )
    states = dict(left.values_list("pk", "state"))
    ended = [pk for pk, state in states.items() if state != PartState.OBJECTED]
    if ended:
        Part.objects.filter(pk__in=ended).update(state=PartState.VOID, ended_at=at)
    settled: list[int] = []
    if len(ended) < len(states):
        open_ = Objection.objects.filter(part__in=states, outcome="")
        settled = list(open_.values_list("pk", flat=True))
        Objection.objects.filter(pk__in=settled).update(
            outcome=ObjectionOutcome.ENDED, settled_by=by, settled_at=at
        )
    facts: Facts = {"parts_ended": ended, "objections_ended": settled}
    return {name: ids for name, ids in facts.items() if ids}


def open_objection(
    case: Case, part: Part, level: Level, *, at: dt.datetime
) -> Objection:
    """Open an objection on a level, with the clock that the hall sets for it."""
    days = getattr(case.hall, f"objection_{level.value}_days")
    stood = whole_of(case, [part]).stood
    due = _objection_due(case, local_date(at), days, stood)
    return Objection.objects.create(
        case=case, part=part, level=level, opened_at=at, days=days, due_on=due
    )


def level_facts(opened: Objection | None) -> Facts | None:
    """Say in an event where an objection lies from now on, and until when."""
    if opened is None:
        return None
    return {
        "id": opened.pk,
        "level": str(opened.level),
        "days": opened.days,
        "due_on": opened.due_on.isoformat(),
    }


def let_fall(part: Part, parts: Sequence[Part], *, at: dt.datetime) -> list[Part]:
    """Let fall what could only begin on a result that will not come (R4.73)."""
    ended = [
        one
        for one in parts
        if one.stage > part.stage and one.state == PartState.PENDING
    ]
    for one in ended:
        one.state, one.ended_at = PartState.VOID, at
    Part.objects.bulk_update(ended, ["state", "ended_at"])
    return ended


def refusal_overruled(case: Case, part_id: int, *, at: dt.datetime) -> Facts:
    """Open the objection again behind a unit's refusal that was overruled (R3.35).

    It lies one level up from where it stood, with the government again if it stood
    there, and has a new day. What fell away behind it waits for its result once more,
    unless another unit's objection still stands before it (R4.73).
    """
    parts = parts_of(case)
    [part] = [one for one in parts if one.pk == part_id]
    stood = Level(part.objections.latest("id").level)
    part.state = PartState.OBJECTED
    part.save(update_fields=["state"])
    opened = open_objection(case, part, ABOVE.get(stood, stood), at=at)
    refused = [one.stage for one in parts if one.state == PartState.REFUSED]
    revived = [
        one
        for one in parts
        if one.state == PartState.VOID and one.stage <= min(refused, default=one.stage)
    ]
    for one in revived:
        one.state, one.ended_at = PartState.PENDING, None
    Part.objects.bulk_update(revived, ["state", "ended_at"])
    return {
        "part": dates_of(part),
        "objection": level_facts(opened),
        "revived": [dates_of(one) for one in revived],
    }


def waiting(parts: Iterable[Part]) -> list[Part]:
    """Return what a unit has still to answer; a step of the lead's own waits for it."""
    return [
        part
        for part in parts
        if part.state in OPEN_PARTS and not (part.is_lead and part.item_id is None)
    ]


def called(parts: Iterable[Part]) -> str:
    """Name units, or the items of a life event, each once."""
    names = (part.unit if part.item_id is None else part.name for part in parts)
    return joined(list(dict.fromkeys(names)))


def must_have_its_parts(case: Case) -> tuple[list[Part], list[Part]]:
    """Refuse to decide a joint case before its units have answered (R4.70).

    Returns the parts whose objection stands: those not told as a refusal yet (R4.79),
    and those that were.
    """
    if state_of(case) not in (State.ACCEPTED, State.NEGATIVE_FILED):
        return [], []
    parts = parts_of(case)
    sentence = _("Still to answer: %(units)s. The case cannot end before its parts.")
    if case.bundled is not None:
        sentence = _(
            "Still to decide: %(units)s. The case cannot end before its items."
        )
    for left, says in (
        (waiting(parts), sentence),
        (
            [part for part in parts if part.state == PartState.OBJECTED],
            _("The objection of %(units)s is still open: settle it first."),
        ),
    ):
        if left:
            raise RuleBroken(says, params={"units": called(left)}, rule="R4.70")
    told = NegativeFiling.objects.filter(case=case, answer__isnull=False)
    refused = [part for part in parts if part.state == PartState.REFUSED]
    done = set(told.values_list("part_id", flat=True)) if refused else set()
    return (
        [part for part in refused if part.pk not in done],
        [part for part in refused if part.pk in done],
    )


def part_facts(part: Part) -> Facts:
    """Name a part in an event as it was asked."""
    return {
        "id": part.pk,
        "position": part.position,
        "name": part.name,
        "unit": part.unit,
        **({"lead": True} if part.is_lead else {}),
        **({"item": part.item_id} if part.item_id is not None else {}),
        "days": part.days,
        "window": place(part.window) if part.window else None,
        "person": person(part.person) if part.person else None,
        **dates_of(part),
    }


def dates_of(part: Part) -> Facts:
    """Say in an event how a part stands, and from when to when it runs."""
    return {
        "id": part.pk,
        "unit": part.unit,
        **({"about": part.name} if part.item_id is not None else {}),
        "state": str(part.state),
        "days": part.days,
        "starts_on": part.starts_on.isoformat() if part.starts_on else None,
        "due_on": part.due_on.isoformat() if part.due_on else None,
    }


def shares(parts: Sequence[Part]) -> list[Share]:
    """Return the dates of parts as `deadlines` counts with them."""
    return [
        Share(
            part.stage,
            part.days,
            part.starts_on,
            part.due_on,
            local_date(part.answered_at)
            if part.answered_at and is_done(part)
            else None,
            part.law,
        )
        for part in parts
    ]


def table_facts(
    case: Case,
    item: ServiceItem,
    parts: Sequence[Part],
    start: dt.date,
    today: dt.date,
) -> Facts:
    """Return the time table as it stands on paper (并联审批流程时限表, R4.78).

    `start` is the day on which the units were asked. Bars are in working days from it:
    a part begins `before` and takes `length`.
    """
    calendar, whole = calendar_of(case), whole_of(case, parts)
    rows: list[Facts] = []
    try:
        days = expected(calendar, start, shares(parts), whole, today)
    except ValueError:
        raise RuleBroken(_("The date would lie outside every calendar.")) from None
    for part, (first, last) in zip(parts, days, strict=True):
        before, length = bar(calendar, start, first, last)
        rows.append(
            {
                "name": part.name,
                "name_en": part.item.name_en if part.item else "",
                "unit": part.unit,
                "unit_en": part.department.name_en,
                "lead": part.is_lead,
                "person": part.person.name if part.person else "",
                "window": part.window.number if part.window else "",
                "days": part.days,
                "from": first.isoformat(),
                "due": last.isoformat(),
                "expected": part.starts_on is None,
                "answered": is_done(part),
                "before": before,
                "length": length,
            }
        )
    return {
        "item": item_facts(case.applied_for),
        "lead": item.department.name,
        "lead_en": item.department.name_en,
        "accepted_on": case.accepted_on.isoformat() if case.accepted_on else None,
        "promised_due": case.promised_due.isoformat() if case.promised_due else None,
        "statutory_due": case.statutory_due.isoformat() if case.statutory_due else None,
        "rows": rows,
        "width": max(1, *(_end(row) for row in rows)),
    }


def _end(row: Facts) -> int:
    return int(str(row["before"])) + int(str(row["length"]))
