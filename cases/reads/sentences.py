"""Events as sentences: a case's history in words anybody can read.

Every name in a sentence comes from the body of its event, as it was at the time; a
window renamed since then keeps its old name there. Bodies hold no personal data and no
free text (evidence 1), so the sentences hold none either.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.deadlines import STOP_NAMES
from cases.lifecycle import CHASE_NAMES
from cases.numbers import format_number, paper_number
from windows.listing import joined

Body = Mapping[str, Any]

HAND, TOLD, GRAVE, PLAIN = "hand", "told", "grave", ""
"""What a line is about: who answers for it, what was said, a negative, the rest."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of the history: what happened, more about it, and of which kind."""

    text: str
    more: str = ""
    tone: str = PLAIN


def sentence(kind: str, body: str) -> Sentence:
    """Return the event as a sentence in the language of the page.

    An event of a kind that this release does not know is still named, never hidden.
    """
    facts: Body = json.loads(body)
    write = SENTENCES.get(kind)
    if write is None:
        unknown = _("%(who)s: %(kind)s.") % {"who": _who(facts), "kind": kind}
        return Sentence(unknown)
    said = write(facts)
    more = filter(None, [said.more, _passed(facts), _passed_by(facts)])
    return replace(said, more=" ".join(more))


def _person(person: Any) -> str:
    """Name somebody with the staff number, as both were then."""
    if not isinstance(person, Mapping):
        return "?"
    named = {"name": person.get("name", "?"), "number": person.get("no", "?")}
    return _("%(name)s (%(number)s)") % named


def _at(window: Any) -> str:
    return str(window.get("no", "?")) if isinstance(window, Mapping) else "?"


def _who(facts: Body) -> str:
    """Name who acted, and the window if there was one."""
    name = _person(facts.get("actor"))
    if not facts.get("window"):
        return name
    place = {"name": name, "window": _at(facts["window"])}
    return _("%(name)s at window %(window)s") % place


def _part(facts: Body, name: str) -> Body:
    part = facts.get(name)
    return part if isinstance(part, Mapping) else {}


def _day(text: Any) -> str:
    try:
        day = dt.date.fromisoformat(str(text))
    except ValueError:
        return "?"
    return formats.date_format(day, "Y-m-d")


def _number(facts: Body) -> str:
    """Return the printed number of the paper of an event."""
    notice = _part(facts, "notice")
    return paper_number(
        str(notice.get("kind", "")), notice.get("year", 0), notice.get("serial", 0)
    )


def _opened(facts: Body) -> Sentence:
    item = _part(facts, "item")
    more = _("Item: %(item)s.") % {"item": item["name"]} if item else ""
    text = _("%(who)s was asked first and opened the case.") % {"who": _who(facts)}
    return Sentence(text, more, HAND)


def _item_chosen(facts: Body) -> Sentence:
    item = {"who": _who(facts), "item": _part(facts, "item").get("name", "?")}
    return Sentence(_("%(who)s chose the item: %(item)s.") % item)


def _applicant_named(facts: Body) -> Sentence:
    more = _("There is a way to call back.") if facts.get("contact") else ""
    return Sentence(_("%(who)s added who applies.") % {"who": _who(facts)}, more)


def _name_corrected(facts: Body) -> Sentence:
    return Sentence(
        _("%(who)s wrote the mistyped name of the applicant right.")
        % {"who": _who(facts)}
    )


def _code_renewed(facts: Body) -> Sentence:
    return Sentence(
        _("%(who)s gave the applicant a new look-up code; the old one ended.")
        % {"who": _who(facts)}
    )


def _offer(facts: Body) -> dict[str, str]:
    referral = _part(facts, "referral")
    return {
        "who": _who(facts),
        "asker": _person(referral.get("from")),
        "receiver": _person(referral.get("to")),
        "window": _at(referral.get("window")),
    }


def _offered(facts: Body) -> Sentence:
    escorts = {
        "led": _("The person was taken there."),
        "called": _("The window was called."),
        "told": _("The person waited."),
    }
    offer = _offer(facts)
    return Sentence(
        _("%(who)s offered it to %(receiver)s at window %(window)s.") % offer,
        escorts.get(str(facts.get("escort")), ""),
    )


