from uuid import UUID

from django.db import migrations, models
from django.db.models import Q


def _late(c, answer):
    return c.commitments.filter(giver=answer.party_key, state="agreed", due__lt=answer.day)


def _unanswered(c, answer):
    before = Q(answers=None) | Q(answers__day__gte=answer.day)
    return c.expectations.filter(before, party=answer.party_key, since__lt=answer.day).distinct()


def _one_sided(c, answer):
    return c.parties.exclude(pk=answer.party_key)


THINGS = {"late": _late, "unanswered": _unanswered, "one_sided": _one_sided}


def _is_key(text):
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def say_about_what(apps, schema_editor):
    """Where it can only have been one thing; else the signal is told again, and nothing is hidden."""
    answers = apps.get_model("cooperations", "SignalAnswer").objects
    for answer in answers.filter(rule__in=THINGS).select_related("cooperation"):
        if not _is_key(answer.party_key):
            continue
        found = list(THINGS[answer.rule](answer.cooperation, answer)[:2])
        if len(found) == 1:
            answer.about = str(found[0].pk)
            answer.save(update_fields=["about"])


class Migration(migrations.Migration):

    dependencies = [
        ('cooperations', '0004_indicators_visibility'),
    ]

    operations = [
        migrations.AddField(
            model_name='signalanswer',
            name='about',
            field=models.CharField(blank=True, default='', max_length=40),
            preserve_default=False,
        ),
        migrations.RunPython(say_about_what, migrations.RunPython.noop),
    ]
