"""Compose a territory from others, name it, date it, share it. No account is needed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from reciproque.kernel import ReciproqueError, Territory, UnknownTerritory
from reciproque.territories import dumps
from reciproque.vocabulary import say
from reciproque.web.registry import actions
from reciproque.web.registry.engine import registry, territory
from reciproque.web.registry.forms import CompositionForm
from reciproque.web.registry.models import Composition
from reciproque.web.shared.templatetags.reciproque import lang

MOST = 400


def _members(request: HttpRequest) -> list[Territory]:
    """The members in the address or the form, each once, unknown codes left out."""
    data = request.POST if request.method == "POST" else request.GET
    codes = [c for c in dict.fromkeys(data.getlist("membre")) if c != data.get("retirer")]
    return _known(request, codes[:MOST])


def _known(request: HttpRequest, codes: list[str]) -> list[Territory]:
    found = []
    for code in codes:
        try:
            found.append(registry().territory(code))
        except UnknownTerritory:
            messages.warning(request, _("Le code %s n’existe pas : il est laissé de côté.") % code)
    return found


def _page(
    request: HttpRequest, form: CompositionForm, members: list[Territory], **more: object
) -> HttpResponse:
    asked = (request.POST.get("q") or request.GET.get("q", "")).strip()[:80]
    codes = {m.code for m in members}
    hits = [t for t in registry().search(asked, 12) if t.code not in codes] if asked else []
    people = sum(m.population or 0 for m in members)
    context = {"form": form, "members": members, "q": asked, "found": hits, "people": people}
    return render(request, "registry/compose.html", {**context, "nav": "territories", **more})


def _keep(
    request: HttpRequest, form: CompositionForm, members: list[Territory], kept: Composition | None
) -> Composition | None:
    """The composition kept, or ``None`` with the form's errors filled."""
    if not members:
        form.add_error(None, _("Ajoutez au moins un membre : cherchez son nom ci-dessus."))
    if not form.is_valid():
        return None
    values = {k: v for k, v in form.cleaned_data.items() if k != "kind"}
    kind = form.cleaned_data["kind"] or "union"
    try:
        codes = [m.code for m in members]
        return actions.compose(registry(), members=codes, kind=kind, composition=kept, **values)
    except ReciproqueError as error:
        form.add_error(None, say(error, lang()))
        return None


def compose(request: HttpRequest) -> HttpResponse:
    """A new composition; the search and the members live in the address until it is kept."""
    members = _members(request)
    if request.method == "POST" and "garder" in request.POST:
        form = CompositionForm(request.POST)
        if kept := _keep(request, form, members, None):
            messages.success(
                request, _("Votre territoire est gardé. Conservez l’adresse de modification.")
            )
            return redirect(f"{kept.get_absolute_url()}?cle={kept.edit_key}")
        return _page(request, form, members)
    data = request.POST if request.method == "POST" else request.GET
    initial = {"name": data.get("name", ""), "shared": True, "kind": data.get("kind", "union")}
    initial |= {k: data.get(k, "") for k in ("valid_from", "valid_to")}
    return _page(request, CompositionForm(initial=initial), members)


def change(request: HttpRequest, code: str) -> HttpResponse:
    """Change a composition with the key that its author keeps."""
    kept = get_object_or_404(Composition, slug=code.removeprefix("u:"))
    key = request.POST.get("cle") or request.GET.get("cle", "")
    if not kept.may_edit(key):
        return render(request, "registry/no_key.html", {"t": territory(code)}, status=403)
    more = {"kept": kept, "key": key}
    if request.method == "POST" and "garder" in request.POST:
        form, members = CompositionForm(request.POST), _members(request)
        if _keep(request, form, members, kept):
            messages.success(request, _("Les changements sont gardés."))
            return redirect(f"{kept.get_absolute_url()}?cle={key}")
        return _page(request, form, members, **more)
    started = request.method == "POST" or "membre" in request.GET
    members = _members(request) if started else _known(request, kept.members)
    fields = ("name", "kind", "valid_from", "valid_to", "shared")
    initial = {name: getattr(kept, name) for name in fields}
    return _page(request, CompositionForm(initial=initial), members, **more)


def definition(request: HttpRequest, code: str) -> HttpResponse:
    """The definition as a TOML file, which the shell reads too."""
    kept = get_object_or_404(Composition, slug=code.removeprefix("u:"))
    response = HttpResponse(
        dumps(kept.definition()), content_type="application/toml; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{kept.slug}.toml"'
    return response
