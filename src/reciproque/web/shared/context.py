"""What every page knows of the installation."""

from django.conf import settings
from django.http import HttpRequest


def installation(request: HttpRequest) -> dict[str, object]:
    """Whether messages stay on this machine."""
    return {"trial_mail": settings.TRIAL_MAIL}