def _taken_over(facts: Body) -> Sentence:
    offer = _offer(facts)
    more = _("As stand-in for %(receiver)s.") % offer if facts.get("stand_in") else ""
    if facts.get("limbo"):
        times = {"count": int(facts.get("hand_overs", 0))}
        passed = _(
            "It has changed hands %(count)d times: the case is on the supervisor's "
            "list now."
        )
        more = f"{more} {passed % times}".strip()
    return Sentence(
        _("%(who)s took it over from %(asker)s and answers for it from now on.")
        % offer,
        more,
        HAND,
    )


def _better(better: Body) -> str:
    window, unit = _part(better, "window"), _part(better, "unit")
    if window:
        named = {"window": window.get("no", "?"), "name": window.get("name", "?")}
        return _("Better placed at window %(window)s %(name)s.") % named
    if unit:
        return _("Better placed with %(unit)s.") % {"unit": unit.get("name", "?")}
    return _("Sent up to the supervisor.")


def _declined(facts: Body) -> Sentence:
    more = _better(_part(facts, "better"))
    if facts.get("limbo"):
        more += " " + _("The case is on the supervisor's list now.")
    return Sentence(
        _("%(who)s declined the offer; %(asker)s still answers for it.")
        % _offer(facts),
        more,
    )


def _offer_withdrawn(facts: Body) -> Sentence:
    return Sentence(_("%(who)s took the offer to %(receiver)s back.") % _offer(facts))


def _offer_lapsed(facts: Body) -> Sentence:
    return Sentence(
        _("The offer to %(receiver)s at window %(window)s was not answered in time.")
        % _offer(facts),
        _("The case is on the supervisor's list now."),
    )


def _accepted(facts: Body) -> Sentence:
    dates = {
        "number": _number(facts),
        "promised": _day(facts.get("promised_due")),
        "statutory": _day(facts.get("statutory_due")),
    }
    return Sentence(
        _("%(who)s accepted it.") % {"who": _who(facts)},
        " ".join(
            [
                _(
                    "Slip %(number)s; promised for %(promised)s, by law until "
                    "%(statutory)s."
                )
                % dates,
                *_since(facts),
                *_omitted(facts),
                *_valid_until(facts),
                *_asked_units(facts),
            ]
        ),
        TOLD,
    )


def _since(facts: Body) -> list[str]:
    """Say from which earlier day an acceptance counts, and why (R1.07, R1.10)."""
    if not facts.get("counted_from"):
        return []
    day = {"day": _day(facts["counted_from"])}
    if facts.get("deemed"):
        return [
            _("Nothing was told in time: by law accepted since %(day)s, the receipt.")
            % day
        ]
    return [_("Counted from %(day)s, when all of it was here.") % day]


def _valid_until(facts: Body) -> list[str]:
    """Say until when what is to be renewed is valid, and what silence means (R1.27)."""
    renewal = _part(facts, "renewal")
    if not renewal:
        return []
    day = {"day": _day(renewal.get("expires_on"))}
    if renewal.get("in_time"):
        return [_("Valid until %(day)s; undecided by then, the law renews it.") % day]
    return [
        _("Valid until %(day)s; applied for too late for the law to renew it.") % day
    ]


def _omitted(facts: Body) -> list[str]:
    """Say how many papers follow an acceptance, as was committed (R2.30)."""
    count = int(facts.get("to_follow", 0))
    if not count:
        return []
    text = ngettext(
        "%(count)d paper follows, as committed.",
        "%(count)d papers follow, as committed.",
        count,
    )
    return [text % {"count": count}]


def _asked_units(facts: Body) -> list[str]:
    """Say which units were asked for their part at once (R4.70)."""
    parts = [one for one in facts.get("parts", ()) if isinstance(one, Mapping)]
    units = dict.fromkeys(str(one["unit"]) for one in parts if not one.get("lead"))
    if not units:
        return []
    number = _number({"notice": facts.get("table")})
    return [
        _("Copied to: %(units)s; time table %(number)s.")
        % {"units": joined(list(units)), "number": number}
    ]


def _unit(facts: Body) -> dict[str, str]:
    return {"who": _who(facts), "unit": _called(_part(facts, "part"))}


def _called(part: Body) -> str:
    """Name a unit; of a life event also its item, since one may have several."""
    names = (part.get("unit", "?"), part.get("about"))
    return " · ".join(str(name) for name in names if name)


