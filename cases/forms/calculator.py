"""What somebody types to see when a matter would be due."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.deadlines import (
    LONGEST,
    LONGEST_JOINT_EXTENSION,
    STOP_NAMES,
    Stop,
    StopGround,
    StopsError,
    check_stops,
)
from windows.forms.fields import Day, PlainText, WholeNumber

from .fields import IdField, grounds

MOST_STOPS = 10

LONGEST_SPAN = dt.timedelta(days=LONGEST)
"""A stop is counted day by day: beyond this nobody is helped by it."""


class CalculatorForm(forms.Form):
    """An item, the day of its acceptance, and days of an extension."""

    words = PlainText(
        label=_("What is it about?"),
        max_length=200,
        help_text=_("In your own words, or the code of the item."),
    )
    said = PlainText(max_length=200, required=False, widget=forms.HiddenInput)
    item = IdField(label=_("Item"), required=False, widget=forms.HiddenInput)
    start = Day(label=_("Accepted on"), initial=timezone.localdate)
    extension = WholeNumber(
        label=_("Extension in days"),
        required=False,
        min_value=0,
        max_value=LONGEST_JOINT_EXTENSION,
        help_text=_("10 at most by law, 15 where several units decide together."),
    )

    @property
    def begins(self) -> dt.date | None:
        """The day of acceptance, if one was typed that exists."""
        self.is_valid()
        return self.cleaned_data.get("start") if self.is_bound else None

    @property
    def chosen(self) -> int | None:
        """The item chosen among those for the words; other words, another choice."""
        data = self.cleaned_data
        item: int | None = data["item"] if data["said"] == data["words"] else None
        return item


class TypedStopForm(forms.Form):
    """A special procedure during which the clock stops (R1.24)."""

    ground = forms.ChoiceField(
        label=_("Stopped for"),
        choices=grounds,
        required=False,
    )
    began = Day(label=_("from"), required=False)
    resumed = Day(label=_("until"), required=False)
    limit = WholeNumber(
        label=_("days told"), required=False, min_value=0, max_value=LONGEST
    )

    def clean(self) -> dict[str, Any] | None:
        """A stop has a beginning; it does not end before it."""
        cleaned = super().clean()
        if self.errors or not self.has_changed():
            return cleaned
        began = self.cleaned_data["began"]
        if not self.cleaned_data["ground"]:
            self.add_error("ground", _("Say for which procedure."))
        if began is None:
            self.add_error("began", _("Say when the clock was stopped."))
        if began is None or self.errors:
            return cleaned
        try:
            check_stops(began, [self.stop()])
        except StopsError as error:
            self.add_error("resumed", gettext(str(error)))
        return cleaned

    def stop(self) -> Stop:
        """Return what was typed."""
        data = self.cleaned_data
        name = str(STOP_NAMES[StopGround(data["ground"])])
        return Stop(data["began"], data["resumed"], data["limit"], name)


class StopFormSet(forms.BaseFormSet[TypedStopForm]):
    """The stops of one clock that began on `start`."""

    def __init__(self, *args: Any, start: dt.date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.start = start

    def stops(self) -> Sequence[Stop]:
        """Return the stops that were typed, the earliest first."""
        typed = [form.stop() for form in self.forms if form.has_changed()]
        return sorted(typed, key=lambda stop: stop.began)

    def clean(self) -> None:
        """Two stops never run at once, nor one before the clock does."""
        if any(self.errors):
            return
        stops = self.stops()
        if self.start is None or not stops:
            return
        try:
            check_stops(self.start, stops)
        except StopsError as error:
            raise ValidationError(gettext(str(error))) from None
        if stops[-1].began - self.start > LONGEST_SPAN or any(
            stop.resumed and stop.resumed - self.start > LONGEST_SPAN for stop in stops
        ):
            raise ValidationError(
                _("Count a stop within ten years of the acceptance."), code="too_long"
            )


STOPS = cast(
    "type[StopFormSet]",
    forms.formset_factory(
        TypedStopForm,
        formset=StopFormSet,
        extra=2,
        max_num=MOST_STOPS,
        absolute_max=MOST_STOPS,
    ),
)
