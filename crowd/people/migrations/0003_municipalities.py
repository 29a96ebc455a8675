"""The okrug's 22 municipalities."""

from django.db import migrations

CITIES = {
    "khanty-mansiysk": "Ханты-Мансийск",
    "surgut": "Сургут",
    "nizhnevartovsk": "Нижневартовск",
    "nefteyugansk": "Нефтеюганск",
    "nyagan": "Нягань",
    "kogalym": "Когалым",
    "langepas": "Лангепас",
    "megion": "Мегион",
    "pokachi": "Покачи",
    "pyt-yakh": "Пыть-Ях",
    "raduzhny": "Радужный",
    "uray": "Урай",
    "yugorsk": "Югорск",
}
DISTRICTS = {
    "beloyarsky": "Белоярский",
    "beryozovsky": "Берёзовский",
    "kondinsky": "Кондинский",
    "nefteyugansky": "Нефтеюганский",
    "nizhnevartovsky": "Нижневартовский",
    "oktyabrsky": "Октябрьский",
    "sovetsky": "Советский",
    "surgutsky": "Сургутский",
    "khanty-mansiysky": "Ханты-Мансийский",
}


def add(apps, schema_editor):
    municipality = apps.get_model("people", "Municipality")
    for kind, names in (("city", CITIES), ("district", DISTRICTS)):
        for slug, name in names.items():
            municipality.objects.update_or_create(slug=slug, defaults={"name": name, "kind": kind})


def remove(apps, schema_editor):
    apps.get_model("people", "Municipality").objects.filter(slug__in=[*CITIES, *DISTRICTS]).delete()


class Migration(migrations.Migration):
    dependencies = [("people", "0002_roles_and_consent")]
    operations = [migrations.RunPython(add, remove)]
