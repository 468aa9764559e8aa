import pytest
from django.db import connection


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("n", range(10))
def test_x(n: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES ('a', 'b', now())")
        cursor.execute("select count(*) from cases_clock")
        assert cursor.fetchone() == (1,)
