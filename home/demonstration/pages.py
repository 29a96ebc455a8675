"""The pages of the demonstration: campaign, blocks, news, texts. What stands is recognised and left."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from crowd.campaigns.models import CampaignPage, Phase
from crowd.campaigns.parts import CampaignExpert, CampaignOutcome
from discussions.actions import open_thread
from discussions.models import DiscussionPage
from home.demonstration.drawing import draw_scene
from home.demonstration.texts import Raw, block_of, paragraphs, rich_text, stream, texts
from home.models import HomePage, NewsIndexPage, NewsPage, PolicyPage, PolicyVersion, StandardPage
from ideas.models import Idea, IdeaCyclePage

IN_MENU = frozenset({"o-proekte", "voprosy"})


class PageLoader:
    """Builds the page tree; `pages` holds what was built by the keys of the texts."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.pages: dict[str, Any] = {}

    def load(self, home: HomePage) -> CampaignPage:
        campaign = self._load_campaign(home)
        self._load_texts(home)
        return campaign

    def complete(self, campaign: CampaignPage, ideas: Sequence[Idea]) -> None:
        """Write on the campaign what refers to its blocks and ideas, once these stand."""
        if campaign.body:
            return
        raw = texts("campaign")
        campaign.body = stream(raw["blocks"], self._find)
        campaign.results = stream(raw["results"], self._find)
        campaign.cover, campaign.cover_alt = self._picture(raw["cover"]["image"]), raw["cover"]["alt_text"]
        for number, expert in enumerate(texts("people")["experts"]):
            role = expert["title"][:1].upper() + expert["title"][1:]
            campaign.experts.add(CampaignExpert(name=expert["display_name"], role=role, sort_order=number))
        for outcome in raw["outcomes"]:
            link = ideas[outcome["idea"]].get_absolute_url() if "idea" in outcome else ""
            done_on = self._day(outcome["done_in_days"])
            campaign.outcomes.add(
                CampaignOutcome(title=outcome["title"], text=outcome["text"], done_on=done_on, link=link)
            )
        campaign.save_revision().publish()

    def at(self, days: float) -> datetime:
        return self.now + timedelta(days=days)

    def _day(self, days: float) -> date:
        return timezone.localtime(self.at(days)).date()

    def _edge(self, days: int) -> datetime:
        """Return when a phase opens or closes on that day: at an hour that an editor would choose."""
        return timezone.localtime(self.at(days)).replace(hour=9, minute=0, second=0, microsecond=0)

    def _find(self, kind: str, key: Any) -> Any:
        if kind in {"image", "poster"}:
            return self._picture(key)
        if kind == "document":
            return self._table_of_ideas(key)
        return self._day(key) if kind == "day" else self.pages[key]

    def _picture(self, scene: str) -> Any:
        """Return the drawn landscape from the library, where it is put the first time."""
        model = get_image_model()
        title = texts("campaign")["pictures"][scene]
        image = model.objects.filter(title=title).first()
        if image is None:
            image = model(title=title, file=ContentFile(draw_scene(scene), name=f"{scene}.jpg"))
            image.save()
        return image

    def _table_of_ideas(self, title: str) -> Any:
        """Return the table of the first cycle's ideas as a file of the library."""
        model = get_document_model()
        document = model.objects.filter(title=title).first()
        if document is None:
            table = StringIO()
            rows = csv.writer(table, delimiter=";")
            rows.writerow(["Идея", "Отрасль", "Муниципальное образование", "Голосов за"])
            ideas = Idea.objects.listed().filter(cycle=self.pages["past"]).select_related("sector", "municipality")
            for idea in ideas.order_by("-votes_for", "pk"):
                rows.writerow([idea.title, idea.sector, idea.municipality, idea.votes_for])
            # The mark at the front tells spreadsheets which alphabet it is.
            content = table.getvalue().encode("utf-8-sig")
            document = model(title=title, file=ContentFile(content, name="idei-pervogo-sbora.csv"))
            document.file_size = len(content)
            document.save()
        return document

    def _load_campaign(self, home: HomePage) -> CampaignPage:
        raw = texts("campaign")
        page = CampaignPage(
            title=raw["title"],
            slug=raw["slug"],
            intro=raw["intro"],
            why="\n\n".join(raw["why"]),
            responsible_body=raw["responsible_body"],
            opens_at=self._edge(raw["opens_in_days"]),
            closes_at=self._edge(raw["closes_in_days"]),
        )
        campaign: CampaignPage = self._child(home, page)
        for discussion in raw["discussions"]:
            self._load_discussion(campaign, discussion)
        for cycle in raw["cycles"]:
            self._load_cycle(campaign, cycle)
        for news in raw["news"]:
            self._load_news(campaign, news)
        return campaign

    def _load_discussion(self, campaign: CampaignPage, raw: Raw) -> None:
        body = [("paragraph", str(paragraphs(raw["body"])))]
        page = DiscussionPage(title=raw["title"], slug=raw["slug"], intro=raw["intro"], body=body)
        phase = {"name": "Обсуждение", "opens": ["comment"]} | {k: raw[k] for k in ("opens_in_days", "closes_in_days")}
        page = self._child(campaign, page, phases=[phase])
        open_thread(host_kind="discussion", host_id=page.pk, block=page)
        self.pages[f"discussion:{raw['key']}"] = page

    def _load_cycle(self, campaign: CampaignPage, raw: Raw) -> None:
        body = [("heading", "Правила сбора"), block_of({"kind": "list", "items": raw["rules"]})]
        settings = dict(raw.get("settings", {}))
        if days := settings.pop("answers_by_in_days", None):
            settings["answers_by"] = self._day(days)
        page = IdeaCyclePage(title=raw["title"], slug=raw["slug"], intro=raw["intro"], body=body, **settings)
        self.pages[raw["key"]] = self._child(campaign, page, phases=raw["phases"])

    def _load_news(self, campaign: CampaignPage, raw: Raw) -> None:
        page = NewsPage(
            title=raw["title"],
            slug=raw["slug"],
            intro=raw["intro"],
            body=[("paragraph", str(paragraphs(raw["body"])))],
            published_on=self._day(raw["published_in_days"]),
        )
        if "cover" in raw:
            page.cover, page.cover_alt = self._picture(raw["cover"]["image"]), raw["cover"]["alt_text"]
        self._child(campaign, page)

    def _load_texts(self, home: HomePage) -> None:
        raw = texts("pages")
        for page in raw["pages"]:
            intro, body = page.get("intro", ""), stream(page["body"])
            in_menu = page["slug"] in IN_MENU
            text = StandardPage(title=page["title"], slug=page["slug"], intro=intro, body=body, show_in_menus=in_menu)
            self._child(home, text)
        for policy in raw["policies"]:
            self._load_policy(home, policy)
        self._child(home, NewsIndexPage(title="Новости", slug="novosti", intro=raw["news_intro"], show_in_menus=True))

    def _load_policy(self, home: HomePage, raw: Raw) -> None:
        page = PolicyPage(title=raw["title"], slug=raw["slug"], kind=raw["policy"], intro=raw.get("intro", ""))
        for number, version in enumerate(raw["versions"], start=1):
            page.versions.add(
                PolicyVersion(
                    number=number,
                    in_force_from=self._day(version["in_force_in_days"]),
                    changes=version["changes"],
                    body=rich_text(version["body"]),
                )
            )
        self._child(home, page)

    def _child(self, parent: Page, page: Any, phases: Iterable[Raw] = ()) -> Any:
        """Add and publish the page where its address is free; else return what stands there."""
        standing = parent.get_children().filter(slug=page.slug).first()
        if standing is not None:
            return standing.specific
        page.live = False
        parent.add_child(instance=page)
        for phase in phases:
            Phase.objects.create(
                page=page,
                name=phase["name"],
                opens_at=self._edge(phase["opens_in_days"]),
                closes_at=self._edge(phase["closes_in_days"]),
                **dict.fromkeys(phase["opens"], True),
            )
        page = type(page).objects.get(pk=page.pk)
        page.save_revision().publish()
        page.refresh_from_db()
        return page
