"""Stopping the clock of an accepted case, letting it run again, extending it once."""

import datetime as dt
from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions.clocks import extend, reason_faults, resume_clock, stop_clock
from cases.actions.stamp import Form
from cases.deadlines import LONGEST_JOINT_EXTENSION, LONGEST_STOP
from cases.lifecycle import RuleBroken
from cases.reads.case import CasePage
from windows.forms.fields import WholeNumber

from .fields import grounds, short_text
from .ways import CaseForm, Words


class StopForm(CaseForm):
    """Stop the clock for a special procedure (R1.24)."""

    url = "case_stop"
    title = _("Stop the clock")
    intro = _("Only for what the law leaves out of the time. Both dates move by it.")
    button = _("Stop the clock")

    ground = forms.ChoiceField(label=_("Stopped for"), choices=grounds)
    reason = short_text(
        _("What is to be done"),
        help_text=_("The applicant is told in writing."),
    )
    limit_days = WholeNumber(
        label=_("Days it takes"),
        required=False,
        min_value=1,
        max_value=LONGEST_STOP,
        help_text=_(
            "In days of the item's own limit. Leave it empty if nobody can say yet: "
            "then both dates stay open until the clock runs again."
        ),
    )

    def fill(self, page: CasePage) -> None:
        """Focus the ground."""
        self.focus("ground")

    def faults(self) -> Iterable[RuleBroken]:
        """What is to be done."""
        return reason_faults(self.cleaned_data.get("reason", ""))

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Stop it."""
        typed = self.cleaned_data
        return stop_clock(
            case_id,
            ground=typed["ground"],
            reason=typed["reason"],
            limit_days=typed["limit_days"],
            by=self.clerk,
            at=at,
            form=stamp,
        )

    def done(self) -> Words:
        """Now the person has to be told."""
        return _("The clock is stopped: tell the applicant in writing.")


class ResumeForm(CaseForm):
    """Let the clock run again (R1.24)."""

    url = "case_resume"
    title = _("Let the clock run again")
    intro = _(
        "Both dates move by the days it stood, within the days that were told. The "
        "first stop that ends on the day it began takes one day."
    )
    button = _("Let the clock run again")

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """End the stop today."""
        return resume_clock(case_id, by=self.clerk, at=at, form=stamp)

    def done(self) -> Words:
        """The dates are on the page."""
        return _("The clock is running again.")


class ExtendForm(CaseForm):
    """Extend both limits once (R1.20, R1.29)."""

    url = "case_extend"
    title = _("Extend the limits")
    intro = _("Once, before they end, and only with the approval of the head.")
    button = _("Extend and record")
    is_grave = True

    days = WholeNumber(
        label=_("Days"),
        min_value=1,
        max_value=LONGEST_JOINT_EXTENSION,
        help_text=_("10 at most by law, 15 where several units decide together."),
    )
    reason = short_text(_("Reason"), help_text=_("The applicant is told."))
    head = short_text(
        _("Approved by"),
        longest=100,
        help_text=_("Name and office of the head who approved it."),
    )

    def fill(self, page: CasePage) -> None:
        """Focus the days; of several units the government's head approves (R1.21)."""
        self.focus("days")
        if page.joint is not None:
            self.fields["days"].help_text = _(
                "At most fifteen: several units decide together."
            )
            self.fields["head"].help_text = _(
                "Name and office of the head of the government at this level."
            )

    def faults(self) -> Iterable[RuleBroken]:
        """Why, and who approved it."""
        typed = self.cleaned_data
        return reason_faults(typed.get("reason", ""), typed.get("head", ""))

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Move both dates."""
        typed = self.cleaned_data
        return extend(
            case_id,
            days=typed["days"],
            reason=typed["reason"],
            head=typed["head"],
            by=self.clerk,
            at=at,
            form=stamp,
        )

    def done(self) -> Words:
        """Now the person has to be told."""
        return _("Extended: tell the applicant the reason.")
