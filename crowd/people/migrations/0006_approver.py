"""The approver: publishing is a role of its own. Who could publish as an editor until now goes on doing so, by holding both."""

from django.db import migrations, models

EDITORS, APPROVERS = "Редакторы ", "Утверждающие "
APPROVERS_ONLY = ("publish_page", "unlock_page")


def part_roles(apps, schema_editor):
    role, group = apps.get_model("people", "CampaignRole"), apps.get_model("auth", "Group")
    for held in role.objects.filter(role="editor"):
        role.objects.get_or_create(person_id=held.person_id, role="approver", campaign_id=held.campaign_id)
    for editors in group.objects.filter(name__startswith=EDITORS):
        approvers, _ = group.objects.get_or_create(name=APPROVERS + editors.name.removeprefix(EDITORS))
        editors.page_permissions.filter(permission__codename__in=APPROVERS_ONLY).update(group=approvers)
        approvers.user_set.add(*editors.user_set.all())


def join_roles(apps, schema_editor):
    role, group = apps.get_model("people", "CampaignRole"), apps.get_model("auth", "Group")
    role.objects.filter(role="approver").delete()
    for approvers in group.objects.filter(name__startswith=APPROVERS):
        editors = group.objects.filter(name=EDITORS + approvers.name.removeprefix(APPROVERS)).first()
        if editors is not None:
            held = set(editors.page_permissions.values_list("page_id", "permission_id"))
            for given in approvers.page_permissions.all():
                if (given.page_id, given.permission_id) not in held:
                    given.group = editors
                    given.save()
        approvers.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_municipalities_in_english"),
        ("wagtailcore", "0098_apitoken"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.AlterField(
            model_name="campaignrole",
            name="role",
            field=models.CharField(
                choices=[
                    ("moderator", "модератор"),
                    ("editor", "редактор"),
                    ("approver", "утверждающий"),
                    ("expert", "эксперт"),
                    ("operator", "оператор"),
                ],
                max_length=10,
                verbose_name="роль",
            ),
        ),
        migrations.RunPython(part_roles, join_roles),
    ]
