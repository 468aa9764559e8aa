"""The case, the words it began with, the applicant, the papers and the deadlines."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases.deadlines import Deadline as Computed
from cases.deadlines import Limits, both_dates, deemed_acceptance, renewed
from cases.lifecycle import UNDECIDED, UNTOLD, CloseRule, State
from cases.numbers import format_number
from windows.closures import Calendar
from windows.models import Clerk, Department, Hall, ServiceItem, Window
from windows.models.items import MaterialForm


class StateChoices(models.TextChoices):
    """The states of `cases.lifecycle` with the words shown for them."""

    ASKED = State.ASKED, _("asked")
    ACCEPTED = State.ACCEPTED, _("accepted")
    WAITING = State.WAITING, _("waiting for the applicant")
    DIRECTED = State.DIRECTED, _("directed elsewhere")
    RAISED = State.RAISED, _("raised")
    NEGATIVE_FILED = State.NEGATIVE_FILED, _("negative proposed")
    ANSWERED = State.ANSWERED, _("answered")
    CLOSED = State.CLOSED, _("closed")


class Channel(models.TextChoices):
    """How the person came (R3.01: the first asked, by whatever channel)."""

    COUNTER = "counter", _("at the counter")
    TELEPHONE = "telephone", _("telephone")
    LETTER = "letter", _("letter")
    WEB = "web", _("web")


Standing = tuple[int, dt.date | None, bool, bool]
"""Holder, date, whether at hand and whether green: the place of a case in a list."""


class RanksOn(models.Func):
    """The day by which lists rank a case: its date, in the green channel sooner."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = models.DateField()

    def __init__(self) -> None:
        super().__init__(F("due_on"), F("green_days"))


