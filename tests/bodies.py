"""What a form of ours carries when it is filled in well, for any person and case.

The stamps are made here and not taken from a page, so that a body can be sent by
somebody who was never shown the form (checks 25, 26 and 28).
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from lxml import html
from lxml.html import HtmlElement

from cases.forms.stamped import _signer
from cases.models import Case, Part, Referral
from tests.pictures import seal_picture
from tests.world import GOOD, WORDS, World
from windows.models import Clerk

REASON = "因工作需要调整"


def stamp(clerk: Clerk, case: int = 0) -> dict[str, str]:
    """The hidden fields of a form that this person was shown just now."""
    seen = Case.objects.filter(pk=case).values_list("head_seq", flat=True).first()
    key = _signer(clerk).sign(uuid.uuid4().hex)
    return {"form_key": key, "seen": "" if seen is None else str(seen)}


def config_stamp() -> dict[str, str]:
    """The same for a form of the configuration, with its reason."""
    return {"key": str(uuid.uuid4()), "reason": REASON}


def case_body(world: World, act: str, case: int, person: str) -> dict[str, Any]:
    """A whole form for `act` on a case, as `person` would send it."""
    clerk = world.people.get(person, world.people["other"])
    body = CASE_BODIES[act](world)
    if "offer" in body:
        offers = Referral.objects.filter(case_id=case).order_by("-pk")
        body["offer"] = offers.values_list("pk", flat=True).first() or 987654321
    return {**body, **stamp(clerk, case)}


def post_at(world: World, window: str, person: str) -> str:
    """A clerk at a window, as the lists of receivers send it."""
    return f"{world.windows[window].pk}-{world.people[person].pk}"


def _part_of(world: World, state: str) -> str:
    """A part of the joint case that the world has in such a state."""
    case = world.cases["objected" if state == "objected" else "joint"]
    return str(Part.objects.filter(case_id=case, state=state).values_list("pk")[0][0])


CASE_BODIES: dict[str, Any] = {
    "case_answer": lambda _: {"text": GOOD, "next_step": ""},
    "case_accept": lambda _: {"row": ["1", "2"], "all_here": "on"},
    "case_ask_once": lambda _: {
        "row": ["1", "2"],
        "received": ["1"],
        "listed": ["2"],
        "name-2": "户口簿",
        "how-2": "本人保管",
        "standard-2": "原件",
        "second_reason": "上次告知有误，需补正",
    },
    "case_hand_over": lambda world: {
        "to": post_at(world, "registry", "target"),
        "because": "own",
        "reason": "属户政窗口职责",
        "escort": "told",
    },
    "case_direct": lambda world: {
        "department": str(world.outside.pk),
        "bring": "身份证",
        "reason": "属供电公司职责",
    },
    "case_raise": lambda world: {
        "ground": "unclear",
        "question": "政策对此没有规定",
        "unit": str(world.police.pk),
    },
    "case_negative": lambda _: {
        "reason": "不符合第三条规定的条件要求",
        "basis": "《户口登记条例》第七条",
        "made_possible_by": "补齐监护证明材料即可登记",
        "other_way": "可以先向公证处申请公证",
        "remedies": "60日内复议，6个月内诉讼",
    },
    "case_item": lambda world: {"words": WORDS, "item": str(world.second_item.pk)},
    "case_applicant": lambda _: {
        "kind": "person",
        "name": "林小满",
        "identity_kind": "resident_id",
        "identity": "110101199003070978",
        "telephone": "13900001234",
    },
    "case_name": lambda _: {
        "name": "林小曼",
        "identity": "110101199003070978",
        "reason": "姓名录入有误",
    },
    "case_papers": lambda _: {"row": ["1", "2"], "all_here": "on"},
    "case_lapse": lambda _: {},
    "case_check_back": lambda _: {"got_through": "yes", "remark": "已办"},
    "case_reply": lambda _: {"reply": "可以办理，按第七条"},
    "case_stop": lambda _: {
        "ground": "hearing",
        "reason": "举行听证会",
        "limit_days": "10",
    },
    "case_resume": lambda _: {},
    "case_extend": lambda _: {
        "days": "10",
        "reason": "情况复杂需要核实",
        "head": "局长 周明",
    },
    "case_green": lambda world: {
        "ground": "disabled",
        "acceptor": str(world.people["holder"].pk),
        "chaser": str(world.people["supervisor"].pk),
    },
    "case_green_end": lambda _: {"reason": "当事人表示不再需要"},
    "case_chase": lambda _: {"how": "telephone"},
    "case_deliver": lambda _: {
        "method": "counter",
        "receiver": "applicant",
        "proof": "identity",
    },
    "case_post": lambda _: {
        "arrived": "yes",
        "proof": "tracked",
        "on": timezone.localdate().isoformat(),
        "remark": "",
    },
    "case_opinion": lambda world: {
        "part": _part_of(world, "running"),
        "opinion": "conditions",
        "remark": "须在开业前完成税务登记",
        "basis": "",
        "letter": "",
    },
    "case_silence": lambda world: {"part": _part_of(world, "running")},
    "case_objection": lambda world: {
        "part": _part_of(world, "objected"),
        "outcome": "up",
        "remark": "双方会商后未能达成一致意见",
        "decided": "",
    },
    "case_timetable": lambda world: {
        f"days_{_part_of(world, 'pending')}": "2",
        "reason": "需要现场核查两次",
    },
    "case_tell": lambda _: {
        "text": "经报分管负责人批准，本次不予登记，理由写在决定书里，"
        "补齐监护证明后即可再办。"
    },
    "case_withdrawn": lambda _: {"text": "申请人自愿撤回本次申请", "is_signed": "on"},
    "case_code": lambda _: {},
    "case_take_over": lambda _: {"offer": ""},
    "case_decline": lambda _: {"offer": "", "reason": "不属本窗口", "better": "up"},
    "case_take_back": lambda _: {"offer": ""},
    "case_decide": lambda _: {"decision": "approve", "reason": "情况属实，同意"},
    "case_substitute": lambda world: {
        "to": post_at(world, "tax", "other"),
        "reason": "原承办人请假",
    },
    "case_call_back": lambda _: {"outcome": "satisfied", "remark": "群众满意"},
    "case_reveal": lambda _: {"reason": "需要电话联系申请人"},
    "paper_again": lambda _: {"correction": "更正窗口电话"},
    "paper_print": lambda _: {"size": "a5", "lang": "zh", "how": "page"},
    "paper": lambda _: {},
    "paper_sign": lambda _: {"party": "applicant", "how": "paper", "copies": "2"},
    "paper_scan": lambda _: {"scan": SimpleUploadedFile("a.png", seal_picture())},
    "paper_open": lambda _: {},
    "case_wording": lambda _: {"text": GOOD},
    "case": lambda _: {},
}


def filled_in(page: bytes, address: str) -> dict[str, list[str]]:
    """What the form with a reason on a page would send untouched."""
    body: dict[str, list[str]] = {}
    for method, _action, fields in served_forms(page, address):
        names = {name for name, _value in fields}
        if method == "POST" and "key" in names:
            for name, value in fields:
                if name != "csrfmiddlewaretoken":
                    body.setdefault(name, []).append(value)
            return body
    return body


Fields = list[tuple[str, str]]


def served_forms(page: bytes, address: str) -> list[tuple[str, str, Fields]]:
    """Each form of a page: method, address, and what a browser would send untouched."""
    if not page.strip():
        return []
    root: HtmlElement = html.document_fromstring(page.decode())
    root.make_links_absolute(f"http://testserver{address}")
    found = []
    for form in root.forms:
        fields = [(str(name), str(value)) for name, value in form.form_values()]
        action = str(form.action or address).removeprefix("http://testserver")
        found.append((form.method.upper(), action.partition("#")[0], fields))
    return found
