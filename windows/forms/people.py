"""Clerks, their posts and their absences."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from windows import pictures, rota
from windows.models import Absence, Clerk, Posting, Window
from windows.roles import Role

from .base import ObjectForm, PeriodForm, ReasonForm
from .fields import Words

GIVEN_ROLES = [choice for choice in Role.choices if choice[0] != Role.SYSTEM]


class ClerkForm(ObjectForm[Clerk]):
    """A person of the administrator's own hall."""

    languages = Words(
        label=_("languages"),
        required=False,
        max_length=200,
        help_text=_("Separate several with a comma, for example 普通话、粤语、手语."),
    )
    role = forms.ChoiceField(label=_("role"), choices=GIVEN_ROLES)

    class Meta(ObjectForm.Meta):
        model = Clerk
        labels = {"name": pgettext_lazy("of a person", "name")}
        fields = (
            "staff_number",
            "name",
            "department",
            "title",
            "duties",
            "languages",
            "telephone",
            "role",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.instance.hall = self.by.hall
            self.instance.set_unusable_password()
            self.initial.setdefault("role", Role.CLERK)
        self.fields["staff_number"].validators.append(
            RegexValidator(
                r"\A[A-Za-z0-9_-]+\Z",
                _("Use letters, digits, hyphen and underscore; it is the login name."),
            )
        )

    def clean_role(self) -> str:
        """Nobody takes the administration from himself: the hall could lose it."""
        role = str(self.cleaned_data["role"])
        if self.instance.pk == self.by.pk and role != self.by.role:
            raise ValidationError(
                _("You cannot change your own role. Another administrator can.")
            )
        return role


class PhotoForm(ReasonForm):
    """The picture on a desk card; empty takes it away."""

    photo = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("PNG or JPEG, at most 300 kB. Send no file to remove the picture."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    field_order = ("photo", "reason")

    def clean_photo(self) -> pictures.Picture | None:
        """Judge by the content; the name and the type of the upload are anybody's."""
        upload = self.cleaned_data.get("photo")
        if not upload:
            return None
        if upload.size > pictures.LARGEST:
            raise ValidationError(_("The picture is larger than 300 kB."))
        picture = pictures.read(upload.read())
        if picture is None:
            raise ValidationError(
                _("This is no PNG or JPEG picture of at most 2000 x 2000 points.")
            )
        return picture


def _choice(form: forms.BaseForm, name: str) -> forms.ModelChoiceField[Any]:
    return cast("forms.ModelChoiceField[Any]", form.fields[name])


class SeenForm(PeriodForm):
    """Adds: a window that would be left alone must have been seen (R2.60).

    The change itself is allowed, life is like that; that nobody noticed is not.
    """

    seen = forms.BooleanField(
        label=_("I have seen this and arranged what is needed"),
        required=False,
        widget=forms.HiddenInput,
    )

    by: Clerk

    def touched_windows(self) -> list[Window]:
        """Whose rota this change can alter."""
        raise NotImplementedError

    def changed(self, current: rota.Rota) -> rota.Rota:
        """The rota as it would be afterwards."""
        raise NotImplementedError

    def ask_if_seen(self) -> None:
        """Refuse once, with the days, until the box below them is ticked."""
        today = timezone.localdate()
        last = today + dt.timedelta(days=rota.HORIZON)
        starts_on = self.cleaned_data.get("starts_on")
        if starts_on and starts_on > today:
            last = min(
                starts_on + dt.timedelta(days=rota.HORIZON),
                dt.date(2100, 12, 31),
            )
        windows = self.touched_windows()
        hall = self.by.hall
        current = rota.rota_of(windows, today, last, hall.region if hall else "")
        gaps = rota.new_gaps(current.gaps(), self.changed(current).gaps())
        if not gaps:
            return
        self.fields["seen"].widget = forms.CheckboxInput()
        if self.cleaned_data.get("seen"):
            return
        for gap in gaps[:5]:
            self.add_error("seen", gap_sentence(gap))


def gap_sentence(gap: rota.Gap) -> str:
    """A gap in words."""
    sentence = (
        gettext("Window %(window)s has no A clerk from %(first)s to %(last)s.")
        if gap.is_without_a
        else gettext(
            "At window %(window)s everybody posted is away from %(first)s to %(last)s."
        )
    )
    return sentence % {"window": gap.window, "first": gap.first, "last": gap.last}


class PostingForm(SeenForm, ObjectForm[Posting]):
    """A clerk at a window as A or B."""

    last_fields = ("seen", "reason")

    class Meta(ObjectForm.Meta):
        model = Posting
        fields = ("clerk", "window", "post", "starts_on", "ends_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clerk, window = _choice(self, "clerk"), _choice(self, "window")
        clerk.queryset = Clerk.objects.filter(
            Q(is_active=True) | Q(pk=self.instance.clerk_id),
            hall=self.by.hall_id,
            role__in=[Role.CLERK, Role.SUPERVISOR],
        )
        window.queryset = Window.objects.filter(
            Q(is_active=True) | Q(pk=self.instance.window_id), hall=self.by.hall_id
        )
        if self.instance.pk:
            # A hand-over may rest on this row: who and where stay what they were.
            clerk.disabled = window.disabled = True
        else:
            self.initial.setdefault("starts_on", timezone.localdate())

    def clean(self) -> dict[str, Any] | None:
        """One post per person and window at a time; nobody left alone unseen."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        data = self.cleaned_data
        overlapping = (
            Posting.objects.between(data["starts_on"], data.get("ends_on"))
            .filter(clerk=data["clerk"], window=data["window"])
            .exclude(pk=self.instance.pk)
        )
        if other := overlapping.first():
            self._validate_constraints = False  # It would say the same, but unclearly.
            self.add_error(
                "starts_on",
                _("This person is already posted there from %(first)s to %(last)s.")
                % {"first": other.starts_on, "last": other.ends_on or "…"},
            )
            return cleaned
        self.ask_if_seen()
        return cleaned

    def touched_windows(self) -> list[Window]:
        """The one window."""
        return [self.cleaned_data["window"]]

    def changed(self, current: rota.Rota) -> rota.Rota:
        """With this posting in place of its former self."""
        data = self.cleaned_data
        new = Posting(
            clerk=data["clerk"],
            window=data["window"],
            post=data["post"],
            starts_on=data["starts_on"],
            ends_on=data.get("ends_on"),
        )
        others = [row for row in current.postings if row.pk != self.instance.pk]
        return rota.Rota(
            current.windows,
            [*others, new],
            current.absences,
            current.calendar,
            current.first,
            current.last,
        )


class AbsenceForm(SeenForm, ObjectForm[Absence]):
    """Days on which somebody is away."""

    last_fields = ("seen", "reason")

    class Meta(ObjectForm.Meta):
        model = Absence
        fields = ("clerk", "starts_on", "ends_on", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clerk = _choice(self, "clerk")
        clerk.queryset = Clerk.objects.filter(
            Q(is_active=True) | Q(pk=self.instance.clerk_id), hall=self.by.hall_id
        ).exclude(role=Role.SYSTEM)
        if not self.instance.pk:
            self.initial.setdefault("starts_on", timezone.localdate())
            self.initial.setdefault("ends_on", timezone.localdate())

    def clean(self) -> dict[str, Any] | None:
        """Nobody is away twice at a time; no window is left alone unseen."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        data = self.cleaned_data
        overlapping = (
            Absence.objects.between(data["starts_on"], data["ends_on"])
            .filter(clerk=data["clerk"])
            .exclude(pk=self.instance.pk)
        )
        if other := overlapping.first():
            self.add_error(
                "starts_on",
                _("Already entered as away from %(first)s to %(last)s.")
                % {"first": other.starts_on, "last": other.ends_on},
            )
            return cleaned
        self.ask_if_seen()
        return cleaned

    def touched_windows(self) -> list[Window]:
        """Where this person is posted."""
        posted = Posting.objects.filter(clerk=self.cleaned_data["clerk"])
        return list(
            Window.objects.filter(
                pk__in=posted.values("window"), hall=self.by.hall_id, is_active=True
            )
        )

    def changed(self, current: rota.Rota) -> rota.Rota:
        """With this absence in place of its former self."""
        data = self.cleaned_data
        new = Absence(
            clerk=data["clerk"], starts_on=data["starts_on"], ends_on=data["ends_on"]
        )
        others = [row for row in current.absences if row.pk != self.instance.pk]
        return rota.Rota(
            current.windows,
            current.postings,
            [*others, new],
            current.calendar,
            current.first,
            current.last,
        )
