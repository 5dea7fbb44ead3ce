"""Documents of a cooperation as PDF: dossier, version, convocation, attendance sheet."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reciproque.vocabulary import label
from reciproque.web.cooperations.lanes import Lane
from reciproque.web.cooperations.models import (
    Commitment,
    Cooperation,
    Decision,
    Expectation,
    Meeting,
    Review,
    Signature,
    Version,
)
from reciproque.web.cooperations.overview import Overview
from reciproque.web.cooperations.texts import blocks, side_by_side
from reciproque.web.registry.typesetting import Dossier, Picture, Section, compile_dossier
from reciproque.web.shared.french import from_whom, unbroken
from reciproque.web.shared.templatetags.reciproque import day, lang, percent

ROOM = "\u00a0\n\u00a0"  # two empty lines to write in
MOST_PICTURES = 6  # ribbons on a page


def parties_of(cooperation: Cooperation) -> str:
    return ", ".join(str(p) for p in cooperation.present())


def balance_rows(seen: Overview) -> list[list[str]]:
    """Giver, receiver, resource, promised, due by now, done, to be confirmed."""
    return [
        [x.giver, x.receiver, x.resource, x.promised or "–", x.due, x.given, x.unconfirmed or "–"]
        for x in seen.lanes
    ]


def balance_columns() -> list[str]:
    return [
        _("Donne"), _("Reçoit"), _("Ressource"), _("promis"), _("attendu à ce jour"), _("tenu"),
        _("à confirmer"),
    ]  # fmt: skip


def left_out(seen: Overview) -> list[str]:
    """Who is forgotten, in words."""
    return [t.text for t in seen.told if t.rule in ("forgotten", "unanswered")]


def decisions_to_take(seen: Overview) -> list[str]:
    """What the committee may decide: what the signals call for, without saying it twice."""
    return list(dict.fromkeys(t.todo for t in seen.awake))


def _picture(lane: Lane) -> Picture:
    who = _("%(r)s, %(g)s à %(to)s") % {
        "r": lane.resource, "g": from_whom(lane.giver), "to": lane.receiver
    }  # fmt: skip
    told = f"{who}. {_('Tenu : %s') % lane.given}"
    told += f" ; {_('promis : %s') % lane.promised}" if lane.promised else ""
    told = unbroken(told)
    return Picture(str(lane.picture), told, told, 50)


def _drawn(seen: Overview) -> str:
    """How many ribbons are not drawn, where there are more than a page can show."""
    more = len(seen.lanes) - MOST_PICTURES
    said = ngettext(
        "%(n)s autre ruban n’est pas dessiné : ses chiffres sont dans le tableau.",
        "%(n)s autres rubans ne sont pas dessinés : leurs chiffres sont dans le tableau.", max(more, 1),
    )  # fmt: skip
    return said % {"n": more} if more > 0 else ""


def steering_head(seen: Overview) -> str:
    """Parties, stage, and whether the figures are assumed: under the title of each format."""
    c = seen.cooperation
    mark = " · " + _("hypothèse : quantités et dates") if c.assumed or c.fictional else ""
    return f"{parties_of(c)} · {_('étape :')} {label('stages', c.stage, lang())}{mark}"


def steering_sections(seen: Overview) -> list[Section]:
    """Balance, promised and not done, left out, signals, next dates, decisions to take."""
    dates = [
        [day(d.day), d.title, d.detail if d.detail.lower() != d.title.lower() else "–"]
        for d in seen.dates[:10]
    ]
    undone = [[x.resource, x.giver, x.given, x.due] for x in seen.undone]
    returned = " · ".join(f"{r} {percent(s)}" for r, s in seen.returned)
    return [
        Section(
            _("L’équilibre"), _drawn(seen) if seen.lanes else _("Rien n’est encore promis."), [_picture(x) for x in seen.lanes[:MOST_PICTURES]],
            balance_columns(), [2, 2, 2, 1.6, 1.6, 1.6, 1.6], [3, 4, 5, 6], balance_rows(seen),
            source=_("Part de chaque ressource qui revient : %s.") % returned if returned else "",
        ),
        Section(
            _("Promis, pas encore fait"), "" if undone else _("Tout ce qui était attendu à ce jour est tenu."),
            columns=[_("Engagement"), _("Par"), _("tenu"), _("attendu à ce jour")],
            widths=[2, 2, 1, 1], right=[2, 3], rows=undone,
        ),
        Section(_("Qui est oublié"), "" if left_out(seen) else _("Personne."), bullets=left_out(seen)),
        Section(
            _("Signaux : ce qui tarde, qui manque"), "" if seen.awake else _("Rien ne demande attention."),
            bullets=[unbroken(f"{t.title}. {t.text}") for t in seen.awake],
        ),
        Section(
            _("À décider"), "" if seen.awake else _("Aucune décision n’est appelée par les signaux."),
            columns=[_("Décision"), _("accord"), _("réserve"), _("objection")], widths=[5, 1, 1, 1],
            rows=[[d, "☐", "☐", "☐"] for d in decisions_to_take(seen)],
        ),
        Section(
            _("Prochaines dates"), "" if dates else _("Aucune date en vue."),
            columns=[_("Jour"), _("Quoi"), _("Précision")] if dates else [], widths=[1, 2, 1] if dates else [], rows=dates,
        ),
    ]  # fmt: skip


def steering_pdf(seen: Overview) -> bytes:
    """The committee's document, PDF/A-3a and PDF/UA-1."""
    c = seen.cooperation
    return compile_dossier(
        Dossier(
            c.name, steering_head(seen), seen.lead(), lang(),
            _("Dossier établi le %s à partir de ce que les parties ont noté")
            % day(timezone.localdate()),
            steering_sections(seen),
        )
    )  # fmt: skip