def _begun(facts: Body) -> str:
    """Say which later parts begin with this result, and until when (R4.73)."""
    begun = [one for one in facts.get("begun", ()) if isinstance(one, Mapping)]
    return " ".join(
        _("%(unit)s begins, by %(day)s.")
        % {"unit": _called(one), "day": _day(one.get("due_on"))}
        for one in begun
    )


def _opinion_given(facts: Body) -> Sentence:
    kinds = {
        "agree": _("%(who)s: %(unit)s agrees."),
        "conditions": _("%(who)s: %(unit)s agrees with conditions."),
        "object": _("%(who)s: %(unit)s objects, with reasons in law."),
    }
    opinion = str(facts.get("opinion", ""))
    is_item = bool(_part(facts, "part").get("about"))
    if is_item:
        kinds = {
            "agree": _("%(who)s: %(unit)s, granted."),
            "conditions": _("%(who)s: %(unit)s, granted on conditions."),
            "object": _("%(who)s: %(unit)s, to be refused, with reasons in law."),
        }
    text = kinds.get(opinion, kinds["agree"])
    if facts.get("lead") and not is_item:
        text = _("%(who)s: the step of %(unit)s, the lead, is done.")
    more = _begun(facts)
    if opinion == "object":
        text, more = kinds["object"], _level(facts)
    if facts.get("for_want_of_people"):
        letter = _("By letter: nobody was at its window.")
        more = " ".join(filter(None, (letter, more)))
    if facts.get("late"):
        late = _("Late by %(days)s working days.") % {"days": facts["late"]}
        more = " ".join(filter(None, (late, more)))
    tone = GRAVE if opinion == "object" else PLAIN
    return Sentence(text % _unit(facts), more, tone)


def _level(facts: Body) -> str:
    """Say who has to settle an objection now, and by when."""
    opened = _part(facts, "objection")
    levels = {
        "lead": _("The lead settles it with the unit by %(day)s."),
        "committee": _("The committee decides by %(day)s."),
        "government": _("The government decides by %(day)s."),
    }
    text = levels.get(str(opened.get("level", "")), "")
    return text % {"day": _day(opened.get("due_on"))} if text else ""


def _silence_noted(facts: Body) -> Sentence:
    return Sentence(
        _("%(who)s noted that %(unit)s was silent past its day and counts as agreeing.")
        % _unit(facts),
        _begun(facts),
    )


def _objection_settled(facts: Body) -> Sentence:
    outcomes = {
        "stands": _("%(who)s: the objection of %(unit)s stands."),
        "lifted": _("%(who)s: the objection of %(unit)s is lifted."),
        "conditions": _("%(who)s: the objection of %(unit)s is lifted on conditions."),
        "up": _("%(who)s: the objection of %(unit)s goes one level up."),
    }
    if _part(facts, "part").get("about"):
        outcomes = {
            "stands": _("%(who)s: %(unit)s, to be refused, and that stands."),
            "lifted": _("%(who)s: %(unit)s, granted after all."),
            "conditions": _("%(who)s: %(unit)s, granted on conditions after all."),
            "up": _("%(who)s: whether %(unit)s is refused goes one level up."),
        }
    outcome = str(facts.get("outcome", ""))
    return Sentence(
        outcomes.get(outcome, outcomes["up"]) % _unit(facts),
        _level(facts) if outcome == "up" else _begun(facts),
        GRAVE if outcome == "stands" else PLAIN,
    )


def _timetable_changed(facts: Body) -> Sentence:
    table = _part(facts, "table")
    parts = {
        "who": _who(facts),
        "number": _number({"notice": table}),
        "version": table.get("version", "?"),
    }
    changed = [one for one in facts.get("changed", ()) if isinstance(one, Mapping)]
    days = [
        _("%(unit)s: by %(day)s.")
        % {"unit": one.get("unit", "?"), "day": _day(one["due_on"])}
        for one in changed
        if one.get("due_on")
    ]
    ends, promised = facts.get("ends_on"), facts.get("promised_due")
    if ends and promised and ends > promised:
        days.append(
            _("All of it ends on %(day)s, after the promised %(promised)s.")
            % {"day": _day(ends), "promised": _day(promised)}
        )
    text = _("%(who)s changed the time table %(number)s: version %(version)s.")
    if not changed:
        text = _("%(who)s issued the time table %(number)s anew: version %(version)s.")
    return Sentence(
        text % parts,
        " ".join(days),
    )


