"""Who may open and do what: the one table, to be read and to be tested (check 25).

Deny by default. Whoever a line does not name is refused: with the sign-in page (nobody,
and whoever is no longer active), with the page for a first password (newcomer), with
403 (another role), or, for an object that is not his to see, with the very 404 that an
unknown number gets. An address without a line here fails the tests.

Whoever works at the counter and sits nowhere is led to a seat first.

Outcomes: shown (200) · done (acted: 302, 200 or 204) · moved (led on, nothing done) ·
wrong (400 or 422, and nothing done) · rule (409: not now, not you) · 403 · 404 · 405.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

PEOPLE = {
    "nobody": "not signed in: the public",
    "gone": "signed in, then made inactive",
    "newcomer": "has a first password that must be changed; a clerk of the tax window",
    "holder": "a clerk who answers for the case",
    "mate": "a clerk, stand-in at the holder's window",
    "former": "a clerk of another window who was asked first and handed it over",
    "target": "a clerk to whom the case was offered",
    "standin": "a clerk, stand-in at the window to which it was offered",
    "other": "a clerk of another window, with no part in the case",
    "supervisor": "of this hall",
    "administrator": "of this hall",
    "auditor": "of this hall",
    "theirs": "a clerk of another hall",
    "their_supervisor": "of another hall",
    "their_administrator": "of another hall",
    "their_auditor": "of another hall",
}

CLERKS = {"holder", "mate", "former", "target", "standin", "other", "theirs"}
SUPERVISORS = {"supervisor", "their_supervisor"}
ADMINISTRATORS = {"administrator", "their_administrator"}
AUDITORS = {"auditor", "their_auditor"}
GROUPS = {
    "everybody": set(PEOPLE),
    "signed-in": set(PEOPLE) - {"nobody", "gone", "newcomer"},
    "counter": CLERKS | SUPERVISORS,
    "seated": CLERKS,
    "supervisors": SUPERVISORS,
    "readers": SUPERVISORS | AUDITORS,
    "administrators": ADMINISTRATORS,
    "auditors": AUDITORS,
    "configuration": ADMINISTRATORS | AUDITORS,
}

# --- pages without a case -----------------------------------------------------------

# What stands after "of": the object in the address. A `hall` object of another hall is
# 404 for everybody whom the line names; a `city` object is shared by all halls.
PAGES = """
# address                      GET                    POST                    of

# Doors
healthz                        everybody:shown        everybody:405           -
set_language                   everybody:405          everybody:done          -
progress                       everybody:shown        everybody:wrong         -
genuine                        everybody:shown        everybody:wrong         -
clear_sheets                   everybody:shown        everybody:wrong         -
clear_sheet                    everybody:shown        everybody:405           item,city
calculator                     everybody:shown        everybody:wrong         -
login                          everybody:shown        everybody:wrong         -
logout                         signed-in:405          signed-in:done          -
unlock                         signed-in:405          signed-in:403           -
alive                          signed-in:405          signed-in:done          -
password                       signed-in:shown        signed-in:wrong         -
home                           signed-in:moved        signed-in:405           -
sit                            counter:shown          counter:wrong           -
locks                          supervisors:shown      supervisors:405         -
lift_lock                      supervisors:405        supervisors:done        clerk,hall

# The counter
desk                           counter:shown          counter:405             -
desk_poll                      counter:shown          counter:405             -
desk_window                    counter:405            counter:done            -
find_case                      counter:moved          counter:405             -
new_case                       seated:shown           seated:wrong            -
lookup                         counter:405            counter:shown           -

# The ledger: supervisors and auditors, of their own hall alone
ledger                         readers:shown          readers:405             -
ledger_search                  readers:405            readers:done            -
ledger_export                  readers:shown          readers:done            -

