"""A discussion in which several people sit at their browsers, side by side."""

from dataclasses import dataclass, field

from playwright.sync_api import expect

from tests.browser.chromium import own_window
from tests.live.servers import Site
from tests.live.talk import post, seed

# How long a page may take for anything, on a machine that does other things too.
PATIENCE = 30_000
OF_ROOM = """
from discussions import actions
from discussions.models import Comment, Thread
from tests.factories import comments, people
thread = Thread.objects.get(pk={thread})
page = DiscussionPage.objects.get(pk={page})
"""


@dataclass
class Room:
    browser: object
    site: Site
    place: dict
    contexts: list = field(default_factory=list)
    faults: list = field(default_factory=list)

    def open(self, number=None, *, query="", prepare=None, **options):
        """Open the discussion as one of its writers; by nobody's name without a number."""
        page = own_window(self.browser, self.site, **options)
        self.contexts.append(page.context)
        page.context.set_default_timeout(PATIENCE)
        if number is not None:
            cookie = {"name": "sessionid", "value": self.place["writers"][number], "url": self.site.url}
            page.context.add_cookies([cookie])
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        if prepare:
            prepare(page)
        page.goto(self.place["url"] + query)
        return page

    def post(self, number, body, **fields):
        """Say something as this writer, from elsewhere."""
        return post(self.site.session(self.place["writers"][number]), self.place["thread"], body, **fields)["id"]

    def run(self, code):
        """Run code in the site, with `thread`, `page`, `actions` and `comments` at hand."""
        of_room = "from discussions.models import DiscussionPage\n" + OF_ROOM.format(**self.place)
        return self.site.run(of_room + code)

    def fill(self, count):
        """Let so many comments be there at once, of somebody new."""
        author = "people.person(email=f'{__import__(\"uuid\").uuid4().hex}@example.org')"
        self.run(f"comments.comments(thread, {count}, author={author}); print(1)")

    def close(self):
        for context in self.contexts:
            context.close()


def room_in(browser, site, *, writers=2):
    expect.set_options(timeout=PATIENCE)
    return Room(browser, site, seed(site, writers=writers))


def write(page, text):
    page.locator(".comment-form textarea").fill(text)
    page.get_by_role("button", name="Отправить", exact=True).click()


def bodies(page):
    return page.locator("[data-comments] .comment-body")