def _unit_refused(facts: Body) -> Sentence:
    of_item = {"unit": facts.get("unit", "?"), "about": facts.get("item")}
    parts = {"who": _who(facts), "unit": _called(of_item)}
    # Of a life event the rest may be granted; of one joint item it is refused too.
    more = "" if facts.get("item") else _("Another unit's refusal is still to be told.")
    return Sentence(
        _("%(who)s told the refusal of %(unit)s with its remedies.") % parts,
        more,
        GRAVE,
    )


def _moved(facts: Body) -> str:
    """Say which units, items and objections have another day now (R1.21, R1.24)."""
    moved = [
        _("%(unit)s: by %(day)s.")
        % {"unit": _called(one), "day": _day(one.get("due_on"))}
        for one in facts.get("parts_moved", ())
        if isinstance(one, Mapping)
    ]
    moved += [
        _("The objection of %(unit)s: to be settled by %(day)s.")
        % {"unit": one.get("of", "?"), "day": _day(one.get("due_on"))}
        for one in facts.get("objections_moved", ())
        if isinstance(one, Mapping)
    ]
    return " ".join(moved)


def _clock_stopped(facts: Body) -> Sentence:
    stop = _part(facts, "stop")
    parts = {
        "who": _who(facts),
        "ground": _ground(stop),
        "days": stop.get("limit_days"),
        "day": _day(stop.get("ends_on")),
    }
    if stop.get("limit_days") is None:
        detail = _("How long is not known yet; looked at again on %(day)s.") % parts
    else:
        detail = _("%(days)s days were told, until %(day)s.") % parts
    text = _("%(who)s stopped the clock: %(ground)s.") % parts
    both = _both_dates(facts) if facts.get("promised_due") else ""
    more = " ".join(filter(None, (detail, both, _moved(facts))))
    return Sentence(text, more, TOLD)


def _ground(stop: Body) -> str:
    return _(STOP_NAMES.get(stop.get("ground", ""), ""))


def _clock_resumed(facts: Body) -> Sentence:
    return Sentence(
        _("%(who)s let the clock run again: %(ground)s is over.")
        % {"who": _who(facts), "ground": _ground(_part(facts, "stop"))},
        f"{_both_dates(facts)} {_moved(facts)}".strip(),
    )


def _extended(facts: Body) -> Sentence:
    parts = {
        "who": _who(facts),
        "days": _part(facts, "extension").get("days"),
    }
    return Sentence(
        _("%(who)s extended the limits by %(days)s days, as the head approved.")
        % parts,
        f"{_both_dates(facts)} {_moved(facts)}".strip(),
        TOLD,
    )


def _dates_moved(facts: Body) -> Sentence:
    was = _part(facts, "was")
    labels = {
        "promised_due": _("Promised date"),
        "statutory_due": _("Statutory date"),
        "tell_by": _("Accepted, or told what is missing, by"),
        "due_on": _("Next step by"),
    }
    moved = [
        _("%(label)s: %(day)s, was %(before)s.")
        % {
            "label": label,
            "day": _day(facts.get(name)),
            "before": _day(was.get(name)),
        }
        for name, label in labels.items()
        if was.get(name) and was.get(name) != facts.get(name)
    ]
    return Sentence(
        _("The calendar changed, so the dates were counted anew; released by %(name)s.")
        % {"name": _person(facts.get("released_by"))},
        " ".join([*moved, _moved(facts)]).strip(),
    )


def _both_dates(facts: Body) -> str:
    if facts.get("promised_due") is None:
        return ""
    return _("Promised for %(promised)s, by law until %(statutory)s.") % {
        "promised": _day(facts.get("promised_due")),
        "statutory": _day(facts.get("statutory_due")),
    }


def _asked_once(facts: Body) -> Sentence:
    count = int(facts.get("missing", 0))
    parts = {"who": _who(facts), "count": count, "number": _number(facts)}
    if facts.get("second"):
        text = ngettext(
            "%(who)s allowed a second notice: %(count)d paper is still missing.",
            "%(who)s allowed a second notice: %(count)d papers are still missing.",
            count,
        )
    else:
        text = ngettext(
            "%(who)s told the applicant, once and in writing, the paper missing.",
            "%(who)s told the applicant, once and in writing, all %(count)d papers"
            " missing.",
            count,
        )
    return Sentence(text % parts, _("Notice %(number)s.") % parts, TOLD)


