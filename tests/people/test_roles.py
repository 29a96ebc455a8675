import pytest
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, ModelLogEntry, Page
from wagtail.permissions import policy_registry

from crowd.errors import AlreadyDecided, Invalid, NotAllowed
from crowd.events.models import Event
from crowd.moderation.models import Decision
from crowd.people.actions import grant_role, revoke_role
from crowd.people.models import CampaignRole, Person
from crowd.people.policies import CampaignPermissionPolicy
from crowd.people.queries import roles_of
from tests.factories import pages, people

pytestmark = pytest.mark.django_db

Role = CampaignRole.Role


@pytest.fixture
def admin():
    return people.person(is_superuser=True)


def fresh(person):
    """The person as the next request reads it."""
    return Person.objects.get(pk=person.pk)


def may(person, page):
    permissions = Page.objects.get(pk=page.pk).permissions_for_user(fresh(person))
    return permissions.can_edit(), permissions.can_publish(), permissions.can_add_subpage()


def test_a_role_is_given_and_audited(admin):
    person, campaign = people.person(), pages.campaign()

    role = grant_role(person=person, role=Role.EXPERT, campaign=campaign, granted_by=admin)

    assert roles_of(fresh(person)).holds("expert", campaign.pk)
    assert not roles_of(fresh(person)).holds("expert", campaign.pk + 1)
    [event] = Event.objects.all()
    assert (event.kind, event.subject_id, event.actor_id) == ("role.granted", person.pk, admin.pk)
    assert (event.campaign_id, event.payload) == (campaign.pk, {"role": "expert"})
    [entry] = ModelLogEntry.objects.all()
    assert (entry.action, entry.object_id, entry.user) == ("people.role_granted", str(person.pk), admin)
    assert entry.formatter.format_message(entry) == f"Дана роль: эксперт, проект № {campaign.pk}"
    assert role.person == person


def test_a_role_is_taken_back_and_audited(admin):
    person = people.person()
    role = grant_role(person=person, role=Role.MODERATOR, campaign=None, granted_by=admin)

    revoke_role(role=role, revoked_by=admin)

    assert not roles_of(fresh(person))
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == ["role.granted", "role.revoked"]
    assert ModelLogEntry.objects.filter(action="people.role_revoked", user=admin).count() == 1


@pytest.mark.parametrize("role", Role.values)
def test_nobody_with_a_role_gives_or_takes_one(admin, role):
    holder, person = people.with_role(role), people.person()
    given = grant_role(person=person, role=Role.EXPERT, campaign=None, granted_by=admin)

    with pytest.raises(NotAllowed):
        grant_role(person=holder, role=Role.MODERATOR, campaign=None, granted_by=holder)
    with pytest.raises(NotAllowed):
        revoke_role(role=given, revoked_by=holder)

    assert CampaignRole.objects.filter(pk=given.pk).exists()


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_role_is_given_once(admin, everywhere):
    person, campaign = people.person(), None if everywhere else pages.campaign()
    grant_role(person=person, role=Role.EXPERT, campaign=campaign, granted_by=admin)

    with pytest.raises(Invalid):
        grant_role(person=person, role=Role.EXPERT, campaign=campaign, granted_by=admin)


def test_a_role_is_taken_back_once(admin):
    role = grant_role(person=people.person(), role=Role.EXPERT, campaign=None, granted_by=admin)
    same = CampaignRole.objects.get(pk=role.pk)
    revoke_role(role=role, revoked_by=admin)

    with pytest.raises(AlreadyDecided):
        revoke_role(role=same, revoked_by=admin)


def test_an_editor_edits_the_own_campaign_only(admin):
    own, other, person = pages.campaign("Свой"), pages.campaign("Чужой"), people.person()
    beneath = pages.cycle(own)

    role = grant_role(person=person, role=Role.EDITOR, campaign=own, granted_by=admin)

    assert may(person, own) == (True, False, True)
    assert may(person, beneath)[:2] == (True, False)
    assert may(person, other) == (False, False, False)
    assert may(person, own.get_parent()) == (False, False, False)
    revoke_role(role=role, revoked_by=admin)
    assert may(person, own) == (False, False, False)


