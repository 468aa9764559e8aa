"""Words and days: the thesaurus and the working-day table."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from windows.models import ClosureDay, ThesaurusEntry

from .base import ObjectForm


class ThesaurusForm(ObjectForm[ThesaurusEntry]):
    """A spoken wording and the official words for it."""

    class Meta(ObjectForm.Meta):
        model = ThesaurusEntry
        fields = ("spoken", "official", "group")


class ClosureDayForm(ObjectForm[ClosureDay]):
    """One day that is not what its weekday says."""

    is_off = forms.TypedChoiceField(
        label=_("What it is"),
        choices=[("yes", _("day off")), ("no", _("make-up day: offices open"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    region = forms.ChoiceField(label=_("applies to"), required=False)

    class Meta(ObjectForm.Meta):
        model = ClosureDay
        fields = ("day", "name", "is_off", "region")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.by.hall.region if self.by.hall else ""
        regions = {own: own, self.instance.region: self.instance.region}
        field = cast("forms.ChoiceField", self.fields["region"])
        field.choices = [*{**regions, "": _("the whole country")}.items()]
        if self.instance.pk:
            self.initial["is_off"] = "yes" if self.instance.is_off else "no"

    def clean(self) -> dict[str, Any] | None:
        """Say it where it is seen: a day off on a Sunday changes nothing."""
        cleaned = super().clean()
        day, is_off = self.cleaned_data.get("day"), self.cleaned_data.get("is_off")
        if day and is_off is False and day.weekday() < 5:
            self.add_error("is_off", _("This is a weekday: offices are open anyway."))
        return cleaned
