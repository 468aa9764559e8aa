import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_application_logs_in_as_a_role_that_owns_nothing() -> None:
    """Check 63."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("hall_app",)
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = 'hall_app'::regrole"
        )
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_x() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES ('a', 'b', now())")
