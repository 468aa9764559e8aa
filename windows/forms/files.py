"""Forms that take a file: a catalogue, and a year's notice."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from windows import closures
from windows.importing import tables

from .base import ReasonForm
from .fields import WholeNumber

FIRST_YEAR, LAST_YEAR = 2018, 2100


class LimitedFile(forms.FileField):
    """A file of at most `most` bytes."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(max_length=300, **kwargs)

    def to_python(self, data: Any) -> Any:
        """Refuse by size before anything is read."""
        file = super().to_python(data)
        if isinstance(file, UploadedFile) and (file.size or 0) > self.most:
            raise ValidationError(
                _("The file is larger than %(limit)s kB."),
                params={"limit": self.most // 1024},
                code="too_large",
            )
        return file


def shown_name(file: UploadedFile[Any]) -> str:
    """The name of a file as text: nothing is ever stored under it (check 22)."""
    kept = "".join(
        sign for sign in file.name or "" if unicodedata.category(sign)[0] != "C"
    )
    return kept[-200:] or "?"


class CatalogueForm(forms.Form):
    """A workbook or CSV file with service items; nothing is changed yet."""

    file = LimitedFile(
        label=_("Workbook (xlsx) or CSV file"),
        most=tables.FILE_BYTES,
        help_text=_(
            "At most 20 MB and 20,000 rows. The first rows name the columns, in "
            "Chinese or English. You see what would change before anything is saved."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class ConfirmImportForm(ReasonForm):
    """Yes to the preview that was shown, which `digest` names."""

    digest = forms.RegexField(r"[0-9a-f]{64}", widget=forms.HiddenInput)


class NoticeForm(forms.Form):
    """The table of a year's notice. It changes nothing yet either."""

    year = WholeNumber(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    file = LimitedFile(
        label=_("Table of the notice (CSV)"),
        most=closures.NOTICE_BYTES,
        help_text=_(
            "Columns date, name, is_off_day: one line for each holiday and each "
            "weekend day on which offices open."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv"}),
    )


class ConfirmNoticeForm(ReasonForm):
    """Yes to the days that were shown; `days` carries them and is read again."""

    year = WholeNumber(
        min_value=FIRST_YEAR, max_value=LAST_YEAR, widget=forms.HiddenInput
    )
    days = forms.CharField(max_length=closures.NOTICE_BYTES, widget=forms.HiddenInput)
