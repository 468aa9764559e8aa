"""What the applicant was told, the proposed negatives, and the call-backs."""

from django.db import models
from django.db.models import Case as CaseWhen
from django.db.models import F, Q, When
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import AnswerKind
from windows.models import Clerk

from .case import Case


class AnswerKindChoices(models.TextChoices):
    """The kinds of `cases.lifecycle` with the words shown for them."""

    ANSWER = AnswerKind.ANSWER, _("answer")
    GRANTED = AnswerKind.GRANTED, _("granted")
    DIRECTION = AnswerKind.DIRECTION, _("direction")
    REPLY_CARD = AnswerKind.REPLY_CARD, _("reply card")
    REFUSAL = AnswerKind.REFUSAL, _("refusal with remedies")
    WITHDRAWN = AnswerKind.WITHDRAWN, _("withdrawn by the applicant")
    LAPSED = AnswerKind.LAPSED, _("counts as withdrawn")


class FilingState(models.TextChoices):
    """Where a proposed negative stands."""

    PROPOSED = "proposed", _("proposed")
    APPROVED = "approved", _("approved")
    OVERRULED = "overruled", _("overruled")
    DROPPED = "dropped", _("dropped")


class NegativeFiling(models.Model):
    """A proposed no (否定报备): filed, decided by another person, only then told.

    R3.30 to R3.37: before, not after; reason and basis; what would make it possible;
    another way; the remedies of R1.40 to R1.42. Each says something: the guard
    `filing_is_complete` counts the letters. `part` is whose objection stands, if it is
    the refusal of one unit of several (R4.79).
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="filings")
    prior_state = models.CharField(max_length=15)
    proposed_by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    reason = models.TextField()
    basis = models.CharField(max_length=500)
    made_possible_by = models.TextField()
    other_way = models.TextField()
    remedies = models.TextField()
    due_on = models.DateField()
    state = models.CharField(
        max_length=10, choices=FilingState.choices, default=FilingState.PROPOSED
    )
    decided_by = models.ForeignKey(Clerk, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=500, blank=True)
    part = models.ForeignKey("Part", models.PROTECT, null=True, related_name="filings")
    approved_case = models.GeneratedField(
        expression=CaseWhen(
            When(state=FilingState.APPROVED, then=F("case_id")), default=None
        ),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state=FilingState.PROPOSED),
                name="one_proposed_negative_per_case",
            ),
            models.UniqueConstraint(
                fields=["part"],
                condition=Q(state=FilingState.APPROVED),
                name="one_refusal_of_a_unit",
            ),
            models.CheckConstraint(
                name="filing_state_is_known",
                condition=Q(state__in=FilingState.values),
            ),
            models.CheckConstraint(
                name="filing_decided_by_another_person",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="filing_decided_exactly_when_not_proposed",
                condition=(
                    Q(
                        state=FilingState.PROPOSED,
                        decided_by__isnull=True,
                        decided_at__isnull=True,
                    )
                    | Q(
                        state__in=[FilingState.APPROVED, FilingState.OVERRULED],
                        decided_by__isnull=False,
                        decided_at__isnull=False,
                    )
                    | Q(state=FilingState.DROPPED)
                ),
            ),
            models.CheckConstraint(
                name="filing_overruled_with_a_reason",
                condition=~Q(state=FilingState.OVERRULED)
                | Q(decision_reason__regex=r"\S"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                name="filing_to_decide",
                condition=Q(state=FilingState.PROPOSED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"


class Answer(models.Model):
    """What the applicant was told (答复); never changed and never deleted.

    A real text (the guard `answer_has_a_real_text` counts its letters), and for a
    refusal the basis, another way, the remedies (`answer_refusal_is_complete` counts
    theirs), and the filing that another person approved (R1.40, R3.06, R3.30). What
    counts as withdrawn rests on a notice that said so and on a day that has passed
    (the guard `lapse_rests_on_its_notice`, R2.23).
    """

    id = models.BigIntegerField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=12, choices=AnswerKindChoices.choices)
    text = models.TextField()
    next_step = models.TextField(blank=True)
    basis = models.CharField(max_length=500, blank=True)
    other_way = models.TextField(blank=True)
    remedies = models.TextField(blank=True)
    filing = models.OneToOneField(
        NegativeFiling, models.PROTECT, null=True, related_name="answer"
    )
    is_signed = models.BooleanField(default=False)
    by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="answer_kind_is_known",
                condition=Q(kind__in=AnswerKindChoices.values),
            ),
            models.CheckConstraint(
                name="answer_filing_only_for_a_refusal",
                condition=Q(kind=AnswerKind.REFUSAL) | Q(filing__isnull=True),
            ),
            models.CheckConstraint(
                name="answer_withdrawal_is_signed",
                condition=~Q(kind=AnswerKind.WITHDRAWN) | Q(is_signed=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class FollowUpOutcome(models.TextChoices):
    """How a call-back ended (R4.40 to R4.44)."""

    SATISFIED = "satisfied", _("satisfied")
    UNSATISFIED = "unsatisfied", _("not satisfied or not really done")
    EXPLAINED = "explained", _("not satisfied, the law explained")
    NOT_REACHED = "not_reached", _("not reached")


class FollowUp(models.Model):
    """One call-back (回访), by somebody who never handled the case (R4.40)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="follow_ups")
    by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=FollowUpOutcome.choices)
    remark = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="follow_up_outcome_is_known",
                condition=Q(outcome__in=FollowUpOutcome.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"
