"""The other acts of the case page as forms: what follows a way, and a supervisor's."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cases.actions.answering import (
    applicant_withdraws,
    lapse,
    tell_refusal,
    withdrawal_faults,
)
from cases.actions.directing import check_back
from cases.actions.intake import (
    choose_item,
    correct_name,
    name_applicant,
    renew_code,
)
from cases.actions.negatives import approve_negative, overrule_negative
from cases.actions.raising import reply_to_raise
from cases.actions.receiving import receive_materials
from cases.actions.referring import (
    Better,
    accept_referral,
    decline_referral,
    withdraw_referral,
)
from cases.actions.stamp import Form
from cases.actions.supervising import Named, call_back, call_faults, substitute
from cases.lifecycle import GROUND_NAMES, RuleBroken, State
from cases.reads.addressees import Addressee, Receivers, addressees, receivers
from cases.reads.case import CasePage
from cases.reads.lookup import Lookup, look_up

from .applicant import ApplicantFields, one_line
from .fields import IdField, PostField, id_of, long_text, needed, short_text
from .ways import LONGEST_TEXT, CaseForm, PapersForm, WordedForm, Words

YES, NO = "yes", "no"


class ItemForm(CaseForm):
    """Choose or change the service item, before a way was taken."""

    url = "case_item"
    title = _("Choose the item")
    button = _("This is the item")
    template = "cases/_act_item.html"

    words = short_text(_("Look for"), longest=2000, required=False)
    item = IdField(
        label=_("Item"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an item from the list.")},
    )

    lookup = Lookup()

    def fill(self, page: CasePage) -> None:
        """Look up what was typed; before that, the words of the person."""
        typed = self["words"].value()
        words = str(page.words if typed is None else typed)
        chosen = id_of(str(self["item"].value() or ""))
        plain = "".join(sign if sign.isprintable() else " " for sign in words)
        today = timezone.localdate()
        self.lookup = look_up(self.clerk, plain, day=today, chosen=chosen)

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Say which item it is."""
        item_id = self.cleaned_data["item"]
        return choose_item(case_id, item_id, by=self.clerk, at=at, form=stamp)

    def done(self) -> Words:
        """The ways may have changed with it."""
        return _("The item was chosen.")


class ApplicantForm(ApplicantFields, CaseForm):
    """Add who applies to a case that began as a mere question (R1.09, R3.40)."""

    url = "case_applicant"
    title = _("Name the applicant")
    intro = _("Once named, the applicant stays as written here.")
    button = _("This person applies")
    template = "cases/_act_applicant.html"

    name = one_line(
        pgettext_lazy("of an applicant", "Name"),
        100,
        required=True,
        error_messages={"required": _("Write down the name of the applicant.")},
    )

    def fill(self, page: CasePage) -> None:
        """Focus the name, and say what is on record."""
        self.focus("name")
        for name in ("identity", "telephone", "agent_name", "agent_telephone"):
            if page.person and getattr(page.person, name):
                self.fields[name].help_text = _("On record already: leave it empty.")

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Add the applicant; the case can be accepted now."""
        return name_applicant(case_id, self.applicant, by=self.clerk, at=at, form=stamp)

    def done(self) -> Words:
        """Nothing personal: the message stands outside the case."""
        return _("The applicant was named.")


class NameForm(CaseForm):
    """Write a mistyped name right (R1.09)."""

    url = "case_name"
    title = _("Correct the name")
    intro = _(
        "Only what was mistyped: look at the same identity paper again. The reason is "
        "on record, and so is the name of before."
    )
    button = _("Correct the name")

    name = one_line(
        pgettext_lazy("of an applicant", "Name"),
        100,
        required=True,
        error_messages={"required": _("Write down the name of the applicant.")},
    )
    identity = one_line(
        _("Number of the identity paper"),
        100,
        help_text=_("The paper on record once more; empty if none is."),
    )
    reason = short_text(_("Reason"), longest=200)

    def fill(self, page: CasePage) -> None:
        """Focus the name."""
        self.focus("name")

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Write it right."""
        typed = self.cleaned_data
        return correct_name(
            case_id,
            name=typed["name"],
            identity=typed["identity"],
            reason=typed["reason"],
            by=self.clerk,
            at=at,
            form=stamp,
        )

    def done(self) -> Words:
        """Nothing personal: the message stands outside the case."""
        return _("The name was corrected.")


