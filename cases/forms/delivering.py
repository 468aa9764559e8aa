"""Delivering what was granted, and what became of the post (R1.23)."""

import datetime as dt
from collections.abc import Iterable

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.actions.delivering import (
    How,
    deliver,
    how_faults,
    post_faults,
    settle_post,
)
from cases.actions.stamp import Form
from cases.lifecycle import (
    ARRIVAL_NAMES,
    METHOD_NAMES,
    PROOF_NAMES,
    RECEIVER_NAMES,
    RuleBroken,
)
from cases.reads.case import CasePage
from windows.forms.fields import Day

from .acts import NO, YES
from .fields import named, needed, optional, short_text
from .ways import CaseForm, Words

AT_COUNTER = _("needed at the counter")
SENT = _("needed for post and electronic delivery")


class DeliverForm(CaseForm):
    """Hand over or send what was granted (R1.23)."""

    url = "case_deliver"
    title = _("Deliver what was granted")
    button = _("Record it and give the proof")
    template = "cases/_act_deliver.html"

    method = forms.ChoiceField(
        label=_("How it is delivered"),
        choices=lambda: named(METHOD_NAMES),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it is delivered.")},
    )
    receiver = needed(
        AT_COUNTER,
        forms.ChoiceField(
            label=_("Who takes it"), choices=lambda: optional(RECEIVER_NAMES)
        ),
    )
    proof = needed(
        AT_COUNTER,
        forms.ChoiceField(
            label=_("Shown for it"), choices=lambda: optional(PROOF_NAMES)
        ),
    )
    carrier = needed(
        SENT, short_text(_("Carrier, or the system over which it is sent"), longest=100)
    )
    tracking = needed(
        SENT, short_text(_("Tracking number, or receipt of the system"), longest=60)
    )

    def fill(self, page: CasePage) -> None:
        """Focus the way on which it goes."""
        self.focus("method")

    @property
    def how(self) -> How:
        """The way, as far as it was typed."""
        names = ("method", "receiver", "proof", "carrier", "tracking")
        return How(**{name: self.cleaned_data.get(name, "") for name in names})

    def faults(self) -> Iterable[RuleBroken]:
        """What the way lacks."""
        return how_faults(self.how)

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Record it."""
        self.delivery = deliver(case_id, self.how, by=self.clerk, at=at, form=stamp)
        return self.delivery

    def done(self) -> Words:
        """Signed for, or on its way."""
        if self.delivery.settled_on is None:
            return _("Posted. It is delivered when it arrives: look after it.")
        return _("Delivered. Print the delivery proof and have it signed.")


class PostForm(CaseForm):
    """Did the post arrive, or did it come back? (R1.23)."""

    url = "case_post"
    title = _("Did the post arrive?")
    intro = _("What came back is not delivered: the day of the law goes on counting.")
    button = _("Record it")

    arrived = forms.ChoiceField(
        label=_("What became of it"),
        choices=((YES, _("It arrived")), (NO, _("It came back"))),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what became of it.")},
    )
    on = Day(label=_("On which day"))
    proof = needed(
        _("needed if it arrived"),
        forms.ChoiceField(
            label=_("What shows the day"), choices=lambda: optional(ARRIVAL_NAMES)
        ),
    )
    remark = needed(
        _("needed if it came back"),
        short_text(
            _("Why it came back, or who signed for it"),
            help_text=_("No name or number of the person: what the carrier says."),
        ),
    )

    def fill(self, page: CasePage) -> None:
        """Focus the question; it is mostly today."""
        self.focus("arrived")
        self.fields["on"].initial = timezone.localdate()

    def faults(self) -> Iterable[RuleBroken]:
        """Why it came back."""
        typed = self.cleaned_data
        arrived = {YES: True, NO: False}.get(typed.get("arrived", ""))
        said = {name: typed.get(name, "") for name in ("proof", "remark")}
        return post_faults(arrived=arrived, **said)

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Note it."""
        return settle_post(
            case_id,
            arrived=self.cleaned_data["arrived"] == YES,
            on=self.cleaned_data["on"],
            proof=self.cleaned_data["proof"],
            remark=self.cleaned_data["remark"],
            by=self.clerk,
            at=at,
            form=stamp,
        )

    def done(self) -> Words:
        """Delivered, or to be tried again."""
        if self.cleaned_data["arrived"] == YES:
            return gettext("Delivered.")
        return gettext("Recorded: it is not delivered yet. Try it on another way.")
