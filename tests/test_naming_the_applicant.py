"""Adding who applies to a case that began as a mere question (R1.09, R3.40)."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import vault
from cases.actions import accepting, answering, intake, reading
from cases.actions._steps import record
from cases.actions.intake import Person
from cases.lifecycle import RuleBroken
from cases.models import Applicant, Case, CaseEvent
from cases.reads.sentences import sentence
from cases.reads.verification import tables, verify_case
from cases.reads.verification.replay import Replay
from tests.browsing import words
from tests.cast import APPLICANT, Cast, ask, come_in, now
from tests.make_cases import TEXT
from windows.models import Clerk

FIRST = "Name the applicant first"
TYPED = {
    "kind": "person",
    "name": APPLICANT.name,
    "identity_kind": "resident_id",
    "identity": APPLICANT.identity,
    "telephone": "139 0000 1234",
}

pytestmark = pytest.mark.django_db(transaction=True)


def of_nobody(cast: Cast) -> Case:
    """A case of Li's of which nobody said who applies."""
    return ask(cast, by=cast.li, item=cast.item).case


def name(cast: Cast, case: Case, **changes: str) -> Case:
    someone = dataclasses.replace(APPLICANT, **changes)
    return intake.name_applicant(case.pk, someone, by=cast.li, at=now())


def test_nothing_is_accepted_before_the_applicant_is_named(cast: Cast) -> None:
    """R1.09: the slip bears the name; with it the same papers are accepted."""
    case = of_nobody(cast)
    with pytest.raises(RuleBroken, match=FIRST) as refused:
        accepting.accept_case(case.pk, received=[1, 2], by=cast.li, at=now())
    assert refused.value.rule == "R1.09"
    name(cast, case)
    accepting.accept_case(case.pk, received=[1, 2], by=cast.li, at=now())
    case.refresh_from_db()
    assert case.state == "accepted"


CALLS = Person(telephone=APPLICANT.telephone)
"""Somebody who left a telephone and no name."""


def in_clear(case: Case) -> dict[str, str]:
    return reading.open_applicant(case, reason="核对姓名", by=case.holder, at=now())


def test_a_telephone_alone_names_nobody(cast: Cast) -> None:
    """R1.08, R1.09: the slip bears a name; the holder adds it to the telephone once."""
    case = ask(cast, by=cast.li, item=cast.item, person=CALLS).case
    with pytest.raises(RuleBroken, match=FIRST) as refused:
        accepting.accept_case(case.pk, received=[1, 2], by=cast.li, at=now())
    assert refused.value.rule == "R1.09"
    name(cast, case, telephone="")
    assert in_clear(case) == {
        "name": APPLICANT.name,
        "identity": APPLICANT.identity,
        "telephone": APPLICANT.telephone,
    }
    case.refresh_from_db()
    assert case.has_contact
    with pytest.raises(RuleBroken, match="named already"):
        name(cast, case, name="另一人")
    accepting.accept_case(case.pk, received=[1, 2], by=cast.li, at=now())
    assert not verify_case(case.pk).findings


def test_what_is_on_record_of_an_applicant_is_never_overwritten(cast: Cast) -> None:
    """The same may be typed again; another telephone is refused beside its field."""
    case = ask(cast, by=cast.li, item=cast.item, person=CALLS).case
    with pytest.raises(RuleBroken, match="on record already") as refused:
        name(cast, case, telephone="13911112222")
    assert refused.value.field == "telephone"
    assert in_clear(case) == {"telephone": APPLICANT.telephone}
    name(cast, case)
    assert in_clear(case)["telephone"] == APPLICANT.telephone


def test_an_organisation_is_known_by_what_was_added(cast: Cast) -> None:
    """Blind indexes and the kind come with the parts that were empty."""
    case = ask(cast, by=cast.li, item=cast.item, person=CALLS).case
    agent = {"agent_name": "钱多", "agent_identity": "E12345678"}
    name(cast, case, kind="organisation", telephone="", **agent)
    row = Applicant.objects.get(case=case)
    assert row.kind == "organisation"
    assert row.identity_kind == APPLICANT.identity_kind
    assert bytes(row.identity_index or b"") == vault.blind(
        "identity", APPLICANT.identity
    )
    assert in_clear(case)["agent_name"] == "钱多"