class PapersReceivedForm(PapersForm):
    """Take papers in, and give the receipt (R2.20 to R2.22)."""

    url = "case_papers"
    title = _("Receive papers")
    intro = _(
        "What is handed over stays marked, whoever goes on with it. Accepted on the "
        "spot, nobody needs a receipt."
    )
    button = _("Take in and give the receipt")
    template = "cases/_act_papers.html"

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Tick them."""
        self.receipt = receive_materials(
            case_id,
            received=self.ticked(),
            expires_on=self.cleaned_data["expires_on"],
            by=self.clerk,
            at=at,
            form=stamp,
        )
        return self.receipt

    def done(self) -> Words:
        """Until when the hall has to say something, where that begins to run."""
        until = self.receipt.content["tell_by"]
        if until is None:
            return _("Received; the receipt has its number.")
        return gettext(
            "Received. To be accepted, or told what is missing, by %(day)s."
        ) % {"day": until["due_on"]}


class LapseForm(CaseForm):
    """Record that an application counts as withdrawn (R2.23)."""

    url = "case_lapse"
    title = _("Record it as withdrawn")
    intro = _(
        "Look once more whether the papers are here. The person is told what was not "
        "brought, and can apply again at any time."
    )
    button = _("Record it as withdrawn")
    is_grave = True

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """End it, as the notice said."""
        return lapse(case_id, by=self.clerk, at=at, form=stamp)

    def done(self) -> Words:
        """The person has to be told."""
        return _("Recorded. The person is told what was not brought.")


class CheckBackForm(CaseForm):
    """Did the person get through to the unit outside? (R3.15)."""

    url = "case_check_back"
    title = _("Check back")
    intro = _("If the person did not get through, the case is back at this desk.")
    button = _("Record the check-back")

    got_through = forms.ChoiceField(
        label=_("Did the person get through?"),
        choices=((YES, _("Yes, it is being dealt with there")), (NO, _("No"))),
        widget=forms.RadioSelect,
    )
    remark = needed(
        _("needed if the person did not"), short_text(_("What happened there"))
    )

    def fill(self, page: CasePage) -> None:
        """Focus the question."""
        self.focus("got_through")

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Record it."""
        return check_back(
            case_id,
            got_through=self.cleaned_data["got_through"] == YES,
            remark=self.cleaned_data["remark"],
            by=self.clerk,
            at=at,
            form=stamp,
        )

    def done(self) -> Words:
        """It is told or open again."""
        if self.cleaned_data["got_through"] == YES:
            return _("Recorded: the person got through.")
        return _("Recorded. The case is open again: take another way forward.")


class ReplyForm(CaseForm):
    """Write down the reply to what was raised (R3.16)."""

    url = "case_reply"
    title = _("Write down the reply")
    button = _("Record the reply")

    reply = long_text(_("The reply"), rows=4)

    def fill(self, page: CasePage) -> None:
        """Focus the text."""
        self.focus("reply")

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """The case is back where it was."""
        reply = self.cleaned_data["reply"]
        return reply_to_raise(case_id, reply=reply, by=self.clerk, at=at, form=stamp)

    def done(self) -> Words:
        """Now the person can be told."""
        return _("The reply was recorded: now tell the person.")


