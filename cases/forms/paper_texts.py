"""What administrators put on the papers of their hall: texts and the seal."""

import base64
import binascii
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from windows import pictures
from windows.forms.base import ObjectForm, ReasonForm
from windows.models import PaperText
from windows.papers import TEXT_FIELDS


class PaperTextForm(ObjectForm[PaperText]):
    """The texts of one kind of paper, Chinese and English side by side."""

    class Meta(ObjectForm.Meta):
        model = PaperText
        fields = TEXT_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("text", "text_en"):
            self.fields[name].widget.attrs["rows"] = 3

    def typed(self) -> dict[str, str]:
        """The texts that can be shown, though a reason may still be missing."""
        self.is_valid()
        texts = {name: self.cleaned_data.get(name) or "" for name in TEXT_FIELDS}
        return {name: text for name, text in texts.items() if text}

    def looked_at(self) -> None:
        """Complain of no reason yet: nothing is saved by looking."""
        self.errors.pop("reason", None)


class SealForm(ReasonForm):
    """The picture of the seal; a preview carries the picture along."""

    picture = forms.FileField(
        label=_("Picture of the seal"),
        required=False,
        help_text=_(
            "PNG or JPEG, at most 300 kB, square; a PNG without background prints "
            "best. Papers issued from now on bear it, older ones keep theirs."
        ),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    carried = forms.CharField(
        required=False, max_length=500_000, widget=forms.HiddenInput
    )
    field_order = ("picture", "carried", "reason")

    def clean(self) -> dict[str, Any] | None:
        """Judge by the content, be it sent now or carried from the preview."""
        cleaned = super().clean()
        upload = self.cleaned_data.get("picture")
        if upload and upload.size > pictures.LARGEST:
            self.add_error("picture", _("The picture is larger than 300 kB."))
            return cleaned
        try:
            content = (
                upload.read()
                if upload
                else base64.b64decode(
                    self.cleaned_data.get("carried") or "", validate=True
                )
            )
        except (binascii.Error, ValueError):
            content = b"?"
        if "picture" in self.errors:
            return cleaned
        if not content:
            self.add_error("picture", _("Choose the picture of the seal."))
            return cleaned
        found = pictures.read(content)
        if found is None or not pictures.can_be_opened(found):
            self.add_error(
                "picture",
                ValidationError(
                    _("This is no PNG or JPEG picture of at most 2000 x 2000 points.")
                ),
            )
            return cleaned
        self.cleaned_data["picture"] = found
        return cleaned

    def seal(self) -> pictures.Picture | None:
        """The picture, though a reason may still be missing."""
        self.is_valid()
        found = self.cleaned_data.get("picture")
        return found if isinstance(found, pictures.Picture) else None

    def carry(self, picture: pictures.Picture, *, is_look: bool) -> None:
        """Let the form, shown again, bring the picture back by itself.

        Who only looked is not asked for a reason yet.
        """
        data = cast("QueryDict", self.data).copy()
        data["carried"] = base64.b64encode(picture.content).decode()
        self.data = data
        if is_look:
            self.errors.pop("reason", None)
