"""What a person does about what was imposed on them, and sees of what they flagged."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crowd.moderation.actions import confirm_warning
from crowd.moderation.flag_queries import flags_of, with_public_posts
from crowd.people.views import SeeOther, signed_in

FLAGS_A_PAGE = 20


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    confirm_warning(person=signed_in(request), sanction_id=pk)
    messages.success(request, _("Спасибо, отметили, что вы прочитали предупреждение."))
    return SeeOther(f"{reverse('people:me')}#sanction-{pk}")


@require_safe
def flags(request: HttpRequest) -> HttpResponse:
    """List what one has flagged and how that ended."""
    page = Paginator(flags_of(signed_in(request)), FLAGS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page_of_flags": page, "rows": with_public_posts(page.object_list)}
    return render(request, "moderation/my_flags_all.html", context)
