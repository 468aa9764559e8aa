"""Who applies, as a clerk takes it down: at the first question or later."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.actions.intake import Person
from cases.identity import (
    PAPER_LABELS,
    InvalidIdentity,
    PaperKind,
    normalise_identity,
    normalise_phone,
)
from cases.reads.lookup import APPLICANT_KINDS
from windows.forms.fields import PlainText


def one_line(
    label: Any, longest: int, *, required: bool = False, **more: Any
) -> PlainText:
    """A short text that no browser fills in by itself: people share the desk."""
    return PlainText(
        label=label,
        required=required,
        max_length=longest,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        **more,
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


class ApplicantFields(forms.Form):
    """The fields about the applicant and the agent, with their checks."""

    kind = forms.ChoiceField(
        label=_("Who applies"),
        required=False,
        choices=APPLICANT_KINDS,
        initial="person",
        widget=forms.RadioSelect,
    )
    name = one_line(pgettext_lazy("of an applicant", "Name"), 100)
    telephone = _number(_("Telephone"), inputmode="tel")
    identity_kind = _paper(_("Paper"))
    identity = _number(_("Number of the paper"), spellcheck="false")
    agent_name = one_line(_("Name of the agent"), 100)
    agent_telephone = _number(_("Telephone of the agent"), inputmode="tel")
    agent_identity_kind = _paper(_("Paper of the agent"))
    agent_identity = _number(_("Number of the agent's paper"), spellcheck="false")

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
    def applicant(self) -> Person:
        """Who applies, for the action; only of a valid form."""
        typed = self.cleaned_data
        return Person(
            kind=typed["kind"] or "person",
            name=typed["name"],
            identity_kind=typed["identity_kind"],
            identity=typed["identity"],
            telephone=typed["telephone"],
            agent_name=typed["agent_name"],
            agent_identity_kind=typed["agent_identity_kind"],
            agent_identity=typed["agent_identity"],
            agent_telephone=typed["agent_telephone"],
        )
