"""Makes a page of the site one that can be looked at and does nothing: for rehearsals."""

from collections.abc import Callable
from urllib.parse import unquote, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from django.templatetags.static import static

CONTROLS = ("button", "input", "select", "textarea")
# Files that a page shows are the same at any time.
FILES = ("/media/", "/documents/", "/static/")

Lead = Callable[[str, str], str | None]


def inert(html: str, *, address: str, bar: str, lead: Lead) -> str:
    """Return the page without scripts, with forms that do nothing and links that stay in the rehearsal.

    `address` is where the page stands, `bar` what is put on top of it; `lead(path, query)` says where a link to
    one of the site's addresses leads, or None where it leads nowhere.
    """
    soup = BeautifulSoup(html, "html.parser")
    for script in soup(["script", "noscript", "base"]):
        script.decompose()
    for form in soup("form"):
        _close(form)
    for link in soup("a", href=True):
        _lead(link, address, lead)
    if soup.head is not None:
        soup.head.append(soup.new_tag("meta", attrs={"name": "robots", "content": "noindex"}))
        soup.head.append(soup.new_tag("link", attrs={"rel": "stylesheet", "href": static("css/rehearsal.css")}))
    _put_on_top(soup, BeautifulSoup(bar, "html.parser"))
    return str(soup)


def _put_on_top(soup: BeautifulSoup, bar: BeautifulSoup) -> None:
    """Put the bar first on the page, but for the way past everything that is not the content."""
    skip = soup.find("a", class_="skip")
    if isinstance(skip, Tag):
        skip.insert_after(bar)
    elif soup.body is not None:
        soup.body.insert(0, bar)


def _close(form: Tag) -> None:
    del form["action"]
    form["inert"] = ""
    for control in form(CONTROLS):
        control["disabled"] = ""


def _lead(link: Tag, address: str, lead: Lead) -> None:
    href = str(link["href"])
    if href.startswith("#"):
        return
    target = urlsplit(urljoin(f"//here{address}", href))
    if target.netloc != "here":
        # Another site: it opens beside the rehearsal.
        link["target"], link["rel"] = "_blank", "noopener"
        return
    if target.path.startswith(FILES):
        return
    found = lead(unquote(target.path), target.query)
    if found is None:
        # What leads out of the rehearsal stays readable as text.
        del link["href"]
        link["aria-disabled"], link["role"] = "true", "link"
        return
    link["href"] = found + (f"#{target.fragment}" if target.fragment else "")