def _papers_received(facts: Body) -> Sentence:
    count = int(facts.get("new", 0))
    text = ngettext(
        "%(who)s received %(count)d paper.", "%(who)s received %(count)d papers.", count
    )
    said = text % {"who": _who(facts), "count": count}
    if not facts.get("notice"):
        return Sentence(said)
    more = [_("Receipt %(number)s.") % {"number": _number(facts)}, *_to_be_told(facts)]
    more += _valid_until(facts)
    return Sentence(said, " ".join(more), TOLD)


def _to_be_told(facts: Body) -> list[str]:
    """Say until when silence does not yet accept what was received (R1.07)."""
    if not facts.get("tell_by"):
        return []
    return [
        _("To be accepted, or told what is missing, by %(day)s.")
        % {"day": _day(facts["tell_by"])}
    ]


def _paper_reissued(facts: Body) -> Sentence:
    parts = {
        "who": _who(facts),
        "number": _number(facts),
        "version": _part(facts, "notice").get("version", "?"),
    }
    text = _("%(who)s issued paper %(number)s again, corrected: version %(version)s.")
    return Sentence(text % parts, tone=TOLD)


def _paper_signed(facts: Body) -> Sentence:
    signature, paper = _part(facts, "signature"), _part(facts, "paper")
    sentences = {
        ("handler", "screen"): _("%(who)s signed paper %(number)s on the screen."),
        ("handler", "paper"): _("%(who)s signed paper %(number)s by hand."),
        ("applicant", "screen"): _(
            "The applicant signed for paper %(number)s on the screen of %(who)s."
        ),
        ("applicant", "paper"): _(
            "The applicant signed for paper %(number)s by hand before %(who)s."
        ),
    }
    parts = {"who": _who(facts), "number": _numbered(paper)}
    key = (signature.get("party", ""), signature.get("way", ""))
    more = []
    if copies := signature.get("copies"):
        more.append(_("Copies given: %(n)d.") % {"n": copies})
    if facts.get("scan"):
        more.append(_("A scan was kept."))
    text = sentences.get(key, _("%(who)s recorded a signature on %(number)s."))
    return Sentence(text % parts, " ".join(more), TOLD)


def _scan_kept(facts: Body) -> Sentence:
    parts = {"who": _who(facts), "number": _numbered(_part(facts, "paper"))}
    return Sentence(_("%(who)s kept a scan of paper %(number)s.") % parts)


def _numbered(paper: Body) -> str:
    """Name a paper that an event is about, without issuing it."""
    if not paper:
        return "?"
    number = paper_number(
        str(paper.get("kind")), int(paper.get("year", 0)), int(paper.get("serial", 0))
    )
    version = paper.get("version", 1)
    return number if version == 1 else f"{number} v{version}"


def _answered(facts: Body) -> Sentence:
    kinds = {
        "answer": _("%(who)s answered the applicant."),
        "granted": _("%(who)s told the applicant the result."),
        "direction": _("%(who)s noted that the applicant got through elsewhere."),
        "reply_card": _("%(who)s gave the applicant the reply to the raised question."),
        "refusal": _("%(who)s told the approved refusal with its remedies."),
        "withdrawn": _("%(who)s recorded that the applicant withdraws, signed."),
        "lapsed": _(
            "%(who)s recorded that it counts as withdrawn: the papers did not come."
        ),
    }
    kind = str(_part(facts, "answer").get("kind", ""))
    if facts.get("renewed_after"):
        kinds["granted"] = _("%(who)s wrote down the renewal, which the law had made.")
    ends = {
        "no_contact": _("Closed: no way to call back was given."),
        "withdrawn": _("Closed: withdrawn by the applicant."),
    }
    return Sentence(
        kinds.get(kind, kinds["answer"]) % {"who": _who(facts)},
        ends.get(str(facts.get("closed")), ""),
        GRAVE if kind == "refusal" else TOLD,
    )


