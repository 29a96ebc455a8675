from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from crowd.moderation import appeal_views, case_views, claim_views, many_views, views
from crowd.moderation.machine.viewsets import BurstViewSet
from crowd.moderation.models import Appeal, FlagReason, Outcome, Reason, Sanction, WatchedPhrase
from crowd.moderation.queries import is_named
from crowd.moderation.registry import registry
from crowd.moderation.staff import RolesMenuItem
from crowd.moderation.viewsets import SanctionViewSet


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("moderation/", views.queue, name="moderation_queue"),
        path("moderation/many/", many_views.decide_many, name="moderation_many"),
        path("moderation/appeals/", appeal_views.appeals, name="moderation_appeals"),
        path("moderation/appeals/<id:pk>/", appeal_views.appeal, name="moderation_appeal"),
        path("moderation/next/", claim_views.take_next, name="moderation_next"),
        path("moderation/count/", claim_views.count, name="moderation_count"),
        path("moderation/<slug:kind>/<id:pk>/claim/", claim_views.claim, name="moderation_claim"),
        path("moderation/<slug:kind>/<id:pk>/release/", claim_views.release, name="moderation_release"),
        path("moderation/<slug:kind>/<id:pk>/", views.case, name="moderation_case"),
        path("moderation/<slug:kind>/<id:pk>/similar/", views.similar, name="moderation_similar"),
        path("moderation/<slug:kind>/<id:pk>/decide/", views.decision, name="moderation_decide"),
        path("moderation/<slug:kind>/<id:pk>/escalate/", case_views.hand_on, name="moderation_escalate"),
        path("moderation/<slug:kind>/<id:pk>/duplicate/", case_views.duplicate, name="moderation_duplicate"),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> RolesMenuItem:
    return RolesMenuItem(gettext_lazy("Модерация"), reverse("moderation_queue"), icon_name="check", order=150)


class ReasonViewSet(SnippetViewSet):
    model = Reason
    icon = "list-ul"
    list_display = ["name", "statement"]

    menu_label = gettext_lazy("Причины решений")


register_snippet(ReasonViewSet)


class FlagReasonViewSet(SnippetViewSet):
    model = FlagReason
    icon = "warning"
    list_display = ["name", "name_en", "position"]

    menu_label = gettext_lazy("Причины жалоб")


register_snippet(FlagReasonViewSet)


@hooks.register("before_delete_snippet")
def keep_named_reasons(request: HttpRequest, chosen: Sequence[Any]) -> HttpResponse | None:
    """Refuse to delete what decisions, sanctions or flags name: they are never changed."""
    named = [one for one in chosen if isinstance(one, Reason | FlagReason) and is_named(one)]
    if not named:
        return None
    names = ", ".join(f"«{one}»" for one in named)
    messages.error(request, _("Удалить нельзя: на это уже ссылаются решения или жалобы. %(names)s") % {"names": names})
    return redirect(f"wagtailsnippets_moderation_{named[0]._meta.model_name}:list")  # noqa: SLF001 - Django's documented API


class WatchedPhraseViewSet(SnippetViewSet):
    model = WatchedPhrase
    icon = "view"
    menu_label = gettext_lazy("Слова для подсказок")
    menu_order = 180
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ("phrase", "kind")
    list_filter = ("kind",)
    search_fields = ("phrase",)

    def register_chooser_viewset(self) -> None:
        """No page names them, so that nobody chooses among them."""


register_snippet(WatchedPhraseViewSet)


@hooks.register("register_admin_viewset")
def sanctions() -> ViewSet:
    return SanctionViewSet("sanctions")


@hooks.register("register_admin_viewset")
def bursts() -> ViewSet:
    return BurstViewSet("bursts")


class Decided(LogFormatter):
    label = gettext_lazy("Решение модератора")

    def format_message(self, log_entry: Any) -> str:
        data = log_entry.data
        kind = registry.kinds.get(data["kind"])
        outcome = dict(Outcome.choices).get(data["outcome"], data["outcome"])
        said = f"{self.label}: {kind.label if kind else data['kind']} № {data['subject']}, {outcome}"
        if not data["flags"]:
            return said
        return f"{said}. " + _("Рассмотрено жалоб: %(count)s") % {"count": data["flags"]}


class Escalated(LogFormatter):
    label = gettext_lazy("Запись передана")

    def format_message(self, log_entry: Any) -> str:
        kind = registry.kinds.get(log_entry.data["kind"])
        return f"{self.label}: {kind.label if kind else log_entry.data['kind']} № {log_entry.data['subject']}"


class AppealDecided(LogFormatter):
    label = gettext_lazy("Решена апелляция")

    def format_message(self, log_entry: Any) -> str:
        state = dict(Appeal.State.choices).get(log_entry.data["state"], log_entry.data["state"])
        return f"{self.label} № {log_entry.data['appeal']}: {state}"


class SanctionFormatter(LogFormatter):
    """Names the kind; the oldest lines of the log were written when there was one only."""

    def format_message(self, log_entry: Any) -> str:
        kind = Sanction.Kind(log_entry.data.get("kind", Sanction.Kind.SILENCE)).label
        campaign = log_entry.data["campaign"]
        where = _("проект № %(id)s") % {"id": campaign} if campaign else _("все проекты")
        return f"{self.label}: {kind}, {where}"


class SanctionImposed(SanctionFormatter):
    label = gettext_lazy("Наложено ограничение")


class SanctionLifted(SanctionFormatter):
    label = gettext_lazy("Ограничение снято")


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("moderation.sanction_imposed")(SanctionImposed)
    actions.register_action("moderation.sanction_lifted")(SanctionLifted)
    actions.register_action("moderation.appeal_decided")(AppealDecided)
    actions.register_action("moderation.decided")(Decided)
    actions.register_action("moderation.escalated")(Escalated)
