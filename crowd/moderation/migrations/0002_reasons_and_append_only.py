"""The rules that moderators name, and the database's refusal to change a decision."""

from django.db import migrations

REASONS = {
    "insult": ("Оскорбление", "В тексте есть оскорбления. Перепишите его без них — мнение от этого не пострадает."),
    "personal-data": ("Персональные данные", "В тексте есть чьи-то личные данные: адрес, телефон, документы."),
    "advertising": ("Реклама", "Текст рекламирует товар, услугу или организацию."),
    "off-topic": ("Не по теме", "Текст не относится к теме этого раздела."),
    "threat": ("Угроза", "В тексте есть угроза."),
    "duplicate": ("Повтор", "Такая идея или такой комментарий уже есть."),
    "other": ("Другое", "Текст нарушает правила участия."),
}

SQLITE = """
CREATE TRIGGER decision_append_only BEFORE UPDATE ON moderation_decision
BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END
"""
POSTGRESQL = """
CREATE FUNCTION refuse_decision_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a decision is never changed' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE ON moderation_decision
FOR EACH ROW EXECUTE FUNCTION refuse_decision_change();
"""


def add(apps, schema_editor):
    reason = apps.get_model("moderation", "Reason")
    for slug, (name, statement) in REASONS.items():
        reason.objects.update_or_create(slug=slug, defaults={"name": name, "statement": statement})
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER decision_append_only ON moderation_decision")
        schema_editor.execute("DROP FUNCTION refuse_decision_change()")
    else:
        schema_editor.execute("DROP TRIGGER decision_append_only")
    apps.get_model("moderation", "Reason").objects.filter(slug__in=REASONS).delete()


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_decision")]
    operations = [migrations.RunPython(add, remove)]
