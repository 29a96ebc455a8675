"""The way of every page to the public: editor, then approver; in place of the ways that Wagtail may have laid before."""

from django.db import migrations

NAME = "Утверждение"


def lay(apps, schema_editor):
    content_type = apps.get_model("contenttypes", "ContentType")
    workflow, workflow_task, workflow_page, page = (
        apps.get_model("wagtailcore", name) for name in ("Workflow", "WorkflowTask", "WorkflowPage", "Page")
    )
    kind, _ = content_type.objects.get_or_create(model="approvaltask", app_label="publishing")
    task = apps.get_model("publishing", "ApprovalTask").objects.create(name=NAME, content_type=kind, active=True)
    way = workflow.objects.create(name=NAME, active=True)
    workflow_task.objects.create(workflow=way, task_id=task.pk, sort_order=0)
    root = page.objects.filter(depth=1).order_by("path").first()
    if root is not None:
        # Wagtail's own way asks a group of its own, which here has nobody in it.
        workflow.objects.filter(workflow_pages__page=root).update(active=False)
        workflow_page.objects.update_or_create(page=root, defaults={"workflow": way})


def take_up(apps, schema_editor):
    apps.get_model("wagtailcore", "Workflow").objects.filter(name=NAME).delete()
    apps.get_model("publishing", "ApprovalTask").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0001_approval_task"),
        ("wagtailcore", "0098_apitoken"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(lay, take_up)]
