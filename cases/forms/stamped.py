"""A form that can be sent twice and done once, and that knows what its page showed."""

import hashlib
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, cast
from uuid import UUID, uuid4

from django import forms
from django.core.signing import BadSignature, TimestampSigner
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.actions.stamp import Form, SentBefore, StaleCase
from cases.lifecycle import RuleBroken
from windows.models import Clerk

from .fields import IdField

T = TypeVar("T")

DAYS_VALID = 30
"""How long a form may lie open before it is refused."""


def _signer(clerk: Clerk) -> TimestampSigner:
    """A signer of this person: the key of one cannot be sent by another."""
    return TimestampSigner(salt=f"hallsvc form of {clerk.pk}")


class StampedForm(forms.Form):
    """A form with an idempotency key of the person it was shown to.

    `not_content` names what may differ when the same form is sent again.
    """

    not_content: ClassVar[frozenset[str]] = frozenset(
        {"csrfmiddlewaretoken", "form_key", "seen"}
    )

    form_key = forms.CharField(widget=forms.HiddenInput, max_length=200)

    def __init__(self, *args: Any, clerk: Clerk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clerk = clerk
        self.fields["form_key"].initial = self._new_key()
        self.refused: RuleBroken | None = None

    def _new_key(self) -> str:
        return _signer(self.clerk).sign(uuid4().hex)

    def renew_key(self) -> None:
        """Let a refused form be sent again as a new one: then that is a decision."""
        data = cast("QueryDict", self.data).copy()
        data["form_key"] = self._new_key()
        self.data = data

    def clean_form_key(self) -> UUID:
        """Return the key, or refuse one that is old, forged or another person's."""
        try:
            key = _signer(self.clerk).unsign(
                self.cleaned_data["form_key"], max_age=DAYS_VALID * 24 * 3600
            )
            return UUID(hex=key)
        except (BadSignature, ValueError):
            raise forms.ValidationError(
                _("This form is too old or not yours. Load the page again.")
            ) from None

    @property
    def stamp(self) -> Form:
        """The stamp for the action; only of a valid form."""
        data = cast("QueryDict", self.data)
        typed = sorted(
            (name, value)
            for name, values in data.lists()
            if name not in self.not_content
            for value in values
        )
        return Form(
            key=self.cleaned_data["form_key"],
            digest=hashlib.sha256(repr(typed).encode("utf-8", "replace")).digest(),
            seen=self.cleaned_data.get("seen"),
        )

    def attempt(self, act: Callable[[Form], T]) -> T | None:
        """Carry out `act`; a broken rule becomes a sentence beside its field.

        Returns None if the rule said no. Raises AlreadyDone if it was done before.
        """
        try:
            return act(self.stamp)
        except RuleBroken as broken:
            self.refused = broken
            for one in (broken, *broken.also):
                self.show(one)
            return None

    def show(self, broken: RuleBroken) -> None:
        """Put what a rule says beside its field; one sentence for each is enough."""
        field = broken.field if broken.field in self.fields else None
        if field is None or field not in self.errors:
            self.add_error(field, gettext(broken.message) % broken.params)


UNSEEN = _(
    "This form does not say what its page showed of the case. What you typed is still "
    "here: look at the case as it is now, then send it again."
)


class AboutCaseForm(StampedForm):
    """A form about a case, which says how much of its history the page showed.

    `seen` is the number of the last event there, so that an act on a case that moved
    meanwhile is refused with who and when, and nothing typed is lost. Without it nobody
    could tell, so a form that leaves it out is refused as well.
    """

    seen = IdField(
        widget=forms.HiddenInput,
        error_messages={"required": UNSEEN, "invalid": UNSEEN},
    )

    def __init__(self, *args: Any, seen: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = seen

    @property
    def is_stale(self) -> bool:
        """Whether the person has not seen the case as it is now."""
        return isinstance(self.refused, StaleCase | SentBefore) or (
            self.is_bound and "seen" in self.errors
        )

    def saw(self, seen: int) -> None:
        """Note that the person has now been shown the newest history of the case.

        What is sent after that is sent on purpose.
        """
        self.renew_key()
        data = cast("QueryDict", self.data).copy()
        data["seen"] = str(seen)
        self.data = data
