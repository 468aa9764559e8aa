"""The history that proves itself, and the records beside it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from windows.models import Clerk, Hall, Window

from .case import Case


class CaseEvent(models.Model):
    """One append-only, hash-chained and signed line of a case's history (留痕).

    `body` is JSON text of codes, ids, times and the names of staff and windows as
    they were; never personal data or free text, only commitments to it. The database
    computes the bytes and the hash again and refuses what does not fit; see
    `cases.evidence` for the format.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    seq = models.IntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=30)
    body = models.TextField()
    fmt = models.SmallIntegerField(default=1)
    hash_alg = models.CharField(max_length=10, default="sha256")
    sig_alg = models.CharField(max_length=10, default="ed25519")
    prev_hash = models.BinaryField()
    hash = models.BinaryField()
    key_id = models.CharField(max_length=20)
    signature = models.BinaryField()

    class Meta:
        ordering = ["case", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="event_seq_once"),
            models.CheckConstraint(name="event_seq_from_one", condition=Q(seq__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}#{self.seq} {self.kind}"


class Clock(models.Model):
    """The one row that says how far the hall's clock is from the server's: zero.

    Only the owner of the database can change it; the demo hall is filled with it,
    and `verify_history` names any other value than zero.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    offset = models.DurationField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="clock_has_one_row", condition=Q(id=1)),
        ]

    def __str__(self) -> str:
        return str(self.offset)


class FormKey(models.Model):
    """A form that was carried out, so that sending it twice does it once.

    Stored in the transaction of the act: same key and same body lead to the first
    result, another body is refused.
    """

    key = models.UUIDField(primary_key=True)
    clerk = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    digest = models.BinaryField()
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="form_key_age")]

    def __str__(self) -> str:
        return str(self.key)


class OpenedWhat(models.TextChoices):
    """What was opened in clear or taken out."""

    APPLICANT = "applicant", _("personal fields")
    EXPORT = "export", _("export of the ledger")
    PAPER = "paper", _("a paper printed with the name")
    SIGNATURE = "signature", _("signatures on a paper")
    SCAN = "scan", _("a scan")


class OpenedRecord(models.Model):
    """Reading is an act too: who opened personal fields or exported, and why.

    Kept apart from the chain; append-only (evidence 6).
    """

    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="openings")
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+")
    what = models.CharField(max_length=10, choices=OpenedWhat.choices)
    by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    rows = models.PositiveIntegerField(default=0)
    filters = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="opened_for_a_reason", condition=Q(reason__regex=r"\S")
            ),
            models.CheckConstraint(
                name="opened_what_is_known", condition=Q(what__in=OpenedWhat.values)
            ),
        ]
        indexes = [models.Index(fields=["hall", "-id"], name="opened_by_hall")]

    def __str__(self) -> str:
        return f"{self.what} {self.case_id} by {self.by_id}"


class SavedSearch(models.Model):
    """The free text of a ledger search, encrypted.

    An address carries its token and never the words: no personal data in addresses.
    """

    token = models.CharField(max_length=22, primary_key=True)
    hall = models.ForeignKey(Hall, models.CASCADE, related_name="+")
    data_key = models.BinaryField()
    text_sealed = models.BinaryField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.token