def test_an_editor_of_all_campaigns_edits_the_home_page_too(admin):
    campaign, person = pages.campaign(), people.person()

    role = grant_role(person=person, role=Role.EDITOR, campaign=None, granted_by=admin)

    assert may(person, campaign) == (True, False, True)
    assert may(person, campaign.get_parent()) == (True, False, True)
    revoke_role(role=role, revoked_by=admin)
    assert may(person, campaign) == (False, False, False)


def test_losing_one_campaign_leaves_the_other(admin):
    first, second, person = pages.campaign("Первый"), pages.campaign("Второй"), people.person()
    role = grant_role(person=person, role=Role.EDITOR, campaign=first, granted_by=admin)
    grant_role(person=person, role=Role.EDITOR, campaign=second, granted_by=admin)

    revoke_role(role=role, revoked_by=admin)

    assert may(person, first) == (False, False, False)
    assert may(person, second) == (True, False, True)


def test_an_approver_publishes_in_the_own_campaign_only(admin):
    own, other, person = pages.campaign("Свой"), pages.campaign("Чужой"), people.person()

    role = grant_role(person=person, role=Role.APPROVER, campaign=own, granted_by=admin)

    assert may(person, own) == (False, True, False)
    assert may(person, other) == (False, False, False)
    revoke_role(role=role, revoked_by=admin)
    assert may(person, own) == (False, False, False)


def test_pictures_and_documents_are_the_campaigns_own_or_shared(admin):
    policy = policy_registry.get_by_type(get_image_model())
    editors = {name: people.person() for name in ("own", "other", "everywhere")}
    for name, campaign in (("own", pages.campaign("Свой")), ("other", pages.campaign("Чужой")), ("everywhere", None)):
        grant_role(person=editors[name], role=Role.EDITOR, campaign=campaign, granted_by=admin)
    pictures = {
        collection.name.partition(":")[2].strip() or collection.name: get_image_model().objects.create(
            title=collection.name, file=get_test_image_file(), collection=collection
        )
        for collection in Collection.objects.all()
    }

    seen = {name: set(policy.instances_user_has_permission_for(fresh(e), "choose")) for name, e in editors.items()}

    assert set(pictures) == {"Root", "Свой", "Чужой", "Общие файлы"}
    assert seen["own"] == {pictures["Свой"], pictures["Общие файлы"]}
    assert seen["other"] == {pictures["Чужой"], pictures["Общие файлы"]}
    assert seen["everywhere"] == set(pictures.values())


def test_the_admin_gives_a_role_by_email(client, admin):
    person, campaign = people.person(email="anna@example.org"), pages.campaign()
    client.force_login(admin)
    form = {"email": "Anna@example.org", "role": "expert", "campaign": campaign.pk}

    listed = client.get("/admin/roles/")
    page = client.get("/admin/roles/new/")
    given = client.post("/admin/roles/new/", form)
    twice = client.post("/admin/roles/new/", form)

    assert (listed.status_code, page.status_code) == (200, 200)
    assert given.status_code == 302
    assert [(r.role, r.campaign_id) for r in person.roles.all()] == [("expert", campaign.pk)]
    assert "Эта роль у человека уже есть." in twice.content.decode()
    assert Event.objects.filter(kind="role.granted").count() == 1


def test_the_admin_offers_campaigns_only(client, admin):
    campaign = pages.campaign("Проект")
    pages.cycle(campaign, title="Сбор")
    client.force_login(admin)

    page = client.get("/admin/roles/new/")

    assert [str(label) for _value, label in page.context["form"].fields["campaign"].choices] == [
        "Все проекты",
        "Проект",
    ]


def test_the_admin_takes_a_role_back(client, admin):
    person = people.person()
    role = grant_role(person=person, role=Role.EDITOR, campaign=None, granted_by=admin)
    client.force_login(admin)

    page = client.get(f"/admin/roles/delete/{role.pk}/")
    response = client.post(f"/admin/roles/delete/{role.pk}/")

    assert page.status_code == 200
    assert response.status_code == 302
    assert not person.roles.exists()
    assert not person.groups.exists()
    assert Event.objects.filter(kind="role.revoked").count() == 1


