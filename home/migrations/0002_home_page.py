"""The site's home page in place of Wagtail's welcome."""

from django.db import migrations

SLUG = "home"


def add(apps, schema_editor):
    content_type = apps.get_model("contenttypes", "ContentType")
    page, home, site = (
        apps.get_model("wagtailcore", "Page"),
        apps.get_model("home", "HomePage"),
        apps.get_model("wagtailcore", "Site"),
    )
    locale = apps.get_model("wagtailcore", "Locale").objects.first()
    page.objects.filter(slug=SLUG, depth=2).delete()
    kind, _ = content_type.objects.get_or_create(model="homepage", app_label="home")
    new = home.objects.create(
        title="Открытый регион",
        draft_title="Открытый регион",
        intro="Предлагайте идеи, обсуждайте и следите, что из них вышло.",
        slug=SLUG,
        content_type=kind,
        path="00010001",
        depth=2,
        numchild=0,
        url_path=f"/{SLUG}/",
        locale=locale,
    )
    page.objects.filter(path="0001").update(numchild=1)
    site.objects.create(hostname="localhost", root_page=new, is_default_site=True, site_name="Открытый регион")


def remove(apps, schema_editor):
    apps.get_model("wagtailcore", "Site").objects.filter(is_default_site=True).delete()
    apps.get_model("home", "HomePage").objects.filter(slug=SLUG, depth=2).delete()


class Migration(migrations.Migration):
    dependencies = [("home", "0001_pages"), ("wagtailcore", "0002_initial_data")]
    operations = [migrations.RunPython(add, remove)]
