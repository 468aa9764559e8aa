"""Clerks, where they are posted, and where they sit right now."""

import datetime as dt
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import make_password
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models, transaction
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from windows.roles import Role

from .fields import PinyinKeyField
from .periods import PeriodQuerySet
from .places import Department, Hall, Window

SYSTEM_STAFF_NUMBER = "system"


class DateRange(Func):
    """`daterange(from, to, '[]')`: both ends belong to the period."""

    function = "daterange"
    output_field = DateRangeField()


class ClerkManager(BaseUserManager["Clerk"]):
    """Makes clerks, and finds them by staff number."""

    def create_user(
        self, staff_number: str, password: str | None = None, **fields: Any
    ) -> "Clerk":
        """Save a clerk who can sign in with `password`, or not at all without one."""
        clerk = self.model(staff_number=staff_number, **fields)
        clerk.set_password(password)
        clerk.save(using=self._db)
        return clerk

    def system(self) -> "Clerk":
        """Return the row in whose name jobs and commands act; nobody signs in as it."""
        found = self.filter(staff_number=SYSTEM_STAFF_NUMBER).first()
        if found is None:
            with transaction.atomic(using=self._db):
                found, _is_new = self.get_or_create(
                    staff_number=SYSTEM_STAFF_NUMBER,
                    defaults={
                        "name": "系统",
                        "role": Role.SYSTEM,
                        "password": make_password(None),
                    },
                )
        return found


class Clerk(AbstractBaseUser):
    """A person who works in a hall, and the user who signs in (窗口工作人员).

    A clerk with a history is never deleted, only made inactive.
    """

    staff_number = models.CharField(_("staff number"), max_length=20, unique=True)
    hall = models.ForeignKey(
        Hall,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="clerks",
        verbose_name=_("hall"),
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="clerks",
        verbose_name=_("department"),
    )
    name = models.CharField(_("name"), max_length=50)
    name_key = PinyinKeyField()
    title = models.CharField(_("title"), max_length=50, blank=True)
    duties = models.CharField(_("duties"), max_length=300, blank=True)
    languages = ArrayField(
        models.CharField(max_length=30),
        verbose_name=_("languages"),
        default=list,
        blank=True,
    )
    telephone = models.CharField(_("telephone"), max_length=50, blank=True)
    role = models.CharField(
        _("role"), max_length=15, choices=Role.choices, default=Role.CLERK
    )
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(
        default=False,
        editable=False,
        help_text=_("The password was given by an administrator, for one use."),
    )
    session_epoch = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text=_("Raised by one to end every session of this person."),
    )

    objects: ClassVar[ClerkManager] = ClerkManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    USERNAME_FIELD = "staff_number"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("clerk")
        verbose_name_plural = _("clerks")
        ordering = ["name_key", "id"]
        constraints = [
            models.CheckConstraint(
                name="clerk_belongs_to_a_hall_unless_system",
                condition=Q(role=Role.SYSTEM) | Q(hall__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        named = {"name": self.name, "number": self.staff_number}
        return gettext("%(name)s (%(number)s)") % named

    def get_session_auth_hash(self) -> str:
        """Change with password, role, activity and epoch: old sessions then die."""
        return salted_hmac(
            "windows.Clerk.session",
            "\0".join(
                [self.password, self.role, str(self.is_active), str(self.session_epoch)]
            ),
            algorithm="sha256",
        ).hexdigest()


class ClerkPhoto(models.Model):
    """The optional picture on a desk card, apart so that no list ever loads it."""

    clerk = models.OneToOneField(
        Clerk, models.CASCADE, related_name="photo", verbose_name=_("clerk")
    )
    content = models.BinaryField()
    media_type = models.CharField(_("kind of picture"), max_length=20)
    history = HistoricalRecords(excluded_fields=["content"])

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    def __str__(self) -> str:
        return f"photo of {self.clerk_id}"


class PostKind(models.TextChoices):
    """A (main) or B (stand-in, with A's powers and duties; R2.60, R2.61)."""

    A = "A", _("A post (main)")
    B = "B", _("B post (stand-in)")


class Posting(models.Model):
    """A clerk at a window from a date to a date, both included (岗位)."""

    clerk = models.ForeignKey(
        Clerk, models.PROTECT, related_name="postings", verbose_name=_("clerk")
    )
    window = models.ForeignKey(
        Window, models.PROTECT, related_name="postings", verbose_name=_("window")
    )
    post = models.CharField(
        _("post"), max_length=1, choices=PostKind.choices, default=PostKind.A
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = PeriodQuerySet["Posting"].as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["window", "post", "starts_on"]
        constraints = [
            models.CheckConstraint(
                name="posting_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            ExclusionConstraint(
                name="posting_once_per_clerk_and_window_at_a_time",
                expressions=[
                    ("clerk", RangeOperators.EQUAL),
                    ("window", RangeOperators.EQUAL),
                    (
                        DateRange("starts_on", "ends_on", Value("[]")),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            # An accepted referral names the posting that let a stand-in accept.
            models.UniqueConstraint(
                fields=["id", "clerk", "window"], name="posting_identity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clerk_id}@{self.window_id} {self.post}"


class Absence(models.Model):
    """Days on which a clerk is away, so that nobody is missed unseen (R2.60)."""

    clerk = models.ForeignKey(
        Clerk, models.PROTECT, related_name="absences", verbose_name=_("clerk")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    note = models.CharField(_("note"), max_length=100, blank=True)

    objects = PeriodQuerySet["Absence"].as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clerk_id} {self.starts_on}..{self.ends_on}"


def here_on(day: dt.date) -> PeriodQuerySet[Posting]:
    """Return the postings of a day whose clerk works here and is not away (R2.60)."""
    away = Absence.objects.on(day).filter(clerk_id=OuterRef("clerk_id"))
    return Posting.objects.on(day).filter(~Exists(away), clerk__is_active=True)


class Seat(models.Model):
    """The window at which a signed-in clerk sits now. No row: not at the counter."""

    clerk = models.OneToOneField(Clerk, models.CASCADE, related_name="seat")
    window = models.ForeignKey(Window, models.CASCADE, related_name="seats")
    since = models.DateTimeField()

    class Meta:
        ordering = ["since"]

    def __str__(self) -> str:
        return f"{self.clerk_id}@{self.window_id}"
