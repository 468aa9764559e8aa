"""The catalogue of service items, and which window answers for which of them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, TypedDict

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from windows.bundles import (
    JOINT_DAYS,
    STATUTORY_DAYS,
    Asked,
    Takes,
    as_asked,
    asked_once,
    takes,
    whole,
)
from windows.naming import local

from .fields import PinyinKeyField
from .people import DateRange
from .periods import PeriodQuerySet
from .places import Department, Window

if TYPE_CHECKING:
    from .bundles import BundledItem


class DayUnit(models.TextChoices):
    """How a limit is counted (R1.28: the licensing law counts working days)."""

    WORKING = "working", _("working days")
    CALENDAR = "calendar", _("calendar days")


class ItemState(models.TextChoices):
    """Whether an item can be picked at the counter (TASK_STATE)."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    SUSPENDED = "suspended", _("suspended")
    CANCELLED = "cancelled", _("cancelled")


class Handling(models.TextChoices):
    """即办件 or 承诺件 (PROJECT_TYPE)."""

    ON_THE_SPOT = "spot", _("done on the spot")
    PROMISED = "promised", _("done within a promised time")


class Result(models.TextChoices):
    """What a grant yields (RESULT_TYPE); all but nothing is delivered (R1.23)."""

    CERTIFICATE = "certificate", _("a certificate or licence")
    DOCUMENT = "document", _("a written approval")
    OTHER = "other", _("something else to hand over")
    NOTHING = "nothing", _("nothing to hand over")


class Kept(TypedDict):
    """An item of a life event as a case keeps it: if it runs beside, and its limits.

    A limit is a number and its unit; the number is None where it promises none of its
    own, and 0 of what is done on the spot.
    """

    item: int
    parallel: bool
    law: tuple[int, str]
    promise: tuple[int | None, str]