def _version_sections(version: Version) -> list[Section]:
    if version.second_text:
        names = [
            label("languages", lang(), lang()),
            label("languages", version.second_language, lang()),
        ]
        rows = side_by_side(version.text, version.second_text)
        return [Section(_("Le texte"), columns=names, widths=[1, 1], rows=rows, titled=True)]
    return [
        Section(
            # the name already stands at the head of the page
            _("La forme") if title[0] == version.cooperation.name else title[0],
            "\n\n".join(title[1:]),
            bullets=bullets,
        )
        for level, title, bullets in blocks(version.text)
        if level != 1 or len(title) > 1
    ]


def signature_columns() -> list[str]:
    return [_("Partie"), _("Nom et fonction"), _("Le"), _("Remarque")]


def signed_as(signature: Signature) -> list[str]:
    """Party, who, when, and whether a signature came after its decision was transmitted."""
    named = signature.name.strip("– ")  # an example names no one
    return [
        str(signature.party), ", ".join(filter(None, (named, signature.function))), day(signature.day),
        _("Irrégulière : signée avant la transmission de la délibération.") if signature.irregular else "–",
    ]  # fmt: skip


def version_pdf(version: Version) -> bytes:
    """A version of the agreement as PDF, in one language or two side by side."""
    sections = _version_sections(version)
    signatures = [
        signed_as(s) for s in version.signatures.select_related("party__actor", "decision")
    ]
    if signatures:
        sections.append(
            Section(
                _("Signatures"), columns=signature_columns(), widths=[2, 2, 1, 1],
                rows=signatures,
                source=_("Empreinte du texte : %s. Elle prouve son intégrité ; ce n’est pas une signature électronique.") % version.hash,
            )
        )  # fmt: skip
    return compile_dossier(
        Dossier(
            version.cooperation.name,
            _("Version %(n)s, %(d)s") % {"n": version.number, "d": day(timezone.localtime(version.created))},
            capfirst(label("forms", version.form, lang())), lang(), _("Version %s") % version.number, sections,
        )
    )  # fmt: skip


def _about(meeting: Meeting) -> str:
    hour = meeting.hour.strftime(" %H:%M") if meeting.hour else ""
    place = f", {meeting.place}" if meeting.place else ""
    return f"{date_format(meeting.day, 'l j F Y')}{hour}{place}"