# The configuration: administrators change, auditors read
windows:overview               configuration:shown    signed-in:405           -
windows:hall                   configuration:shown    signed-in:405           -
windows:hall_edit              administrators:shown   administrators:done     -
windows:departments            configuration:shown    signed-in:405           -
windows:department             configuration:shown    signed-in:405           city
windows:department_add         administrators:shown   administrators:wrong    -
windows:department_edit        administrators:shown   administrators:done     city
windows:windows                configuration:shown    signed-in:405           -
windows:window                 configuration:shown    signed-in:405           hall
windows:window_add             administrators:shown   administrators:wrong    -
windows:window_edit            administrators:shown   administrators:done     hall
windows:window_close           administrators:shown   administrators:done     hall
windows:clerks                 configuration:shown    signed-in:405           -
windows:clerk                  configuration:shown    signed-in:405           hall
windows:clerk_add              administrators:shown   administrators:wrong    -
windows:clerk_edit             administrators:shown   administrators:done     hall
windows:clerk_leave            administrators:shown   administrators:done     hall
windows:clerk_return           administrators:shown   administrators:done     hall
windows:clerk_password         administrators:shown   administrators:done     hall
windows:clerk_sessions         administrators:shown   administrators:done     hall
windows:clerk_photo            configuration:shown    signed-in:405           hall
windows:clerk_photo_edit       administrators:shown   administrators:done     hall
windows:postings               configuration:shown    signed-in:405           -
windows:posting                configuration:shown    signed-in:405           hall
windows:posting_add            administrators:shown   administrators:wrong    -
windows:posting_edit           administrators:shown   administrators:done     hall
windows:absence                configuration:shown    signed-in:405           hall
windows:absence_add            administrators:shown   administrators:wrong    -
windows:absence_edit           administrators:shown   administrators:done     hall
windows:absence_delete         administrators:shown   administrators:done     hall
windows:items                  configuration:shown    signed-in:405           -
windows:item                   configuration:shown    signed-in:405           city
windows:item_add               administrators:shown   administrators:wrong    -
windows:item_edit              administrators:shown   administrators:done     city
windows:bundle                 administrators:shown   administrators:done     item,city
windows:misses                 configuration:shown    signed-in:405           -
windows:miss_settle            signed-in:405          administrators:done     miss,hall
windows:miss_alias             administrators:shown   administrators:wrong    miss,hall
windows:matrix                 configuration:shown    signed-in:405           -
windows:matrix_reason          signed-in:405          administrators:done     -
windows:matrix_cell            configuration:shown    administrators:done     cell
windows:matrix_cell_fragment   administrators:shown   administrators:done     cell
windows:thesaurus              configuration:shown    signed-in:405           -
windows:thesaurus_add          administrators:shown   administrators:wrong    -
windows:thesaurus_entry        configuration:shown    signed-in:405           city
windows:thesaurus_edit         administrators:shown   administrators:done     city
windows:thesaurus_delete       administrators:shown   administrators:done     city
windows:calendar               configuration:shown    signed-in:405           -
windows:closure_day            configuration:shown    signed-in:405           city
windows:closure_day_add        administrators:shown   administrators:wrong    -
windows:closure_day_edit       administrators:shown   administrators:done     city
windows:closure_day_delete     administrators:shown   administrators:done     city
calendar_upload                administrators:shown   administrators:wrong    -
calendar_load                  signed-in:405          administrators:moved    -
calendar_dates                 configuration:shown    administrators:done     -
paper_texts                    configuration:shown    signed-in:405           -
paper_text                     configuration:shown    signed-in:405           city
paper_text_edit                administrators:shown   administrators:done     city
paper_seal_edit                administrators:shown   administrators:wrong    -
paper_seal                     signed-in:shown        signed-in:405           seal,hall
windows:coverage               configuration:shown    signed-in:405           -
windows:imports                configuration:shown    signed-in:405           -
windows:import_new             administrators:shown   administrators:wrong    -
windows:import_run             configuration:shown    signed-in:405           hall
windows:import_progress        configuration:shown    signed-in:405           hall
windows:import_confirm         signed-in:405          administrators:wrong    hall
windows:import_again           signed-in:405          administrators:moved    hall
windows:import_drop            signed-in:405          administrators:done     hall
windows:history                configuration:shown    signed-in:405           clerk,hall
"""

NEWCOMERS = {"password", "logout", "unlock"}
"""Where somebody with a first password is let in before it is changed."""

# --- a case -------------------------------------------------------------------------

SEES = {
    "asked": {"holder", "mate", "former", "supervisor", "auditor"},
    "unnamed": {"holder", "mate", "former", "supervisor", "auditor"},
    "offered": {"holder", "mate", "former", "supervisor", "auditor"}
    | {"target", "standin"},
    "accepted": {"holder", "mate", "former", "supervisor", "auditor"},
    "stopped": {"holder", "mate", "former", "supervisor", "auditor"},
    "waiting": {"holder", "mate", "former", "supervisor", "auditor"},
    "directed": {"holder", "mate", "former", "supervisor", "auditor"},
    "raised": {"holder", "mate", "former", "supervisor", "auditor"},
    "filed": {"holder", "mate", "former", "supervisor", "auditor"},
    "approved": {"holder", "mate", "former", "supervisor", "auditor"},
    "answered": {"holder", "mate", "former", "supervisor", "auditor"},
    "granted": {"holder", "mate", "former", "supervisor", "auditor"},
    "posted": {"holder", "mate", "former", "supervisor", "auditor"},
    "closed": {"holder", "mate", "former", "supervisor", "auditor"},
    "silent": {"holder", "mate", "former", "supervisor", "auditor"},
    "missed": {"holder", "mate", "former", "supervisor", "auditor"},
    "brought": {"holder", "mate", "former", "supervisor", "auditor"},
    "joint": {"holder", "mate", "former", "supervisor", "auditor", "other"},
    "objected": {"holder", "mate", "former", "supervisor", "auditor", "other"},
    "elsewhere": set(),
    "unknown": set(),
}
"""Who may open a case, by where it stands (cases/access.py).

