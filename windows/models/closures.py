"""The working-day table: what the State Council's notice of a year says (R9.07)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class CalendarYear(models.Model):
    """A year whose notice has been loaded. Any other year is provisional (R9.11)."""

    year = models.PositiveSmallIntegerField(
        _("year"),
        validators=[MinValueValidator(2000), MaxValueValidator(2100)],
    )
    region = models.CharField(_("region"), max_length=20, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("loaded year")
        verbose_name_plural = _("loaded years")
        ordering = ["-year", "region"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "region"], name="calendar_year_once_per_region"
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class ClosureDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a make-up day (R9.08)."""

    day = models.DateField(_("day"))
    region = models.CharField(_("region"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=50)
    is_off = models.BooleanField(
        _("day off"), help_text=_("Otherwise a weekend day on which offices open.")
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("exceptional day")
        verbose_name_plural = _("exceptional days")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "region"], name="closure_day_once_per_region"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
