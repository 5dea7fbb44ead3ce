"""What a WSGI server runs."""

import os

from django.core.wsgi import get_wsgi_application

from reciproque.partners import warm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reciproque.web.settings")
application = get_wsgi_application()
warm()
