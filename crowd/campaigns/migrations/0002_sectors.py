"""The sectors that ideas and services belong to."""

from django.db import migrations

SECTORS = {
    "education": "Образование",
    "health": "Здравоохранение",
    "urban": "Городская среда",
    "transport": "Транспорт и логистика",
    "business": "Поддержка бизнеса",
    "hospitality": "Туризм и гостеприимство",
    "social": "Социальная защита",
    "government": "Государственное управление",
    "housing": "ЖКХ",
    "culture": "Культура",
    "ecology": "Экология",
    "safety": "Безопасность",
}


def add(apps, schema_editor):
    sector = apps.get_model("campaigns", "Sector")
    for slug, name in SECTORS.items():
        sector.objects.update_or_create(slug=slug, defaults={"name": name})


def remove(apps, schema_editor):
    apps.get_model("campaigns", "Sector").objects.filter(slug__in=SECTORS).delete()


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_campaign_block_phase")]
    operations = [migrations.RunPython(add, remove)]
