"""What a clerk takes down of a new request. Only the person's words are needed."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.actions.intake import Person, Request
from cases.care import CARE, LANGUAGES
from cases.identity import (
    PAPER_LABELS,
    InvalidIdentity,
    PaperKind,
    normalise_identity,
    normalise_phone,
)
from cases.reads.lookup import APPLICANT_KINDS, CHANNELS
from windows.forms.fields import PlainText

from .fields import IdField, id_of
from .stamped import StampedForm

LONGEST_WORDS = 2000


class Do(StrEnum):
    """What follows once the case is saved; looking up saves nothing."""

    SAVE = "save"
    ANSWER = "answer"
    HAND_OVER = "hand_over"
    LOOK_UP = "look_up"


def _one_line(label: Any, longest: int, **attrs: str) -> PlainText:
    return PlainText(
        label=label,
        required=False,
        max_length=longest,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
    )


def _number(label: Any, **attrs: str) -> forms.CharField:
    """A number as people write it; `identity` tidies and checks it."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
    )


def _paper(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[(kind.value, _(text)) for kind, text in PAPER_LABELS.items()],
        initial=PaperKind.RESIDENT_ID.value,
    )


class IntakeForm(StampedForm):
    """A new request: the words, the item if one was picked, and whoever applies.

    Nobody needs to say who he is to be helped with a mere question, so everything
    about the applicant may stay empty (R3.40).
    """

    not_content = StampedForm.not_content | {"do"}

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
                "hx-trigger": "input changed delay:200ms",
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
    kind = forms.ChoiceField(
        label=_("Who applies"),
        required=False,
        choices=APPLICANT_KINDS,
        initial="person",
        widget=forms.RadioSelect,
    )
    name = _one_line(pgettext_lazy("of an applicant", "Name"), 100)
    telephone = _number(_("Telephone"), inputmode="tel")
    identity_kind = _paper(_("Paper"))
    identity = _number(_("Number of the paper"), spellcheck="false")
    agent_name = _one_line(_("Name of the agent"), 100)
    agent_telephone = _number(_("Telephone of the agent"), inputmode="tel")
    agent_identity_kind = _paper(_("Paper of the agent"))
    agent_identity = _number(_("Number of the agent's paper"), spellcheck="false")
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

    def clean(self) -> dict[str, Any]:
        """Bring numbers into their one form; a wrong one is said beside its field."""
        cleaned = super().clean() or self.cleaned_data
        today = timezone.localdate()
        for name in ("identity", "agent_identity"):
            kind = cleaned.get(f"{name}_kind") or PaperKind.RESIDENT_ID
            number = cleaned.get(name)
            if number:
                self._tidy(name, normalise_identity, kind, number, today=today)
        for name in ("telephone", "agent_telephone"):
            number = cleaned.get(name)
            if number:
                self._tidy(name, normalise_phone, number)
        return cleaned

    def _tidy(
        self, name: str, tidy: Callable[..., str], *args: str, **kwargs: Any
    ) -> None:
        try:
            self.cleaned_data[name] = tidy(*args, **kwargs)
        except InvalidIdentity as wrong:
            self.add_error(name, _now(wrong.msgid))

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
            person=Person(
                kind=typed["kind"] or "person",
                name=typed["name"],
                identity_kind=typed["identity_kind"],
                identity=typed["identity"],
                telephone=typed["telephone"],
                agent_name=typed["agent_name"],
                agent_identity_kind=typed["agent_identity_kind"],
                agent_identity=typed["agent_identity"],
                agent_telephone=typed["agent_telephone"],
            ),
        )

    @property
    def do(self) -> Do:
        """Return what follows; saving alone unless another button was pressed."""
        do = self.data.get("do", "")
        return Do(do) if do in set(Do) else Do.SAVE

    @property
    def is_open(self) -> bool:
        """Whether the part about the applicant is unfolded: something is there."""
        if not self.is_bound:
            return False
        return any(self.data.get(name) for name in self.about_applicant)


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


class AnswerForm(StampedForm):
    """What an offer on the desk sends when it is answered with one press."""

    offer = IdField(widget=forms.HiddenInput)
