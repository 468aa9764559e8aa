"""Ways that leave the desk: directions to another unit, and raised questions."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from windows.models import Clerk, Department

from .case import Case


class DirectionState(models.TextChoices):
    """Whether the person got through."""

    WAITING = "waiting", _("check-back due")
    REACHED = "reached", _("got through")
    FAILED = "failed", _("did not get through")


class Direction(models.Model):
    """A way shown to a unit outside the hall (指路), and its check-back.

    Unit, address, telephone and hours are kept as told (R1.05, R3.15): a refusal
    with no destination is unlawful. The guard `direction_has_a_reason` counts letters.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="directions")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    unit = models.CharField(max_length=100)
    address = models.CharField(max_length=300)
    telephone = models.CharField(max_length=200)
    hours = models.CharField(max_length=200, blank=True)
    bring = models.CharField(max_length=500)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    check_back_on = models.DateField()
    state = models.CharField(
        max_length=10,
        choices=DirectionState.choices,
        default=DirectionState.WAITING,
    )
    checked_by = models.ForeignKey(Clerk, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state=DirectionState.WAITING),
                name="one_open_direction_per_case",
            ),
            models.CheckConstraint(
                name="direction_has_a_destination",
                condition=Q(
                    unit__regex=r"\S",
                    address__regex=r"\S",
                    telephone__regex=r"\S",
                ),
            ),
            models.CheckConstraint(
                name="direction_state_is_known",
                condition=Q(state__in=DirectionState.values),
            ),
            models.CheckConstraint(
                name="direction_checked_by_somebody",
                condition=(
                    Q(
                        state=DirectionState.WAITING,
                        checked_by__isnull=True,
                        checked_at__isnull=True,
                    )
                    | (
                        ~Q(state=DirectionState.WAITING)
                        & Q(checked_by__isnull=False, checked_at__isnull=False)
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} -> {self.unit}"


class RaiseGround(models.TextChoices):
    """Why a question was raised."""

    UNCLEAR = "unclear", _("the rule is unclear or silent")
    NOBODYS = "nobodys", _("nobody answers for it")
    CROSS = "cross", _("it concerns several departments")
    DECLINED = "declined", _("declined too often")
    UNANSWERED = "unanswered", _("an offer was not answered in time")


class RaisedQuestion(models.Model):
    """A matter raised (报研) to the own unit and filed with the hall's committee.

    Cross-department matters name a lead unit; the last resort is the government
    (R3.16, R3.17). Limbo opens one by itself, with the reason of the offer or of the
    decline as its question; the guard `raise_has_a_question` counts letters.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="raises")
    prior_state = models.CharField(max_length=15)
    ground = models.CharField(max_length=12, choices=RaiseGround.choices)
    question = models.CharField(max_length=500)
    own_view = models.CharField(max_length=500, blank=True)
    unit = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    lead_unit = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="+"
    )
    to_government = models.BooleanField(default=False)
    filing_number = models.CharField(max_length=30)
    raised_by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    due_on = models.DateField()
    reply = models.TextField(blank=True)
    replied_by = models.ForeignKey(Clerk, models.PROTECT, null=True, related_name="+")
    replied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(replied_at__isnull=True),
                name="one_open_raise_per_case",
            ),
            models.CheckConstraint(
                name="raise_ground_is_known",
                condition=Q(ground__in=RaiseGround.values),
            ),
            models.CheckConstraint(
                name="raise_across_departments_has_a_lead",
                condition=~Q(ground=RaiseGround.CROSS) | Q(lead_unit__isnull=False),
            ),
            models.CheckConstraint(
                name="raise_replied_with_a_text",
                condition=(
                    Q(replied_at__isnull=True, replied_by__isnull=True, reply="")
                    | (
                        Q(replied_at__isnull=False, replied_by__isnull=False)
                        & Q(reply__regex=r"\S")
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.ground}"
