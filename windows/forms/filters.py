"""What lists can be filtered by. A value that makes no sense filters nothing."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from windows.models import Department, Window
from windows.models.items import Authority, ItemState
from windows.roles import Role

from .fields import Day, PlainText, WholeNumber

ANY = ("", _("all"))
NOBODY = "nobody"
BUNDLE = "bundle"


def _search(label: Any) -> PlainText:
    return PlainText(
        label=label,
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "data-key": "/", "aria-keyshortcuts": "/"}
        ),
    )


def _department() -> forms.ModelChoiceField[Department]:
    return forms.ModelChoiceField(
        label=_("department"),
        queryset=Department.objects.all(),
        required=False,
        empty_label=_("all"),
    )


class FilterForm(forms.Form):
    """Short identifiers, so that two forms on a page do not meet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "filter_%s")
        super().__init__(*args, **kwargs)


class ClerkFilter(FilterForm):
    """Which people."""

    q = _search(_("Name or staff number"))
    department = _department()
    role = forms.ChoiceField(
        label=_("role"),
        required=False,
        choices=[ANY, *(choice for choice in Role.choices if choice[0] != Role.SYSTEM)],
    )
    state = forms.ChoiceField(
        label=_("state"),
        required=False,
        choices=[ANY, ("active", _("active")), ("left", _("not active"))],
    )


class ItemFilter(FilterForm):
    """Which items."""

    q = _search(_("Name, code or wording"))
    department = _department()
    state = forms.ChoiceField(
        label=_("state"), required=False, choices=[ANY, *ItemState.choices]
    )
    type = forms.ChoiceField(label=_("type"), required=False)
    kind = forms.ChoiceField(
        label=_("kind"), required=False, choices=[ANY, (BUNDLE, _("life event"))]
    )

    def __init__(self, *args: Any, types: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["type"])
        field.choices = [ANY, *((name, name) for name in types)]


class MatrixFilter(FilterForm):
    """Which part of the matrix."""

    q = _search(_("Item, code or wording"))
    department = _department()
    window = forms.TypedChoiceField(label=_("window"), required=False, empty_value=None)
    authority = forms.ChoiceField(
        label=_("authority"),
        required=False,
        choices=[ANY, *Authority.choices, (NOBODY, _("nobody answers"))],
    )

    def __init__(self, *args: Any, windows: list[Window], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Out of the list that the columns need anyway: no statement of its own.
        by_id = {str(window.pk): window for window in windows}
        field = cast("forms.TypedChoiceField", self.fields["window"])
        field.choices = [ANY, *((pk, str(window)) for pk, window in by_id.items())]
        field.coerce = by_id.__getitem__


class ThesaurusFilter(FilterForm):
    """Which wordings."""

    q = _search(_("Spoken or official wording"))
    group = forms.ChoiceField(label=_("group"), required=False)

    def __init__(self, *args: Any, groups: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["group"])
        field.choices = [ANY, *((name, name) for name in groups)]


class DayFilter(FilterForm):
    """On which day."""

    day = Day(label=_("day"), required=False)


class YearFilter(FilterForm):
    """Which year."""

    year = WholeNumber(label=_("year"), required=False, min_value=1990, max_value=2100)


class ItemSearch(FilterForm):
    """Any item."""

    q = _search(_("Name, code or wording"))
