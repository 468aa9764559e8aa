"""What a hall puts on its papers beside what the law and the act put there."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .places import Hall


class PaperText(models.Model):
    """Heading, title, standing text and footer of one kind of paper of a hall.

    An empty `kind` holds for every paper; what a kind says itself goes before it. The
    sentences that the law asks for stand in the templates and cannot be edited away.
    A paper keeps what stood here when it was issued (`windows.papers.TEXTS`).
    """

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, blank=True)
    heading = models.CharField(
        _("heading"),
        max_length=60,
        blank=True,
        help_text=_("In place of the name of the hall."),
    )
    heading_en = models.CharField(_("heading in English"), max_length=120, blank=True)
    title = models.CharField(
        _("title of the paper"),
        max_length=30,
        blank=True,
        help_text=_("In place of the usual name of the paper."),
    )
    title_en = models.CharField(
        _("title of the paper in English"), max_length=80, blank=True
    )
    text = models.TextField(
        _("standing text"),
        max_length=500,
        blank=True,
        help_text=_("Above the signatures. What the law asks for stands there anyway."),
    )
    text_en = models.TextField(
        _("standing text in English"), max_length=1000, blank=True
    )
    footer = models.CharField(_("footer"), max_length=200, blank=True)
    footer_en = models.CharField(_("footer in English"), max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("texts of a paper")
        verbose_name_plural = _("texts of papers")
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "kind"], name="paper_text_once_per_hall_and_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hall_id}/{self.kind}"


class PaperSeal(models.Model):
    """The picture of a hall's seal; its history keeps every one there ever was.

    A paper names the one it was issued with by `digest`, the SHA-256 of `content`.
    """

    hall = models.OneToOneField(Hall, models.PROTECT, related_name="+")
    content = models.BinaryField()
    media_type = models.CharField(_("kind of picture"), max_length=20)
    digest = models.CharField(_("fingerprint"), max_length=64)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")

    def __str__(self) -> str:
        return f"seal of {self.hall_id}"
