"""Atom feeds: news, and the latest ideas of a cycle."""

from datetime import datetime

from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from wagtail.models import Page

from crowd.campaigns.documents import page_text
from crowd.campaigns.models import BlockPage
from crowd.campaigns.texts import PageTexts
from crowd.sharing.queries import brief, latest_ideas, latest_news_beneath, news_moment
from crowd.sharing.xml import clean

SUMMARY = 600


class Feed(Atom1Feed):
    def add(self, *, title: str, url: str, summary: str, moment: datetime, author: str = "") -> None:
        self.add_item(
            title=clean(title),
            link=url,
            description=clean(brief(summary, SUMMARY)),
            unique_id=url,
            pubdate=moment,
            updateddate=moment,
            author_name=clean(author) or None,
        )

    def latest_post_date(self) -> datetime:
        """Return the latest date, so that an empty feed too is the same each time it is made."""
        dates = [item["updateddate"] for item in self.items]
        return max(dates, default=self.feed["made_at"])


def _feed(title: str, page_url: str, feed_url: str, texts: PageTexts, made_at: datetime) -> Feed:
    return Feed(
        title=clean(title), link=page_url, description="", language=texts.language, feed_url=feed_url, made_at=made_at
    )


def news(parent: Page, base: str, feed_url: str, texts: PageTexts) -> Feed:
    """Return the latest news anywhere beneath the page, in the reader's language where they are translated."""
    title = f"{_('Новости')}: {texts.text(parent).title}"
    feed = _feed(title, base + (parent.url or "/"), feed_url, texts, _made_at(parent))
    for item in latest_news_beneath(parent):
        text = texts.text(item)
        summary = text.intro or page_text(text.source)
        feed.add(title=text.title, url=base + (item.url or ""), summary=summary, moment=news_moment(item))
    return feed


def ideas(cycle: BlockPage, base: str, feed_url: str, texts: PageTexts) -> Feed:
    """Return the latest ideas of the cycle."""
    title = f"{_('Новые идеи')}: {texts.text(cycle).title}"
    feed = _feed(title, base + (cycle.url or "/"), feed_url, texts, _made_at(cycle))
    for idea in latest_ideas(cycle):
        feed.add(
            title=idea.title,
            url=base + idea.get_absolute_url(),
            summary=idea.problem,
            moment=idea.published_at or idea.created_at,
            author=idea.author.display_name,
        )
    return feed


def _made_at(page: Page) -> datetime:
    moment: datetime | None = page.first_published_at or page.latest_revision_created_at
    return moment or datetime.fromisoformat("2000-01-01T00:00:00+00:00")
