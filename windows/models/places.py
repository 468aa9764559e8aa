"""Halls, departments and windows: where things are done."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from windows.naming import local

from .fields import PinyinKeyField


class LatePapers(models.TextChoices):
    """What it means that missing papers do not come in time (R2.23, R2.32)."""

    KEPT = "kept", _("the application stays open")
    WITHDRAWN = "withdrawn", _("the application counts as withdrawn")
    REFUSED = "refused", _("a refusal is proposed")


class Hall(models.Model):
    """A building with windows (政务服务中心), and the local numbers it works with.

    The limits are settings because local rules differ; each default is what the law
    or most local rules name. Days are working days.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    telephone = models.CharField(_("telephone"), max_length=50, blank=True)
    complaint_telephone = models.CharField(
        _("complaint telephone"), max_length=50, blank=True
    )
    hours = models.CharField(_("opening hours"), max_length=200, blank=True)
    region = models.CharField(
        _("region of the calendar"),
        max_length=20,
        blank=True,
        help_text=_("Minority areas may fix days of their own."),  # R9.05
    )
    acceptance_days = models.PositiveSmallIntegerField(
        _("days to accept or to say what is missing"),
        default=5,
        validators=[MinValueValidator(0), MaxValueValidator(5)],
        help_text=_(
            "Working days from the receipt; at most five, 0 is on the spot."  # R1.07
        ),
    )
    online_days = models.PositiveSmallIntegerField(
        _("the same for what came by the web"),
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(5)],
        help_text=_("Never longer than at the counter; often one day."),  # R2.24
    )
    joint_days = models.PositiveSmallIntegerField(
        _("the same where several units decide together"),
        default=2,
        validators=[MinValueValidator(0), MaxValueValidator(5)],
        help_text=_("Once for all units; often two days."),
    )
    offer_minutes = models.PositiveSmallIntegerField(
        _("minutes to take over a case that was offered"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(480)],
    )
    most_declines = models.PositiveSmallIntegerField(
        _("declines of one case before a supervisor steps in"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
    )
    negative_days = models.PositiveSmallIntegerField(
        _("days to decide a proposed negative"),
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(5)],
        help_text=_("The same day or the next; at most five."),  # R3.36
    )
    raise_days = models.PositiveSmallIntegerField(
        _("days to answer a raised question"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    bring_days = models.PositiveSmallIntegerField(
        _("days to bring missing papers"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("A model is the review law's ten working days."),  # R1.43
    )
    late_papers = models.CharField(
        _("if missing papers are not brought in time"),
        max_length=10,
        choices=LatePapers.choices,
        default=LatePapers.KEPT,
        help_text=_("Local rules differ; it stands on the one-time notice."),  # R2.23
    )
    late_follow_ups = models.CharField(
        _("if papers that may follow do not follow in time"),
        max_length=10,
        choices=LatePapers.choices,
        default=LatePapers.KEPT,
        help_text=_("Local rules differ; it stands on the omission notice."),  # R2.32
    )
    objection_lead_days = models.PositiveSmallIntegerField(
        _("days of the lead unit to settle an objection"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("Unsettled, it goes up to the committee of the hall."),
    )
    objection_committee_days = models.PositiveSmallIntegerField(
        _("days of the committee to decide an objection"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    objection_government_days = models.PositiveSmallIntegerField(
        _("days of the government to decide an objection"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    silence_agrees = models.BooleanField(
        _("a unit that is silent past its day may count as agreeing"),
        default=False,
        help_text=_(
            "For opinions between units alone, never for a decision. Off unless a "
            "local rule says so."
        ),
    )
    checkback_days = models.PositiveSmallIntegerField(
        _("days until we ask whether the person got through elsewhere"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    callback_days = models.PositiveSmallIntegerField(
        _("days until the call-back"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )

    green_days = models.PositiveSmallIntegerField(
        _("days by which a case of the green channel comes sooner"),
        default=5,
        validators=[MaxValueValidator(30)],
        help_text=_(
            "Calendar days: no case waits behind one of the green channel that is due "
            "later than this after it."  # R2.83
        ),
    )
    green_passes = models.PositiveSmallIntegerField(
        _("how often one waiting case may be passed by the green channel"),
        default=2,
        validators=[MaxValueValidator(9)],
        help_text=_("After that nothing of the green channel goes before it."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("hall")
        verbose_name_plural = _("halls")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="hall_acceptance_at_most_five_days",
                condition=models.Q(
                    acceptance_days__range=(0, 5),
                    online_days__range=(0, 5),
                    joint_days__range=(0, 5),
                ),
            ),
            models.CheckConstraint(
                name="hall_green_channel_within_bounds",
                condition=models.Q(
                    green_days__range=(0, 30), green_passes__range=(0, 9)
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        """The name in the language of the page, as far as the hall has one in it."""
        return local(self.name, self.name_en)


class Department(models.Model):
    """A unit that owns items (部门): with windows in a hall, or only outside it.

    Outside the hall the address, telephone and hours are what a citizen is told
    (way 5). The form asks for all three (R1.05, R3.15); a catalogue that is imported
    may not know them yet, and nobody is sent there until address and telephone are
    known.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    name_key = PinyinKeyField()
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    in_hall = models.BooleanField(_("has windows in the hall"), default=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    telephone = models.CharField(_("telephone"), max_length=200, blank=True)
    hours = models.CharField(_("opening hours"), max_length=200, blank=True)
    complaint_telephone = models.CharField(
        _("complaint telephone"), max_length=100, blank=True
    )
    is_active = models.BooleanField(_("active"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["name_key", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        """The name in the language of the page, as far as the unit has one in it."""
        return local(self.name, self.name_en)


class Window(models.Model):
    """A numbered counter of a hall (窗口)."""

    hall = models.ForeignKey(
        Hall, models.PROTECT, related_name="windows", verbose_name=_("hall")
    )
    number = models.CharField(_("number"), max_length=10)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="windows",
        verbose_name=_("department"),
        help_text=_("Empty for a window that takes items of many departments."),
    )
    floor = models.SmallIntegerField(
        _("floor"),
        default=1,
        validators=[MinValueValidator(-9), MaxValueValidator(99)],
    )
    zone = models.CharField(_("zone"), max_length=20, blank=True)
    map_x = models.PositiveSmallIntegerField(
        _("position on the map, from the left in per cent"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
    )
    map_y = models.PositiveSmallIntegerField(
        _("position on the map, from the top in per cent"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
    )
    telephone = models.CharField(_("telephone"), max_length=50, blank=True)
    is_open = models.BooleanField(pgettext_lazy("a window", "open"), default=False)
    is_fallback = models.BooleanField(
        _("fallback window"),
        default=False,
        help_text=_("Takes what nobody could get done."),  # R2.70 to R2.76
    )
    is_active = models.BooleanField(_("active"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("window")
        verbose_name_plural = _("windows")
        ordering = ["hall", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "number"], name="window_number_once_in_a_hall"
            ),
            models.CheckConstraint(
                name="window_open_only_while_active",
                condition=models.Q(is_open=False) | models.Q(is_active=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {local(self.name, self.name_en)}"
