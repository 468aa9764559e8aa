"""Fields that read strictly what a person typed; the rules themselves live elsewhere.

Ids are only checked to be numbers: whether there is such a window, clerk or unit is
asked once, by the action, under the lock, so that a form costs no statement.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.deadlines import STOP_NAMES
from windows.forms.fields import PlainText

LARGEST_ID = 2**63 - 1


def id_of(text: str) -> int | None:
    """Return a row's id written in plain digits, or None."""
    if not re.fullmatch(r"[0-9]{1,19}", text):
        return None
    number = int(text)
    return number if 0 < number <= LARGEST_ID else None


def grounds() -> list[tuple[str, str]]:
    """Return every ground of a stop in the page's language, an empty one before."""
    return optional(STOP_NAMES)


def named(names: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Return choices of a plain table of codes and words, in the page's language."""
    return [(str(code), gettext(name)) for code, name in names.items()]


def optional(names: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Return the same with nothing chosen at first."""
    return [("", "—"), *named(names)]


class IdField(forms.Field):
    """The id of a row that a page offered; anything else is not in the list."""

    widget = forms.Select
    default_error_messages = {"invalid": _("Choose one of the list.")}

    def to_python(self, value: Any) -> int | None:
        """Return the id, or None where nothing was chosen."""
        if value in self.empty_values:
            return None
        found = id_of(str(value).strip())
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class IdsField(forms.Field):
    """Several ids, or positions of papers, ticked on a page."""

    widget = forms.CheckboxSelectMultiple
    most = 500

    def to_python(self, value: Any) -> list[int]:
        """Return the ids; what is not a number was never offered."""
        texts = value if isinstance(value, list) else []
        found = [id_of(str(text)) for text in texts[: self.most]]
        if None in found:
            raise ValidationError(_("Tick only what the list offers."), code="invalid")
        return [number for number in found if number is not None]


class PostField(forms.Field):
    """A named clerk at a window, sent as `window-clerk`."""

    widget = forms.RadioSelect
    default_error_messages = {
        "required": _("Choose a named person at a window."),
        "invalid": _("Choose a named person at a window."),
    }

    def to_python(self, value: Any) -> tuple[int, int] | None:
        """Return window and clerk."""
        if value in self.empty_values:
            return None
        window, dash, clerk = str(value).partition("-")
        ids = id_of(window), id_of(clerk)
        if not dash or ids[0] is None or ids[1] is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return ids[0], ids[1]


F = TypeVar("F", bound=forms.Field)


def needed(when: Any, field: F) -> F:
    """Say beside a field when it is needed, instead of calling it optional.

    Whether it is in fact asked for, the rule of its act decides.
    """
    field.required = field.widget.is_required = False
    field.needed = when  # type: ignore[attr-defined]
    return field


def short_text(label: Any, *, longest: int = 300, **kwargs: Any) -> PlainText:
    """One line of text that a column of `longest` characters holds."""
    return PlainText(label=label, max_length=longest, **kwargs)


def long_text(
    label: Any, *, longest: int = 4000, rows: int = 4, **kwargs: Any
) -> PlainText:
    """Several lines of text."""
    attrs = {"rows": rows, **kwargs.pop("attrs", {})}
    widget = forms.Textarea(attrs=attrs)
    return PlainText(label=label, max_length=longest, widget=widget, **kwargs)
