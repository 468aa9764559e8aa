"""Halls, departments and windows."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from windows.models import Department, Hall, Window

from .base import ObjectForm


class HallForm(ObjectForm[Hall]):
    """The own hall and the local numbers it works with."""

    class Meta(ObjectForm.Meta):
        model = Hall
        fields = (
            "name",
            "name_en",
            "address",
            "telephone",
            "complaint_telephone",
            "hours",
            "region",
            "acceptance_days",
            "online_days",
            "joint_days",
            "offer_minutes",
            "most_declines",
            "negative_days",
            "raise_days",
            "bring_days",
            "late_papers",
            "late_follow_ups",
            "objection_lead_days",
            "objection_committee_days",
            "objection_government_days",
            "silence_agrees",
            "checkback_days",
            "callback_days",
            "green_days",
            "green_passes",
        )


class DepartmentForm(ObjectForm[Department]):
    """A department; outside the hall it must say where and how to reach it."""

    class Meta(ObjectForm.Meta):
        model = Department
        fields = (
            "name",
            "name_en",
            "in_hall",
            "address",
            "telephone",
            "hours",
            "complaint_telephone",
            "is_active",
        )

    def clean(self) -> dict[str, Any] | None:
        """Whoever is sent outside must be told where to (R1.05, R3.15)."""
        cleaned = super().clean()
        if not self.cleaned_data.get("in_hall"):
            for name in ("address", "telephone", "hours"):
                if name not in self.errors and not self.cleaned_data.get(name):
                    self.add_error(
                        name,
                        _(
                            "Needed outside the hall: it is what a citizen who is "
                            "sent there is told."  # R1.05
                        ),
                    )
        return cleaned


class WindowForm(ObjectForm[Window]):
    """A window of the administrator's own hall."""

    class Meta(ObjectForm.Meta):
        model = Window
        fields = (
            "number",
            "name",
            "name_en",
            "department",
            "floor",
            "zone",
            "telephone",
            "map_x",
            "map_y",
            "is_fallback",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk and self.by.hall:
            self.instance.hall = self.by.hall

    def clean(self) -> dict[str, Any] | None:
        """A number stands over one window of a hall."""
        cleaned = super().clean()
        others = Window.objects.filter(
            hall=self.instance.hall_id, number=self.cleaned_data.get("number", "")
        ).exclude(pk=self.instance.pk)
        if other := others.first():
            self.add_error(
                "number",
                _("Window %(window)s already has this number.") % {"window": other},
            )
        return cleaned
