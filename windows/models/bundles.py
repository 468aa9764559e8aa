"""Life events (一件事): one wish, several items, shared papers asked for once."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .items import ServiceItem


class BundledItem(models.Model):
    """An item of a life event, and when its unit begins with it.

    `item` is the life event, an entry of the catalogue itself, and `member` is one that
    is none: `bundled_in_a_life_event` and `no_life_event_within_another` of migration
    0013, foreign keys to item and kind, keep that. What is asked for and how long it
    takes follows from the members (`windows.bundles`).
    """

    item = models.ForeignKey(
        ServiceItem,
        models.CASCADE,
        related_name="bundled",
        verbose_name=_("life event"),
    )
    member = models.ForeignKey(
        ServiceItem,
        models.PROTECT,
        related_name="part_of",
        verbose_name=_("item of the life event"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_parallel = models.BooleanField(
        _("at the same time as the one before"), default=True
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("item of the life event")
        verbose_name_plural = _("items of the life event")
        ordering = ["item", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "member"], name="item_once_per_life_event"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} > {self.member_id}"


class SamePaper(models.Model):
    """Two differently named papers of a life event that are one, called `same_as`.

    Without `same_as` the item `made_by` makes the paper, so nobody is asked for it as
    long as that item is handled with it. By name, so that an import that writes the
    papers of an item anew loses no mark.
    """

    item = models.ForeignKey(
        ServiceItem,
        models.CASCADE,
        related_name="same_papers",
        verbose_name=_("life event"),
    )
    name = models.CharField(_("paper"), max_length=300)
    same_as = models.CharField(_("is the same as"), max_length=300)
    made_by = models.ForeignKey(
        ServiceItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("item that makes it"),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("same paper")
        verbose_name_plural = _("same papers")
        ordering = ["item", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "name"], name="same_paper_once_per_name"
            ),
            models.CheckConstraint(
                name="same_paper_is_another", condition=~Q(name=F("same_as"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} = {self.same_as}"