class ServiceItem(models.Model):
    """An entry of the catalogue (政务服务事项), with its limits and conditions.

    The promised limit may not exceed the statutory one (R1.30); one that is not
    strictly shorter is a gap that `windows.coverage` lists. A life event (`is_bundle`)
    is an entry too: its papers and limits are those of its items, not its own.
    """

    code = models.CharField(_("code"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=300)
    name_key = PinyinKeyField()
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    parent_name = models.CharField(_("main item"), max_length=300, blank=True)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        related_name="items",
        verbose_name=_("department"),
    )
    area = models.CharField(_("area"), max_length=50, blank=True)
    level = models.CharField(_("level"), max_length=20, blank=True)
    type = models.CharField(_("type"), max_length=30, blank=True)
    theme = models.CharField(_("theme"), max_length=100, blank=True)
    service_target = models.CharField(_("for whom"), max_length=200, blank=True)
    handling = models.CharField(
        _("kind of handling"),
        max_length=10,
        choices=Handling.choices,
        default=Handling.PROMISED,
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ItemState.choices,
        default=ItemState.PUBLISHED,
    )
    basis = models.TextField(_("legal basis"), blank=True)
    conditions = models.TextField(_("conditions"), blank=True)
    statutory_days = models.PositiveSmallIntegerField(
        _("statutory limit"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(3660)],
    )
    statutory_unit = models.CharField(
        _("unit of the statutory limit"),
        max_length=10,
        choices=DayUnit.choices,
        default=DayUnit.WORKING,
    )
    promised_days = models.PositiveSmallIntegerField(
        _("promised limit"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(3660)],
    )
    promised_unit = models.CharField(
        _("unit of the promised limit"),
        max_length=10,
        choices=DayUnit.choices,
        default=DayUnit.WORKING,
    )
    result = models.CharField(
        _("what a grant yields"),
        max_length=12,
        choices=Result.choices,
        blank=True,
        help_text=_(
            "Delivered within 10 working days of the grant, also if nothing is said "
            "here."
        ),
    )
    renewal_days = models.PositiveSmallIntegerField(
        _("renewal: applied for so many days before the expiry"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
        help_text=_(
            "Only for the renewal of something that expires: 30 by law. Not decided "
            "before the expiry, it is renewed by law."
        ),
    )
    renewal_unit = models.CharField(
        _("unit of these days"),
        max_length=10,
        choices=DayUnit.choices,
        default=DayUnit.WORKING,
    )
    visits = models.PositiveSmallIntegerField(
        _("visits to the hall"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(20)],
    )
    fee = models.CharField(_("fee"), max_length=200, blank=True)
    fee_basis = models.CharField(_("basis of the fee"), max_length=300, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    consult_phone = models.CharField(
        _("telephone for questions"), max_length=200, blank=True
    )
    complaint_phone = models.CharField(
        _("complaint telephone"), max_length=200, blank=True
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    is_bundle = models.BooleanField(_("life event"), default=False, editable=False)

    kept: Sequence[Kept] | None = None
    """The items that a case was begun with, in what `as_begun` returns."""

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("service item")
        verbose_name_plural = _("service items")
        ordering = ["name_key", "id"]
        constraints = [
            models.CheckConstraint(
                name="item_promise_within_statutory_limit",
                condition=Q(promised_days__isnull=True)
                | Q(statutory_days__isnull=True)
                | ~Q(promised_unit=F("statutory_unit"))
                | Q(promised_days__lte=F("statutory_days")),
                violation_error_message=_(  # R1.30
                    "The promised limit may not be longer than the statutory one."
                ),
            ),
            models.CheckConstraint(
                name="item_has_code_and_name", condition=~Q(code="") & ~Q(name="")
            ),
        ]
        indexes = [models.Index(fields=["department", "name_key"])]

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        """The name in the language of the page, as far as the item has one in it."""
        return local(self.name, self.name_en)

    @property
    def yields_something(self) -> bool:
        """Whether a grant is delivered (R1.23); where nothing is said, it is."""
        return self.result != Result.NOTHING

    @property
    def is_joint(self) -> bool:
        """Whether several units handle it together (R1.13): its steps name them.

        A step without a unit is one of the item's own. One statement, unless `steps`
        was fetched before. The items of a life event always are.
        """
        if self.is_bundle:
            return True
        units = {step.department_id or self.department_id for step in self.steps.all()}
        return len(units | {self.department_id}) > 1

    @cached_property
    def members(self) -> list[BundledItem]:
        """The published items of a life event in their order; four statements.

        As a case applied for them where it `kept` them, whatever is offered now.
        """
        if self.kept is not None:
            with_all = ServiceItem.objects.select_related("department")
            found = with_all.prefetch_related("materials", "steps").in_bulk(
                [one["item"] for one in self.kept]
            )
            return [
                self.bundled.model(
                    item=self,
                    member=found[one["item"]].as_kept(one),
                    position=place,
                    is_parallel=one["parallel"],
                )
                for place, one in enumerate(self.kept, start=1)
            ]
        rows = self.bundled.filter(member__state=ItemState.PUBLISHED)
        return list(
            rows.select_related("member__department").prefetch_related(
                "member__materials", "member__steps"
            )
        )

    def as_begun(self, kept: Sequence[Kept] | None) -> ServiceItem:
        """Return it as a case began with it: with these items, or as none (R1.07)."""
        item = copy(self)
        item.is_bundle, item.kept = kept is not None, kept
        item.__dict__.pop("members", None)  # those of the catalogue
        return item

    def papers(self) -> list[Asked]:
        """Return what a person is asked for: of a life event each paper once."""
        if not self.is_bundle:
            return [as_asked(paper) for paper in self.materials.all()]
        return asked_once(
            (
                (row.member.name, paper)
                for row in self.members
                for paper in row.member.materials.all()
            ),
            [
                (name, same_as)
                for name, same_as, maker in self.same_papers.values_list(
                    "name", "same_as", "made_by"
                )
                if same_as or maker in {row.member_id for row in self.members}
            ],
        )

    def keep(self, *, is_parallel: bool) -> Kept:
        """Return what a case keeps of it as an item of its life event (R1.07)."""
        promise = self.promised_days, str(self.promised_unit)
        if self.handling == Handling.ON_THE_SPOT:
            promise = 0, str(DayUnit.WORKING)
        law = self.by_law()
        return Kept(item=self.pk, parallel=is_parallel, law=law, promise=promise)

    def as_kept(self, kept: Kept) -> ServiceItem:
        """Give it the limits that a case keeps, whatever the catalogue says now."""
        self.statutory_days, self.statutory_unit = kept["law"]
        self.promised_days, self.promised_unit = kept["promise"]
        self.handling = Handling.PROMISED
        return self

    def takes(self, *, is_parallel: bool = False) -> Takes:
        """Return how many working days it takes within a life event."""
        return takes(
            self.by_law(),
            (self.promised_days, self.promised_unit),
            on_the_spot=self.handling == Handling.ON_THE_SPOT,
            is_parallel=is_parallel,
        )

    def whole(self) -> Takes:
        """Return what a life event takes, from its items (R1.21, R1.30)."""
        return whole(
            [row.member.takes(is_parallel=row.is_parallel) for row in self.members]
        )

    def by_the_calendar(self) -> list[list[tuple[int, str]]]:
        """Return the limits by law of its items, those that begin together as one.

        In days of their own units: over a long holiday calendar days end before the
        working days that `whole` counts for them. Empty where all are working days:
        `whole` says it then.
        """
        found: list[list[tuple[int, str]]] = []
        for row in self.members:
            if not found or not row.is_parallel:
                found.append([])
            found[-1].append(row.member.by_law())
        is_plain = all(unit == "working" for stage in found for _days, unit in stage)
        return [] if is_plain else found

    def by_law(self) -> tuple[int, str]:
        """Return its limit and unit, the law's where it names none (R1.20, R1.21)."""
        if self.statutory_days is not None:
            return self.statutory_days, str(self.statutory_unit)
        return (JOINT_DAYS if self.is_joint else STATUTORY_DAYS), "working"

    def handled(self) -> list[Step]:
        """Return the steps; of a life event its items, each a step of its own unit."""
        if not self.is_bundle:
            return list(self.steps.select_related("department"))
        return [
            Step(
                item=self,
                position=place,
                name=row.member.name,
                department=row.member.department,
                days=row.member.takes().promised,
                is_parallel=row.is_parallel,
            )
            for place, row in enumerate(self.members, start=1)
        ]


class ItemAlias(models.Model):
    """Another wording for an item, as citizens say it."""

    item = models.ForeignKey(ServiceItem, models.CASCADE, related_name="aliases")
    text = models.CharField(_("wording"), max_length=100)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ["text", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "text"], name="alias_once_per_item"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class MaterialForm(models.TextChoices):
    """What has to be shown (MATERIAL_TYPE, MATERIAL_FORMAT)."""

    ORIGINAL = "original", _("original")
    COPY = "copy", _("copy")
    BOTH = "both", _("original and copy")
    ELECTRONIC = "electronic", _("electronic")


class Material(models.Model):
    """One paper that an item asks for (申请材料).

    `may_follow` marks a paper that may come later (可容缺); a clerk may not invent
    that at the counter (R2.31).
    """

    item = models.ForeignKey(ServiceItem, models.CASCADE, related_name="materials")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=300)
    form = models.CharField(
        _("form"),
        max_length=10,
        choices=MaterialForm.choices,
        default=MaterialForm.ORIGINAL,
    )
    copies = models.PositiveSmallIntegerField(
        _("number"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
    )
    is_required = models.BooleanField(_("required"), default=True)
    may_follow = models.BooleanField(_("may follow later"), default=False)
    standard = models.CharField(_("what it must fulfil"), max_length=500, blank=True)
    how_to_get = models.CharField(_("how to get it"), max_length=500, blank=True)
    sample = models.CharField(
        _("where a filled-in sample is"), max_length=300, blank=True
    )
    basis = models.CharField(_("basis for asking for it"), max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["item", "position", "id"]

    def __str__(self) -> str:
        return self.name


class Step(models.Model):
    """One step of handling an item, with its own days."""

    item = models.ForeignKey(ServiceItem, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=100)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="steps",
        verbose_name=_("department"),
    )
    days = models.PositiveSmallIntegerField(
        _("working days"), null=True, blank=True, validators=[MaxValueValidator(3660)]
    )
    is_parallel = models.BooleanField(
        _("at the same time as the one before"), default=False
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["item", "position", "id"]

    def __str__(self) -> str:
        return self.name


class Authority(models.TextChoices):
    """What a window may do with an item; a stronger one includes the weaker ones."""

    DECIDE = "decide", _("decide")
    ACCEPT = "accept", _("accept")
    ADVISE = "advise", _("advise only")


class Responsibility(models.Model):
    """Window x item x authority, from a date to a date (窗口职责)."""

    window = models.ForeignKey(
        Window,
        models.PROTECT,
        related_name="responsibilities",
        verbose_name=_("window"),
    )
    item = models.ForeignKey(
        ServiceItem,
        models.PROTECT,
        related_name="responsibilities",
        verbose_name=_("item"),
    )
    authority = models.CharField(
        _("authority"), max_length=10, choices=Authority.choices
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = PeriodQuerySet["Responsibility"].as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ["item", "window"]
        constraints = [
            models.CheckConstraint(
                name="responsibility_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            ExclusionConstraint(
                name="responsibility_once_per_window_and_item_at_a_time",
                expressions=[
                    ("window", RangeOperators.EQUAL),
                    ("item", RangeOperators.EQUAL),
                    (
                        DateRange("starts_on", "ends_on", Value("[]")),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window_id}x{self.item_id} {self.authority}"
