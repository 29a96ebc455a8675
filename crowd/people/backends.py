from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from crowd.people.models import Person
from crowd.people.queries import roles_of


class RoleBackend(ModelBackend):
    """Adds to Django's permissions that whoever has a role in a campaign may enter the admin."""

    def authenticate(self, request: Any, username: Any = None, password: Any = None, **kwargs: Any) -> None:  # noqa: ARG002
        # Signing in is allauth's; this backend only knows permissions.
        return None

    def get_all_permissions(self, user_obj: Person | AnonymousUser, obj: Model | None = None) -> set[str]:
        permissions = super().get_all_permissions(user_obj, obj)
        if obj is None and user_obj.is_active and not user_obj.is_anonymous and roles_of(user_obj):
            permissions = permissions | {"wagtailadmin.access_admin"}
        return permissions
