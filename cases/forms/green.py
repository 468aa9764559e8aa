"""The green channel as forms: opening it, ending it, and chasing (R2.83)."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions.green import chase, end_green_channel, open_green_channel
from cases.actions.stamp import Form
from cases.lifecycle import CHASE_NAMES, GROUND_NAMES
from cases.reads.case import CasePage
from cases.reads.green import colleagues

from .fields import IdField, named, short_text
from .ways import CaseForm, Words

CHOOSE = ("", _("Choose"))


class GreenForm(CaseForm):
    """Let a case go first, with who accepts and who chases it."""

    url = "case_green"
    title = _("Green channel")
    intro = _(
        "The case stands sooner in the lists, and never before one that was passed as "
        "often as the hall allows. The reason is kept sealed; no proof is kept."
    )
    button = _("Open the green channel")

    ground = forms.ChoiceField(
        label=_("Why it goes first"), choices=lambda: [CHOOSE, *named(GROUND_NAMES)]
    )
    acceptor = IdField(label=_("Who accepts it"), widget=forms.Select)
    chaser = IdField(label=_("Who chases it"), widget=forms.Select)

    def fill(self, page: CasePage) -> None:
        """Offer who may accept it and who may chase it."""
        found = colleagues(page)
        for name, people in (
            ("acceptor", found.acceptors),
            ("chaser", found.chasers),
        ):
            self.fields[name].widget = forms.Select(choices=[CHOOSE, *people])
        if found.acceptors:
            self.fields["acceptor"].initial = found.acceptors[0][0]
        self.focus("ground")

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Open it."""
        typed = self.cleaned_data
        return open_green_channel(
            case_id,
            ground=typed["ground"],
            acceptor_id=typed["acceptor"],
            chaser_id=typed["chaser"],
            by=self.clerk,
            at=at,
            form=stamp,
        )

    def done(self) -> Words:
        """Both are named in the history."""
        return _("It goes first now; who accepts and who chases it is on record.")


class EndGreenForm(CaseForm):
    """Let it wait like any other again."""

    url = "case_green_end"
    title = _("End the green channel")
    intro = _("What it was set before stays on record.")
    button = _("End the green channel")

    reason = short_text(_("Why it does not go first any more"))

    def fill(self, page: CasePage) -> None:
        """Focus the reason."""
        self.focus("reason")

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """End it."""
        reason = self.cleaned_data["reason"]
        return end_green_channel(
            case_id, reason=reason, by=self.clerk, at=at, form=stamp
        )

    def done(self) -> Words:
        """Back among the others."""
        return _("It waits like any other case again.")


class ChaseForm(CaseForm):
    """Record that whoever answers for it was asked to go on."""

    url = "case_chase"
    title = _("I have chased it")
    button = _("Record it")

    how = forms.ChoiceField(
        label=_("How you reached the person"),
        choices=lambda: named(CHASE_NAMES),
        widget=forms.RadioSelect,
    )

    def fill(self, page: CasePage) -> None:
        """Focus the first choice."""
        self.focus("how")

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Keep it."""
        how = self.cleaned_data["how"]
        return chase(case_id, how=how, by=self.clerk, at=at, form=stamp)

    def done(self) -> Words:
        """It is in the history."""
        return _("Recorded in the history.")
