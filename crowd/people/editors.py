"""What editors and approvers may do to pages, in Wagtail's own terms: groups per campaign, since pages ask groups."""

from django.contrib.auth.models import Group, Permission
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Site

from crowd.people.models import CampaignRole

Role = CampaignRole.Role

# An editor writes and submits, an approver publishes and takes down; whoever holds both roles does both alone.
PAGE_PERMISSIONS: dict[str, tuple[str, ...]] = {
    Role.EDITOR: ("add_page", "change_page", "lock_page"),
    Role.APPROVER: ("publish_page", "lock_page", "unlock_page"),
}
# Names of groups and collections are found again by their words, so they are the same in every language.
GROUPS = {Role.EDITOR: "Редакторы", Role.APPROVER: "Утверждающие"}
SHARED_FILES = "Общие файлы"


def group_of(role: str, campaign: Page | None) -> Group:
    """Return the group of those who hold the role in the campaign (None: in all), with what it may do."""
    where = f"проекта № {campaign.pk}" if campaign else "всех проектов"
    group, _created = Group.objects.get_or_create(name=f"{GROUPS[Role(role)]} {where}")
    page = campaign or Site.objects.get(is_default_site=True).root_page
    for permission in _permissions(Page, PAGE_PERMISSIONS[role]):
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)
    if campaign:
        _let_use_files(group, files_of(campaign), add=True)
        _let_use_files(group, shared_files(), add=False)
    else:
        _let_use_files(group, Collection.get_first_root_node(), add=True)
    return group


def files_of(campaign: Page) -> Collection:
    """Return the collection of the campaign's pictures and documents: other campaigns' editors do not see them."""
    prefix = f"Проект № {campaign.pk}:"
    found = Collection.objects.filter(name__startswith=prefix).first()
    name = f"{prefix} {campaign.title}"[:255]
    return found or Collection.get_first_root_node().add_child(instance=Collection(name=name))


def shared_files() -> Collection:
    """Return the collection from which every campaign's editors may choose."""
    found = Collection.objects.filter(name=SHARED_FILES).first()
    return found or Collection.get_first_root_node().add_child(instance=Collection(name=SHARED_FILES))


def let_edit(role: CampaignRole) -> None:
    """Let the holder of an editor's or an approver's role do what it stands for; other roles open no pages."""
    if role.role in PAGE_PERMISSIONS:
        role.person.groups.add(group_of(role.role, role.campaign))


def stop_editing(role: CampaignRole) -> None:
    if role.role in PAGE_PERMISSIONS:
        role.person.groups.remove(group_of(role.role, role.campaign))


def _let_use_files(group: Group, collection: Collection, *, add: bool) -> None:
    for model, name in ((get_image_model(), "image"), (get_document_model(), "document")):
        codenames = (f"add_{name}", f"choose_{name}") if add else (f"choose_{name}",)
        for permission in _permissions(model, codenames):
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)


def _permissions(model: type, codenames: tuple[str, ...]) -> list[Permission]:
    found = Permission.objects.filter(
        content_type__app_label=model._meta.app_label,  # type: ignore[attr-defined]  # noqa: SLF001 - Django's documented API
        codename__in=codenames,
    )
    return list(found)