class Case(models.Model):
    """One matter of one person, from the first question to the last call-back.

    The primary key is the case number (`cases.numbers`). `salt` belongs to the
    commitments in the events and is erased with the personal fields.

    `current_span` points to the one open assignment while the case is open and is
    NULL exactly when it is closed; `holder` and `window` repeat who is accountable,
    and the database holds the copies equal. `first_responder`, `first_window` and
    `opened_at` never change. `due_on` is the next date somebody must act by in this
    state; `head_*` is the end of the event chain and is written by the database.
    `tell_by` is set from a receipt until the case is accepted or told what is missing;
    `due_on` is never later, so whatever finds overdue cases finds what silence accepts.
    `tell_from` is the day of that receipt and `limits` are those of the item on it
    (`cases.deadlines.Limits`): a later change of the item moves nothing.
    `bundled` are the items of a life event (`windows.models.items.Kept`), frozen by the
    first receipt, one-time notice or acceptance, whichever sets `received_on`.
    `green_days` are the calendar days by which a case of the green channel (`is_green`)
    stands sooner in lists than its date (R2.83).
    `expires_on` is until when what is to be renewed is valid, and `renews_after` the
    same day if it was applied for in time: undecided after it, it is renewed (R1.27).
    `to_deliver` is set from a grant until it was delivered, and then `due_on` is the
    day of the law for that (R1.23).
    """

    id = models.BigIntegerField(primary_key=True)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    language = models.CharField(max_length=10, blank=True)
    item = models.ForeignKey(ServiceItem, models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(
        max_length=15, choices=StateChoices.choices, default=State.ASKED
    )
    opened_at = models.DateTimeField()
    first_responder = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    first_window = models.ForeignKey(Window, models.PROTECT, related_name="+")
    current_span = models.BigIntegerField(null=True, unique=True)
    holder = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    window = models.ForeignKey(Window, models.PROTECT, related_name="+")
    received_on = models.DateField(null=True)
    tell_by = models.DateField(null=True)
    tell_from = models.DateField(null=True)
    limits = models.JSONField(null=True)
    bundled = models.JSONField(null=True)
    accepted_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    renews_after = models.DateField(null=True)
    due_on = models.DateField(null=True)
    promised_due = models.DateField(null=True)
    statutory_due = models.DateField(null=True)
    to_deliver = models.BooleanField(default=False)
    has_contact = models.BooleanField(default=False)
    declines = models.PositiveSmallIntegerField(default=0)
    limbo_since = models.DateTimeField(null=True)
    second_notices = models.PositiveSmallIntegerField(default=0)
    is_green = models.BooleanField(default=False)
    green_days = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)
    final_answer = models.ForeignKey(
        "Answer", models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    closed_at = models.DateTimeField(null=True)
    close_rule = models.CharField(
        max_length=15, blank=True, choices=[(rule, rule) for rule in CloseRule]
    )
    code_hash = models.CharField(max_length=200)
    salt = models.BinaryField(null=True)
    changed_at = models.DateTimeField()
    head_seq = models.IntegerField(default=0)
    head_hash = models.BinaryField(default=bytes(32))
    head_transaction = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="case_closed_exactly_when_nobody_holds_it",
                condition=(
                    Q(state=State.CLOSED, current_span__isnull=True)
                    | (~Q(state=State.CLOSED) & Q(current_span__isnull=False))
                ),
            ),
            models.CheckConstraint(
                name="case_ends_only_with_an_answer",
                condition=(
                    Q(
                        state__in=[State.ANSWERED, State.CLOSED],
                        final_answer__isnull=False,
                    )
                    | (
                        ~Q(state__in=[State.ANSWERED, State.CLOSED])
                        & Q(final_answer__isnull=True)
                    )
                ),
            ),
            models.CheckConstraint(
                name="case_closed_by_a_rule",
                condition=(
                    Q(
                        state=State.CLOSED,
                        closed_at__isnull=False,
                        close_rule__in=list(CloseRule),
                    )
                    | (
                        ~Q(state=State.CLOSED)
                        & Q(closed_at__isnull=True, close_rule="")
                    )
                ),
            ),
            models.CheckConstraint(
                name="case_with_a_contact_is_called_back",
                condition=~Q(close_rule=CloseRule.NO_CONTACT) | Q(has_contact=False),
            ),
            models.CheckConstraint(
                name="case_state_is_known", condition=Q(state__in=list(State))
            ),
            models.CheckConstraint(
                name="case_channel_is_known", condition=Q(channel__in=Channel.values)
            ),
            models.CheckConstraint(
                name="case_accepted_has_its_date",
                condition=~Q(state=State.ACCEPTED)
                | Q(accepted_on__isnull=False, item__isnull=False),
            ),
            models.CheckConstraint(
                name="case_open_has_a_due_date",
                condition=Q(state=State.CLOSED) | Q(due_on__isnull=False),
            ),
            models.CheckConstraint(
                name="case_to_be_told_has_its_receipt",
                condition=Q(tell_by__isnull=True)
                | Q(
                    received_on__isnull=False,
                    limits__isnull=False,
                    tell_from__isnull=False,
                    tell_by__gte=F("tell_from"),
                ),
            ),
            models.CheckConstraint(
                name="case_keeps_its_items_with_its_papers",
                condition=Q(bundled__isnull=True) | Q(received_on__isnull=False),
            ),
            models.CheckConstraint(
                name="case_due_before_silence_accepts_it",
                condition=Q(tell_by__isnull=True)
                | ~Q(state__in=sorted(UNTOLD))
                | Q(due_on__lte=F("tell_by")),
            ),
            models.CheckConstraint(
                name="case_ranks_sooner_only_if_green",
                condition=Q(green_days=0) | Q(is_green=True),
            ),
            models.CheckConstraint(
                name="case_renews_after_its_expiry",
                condition=Q(renews_after__isnull=True)
                | Q(
                    expires_on__isnull=False,
                    renews_after=F("expires_on"),
                    received_on__isnull=False,
                    renews_after__gt=F("received_on"),
                ),
            ),
            models.CheckConstraint(
                name="case_due_before_the_law_renews_it",
                condition=Q(renews_after__isnull=True)
                | Q(reopened__gt=0)
                | ~Q(state__in=sorted(UNDECIDED))
                | Q(tell_by__isnull=True, accepted_on__isnull=True)
                | Q(due_on__lte=F("renews_after")),
            ),
            models.CheckConstraint(
                name="case_to_deliver_was_answered",
                condition=Q(to_deliver=False) | Q(state=State.ANSWERED),
            ),
            models.CheckConstraint(
                name="case_promise_within_statutory_date",
                condition=Q(promised_due__isnull=True)
                | Q(statutory_due__isnull=True)
                | Q(promised_due__lte=F("statutory_due")),
            ),
        ]
        indexes = [
            models.Index(fields=["hall", "-opened_at", "-id"], name="case_ledger"),
            models.Index(
                fields=["hall", "state", "-opened_at", "-id"], name="case_by_state"
            ),
            models.Index(fields=["window", "-opened_at", "-id"], name="case_by_window"),
            models.Index(
                fields=["department", "-opened_at", "-id"], name="case_by_department"
            ),
            models.Index(fields=["item", "-opened_at", "-id"], name="case_by_item"),
            models.Index(
                fields=["first_responder", "-opened_at", "-id"],
                name="case_by_first_responder",
            ),
            models.Index(fields=["holder", "-opened_at", "-id"], name="case_by_holder"),
            models.Index(
                F("holder"),
                RanksOn(),
                F("id"),
                name="case_of_a_desk",
                condition=~Q(state=State.CLOSED),
            ),
            models.Index(
                fields=["hall", "-opened_at", "-id"],
                name="case_of_the_green_channel",
                condition=Q(is_green=True),
            ),
            models.Index(
                fields=["hall", "due_on", "id"],
                name="case_by_deadline",
                condition=~Q(state=State.CLOSED),
            ),
            models.Index(
                fields=["hall", "tell_by", "id"],
                name="case_to_be_told",
                condition=Q(tell_by__isnull=False),
            ),
            models.Index(
                fields=["hall", "renews_after", "id"],
                name="case_to_renew",
                condition=Q(renews_after__isnull=False),
            ),
            models.Index(
                fields=["hall", "due_on", "id"],
                name="case_to_deliver",
                condition=Q(to_deliver=True),
            ),
            models.Index(
                fields=["hall", "limbo_since", "id"],
                name="case_in_limbo",
                condition=Q(limbo_since__isnull=False),
            ),
            models.Index(
                fields=["hall", "-opened_at", "-id"],
                name="case_with_second_notice",
                condition=Q(second_notices__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    stood: Standing | None = None
    """What its place in a list came from when an act locked it; None if it is new."""

    @cached_property
    def new_deadlines(self) -> "list[Deadline]":
        """The dates that an act has set so far; its event tells them."""
        return []

    @cached_property
    def new_papers(self) -> "dict[int, CaseMaterial]":
        """The papers, by position, that an act has changed; its event tells them."""
        return {}

    @property
    def number(self) -> str:
        """The case number as it is printed and read aloud."""
        return format_number(self.id)

    @property
    def applied_for(self) -> ServiceItem | None:
        """Its item as far as this case goes: a life event with the items it began with.

        Until `received_on` it is what the catalogue says, and nothing of it after that.
        """
        if self.item is None or self.received_on is None:
            return self.item
        return self.item.as_begun(self.bundled)

    @property
    def kept_limits(self) -> Limits | None:
        """The limits that hold for it: those of its receipt, else of its item now."""
        if self.limits is not None:
            return Limits(**self.limits)
        item = self.applied_for
        return None if item is None else Limits.of(item)

    def deemed_on(self, today: dt.date) -> dt.date | None:
        """Since when silence has accepted this case by law, if it has (R1.07)."""
        if self.state not in UNTOLD:
            return None
        return deemed_acceptance(self.tell_from, self.tell_by, today)

    def both_by_silence(
        self, calendar: Calendar, today: dt.date
    ) -> tuple[Computed, Computed] | None:
        """Both dates of a case that silence has accepted, by the limits of then.

        The promised one first, as in `deadlines.both_dates`; None for others (R1.07).
        """
        since = self.deemed_on(today)
        if since is None or self.limits is None:
            return None
        return both_dates(calendar, since, Limits(**self.limits))

    @property
    def renews(self) -> dt.date | None:
        """The expiry by which it must be decided, else the law renews it (R1.27).

        Only an application that is in the hall: accepted, or received and not answered;
        who was told what is missing and has not brought it keeps nobody waiting. What
        was decided before and reopened is not undecided.
        """
        is_in = self.accepted_on is not None or self.tell_by is not None
        is_undecided = self.state in UNDECIDED and not self.reopened and is_in
        return self.renews_after if is_undecided else None

    def renewed_on(self, today: dt.date) -> dt.date | None:
        """After which expiry the law has renewed what this case is about (R1.27)."""
        return renewed(self.renews, today)

    @classmethod
    def deemed(cls, today: dt.date) -> Q:
        """Say `deemed_on` of many cases at once; `case_to_be_told` is its index."""
        return Q(tell_by__lt=today, state__in=sorted(UNTOLD))


class Words(models.Model):
    """What the person said, in the person's words, and the care they need; encrypted.

    `tokens` are keyed one-way marks of one and two characters: the ledger finds a
    word in them without the text being readable in the database.
    """

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="words"
    )
    data_key = models.BinaryField()
    words_sealed = models.BinaryField()
    care_sealed = models.BinaryField(null=True)
    tokens = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        indexes = [GinIndex(fields=["tokens"], name="words_tokens")]

    def __str__(self) -> str:
        return f"words of {self.case_id}"


class ApplicantKind(models.TextChoices):
    """Who applies."""

    PERSON = "person", _("person")
    ORGANISATION = "organisation", _("organisation")


class Applicant(models.Model):
    """The person or organisation of one case, and the agent; all of it encrypted.

    Nobody needs to give any of this to be helped with a mere question. The two
    blind indexes find the same paper or telephone again without revealing it.
    """

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="applicant"
    )
    kind = models.CharField(
        max_length=15, choices=ApplicantKind.choices, default=ApplicantKind.PERSON
    )
    data_key = models.BinaryField()
    name_sealed = models.BinaryField(null=True)
    identity_kind = models.CharField(max_length=20, blank=True)
    identity_sealed = models.BinaryField(null=True)
    identity_index = models.BinaryField(null=True)
    telephone_sealed = models.BinaryField(null=True)
    telephone_index = models.BinaryField(null=True)
    agent_name_sealed = models.BinaryField(null=True)
    agent_identity_kind = models.CharField(max_length=20, blank=True)
    agent_identity_sealed = models.BinaryField(null=True)
    agent_telephone_sealed = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["identity_index"],
                name="applicant_identity",
                condition=Q(identity_index__isnull=False),
            ),
            models.Index(
                fields=["telephone_index"],
                name="applicant_telephone",
                condition=Q(telephone_index__isnull=False),
            ),
        ]
        constraints = [
            # Who acts for another shows a paper (R1.03).
            models.CheckConstraint(
                name="agent_is_known",
                condition=Q(
                    agent_name_sealed__isnull=False, agent_identity_sealed__isnull=False
                )
                | Q(
                    agent_name_sealed__isnull=True,
                    agent_identity_sealed__isnull=True,
                    agent_telephone_sealed__isnull=True,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"applicant of {self.case_id}"


class NameCorrection(models.Model):
    """A name that was mistyped and written right, for the same identity paper.

    `was_sealed` is the name of before as it was sealed; `digest` is the SHA-256 of the
    sealed new one, so that the guard of the applicant lets that one in and no other.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="name_corrections")
    was_sealed = models.BinaryField()
    digest = models.BinaryField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(Clerk, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"name of {self.case_id}"


LONGEST_STANDARD = 8000
"""Signs of what a paper must fulfil: that of every item of a life event, 500 each."""


class CaseMaterial(models.Model):
    """One paper of this case, as the item asked for it on the day.

    It is copied, so that a later change of the item changes nothing. `form` and
    `copies` are how it is handed in, `may_follow` that it may come later (R2.31), and
    `follow_by` until when that was committed to (R2.33). `is_extra`: it was asked for
    though the item does not name it, so nothing lapses for the want of it. `serves`
    names the items of a life event that it is for.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="materials")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    standard = models.CharField(max_length=LONGEST_STANDARD, blank=True)
    how_to_get = models.CharField(max_length=LONGEST_STANDARD, blank=True)
    sample = models.CharField(max_length=LONGEST_STANDARD, blank=True)
    is_required = models.BooleanField(default=True)
    form = models.CharField(max_length=10, choices=MaterialForm.choices, blank=True)
    copies = models.PositiveSmallIntegerField(default=1)
    may_follow = models.BooleanField(default=False)
    follow_by = models.DateField(null=True)
    is_extra = models.BooleanField(default=False)
    serves = models.JSONField(default=list, blank=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(Clerk, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            models.Index(
                fields=["case"],
                name="material_to_follow",
                condition=Q(follow_by__isnull=False, received_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "position"], name="case_material_position_once"
            ),
            models.CheckConstraint(
                name="case_material_follows_only_if_it_may",
                condition=Q(follow_by__isnull=True) | Q(may_follow=True),
            ),
            models.CheckConstraint(
                name="case_material_received_by_somebody",
                condition=(
                    Q(received_at__isnull=True, received_by__isnull=True)
                    | Q(received_at__isnull=False, received_by__isnull=False)
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeadlineKind(models.TextChoices):
    """What is due."""

    WAY = "way", _("a way forward")
    TELL = "tell", _("acceptance, or what is missing")
    PROMISED = "promised", _("promised date")
    STATUTORY = "statutory", _("statutory date")
    BRING = "bring", _("missing papers")
    CHECK_BACK = "check_back", _("check-back")
    REPLY = "reply", _("reply to the raised question")
    NEGATIVE = "negative", _("decision on the negative")
    CALL_BACK = "call_back", _("call-back")
    STOP = "stop", _("end of the stop")
    DELIVERY = "delivery", _("delivery")


class Deadline(models.Model):
    """A date and the facts it was computed from (R9.14); never overwritten.

    `days` are counted in `unit` from the day after `starts_on`. `calendar_version`
    names the calendar used, `is_provisional` that a year was not loaded (R9.11).
    `was_on` is what it was before the calendar changed, and `release` who let it move.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="deadlines")
    kind = models.CharField(max_length=12, choices=DeadlineKind.choices)
    starts_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=10, default="working")
    due_on = models.DateField()
    rule = models.CharField(max_length=20)
    calendar_version = models.BigIntegerField()
    is_provisional = models.BooleanField(default=False)
    set_at = models.DateTimeField()
    was_on = models.DateField(null=True)
    release = models.ForeignKey(
        "CalendarRelease", models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="deadline_not_before_its_start",
                condition=Q(due_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="deadline_moved_by_a_released_calendar",
                condition=Q(was_on__isnull=True, release__isnull=True)
                | Q(
                    was_on__isnull=False,
                    release__isnull=False,
                    release=F("calendar_version"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"