class TellForm(WordedForm):
    """Tell the refusal that was approved (R1.40 to R1.42, R3.34)."""

    url = "case_tell"
    title: Words = _("Tell the approved refusal")
    intro = _("Basis, another way and remedies are told with it, as approved.")
    button = _("Tell and record")
    template = "cases/_way_answer.html"
    is_grave = True

    text = long_text(_("In words for the person"), longest=LONGEST_TEXT, rows=6)

    approved: tuple[str, ...] = ()

    def fill(self, page: CasePage) -> None:
        """Begin with what was approved; the rest is read together with the text."""
        if page.filing:
            if page.filing.about:
                self.title = gettext("Tell the approved refusal: %(about)s") % {
                    "about": page.filing.about
                }
            self.approved = page.filing.beside
            self.fields["text"].initial = page.filing.to_tell
        self.focus("text")

    def beside(self) -> tuple[str, ...]:
        """Basis, way and remedies."""
        return self.approved

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Tell it."""
        text = self.cleaned_data["text"]
        self.told = tell_refusal(case_id, text=text, by=self.clerk, at=at, form=stamp)
        return self.told

    def done(self) -> Words:
        """With its remedies."""
        if self.told.case.state == State.CLOSED:
            return _(
                "Told, with another way and the remedies. The case is closed: nobody "
                "left a way to call back."
            )
        return _("Told, with another way and the remedies.")


class WithdrawnForm(CaseForm):
    """The applicant withdraws, signed."""

    url = "case_withdrawn"
    title = _("The applicant withdraws")
    intro = _("Only the applicant's own wish ends a case this way.")
    button = _("Record the withdrawal")
    is_grave = True

    text = long_text(_("What the applicant says"), rows=3)
    is_signed = forms.BooleanField(
        label=_("The paper is signed by the applicant"), required=False
    )

    def fill(self, page: CasePage) -> None:
        """Focus the text."""
        self.focus("text")

    def faults(self) -> Iterable[RuleBroken]:
        """The words, and the tick."""
        typed = self.cleaned_data
        return withdrawal_faults(typed.get("text", ""), is_signed=typed["is_signed"])

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Record it; the case closes."""
        return applicant_withdraws(
            case_id,
            text=self.cleaned_data["text"],
            is_signed=self.cleaned_data["is_signed"],
            by=self.clerk,
            at=at,
            form=stamp,
        )

    def done(self) -> Words:
        """It is closed."""
        return _("Recorded: withdrawn by the applicant.")


class CodeForm(CaseForm):
    """Give the citizen a new look-up code, shown once."""

    url = "case_code"
    title = _("New look-up code")
    intro = _("The old code stops working at once. The new one is shown only once.")
    button = _("Make a new code")

    code = ""

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Renew it."""
        self.code = renew_code(case_id, by=self.clerk, at=at, form=stamp).code
        return self.code

    def done(self) -> Words:
        """Shown on the page, never again."""
        return _("The new code is shown below, once.")


# --- an offer ---------------------------------------------------------------------


class OfferForm(CaseForm):
    """An act on the pending offer that the page named."""

    leads_away: ClassVar[bool] = False

    offer = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offer_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_id = offer_id


class TakeOverForm(OfferForm):
    """Take over what was offered (R3.04)."""

    url = "case_take_over"
    title = _("Take it over")
    button = _("Take it over")

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """From now on this person answers for it."""
        return accept_referral(self.offer_id, by=self.clerk, at=at, form=stamp)

    def done(self) -> Words:
        """Who answers for it now."""
        return _("You answer for this case now.")


class TakeBackForm(OfferForm):
    """Take an offer back."""

    url = "case_take_back"
    title = _("Take the offer back")
    button = _("Take the offer back")

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Nobody had answered it."""
        return withdraw_referral(self.offer_id, by=self.clerk, at=at, form=stamp)

    def done(self) -> Words:
        """It can be offered to somebody else."""
        return _("The offer was taken back.")


