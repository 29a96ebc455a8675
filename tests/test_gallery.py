"""The gallery shows every component, in production nothing."""

import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import resolve

from crowd.gallery.entries import groups
from crowd.gallery.views import drawn, gallery
from tests.check_deploy import ENVIRONMENT

pytestmark = pytest.mark.django_db
TEMPLATES = sorted(path.stem for path in (settings.BASE_DIR / "templates/components").glob("*.html"))
ENTRIES = {entry.template: entry for group in groups() for entry in group.entries}


def test_every_component_is_shown():
    assert sorted(ENTRIES) == TEMPLATES


def test_every_component_is_described():
    described = set(re.findall(r"`([\w]+)\.html`", (settings.BASE_DIR / "docs/components.md").read_text()))

    assert set(TEMPLATES) - described == set()


@pytest.mark.parametrize("template", ENTRIES)
def test_component_is_drawn_in_each_state(template, rf):
    states = ENTRIES[template].states
    made = [drawn(rf.get("/_components/"), template, state).strip() for state in states]

    assert len(made) > 0
    assert len({state.name for state in states}) == len(states)
    assert [state.name for state, html in zip(states, made, strict=True) if not html] == []


def test_page_has_no_name_twice(rf):
    request = rf.get("/_components/")
    ids = re.findall(r'\sid="([^"]+)"', gallery(request).content.decode())

    assert sorted(name for name in set(ids) if ids.count(name) > 1) == []


def test_gallery_is_nowhere_to_be_found_here(client):
    assert resolve("/_components/").view_name == "wagtail_serve"
    assert client.get("/_components/").status_code == 404


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        (ENVIRONMENT, "wagtail_serve"),
        (ENVIRONMENT | {"DEBUG": "1"}, "wagtail_serve"),
        ({"DJANGO_SETTINGS_MODULE": "crowd.settings.dev"}, "wagtail_serve"),
        ({"DJANGO_SETTINGS_MODULE": "crowd.settings.dev", "DEBUG": "1"}, "components"),
    ],
    ids=["production", "production-asked-for-it", "embedded", "embedded-for-a-developer"],
)
def test_only_a_developer_has_the_gallery(environment, shown, tmp_path):
    program = (
        "import django; django.setup(); from django.urls import resolve; print(resolve('/_components/').view_name)"
    )
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env={"PATH": "/usr/bin:/bin", "VAR_DIR": str(tmp_path)} | environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.strip() == shown