@pytest.mark.parametrize(
    ("agent", "missing"),
    [
        ({}, ""),
        ({"agent_name": "钱多", "agent_identity": "E12345678"}, ""),
        (
            {
                "agent_name": "钱多",
                "agent_identity": "E12345678",
                "agent_telephone": "13911112222",
            },
            "",
        ),
        ({"agent_name": "钱多"}, "agent_identity"),
        ({"agent_name": "钱多", "agent_telephone": "13911112222"}, "agent_identity"),
        ({"agent_identity": "E12345678"}, "agent_name"),
        ({"agent_telephone": "13911112222"}, "agent_name"),
        (
            {"agent_name": "钱多", "agent_identity": APPLICANT.identity},
            "agent_identity",
        ),
    ],
)
@pytest.mark.parametrize("later", [False, True], ids=["at once", "later"])
def test_whoever_acts_for_another_is_known_by_name_and_paper(
    cast: Cast, agent: dict[str, str], missing: str, later: bool
) -> None:
    """R1.03, check 16: at the first question and when the applicant is named."""

    def write_down() -> Case:
        if later:
            return name(cast, of_nobody(cast), **agent)
        person = dataclasses.replace(APPLICANT, **agent)
        return ask(cast, by=cast.li, item=cast.item, person=person).case

    if not missing:
        write_down()
        return
    with pytest.raises(RuleBroken) as refused:
        write_down()
    assert refused.value.field == missing


def test_an_acceptance_slip_holds_no_personal_data(cast: Cast) -> None:
    """Evidence 1 and 7: the paper is frozen without the name, and printing joins it."""
    case = of_nobody(cast)
    name(cast, case)
    slip = accepting.accept_case(case.pk, received=[1, 2], by=cast.li, at=now())
    frozen = json.dumps(slip.content, ensure_ascii=False)
    event = CaseEvent.objects.get(case=case, kind="accepted")
    for personal in (APPLICANT.name, APPLICANT.identity, APPLICANT.telephone):
        assert personal not in frozen + event.body
    assert in_clear(case)["name"] == APPLICANT.name


def test_the_page_says_what_is_on_record(cast: Cast, client: Client) -> None:
    """A telephone without a name: the accept form leads to the name as well."""
    case = ask(cast, by=cast.li, item=cast.item, person=CALLS).case
    come_in(client, cast.li)
    address = reverse("case_applicant", args=[case.pk])
    accept = client.get(reverse("case_accept", args=[case.pk]))
    assert f'href="{address}#way"' in accept.content.decode()
    form = client.get(address).context["form"]
    assert form.fields["telephone"].help_text
    assert not form.fields["identity"].help_text
    stamp = {"form_key": form["form_key"].value(), "seen": form["seen"].value()}
    other = {**TYPED, **stamp, "telephone": "13911112222"}
    assert client.post(address, other).context["form"].errors.keys() == {"telephone"}
    assert client.post(address, {**TYPED, **stamp}).status_code == 302


def test_the_applicant_is_named_once(cast: Cast) -> None:
    """Also where one was named at the first question."""
    case = of_nobody(cast)
    name(cast, case)
    with pytest.raises(RuleBroken, match="named already"):
        name(cast, case, name="另一人")
    known = ask(cast, by=cast.li, item=cast.item, person=APPLICANT).case
    with pytest.raises(RuleBroken, match="named already"):
        name(cast, known, name="另一人")


def test_an_applicant_is_stored_sealed_and_can_be_called_back(cast: Cast) -> None:
    """No column holds the name in clear; the telephone makes a call-back due."""
    case = of_nobody(cast)
    assert not case.has_contact
    name(cast, case)
    row = Applicant.objects.get(case=case)
    for field in Applicant._meta.fields:
        stored = getattr(row, field.attname)
        clear = bytes(stored) if isinstance(stored, memoryview) else stored
        for said in (APPLICANT.name, APPLICANT.identity, APPLICANT.telephone):
            assert said not in str(clear)
            assert not isinstance(clear, bytes) or said.encode() not in clear
    assert row.name_sealed is not None
    opened = vault.open_(
        row.data_key, vault.applicant_row(case.pk), "name", row.name_sealed
    )
    assert opened == APPLICANT.name
    answering.answer_case(case.pk, text=TEXT, by=cast.li, at=now())
    case.refresh_from_db()
    assert (case.has_contact, case.state) == (True, "answered")


