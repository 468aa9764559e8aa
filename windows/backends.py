"""Who is signed in, with everything a page shows of the person, in one statement."""

from django.contrib.auth.backends import BaseBackend
from django.db.models import QuerySet
from django.http import HttpRequest

from windows.models import Clerk
from windows.roles import Role


class ClerkBackend(BaseBackend):
    """Staff number and password. Nobody signs in as the system's own row."""

    def authenticate(
        self, request: HttpRequest | None, **credentials: str
    ) -> Clerk | None:
        """Return the clerk if the password is right and the person is active.

        An unknown number costs the same time as a wrong password.
        """
        password = credentials.get("password", "")
        number = credentials.get("staff_number", "")
        clerk = self._clerks().filter(staff_number=number).first()
        if clerk is None or clerk.role == Role.SYSTEM:
            Clerk().set_password(password)
            return None
        is_right = clerk.check_password(password)
        return clerk if is_right and clerk.is_active else None

    def get_user(self, user_id: int) -> Clerk | None:
        """Return the person of a session; nobody once made inactive."""
        return self._clerks().filter(pk=user_id, is_active=True).first()

    @staticmethod
    def _clerks() -> QuerySet[Clerk]:
        return Clerk.objects.select_related("hall", "department", "seat__window")
