"""Who answers for a case, from when to when, and how it changes hands."""

from django.db import models
from django.db.models import Case as CaseWhen
from django.db.models import F, Q, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import SpanBasis
from windows.models import Clerk, Department, Posting, Window

from .case import Case


class Assignment(models.Model):
    """A span of time in which one clerk is accountable for one case (首问/承办责任).

    Spans of a case join without gap or overlap; the first belongs to the first
    responder; every later one rests on an accepted referral, or on a recorded
    appointment (R3.01, R3.04). Composite foreign keys in the migrations keep this;
    the generated columns exist for them.
    """

    id = models.BigIntegerField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="spans")
    ordinal = models.PositiveSmallIntegerField()
    clerk = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    window = models.ForeignKey(Window, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    basis = models.CharField(
        max_length=12, choices=[(basis, basis) for basis in SpanBasis]
    )
    previous = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="next"
    )
    referral = models.OneToOneField(
        "Referral", models.PROTECT, null=True, related_name="span"
    )
    appointment = models.OneToOneField(
        "Appointment", models.PROTECT, null=True, related_name="span"
    )
    open_case = models.GeneratedField(
        expression=CaseWhen(When(until__isnull=True, then=F("case_id")), default=None),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    first_clerk = models.GeneratedField(
        expression=CaseWhen(When(ordinal=1, then=F("clerk_id")), default=None),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    first_since = models.GeneratedField(
        expression=CaseWhen(When(ordinal=1, then=F("since")), default=None),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )
    previous_ordinal = models.GeneratedField(
        expression=CaseWhen(
            When(
                ordinal__gt=1, then=Cast(F("ordinal") - 1, models.SmallIntegerField())
            ),
            default=None,
        ),
        output_field=models.SmallIntegerField(null=True),
        db_persist=True,
    )

    class Meta:
        ordering = ["case", "ordinal"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "ordinal"], name="span_ordinal_once_per_case"
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(until__isnull=True),
                name="one_open_span_per_case",
            ),
            models.CheckConstraint(
                name="span_ends_after_it_starts",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
            models.CheckConstraint(
                name="span_rests_on_something",
                condition=(
                    Q(
                        ordinal=1,
                        basis=SpanBasis.FIRST,
                        previous__isnull=True,
                        referral__isnull=True,
                        appointment__isnull=True,
                    )
                    | Q(
                        ordinal__gt=1,
                        basis=SpanBasis.REFERRAL,
                        previous__isnull=False,
                        referral__isnull=False,
                        appointment__isnull=True,
                    )
                    | Q(
                        ordinal__gt=1,
                        basis__in=[SpanBasis.REOPENING, SpanBasis.SUBSTITUTION],
                        previous__isnull=False,
                        referral__isnull=True,
                        appointment__isnull=False,
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}#{self.ordinal}"


class ReferralState(models.TextChoices):
    """Where an offered hand-off stands."""

    PENDING = "pending", _("offered")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    LAPSED = "lapsed", _("not answered in time")


class Escort(models.TextChoices):
    """How the person gets there (R3.14: tell or lead)."""

    LED = "led", _("I take the person there")
    CALLED = "called", _("I called the window")
    TOLD = "told", _("the person waits here")


class Referral(models.Model):
    """An offered hand-off (转办). The case moves only when it is accepted.

    `span` is the assignment out of which it is offered; while the offer is pending
    that must be the open one, so an offer cannot outlive the accountability that
    made it. A stand-in who accepts names the posting that entitles (R2.61). The guards
    `referral_has_a_reason` and `referral_declined_with_reason_and_addressee` count the
    letters of the reasons.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals")
    from_span = models.ForeignKey(Assignment, models.PROTECT, related_name="offers")
    from_clerk = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    offered_by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    to_clerk = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    to_window = models.ForeignKey(Window, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    escort = models.CharField(max_length=10, choices=Escort.choices)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=ReferralState.choices, default=ReferralState.PENDING
    )
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Clerk, models.PROTECT, null=True, related_name="+")
    stand_in_posting = models.ForeignKey(
        Posting, models.PROTECT, null=True, related_name="+"
    )
    settle_reason = models.CharField(max_length=300, blank=True)
    better_window = models.ForeignKey(
        Window, models.PROTECT, null=True, related_name="+"
    )
    better_department = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="+"
    )
    sent_up = models.BooleanField(default=False)
    pending_case = models.GeneratedField(
        expression=CaseWhen(
            When(state=ReferralState.PENDING, then=F("case_id")), default=None
        ),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )
    accepted_by = models.GeneratedField(
        expression=CaseWhen(
            When(state=ReferralState.ACCEPTED, then=F("settled_by_id")), default=None
        ),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    accepted_id = models.GeneratedField(
        expression=CaseWhen(
            When(state=ReferralState.ACCEPTED, then=F("id")), default=None
        ),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state=ReferralState.PENDING),
                name="one_pending_referral_per_case",
            ),
            models.CheckConstraint(
                name="referral_not_to_oneself",
                condition=~Q(to_clerk=F("from_clerk")),
            ),
            models.CheckConstraint(
                name="referral_state_is_known",
                condition=Q(state__in=ReferralState.values),
            ),
            models.CheckConstraint(
                name="referral_settled_exactly_when_not_pending",
                condition=(
                    Q(
                        state=ReferralState.PENDING,
                        settled_at__isnull=True,
                        settled_by__isnull=True,
                    )
                    | (
                        ~Q(state=ReferralState.PENDING)
                        & Q(settled_at__isnull=False, settled_by__isnull=False)
                    )
                ),
            ),
            models.CheckConstraint(
                name="referral_settled_after_it_was_offered",
                condition=Q(settled_at__isnull=True)
                | Q(settled_at__gte=F("offered_at")),
            ),
            models.CheckConstraint(
                name="referral_accepted_by_its_receiver",
                condition=~Q(state=ReferralState.ACCEPTED)
                | Q(settled_by=F("to_clerk"))
                | Q(stand_in_posting__isnull=False),
            ),
            models.CheckConstraint(
                name="referral_not_accepted_by_its_sender",
                condition=~Q(state=ReferralState.ACCEPTED)
                | ~Q(settled_by=F("from_clerk")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["to_clerk", "offered_at"],
                name="referral_offered_to",
                condition=Q(state=ReferralState.PENDING),
            ),
            models.Index(
                fields=["to_window", "offered_at"],
                name="referral_offered_at_window",
                condition=Q(state=ReferralState.PENDING),
            ),
            models.Index(
                fields=["expires_at"],
                name="referral_running_out",
                condition=Q(state=ReferralState.PENDING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}->{self.to_clerk_id} {self.state}"


class AppointmentKind(models.TextChoices):
    """Why a supervisor names somebody accountable."""

    REOPENING = SpanBasis.REOPENING, _("reopening")
    SUBSTITUTION = SpanBasis.SUBSTITUTION, _("substitution")


class Appointment(models.Model):
    """A supervisor names who answers for a case from now on, with a reason.

    For a reopened case never the clerk complained of; for somebody who fell away
    (illness, leaving) never the same person.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="appointments")
    kind = models.CharField(max_length=12, choices=AppointmentKind.choices)
    clerk = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    instead_of = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    named_by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="appointment_never_the_same_person",
                condition=~Q(clerk=F("instead_of")),
            ),
            models.CheckConstraint(
                name="appointment_has_a_reason", condition=Q(reason__regex=r"\S")
            ),
            models.CheckConstraint(
                name="appointment_kind_is_known",
                condition=Q(kind__in=AppointmentKind.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.clerk_id}"
