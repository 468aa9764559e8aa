"""Issued papers: numbered, versioned, frozen when issued (文书)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from windows.models import Clerk, Hall

from .case import Case


class NoticeKind(models.TextChoices):
    """Which paper (rules.md 5); each has a template of its name."""

    RECEIPT = "receipt", _("receipt for papers")
    ACCEPTANCE = "acceptance", _("acceptance slip")
    ONE_TIME = "one_time", _("one-time notice")
    OMISSION = "omission", _("omission notice and commitment")
    EXTENSION = "extension", _("notice of extension")
    STOP = "stop", _("notice of a special procedure")
    HAND_OVER = "hand_over", _("hand-over slip")
    GUIDE = "guide", _("guide slip")
    NOT_ACCEPTED = "not_accepted", _("decision not to accept")
    REFUSAL = "refusal", _("decision of refusal")
    FILING = "filing", _("negative filing form")
    REPLY_CARD = "reply_card", _("reply card")
    DELIVERY = "delivery", _("delivery proof")
    JOINT = "joint", _("joint time table")


def paper_name(kind: str, *, is_second: bool = False) -> str:
    """Return what a paper is called, wherever it is named: on it, in links, as told."""
    if is_second:
        return gettext("second one-time notice")
    return str(NoticeKind(kind).label)


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
    `applicant_stays_as_written` lets a name be erased, or written right on record, but
    never become another's.

    A paper that must be corrected is issued again under its number: `version` counts
    up without a hole, and `correction` says what the new one corrects.
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
    correction = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "year", "kind", "serial", "version"],
                name="notice_number_once",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(kind=NoticeKind.ONE_TIME, is_second=False, version=1),
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
            models.CheckConstraint(
                name="new_version_says_what_it_corrects",
                condition=Q(version=1, correction="")
                | (Q(version__gt=1) & Q(correction__regex=r"\S")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}-{self.serial}"


class PaperPrint(models.Model):
    """One printing of a paper: the first is the original, each later one a copy.

    Append-only and counted without a hole, so that a copy can never pass for the
    original. No act on the case: like the opened names, it is kept beside the chain.
    """

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="prints")
    ordinal = models.PositiveSmallIntegerField()
    is_pdf = models.BooleanField(default=False)
    by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "ordinal"], name="print_counted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} #{self.ordinal}"