class DeclineForm(OfferForm):
    """Decline an offer: a reason, and a better addressee or up."""

    url = "case_decline"
    title = _("Decline the offer")
    intro = _("Nobody is sent away: say who is the better addressee, or send it up.")
    button = _("Decline with this")
    template = "cases/_act_decline.html"
    is_grave = True
    leads_away = True

    reason = short_text(_("Why you decline it"))
    better = forms.CharField(
        label=_("Who is the better addressee"),
        widget=forms.RadioSelect,
        max_length=30,
        error_messages={
            "required": _("Name a better addressee, or send it up."),
        },
    )

    addressees: tuple[Addressee, ...] = ()

    def fill(self, page: CasePage) -> None:
        """Offer the windows and the units outside; up is there in any case."""
        self.addressees = addressees(page)
        self.focus("reason")

    def clean_better(self) -> Better:
        """Return the better addressee."""
        text = self.cleaned_data["better"]
        if text == "up":
            return Better(sent_up=True)
        found = id_of(text[1:])
        if found is None or text[:1] not in ("w", "u"):
            raise forms.ValidationError(_("Choose one of the list."))
        if text[0] == "w":
            return Better(window_id=found)
        return Better(department_id=found)

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """It stays with the one who asked."""
        return decline_referral(
            self.offer_id,
            reason=self.cleaned_data["reason"],
            better=self.cleaned_data["better"],
            by=self.clerk,
            at=at,
            form=stamp,
        )

    def done(self) -> Words:
        """With a better addressee."""
        return _("Declined, with a better addressee.")


# --- the supervisor ---------------------------------------------------------------


