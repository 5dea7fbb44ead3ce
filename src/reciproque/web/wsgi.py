"""What a WSGI server runs."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

from reciproque.partners import warm
from reciproque.web.shared.first_page import first_page

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reciproque.web.settings")
application = get_wsgi_application()
warm()
Thread(target=first_page, args=(application,), daemon=True).start()
