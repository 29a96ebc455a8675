"""What an editor may do to pages, in Wagtail's own terms: a group per campaign, since pages ask groups."""

from django.contrib.auth.models import Group, Permission
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Site

from crowd.people.models import CampaignRole, Person

PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")


def editors_of(campaign: Page | None) -> Group:
    """Return the group of a campaign's editors (of all campaigns: of the home page's), with what it may do."""
    name = f"Редакторы проекта № {campaign.pk}" if campaign else "Редакторы всех проектов"
    group, _created = Group.objects.get_or_create(name=name)
    page = campaign or Site.objects.get(is_default_site=True).root_page
    for permission in _permissions(Page, PAGE_PERMISSIONS):
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)
    root = Collection.get_first_root_node()
    for model, codenames in (
        (get_image_model(), ("add_image", "choose_image")),
        (get_document_model(), ("add_document", "choose_document")),
    ):
        for permission in _permissions(model, codenames):
            GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)
    return group


def let_edit(role: CampaignRole) -> None:
    role.person.groups.add(editors_of(role.campaign))


def stop_editing(person: Person, campaign: Page | None) -> None:
    person.groups.remove(editors_of(campaign))


def _permissions(model: type, codenames: tuple[str, ...]) -> list[Permission]:
    found = Permission.objects.filter(
        content_type__app_label=model._meta.app_label,  # type: ignore[attr-defined]  # noqa: SLF001 - Django's documented API
        codename__in=codenames,
    )
    return list(found)
