"""Records about the use of the system itself, apart from the history of cases."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .people import Clerk
from .places import Hall


class SignInOutcome(models.TextChoices):
    """How an attempt to sign in, unlock or leave ended."""

    SIGNED_IN = "signed_in", _("signed in")
    REFUSED = "refused", _("refused")
    LOCKED_OUT = "locked_out", _("locked out")
    UNLOCKED = "unlocked", _("screen unlocked")
    SIGNED_OUT = "signed_out", _("signed out")
    LOCK_LIFTED = "lock_lifted", _("lock lifted by a supervisor")


class SignIn(models.Model):
    """One line about signing in; append-only (GB/T 22239: audit every user).

    A refused attempt for a name that does not exist has no clerk: the typed text is
    not kept, since people type passwords into the wrong box.
    """

    clerk = models.ForeignKey(Clerk, models.PROTECT, null=True, related_name="sign_ins")
    terminal = models.CharField(_("terminal"), max_length=64)
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=SignInOutcome.choices
    )
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(Clerk, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["clerk", "-id"])]

    def __str__(self) -> str:
        return f"{self.clerk_id} {self.outcome} {self.at}"


class ImportState(models.TextChoices):
    """Where an import stands."""

    PREVIEW = "preview", _("previewed")
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class ImportRun(models.Model):
    """One import of a catalogue: the file until it is applied, and how far it is."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="imports", null=True)
    by = models.ForeignKey(Clerk, models.PROTECT, related_name="imports")
    at = models.DateTimeField(_("time"))
    file_name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField(null=True)
    digest = models.CharField(max_length=64)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ImportState.choices,
        default=ImportState.PREVIEW,
    )
    rows = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    message = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class SentForm(models.Model):
    """A form of the configuration that was sent once, so that it works only once.

    The row is written in the transaction of the change; a second sending of the same
    form (a double click, a reload) meets it and is led to the first one's result.
    """

    key = models.UUIDField(primary_key=True)
    by = models.ForeignKey(Clerk, models.CASCADE, related_name="sent_forms")
    at = models.DateTimeField(_("time"))
    address = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["at"], name="sent_form_age")]

    def __str__(self) -> str:
        return f"{self.key} {self.address}"


class LimitCounter(models.Model):
    """How often something was tried in a slot of time; see `windows.limits`.

    From `until` on it says nothing any more.

    The table is UNLOGGED: a crash of the server forgets it, and nothing waits for it.
    """

    key = models.CharField(max_length=64)
    slot = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "slot"], name="limit_key_and_slot"),
        ]
        indexes = [models.Index(fields=["until"], name="limit_until")]

    def __str__(self) -> str:
        return f"{self.key}/{self.slot}: {self.count}"
