"""The one permission policy of residents' content in the admin: roles per campaign, nothing by group or by model."""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from wagtail.permission_policies.base import BasePermissionPolicy

from crowd.people.models import CampaignRole, Person
from crowd.people.queries import roles_of

Somebody = Person | AnonymousUser


class CampaignPermissionPolicy(BasePermissionPolicy):
    """Who may do what with a model whose rows belong to campaigns; its manager has `in_campaigns(ids)`.

    Each action names its roles, and whoever may change may view. An action without roles is nobody's, not even an
    administrator's: decisions are not edited, votes are not deleted. Register it with Wagtail in `AppConfig.ready()`:
    `register_permission_policy(Decision, CampaignPermissionPolicy(Decision, view=[Role.MODERATOR]))`.
    """

    def __init__(
        self,
        model: type[Model],
        *,
        view: Collection[str] = (),
        change: Collection[str] = (),
        add: Collection[str] = (),
        delete: Collection[str] = (),
    ) -> None:
        super().__init__(model)
        self.roles = {
            "view": frozenset(view) | frozenset(change),
            "change": frozenset(change),
            "add": frozenset(add),
            "delete": frozenset(delete),
        }

    def roles_for(self, actions: Iterable[str]) -> frozenset[str]:
        return frozenset[str]().union(*(self.roles.get(action, frozenset()) for action in actions))

    def user_has_permission(self, user: Somebody, action: str) -> bool:
        return self.user_has_any_permission(user, [action])

    def user_has_any_permission(self, user: Somebody, actions: Iterable[str]) -> bool:
        roles = self.roles_for(actions)
        return bool(roles) and roles_of(user).any_of(*roles)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Person]:
        roles = self.roles_for(actions)
        if not roles:
            return Person.objects.none()
        holders = CampaignRole.objects.filter(role__in=roles).values("person_id")
        return Person.objects.filter(Q(is_superuser=True) | Q(pk__in=holders), is_active=True)

    def user_has_permission_for_instance(self, user: Somebody, action: str, instance: Model) -> bool:
        return self.instances_user_has_permission_for(user, action).filter(pk=instance.pk).exists()

    def user_has_any_permission_for_instance(self, user: Somebody, actions: Iterable[str], instance: Model) -> bool:
        return self.instances_user_has_any_permission_for(user, actions).filter(pk=instance.pk).exists()

    def instances_user_has_permission_for(self, user: Somebody, action: str) -> QuerySet[Any]:
        return self.instances_user_has_any_permission_for(user, [action])

    def instances_user_has_any_permission_for(self, user: Somebody, actions: Iterable[str]) -> QuerySet[Any]:
        """Return the rows of the campaigns in which the person holds one of the roles that these actions ask for."""
        wanted = list(actions)
        if not self.user_has_any_permission(user, wanted):
            return self.model.objects.none()
        return self.model.objects.in_campaigns(roles_of(user).campaigns(*self.roles_for(wanted)))

    def users_with_any_permission_for_instance(self, actions: Iterable[str], instance: Model) -> QuerySet[Person]:
        wanted = list(actions)
        able = [
            person.pk
            for person in self.users_with_any_permission(wanted)
            if self.user_has_any_permission_for_instance(person, wanted, instance)
        ]
        return Person.objects.filter(pk__in=able)


class AdministratorsPolicy(BasePermissionPolicy):
    """Administrators only, and only the actions named."""

    def __init__(self, model: type[Model], *, actions: Collection[str]) -> None:
        super().__init__(model)
        self.actions = frozenset(actions)

    def user_has_permission(self, user: Somebody, action: str) -> bool:
        return action in self.actions and user.is_active and user.is_superuser

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Person]:
        allowed = bool(self.actions & set(actions))
        return Person.objects.filter(is_superuser=True, is_active=True) if allowed else Person.objects.none()


class LimitedToPolicy:
    """Mixin for Wagtail's generic views, which ask a policy for the model but not for the rows.

    A list holds only what the policy lets the person see; a row beyond it does not exist for them (404).
    """

    any_action = ("view", "change", "delete")

    def get_base_queryset(self) -> QuerySet[Any]:
        return self.permission_policy.instances_user_has_any_permission_for(  # type: ignore[attr-defined]
            self.request.user,  # type: ignore[attr-defined]
            self.any_action,
        )

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        found = super().get_object(*args, **kwargs)  # type: ignore[misc]
        if not self.permission_policy.user_has_any_permission_for_instance(  # type: ignore[attr-defined]
            self.request.user,  # type: ignore[attr-defined]
            self.any_action,
            found,
        ):
            raise Http404
        return found
