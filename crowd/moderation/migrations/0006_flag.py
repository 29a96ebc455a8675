"""What residents may flag and why, and the database's refusal to change the trace of what flags have withheld."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# By slug: what residents read, in Russian and in English; in the order of the form.
REASONS = {
    "insult": ("Оскорбление", "Insult"),
    "personal-data": ("Чужие личные данные", "Somebody else's personal data"),
    "threat": ("Угроза", "Threat"),
    "advertising": ("Реклама", "Advertising"),
    "off-topic": ("Не по теме", "Off topic"),
    "duplicate": ("Повтор", "Duplicate"),
    "other": ("Другое", "Something else"),
}

SQLITE = """
CREATE TRIGGER withholding_append_only BEFORE UPDATE ON moderation_withholding
BEGIN SELECT RAISE(ABORT, 'the trace of a withholding is never changed'); END
"""
POSTGRESQL = """
CREATE FUNCTION refuse_withholding_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
RAISE EXCEPTION 'the trace of a withholding is never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER withholding_append_only BEFORE UPDATE OR DELETE ON moderation_withholding
FOR EACH ROW EXECUTE FUNCTION refuse_withholding_change();
"""


def add(apps, schema_editor):
    reason = apps.get_model("moderation", "FlagReason")
    for position, (slug, (name, name_en)) in enumerate(REASONS.items(), 1):
        reason.objects.update_or_create(
            slug=slug, defaults={"name": name, "name_en": name_en, "position": position * 10}
        )
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def remove(apps, schema_editor):
    # The reasons go with their table: PostgreSQL drops none in which rows were deleted a moment ago.
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER withholding_append_only ON moderation_withholding")
        schema_editor.execute("DROP FUNCTION refuse_withholding_change()")
    else:
        schema_editor.execute("DROP TRIGGER withholding_append_only")


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0005_appeal'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FlagReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_en', models.CharField(blank=True, help_text='Для тех, кто читает сайт по-английски. Пусто — останется русское.', max_length=80, verbose_name='название по-английски')),
                ('slug', models.SlugField(unique=True, verbose_name='короткое имя латиницей')),
                ('name', models.CharField(max_length=80, verbose_name='причина')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Чем меньше число, тем выше в форме жалобы.', verbose_name='место в списке')),
            ],
            options={
                'verbose_name': 'причина жалобы',
                'verbose_name_plural': 'причины жалоб',
                'ordering': ('position', 'name'),
            },
        ),
        migrations.AlterField(
            model_name='decision',
            name='outcome',
            field=models.CharField(choices=[('publish', 'опубликовать'), ('hide', 'скрыть'), ('reject', 'отклонить'), ('needs_work', 'вернуть на доработку'), ('keep', 'оставить')], max_length=10, verbose_name='решение'),
        ),
        migrations.CreateModel(
            name='Withholding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30)),
                ('subject_id', models.BigIntegerField()),
                ('campaign_id', models.BigIntegerField()),
                ('flags', models.PositiveSmallIntegerField()),
                ('decisions_before', models.PositiveIntegerField()),
                ('withheld_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'ordering': ('-id',),
                'constraints': [models.UniqueConstraint(fields=('kind', 'subject_id', 'decisions_before'), name='withheld_once')],
            },
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30, verbose_name='что')),
                ('subject_id', models.BigIntegerField()),
                ('campaign_id', models.BigIntegerField()),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='пояснение')),
                ('state', models.CharField(choices=[('open', 'ждёт решения'), ('upheld', 'подтвердилась'), ('dismissed', 'не подтвердилась')], default='open', max_length=10, verbose_name='состояние')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='когда')),
                ('decision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='moderation.decision', verbose_name='чем закончилось')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags', to=settings.AUTH_USER_MODEL, verbose_name='кто пожаловался')),
                ('reason', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='moderation.flagreason', verbose_name='причина')),
            ],
            options={
                'verbose_name': 'жалоба',
                'verbose_name_plural': 'жалобы',
                'indexes': [models.Index(fields=['kind', 'subject_id'], name='flag_subject'), models.Index(condition=models.Q(('state', 'open')), fields=['kind', 'subject_id'], name='flag_open'), models.Index(fields=['person', '-id'], name='flag_record')],
                'constraints': [models.UniqueConstraint(fields=('person', 'kind', 'subject_id'), name='flag_once'), models.CheckConstraint(condition=models.Q(models.Q(('decision', None), ('state', 'open')), models.Q(('decision__isnull', False), ('state__in', ['upheld', 'dismissed'])), _connector='OR'), name='flag_settled_by_decision')],
            },
        ),
        migrations.RunPython(add, remove),
    ]
