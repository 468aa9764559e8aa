"""What a clerk takes down of a new request. Only the person's words are needed."""

from enum import StrEnum

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from cases.actions.intake import Request
from cases.care import CARE, LANGUAGES
from cases.reads.lookup import CHANNELS
from windows.forms.fields import PlainText

from .applicant import ApplicantFields
from .fields import IdField, id_of
from .stamped import AboutCaseForm, StampedForm

LONGEST_WORDS = 2000


class Do(StrEnum):
    """What follows once the case is saved; looking up saves nothing."""

    SAVE = "save"
    ANSWER = "answer"
    HAND_OVER = "hand_over"
    LOOK_UP = "look_up"


class IntakeForm(ApplicantFields, StampedForm):
    """A new request: the words, the item if one was picked, and whoever applies.

    Nobody needs to say who he is to be helped with a mere question, so everything
    about the applicant may stay empty (R3.40).
    """

    not_content = StampedForm.not_content | {"do"}
    field_order = ("words", "item", "channel")

    words = PlainText(
        label=_("What the person said"),
        max_length=LONGEST_WORDS,
        help_text=_("In the person's own words. No personal data is needed to help."),
        widget=forms.Textarea(
            attrs={
                "class": "says",
                "rows": 5,
                "autofocus": True,
                "data-arrow-to": "#hits",
                "hx-post": reverse_lazy("lookup"),
                "hx-trigger": "input changed delay:200ms, hall:look",
                "hx-target": "#hits",
                "hx-params": "words,item",
                "hx-sync": "this:replace",
                "hx-indicator": "#looking",
            }
        ),
        error_messages={"required": _("Write down what the person said.")},
    )
    item = IdField(label=_("Item"), required=False)
    channel = forms.ChoiceField(
        label=_("How the person came"),
        choices=CHANNELS,
        initial="counter",
        widget=forms.RadioSelect,
    )
    care = forms.MultipleChoiceField(
        label=_("Care needed"),
        required=False,
        choices=[(code, _(text)) for code, text in CARE.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", "—"), *((code, _(text)) for code, text in LANGUAGES.items())],
    )

    about_applicant = (
        "name",
        "telephone",
        "identity",
        "agent_name",
        "agent_telephone",
        "agent_identity",
        "care",
        "language",
    )

    @property
    def request(self) -> Request:
        """What the action takes; only of a valid form."""
        typed = self.cleaned_data
        return Request(
            words=typed["words"],
            channel=typed["channel"],
            item_id=typed["item"],
            language=typed["language"],
            care=tuple(typed["care"]),
            person=self.applicant,
        )

    @property
    def do(self) -> Do:
        """Return what follows; saving alone unless another button was pressed."""
        do = self.data.get("do", "")
        return Do(do) if do in set(Do) else Do.SAVE

    @property
    def is_open(self) -> bool:
        """Whether the part about the applicant is unfolded: something is there."""
        typed = self.data if self.is_bound else self.initial
        return any(typed.get(name) for name in self.about_applicant)


class LookupForm(forms.Form):
    """What the lookup reads while somebody types; never stored, never refused."""

    words = forms.CharField(required=False)
    item = forms.CharField(required=False)

    @property
    def typed(self) -> tuple[str, int | None]:
        """Return the words and the item picked so far, both as far as they make sense.

        Control characters would mean nothing to the index.
        """
        words = self.data.get("words", "")[: LONGEST_WORDS * 2]
        plain = "".join(sign if sign.isprintable() else " " for sign in words)
        return plain, id_of(self.data.get("item", ""))


class AnswerForm(AboutCaseForm):
    """What an offer on the desk sends when it is answered with one press."""

    offer = IdField(widget=forms.HiddenInput)
