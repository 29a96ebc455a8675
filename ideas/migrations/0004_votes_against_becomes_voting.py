"""What the new columns say of the cycles and ideas that are there already."""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Random


def fill(apps, schema_editor):
    cycles, ideas = apps.get_model("ideas", "IdeaCyclePage"), apps.get_model("ideas", "Idea")
    threads = apps.get_model("discussions", "Thread").objects.filter(host_kind="idea", host_id=OuterRef("pk"))
    cycles.objects.filter(votes_against=True).update(voting="both")
    # The default of one migration is one value for all rows; each idea needs a place of its own.
    ideas.objects.update(
        fair_key=Random(),
        top_score=F("votes_for"),
        comments_folded=Coalesce(Subquery(threads.values("comment_count")[:1]), 0),
    )


def empty(apps, schema_editor):
    apps.get_model("ideas", "IdeaCyclePage").objects.filter(voting="both").update(votes_against=True)


class Migration(migrations.Migration):
    dependencies = [
        ("ideas", "0003_cycle_settings_and_life"),
        ("discussions", "0006_answers_by_number"),
    ]
    operations = [migrations.RunPython(fill, empty)]