def _delivered(facts: Body) -> Sentence:
    delivery = _part(facts, "delivery")
    parts = {
        "who": _who(facts),
        "number": _number(facts),
    }
    if delivery.get("method") == "electronic":
        text = _("%(who)s delivered what was granted electronically.")
    elif delivery.get("method") == "post":
        text = _("%(who)s posted what was granted: delivered when it arrives.")
    elif delivery.get("receiver") == "agent":
        text = _("%(who)s handed what was granted over to the agent.")
    else:
        text = _("%(who)s handed what was granted over to the applicant.")
    more = [_("Delivery proof %(number)s.") % parts, *_closed_with(facts)]
    return Sentence(text % parts, " ".join(more), TOLD)


def _closed_with(facts: Body) -> list[str]:
    """Say that an act closed the case, where nobody can be called back."""
    if facts.get("closed") == "no_contact":
        return [_("Closed: no way to call back was given.")]
    return []


def _post_arrived(facts: Body) -> Sentence:
    parts = {"who": _who(facts), "day": _day(_part(facts, "delivery").get("on"))}
    return Sentence(
        _("%(who)s noted that the post arrived on %(day)s: delivered.") % parts,
        " ".join(_closed_with(facts)),
        TOLD,
    )


def _post_came_back(facts: Body) -> Sentence:
    parts = {"who": _who(facts), "day": _day(_part(facts, "delivery").get("on"))}
    return Sentence(
        _(
            "%(who)s noted that the post came back on %(day)s: it is not delivered, "
            "and tried again."
        )
        % parts
    )


def _directed(facts: Body) -> Sentence:
    parts = {
        "who": _who(facts),
        "unit": _part(facts, "unit").get("name", "?"),
        "day": _day(facts.get("check_back_on")),
    }
    return Sentence(
        _("%(who)s showed the way to %(unit)s.") % parts,
        _("Check-back on %(day)s.") % parts,
        TOLD,
    )


def _check_back_failed(facts: Body) -> Sentence:
    return Sentence(
        _("%(who)s noted that the applicant did not get through: it is open again.")
        % {"who": _who(facts)}
    )


def _raised(facts: Body) -> Sentence:
    parts = {
        "who": _who(facts),
        "unit": facts.get("unit", "?"),
        "number": facts.get("filing_number", "?"),
        "lead": facts.get("lead_unit"),
    }
    more = _("Filed as %(number)s.") % parts
    if parts["lead"]:
        more += " " + _("%(lead)s leads.") % parts
    if facts.get("government"):
        more += " " + _("Reported to the government.")
    return Sentence(_("%(who)s raised the question to %(unit)s.") % parts, more)


def _raise_replied(facts: Body) -> Sentence:
    parts = {"who": _who(facts), "number": facts.get("filing_number", "?")}
    return Sentence(
        _("%(who)s wrote down the reply to the raised question %(number)s.") % parts
    )


def _negative_proposed(facts: Body) -> Sentence:
    return Sentence(
        _("%(who)s proposed a negative; nothing has been told yet.")
        % {"who": _who(facts)},
        tone=GRAVE,
    )


def _negative_approved(facts: Body) -> Sentence:
    text = _("%(who)s approved the negative.") % {"who": _who(facts)}
    return Sentence(text, tone=GRAVE)


def _negative_overruled(facts: Body) -> Sentence:
    again = ""
    if _part(facts, "objection"):
        again = _("The objection of %(unit)s is open again.") % _unit(facts)
    revived = [str(one["unit"]) for one in facts.get("revived", ())]
    waits = ""
    if revived:
        waits = _("What fell away behind it waits again: %(units)s.") % {
            "units": joined(list(dict.fromkeys(revived)))
        }
    return Sentence(
        _("%(who)s overruled the negative: the case goes on.") % {"who": _who(facts)},
        " ".join(filter(None, (again, _level(facts), waits))),
    )


def _closed(facts: Body) -> Sentence:
    outcomes = {
        "satisfied": _("The applicant is satisfied."),
        "explained": _("The applicant is not satisfied; the law was explained."),
        "not_reached": _("The applicant could not be reached."),
    }
    return Sentence(
        _("%(who)s called back and closed the case.") % {"who": _who(facts)},
        outcomes.get(str(facts.get("outcome")), ""),
        TOLD,
    )


def _not_reached(facts: Body) -> Sentence:
    return Sentence(_("%(who)s called back and reached nobody.") % {"who": _who(facts)})


def _named(facts: Body) -> dict[str, str]:
    span = _part(facts, "span")
    return {
        "who": _who(facts),
        "clerk": _person(span.get("clerk")),
        "window": _at(span.get("window")),
        "before": _person(facts.get("instead_of")),
    }


