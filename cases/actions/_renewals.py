"""The expiry of what is to be renewed. Not for other modules (R1.27)."""

import datetime as dt

from cases.deadlines import apply_by
from cases.lifecycle import RuleBroken
from cases.models import Case
from windows.models import ServiceItem

from ._steps import _, calendar_of


def note_expiry(
    case: Case,
    item: ServiceItem,
    expires_on: dt.date | None,
    *,
    applied: dt.date,
    complete: dt.date,
    today: dt.date,
) -> list[str]:
    """Note until when what is to be renewed is valid; return the changed fields.

    Needed for an item that renews something, with the receipt or else the acceptance;
    until that it can be put right, after that it stays. Applied for in time and in the
    hall by the expiry (`complete`: since when it is accepted, or silence counts),
    silence renews it; a late application has no such protection. A life event renews
    nothing: each item is decided by its own unit, never by silence.
    """
    if item.renewal_days is None or case.accepted_on is not None or item.is_bundle:
        return []
    if case.renewed_on(today) is not None:  # what the law has renewed stays renewed
        return []
    case.expires_on = expires_on or case.expires_on
    if case.expires_on is None:
        raise RuleBroken(
            _("Write down until when what is to be renewed is valid."),
            field="expires_on",
            rule="R1.27",
        )
    last = apply_by(
        calendar_of(case), case.expires_on, item.renewal_days, item.renewal_unit
    )
    is_in_time = applied <= last and complete <= case.expires_on
    case.renews_after = case.expires_on if is_in_time else None
    return ["expires_on", "renews_after"]


def renewal_facts(case: Case) -> dict[str, object] | None:
    """Say on a paper and in its event until when it is valid, and if it is in time."""
    if case.expires_on is None:
        return None
    return {
        "expires_on": case.expires_on.isoformat(),
        "in_time": case.renews_after is not None,
    }
