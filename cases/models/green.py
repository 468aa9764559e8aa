"""The green channel (绿色通道): who goes first, for what ground, and before whom."""

from django.db import models
from django.db.models import F, Q

from windows.models import Clerk

from .case import Case


class GreenChannel(models.Model):
    """Precedence of a case: its ground, who accepts it and who chases it (R2.83).

    The ground is encrypted: old age or disability is nobody's business who only works
    with the list. Whoever chases is never whoever accepts; `chased_at` is when last.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="greens")
    data_key = models.BinaryField()
    ground_sealed = models.BinaryField()
    acceptor = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    chaser = models.ForeignKey(Clerk, models.PROTECT, related_name="chases")
    by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    chased_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)
    ended_by = models.ForeignKey(Clerk, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                name="one_green_channel_per_case",
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="green_chased_by_somebody_else",
                condition=~Q(acceptor=F("chaser")),
            ),
            models.CheckConstraint(
                name="green_ended_by_somebody_for_a_reason",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, end_reason="")
                | Q(
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                    end_reason__regex=r"\S",
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} green"


class GreenPass(models.Model):
    """One precedence: `case` was set before `over`, which waited with the same person.

    `nth` counts how often `over` was passed; the hall sets how often that may be.
    `is_later`: `over` came, or got its date, after it, so that its event tells it.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="passes")
    over = models.ForeignKey(Case, models.PROTECT, related_name="passed_by")
    nth = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    is_later = models.BooleanField(default=False)
    told_of = models.GeneratedField(
        expression=models.Case(
            models.When(is_later=True, then=F("over_id")), default=F("case_id")
        ),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "over"], name="green_passes_once"),
            models.UniqueConstraint(fields=["over", "nth"], name="green_pass_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} before {self.over_id}"
