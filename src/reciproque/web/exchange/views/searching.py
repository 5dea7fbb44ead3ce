"""Search, follow a search, take the list away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reciproque.vocabulary import label
from reciproque.web.exchange import actions, sheets
from reciproque.web.exchange.forms import SearchForm
from reciproque.web.exchange.maps import place_name, wishes_map
from reciproque.web.exchange.models import FollowedSearch, Proposal, Wish
from reciproque.web.exchange.search import search
from reciproque.web.exchange.views.common import page
from reciproque.web.shared.templatetags.reciproque import lang, quantity

A_PAGE = 30


def wishes(request: HttpRequest) -> HttpResponse:
    """What is sought and what is offered, filtered by the address of the page."""
    form = SearchForm(request.GET or None)
    hits = [] if form.errors else search(form.asked)
    shown = Paginator(hits, A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    waiting = 0
    if request.user.is_authenticated:
        waiting = Proposal.objects.told_to(request.user).filter(state="sent").count()
    return page(
        request, "list", form=form, hits=shown, total=len(hits), asked=form.asked,
        map=wishes_map(h.wish for h in hits), query=tidy(query), waiting=waiting,
    )  # fmt: skip


def tidy(query: QueryDict) -> str:
    """The query string without what was left empty, in one order: the same search is the same text."""
    kept = QueryDict(mutable=True)
    for name in sorted(query):
        if name in SearchForm.base_fields and (value := query[name].strip()):
            kept[name] = value
    return kept.urlencode()


def _wrong(query: str) -> bool:
    """Whether a filter cannot be read: what is left of such a search is not what was asked."""
    return bool(query and SearchForm(QueryDict(query)).errors)


def describe(query: str) -> str:
    """A search in words."""
    asked = SearchForm(QueryDict(query)).asked
    told = [str(asked["q"])] if asked.get("q") else []
    tables = {"c": "wish_sides", "quoi": "resources", "sujet": "themes", "qui": "actor_kinds"}
    told += [label(t, asked[n], lang()) for n, t in tables.items() if asked.get(n)]
    if there := asked.get("ou"):
        told.append(there.name + (f" ({asked['km']:g} km)" if asked.get("km") else ""))
    return ", ".join(told) or _("tout ce qui est publié")


@login_required
@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Follow this search, or stop."""
    if key := request.POST.get("arreter"):
        get_object_or_404(FollowedSearch, pk=key, person=request.user).delete()
        messages.success(request, _("Vous ne suivez plus cette recherche."))
        return redirect("my-wishes")
    query = tidy(QueryDict(request.POST.get("recherche", "")[:500]))
    if _wrong(query):
        return redirect(f"{reverse('wishes')}?{query}")
    actions.follow(request.user, query, describe(query))
    messages.success(
        request,
        _("Vous recevrez les nouveautés par courrier électronique, au plus une fois par jour."),
    )
    return redirect(f"{reverse('wishes')}?{query}")


def take(request: HttpRequest, kind: str) -> HttpResponse:
    """The list as a spreadsheet that the import reads back."""
    if _wrong(query := tidy(request.GET)):
        return redirect(f"{reverse('wishes')}?{query}")
    form = SearchForm(request.GET or None)
    data, mime = sheets.write([h.wish for h in search(form.asked)], kind)
    response = HttpResponse(data, content_type=mime)
    response["Content-Disposition"] = f'attachment; filename="echanges.{kind}"'
    return response


class NewWishes(Feed):
    """A search as a feed (Atom): new needs and offers, the latest first."""

    feed_type = Atom1Feed
    subtitle = ""

    def get_object(self, request: HttpRequest) -> str:
        if _wrong(query := tidy(request.GET)):
            raise Http404(query)
        return query

    def title(self, query: str) -> str:
        return _("Réciproque, échanges : %s") % describe(query)

    def link(self, query: str) -> str:
        return f"{reverse('wishes')}?{query}"

    def feed_url(self, query: str) -> str:
        return f"{reverse('wishes-feed')}?{query}"

    def items(self, query: str) -> list[Wish]:
        found = [h.wish for h in search(SearchForm(QueryDict(query)).asked)]
        return sorted(found, key=lambda w: w.created, reverse=True)[:50]

    def item_title(self, item: Any) -> str:
        return f"{label('wish_sides', item.side, lang())} : {item.title}"

    def item_description(self, item: Any) -> str:
        """What, how much, on what terms and where; then what its author wrote."""
        told = [label("resources", item.resource, lang()), quantity(item)]
        told += [label("terms", item.terms, lang()), place_name(item.territory)]
        return f"{', '.join(t for t in told if t)}. {item.text}".strip()

    def item_pubdate(self, item: Any) -> Any:
        return item.created

    def item_updateddate(self, item: Any) -> Any:
        return item.changed

    def item_author_name(self, item: Any) -> str:
        return item.actor.name