def test_a_role_is_not_edited_into_another(client, admin):
    role = grant_role(person=people.person(), role=Role.EXPERT, campaign=None, granted_by=admin)
    client.force_login(admin)

    client.post(f"/admin/roles/edit/{role.pk}/", {"email": admin.email, "role": "moderator"})

    role.refresh_from_db()
    assert role.role == "expert"


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("path", ["/admin/roles/", "/admin/roles/new/", "/admin/users/", "/admin/consent-texts/new/"])
def test_roles_people_and_texts_are_the_administrators(client, role, path):
    client.force_login(people.with_role(role))

    response = client.get(path)

    assert response.status_code == 302
    assert response["Location"] == reverse("wagtailadmin_home")


@pytest.mark.parametrize("role", ["moderator", "expert", "operator"])
@pytest.mark.parametrize(
    "path",
    [
        "/admin/groups/",
        "/admin/images/",
        "/admin/documents/",
        "/admin/sites/",
        "/admin/redirects/",
        "/admin/workflows/list/",
        "/admin/reports/locked/",
        "/admin/reports/page-types-usage/",
        "/admin/collections/",
    ],
)
def test_a_role_opens_nothing_else_in_the_admin(client, role, path):
    client.force_login(people.with_role(role))

    response = client.get(path)

    assert response.status_code in {302, 403}
    assert "/accounts/" not in response.get("Location", "")


@pytest.mark.parametrize("role", ["moderator", "expert", "operator"])
def test_a_role_opens_no_page_for_editing(client, role):
    campaign = pages.campaign()
    client.force_login(people.with_role(role, campaign))

    edit = client.get(f"/admin/pages/{campaign.pk}/edit/")
    home = client.get("/admin/")

    assert edit.status_code == 302
    assert home.status_code == 200
    assert f"/admin/pages/{campaign.pk}/" not in home.content.decode()


def decision(campaign_id):
    moderator = people.person()
    return Decision.objects.create(
        kind="idea", subject_id=1, campaign_id=campaign_id, outcome="publish", moderator=moderator
    )


POLICY = CampaignPermissionPolicy(Decision, view=[Role.EXPERT], change=[Role.MODERATOR])


@pytest.mark.parametrize(
    ("role", "views", "changes"),
    [("moderator", True, True), ("expert", True, False), ("editor", False, False), ("operator", False, False)],
)
def test_a_policy_is_limited_by_role_and_campaign(role, views, changes):
    holder = people.with_role(role, pages.campaign("Свой"))
    own_id = holder.roles.get().campaign_id
    own, other = decision(own_id), decision(own_id + 1)

    assert POLICY.user_has_permission(holder, "view") == views
    assert POLICY.user_has_permission(holder, "change") == changes
    assert list(POLICY.instances_user_has_permission_for(holder, "view")) == ([own] if views else [])
    assert list(POLICY.instances_user_has_permission_for(holder, "change")) == ([own] if changes else [])
    assert POLICY.user_has_permission_for_instance(holder, "view", own) == views
    assert not POLICY.user_has_permission_for_instance(holder, "view", other)
    assert list(POLICY.users_with_permission_for_instance("view", own)) == ([holder] if views else [])


def test_a_policy_opens_all_campaigns_to_a_role_without_one_and_to_administrators():
    everywhere, admin = people.with_role("moderator"), people.person(is_superuser=True)
    rows = {decision(1), decision(2)}

    assert set(POLICY.instances_user_has_permission_for(everywhere, "change")) == rows
    assert set(POLICY.instances_user_has_permission_for(admin, "change")) == rows


@pytest.mark.parametrize("action", ["add", "delete", "publish"])
def test_what_a_policy_does_not_name_is_nobodys(action):
    admin = people.person(is_superuser=True)
    decision(1)

    assert not POLICY.user_has_permission(admin, action)
    assert not POLICY.instances_user_has_permission_for(admin, action).exists()
    assert not POLICY.users_with_permission(action).exists()


def test_a_policy_lets_nobody_in_who_has_no_role_or_is_blocked():
    blocked = people.with_role("moderator", is_active=False)

    assert not POLICY.user_has_permission(people.person(), "view")
    assert not POLICY.user_has_permission(blocked, "view")
