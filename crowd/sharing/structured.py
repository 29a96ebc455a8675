"""What a page is, in the words of schema.org: for search engines, as JSON-LD."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import strip_tags
from wagtail.models import Page

from crowd.campaigns.texts import PageText, PageTexts
from crowd.sharing.queries import Shared, brief, news_moment
from home.models import NewsPage
from ideas.models import Idea

Thing = dict[str, Any]

LONGEST_TEXT = 5000
QUESTIONS = "accordion"


def organization(base: str, name: str) -> Thing:
    return {"@type": "Organization", "name": name, "url": f"{base}/", "logo": f"{base}/static/icons/site-512.png"}


def website(base: str, name: str, language: str) -> list[Thing]:
    search = base + reverse("search:search") + "?q={search_term_string}"
    action = {"@type": "SearchAction", "target": search, "query-input": "required name=search_term_string"}
    site = {"@type": "WebSite", "name": name, "url": f"{base}/", "inLanguage": language, "potentialAction": action}
    return [{"@context": "https://schema.org", **organization(base, name)}, {"@context": "https://schema.org", **site}]


def breadcrumbs(base: str, trail: Sequence[tuple[str, str]]) -> Thing:
    """`trail` is (title, path) from the home page down to the page itself."""
    items = [
        {"@type": "ListItem", "position": number, "name": title, "item": base + path}
        for number, (title, path) in enumerate(trail, start=1)
    ]
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}


def trail_to(pages: Sequence[Page], texts: PageTexts, shared: Shared) -> list[tuple[str, str]]:
    return [*((texts.text(page).title, page.url or "") for page in pages), (shared.title, shared.path)]


def news_article(news: NewsPage, shared: Shared, base: str, *, publisher: str, picture: str) -> Thing:
    changed = news.last_published_at or news_moment(news)
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": brief(shared.title, 110),
        "description": shared.description,
        "datePublished": news_moment(news).isoformat(),
        "dateModified": max(changed, news_moment(news)).isoformat(),
        "inLanguage": shared.language,
        "image": [picture],
        "mainEntityOfPage": base + shared.path,
        "author": organization(base, publisher),
        "publisher": organization(base, publisher),
    }


def idea_posting(idea: Idea, shared: Shared, base: str) -> Thing:
    text = "\n\n".join(part for part in (idea.problem, idea.solution, idea.effect) if part)
    votes = getattr(idea, "up", None)
    posting: Thing = {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "headline": brief(idea.title, 110),
        "text": text[:LONGEST_TEXT],
        "url": base + shared.path,
        "inLanguage": shared.language,
        "author": {"@type": "Person", "name": idea.author.display_name},
        "datePublished": (idea.published_at or idea.created_at).isoformat(),
    }
    if votes is not None:
        liked = {"@type": "InteractionCounter", "interactionType": "https://schema.org/LikeAction"}
        posting["interactionStatistic"] = liked | {"userInteractionCount": votes}
    return posting


def questions(text: PageText) -> Thing | None:
    """Return the questions and answers of a page, where its text holds any."""
    rows = [row for block in text.body or () if block.block_type == QUESTIONS for row in block.value]
    entities = [
        {
            "@type": "Question",
            "name": row["title"],
            "acceptedAnswer": {"@type": "Answer", "text": " ".join(strip_tags(row["text"].source).split())},
        }
        for row in rows
    ]
    return {"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": entities} if entities else None