An unnamed case is a directed one of which nobody said who applies. What was granted
is to be delivered, and what was posted is on its way. Silence about its
papers has accepted the silent one; of those that wait for papers, one missed its day
and to one, in the green channel, something was brought; the supervisor chases it.
A case elsewhere is a case of another hall; for the people of that hall, the cases of
this one are elsewhere.
"""

# Who may do what with a case that he sees, and in which states. Everybody else who sees
# it meets the rule's sentence (* is everybody at the counter who sees it); who does not
# see it, 404; administrators and auditors,
# who have no part at the counter, 403.
ACTS = """
case_answer       holder        asked accepted waiting missed brought
case_accept       holder        asked waiting silent missed brought
case_ask_once     holder        asked
case_ask_once     supervisor    brought
case_hand_over    holder        asked accepted waiting directed unnamed raised
case_hand_over    holder        stopped silent missed brought joint objected
case_hand_over    supervisor    asked accepted waiting directed unnamed raised
case_hand_over    supervisor    stopped silent missed brought joint objected
case_direct       holder        asked
case_raise        holder        asked accepted waiting silent missed brought
case_raise        holder        joint objected
case_negative     holder        asked accepted waiting missed brought
case_item         holder        asked
case_applicant    holder        unnamed
case_papers       holder        asked offered waiting silent missed brought
case_papers       holder        directed raised filed approved
case_name         holder        asked offered waiting directed raised filed approved
case_name         holder        answered missed brought
case_name         supervisor    accepted stopped granted posted silent
case_lapse        holder        missed
case_check_back   holder        directed unnamed
case_reply        holder        raised
case_reply        supervisor    raised
case_stop         holder        accepted joint objected
case_opinion      other         joint
case_silence      holder        joint
case_objection    holder        objected
case_timetable    holder        joint
case_resume       holder        stopped
case_extend       supervisor    accepted stopped joint objected
case_tell         holder        approved
case_withdrawn    holder        asked accepted waiting directed raised filed approved
case_withdrawn    holder        unnamed stopped silent missed brought
case_withdrawn    holder        offered joint objected
case_code         holder        asked offered accepted waiting directed raised filed
case_code         holder        unnamed stopped silent missed brought
case_code         holder        approved answered granted posted
case_deliver      holder        granted
case_post         holder        posted
case_code         holder        joint objected
case_take_over    target        offered
case_take_over    standin       offered
case_decline      target        offered
case_decline      standin       offered
case_take_back    holder        offered
case_take_back    supervisor    offered
case_decide       supervisor    filed
case_substitute   supervisor    asked offered accepted waiting directed unnamed raised
case_substitute   supervisor    filed approved answered stopped
case_substitute   supervisor    silent missed brought granted posted
case_substitute   supervisor    joint objected
case_call_back    supervisor    answered
paper_again       holder        asked offered accepted waiting directed raised filed
paper_again       holder        unnamed approved answered stopped granted posted
paper_again       supervisor    asked offered accepted waiting directed raised filed
paper_again       supervisor    unnamed approved answered closed stopped
case_green        holder        asked offered accepted waiting directed raised filed
case_green        holder        unnamed approved stopped silent missed
case_green        supervisor    asked offered accepted waiting directed raised filed
case_green        supervisor    unnamed approved stopped silent missed
case_green_end    holder        brought
case_green_end    supervisor    brought
case_chase        supervisor    brought
paper_again       supervisor    granted posted
paper_sign        holder        accepted waiting stopped silent missed brought
paper_sign        holder        granted posted
paper_sign        supervisor    accepted waiting stopped silent missed brought
paper_sign        supervisor    granted posted
paper_scan        holder        accepted waiting stopped silent missed brought
paper_scan        holder        granted posted
paper_scan        supervisor    accepted waiting stopped silent missed brought
paper_scan        supervisor    granted posted
case_reveal       *             asked offered accepted waiting directed raised filed
case_reveal       *             approved answered closed stopped silent missed brought
case_reveal       *             granted posted
case_reveal       *             joint objected
"""

READ_A_CASE = {
    "case": ("shown", "405"),
    "paper": ("shown", "405"),
    "case_wording": ("405", "shown"),
    "paper_print": ("405", "shown"),
    "paper_open": ("405", "shown"),
}
"""The page of a case and of a paper (auditors too), the wording check while typing, and
a paper printed, or the signatures on it opened, by whoever works at the counter and
sees the case."""

POSTED_ONLY = {"paper_again", "paper_sign", "paper_scan"}
"""Acts whose form stands on the page of the paper."""


@dataclass(frozen=True)
class Page:
    """One line of PAGES."""

    name: str
    get: dict[str, str]
    post: dict[str, str]
    of: str

    @property
    def is_of_a_hall(self) -> bool:
        """Whether another hall's object is 404."""
        return "hall" in self.of or self.of == "cell"

    def outcome(self, person: str, method: str) -> str:
        """What this person gets, for an object of the own hall."""
        named = self.get if method == "GET" else self.post
        for group, outcome in named.items():
            if person in GROUPS[group]:
                return outcome
        if "seated" in named and person in GROUPS["counter"]:
            return "moved"
        if person in {"nobody", "gone"}:
            return "sign in"
        if person == "newcomer":
            return first_password(self, method)
        return "403"


