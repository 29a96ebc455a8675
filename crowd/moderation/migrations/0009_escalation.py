"""Cases that moderators hand on, and the database's refusal to change who did; duplicates as an outcome."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

SQLITE = """
CREATE TRIGGER escalation_append_only BEFORE UPDATE ON moderation_escalation
BEGIN SELECT RAISE(ABORT, 'an escalation is never changed'); END
"""
POSTGRESQL = """
CREATE FUNCTION refuse_escalation_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'an escalation is never changed' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER escalation_append_only BEFORE UPDATE OR DELETE ON moderation_escalation
FOR EACH ROW EXECUTE FUNCTION refuse_escalation_change();
"""


def add(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER escalation_append_only ON moderation_escalation")
        schema_editor.execute("DROP FUNCTION refuse_escalation_change()")
    else:
        schema_editor.execute("DROP TRIGGER escalation_append_only")


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0008_machine'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='decision',
            name='outcome',
            field=models.CharField(choices=[('publish', 'опубликовать'), ('hide', 'скрыть'), ('reject', 'отклонить'), ('needs_work', 'вернуть на доработку'), ('keep', 'оставить'), ('duplicate', 'объединить с похожей')], max_length=10, verbose_name='решение'),
        ),
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30, verbose_name='что')),
                ('subject_id', models.BigIntegerField()),
                ('campaign_id', models.BigIntegerField()),
                ('note', models.CharField(max_length=500, verbose_name='почему')),
                ('after', models.BigIntegerField()),
                ('escalated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='когда')),
                ('moderator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='кто передал')),
            ],
            options={
                'verbose_name': 'передача дела',
                'verbose_name_plural': 'переданные дела',
                'ordering': ('-id',),
                'constraints': [models.UniqueConstraint(fields=('kind', 'subject_id', 'after'), name='escalated_once'), models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='escalated_with_a_note')],
            },
        ),
        migrations.RunPython(add, remove),
    ]
