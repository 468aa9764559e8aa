"""Printing a paper, issuing it again, and asking whether one is genuine."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.actions.papers import reissue_paper
from cases.actions.stamp import Form
from windows.forms.fields import PlainText

from .fields import short_text
from .stamped import AboutCaseForm, StampedForm

CHINESE, ENGLISH = "zh-hans", "en"
LANGUAGES = {"zh": (CHINESE,), "en": (ENGLISH,), "both": (CHINESE, ENGLISH)}
SIZES = ("a5", "a4")


class PrintForm(StampedForm):
    """Which sheets to print: sent twice, it counts once."""

    as_pdf, as_page = "pdf", "page"

    size = forms.ChoiceField(
        choices=[(one, one) for one in SIZES], widget=forms.HiddenInput
    )
    lang = forms.ChoiceField(
        choices=[(one, one) for one in LANGUAGES], widget=forms.HiddenInput
    )
    how = forms.ChoiceField(
        choices=[(one, one) for one in (as_page, as_pdf)], required=False
    )


class ReissueForm(AboutCaseForm):
    """Issue a paper again under its number, and say what it corrects."""

    correction = short_text(
        _("What the new version corrects"),
        help_text=_(
            "It stands on the new paper. What was decided stays; the window, the clerk "
            "and the hall are named as they are now."
        ),
    )

    def act(self, case_id: int, paper_id: int, at: dt.datetime) -> int | None:
        """Issue it and return its id; None if a rule said no."""

        def act(stamp: Form) -> int:
            return reissue_paper(
                case_id,
                paper_id,
                correction=self.cleaned_data["correction"],
                by=self.clerk,
                at=at,
                form=stamp,
            ).pk

        return self.attempt(act)


class ItemWordsForm(forms.Form):
    """What somebody wants to do, in his own words."""

    words = PlainText(
        label=_("What do you want to do?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class GenuineForm(forms.Form):
    """Nothing is checked here: a wrong form of either is just a wrong one."""

    number = forms.CharField(
        label=_("Number on the paper"),
        max_length=64,
        help_text=_("At the top of the paper, such as SL-2026-0042."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "input--code"}),
    )
    code = forms.CharField(
        label=_("Code on the paper"),
        max_length=200,
        help_text=_("Sixteen letters and digits beside the square code."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "spellcheck": "false",
                "class": "input--code",
            }
        ),
    )