def convocation(meeting: Meeting, parties: Sequence[object]) -> bytes:
    """The letter that calls the parties to a meeting."""
    agenda = meeting.agenda.splitlines() or [_("Ordre du jour à venir")]
    sections = [
        Section(_("Ordre du jour"), bullets=agenda),
        Section(_("Sont invités"), bullets=[str(p) for p in parties]),
    ]
    lead = _("%(who)s vous convie.") % {"who": meeting.lead} if meeting.lead else ""
    return compile_dossier(
        Dossier(meeting.title, _about(meeting), lead, lang(), meeting.cooperation.name, sections)
    )


def minutes(meeting: Meeting, decisions: Sequence[Decision]) -> bytes:
    """Who came and what was decided: the list of decisions of a meeting."""
    came = [str(a.party) for a in meeting.attendances.select_related("party__actor") if a.came]
    rows = [
        [d.title, label("decision_ways", d.way, lang()), votes_of(d),
         " ".join(filter(None, (d.objections, d.proxies, d.withdrew)))]
        for d in decisions
    ]  # fmt: skip
    sections = [
        Section(_("Présences"), "" if came else _("Aucune présence notée."), bullets=came),
        Section(
            _("Ordre du jour"), "" if meeting.agenda else _("Aucun ordre du jour noté."),
            bullets=meeting.agenda.splitlines(),
        ),
        Section(
            _("Décisions"), "" if rows else _("Aucune décision notée."),
            columns=[_("Décision"), _("Comment"), _("Pour / contre / abstentions"),
                     _("Objections, pouvoirs, retraits")] if rows else [],
            widths=[3, 1, 1, 2] if rows else [], rows=rows,
        ),
    ]  # fmt: skip
    return compile_dossier(
        Dossier(meeting.title, _about(meeting), "", lang(), meeting.cooperation.name, sections)
    )


def votes_of(decision: Decision) -> str:
    if decision.votes_for is None:
        return "–"
    return f"{decision.votes_for} / {decision.votes_against or 0} / {decision.abstentions or 0}"


def review_sheet(
    review: Review, expectations: Sequence[Expectation], commitments: Sequence[Commitment]
) -> bytes:
    """Line by line what each party said of it, with room for what the meeting decides."""
    said = review.ratings.by_thing()

    def row(key: object, name: str) -> list[str]:
        words = [
            f"{r.party} : {label('ratings', r.value, lang())}"
            + (f" ({r.change})" if r.change else "")
            for r in said.get(key, [])
        ]
        return [name, "\n".join(words) or "–", ""]

    wanted = [
        row(e.pk, f"{e.party} {label('expectation_kinds', e.kind, lang())} : {e.text}")
        for e in expectations
    ]
    promised = [row(m.pk, m.title) for m in commitments]
    columns = [_("Quoi"), _("Ce qu’en disent les parties"), _("Ce que nous décidons")]
    sections = [
        Section(title, columns=columns, widths=[2, 3, 2], rows=rows)
        for title, rows in ((_("Les attentes"), wanted), (_("Les engagements"), promised))
        if rows
    ]
    lead = _("Réexamen ouvert le %s.") % day(review.opened)
    c = review.cooperation
    return compile_dossier(Dossier(_("Le réexamen"), c.name, lead, lang(), c.name, sections))


def attendance_sheet(meeting: Meeting, blank: bool = False) -> bytes:
    """The sheet that goes round the table: blank, or filled where presences are noted."""
    noted = [] if blank else meeting.attendances.all()
    came = {a.party_id: a.came for a in noted}
    rows = [
        [str(p), ROOM, _("présente") if came.get(p.pk) else ""]
        for p in meeting.cooperation.present(meeting.day)
    ]
    rows += [["", ROOM, ""] for _line in range(6)]
    section = Section(
        _("Feuille de présence"), columns=[_("Partie"), _("Nom"), _("Signature")], widths=[2, 2, 2],
        rows=rows, boxes=[0, 1, 2],
    )  # fmt: skip
    return compile_dossier(
        Dossier(meeting.title, _about(meeting), "", lang(), meeting.cooperation.name, [section])
    )
