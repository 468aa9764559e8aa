"""The clocks of the page: both dates, what stopped them, and the dates ahead."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, replace

from django.utils import timezone
from django.utils.translation import gettext

from cases import deadlines
from cases.deadlines import STOP_NAMES, Limits, Status, Stop
from cases.lifecycle import IF_LATE, IN_WORK, MOVES, State, Verb
from cases.models import Case
from cases.models.case import DeadlineKind
from cases.models.notices import NoticeKind
from cases.reads.due import LEVELS, Explained, explained, shown, told_before
from cases.reads.recount import binding
from windows.closures import Calendar

from .casefile import CaseFile, Row, day_of, time_of
from .shown import Ahead, Bar, Extended, Stopped

_BOTH = (DeadlineKind.PROMISED, DeadlineKind.STATUTORY)
_SHOWN_ALWAYS = (*_BOTH, DeadlineKind.DELIVERY)


def _latest(file: CaseFile, kind: str) -> Row | None:
    rows = [row for row in file.deadlines if row["kind"] == kind]
    return rows[-1] if rows else None


def _told_before(file: CaseFile, kind: str) -> dt.date | None:
    """Return what was told before the calendar moved the date of a kind."""
    rows = [row["was_on"] for row in file.deadlines if row["kind"] == kind]
    return told_before([day_of(was) if was else None for was in rows])


def _current(case: Case, file: CaseFile) -> Row | None:
    """Return the deadline somebody must act by now, as it was computed."""
    if case.due_on is None:
        return None
    due = case.due_on.isoformat()
    rows = [row for row in file.deadlines if row["due_on"] == due]
    return rows[-1] if rows else None


def bars_of(
    case: Case, file: CaseFile, calendar: Calendar, today: dt.date
) -> tuple[Bar, ...]:
    """Return the deadlines of the page: both dates, and what is due in this state."""
    has_ended = bool(file.answers) and case.state not in IN_WORK
    end = today
    if has_ended:
        end = timezone.localdate(time_of(file.answers[-1]["at"]))
    bars = []
    for kind in _BOTH if _has_limits(case, file) else ():
        row = _latest(file, kind)
        if row is not None:
            bars.append(
                _bar(
                    row,
                    kind,
                    calendar,
                    end,
                    was=_told_before(file, kind),
                    has_ended=has_ended,
                    is_frozen=file.is_frozen,
                    stops=stops_of(file),
                )
            )
    if case.expires_on is not None and case.state in IN_WORK:
        bars.append(_expiry(case, case.expires_on, calendar, today))
    follows = _to_follow(case, file)
    if follows is not None:
        label, since = _follow_label(), case.accepted_on
        due = shown(follows, today=today, calendar=calendar, label=label, since=since)
        bars.append(Bar(kind="follow", **asdict(due)))
    delivery = _delivery(file)
    if delivery is not None:
        bars.append(_delivery_bar(delivery, case, file, calendar, today))
    current = _current(case, file)
    if current is not None and current["kind"] not in _SHOWN_ALWAYS:
        was = _told_before(file, current["kind"])
        bars.append(_bar(current, "current", calendar, today, was=was))
    return tuple(bars)


def _to_follow(case: Case, file: CaseFile) -> dt.date | None:
    """Return the next day by which a paper follows that was committed to (R2.33)."""
    if case.state not in IN_WORK or case.accepted_on is None:
        return None
    days = [day_of(row["follow_by"]) for row in file.lacking if row["follow_by"]]
    return min(days, default=None)


def _follow_label() -> str:
    return gettext("Papers to follow")


def _until_followed(
    case: Case, file: CaseFile, calendar: Calendar, today: dt.date
) -> Explained | None:
    follows = _to_follow(case, file)
    if follows is None or case.accepted_on is None:
        return None
    count = deadlines.working_days_between(calendar, case.accepted_on, follows)
    computed = deadlines.due(calendar, case.accepted_on, count, deadlines.Unit.WORKING)
    return explained(computed, label=_follow_label(), today=today)


def _expiry(case: Case, expires: dt.date, calendar: Calendar, today: dt.date) -> Bar:
    """Return until when what is to be renewed is valid (R1.27), as it is printed."""
    due = shown(expires, today=today, calendar=calendar, label=_renewal_label())
    words = ""
    if due.level == "late":
        is_renewed = case.renewed_on(today) is not None
        words = gettext("Renewed by law") if is_renewed else gettext("Expired")
    return Bar(kind="renewal", words=words, **asdict(due) | {"provisional": False})


def _renewal_label() -> str:
    return gettext("Expiry of what is to be renewed")


def _until_expiry(case: Case, calendar: Calendar, today: dt.date) -> Explained | None:
    if case.expires_on is None or case.item is None:
        return None
    applied = min(case.received_on or today, case.expires_on)
    computed = deadlines.until_expiry(
        calendar, applied, case.expires_on, case.item.renewal_unit
    )
    return explained(computed, label=_renewal_label(), today=today)


def _delivery(file: CaseFile) -> Row | None:
    """Return the day of delivery of the last grant; one reopened since is undecided."""
    row = _latest(file, DeadlineKind.DELIVERY)
    reopened = [span["since"] for span in file.spans if span["basis"] == "reopening"]
    if row is None or (reopened and time_of(row["set_at"]) < time_of(reopened[-1])):
        return None
    return row


def _delivery_bar(
    row: Row, case: Case, file: CaseFile, calendar: Calendar, today: dt.date
) -> Bar:
    """Return until when the grant is delivered, or that it was, in time or late.

    What is on its way or came back is not delivered: its day goes on counting.
    """
    was = _told_before(file, row["kind"])
    bar = _bar(row, "delivery", calendar, today, was=was)
    if case.to_deliver:
        return bar
    arrived = [day_of(one["settled_on"]) for one in file.deliveries]
    bar = _bar(row, "delivery", calendar, arrived[-1] if arrived else today, was=was)
    is_late = bar.level == "late"
    return replace(
        bar,
        level="late" if is_late else "none",
        words=gettext("Delivered late") if is_late else gettext("Delivered in time"),
    )


def count_from_receipt(case: Case, file: CaseFile, calendar: Calendar) -> None:
    """Add both dates of a case that silence has accepted (R1.07).

    Nothing has written them down yet; an acceptance of before a reopening is over.
    """
    both = case.both_by_silence(calendar, file.today)
    if both is None:
        return
    file.deadlines = [
        *(
            {
                "kind": kind,
                "starts_on": computed.start.isoformat(),
                "days": computed.count,
                "unit": computed.unit,
                "due_on": computed.due.isoformat(),
                "is_provisional": computed.provisional,
                "was_on": None,
            }
            for kind, computed in zip(_BOTH, both, strict=True)
        ),
        *(row for row in file.deadlines if row["kind"] not in _BOTH),
    ]


def _has_limits(case: Case, file: CaseFile) -> bool:
    """Whether both dates hold: what was accepted before a reopening is over."""
    return case.accepted_on is not None or file.deemed_on is not None


def stops_of(file: CaseFile) -> tuple[Stop, ...]:
    """Return the stops since the case was accepted; before, it had another clock."""
    slips = [
        row
        for row in file.notices
        if row["kind"] == NoticeKind.ACCEPTANCE and row["version"] == 1
    ]
    if not slips or file.deemed_on is not None:
        return ()
    since = time_of(slips[-1]["issued_at"])
    return tuple(
        Stop(
            day_of(row["began_on"]),
            day_of(row["resumed_on"]) if row["resumed_on"] else None,
            row["limit_days"],
            STOP_NAMES[row["ground"]],
        )
        for row in file.stops
        if time_of(row["at"]) >= since
    )


def stopped_of(row: Row) -> Stopped:
    """Return a stop of the clock."""
    return Stopped(
        ground=gettext(STOP_NAMES[row["ground"]]),
        reason=row["reason"],
        limit_days=row["limit_days"],
        began_on=day_of(row["began_on"]),
        resumed_on=day_of(row["resumed_on"]) if row["resumed_on"] else None,
    )


def extended_of(row: Row) -> Extended:
    """Return the extension of both limits."""
    return Extended(row["days"], row["reason"], row["head"])


def _bar(
    row: Row,
    kind: str,
    calendar: Calendar,
    end: dt.date,
    *,
    was: dt.date | None,
    has_ended: bool = False,
    is_frozen: bool = False,
    stops: Sequence[Stop] = (),
) -> Bar:
    """Return a deadline as it stands on `end`: today, or the day of the answer."""
    due, start, total = day_of(row["due_on"]), day_of(row["starts_on"]), row["days"]
    near = deadlines.nearness(calendar, due, end)
    used = deadlines.days_used(calendar, start, end, row["unit"], stops)
    is_late = near.status is Status.OVERDUE and not is_frozen
    level, words = LEVELS[near.status], ""
    if is_frozen:
        level = "stopped"
    elif has_ended:
        level = "late" if is_late else "none"
        words = gettext("Answered late") if is_late else gettext("Answered in time")
    return Bar(
        kind=kind,
        label=str(DeadlineKind(row["kind"]).label),
        level=level,
        due=None if is_frozen else due,
        days_left=-near.days if is_late else near.days,
        days_late=near.days if is_late else 0,
        used=max(0, min(used, total)),
        total=total,
        # The notice of its year may have come without moving it.
        provisional=row["is_provisional"]
        and deadlines.still_provisional(calendar, start, due),
        words=words,
        was=was if was != due else None,
    )


def explanation(
    case: Case, file: CaseFile, calendar: Calendar, today: dt.date, days: str
) -> Explained | None:
    """Explain a kept deadline day by day from the facts it was computed from."""
    if days == "renewal":
        return _until_expiry(case, calendar, today)
    if days == "follow":
        return _until_followed(case, file, calendar, today)
    row = _current(case, file) if days == "current" else _latest(file, days)
    if row is None:
        return None
    is_limit = row["kind"] in _BOTH
    if is_limit and (file.is_frozen or not _has_limits(case, file)):
        return None
    computed = deadlines.due(
        calendar,
        day_of(row["starts_on"]),
        row["days"],
        row["unit"],
        stops_of(file) if is_limit else (),
    )
    kept = day_of(row["due_on"])
    return explained(
        computed,
        label=str(DeadlineKind(row["kind"]).label),
        today=today,
        # The calendar may have changed since; what binds stays as it was told.
        was=kept if kept != computed.due else None,
        will_move=deadlines.moved(
            kept,
            computed.due,
            today,
            binding(row["kind"], is_provisional=row["is_provisional"]),
        )
        != kept,
    )


def dates_ahead(
    case: Case, file: CaseFile, calendar: Calendar, today: dt.date
) -> Ahead:
    """Return the dates that a way would set today; the page shows them before it."""

    def after(days: int) -> dt.date:
        return deadlines.due(calendar, today, days, deadlines.Unit.WORKING).due

    promised = statutory = None
    start = deadlines.accepted_from(
        today, deemed=file.deemed_on, completed=_completed_on(case, file)
    )
    item = case.applied_for
    if item is not None and State(case.state) in MOVES[Verb.ACCEPT]:
        try:
            both = case.both_by_silence(calendar, today) or deadlines.both_dates(
                calendar, start, case.kept_limits or Limits.of(item)
            )
        except ValueError:
            both = None
        if both is not None:
            promised, statutory = both[0].due, both[1].due
    return Ahead(
        accepted_on=start if start != today else None,
        promised=promised,
        statutory=statutory,
        bring_by=after(case.hall.bring_days),
        if_late=gettext(IF_LATE[case.hall.late_papers]),
        if_not_followed=gettext(IF_LATE[case.hall.late_follow_ups]),
        check_back_on=after(case.hall.checkback_days),
        reply_by=after(case.hall.raise_days),
        decide_by=after(case.hall.negative_days),
    )


def _completed_on(case: Case, file: CaseFile) -> dt.date | None:
    """Since when all that was asked for once is here, or None (R1.10)."""
    came = [row["received_at"] for row in file.materials if row["is_required"]]
    if case.state != State.WAITING or not came or not all(came):
        return None
    return max(timezone.localdate(time_of(text)) for text in came)
