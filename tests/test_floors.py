"""The contract of floors names every room, so that none stands outside of it."""

import tomllib

from django.conf import settings

ROOTS = ("discussions", "questions", "services", "ideas", "search", "home")


def test_every_package_stands_on_a_floor():
    config = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    contract = config["tool"]["importlinter"]["contracts"][0]
    named = {name.strip() for layer in contract["layers"] for name in layer.split("|")}
    crowd = settings.BASE_DIR / "crowd"
    modules = {path.stem for path in crowd.glob("*.py")} | {path.parent.name for path in crowd.glob("*/__init__.py")}

    assert {f"crowd.{name}" for name in modules - {"__init__"}} | set(ROOTS) == named


def test_files_stay_readable():
    written = [path for root in ("crowd", *ROOTS) for path in (settings.BASE_DIR / root).rglob("*.py")]
    # A migration is generated, read once and never changed.
    own = [path for path in written if path.parent.name != "migrations"]

    long = {str(path): lines for path in own if (lines := len(path.read_text().splitlines())) > 420}

    assert long == {}
