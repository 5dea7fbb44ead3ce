"""One's own account: who I am, for whom I act, take away, erase."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from reciproque.web.accounts import actions
from reciproque.web.accounts.forms import ActorForm, PersonForm


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Name, language, mandates."""
    form = PersonForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("C’est noté."))
        return redirect("account")
    mandates = request.user.mandates.select_related("actor")
    return render(request, "accounts/account.html", {"form": form, "mandates": mandates})


@login_required
def new_actor(request: HttpRequest) -> HttpResponse:
    """An organisation that one acts for."""
    form = ActorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor = actions.found_actor(by=request.user, **form.cleaned_data)
        messages.success(request, _("%s est enregistrée : vous agissez pour elle.") % actor.name)
        return redirect(
            (request.GET.get("suite") == "cooperation" and "new-cooperation") or "account"
        )
    return render(request, "accounts/actor.html", {"form": form})


@login_required
def export(request: HttpRequest) -> HttpResponse:
    """All that is kept about me, as a file."""
    response = HttpResponse(actions.export(request.user), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return response


@login_required
def erase(request: HttpRequest) -> HttpResponse:
    """Ask once, then forget."""
    if request.method == "POST":
        person = request.user
        logout(request)
        actions.erase(person)
        messages.success(request, _("Votre nom et votre adresse sont effacés."))
        return redirect("home")
    return render(request, "accounts/erase.html")


def mailbox(request: HttpRequest) -> HttpResponse:
    """On a trial installation without a mail server: the messages it would have sent."""
    local = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
    if not (settings.TRIAL_MAIL and local):
        raise Http404
    files = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.log"), reverse=True)[:10]
    letters = [path.read_text(encoding="utf-8", errors="replace") for path in files]
    return render(request, "accounts/mailbox.html", {"letters": letters})
