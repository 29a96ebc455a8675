from django.utils.translation import gettext_lazy as _

from crowd.campaigns.documents import page_kind
from crowd.campaigns.models import CampaignPage
from home.models import NewsIndexPage, NewsPage, PolicyPage, StandardPage
from ideas.models import IdeaCyclePage
from search.documents import registry


def register_documents() -> None:
    """Let the search find the pages that editors write; discussions are a kind of their own."""
    pages = [CampaignPage, IdeaCyclePage, NewsPage, NewsIndexPage, PolicyPage, StandardPage]
    registry.register(page_kind("page", _("Страница"), pages))
