from django.db import migrations
from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

BATCH = 1000


def number_answers(apps, schema_editor):
    """Number the answers beneath each first comment by publication, and count those that are public."""
    comments = apps.get_model("discussions", "Comment").objects.using(schema_editor.connection.alias)
    numbered = comments.filter(root__isnull=False, first_seq__isnull=False).annotate(
        number=Window(RowNumber(), partition_by=[F("root_id")], order_by=[F("first_seq").asc()])
    )
    _save(comments, "answer_number", numbered.values_list("pk", "number"))
    counted = comments.filter(root=None).annotate(count=Count("beneath", filter=Q(beneath__moderation="published")))
    _save(comments, "answer_count", counted.filter(count__gt=0).values_list("pk", "count"))


def _save(comments, field, values):
    batch = []
    for pk, value in values.iterator(chunk_size=BATCH):
        batch.append(comments.model(pk=pk, **{field: value}))
        if len(batch) == BATCH:
            comments.bulk_update(batch, [field])
            batch = []
    if batch:
        comments.bulk_update(batch, [field])


class Migration(migrations.Migration):
    dependencies = [("discussions", "0003_deeper_threads")]

    operations = [migrations.RunPython(number_answers, migrations.RunPython.noop)]
