"""Composing a life event: its items, their order, and which papers are the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from windows import editing
from windows.bundles import MOST_ITEMS, Held, paper_key, too_early
from windows.models import BundledItem, Clerk, SamePaper, ServiceItem
from windows.models.items import ItemState

from .base import Once, meanwhile_sentence, reason_field
from .fields import NOTHING, PlainText, WholeNumber


def _said(mark: SamePaper) -> str:
    if not mark.same_as:
        return gettext("%(paper)s: made by %(item)s") % {
            "paper": mark.name,
            "item": mark.made_by or "–",
        }
    names = {"paper": mark.name, "other": mark.same_as}
    return gettext("%(paper)s is the same as %(other)s") % names


JOINT_ITSELF = _(
    "%(item)s is handled by several units itself: within a life event only its own "
    "unit would be asked."
)


AFTER = _(
    "It needs “%(paper)s”, which %(maker)s makes: let it begin after that, not at the "
    "same time."
)


def _held(item: ServiceItem, *, is_parallel: bool) -> Held:
    papers = tuple(paper.name for paper in item.materials.all())
    return Held(item.pk, is_parallel, papers)


class RowForm(forms.Form):
    """One item of a life event: its place, beside which other, or out."""

    position = WholeNumber(label=_("position"), min_value=1, max_value=999)
    is_parallel = forms.BooleanField(
        label=_("at the same time as the one before"), required=False
    )
    leaves = forms.BooleanField(label=_("take out"), required=False)

    def __init__(self, *args: Any, row: BundledItem, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)


class BundleForm(Once):
    """The whole composition of a life event, changed at once and for a reason.

    Items are looked for with it too, so that a search loses nothing that was typed.
    """

    q = PlainText(
        label=_("Name, code or wording"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "data-key": "/", "aria-keyshortcuts": "/"}
        ),
    )
    looked_for = forms.CharField(widget=forms.HiddenInput, required=False)
    add = forms.ModelMultipleChoiceField(
        label=_("Items to add"),
        queryset=ServiceItem.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    paper = forms.ChoiceField(label=_("This paper"), required=False)
    same_as = forms.ChoiceField(label=_("is the same as"), required=False)
    apart = forms.ModelMultipleChoiceField(
        label=_("Not the same after all"),
        queryset=SamePaper.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    reason = reason_field()

    def __init__(
        self,
        data: Any = None,
        *,
        item: ServiceItem,
        members: Sequence[BundledItem],
        found: Iterable[ServiceItem] = (),
        text: str = "",
        by: Clerk,
    ) -> None:
        self.item, self.by = item, by
        super().__init__(data, initial={"q": text, "looked_for": text})
        self.rows = [
            RowForm(
                data,
                row=row,
                prefix=f"row{row.pk}",
                initial={
                    "position": place,
                    "is_parallel": row.is_parallel,
                },
            )
            for place, row in enumerate(members, start=1)
        ]
        add: Any = self.fields["add"]
        add.queryset = ServiceItem.objects.all()
        offered = {item.pk: item.name for item in found}
        if data is not None:
            sent = [key for key in data.getlist("add") if key.isascii()]
            kept = [key for key in sent if key.isdigit() and len(key) < 10]
            offered |= {
                row.pk: row.name for row in ServiceItem.objects.filter(pk__in=kept)
            }
        add.widget.choices = list(offered.items())
        papers = [paper for row in members for paper in row.member.materials.all()]
        names = dict.fromkeys(paper.name for paper in papers)
        choices = [("", NOTHING), *((name, name) for name in names)]
        self.makers = {f"-{row.member_id}": row.member for row in members}
        made = _("not asked for: %(item)s makes it")
        makers = [(key, made % {"item": one.name}) for key, one in self.makers.items()]
        for name, more in (("paper", []), ("same_as", makers)):
            field: Any = self.fields[name]
            field.choices = [*choices, *more]
        apart: Any = self.fields["apart"]
        apart.queryset = item.same_papers.select_related("made_by")
        apart.label_from_instance = _said
        if not self.is_bound:
            self.initial["version"] = editing.version_of(editing.histories_of(item))

    @property
    def only_looks(self) -> bool:
        """Whether items are looked for: by the button, or with Enter in its field."""
        typed, before = (self.data.get(name, "") for name in ("q", "looked_for"))
        return self.is_bound and ("find" in self.data or typed != before)

    def keep(self) -> None:
        """Find no fault with its rows either; what was looked for has been found."""
        data = cast(QueryDict, self.data).copy()
        data["looked_for"] = data.get("q", "")
        self.data = data
        super().keep()
        for row in self.rows:
            row.errors.clear()

    @property
    def has_rows_right(self) -> bool:
        """Whether every row can be read; each is looked at, so that all errors show."""
        return all([row.is_valid() for row in self.rows])  # noqa: C419

    def clean_add(self) -> QuerySet[ServiceItem]:
        """An item that is itself none, is no life event and is not in it yet."""
        chosen: QuerySet[ServiceItem] = self.cleaned_data["add"]
        if chosen and (within := self.item.part_of.select_related("item").first()):
            raise ValidationError(
                _(
                    "%(item)s belongs to the life event %(bundle)s, and so cannot "
                    "become one itself."
                ),
                params={"item": self.item.name, "bundle": within.item.name},
            )
        inside = {form.row.member_id for form in self.rows}
        for item in chosen:
            if item.pk == self.item.pk or item.is_bundle:
                raise ValidationError(
                    _("A life event holds items, no other life event and not itself.")
                )
            if item.is_joint:
                raise ValidationError(JOINT_ITSELF, params={"item": item.name})
            if item.pk in inside:
                raise ValidationError(
                    _("%(item)s is in it already."), params={"item": item.name}
                )
        return chosen

    def clean(self) -> dict[str, Any] | None:
        """Both papers of a mark, and two different ones; not more items than fit."""
        cleaned = super().clean()
        paper, other = (self.cleaned_data.get(name) for name in ("paper", "same_as"))
        if bool(paper) != bool(other):
            self.add_error("same_as", _("Choose both papers, or neither."))
        elif (
            paper
            and other
            and other not in self.makers
            and paper_key(paper) == paper_key(other)
        ):
            self.add_error("same_as", _("These are the same already."))
        elif paper and self.item.same_papers.filter(name=paper).exists():
            self.add_error("paper", _("This paper is marked as the same already."))
        if not self.has_rows_right:
            self.add_error(None, _("Something in the lists below is not right."))
        elif len(self._staying()) + len(self.cleaned_data.get("add", ())) > MOST_ITEMS:
            self.add_error(
                "add",
                ValidationError(
                    _("At most %(most)d items."), params={"most": MOST_ITEMS}
                ),
            )
        elif not self._are_rows_right():
            self.add_error(None, _("Something in the lists below is not right."))
        return cleaned

    def _are_rows_right(self) -> bool:
        """Say beside each row what is wrong with its item or its place, if anything."""
        early = too_early(self._held(), self._marks())
        names = {form.row.member_id: form.row.member.name for form in self.rows}
        for form in self._staying():
            member = form.row.member
            if member.is_joint:
                params = {"item": member.name}
                form.add_error("leaves", ValidationError(JOINT_ITSELF, params=params))
            if member.pk in early:
                paper, maker = early[member.pk]
                params = {"paper": paper, "maker": names[maker]}
                form.add_error("is_parallel", ValidationError(AFTER, params=params))
        return not any(form.errors for form in self.rows)

    def _staying(self) -> list[RowForm]:
        """Return the rows that stay, in the order of their positions."""
        staying = [form for form in self.rows if not form.cleaned_data.get("leaves")]
        return sorted(staying, key=lambda form: form.cleaned_data["position"])

    def _held(self) -> list[Held]:
        """Return the items that stay, in their order, as `too_early` takes them."""
        return [
            _held(form.row.member, is_parallel=form.cleaned_data["is_parallel"])
            for form in self._staying()
        ]

    def _marks(self) -> list[tuple[str, str, int | None]]:
        """Return which papers will be one, or made by an item that stays."""
        apart = self.cleaned_data.get("apart", ())
        marks = [
            (mark.name, mark.same_as, mark.made_by_id)
            for mark in self.item.same_papers.all()
            if mark not in apart
        ]
        paper, other = (self.cleaned_data.get(name) for name in ("paper", "same_as"))
        if paper and other:
            maker = self.makers.get(other)
            marks.append((paper, "" if maker else other, maker.pk if maker else None))
        return marks

    def refuse_stale(self) -> bool:
        """Whether somebody else changed the composition meanwhile; then says so."""
        histories = editing.histories_of(self.item)
        meanwhile = editing.changed_since(histories, str(self.data.get("version")), ())
        if meanwhile is None:
            return False
        self.renew_version(histories)
        self.add_error(None, meanwhile_sentence(meanwhile))
        return True

    def save_changes(self) -> None:
        """Write what changed, each row with who and why; an empty one is an item again.

        In an order that the database allows: it is a life event before it holds an
        item, and none after it holds the last. What is added begins with what is the
        last, or after it where it needs a paper that an item of it makes.
        """
        by, reason = self.by, self.cleaned_data["reason"]
        staying = self._staying()
        added = list(self.cleaned_data["add"])
        is_bundle = bool(staying or added)
        if is_bundle and not self.item.is_bundle:
            self._turn(is_bundle=True)
        for form in self.rows:
            if form not in staying:
                editing.delete_with_reason(form.row, by=by, reason=reason)
        held, marks = self._held(), self._marks()
        for place, form in enumerate(staying, start=1):
            row, is_parallel = form.row, form.cleaned_data["is_parallel"]
            if (row.position, row.is_parallel) != (place, is_parallel):
                row.position, row.is_parallel = place, is_parallel
                editing.save_with_reason(row, by=by, reason=reason)
        for place, member in enumerate(added, start=len(staying) + 1):
            held.append(_held(member, is_parallel=True))
            if member.pk in too_early(held, marks):
                held[-1] = _held(member, is_parallel=False)
            row = BundledItem(
                item=self.item,
                member=member,
                position=place,
                is_parallel=held[-1].is_parallel,
            )
            editing.save_with_reason(row, by=by, reason=reason)
        for mark in self.cleaned_data["apart"]:
            editing.delete_with_reason(mark, by=by, reason=reason)
        if self.cleaned_data["paper"]:
            other = self.cleaned_data["same_as"]
            maker = self.makers.get(other)
            mark = SamePaper(
                item=self.item,
                name=self.cleaned_data["paper"],
                same_as="" if maker else other,
                made_by=maker,
            )
            editing.save_with_reason(mark, by=by, reason=reason)
        if self.item.is_bundle and not is_bundle:
            self._turn(is_bundle=False)

    def _turn(self, *, is_bundle: bool) -> None:
        self.item.is_bundle = is_bundle
        if is_bundle:  # each item of it is decided, none renewed by silence (R1.27)
            self.item.renewal_days = None
            today = timezone.localdate()
            if not self.item.responsibilities.on(today).exists():
                self.item.state = ItemState.DRAFT  # nobody would accept it
        editing.save_with_reason(
            self.item, by=self.by, reason=self.cleaned_data["reason"]
        )
