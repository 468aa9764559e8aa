"""What the templates of papers need: names and limits in the language of the sheet."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.translation import gettext, ngettext

from cases.deadlines import STOP_NAMES, StopGround, Unit
from cases.lifecycle import IF_LATE, METHOD_NAMES, PROOF_NAMES, RECEIVER_NAMES
from windows.listing import joined
from windows.models.items import MaterialForm, Result
from windows.naming import is_english, local

register = template.Library()


@register.filter
def named(place: Mapping[str, Any] | None) -> str:
    """Return the name of a hall, window or unit; its English one on an English sheet.

    Old papers name no place: then it is empty.
    """
    if not place:
        return ""
    return local(str(place.get("name", "")), str(place.get("name_en") or ""))


@register.filter
def placed(place: Any) -> str:
    """Return the name of a hall, unit, window or item as it is now, like `named`."""
    return local(place.name, place.name_en)


@register.filter
def listed(things: Iterable[str]) -> str:
    """Return several things in one line, as the language parts them."""
    return joined(things)


@register.filter
def in_tongue(facts: Mapping[str, Any], name: str) -> str:
    """Return a name among facts; its English one on an English sheet, if it has one."""
    return local(str(facts.get(name, "")), str(facts.get(f"{name}_en") or ""))


@register.filter
def bundled(item: Mapping[str, Any], name: str) -> str:
    """Return the name of an item of a life event in the language of the sheet."""
    return local(name, str(item.get("names_en", {}).get(name, "")))


@register.filter
def serves(content: Mapping[str, Any], name: str) -> str:
    """Return which items of a life event a paper on a slip is for; else nothing."""
    found = content.get("serves", {}).get(name, ())
    return joined([bundled(content["item"], one) for one in found])


@register.filter
def limit(days: int | None, unit: str = Unit.WORKING) -> str:
    """Say how long a limit is: 20 working days."""
    if days is None:
        return ""
    if unit == Unit.CALENDAR:
        text = ngettext("%(days)d calendar day", "%(days)d calendar days", days)
    else:
        text = ngettext("%(days)d working day", "%(days)d working days", days)
    return text % {"days": days}


@register.filter
def stop_ground(code: str) -> str:
    """Say for which special procedure a clock stops (R1.24)."""
    return gettext(STOP_NAMES[StopGround(code)])


_LICENCE = "行政许可"
"""The type of an item that the Administrative Licensing Law is about."""


@register.filter
def decided(content: Mapping[str, Any], kind: str) -> str:
    """Say in the words of the law what was decided on an application (R1.40)."""
    item = content.get("item")
    if kind == "not_accepted":
        if not item:
            return gettext("Your application is not accepted.")
        sentence = gettext("Your application is not accepted: %(item)s.")
    elif item and item.get("type") == _LICENCE:
        sentence = gettext("The licence that you applied for is refused: %(item)s.")
    else:
        sentence = gettext("What you applied for is refused: %(item)s.")
    return sentence % {"item": named(item)}


@register.filter
@stringfilter
def with_both_remedies(text: str) -> str:
    """Return the remedies as approved; with those by law if it does not name both.

    On an English sheet it names them in English (R1.40 to R1.42).
    """
    review, court = ("review", "court|suit") if is_english() else ("复议", "诉|法院")
    if re.search(review, text) and re.search(court, text):
        return text
    by_law = gettext(
        "You may apply for administrative review within 60 days of learning of this "
        "decision, or go to court within six months, unless another law names other "
        "limits."
    )
    return f"{text}\n{by_law}" if text else by_law


@register.filter
def paper_form(code: str) -> str:
    """Say in which form a paper was handed in: original, copy."""
    return str(MaterialForm(code).label) if code else ""


@register.filter
def if_late(code: str) -> str:
    """Say what lateness with papers means, by the setting of the hall."""
    return gettext(IF_LATE[code]) if code in IF_LATE else ""


@register.filter
def said(texts: Mapping[str, str] | None, name: str) -> str:
    """Return what the hall puts on its papers, in the language of the sheet.

    What was written in Chinese alone stands on an English sheet too, but for heading
    and title: those have English ones of ours.
    """
    if not texts:
        return ""
    if not is_english():
        return texts.get(name, "")
    own = texts.get(f"{name}_en", "")
    return own or ("" if name in {"heading", "title"} else texts.get(name, ""))


@register.filter
def results(codes: Iterable[str]) -> str:
    """Say what the grants yield."""
    return joined([str(Result(code).label) for code in codes if code])


@register.filter
def delivery_method(code: str) -> str:
    """Say on which way what was granted is delivered."""
    return gettext(METHOD_NAMES[code])


@register.filter
def delivery_receiver(code: str) -> str:
    """Say who takes it at the counter."""
    return gettext(RECEIVER_NAMES[code])


@register.filter
def delivery_proof(code: str) -> str:
    """Say which papers show who takes it."""
    return gettext(PROOF_NAMES[code]) if code else ""
