"""Who signed a paper, on the screen or by hand, and the scans of what was signed."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.scans import MOST_BYTES
from windows.models import Clerk

from .case import Case
from .notices import Notice, NoticeKind

SIGNED_FOR: Final = frozenset(
    {
        NoticeKind.RECEIPT,
        NoticeKind.ACCEPTANCE,
        NoticeKind.ONE_TIME,
        NoticeKind.OMISSION,
        NoticeKind.EXTENSION,
        NoticeKind.STOP,
        NoticeKind.NOT_ACCEPTED,
        NoticeKind.REFUSAL,
        NoticeKind.DELIVERY,
    }
)
"""Papers that the handler and the applicant sign (R1.09, R1.10, founding text 3).

Whoever adds a kind here puts `papers/_signed.html` into the lines of its template.
"""

MOST_COPIES: Final = 9


class Party(models.TextChoices):
    """Who signs."""

    HANDLER = "handler", _("handler")
    APPLICANT = "applicant", _("applicant")


class SignedHow(models.TextChoices):
    """Where the signature is."""

    SCREEN = "screen", _("on the screen")
    PAPER = "paper", _("on paper")


class Signature(models.Model):
    """One signature under one issued version of a paper, with time and copies given.

    What was drawn on the screen is sealed with the key of the case's words, so that
    erasing the person erases it too; `digest` is the SHA-256 of the sealed bytes and
    stands in the event, which also commits to the drawing itself. Append-only.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="signatures")
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="signatures")
    party = models.CharField(max_length=10, choices=Party.choices)
    way = models.CharField(max_length=10, choices=SignedHow.choices)
    copies = models.PositiveSmallIntegerField(default=0)
    sealed = models.BinaryField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "party"], name="signature_once_per_party"
            ),
            models.CheckConstraint(
                name="signature_drawn_or_on_paper",
                condition=Q(
                    way=SignedHow.SCREEN,
                    sealed__isnull=False,
                    digest__regex="^[0-9a-f]{64}$",
                )
                | Q(way=SignedHow.PAPER, sealed__isnull=True, digest=""),
            ),
            models.CheckConstraint(
                name="signature_with_copies_for_the_applicant",
                condition=Q(party=Party.HANDLER, copies=0)
                | Q(party=Party.APPLICANT, copies__range=(1, MOST_COPIES)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} of {self.notice_id}"


class Scan(models.Model):
    """A scan of a paper that was signed by hand; its file lies outside the database.

    `name` is random and names the file; `digest` is the SHA-256 of the encrypted file
    and stands in the event, so that a missing or altered one shows. Append-only.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="scans")
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="scans")
    name = models.CharField(max_length=32)
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="scan_name_once"),
            models.CheckConstraint(
                name="scan_of_a_known_kind_and_size",
                condition=Q(
                    media_type__in=["application/pdf", "image/jpeg", "image/png"],
                    size__range=(1, MOST_BYTES),
                    name__regex="^[0-9a-f]{32}$",
                    digest__regex="^[0-9a-f]{64}$",
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.media_type} of {self.notice_id}"
