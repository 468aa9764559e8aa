"""What every form of the configuration asks in addition: why, and only once."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Generic, TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from windows import editing
from windows.models import Clerk

from .fields import PlainText, strict

M = TypeVar("M", bound=models.Model)


def reason_field() -> PlainText:
    """Why: the same question on every form."""
    return PlainText(
        label=_("Reason for this change"),
        min_length=editing.SHORTEST_REASON,
        max_length=editing.LONGEST_REASON,
        help_text=_("Kept in the history with your name, for good."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class Once(forms.Form):
    """A form with a key of its own, so that it works once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    is_stale = False
    is_kept = False

    def keep(self) -> None:
        """Show what was typed again, without any fault: it is not sent yet."""
        self.is_kept = True
        self.errors.clear()

    def sent_key(self) -> uuid.UUID | None:
        """The key that came with the form, before anything else is looked at."""
        try:
            key = self.fields["key"].clean(self.data.get(self.add_prefix("key")))
        except ValidationError:
            return None
        return key if isinstance(key, uuid.UUID) else None

    def renew_version(self, histories: list[models.QuerySet[Any]]) -> None:
        """Let the form, shown again, carry what there is now."""
        self.is_stale = True
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("version")] = editing.version_of(histories)
        self.data = data


class ReasonForm(Once):
    """To confirm an act: nothing but the reason."""

    reason = reason_field()


class ObjectForm(Once, forms.ModelForm, Generic[M]):  # type: ignore[type-arg]
    """A form over one object, with reason, key and the version it was loaded with.

    Subclasses have a `Meta` that inherits from `ObjectForm.Meta`.
    """

    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    reason = reason_field()

    instance: M
    last_fields: ClassVar[tuple[str, ...]] = ("reason",)

    class Meta:
        formfield_callback = strict

    def __init__(self, *args: Any, by: Clerk, **kwargs: Any) -> None:
        self.by = by
        super().__init__(*args, **kwargs)
        self.order_fields(
            [name for name in self.fields if name not in self.last_fields]
            + list(self.last_fields)
        )
        if self.instance.pk and not self.is_bound:
            self.initial["version"] = editing.version_of(self.histories())

    def histories(self) -> list[models.QuerySet[Any]]:
        """What this form must not write over unseen."""
        return editing.histories_of(self.instance)

    def shown_fields(self) -> set[str]:
        """The fields of the object that this form can change."""
        return set(self._meta.fields or ())

    def refuse_stale(self) -> bool:
        """Whether somebody else changed the object meanwhile; then says so (check 61).

        The typed values stay, and the form now carries the new version: sent again,
        it is a decision and no accident.
        """
        if not self.instance.pk:
            return False
        seen = str(self.data.get(self.add_prefix("version"), ""))
        histories = self.histories()
        meanwhile = editing.changed_since(histories, seen, self.shown_fields())
        if meanwhile is None:
            return False
        self.renew_version(histories)
        self.add_error(None, meanwhile_sentence(meanwhile))
        return True

    def save_changes(self) -> M:
        """Save the object with who and why."""
        return editing.save_with_reason(
            self.instance, by=self.by, reason=self.cleaned_data["reason"]
        )


def meanwhile_sentence(meanwhile: editing.Meanwhile) -> str:
    """Who was faster, when and why."""
    return gettext(
        "Meanwhile %(who)s changed this (%(when)s, reason: %(reason)s). Nothing of "
        "yours was saved yet. Look at the history; saving again puts your values in "
        "place of theirs."
    ) % {
        "who": meanwhile.who or "–",
        "when": date_format(timezone.localtime(meanwhile.at), "Y-m-d H:i"),
        "reason": meanwhile.reason or "–",
    }


class PeriodForm(forms.ModelForm):  # type: ignore[type-arg]
    """Adds: what ends must not end before it starts."""

    def clean(self) -> dict[str, Any] | None:
        """Compare both dates."""
        cleaned = super().clean()
        first, last = (self.cleaned_data.get(name) for name in ("starts_on", "ends_on"))
        if first and last and last < first:
            self.add_error("ends_on", _("The end lies before the beginning."))
        return cleaned