def _reopened(facts: Body) -> Sentence:
    more = _("%(clerk)s at window %(window)s answers for it instead of %(before)s.")
    return Sentence(
        _("%(who)s called back; not really done, so the case was reopened.")
        % {"who": _who(facts)},
        " ".join([more % _named(facts), *_to_be_told(facts)]),
        HAND,
    )


def _substituted(facts: Body) -> Sentence:
    return Sentence(
        _("%(who)s named %(clerk)s at window %(window)s instead of %(before)s.")
        % _named(facts),
        tone=HAND,
    )


def _green_opened(facts: Body) -> Sentence:
    parts = {
        "who": _who(facts),
        "acceptor": _person(facts.get("acceptor")),
        "chaser": _person(facts.get("chaser")),
    }
    named = _("%(acceptor)s accepts it, %(chaser)s chases it.") % parts
    return Sentence(
        _("%(who)s opened the green channel for it.") % parts,
        named,
    )


def _passed(facts: Body) -> str:
    """Say before how many waiting cases an event set this one (R2.83)."""
    count = len(facts.get("passed") or ())
    if not count:
        return ""
    return ngettext(
        "It was set before %(count)d waiting case.",
        "It was set before %(count)d waiting cases.",
        count,
    ) % {"count": count}


def _passed_by(facts: Body) -> str:
    """Say how many green ones stand before a case that came later (R2.83)."""
    count = len(facts.get("passed_by") or ())
    if not count:
        return ""
    return ngettext(
        "%(count)d case of the green channel stands before it.",
        "%(count)d cases of the green channel stand before it.",
        count,
    ) % {"count": count}


def _green_gave_way(facts: Body) -> Sentence:
    other = facts.get("to")
    return Sentence(
        _("It stands later: case %(number)s was passed by as many as the hall allows.")
        % {"number": format_number(other) if isinstance(other, int) else "?"}
    )


def _green_ended(facts: Body) -> Sentence:
    return Sentence(
        _("%(who)s ended the green channel: it waits like any other.")
        % {"who": _who(facts)}
    )


def _chased(facts: Body) -> Sentence:
    how = CHASE_NAMES.get(str(facts.get("how")))
    parts = {"who": _who(facts), "holder": _person(facts.get("of"))}
    return Sentence(
        _("%(who)s asked %(holder)s to go on with it.") % parts,
        _(how) if how else "",
    )


SENTENCES: Final[Mapping[str, Callable[[Body], Sentence]]] = MappingProxyType(
    {
        "opened": _opened,
        "item_chosen": _item_chosen,
        "applicant_named": _applicant_named,
        "name_corrected": _name_corrected,
        "code_renewed": _code_renewed,
        "offered": _offered,
        "taken_over": _taken_over,
        "declined": _declined,
        "offer_withdrawn": _offer_withdrawn,
        "offer_lapsed": _offer_lapsed,
        "accepted": _accepted,
        "clock_stopped": _clock_stopped,
        "clock_resumed": _clock_resumed,
        "extended": _extended,
        "dates_moved": _dates_moved,
        "asked_once": _asked_once,
        "papers_received": _papers_received,
        "answered": _answered,
        "opinion_given": _opinion_given,
        "silence_noted": _silence_noted,
        "objection_settled": _objection_settled,
        "timetable_changed": _timetable_changed,
        "unit_refused": _unit_refused,
        "paper_reissued": _paper_reissued,
        "delivered": _delivered,
        "posted": _delivered,
        "post_arrived": _post_arrived,
        "post_came_back": _post_came_back,
        "paper_signed": _paper_signed,
        "scan_kept": _scan_kept,
        "directed": _directed,
        "check_back_failed": _check_back_failed,
        "raised": _raised,
        "raise_replied": _raise_replied,
        "negative_proposed": _negative_proposed,
        "negative_approved": _negative_approved,
        "negative_overruled": _negative_overruled,
        "closed": _closed,
        "not_reached": _not_reached,
        "reopened": _reopened,
        "substituted": _substituted,
        "green_opened": _green_opened,
        "green_ended": _green_ended,
        "green_gave_way": _green_gave_way,
        "chased": _chased,
    }
)
"""The sentence for each kind of event; a test compares the keys with the actions."""