def first_password(page: Page, method: str) -> str:
    """What somebody gets whose first password must be changed."""
    if page.name in NEWCOMERS:
        return (page.get if method == "GET" else page.post)["signed-in"]
    return "first password"


def _cell(text: str) -> dict[str, str]:
    group, outcome = text.split(":")
    return {group: outcome}


def pages() -> dict[str, Page]:
    """PAGES, read."""
    lines = (line.split() for line in PAGES.splitlines())
    return {
        line[0]: Page(line[0], _cell(line[1]), _cell(line[2]), line[3])
        for line in lines
        if line and line[0] != "#"
    }


def may(act: str) -> dict[str, set[str]]:
    """By state, who may do `act`."""
    found: dict[str, set[str]] = {state: set() for state in SEES}
    for line in ACTS.strip().splitlines():
        name, who, *states = line.split()
        if name != act:
            continue
        for state in SEES if states == ["*"] else states:
            found[state] |= SEES[state] - AUDITORS if who == "*" else {who}
    return found


def acts() -> list[str]:
    """Every act of ACTS, once."""
    names = [line.split()[0] for line in ACTS.strip().splitlines()]
    return list(dict.fromkeys(names))


def case_cells(act: str) -> Iterator[tuple[str, str, str, str]]:
    """State, person, method, outcome: every cell of an address below a case."""
    allowed = may(act)
    for state, sees in SEES.items():
        for person in PEOPLE:
            if state == "elsewhere" and person.startswith("their"):
                continue
            for number, method in enumerate(("GET", "POST")):
                if person in {"nobody", "gone"}:
                    outcome = "sign in"
                elif person == "newcomer":
                    outcome = "first password"
                elif person in ADMINISTRATORS or (
                    person in AUDITORS and act not in {"case", "paper"}
                ):
                    outcome = "403"
                elif (act in READ_A_CASE and READ_A_CASE[act][number] == "405") or (
                    act in POSTED_ONLY and method == "GET"
                ):
                    outcome = "405"
                elif person not in sees:
                    outcome = "404"
                elif act in READ_A_CASE:
                    outcome = READ_A_CASE[act][number]
                elif person in allowed[state]:
                    outcome = "shown" if method == "GET" else "done"
                else:
                    outcome = "rule"
                yield state, person, method, outcome
