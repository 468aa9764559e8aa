"""The WSGI application for gunicorn; it does not start on unfit settings."""

import os
import sys

from django.core import checks
from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hallsvc.settings")

application = get_wsgi_application()

if _found := [
    message
    for message in checks.run_checks(databases=["default"])
    if message.is_serious() and not message.is_silenced()
]:
    for _message in _found:
        sys.stderr.write(f"{_message}\n")
    sys.exit("The hall does not start on these settings.")
connections.close_all()
