"""What the settings see in a test; loaded by `-p` before Django reads them."""

import os

# The tests never touch a real database, whatever the shell says.
for _name in [name for name in os.environ if name.startswith("DATABASE_")]:
    del os.environ[_name]
os.environ |= {
    "HALL_EMBEDDED": "1",
    "HALL_PROCESS": "web",  # with the limits of a page,
    "HALL_POOL": "0",  # but without a pool
    "HALL_HTTPS": "0",
    "HALL_DEBUG": "0",
    "HALL_LOG_LEVEL": os.environ.get("HALL_LOG_LEVEL", "WARNING"),
    # Live servers of browser tests use the database from their own thread.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}
for _name in ("HALL_ALLOWED_HOSTS", "HALL_TRUST_PROXY", "HALL_TRUSTED_ORIGINS"):
    os.environ.pop(_name, None)
