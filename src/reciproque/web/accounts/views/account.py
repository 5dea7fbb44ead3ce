"""One's own account: who I am, for whom I act, take away, erase."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from reciproque.web.accounts import actions
from reciproque.web.accounts.forms import ActorForm, PersonForm
from reciproque.web.accounts.models import Person
from reciproque.web.shared.written import written

NEXT = {"cooperation": "new-cooperation", "echanges": "wishes"}


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
        return redirect(NEXT.get(request.GET.get("suite", ""), "account"))
    return render(request, "accounts/actor.html", {"form": form})


@login_required
@require_POST
def tokens(request: HttpRequest) -> HttpResponse:
    """A new token for programs, shown once; or one taken back."""
    if taken := request.POST.get("retirer"):
        if taken.isdecimal():  # anything else is no key of ours
            request.user.api_tokens.filter(pk=taken[:18]).delete()
        messages.success(request, _("La clé ne s’ouvre plus."))
        return redirect("account")
    name = written(request, "nom", 60)
    if not name and request.POST.get("nom"):
        return redirect("account")
    secret = actions.new_token(request.user, name)
    return render(request, "accounts/token.html", {"secret": secret})


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


@csrf_exempt  # mail readers post here in one click, without a page (RFC 8058)
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """No more digests, from the link of the letter itself."""
    try:
        key = signing.loads(token, salt="digest")
    except signing.BadSignature as error:
        raise Http404 from error
    if request.method == "POST":
        Person.objects.filter(pk=key).update(digest=False)
    return render(request, "accounts/unsubscribe.html", {"done": request.method == "POST"})


def mailbox(request: HttpRequest) -> HttpResponse:
    """On a trial installation without a mail server: the messages it would have sent."""
    local = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
    if not (settings.TRIAL_MAIL and local):
        raise Http404
    files = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.log"), reverse=True)[:10]
    letters = [path.read_text(encoding="utf-8", errors="replace") for path in files]
    return render(request, "accounts/mailbox.html", {"letters": letters})
