from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    default = True
    name = "crowd.people"
    label = "people"
    verbose_name = _("Люди")

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added
        from wagtail.permissions import register_permission_policy

        from crowd.people.models import CampaignRole, ConsentText
        from crowd.people.own_data import register_own
        from crowd.people.policies import AdministratorsPolicy
        from crowd.people.second_factor import count_as_given

        register_own()
        authenticator_added.connect(count_as_given, dispatch_uid="people.count_as_given")
        roles = AdministratorsPolicy(CampaignRole, actions=("view", "add", "delete"))
        register_permission_policy(CampaignRole, roles)
        texts = AdministratorsPolicy(ConsentText, actions=("view", "add"))
        register_permission_policy(ConsentText, texts)


class WagtailUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user management over our person, who has neither a first and last name nor a username."""

    default = False
    user_viewset = "crowd.people.viewsets.PersonViewSet"