class DecideForm(CaseForm):
    """Approve a proposed negative, or overrule it (R3.35)."""

    url = "case_decide"
    title: Words = _("Decide the proposed negative")
    button = _("Decide")
    is_grave = True

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=(
            ("overrule", _("Overrule: the case goes on")),
            ("approve", _("Approve: it may be told")),
        ),
        widget=forms.RadioSelect,
    )
    reason = needed(
        _("needed to overrule"),
        long_text(_("Reason, and what to do instead"), longest=500, rows=3),
    )

    def fill(self, page: CasePage) -> None:
        """Focus the decision; say which unit's refusal it is, if one's alone."""
        if page.filing and page.filing.about:
            self.title = gettext("Decide the proposed refusal: %(about)s") % {
                "about": page.filing.about
            }
        self.focus("decision")

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Decide."""
        approve = self.cleaned_data["decision"] == "approve"
        decide = approve_negative if approve else overrule_negative
        reason = self.cleaned_data["reason"]
        return decide(case_id, reason=reason, by=self.clerk, at=at, form=stamp)

    def done(self) -> Words:
        """Approved or overruled."""
        if self.cleaned_data["decision"] == "approve":
            return _("Approved: the person who answers for it may tell it now.")
        return _("Overruled: the case goes on.")


@contextmanager
def beside_the_person() -> Iterator[None]:
    """Put what the action says of the clerk beside the list of people."""
    try:
        yield
    except RuleBroken as broken:
        for one in (broken, *broken.also):
            _beside_the_person(one)
        raise


def _beside_the_person(broken: RuleBroken) -> RuleBroken:
    broken.field = "to" if broken.field == "clerk" else broken.field
    return broken


class NamingForm(CaseForm):
    """What forms share in which a supervisor names somebody accountable."""

    receivers = Receivers()

    def fill(self, page: CasePage) -> None:
        """Offer everybody posted today but the one who has it."""
        self.receivers = receivers(page, needs_seat=False)

    def named(self) -> Named:
        """Whom the supervisor names."""
        window_id, clerk_id = self.cleaned_data["to"]
        return Named(clerk_id, window_id, self.cleaned_data["reason"])


class SubstituteForm(NamingForm):
    """Name somebody instead of a holder who has fallen away (R2.60)."""

    url = "case_substitute"
    title = _("Name somebody instead")
    button = _("Name this person")
    template = "cases/_act_name.html"

    to = PostField(label=_("Who answers for it from now on"))
    reason = short_text(_("Why this person is named"))

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """From now on the named person answers for it."""
        named = self.named()
        with beside_the_person():
            return substitute(case_id, named, by=self.clerk, at=at, form=stamp)

    def done(self) -> Words:
        """It has changed hands."""
        return _("Named. The case has changed hands.")


OUTCOMES = (
    ("satisfied", _("Satisfied")),
    ("explained", _("Not satisfied, the law was explained")),
    ("unsatisfied", _("Not satisfied, or not really done: reopen it")),
    ("not_reached", _("Not reached")),
)


class CallBackForm(NamingForm):
    """Call back; reopen with another person if it is not really done (R4.40 to 44)."""

    url = "case_call_back"
    title = _("Call back")
    button = _("Record the call")
    template = "cases/_act_name.html"

    outcome = forms.ChoiceField(
        label=_("How the call ended"), choices=OUTCOMES, widget=forms.RadioSelect
    )
    remark = needed(
        _("needed unless satisfied"),
        long_text(_("What the person said"), longest=500, rows=3),
    )
    to = needed(
        _("needed to reopen"), PostField(label=_("To reopen: who answers for it now"))
    )
    reason = needed(
        _("needed to reopen"), short_text(_("To reopen: why this person is named"))
    )

    @property
    def reopens(self) -> bool:
        """Whether somebody is to be named, or was."""
        typed = (
            self["outcome"].value() == "unsatisfied",
            *map(self.data.get, ("to", "reason")),
        )
        return any(typed)

    def fill(self, page: CasePage) -> None:
        """Offer everybody posted today, and focus how the call ended."""
        super().fill(page)
        self.focus("outcome")

    def faults(self) -> Iterable[RuleBroken]:
        """What the record lacks, and who is named."""
        typed = self.cleaned_data
        found = call_faults(
            typed.get("outcome", ""),
            typed.get("remark", ""),
            is_named=typed.get("to") is not None,
        )
        return map(_beside_the_person, found)

    def act(self, case_id: int, stamp: Form, at: dt.datetime) -> object:
        """Close it, call again, or reopen it."""
        with beside_the_person():
            return call_back(
                case_id,
                outcome=self.cleaned_data["outcome"],
                remark=self.cleaned_data["remark"],
                named=self.named() if self.cleaned_data["to"] else None,
                by=self.clerk,
                at=at,
                form=stamp,
            )

    def done(self) -> Words:
        """What became of it."""
        return {
            "unsatisfied": _("Reopened with the person you named."),
            "not_reached": _("Recorded: nobody was reached."),
        }.get(self.cleaned_data["outcome"], _("Recorded: the case is closed."))


# --- opening personal fields ------------------------------------------------------

PERSONAL = {
    "name": pgettext_lazy("of an applicant", "Name"),
    "identity": _("Number of the identity paper"),
    "telephone": _("Telephone"),
    "agent_name": _("Agent"),
    "agent_identity": _("Number of the agent's paper"),
    "agent_telephone": _("Telephone of the agent"),
    "ground": _("Why it goes first"),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A personal field in clear, for one response."""

    label: Words
    text: Words


class RevealForm(forms.Form):
    """Open the personal fields, on purpose and on record (evidence 6)."""

    url = "case_reveal"
    title = _("Open the personal data")
    intro = _("Who opened it, when and why is kept; the privacy officer sees it.")
    button = _("Open it once")
    template = "cases/_form.html"
    is_grave = False
    is_stale = False

    reason = short_text(
        _("Why you need to see it"),
        widget=forms.TextInput(attrs={"data-focus": "", "autofocus": True}),
    )

    @property
    def status(self) -> int:
        """422 after a slip."""
        return 422 if self.is_bound else 200

    def shown(self, clear: dict[str, str]) -> list[Opened]:
        """Return what was opened, with its words."""
        return [
            Opened(
                PERSONAL[name],
                gettext(GROUND_NAMES[text]) if name == "ground" else text,
            )
            for name, text in clear.items()
        ]
