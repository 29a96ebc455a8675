from django.db import migrations, models
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce


def count_comments(apps, schema_editor):
    database = schema_editor.connection.alias
    public = (
        apps.get_model("discussions", "Comment")
        .objects.using(database)
        .filter(thread=OuterRef("pk"), moderation="published")
        .order_by()
        .values("thread")
        .annotate(count=Count("pk"))
    )
    threads = apps.get_model("discussions", "Thread").objects.using(database)
    threads.update(comment_count=Coalesce(Subquery(public.values("count"), output_field=IntegerField()), 0))


class Migration(migrations.Migration):
    dependencies = [("discussions", "0004_number_answers")]

    operations = [
        migrations.AddField(
            model_name="thread",
            name="comment_count",
            field=models.PositiveIntegerField(default=0, verbose_name="комментариев"),
        ),
        migrations.RunPython(count_comments, migrations.RunPython.noop),
    ]
