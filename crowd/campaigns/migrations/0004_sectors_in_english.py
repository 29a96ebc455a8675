"""What the sectors are called in English."""

from django.db import migrations

NAMES = {
    "education": "Education",
    "health": "Health care",
    "urban": "Urban environment",
    "transport": "Transport and logistics",
    "business": "Business support",
    "hospitality": "Tourism and hospitality",
    "social": "Social care",
    "government": "Government",
    "housing": "Housing and utilities",
    "culture": "Culture",
    "ecology": "Ecology",
    "safety": "Safety",
}


def fill(apps, schema_editor):
    for slug, name in NAMES.items():
        apps.get_model("campaigns", "Sector").objects.filter(slug=slug, name_en="").update(name_en=name)


def empty(apps, schema_editor):
    apps.get_model("campaigns", "Sector").objects.update(name_en="")


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_page_translation")]
    operations = [migrations.RunPython(fill, empty)]
