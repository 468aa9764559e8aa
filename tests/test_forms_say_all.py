"""A form says everything that is wrong with it at once, and when a field is needed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.forms.utils import ErrorList
from django.test import Client
from django.utils.translation import gettext

from cases.forms import acts, clocks, delivering, joint, ways
from cases.forms.stamped import _signer
from cases.forms.ways import CaseForm
from cases.lifecycle import RuleBroken, refuse
from tests.acts import granted
from tests.browsing import send, words
from tests.cast import Cast, come_in
from tests.make_cases import Story
from windows.models import Clerk

WRONG: dict[str, tuple[type[CaseForm], dict[str, Any], str]] = {
    "handing over": (delivering.DeliverForm, {"method": "counter"}, "receiver proof"),
    "posting": (delivering.DeliverForm, {"method": "post"}, "carrier tracking"),
    "post that came back": (delivering.PostForm, {"arrived": "no"}, "on remark"),
    "an objection": (joint.OpinionForm, {"opinion": "object"}, "part remark basis"),
    "raising": (ways.RaiseForm, {"ground": "cross"}, "question unit lead_unit"),
    "directing": (ways.DirectForm, {"reason": "a"}, "department bring reason"),
    "a negative": (
        ways.NegativeForm,
        {"reason": "no", "basis": "a", "remedies": "x"},
        "reason basis made_possible_by other_way remedies",
    ),
    "withdrawing": (acts.WithdrawnForm, {"text": "a"}, "text is_signed"),
    "calling back": (acts.CallBackForm, {"outcome": "unsatisfied"}, "remark to"),
    "stopping": (clocks.StopForm, {"reason": "a"}, "ground reason"),
    "extending": (clocks.ExtendForm, {"head": "a"}, "days reason head"),
}
"""What is typed into which form, and the fields beside which something must stand."""


@pytest.mark.parametrize("name", WRONG)
def test_every_mistake_of_a_form_is_said_at_once(name: str) -> None:
    """Nobody mends one field to be told of the next; the rules stay with the act."""
    form, typed, fields = WRONG[name]
    stamped = {"form_key": _signer(Clerk(pk=1)).sign(uuid4().hex), "seen": "1"}
    found = form(typed | stamped, clerk=Clerk(pk=1))
    if found.is_valid():
        found.errors.update(dict.fromkeys(_refused(found), ErrorList()))
    assert sorted(found.errors) == sorted(fields.split())


def _refused(form: CaseForm) -> list[str]:
    """Return the fields that its act would name, all in one refusal."""
    with pytest.raises(RuleBroken) as caught:
        refuse(form.faults())
    return [one.field for one in (caught.value, *caught.value.also)]


@pytest.mark.django_db
def test_an_act_says_all_that_it_refuses_and_the_page_when_a_field_is_needed(
    cast: Cast, client: Client
) -> None:
    """The form itself is whole here: it is the act that finds both."""
    case = granted(Story(cast))
    come_in(client, cast.li)
    refused = words(send(client, "case_deliver", case, method="post"))
    assert refused.count(gettext("Say who carries it.")) == 2  # on top, and beside it
    tracking = gettext("Write down the tracking number: the applicant can follow it.")
    assert refused.count(tracking) == 2
    assert refused.count(str(delivering.SENT)) == 2
    assert refused.count(str(delivering.AT_COUNTER)) == 2
