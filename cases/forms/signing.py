"""Signing for a paper, and the scan of one that was signed by hand."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cases.actions.signing import MOST_INK, keep_scan, sign_paper
from cases.actions.stamp import Form
from cases.scans import MOST_BYTES
from windows.forms.fields import WholeNumber

from .stamped import AboutCaseForm

ACCEPTED = {"accept": "application/pdf,image/jpeg,image/png"}


class ScanField(forms.FileField):
    """A scan as bytes, of at most 10 MB; what it is, the action judges."""

    widget = forms.FileInput(attrs=ACCEPTED)
    default_error_messages = {
        "required": _("Choose the scan."),
        "empty": _("This file is empty."),
        "invalid": _("Choose the scan."),
    }

    def clean(self, data: Any, initial: Any = None) -> bytes | None:
        """Refuse by size before anything is read."""
        file = super().clean(data, initial)
        if not isinstance(file, UploadedFile):
            return None
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(
                _("The scan is larger than 10 MB: scan it in grey or with fewer dots.")
            )
        content: bytes = file.read()
        return content


class SignForm(AboutCaseForm):
    """One party signs: what was drawn on the screen, or by hand with a scan or none."""

    party = forms.ChoiceField(
        choices=[("handler", "handler"), ("applicant", "applicant")],
        widget=forms.HiddenInput,
    )
    how = forms.ChoiceField(
        label=_("It was signed by hand"),
        choices=[("screen", "screen"), ("paper", "paper")],
        required=False,
    )
    drawn = forms.CharField(
        required=False, max_length=MOST_INK, widget=forms.HiddenInput
    )
    copies = WholeNumber(
        label=_("Copies given"),
        required=False,
        min_value=1,
        max_value=9,
        initial=1,
        error_messages={"required": _("Say how many copies were given.")},
        widget=forms.NumberInput(attrs={"class": "input--short", "min": 1, "max": 9}),
    )
    scan = ScanField(
        label=_("Scan of what was signed by hand"),
        required=False,
        help_text=_("PDF, JPEG or PNG, at most 10 MB. It may follow later."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        party = self.data.get("party") if self.is_bound else self.initial.get("party")
        self.fields["copies"].required = party == "applicant"

    def clean(self) -> dict[str, Any] | None:
        """Whoever keeps a drawing has drawn one."""
        cleaned = super().clean()
        data = self.cleaned_data
        if data.get("how") == "screen" and not data.get("drawn"):
            self.add_error("drawn", _("Nothing was drawn: sign in the box."))
        return cleaned

    def act(self, case_id: int, paper_id: int, at: dt.datetime) -> int | None:
        """Record it and return the id; None if a rule said no."""
        data = self.cleaned_data
        by_hand = data["how"] != "screen"

        def act(stamp: Form) -> int:
            return sign_paper(
                case_id,
                paper_id,
                party=data["party"],
                drawn="" if by_hand else data["drawn"],
                copies=data["copies"] or 0,
                scan=data["scan"] if by_hand else None,
                by=self.clerk,
                at=at,
                form=stamp,
            ).pk

        return self.attempt(act)


class ScanForm(AboutCaseForm):
    """The scan of a paper that was signed by hand before."""

    scan = ScanField(
        label=_("Scan of the signed paper"),
        help_text=_("PDF, JPEG or PNG, at most 10 MB."),
    )

    def act(self, case_id: int, paper_id: int, at: dt.datetime) -> int | None:
        """Keep it and return the id; None if a rule said no."""

        def act(stamp: Form) -> int:
            return keep_scan(
                case_id,
                paper_id,
                scan=self.cleaned_data["scan"],
                by=self.clerk,
                at=at,
                form=stamp,
            ).pk

        return self.attempt(act)
