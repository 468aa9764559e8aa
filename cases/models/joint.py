"""Joint handling: each unit's part of a case, and objections that go up (并联审批)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from windows.models import Clerk, Department, ServiceItem, Window

from .case import Case


class PartState(models.TextChoices):
    """Where a unit's part stands."""

    PENDING = "pending", _("waits for the earlier step")
    RUNNING = "running", _("is asked")
    ANSWERED = "answered", _("has answered")
    OBJECTED = "objected", _("objects")
    REFUSED = "refused", _("objection stands")
    VOID = "void", _("fell away")


class Opinion(models.TextChoices):
    """What a unit says (R4.76); silence counts only where the hall says so (R4.77)."""

    AGREE = "agree", _("agrees")
    CONDITIONS = "conditions", _("agrees with conditions")
    OBJECT = "object", _("objects")
    SILENCE = "silence", _("silent past its day, counts as agreeing")


HAS_ANSWERED = (PartState.ANSWERED, PartState.OBJECTED, PartState.REFUSED)


class Part(models.Model):
    """One unit's part of a joint case: a row of its time table (R4.70, R4.73, R4.78).

    Made when the case is accepted, from the steps of its item; `turn` is how often the
    case had been reopened then, so that an earlier acceptance keeps its own. Parts of
    one `stage` run at once; a later stage has no clock until the one before is done.
    `person` is who is asked first at `window`, or None for a unit with nobody in the
    hall; anybody at a window of `department` speaks for it, else its `letter` is
    named. `is_lead`: a step of the lead unit's own (首办责任), which the case's holder
    does. Days are working days. Of a life event each part is an `item`: its unit
    grants it, or refuses it if its objection stands (R1.40), within the `law_days` of
    that item in their own unit (R1.20). `silence_agrees`: the hall said so when it was
    asked, else no later word of the hall makes a consent of its silence (R4.77).
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="parts")
    turn = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    stage = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    unit = models.CharField(max_length=100)
    item = models.ForeignKey(ServiceItem, models.PROTECT, null=True, related_name="+")
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Clerk, models.PROTECT, null=True, related_name="+")
    is_lead = models.BooleanField()
    days = models.PositiveSmallIntegerField()
    law_days = models.PositiveSmallIntegerField(null=True)
    law_unit = models.CharField(max_length=10, blank=True)
    silence_agrees = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10, choices=PartState.choices, default=PartState.PENDING
    )
    asked_at = models.DateTimeField()
    starts_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    opinion = models.CharField(max_length=10, choices=Opinion.choices, blank=True)
    text = models.TextField(blank=True)
    basis = models.CharField(max_length=500, blank=True)
    letter = models.CharField(max_length=200, blank=True)
    answered_by = models.ForeignKey(Clerk, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["turn", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "turn", "position"], name="part_position_once"
            ),
            models.CheckConstraint(
                name="part_state_is_known", condition=Q(state__in=PartState.values)
            ),
            models.CheckConstraint(
                name="part_runs_from_its_start",
                condition=Q(state=PartState.PENDING, starts_on__isnull=True)
                | Q(state=PartState.VOID)
                | (
                    ~Q(state=PartState.PENDING)
                    & Q(
                        starts_on__isnull=False,
                        due_on__isnull=False,
                        due_on__gte=F("starts_on"),
                    )
                ),
            ),
            models.CheckConstraint(
                name="part_answered_by_somebody",
                condition=Q(
                    state__in=HAS_ANSWERED,
                    opinion__in=Opinion.values,
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                )
                | (
                    ~Q(state__in=HAS_ANSWERED)
                    & Q(opinion="", answered_by__isnull=True, answered_at__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="part_of_the_hall_has_its_person",
                condition=Q(window__isnull=True, person__isnull=True)
                | Q(window__isnull=False, person__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["department", "due_on", "id"],
                name="part_asked_of_a_unit",
                condition=Q(state=PartState.RUNNING),
            ),
            models.Index(
                fields=["due_on", "case"],
                name="part_silent",
                condition=Q(state=PartState.RUNNING, is_lead=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.position} {self.unit}"

    @property
    def law(self) -> tuple[int, str] | None:
        """The limit of its own item by law, of an item of a life event."""
        return None if self.law_days is None else (self.law_days, self.law_unit)


class Level(models.TextChoices):
    """Who has to settle an objection now."""

    LEAD = "lead", _("the lead unit, with the unit that objects")
    COMMITTEE = "committee", _("the committee of the hall")
    GOVERNMENT = "government", _("the government")


class ObjectionOutcome(models.TextChoices):
    """How an objection ended on one level."""

    STANDS = "stands", _("the objection stands")
    LIFTED = "lifted", _("lifted")
    CONDITIONS = "conditions", _("lifted with conditions")
    UP = "up", _("goes one level up")
    ENDED = "ended", _("ended with the case")


class Objection(models.Model):
    """An objection on one level, with its own clock and its outcome.

    `decided` says who of the committee or the government decided; a supervisor writes
    it down. On the level of the lead only the unit itself lifts its own objection. The
    government may be asked again, if a supervisor overrules the refusal. `days` are
    working days from `opened_at`, without those on which the clock of the case stood
    (R1.24): `due_on` moves with it while the objection is open.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="objections")
    part = models.ForeignKey(Part, models.PROTECT, related_name="objections")
    level = models.CharField(max_length=10, choices=Level.choices)
    opened_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    outcome = models.CharField(
        max_length=10, choices=ObjectionOutcome.choices, blank=True
    )
    reason = models.TextField(blank=True)
    decided = models.CharField(max_length=200, blank=True)
    settled_by = models.ForeignKey(Clerk, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["part", "level"],
                condition=~Q(level=Level.GOVERNMENT),
                name="objection_once_on_a_level",
            ),
            models.CheckConstraint(
                name="objection_level_is_known", condition=Q(level__in=Level.values)
            ),
            models.CheckConstraint(
                name="objection_settled_by_somebody",
                condition=Q(
                    outcome="", settled_by__isnull=True, settled_at__isnull=True
                )
                | Q(
                    outcome__in=ObjectionOutcome.values,
                    settled_by__isnull=False,
                    settled_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="objection_ends_with_the_government",
                condition=~Q(level=Level.GOVERNMENT, outcome=ObjectionOutcome.UP),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "case"],
                name="objection_open",
                condition=Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} {self.level} {self.outcome}"