def test_without_a_telephone_nobody_is_called_back(cast: Cast) -> None:
    case = of_nobody(cast)
    name(cast, case, telephone="")
    answering.answer_case(case.pk, text=TEXT, by=cast.li, at=now())
    case.refresh_from_db()
    assert (case.has_contact, case.state) == (False, "closed")
    other = of_nobody(cast)
    answering.answer_case(other.pk, text=TEXT, by=cast.li, at=now())
    with pytest.raises(RuleBroken):
        name(cast, other)


def test_only_the_holder_names_somebody_and_only_with_a_name(cast: Cast) -> None:
    """R3.04: who answers for the case takes down who applies."""
    case = of_nobody(cast)
    with pytest.raises(RuleBroken):
        intake.name_applicant(case.pk, APPLICANT, by=cast.wang, at=now())
    with pytest.raises(RuleBroken) as refused:
        name(cast, case, name=" ")
    assert refused.value.field == "name"
    assert not Applicant.objects.filter(case=case).exists()


def test_the_history_tells_of_it_without_saying_who(cast: Cast) -> None:
    """Evidence 1: the event holds codes alone, and the history is proven with it."""
    case = of_nobody(cast)
    name(cast, case)
    event = CaseEvent.objects.get(case=case, kind="applicant_named")
    said = sentence(event.kind, event.body)
    for personal in (APPLICANT.name, APPLICANT.identity, APPLICANT.telephone):
        assert personal not in event.body
        assert personal not in said.text + said.more
    assert "李华" in said.text
    assert said.more
    assert not verify_case(case.pk).findings


def test_the_accept_form_leads_to_the_applicant_and_back(
    cast: Cast, client: Client
) -> None:
    """Whoever cannot accept yet is told what to do, with the way there."""
    case = of_nobody(cast)
    come_in(client, cast.li)
    address = reverse("case_applicant", args=[case.pk])
    accept = reverse("case_accept", args=[case.pk])
    for page in (client.get(reverse("case", args=[case.pk])), client.get(accept)):
        assert f'href="{address}#way"' in page.content.decode()
    form = client.get(address).context["form"]
    stamp = {"form_key": form["form_key"].value(), "seen": form["seen"].value()}
    wrong = client.post(address, {**TYPED, **stamp, "identity": "110101199003070979"})
    assert wrong.status_code == 422
    assert wrong.context["form"].errors.keys() == {"identity"}
    nameless = client.post(address, {**TYPED, **stamp, "name": ""})
    assert nameless.context["form"].errors.keys() == {"name"}
    done = client.post(address, {**TYPED, **stamp})
    assert done.status_code == 302
    after = client.get(done.headers["Location"])
    assert APPLICANT.name not in words(after)
    assert f'href="{address}#way"' not in after.content.decode()
    assert client.get(address).status_code == 409
    assert f'href="{address}#way"' not in client.get(accept).content.decode()


def test_the_form_for_the_applicant_takes_odd_input_without_a_fault(
    cast: Cast, client: Client
) -> None:
    """Checks 1 to 10: a sentence beside the field, and nothing is named."""
    case = of_nobody(cast)
    come_in(client, cast.li)
    address = reverse("case_applicant", args=[case.pk])
    form = client.get(address).context["form"]
    stamp = {"form_key": form["form_key"].value(), "seen": form["seen"].value()}
    for odd in ("\x00", "x" * 10_000, "²", "\u202e"):
        sent = {**dict.fromkeys(TYPED, odd), **stamp}
        assert client.post(address, sent).status_code in (409, 422)
    assert not Applicant.objects.filter(case=case).exists()


# A name that was mistyped -------------------------------------------------------------


def correct(cast: Cast, case: Case, by: Clerk, **typed: str) -> Case:
    return intake.correct_name(
        case.pk,
        name=typed.get("name", "林小曼"),
        identity=typed.get("identity", APPLICANT.identity),
        reason=typed.get("reason", "姓名录入有误"),
        by=by,
        at=now(),
    )


