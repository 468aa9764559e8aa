"""What the lookup learns from: the thesaurus, and questions it did not answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .places import Hall


class ThesaurusEntry(models.Model):
    """A spoken wording and its official words (老伴走了 -> 死亡、丧葬)."""

    group = models.CharField(_("group"), max_length=50, blank=True)
    spoken = models.CharField(_("spoken"), max_length=50, unique=True)
    official = models.CharField(
        _("official words"),
        max_length=200,
        help_text=_("Separate several with a comma or 、."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("thesaurus entry")
        verbose_name_plural = _("thesaurus entries")
        ordering = ["group", "spoken"]
        constraints = [
            models.CheckConstraint(
                name="thesaurus_entry_is_not_empty",
                condition=~models.Q(spoken="") & ~models.Q(official=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.spoken} -> {self.official}"


class LookupMiss(models.Model):
    """A lookup that ended in no pick, for administrators to learn from.

    The words are shortened and digits are removed before they get here, so that no
    personal data is kept; nobody is named.
    """

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="lookup_misses")
    words = models.CharField(_("words"), max_length=60)
    at = models.DateTimeField(_("time"))
    is_settled = models.BooleanField(_("settled"), default=False)

    class Meta:
        verbose_name = _("lookup without a result")
        verbose_name_plural = _("lookups without a result")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.words

    def settle(self) -> None:
        """Settle every line of the hall with these words; the lines have no history."""
        same = LookupMiss.objects.filter(hall=self.hall_id, words=self.words)
        same.filter(is_settled=False).update(is_settled=True)
