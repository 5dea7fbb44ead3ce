"""``check``: a cooperation described as data: is it valid, fair, and alive?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reciproque.cli._common import LANG, Json, Lang, _, plain_errors, show_json, show_table, stop
from reciproque.vocabulary import label, say

if TYPE_CHECKING:
    from reciproque.reciprocity import Balance, Case

app = typer.Typer()


def _line_json(found: Balance) -> list[dict[str, Any]]:
    from dataclasses import asdict

    from reciproque.reciprocity import unit_of

    return [{**asdict(line), "unit": unit_of(line.resource)} for line in found.lines]


def _answer(case: Case, day: date) -> dict[str, Any]:
    from reciproque.reciprocity import (
        balance,
        explain_signal,
        facts_of,
        forms,
        signals,
        todo_of_signal,
    )

    what = case.cooperation
    names = {actor.key: actor.name for actor in what.actors}
    found = balance(what.commitments, what.records, day)
    return {
        "name": what.name,
        "day": day.isoformat(),
        "parties": [names[p.actor] for p in what.parties],
        "form": [
            {"form": p.form, "rule": p.rule, "why": say(p.reason, LANG), "basis": p.reason.source}
            for p in forms(facts_of(what, day))
        ],
        "balance": _line_json(found),
        "returned": {r: found.returned(r) for r in found.resources},
        "overall": found.overall(what.equivalences),
        "dominant": [names[p.dominant] for p in found.pairs() if p.dominant],
        "signals": [
            {
                "rule": s.rule,
                "party": names.get(s.party, s.party),
                "text": explain_signal(s, names, LANG),
                "todo": todo_of_signal(s, names, LANG),
                "figures": dict(s.figures),
            }
            for s in signals(what, day)
        ],
    }


def _unmet(case: Case, answer: dict[str, Any]) -> list[str]:
    """The outcomes that the file expects and that are not there."""
    expected, missed = case.expected, []
    if "form" in expected and expected["form"] != answer["form"][0]["form"]:
        missed.append(f"form: {expected['form']} / {answer['form'][0]['form']}")
    fired = sorted({s["rule"] for s in answer["signals"]})
    if "signals" in expected and sorted(expected["signals"]) != fired:
        missed.append(f"signals: {', '.join(expected['signals'])} / {', '.join(fired)}")
    for resource, share in dict(expected.get("returned", {})).items():
        found = answer["returned"].get(resource)
        if found is None or abs(found - share) > 0.001:
            missed.append(f"returned.{resource}: {share} / {found}")
    return missed


def _show(case: Case, answer: dict[str, Any]) -> None:
    from reciproque.reciprocity import say_quantity

    names = {actor.key: actor.name for actor in case.cooperation.actors}
    typer.echo(f"{answer['name']} ({answer['day']})\n")
    show_table(
        [
            _("col_gives"),
            _("col_receives"),
            _("col_resource"),
            _("col_promised"),
            _("col_due"),
            _("col_done"),
        ],
        [
            [
                names[row["giver"]],
                names[row["receiver"]],
                label("resources", row["resource"], LANG),
                say_quantity(row["promised"], row["unit"], LANG),
                say_quantity(row["due"], row["unit"], LANG),
                say_quantity(row["delivered"] + row["unconfirmed"], row["unit"], LANG),
            ]
            for row in answer["balance"]
        ],
    )
    for row in answer["form"]:
        typer.echo(
            f"\n{_('form')} {label('forms', row['form'], LANG)} : {row['why']} ({row['basis']})"
        )
    typer.echo("")
    if not answer["signals"]:
        typer.echo(_("no_signal"))
    for row in answer["signals"]:
        typer.echo(f"{label('signals', row['rule'], LANG)} : {row['text']}\n  → {row['todo']}")


@app.command("check", help=_("check"))
def check(
    file: Path,
    on: Annotated[str, typer.Option(help=_("opt_on"))] = "",
    json_: Json = False,
    lang: Lang = LANG,
) -> None:
    from reciproque.reciprocity import read_case

    with plain_errors():
        case = read_case(file)
        try:
            day = date.fromisoformat(on) if on else case.expected.get("day", date.today())
        except ValueError as error:
            raise stop(_("bad_day", text=on)) from error
        answer = _answer(case, day)
    missed = _unmet(case, answer)
    if json_:
        show_json({**answer, "unmet": missed})
    else:
        _show(case, answer)
    if missed:
        raise stop(_("unmet", list=" ; ".join(missed)))
