"""What a person does about what was imposed on them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crowd.moderation.actions import confirm_warning
from crowd.people.views import SeeOther, signed_in


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    confirm_warning(person=signed_in(request), sanction_id=pk)
    messages.success(request, _("Спасибо, отметили, что вы прочитали предупреждение."))
    return SeeOther(f"{reverse('people:me')}#sanction-{pk}")
