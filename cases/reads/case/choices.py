"""What can be done with a case: the seven ways in order, and every other act."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import (
    IN_WORK,
    MAY_ACCEPT,
    MOVES,
    OPEN,
    Standing,
    State,
    Verb,
    Way,
    ways_forward,
    why_not,
)
from cases.models import Case
from cases.models.answers import FilingState
from cases.models.notices import NoticeKind
from windows.models import Clerk
from windows.models.places import LatePapers
from windows.roles import Role

from .casefile import CaseFile, Missed, time_of
from .shown import Choice, Joint, Text

_WAYS: Final[Mapping[Way, tuple[str, Text, Text]]] = {
    Way.ANSWER: (
        "case_answer",
        _("Answer now"),
        _("Write the answer clearly, and the next step"),
    ),
    Way.ACCEPT: (
        "case_accept",
        _("Accept"),
        _("Tick the papers; the clock starts with both dates"),
    ),
    Way.ASK_ONCE: (
        "case_ask_once",
        _("Ask once for what is missing"),
        _("The whole list at once, each with how to get it"),
    ),
    Way.HAND_OVER: (
        "case_hand_over",
        _("Hand over"),
        _("To a named person there now; you answer for it until accepted"),
    ),
    Way.DIRECT: (
        "case_direct",
        _("Direct elsewhere"),
        _("A unit outside the hall, with a day to check back"),
    ),
    Way.RAISE: (
        "case_raise",
        _("Raise"),
        _("Unclear or nobody's: filed, with a day for the reply"),
    ),
    Way.NEGATIVE: (
        "case_negative",
        _("Propose a negative"),
        _("Reason, basis, another way; told only after approval"),
    ),
}


_GRANT: Final = (
    _("Grant and answer"),
    _("What was applied for is granted with this answer"),
)
"""What an answer to an accepted case is; a refusal goes by way 7."""


_RENEWAL: Final = (
    _("Write down the renewal"),
    _("By law it is granted: nothing else can be answered"),
)
"""What an answer is once the law has renewed what was applied for (R1.27)."""


def ways_of(standing: Standing) -> tuple[Choice, ...]:
    """Return the seven ways in the order of their keys, open or with the reason."""
    choices = []
    for option in ways_forward(standing):
        act, name, hint = _WAYS[option.way]
        if option.way is Way.ANSWER and standing.state is State.ACCEPTED:
            name, hint = _GRANT
        if option.way is Way.ANSWER and standing.is_renewed:
            name, hint = _RENEWAL
        choices.append(
            Choice(
                act=act,
                name=name,
                hint=hint,
                key=str(option.way.key),
                why_not=gettext(option.why_not) if option.why_not else "",
                is_grave=option.way is Way.NEGATIVE,
            )
        )
    return tuple(choices)


def acts_of(
    case: Case,
    file: CaseFile,
    standing: Standing,
    viewer: Clerk,
    joint: Joint | None,
) -> tuple[Choice, ...]:
    """Return what else this person can do with the case now."""
    acts: list[Choice] = []
    if standing.is_holder:
        acts += _holders_acts(file, standing)
        if standing.state in IN_WORK and not _is_named(case):
            acts.append(
                Choice(
                    "case_applicant",
                    _("Name the applicant"),
                    _("Needed before it is accepted"),
                )
            )
    acts += _naming(case, file, standing, viewer)
    unanswered = any(not row["reply"] for row in file.raises)
    is_supervisor = viewer.role == Role.SUPERVISOR
    if unanswered and (standing.is_holder or is_supervisor):
        acts.append(
            Choice("case_reply", _("Write down the reply"), _("To what was raised"))
        )
    if joint is not None:
        acts += _joint_acts(joint, standing)
    if is_supervisor:
        acts += _supervisors_acts(file, standing, viewer)
    if standing.state in IN_WORK:
        acts += _green_acts(
            file, viewer, may_decide=standing.is_holder or is_supervisor
        )
    acts.sort(key=lambda act: not act.is_next)
    return tuple(replace(act, key=_KEYS.get(act.act, "")) for act in acts)


def _green_acts(file: CaseFile, viewer: Clerk, *, may_decide: bool) -> Iterable[Choice]:
    """What the green channel lets this person do (R2.83)."""
    green = file.green
    if green is not None and green["chaser_id"] == viewer.pk:
        yield Choice(
            "case_chase", _("I have chased it"), _("Who answers for it was asked")
        )
    if not may_decide:
        return
    if green is None:
        yield Choice(
            "case_green",
            _("Green channel"),
            _("For the old, the disabled and others who go first"),
        )
    else:
        yield Choice(
            "case_green_end",
            _("End the green channel"),
            _("It waits like any other again"),
        )


_KEYS: Final[Mapping[str, str]] = {
    "case_applicant": "p",
    "case_ask_once": "o",
    "case_call_back": "b",
    "case_check_back": "b",
    "case_code": "c",
    "case_decide": "v",
    "case_chase": "f",
    "case_deliver": "g",
    "case_extend": "x",
    "case_green": "g",
    "case_green_end": "g",
    "case_hand_over": "h",
    "case_item": "i",
    "case_name": "u",
    "case_lapse": "e",
    "case_objection": "a",
    "case_opinion": "q",
    "case_papers": "m",
    "case_post": "g",
    "case_reply": "y",
    "case_resume": "z",
    "case_silence": "u",
    "case_stop": "z",
    "case_substitute": "s",
    "case_tell": "t",
    "case_timetable": "r",
    "case_withdrawn": "w",
}
"""The letter of each act beside the ways; no two of one case share theirs."""


def _is_named(case: Case) -> bool:
    """Whether it is known by name who applies; a telephone alone does not say it."""
    applicant = getattr(case, "applicant", None)
    return applicant is not None and applicant.name_sealed is not None


def _naming(
    case: Case, file: CaseFile, standing: Standing, viewer: Clerk
) -> Iterable[Choice]:
    """Offer to write a name right: to the holder, after acceptance to a supervisor."""
    slips = (row["kind"] == NoticeKind.ACCEPTANCE for row in file.notices)
    is_accepted = standing.is_deemed or any(slips)
    is_his = viewer.role == Role.SUPERVISOR if is_accepted else standing.is_holder
    if is_his and standing.state in OPEN and _is_named(case):
        has_paper = case.applicant.identity_sealed is not None
        if has_paper or not is_accepted:
            yield Choice(
                "case_name", _("Correct the name"), _("Mistyped, of the same person")
            )


def is_approved(file: CaseFile) -> bool:
    """Whether the newest negative is approved; one told before a reopening stays so."""
    return bool(file.filings) and file.filings[0]["state"] == FilingState.APPROVED


def _holders_acts(file: CaseFile, standing: Standing) -> Iterable[Choice]:
    state = standing.state
    may_change = not (standing.offer_pending or file.materials or standing.is_received)
    if state is State.ASKED and may_change:
        name = _("Change the item") if standing.has_item else _("Choose the item")
        yield Choice("case_item", name, _("What the matter is in the catalogue"))
    if _may_bring(file, standing):
        yield Choice(
            "case_papers", _("Receive papers"), _("Tick them, and give the receipt")
        )
    is_renewed = standing.is_renewed
    if not standing.offer_pending and not standing.is_stopped and not is_renewed:
        yield from _after_the_day(file.missed(state), standing)
    if state is State.DIRECTED and not standing.offer_pending:
        yield Choice(
            "case_check_back",
            _("Check back"),
            _("Did the person get through?"),
            is_next=True,
        )
    is_told = standing.is_approved and not standing.is_deemed and not is_renewed
    if state is State.NEGATIVE_FILED and is_told:
        yield Choice(
            "case_tell",
            _("Tell the approved refusal"),
            _("With basis, another way and remedies"),
            is_grave=True,
            is_next=True,
        )
    if state is State.ACCEPTED and not standing.is_stopped and not is_renewed:
        yield Choice(
            "case_stop", _("Stop the clock"), _("For a hearing, a test and the like")
        )
    if standing.is_stopped:
        yield Choice(
            "case_resume",
            _("Let the clock run again"),
            _("What it was stopped for is done"),
            is_next=True,
        )
    if standing.to_deliver:
        yield _delivery(file)
    if state in OPEN:
        yield Choice("case_code", _("New look-up code"), _("The old one stops working"))
    if state in IN_WORK and not is_renewed:
        yield Choice(
            "case_withdrawn",
            _("The applicant withdraws"),
            _("Only signed, and only the applicant's own wish"),
        )


def _delivery(file: CaseFile) -> Choice:
    """What was granted is to be delivered, or its post to be looked after (R1.23)."""
    if any(row["state"] == "under_way" for row in file.deliveries):
        return Choice(
            "case_post",
            _("Did the post arrive?"),
            _("On which day it arrived, or that it came back"),
            is_next=True,
        )
    return Choice(
        "case_deliver",
        _("Deliver what was granted"),
        _("At the counter, by post or electronically, with its proof"),
        is_next=True,
    )


def _joint_acts(joint: Joint, standing: Standing) -> Iterable[Choice]:
    """What can be done with the parts of a joint case (R4.70 to R4.79)."""
    if any(part.may_speak for part in joint.parts):
        own = not standing.is_holder
        name = _("Give the opinion") if own else _("Write down an opinion")
        says = _("Agree, with conditions, or object by law")
        if joint.is_bundle:
            name = _("Decide the item") if own else _("Write down a decision")
            says = _("Grant, with conditions, or refuse by law")
        yield Choice("case_opinion", name, says, is_next=own)
    open_levels = [part.open_level for part in joint.parts if part.open_level]
    if any(level.may_settle for level in open_levels):
        yield Choice(
            "case_objection",
            _("Settle an objection"),
            _("It stands, is lifted, or goes one level up"),
        )
    if not standing.is_holder or standing.state is not State.ACCEPTED:
        return
    silent = (one.is_silent and one.may_count_silence for one in joint.parts)
    if joint.silence_agrees and any(silent):
        yield Choice(
            "case_silence",
            _("Note that silence agrees"),
            _("As this hall has it, for opinions alone"),
        )
    if not standing.is_stopped and joint.moved_since:
        yield Choice(
            "case_timetable",
            _("Issue the time table anew"),
            _("Dates have moved since it was issued"),
            is_next=True,
        )
    elif not standing.is_stopped and not all(part.is_fixed for part in joint.parts):
        yield Choice(
            "case_timetable",
            _("Change the time table"),
            _("For a reason, and never past the whole"),
        )


def _after_the_day(missed: Missed | None, standing: Standing) -> Iterable[Choice]:
    """What the notice said that lateness means, once its day has passed (R2.23).

    A refusal waits for the units of a joint case as any other does (R4.70).
    """
    if_late = missed.if_late if missed is not None else None
    if if_late == LatePapers.WITHDRAWN:
        yield Choice(
            "case_lapse",
            _("Record it as withdrawn"),
            _("The papers did not come in time, as the notice said"),
            is_next=True,
        )
    if if_late == LatePapers.REFUSED and not why_not(Way.NEGATIVE, standing):
        yield Choice(
            "case_negative",
            _("Propose the refusal"),
            _("The papers did not come in time, as the notice said"),
            is_grave=True,
            is_next=True,
        )


_BEFORE_OR_BESIDE: Final = frozenset(
    {State.ASKED, State.DIRECTED, State.RAISED, State.NEGATIVE_FILED}
)
"""States before a way forward was taken, or beside it."""


def _may_bring(file: CaseFile, standing: Standing) -> bool:
    """Whether papers can be taken in: before a way was taken, or what is missing."""
    is_missing = any(not row["received_at"] for row in file.materials)
    if standing.state in _BEFORE_OR_BESIDE and standing.has_item:
        # An item without papers is applied for with nothing but the application.
        begun = {NoticeKind.RECEIPT, NoticeKind.ACCEPTANCE}
        is_begun = any(row["kind"] in begun for row in file.notices)
        return is_missing or not (file.materials or is_begun)
    if standing.state is State.WAITING:
        return is_missing
    return standing.state is State.ACCEPTED and bool(file.lacking)


def _brought_since_told(file: CaseFile) -> bool:
    """Whether something came after the one-time notice that may be faulty (R1.12)."""
    told = [
        row
        for row in file.notices
        if row["kind"] == NoticeKind.ONE_TIME and row["version"] == 1
    ]
    came = [row["received_at"] for row in file.materials if row["received_at"]]
    since = time_of(told[-1]["issued_at"])
    return any(time_of(text) > since for text in came)


def _supervisors_acts(
    file: CaseFile, standing: Standing, viewer: Clerk
) -> Iterable[Choice]:
    state, pending = standing.state, standing.offer_pending
    proposed = [row for row in file.filings if row["state"] == FilingState.PROPOSED]
    if proposed and proposed[0]["proposed_by_id"] != viewer.pk:
        yield Choice(
            "case_decide",
            _("Decide the proposed negative"),
            _("Approve it, or overrule it with a reason"),
            is_grave=True,
            is_next=True,
        )
    if not standing.is_holder and not pending and state in MOVES[Verb.HAND_OVER]:
        yield Choice(
            "case_hand_over",
            _("Offer it on behalf of the holder"),
            _("When the person who answers for it is absent"),
        )
    if (
        standing.told_once
        and _brought_since_told(file)
        and not pending
        and standing.authority in MAY_ACCEPT
        and state in MOVES[Verb.ASK_ONCE]
    ):
        yield Choice(
            "case_ask_once",
            _("Allow a second one-time notice"),
            _("Only with a reason; it is counted"),
        )
    if state is State.ACCEPTED and not file.extensions and not standing.is_renewed:
        yield Choice(
            "case_extend", _("Extend the limits"), _("Once, as the head approved")
        )
    if state in OPEN:
        yield Choice(
            "case_substitute",
            _("Name somebody instead"),
            _("When the person who answers for it has fallen away"),
        )
    handled = {span["clerk_id"] for span in file.spans}
    handled |= {filing["decided_by_id"] for filing in file.filings}
    is_called = state is State.ANSWERED and not standing.to_deliver
    if is_called and viewer.pk not in handled:
        yield Choice(
            "case_call_back", _("Call back"), _("Is it really done?"), is_next=True
        )
