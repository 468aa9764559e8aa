"""Items with their materials, steps and other wordings, and who answers for them."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet, inlineformset_factory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from windows import editing
from windows.bundles import Held, too_early
from windows.duties import NOTHING
from windows.models import Clerk, ItemAlias, Material, ServiceItem, Step
from windows.models.items import Authority

from .base import ObjectForm, Once, reason_field
from .fields import Day, PlainText, strict


class ItemForm(ObjectForm[ServiceItem]):
    """An entry of the catalogue."""

    class Meta(ObjectForm.Meta):
        model = ServiceItem
        fields = (
            "code",
            "name",
            "name_en",
            "parent_name",
            "department",
            "state",
            "handling",
            "type",
            "theme",
            "level",
            "area",
            "service_target",
            "promised_days",
            "promised_unit",
            "statutory_days",
            "statutory_unit",
            "result",
            "renewal_days",
            "renewal_unit",
            "visits",
            "fee",
            "fee_basis",
            "basis",
            "conditions",
            "address",
            "consult_phone",
            "complaint_phone",
            "source",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_bundle:  # it says them by its items
            for name in OF_ITS_ITEMS:
                del self.fields[name]


OF_ITS_ITEMS = (
    "handling",
    "promised_days",
    "promised_unit",
    "statutory_days",
    "statutory_unit",
    "renewal_days",
    "renewal_unit",
    "result",
    "fee",
    "fee_basis",
)
"""Fields that a life event has from its items."""


def fields_of(item: ServiceItem) -> list[str]:
    """Return the fields in which an item itself says something."""
    left_out = OF_ITS_ITEMS if item.is_bundle else ()
    return [name for name in ItemForm.Meta.fields if name not in left_out]


def refuse_other_units(form: ItemForm, steps: PartFormSet) -> bool:
    """Say beside a step that it is another unit's, if the item is in a life event.

    There its own unit alone is asked, so the other would never hear of it (R4.70).
    """
    rows = form.instance.part_of.select_related("item") if form.instance.pk else ()
    within = next(iter(rows), None)
    if within is None:
        return False
    own = (None, form.cleaned_data["department"])
    others = [
        row
        for row in steps.forms
        if row not in steps.deleted_forms
        and row.cleaned_data.get("department") not in own
    ]
    for row in others:
        sentence = _(
            "The item belongs to the life event %(bundle)s, where its own unit alone "
            "is asked: take it out there first."
        )
        params = {"bundle": within.item.name}
        row.add_error("department", ValidationError(sentence, params=params))
    if others:
        form.add_error(None, _("Something in the lists below is not right."))
    return bool(others)


def refuse_early_papers(form: ItemForm, materials: PartFormSet) -> bool:
    """Say beside a paper that an item of its life event makes it too late (R4.73)."""
    item = form.instance
    typed = {
        row.cleaned_data["name"]: row
        for row in materials.forms
        if row not in materials.deleted_forms and row.cleaned_data.get("name")
    }
    early = []
    for within in item.part_of.select_related("item") if item.pk else ():
        rows = within.item.bundled.prefetch_related("member__materials")
        names = {row.member_id: row.member.name for row in rows}
        held = []
        for row in rows:
            kept = [paper.name for paper in row.member.materials.all()]
            papers = typed if row.member_id == item.pk else kept
            held.append(Held(row.member_id, row.is_parallel, tuple(papers)))
        marks = within.item.same_papers.values_list("name", "same_as", "made_by")
        if item.pk in (found := too_early(held, list(marks))):
            paper, maker = found[item.pk]
            early.append((paper, within.item.name, names[maker]))
    for paper, bundle, made_by in early:
        sentence = _(
            "In the life event %(bundle)s this paper is made by %(maker)s, which does "
            "not come before this item: put this item after it there first."
        )
        params = {"bundle": bundle, "maker": made_by}
        typed[paper].add_error("name", ValidationError(sentence, params=params))
    if early:
        form.add_error(None, _("Something in the lists below is not right."))
    return bool(early)


class PartForm(forms.ModelForm):  # type: ignore[type-arg]
    """One row of a list that belongs to an item."""

    class Meta:
        formfield_callback = strict


class MaterialForm(PartForm):
    """One paper."""

    class Meta(PartForm.Meta):
        model = Material
        labels = {"copies": pgettext_lazy("of a paper", "copies")}
        fields = (
            "position",
            "name",
            "form",
            "copies",
            "is_required",
            "may_follow",
            "standard",
            "how_to_get",
            "sample",
            "basis",
        )


class StepForm(PartForm):
    """One step."""

    class Meta(PartForm.Meta):
        model = Step
        fields = ("position", "name", "department", "days", "is_parallel")


class AliasForm(PartForm):
    """One wording."""

    class Meta(PartForm.Meta):
        model = ItemAlias
        fields = ("text",)


class PartFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows of an item's list, saved one by one with who and why."""

    def save_changes(self, *, by: Clerk, reason: str) -> int:
        """Save what was changed; how many rows that were."""
        changed: list[models.Model] = self.save(commit=False)
        for row in self.deleted_objects:
            editing.delete_with_reason(row, by=by, reason=reason)
        for row in changed:
            editing.save_with_reason(row, by=by, reason=reason)
        return len(changed) + len(self.deleted_objects)


MATERIALS = inlineformset_factory(
    ServiceItem,
    Material,
    form=MaterialForm,
    formset=PartFormSet,
    extra=2,
    max_num=60,
    absolute_max=70,
)
STEPS = inlineformset_factory(
    ServiceItem,
    Step,
    form=StepForm,
    formset=PartFormSet,
    extra=2,
    max_num=20,
    absolute_max=30,
)
ALIASES = inlineformset_factory(
    ServiceItem,
    ItemAlias,
    form=AliasForm,
    formset=PartFormSet,
    extra=2,
    max_num=40,
    absolute_max=50,
)

CELL_CHOICES = [*Authority.choices, (NOTHING, _("nothing"))]


class CellForm(Once):
    """What one window may do with one item, from a day on."""

    authority = forms.ChoiceField(label=_("authority"), choices=CELL_CHOICES)
    starts_on = Day(label=_("from"))
    reason = reason_field()
    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def clean_starts_on(self) -> Any:
        """What was valid yesterday stays what it was."""
        day = self.cleaned_data["starts_on"]
        if day < timezone.localdate():
            raise ValidationError(_("Choose today or a later day."))
        return day


class RememberedReasonForm(forms.Form):
    """The reason that holds for the edits that follow."""

    remembered = reason_field()


class MissAliasForm(Once):
    """A wording from a lookup without a result, for an item."""

    item = forms.ModelChoiceField(
        label=_("item"),
        queryset=ServiceItem.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose an item.")},
    )
    text = PlainText(label=_("wording"), max_length=100)
    reason = reason_field()

    def offer(self, items: QuerySet[ServiceItem]) -> None:
        """Let the person choose among `items`."""
        cast("forms.ModelChoiceField[Any]", self.fields["item"]).queryset = items

    def clean(self) -> dict[str, Any] | None:
        """An item has a wording once."""
        cleaned = super().clean()
        item, text = self.cleaned_data.get("item"), self.cleaned_data.get("text")
        if item and text and item.aliases.filter(text=text).exists():
            self.add_error("text", _("This item has this wording already."))
        return cleaned
