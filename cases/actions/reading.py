"""Reading that is an act: opening personal fields, exporting, keeping a search."""

import datetime as dt
import secrets

from django.db import transaction

from cases import vault
from cases.lifecycle import RuleBroken
from cases.models import Applicant, Case, GreenChannel, OpenedRecord, SavedSearch
from cases.models.history import OpenedWhat
from windows.models import Clerk

from ._steps import _


@transaction.atomic(durable=True)
def open_applicant(
    case: Case, *, reason: str, by: Clerk, at: dt.datetime
) -> dict[str, str]:
    """Return the personal fields in clear, on purpose and on record (evidence 6).

    Who, whose, when and why are kept apart from the history of the case. Raises
    RuleBroken without a reason, or if there is nothing personal.
    """
    if not reason.strip():
        raise RuleBroken(_("Say why you need to see it."), field="reason")
    applicant = Applicant.objects.filter(case=case).first()
    green = GreenChannel.objects.filter(case=case, ended_at__isnull=True).first()
    if applicant is None and green is None:
        raise RuleBroken(_("No personal data was given in this case."))
    OpenedRecord.objects.create(
        case=case,
        hall_id=case.hall_id,
        what=OpenedWhat.APPLICANT,
        by=by,
        at=at,
        reason=reason,
    )
    clear: dict[str, str] = {}
    if applicant is not None:
        row = vault.applicant_row(case.pk)
        for name in (
            "name",
            "identity",
            "telephone",
            "agent_name",
            "agent_identity",
            "agent_telephone",
        ):
            sealed = getattr(applicant, f"{name}_sealed")
            if sealed is not None:
                clear[name] = vault.open_(applicant.data_key, row, name, sealed)
    if green is not None:
        clear["ground"] = vault.open_(
            green.data_key, vault.green_row(case.pk), "ground", green.ground_sealed
        )
    return clear


@transaction.atomic(durable=True)
def record_export(
    *, rows: int, filters: str, reason: str, by: Clerk, at: dt.datetime
) -> None:
    """Keep who took a list out of the hall, which one, and why."""
    if not reason.strip():
        raise RuleBroken(_("Say what the export is for."), field="reason")
    if by.hall_id is None:
        raise RuleBroken(_("You belong to no hall."))
    OpenedRecord.objects.create(
        hall_id=by.hall_id,
        what=OpenedWhat.EXPORT,
        by=by,
        at=at,
        reason=reason,
        rows=rows,
        filters=filters[:500],
    )


@transaction.atomic(durable=True)
def keep_search(text: str, *, by: Clerk, at: dt.datetime) -> str:
    """Keep the free text of a ledger search, sealed; return the token for its address.

    Words may be a name: they never stand in an address or a log.
    """
    if by.hall_id is None:
        raise RuleBroken(_("You belong to no hall."))
    token = secrets.token_urlsafe(12)
    row = f"cases.SavedSearch:{token}"
    key = vault.new_data_key(row)
    SavedSearch.objects.create(
        token=token,
        hall_id=by.hall_id,
        data_key=key,
        text_sealed=vault.seal(key, row, "text", text),
        at=at,
    )
    return token
