"""What the 22 municipalities are called in English."""

from django.db import migrations

NAMES = {
    "khanty-mansiysk": "Khanty-Mansiysk",
    "surgut": "Surgut",
    "nizhnevartovsk": "Nizhnevartovsk",
    "nefteyugansk": "Nefteyugansk",
    "nyagan": "Nyagan",
    "kogalym": "Kogalym",
    "langepas": "Langepas",
    "megion": "Megion",
    "pokachi": "Pokachi",
    "pyt-yakh": "Pyt-Yakh",
    "raduzhny": "Raduzhny",
    "uray": "Uray",
    "yugorsk": "Yugorsk",
    "beloyarsky": "Beloyarsky",
    "beryozovsky": "Beryozovsky",
    "kondinsky": "Kondinsky",
    "nefteyugansky": "Nefteyugansky",
    "nizhnevartovsky": "Nizhnevartovsky",
    "oktyabrsky": "Oktyabrsky",
    "sovetsky": "Sovetsky",
    "surgutsky": "Surgutsky",
    "khanty-mansiysky": "Khanty-Mansiysky",
}


def fill(apps, schema_editor):
    for slug, name in NAMES.items():
        apps.get_model("people", "Municipality").objects.filter(slug=slug, name_en="").update(name_en=name)


def empty(apps, schema_editor):
    apps.get_model("people", "Municipality").objects.update(name_en="")


class Migration(migrations.Migration):
    dependencies = [("people", "0004_language_and_english_names")]
    operations = [migrations.RunPython(fill, empty)]
