"""How a grant reached the applicant, try by try (送达)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import (
    ARRIVAL_NAMES,
    METHOD_NAMES,
    PROOF_NAMES,
    RECEIVER_NAMES,
    Method,
)
from windows.models import Clerk

from .answers import Answer
from .case import Case


class DeliveryState(models.TextChoices):
    """What became of it."""

    UNDER_WAY = "under_way", _("on its way")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("came back")


class Delivery(models.Model):
    """One try to deliver what was granted, with its proof (R1.23).

    Over the counter and electronically it has arrived at once; by post it is on its
    way until somebody notes on which day it arrived and what proves that (`proof`), or
    that it came back and why.
    Until one has arrived the case is not delivered, however often it was tried.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="deliveries")
    answer = models.ForeignKey(Answer, models.PROTECT, related_name="+")
    method = models.CharField(max_length=10, choices=[*METHOD_NAMES.items()])
    receiver = models.CharField(
        max_length=10, choices=[*RECEIVER_NAMES.items()], blank=True
    )
    proof = models.CharField(
        max_length=15,
        choices=[*PROOF_NAMES.items(), *ARRIVAL_NAMES.items()],
        blank=True,
    )
    carrier = models.CharField(max_length=100, blank=True)
    tracking = models.CharField(max_length=60, blank=True)
    by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices)
    settled_on = models.DateField(null=True)
    settled_by = models.ForeignKey(Clerk, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer"],
                condition=~Q(state=DeliveryState.FAILED),
                name="delivered_once",
            ),
            models.CheckConstraint(
                name="delivery_state_is_known",
                condition=Q(state__in=DeliveryState.values),
            ),
            models.CheckConstraint(
                name="delivery_says_how",
                condition=Q(
                    method=Method.COUNTER,
                    receiver="applicant",
                    proof__in=["identity", "slip"],
                )
                | Q(
                    method=Method.COUNTER,
                    receiver="agent",
                    proof="authorisation",
                )
                | Q(method=Method.POST, carrier__regex=r"\S", tracking__regex=r"\S")
                | Q(method=Method.ELECTRONIC, carrier__regex=r"\S"),
            ),
            models.CheckConstraint(
                name="delivery_under_way_by_post_alone",
                condition=Q(method=Method.POST) | Q(state=DeliveryState.DELIVERED),
            ),
            models.CheckConstraint(
                name="delivery_settled_by_somebody",
                condition=Q(
                    state=DeliveryState.UNDER_WAY,
                    settled_on__isnull=True,
                    settled_by__isnull=True,
                    settled_at__isnull=True,
                )
                | Q(
                    ~Q(state=DeliveryState.UNDER_WAY),
                    settled_on__isnull=False,
                    settled_by__isnull=False,
                    settled_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="delivery_failed_for_a_reason",
                condition=~Q(state=DeliveryState.FAILED) | Q(remark__regex=r"\S"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.method} {self.state}"
