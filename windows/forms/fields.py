"""Form fields that read strictly what a person typed.

Django's own fields take `1_0` for ten, keep invisible characters, and store a text
twice if it comes once composed and once decomposed. These do not (check 3, 4, 10, 14).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

PLAINER = (
    _("This field is required."),
    _("Ensure this value is less than or equal to %(limit_value)s."),
    _("Ensure this value is greater than or equal to %(limit_value)s."),
    ngettext_lazy(
        "Ensure this value has at least %(limit_value)d character (it has "
        "%(show_value)d).",
        "Ensure this value has at least %(limit_value)d characters (it has "
        "%(show_value)d).",
        "limit_value",
    ),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has "
        "%(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has "
        "%(show_value)d).",
        "limit_value",
    ),
)
"""Sentences of Django's that our own catalogue says in plainer Chinese."""

FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)

# Not to be seen and of no use in a name: zero width space, word joiner, BOM.
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
# What a damaged byte has become on its way here.
_DAMAGED = "\ufffd"
# Turns the direction of what follows: a name could then read as another one.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_SEPARATORS = re.compile(r"[,，、;；\n]+")


WRITE = _("Fill this in.")
"""What a field to be written in says when it is empty; the others say "choose"."""


class PlainText(forms.CharField):
    """Text without control, direction or invisible characters, in form NFC."""

    default_error_messages = {"required": WRITE}

    def to_python(self, value: Any) -> Any:
        """Tidy what is harmless, refuse what is not."""
        text = super().to_python(value)
        if not isinstance(text, str) or not text:
            return text
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        is_long = isinstance(self.widget, forms.Textarea)
        if not is_long:
            text = re.sub(r"[\n\t]+", " ", text)
        if (
            _DAMAGED in text
            or _DIRECTION.search(text)
            or any(
                unicodedata.category(sign) in {"Cc", "Cs", "Cn", "Co"}
                for sign in text
                if sign not in "\n\t"
            )
        ):
            raise ValidationError(
                _("This contains characters that cannot be shown. Please remove them."),
                code="characters",
            )
        return text.strip() or self.empty_value


class WholeNumber(forms.IntegerField):
    """Digits, with a minus where the range allows one, and nothing else."""

    default_error_messages = {"required": WRITE}

    def to_python(self, value: Any) -> Any:
        """Refuse what only Python takes for a number."""
        typed = value.strip() if isinstance(value, str) else ""
        if typed and not re.fullmatch(r"-?[0-9]{1,9}", typed):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class Day(forms.DateField):
    """A date as the browser sends it, within living memory."""

    default_error_messages = {"required": WRITE}
    # With a last day a browser goes on to the month after four digits of the year.
    widget = forms.DateInput(
        attrs={"type": "date", "max": LAST_DAY.isoformat()}, format="%Y-%m-%d"
    )

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """Refuse dates that are surely a slip."""
        if isinstance(value, str) and len(value) > 20:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        day = super().to_python(value)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(
                _("Enter a date between 1990 and 2100."), code="out_of_range"
            )
        return day


class Words(PlainText):
    """Several words, separated by commas; a list of texts."""

    def __init__(self, *, longest: int = 30, most: int = 10, **kwargs: Any) -> None:
        self.longest, self.most = longest, most
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """As one line."""
        return "、".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """As a list without repetitions."""
        text = super().clean(value)
        words = [word.strip() for word in _SEPARATORS.split(text) if word.strip()]
        words = list(dict.fromkeys(words))
        if len(words) > self.most or any(len(word) > self.longest for word in words):
            raise ValidationError(
                _("At most %(most)d words of at most %(longest)d characters each."),
                params={"most": self.most, "longest": self.longest},
                code="too_many",
            )
        return words


NOTHING = "—"
"""How a list of choices shows that nothing was chosen."""


def strict(field: models.Field[Any, Any], **kwargs: Any) -> forms.Field | None:
    """The form field of a model's field, for `Meta.formfield_callback`."""
    if isinstance(field, models.DateField):
        return field.formfield(form_class=Day, widget=Day.widget, **kwargs)
    if isinstance(field, models.TextField):
        widget = forms.Textarea(attrs={"rows": 5})
        return field.formfield(form_class=PlainText, widget=widget, **kwargs)
    if isinstance(field, models.CharField) and not field.choices:
        return field.formfield(form_class=PlainText, **kwargs)
    if isinstance(field, models.IntegerField) and not field.choices:
        return field.formfield(form_class=WholeNumber, **kwargs)
    if isinstance(field, models.ForeignKey):
        return field.formfield(empty_label=NOTHING, **kwargs)
    made = field.formfield(**kwargs)
    if isinstance(made, forms.ChoiceField):
        # Django's own would be nine hyphens, each of them read out.
        choices = cast("list[tuple[str, Any]]", made.choices)
        made.choices = [
            (value, label if value else NOTHING) for value, label in choices
        ]
    return made
