"""Issued papers: numbered, versioned, frozen when issued (文书)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from windows.models import Clerk, Hall

from .case import Case


class NoticeKind(models.TextChoices):
    """Which paper. The printed forms of the others come with their clocks."""

    RECEIPT = "receipt", _("receipt for papers")
    ACCEPTANCE = "acceptance", _("acceptance slip")
    ONE_TIME = "one_time", _("one-time notice")
    OMISSION = "omission", _("omission notice and commitment")


class PaperNumber(models.Model):
    """The last number given to a kind of paper in a hall and year.

    The row is locked while a paper is issued, so that numbers have no hole.
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=NoticeKind.choices)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "year", "kind"], name="paper_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hall_id}/{self.year}/{self.kind}: {self.last}"


class Notice(models.Model):
    """A paper given to the applicant; what stands on it never changes (R1.09).

    `content` holds the facts as they were: item, materials with standard and how to
    get each, dates with the rule of each. It holds no personal data, so that the event
    can commit to all of it and an erasure leaves the proof whole (evidence 1 and 7).
    Printing joins the applicant's sealed name to it; that is the name of the day of
    issue, since nothing is accepted for nobody and the guard
    `applicant_stays_as_written` lets a name be erased, but never become another.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="notices")
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=NoticeKind.choices)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    content = models.JSONField()
    issued_by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    second_reason = models.CharField(max_length=300, blank=True)
    allowed_by = models.ForeignKey(Clerk, models.PROTECT, null=True, related_name="+")
    is_second = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "year", "kind", "serial", "version"],
                name="notice_number_once",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(kind=NoticeKind.ONE_TIME, is_second=False),
                name="one_first_one_time_notice_per_case",
            ),
            models.CheckConstraint(
                name="notice_kind_is_known", condition=Q(kind__in=NoticeKind.values)
            ),
            models.CheckConstraint(
                name="second_notice_allowed_by_a_supervisor",
                condition=Q(is_second=False)
                | (Q(second_reason__regex=r"\S") & Q(allowed_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}-{self.serial}"
