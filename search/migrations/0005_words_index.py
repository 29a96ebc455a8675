"""Indexes that PostgreSQL needs to find words among many: Wagtail asks for title and body joined, and has none on that."""

from django.db import migrations

WORDS = """
    CREATE INDEX IF NOT EXISTS search_words ON wagtailsearch_indexentry USING gin ((title || body));
    CREATE INDEX IF NOT EXISTS search_entry_text_id ON search_searchentry ((id::varchar(50)));
"""
NO_WORDS = "DROP INDEX IF EXISTS search_words; DROP INDEX IF EXISTS search_entry_text_id;"


def on_postgresql(statements):
    def run(_apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statements)

    return run


class Migration(migrations.Migration):
    dependencies = [("search", "0004_roots"), ("wagtailsearch", "0010_add_text_fields")]
    operations = [migrations.RunPython(on_postgresql(WORDS), on_postgresql(NO_WORDS))]
