"""The documents say what is there: links, commands, variables and addresses are held against the code."""

import re

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.urls import Resolver404, resolve

BASE = settings.BASE_DIR
DOCUMENTS = sorted([*BASE.glob("*.md"), *BASE.glob("docs/**/*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
LATER = "later"
# Part of an address in the contract → what stands there when it is tried.
EXAMPLES = {
    "ID": "7",
    "SEQ": "7",
    "KIND": "idea",
    "KEY": "abc:def",
    "UID": "1a",
    "NAME": "a.pdf",
    "HASH": "0123456789abcdef",
    "slug": "трамвай",
}
PACKAGES = ("crowd", "discussions", "home", "ideas", "questions", "search", "services")


def text_of(name):
    return (BASE / name).read_text(encoding="utf-8")


def code_of(text):
    return "\n".join(CODE.findall(text))


def later_rows(text):
    return [line for line in text.splitlines() if line.startswith("|") and re.search(rf"\| {LATER} \|", line)]


def built(text):
    """The document without its rows about what is not built."""
    later = set(later_rows(text))
    return "\n".join(line for line in text.splitlines() if line not in later)


def tables(text, first):
    """The rows (as cells) of the tables whose first column has this name."""
    rows, inside = [], False
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if not line.startswith("|"):
            inside = False
        elif not inside:
            inside = cells[0] == first
        elif not set(cells[0]) <= set("-: "):
            rows.append(cells)
    return rows


def addresses():
    rows = tables(built(text_of("docs/contract.md")), "address")
    return [address for row in rows for address in re.findall(r"`([^`]+)`", row[0])]


def example_of(address):
    words = "|".join(EXAMPLES)
    path = re.sub(rf"(?<![A-Za-z])(?:{words})(?![A-Za-z])", lambda found: EXAMPLES[found[0]], address.partition("?")[0])
    return re.sub(r"<\w+>", "page", path)


def makefile_targets():
    return set(re.findall(r"^([a-z][a-z-]*):", text_of("Makefile"), re.MULTILINE))


def variables_of_the_example():
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]*)=", text_of(".env.example"), re.MULTILINE))


def variables_of_the_settings():
    """What settings read from the environment."""
    found = set()
    for module in (BASE / "crowd" / "settings").glob("*.py"):
        if module.name == "test.py":
            continue
        source = module.read_text(encoding="utf-8")
        found |= set(re.findall(r"env\w*(?:\(\))?\.(?:str|int|float|bool|list|\w*url)\(\s*\"([A-Z_]+)\"", source))
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(BASE)))
def test_every_relative_link_leads_somewhere(document):
    links = [link for link in LINK.findall(document.read_text(encoding="utf-8")) if not re.match(r"\w+:", link)]
    missing = [link for link in links if link.split("#")[0] and not (document.parent / link.split("#")[0]).exists()]

    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(BASE)))
def test_every_make_target_exists(document):
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", code_of(built(document.read_text(encoding="utf-8")))))

    assert named <= makefile_targets()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(BASE)))
def test_every_management_command_exists(document):
    named = set(re.findall(r"manage\.py ([a-z_]+)", code_of(built(document.read_text(encoding="utf-8")))))

    assert named <= set(get_commands())


def test_every_command_of_ours_is_in_the_contract():
    ours = {name for name, app in get_commands().items() if app.split(".")[0] in PACKAGES}
    named = set(re.findall(r"manage\.py ([a-z_]+)", text_of("docs/contract.md")))

    assert ours <= named


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(BASE)))
def test_every_file_named_in_code_exists(document):
    """A path like `crowd/views.py` in backticks is a file or a folder of this tree."""
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL))
    roots = "|".join([*PACKAGES, "templates", "static", "locale", "tests", "docs", "deploy", r"\.ci"])
    named = {span for span in spans if re.fullmatch(rf"(?:{roots})/[\w./-]*", span)}

    assert {path for path in named if not (BASE / path).exists()} == set()


def test_every_variable_of_the_example_is_read():
    readers = "\n".join(
        [text_of("compose.yaml"), *(path.read_text() for path in (BASE / "crowd/settings").glob("*.py"))]
    )
    unread = {name for name in variables_of_the_example() if not re.search(rf"\b{name}\b", readers)}

    assert unread == set()


def test_every_variable_of_the_settings_is_described():
    described = set(VARIABLE.findall(code_of(text_of("docs/operations.md")))) | variables_of_the_example()

    assert variables_of_the_settings()
    assert variables_of_the_settings() - described == set()


def test_every_variable_of_the_example_is_in_operations():
    assert variables_of_the_example() - set(VARIABLE.findall(code_of(text_of("docs/operations.md")))) == set()


@pytest.mark.parametrize("address", addresses())
def test_every_address_of_the_contract_resolves(address):
    found = resolve(example_of(address))

    is_page = found.view_name == "wagtail_serve"
    assert is_page == (address == "/" or "<" in address)


def test_addresses_marked_later_do_not_resolve_yet():
    rows = [row for row in later_rows(text_of("docs/contract.md")) if row.startswith("| `/")]
    later = [address for row in rows for address in re.findall(r"`(/[^`]*)`", row.split("|")[1])]

    assert later
    for address in later:
        try:
            assert resolve(example_of(address)).view_name == "wagtail_serve", address
        except Resolver404:
            continue


def test_every_error_of_the_domain_is_in_the_contract():
    from crowd import errors
    from crowd.people.adapters import MailAway

    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.DomainError)]
    said = {cells[0]: cells[1] for cells in tables(text_of("docs/contract.md"), "status")}

    for kind in [*kinds, MailAway]:
        if kind is not errors.DomainError:
            assert f"`{kind.code}`" in said[str(kind.status)]


def test_decisions_are_numbered_without_gaps():
    numbers = sorted(int(path.name[:4]) for path in (BASE / "docs/decisions").glob("*.md"))

    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("record", sorted((BASE / "docs/decisions").glob("*.md")), ids=lambda path: path.name[:4])
def test_a_decision_has_its_three_parts(record):
    lines = record.read_text(encoding="utf-8").splitlines()

    assert lines[0].startswith(f"# {int(record.name[:4])}. ")
    assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]
