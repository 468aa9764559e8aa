"""The slip with the look-up code: shown once, on a page of its own case alone."""

import base64
from dataclasses import dataclass

from django.http import HttpRequest

from cases import vault

from .squares import Square, public_address, square_of

_LEFT = "codes"
"""Where the session keeps codes that were not shown yet, sealed, by case number."""

_SHOWN = "code"
"""Where it keeps the one on the screen, sealed, after its case number."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip with the look-up code, and where it is typed in."""

    code: str
    address: str
    square: Square


def slip_of(request: HttpRequest, code: str) -> Slip | None:
    """Return the slip to be printed, if there is a code to be shown."""
    if not code:
        return None
    address = public_address(request, "progress")
    return Slip(code, address.partition("://")[2], square_of(address))


def leave_code(request: HttpRequest, number: int, code: str) -> None:
    """Leave the code of a new case for its page, to which the answer leads on.

    Sealed, so that nobody reads it in the table of sessions, and bound to its case:
    another page that loads first neither shows it nor takes it away.
    """
    row = _row(number)
    key = vault.new_data_key(row)
    pair = (key, vault.seal(key, row, "code", code))
    left = request.session.get(_LEFT, {})
    sealed = [base64.b64encode(part).decode() for part in pair]
    request.session[_LEFT] = left | {str(number): sealed}


def take_code(request: HttpRequest, number: int) -> str:
    """Return the code that was left for the page of this case, once.

    It stays when a form of that page comes back with a mistake; the next page that is
    loaded is without it.
    """
    session = request.session
    left = dict(session.get(_LEFT, {}))
    shown, sealed = session.pop(_SHOWN, None), left.pop(str(number), None)
    if sealed is not None:
        session[_LEFT] = left
    elif request.method == "POST" and shown and shown[0] == number:
        sealed = shown[1]
    if sealed is None:
        return ""
    session[_SHOWN] = [number, sealed]
    key, text = (base64.b64decode(part) for part in sealed)
    return vault.open_(key, _row(number), "code", text)


def _row(number: int) -> str:
    return f"sessions.code:{number}"
