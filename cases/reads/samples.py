"""A sample of every kind of paper, to see what texts and seal look like on it.

Its words are translated only when a sheet is drawn, in the language of that sheet.
Nobody is named and nothing is numbered; the sheet itself says that it is no paper.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.notices import NoticeKind, paper_name
from cases.numbers import PAPER_LETTERS
from windows.models import Hall

from .papers import SMALL, Sheet


def labels() -> list[tuple[str, str]]:
    """Return every kind of paper with its name."""
    return [(str(kind), str(kind.label)) for kind in NoticeKind]


def label_of(kind: str) -> str | None:
    """Return the name of a kind of paper, or None if there is none."""
    return dict(labels()).get(kind)


def is_small(kind: str) -> bool:
    """Whether this kind is printed on half a sheet unless asked otherwise."""
    return kind in SMALL


def sample_sheet(kind: str, hall: Hall, texts: Mapping[str, Any]) -> Sheet:
    """Return a sheet of a kind as it would be issued now, with nothing real on it.

    `texts` is what the hall puts on it: `texts` and `seal` as a paper keeps them.
    """
    now = timezone.localtime()
    return Sheet(
        id=0,
        kind=kind,
        label=paper_name(kind),
        number=f"{PAPER_LETTERS[kind]}-{now.year}-0000",
        version=1,
        newest=1,
        correction="",
        is_second=False,
        issued_at=now,
        content={**_content(hall, now), **_own_facts(kind, now), **texts},
        case="00-000-000-0",
        proof="0" * 64,
        prints=0,
        name=_("(name of the applicant)"),  # type: ignore[arg-type]
        telephone="139****0000",
        is_sample=True,
    )


_PAPER = {"form": "original", "copies": 1}


def _own_facts(kind: str, now: dt.datetime) -> dict[str, Any]:
    """Facts that a kind of paper has in a shape of its own."""
    if kind == NoticeKind.RECEIPT:
        return {"materials": [{"name": _("(a paper)"), **_PAPER}]}
    if kind == NoticeKind.STOP:
        return {"unit": "working"}
    if kind == NoticeKind.REPLY_CARD:
        return {
            "unit": _("(unit)"),
            "filing_number": "00-000-000-0/0",
            "raised_on": now.date(),
            "replied_on": now.date(),
        }
    if kind == NoticeKind.DELIVERY:
        due = {"due_on": now.date() + dt.timedelta(days=14), "days": 10}
        return {
            "granted_on": now.date(),
            "deliver_by": due | {"unit": "working"},
            "results": ["certificate"],
            "delivery": {
                "method": "counter",
                "receiver": "applicant",
                "proof": "identity",
            },
            "delivered_on": now.date(),
        }
    if kind == NoticeKind.JOINT:
        row = {
            "name": _("(step)"),
            "unit": _("(unit)"),
            "days": 10,
            "from": now.date(),
            "due": now.date() + dt.timedelta(days=14),
            "length": 10,
        }
        return {
            "lead": _("(unit)"),
            "width": 20,
            "rows": [
                row | {"before": 0, "lead": True},
                row | {"before": 10, "expected": True},
            ],
        }
    return {}


def _content(hall: Hall, now: dt.datetime) -> dict[str, Any]:
    """Facts for every kind at once: each template takes those it knows."""
    today = now.date()
    later = today + dt.timedelta(days=14)
    clerk = {"no": "0000", "name": _("(clerk)"), "title": ""}
    window = {"no": "1", "name": _("(window)"), "floor": 1, "zone": "", "telephone": ""}
    words = _("(what is written here in a real paper)")
    promised = {"due_on": later, "days": 10, "unit": "working", "provisional": False}
    material = {
        "name": _("(a paper)"),
        "standard": words,
        "how_to_get": words,
        "sample": words,
        "follow_by": later,
        **_PAPER,
    }
    return {
        "hall": {
            "name": hall.name,
            "name_en": hall.name_en,
            "address": hall.address,
            "telephone": hall.telephone,
            "complaints": hall.complaint_telephone,
        },
        "window": window,
        "clerk": clerk,
        "item": {"code": "", "name": _("(service item)"), "basis": ""},
        "applied_on": today,
        "accepted_on": today,
        "received_on": today,
        "tell_by": promised,
        "promised": promised,
        "statutory": promised | {"days": 20},
        "bring_by": later,
        "if_late": "kept",
        "materials": [material["name"]],
        "missing": [material],
        "to_follow": [material],
        "days": 10,
        "head": _("(head of the organ)"),
        "reason": words,
        "before": {"promised_due": today, "statutory_due": today},
        "promised_due": later,
        "statutory_due": later,
        "ground": "hearing",
        "limit_days": 10,
        "unit": {"name": _("(unit)")},
        "began_on": today,
        "ends_on": later,
        "at": window,
        "to": clerk,
        "from": clerk,
        "until": now,
        "address": hall.address,
        "telephone": hall.telephone,
        "hours": hall.hours,
        "bring": words,
        "check_back_on": later,
        "text": words,
        "basis": words,
        "made_possible_by": words,
        "other_way": words,
        "remedies": words,
        "proposer": clerk,
        "proposed_at": now,
        "decision": "approved",
        "decider": clerk,
        "question": words,
        "own_view": words,
        "reply": words,
    }