def test_a_mistyped_name_is_written_right_on_record(cast: Cast, client: Client) -> None:
    """R1.09: for the same paper, by the holder, with a reason; the old one is kept."""
    case = name(cast, of_nobody(cast))
    before = Applicant.objects.get(case=case).name_sealed
    come_in(client, cast.li)
    address = reverse("case_name", args=[case.pk])
    form = client.get(address).context["form"]
    typed = {field.html_name: field.value() or "" for field in form}
    typed |= {"name": "林小曼", "identity": "110101 19900307 0978"}
    refused = client.post(address, typed | {"reason": "。"})
    assert refused.context["form"].errors["reason"]
    assert client.post(address, typed | {"reason": "姓名录入有误"}).status_code == 302
    assert in_clear(case)["name"] == "林小曼"
    row = case.name_corrections.get()
    assert bytes(row.was_sealed) == bytes(before or b"")
    event = CaseEvent.objects.filter(case=case).latest("seq")
    assert "林小" not in event.body
    # A commitment to a name is undone by trying the names there are (evidence.md 1).
    assert set(json.loads(event.body)["commit"]) == {"reason"}
    assert "误录" in sentence(event.kind, event.body).text
    assert verify_case(case.pk).findings == []


@pytest.mark.parametrize("is_old", [False, True])
def test_another_name_than_the_recorded_one_is_found(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, *, is_old: bool
) -> None:
    """R1.09: by the digest of the sealed name, or by what earlier releases recorded."""
    case = name(cast, of_nobody(cast))
    if is_old:
        monkeypatch.setattr(intake, "record", as_before_the_digest)
    correct(cast, case, cast.li)
    assert verify_case(case.pk).findings == []
    known = Applicant.objects.get(case=case)
    row, sealed = vault.applicant_row(case.pk), bytes(known.name_sealed or b"")
    monkeypatch.setattr(vault, "open_", lambda *_: "周大为")
    again = vault.seal(known.data_key, row, "name", "周大为")
    replay = Replay()
    for event in CaseEvent.objects.filter(case=case).order_by("seq").values():
        replay.play(dict(event))
    kept = dict(Case.objects.filter(pk=case.pk).values().get())
    for found, fits in ((sealed, not is_old), (again, False)):
        rows = [{"data_key": known.data_key, "name_sealed": found}]
        assert tables._name_fits(kept, replay, rows) is fits


def as_before_the_digest(case: Case, kind: str, **given: Any) -> CaseEvent:
    """Record it as before: committed to the name itself."""
    given["facts"].pop("digest")
    given["told"]["name"] = "林小曼"
    return record(case, kind, **given)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"identity": "11010519491231002X"}, "identity"),
        ({"identity": ""}, "identity"),
        ({"name": APPLICANT.name}, "name"),
        ({"name": "。"}, "name"),
        ({"reason": "错了"}, "reason"),
    ],
)
def test_nobody_becomes_somebody_else(
    cast: Cast, typed: dict[str, str], field: str
) -> None:
    """R1.09: another paper, the same name or no reason is refused beside its field."""
    case = name(cast, of_nobody(cast))
    with pytest.raises(RuleBroken) as broken:
        correct(cast, case, cast.li, **typed)
    assert broken.value.field == field
    assert in_clear(case)["name"] == APPLICANT.name


def test_after_acceptance_a_supervisor_corrects_it_for_its_paper(cast: Cast) -> None:
    """R1.09: the slip bears the name; without a paper it stays as accepted."""
    known = name(cast, of_nobody(cast))
    unknown = name(cast, of_nobody(cast), identity="")
    correct(cast, unknown, cast.li, identity="")
    for case in (known, unknown):
        accepting.accept_case(case.pk, received=[1, 2], by=cast.li, at=now())
    with pytest.raises(RuleBroken, match="Only a supervisor"):
        correct(cast, known, cast.li)
    correct(cast, known, cast.chen)
    with pytest.raises(RuleBroken, match="stays as accepted"):
        correct(cast, unknown, cast.chen, name="林晓曼", identity="")
    assert verify_case(known.pk).findings == []
    assert verify_case(unknown.pk).findings == []
