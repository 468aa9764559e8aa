"""What moves dates: stops of a clock, one extension, and a calendar that changed."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value

from cases.deadlines import STOP_NAMES, StopGround
from windows.models import Clerk
from windows.models.people import DateRange

from .case import Case


class ClockStop(models.Model):
    """A special procedure for which the clock of a case stops (R1.24, rules.md 6.5).

    `limit_days` is the time told in writing, in days of the item's own unit; None where
    it cannot be told yet. The days before it began and from its end on count.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="stops")
    ground = models.CharField(max_length=12, choices=[*STOP_NAMES.items()])
    reason = models.CharField(max_length=300)
    limit_days = models.PositiveSmallIntegerField(null=True)
    began_on = models.DateField()
    by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    resumed_on = models.DateField(null=True)
    resumed_by = models.ForeignKey(Clerk, models.PROTECT, null=True, related_name="+")
    resumed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            # One that still runs has no end: so there is never a second one.
            ExclusionConstraint(
                name="stops_do_not_overlap",
                expressions=[
                    ("case", RangeOperators.EQUAL),
                    (
                        DateRange("began_on", "resumed_on", Value("[)")),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                name="stop_ground_is_known",
                condition=Q(ground__in=list(StopGround)),
            ),
            models.CheckConstraint(
                name="stop_of_at_least_a_day",
                condition=Q(limit_days__isnull=True) | Q(limit_days__gte=1),
            ),
            models.CheckConstraint(
                name="stop_ended_by_somebody",
                condition=(
                    Q(
                        resumed_on__isnull=True,
                        resumed_by__isnull=True,
                        resumed_at__isnull=True,
                    )
                    | Q(
                        resumed_on__isnull=False,
                        resumed_by__isnull=False,
                        resumed_at__isnull=False,
                        resumed_on__gte=F("began_on"),
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.ground} {self.began_on}"


class Extension(models.Model):
    """The one extension of a case, approved by the head and told (R1.20, R1.21, R1.29).

    `head` is who approved it, with the office; `by` is the supervisor who wrote it
    down. Days are of the unit of each of the two limits.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="extensions")
    days = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    head = models.CharField(max_length=100)
    by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], name="one_extension_per_case"),
            models.CheckConstraint(
                name="extension_within_the_law",
                condition=Q(days__gte=1, days__lte=15),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} +{self.days}"


class CalendarRelease(models.Model):
    """The yes to moving the dates of open cases to a calendar that changed (R9.11).

    Given by an administrator to whom the dates were shown first. The key is the
    version of the calendar: each is released once.
    """

    version = models.BigIntegerField(primary_key=True)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.version)
