"""What holds personal data waits for a moderator, on every way in; and is on no way out before one has looked."""

import pytest
from django.utils.html import strip_tags

from crowd.errors import Invalid
from crowd.events.worker import Worker
from crowd.moderation.machine.notes import named_data, personal_note
from crowd.moderation.rules import must_be_looked_at
from crowd.people.models import ConsentText
from discussions.actions import edit_comment, post_comment
from discussions.models import Comment
from discussions.queries import changes_after
from ideas.actions import IdeaText, add_clarification, edit_idea, submit_idea
from ideas.actions.operators import submit_idea_for
from ideas.models import Idea
from ideas.tables import IdeaSpreadsheets
from search.models import SearchEntry
from search.upkeep import sync_all
from tests.factories import comments, ideas, pages, people
from tests.factories.flags import decided

pytestmark = pytest.mark.django_db

PHONE = "8 912 345-67-89"
MASK = "[телефон скрыт до проверки]"
CALL = f"Бегемоты у дома, звоните {PHONE}"
CALM = "Бегемоты у дома, обходите"
PENDING, PUBLISHED = "pending", "published"


@pytest.fixture
def campaign():
    return pages.campaign()


@pytest.fixture
def cycle(campaign):
    return pages.cycle(campaign)


@pytest.fixture
def discussion(campaign):
    return pages.discussion(campaign)


@pytest.fixture
def thread(discussion):
    return comments.thread(discussion)


def text(problem=CALM, title="Бегемоты", **fields):
    return IdeaText(title=title, problem=problem, **fields)


def edited(comment, body):
    return edit_comment(author=comment.author, comment_id=comment.pk, body=body, stance="")


def seen_by(client, person, address):
    client.logout()
    if person:
        client.force_login(person)
    return client.get(address, follow=True).content.decode()


@pytest.mark.parametrize(
    ("role", "here", "body", "moderation"),
    [
        (None, True, CALL, PENDING),
        (None, True, CALM, PUBLISHED),
        ("expert", True, CALL, PENDING),
        ("editor", True, CALL, PENDING),
        ("moderator", True, CALL, PUBLISHED),
        ("moderator", False, CALL, PENDING),
    ],
)
def test_a_comment_waits_by_what_it_says_and_who_writes(campaign, thread, role, here, body, moderation):
    author = people.with_role(role, campaign if here else pages.campaign("Другой")) if role else people.person()

    assert post_comment(author=author, thread=thread, body=body).moderation == moderation
    assert must_be_looked_at(author, campaign.pk, CALM, body) is (moderation == PENDING)


@pytest.mark.parametrize(
    ("typed", "moderation"),
    [
        (text(), PUBLISHED),
        (text(CALL), PENDING),
        (text(title=f"Звоните {PHONE}"), PENDING),
        (text(solution="anna@example.org"), PENDING),
        (text(effect="паспорт 6704 123456"), PENDING),
        (text(tags=["тел. 2-11-22"]), PENDING),
    ],
)
def test_an_idea_waits_whichever_part_says_it(cycle, typed, moderation):
    assert submit_idea(author=people.person(), cycle=cycle, text=typed).moderation == moderation


@pytest.mark.parametrize(("typed", "moderation"), [(text(), PUBLISHED), (text(CALL), PENDING)])
def test_what_an_operator_enters_waits_as_well(campaign, cycle, typed, moderation):
    operator = people.with_role("operator", campaign)

    entered = submit_idea_for(
        operator=operator, resident=people.person(), cycle=cycle, text=typed, consent="Согласие на бумаге"
    )

    assert entered.moderation == moderation


def test_a_public_text_that_is_changed_so_goes_back_to_what_waits(cycle, thread):
    comment, idea = comments.comment(thread, body=CALM), ideas.idea(cycle)

    edited(comment, CALL)
    edit_idea(author=idea.author, idea_id=idea.pk, text=text(CALL))

    comment.refresh_from_db()
    idea.refresh_from_db()
    assert (comment.moderation, idea.moderation) == (PENDING, PENDING)
    assert [one.moderation for one in changes_after(thread.pk, 0, 10)] == [PENDING]


def test_taking_it_out_leaves_it_to_the_moderator_and_nothing_of_it_in_the_history(client, cycle, thread):
    comment, idea = comments.comment(thread, body=CALM), ideas.idea(cycle, problem=CALM)
    edited(comment, CALL)
    edit_idea(author=idea.author, idea_id=idea.pk, text=text(CALL))

    edited(comment, "Бегемоты ушли")
    edit_idea(author=idea.author, idea_id=idea.pk, text=text("Бегемоты ушли"))
    waited = Comment.objects.get().moderation
    decided(comment, "publish")
    decided(idea, "publish")

    histories = [
        seen_by(client, None, address)
        for address in (f"/comments/{comment.pk}/history/", f"/ideas/{idea.pk}/versions/")
    ]
    assert waited == PENDING
    for shown in histories:
        assert CALM in strip_tags(shown)
        assert PHONE not in shown
    assert Comment.objects.get().edited_at is not None


def test_what_a_moderator_has_published_is_shown_as_written_and_kept_in_its_history(client, thread):
    comment = comments.comment(thread, body=CALL)
    decided(comment, "publish")
    before = seen_by(client, None, f"/threads/{thread.pk}/comments/")

    edited(Comment.objects.get(), CALM)

    assert PHONE in before
    assert PHONE in seen_by(client, None, f"/comments/{comment.pk}/history/")
    assert Comment.objects.get().moderation == PUBLISHED


def test_a_clarification_with_it_is_refused_in_words(cycle):
    idea = ideas.idea(cycle)

    with pytest.raises(Invalid) as refused:
        add_clarification(author=idea.author, idea_id=idea.pk, body=CALL)
    add_clarification(author=idea.author, idea_id=idea.pk, body=CALM)

    [said] = refused.value.fields["body"]
    assert str(said) == ("Уточнение сразу увидят все, а в нём, похоже, есть личные данные: номер телефона. Уберите их.")
    assert [one.body for one in idea.clarifications.all()] == [CALM]


def test_it_is_on_no_way_out_before_a_moderator_has_looked_and_on_each_afterwards(
    client, settings, campaign, cycle, discussion
):
    """Each address is asked twice: what is masked by never being there must be there once it is let through."""
    settings.ELASTICSEARCH_URL = ""
    ConsentText.objects.all().delete()
    thread = comments.thread(discussion)
    comment = post_comment(author=people.person(), thread=thread, body=CALL)
    idea = submit_idea(author=people.person(), cycle=cycle, text=text(CALL))
    addresses = [
        f"/threads/{thread.pk}/comments/",
        f"/threads/{thread.pk}/comments/?after=0",
        f"/comments/{comment.pk}/",
        discussion.url,
        idea.get_absolute_url(),
        "/search/?q=бегемоты",
    ]
    named = [cycle.url, f"/feeds/ideas/{cycle.pk}/"]
    reader = people.person()

    def everywhere():
        Worker().drain()
        sync_all()
        shown = {}
        for address in [*addresses, *named]:
            headers = {"accept": "application/json"} if "after" in address else {}
            client.force_login(reader)
            shown[address] = client.get(address, headers=headers, follow=True).content.decode()
        return shown

    before, indexed = everywhere(), SearchEntry.objects.present().exclude(kind__in=["page", "discussion"]).count()
    decided(comment, "publish")
    decided(idea, "publish")
    after = everywhere()

    assert not [address for address, shown in before.items() if PHONE in shown or "912" in strip_tags(shown)]
    assert not [address for address in named if "звоните" in before[address]]
    assert indexed == 0
    assert not [address for address in addresses if PHONE not in strip_tags(after[address])]


@pytest.mark.parametrize(
    ("who", "shown"),
    [("author", PHONE), ("moderator", PHONE), ("admin", PHONE), ("editor", MASK), ("resident", None), (None, None)],
)
def test_while_an_idea_waits_only_who_wrote_and_who_decides_read_it_unmasked(client, campaign, cycle, who, shown):
    idea = submit_idea(author=people.person(), cycle=cycle, text=text(CALL))
    readers = {
        "author": idea.author,
        "admin": people.person(is_superuser=True),
        "resident": people.person(),
        None: None,
    }
    reader = readers[who] if who in readers else people.with_role(who, campaign)

    page = seen_by(client, reader, f"/ideas/{idea.pk}/")

    assert (PHONE in page) is (shown == PHONE)
    assert (MASK in page) is (shown == MASK)
    assert Idea.objects.get().problem == CALL


@pytest.mark.parametrize(
    ("role", "act", "shown", "hidden"), [("editor", "accept", MASK, PHONE), ("moderator", "publish", PHONE, MASK)]
)
def test_in_the_admin_and_in_tables_it_is_masked_for_who_does_not_decide(
    client, rf, campaign, cycle, role, act, shown, hidden
):
    operator, typed = people.with_role("operator", campaign), text(CALL, title=f"Бегемоты {PHONE}")
    idea = submit_idea_for(operator=operator, resident=people.person(), cycle=cycle, text=typed, consent="На бумаге")
    staff = people.with_role(role, campaign)
    table = IdeaSpreadsheets()
    table.request = rf.get("/")
    table.request.user = staff
    addresses = [
        "/admin/ideas/",
        f"/admin/ideas/{idea.pk}/",
        "/admin/operator-entries/",
        f"/admin/bulk/ideas/idea/{act}/?id={idea.pk}",
    ]

    [row] = [table.get_cells(row) for row in table.rows(Idea.objects.filter(pk=idea.pk))]
    pages_seen = {address: seen_by(client, staff, address) for address in addresses}

    assert (shown in row["title"], shown in row["problem"], hidden in str(row)) == (True, True, False)
    assert {address: (shown in page, hidden in page) for address, page in pages_seen.items()} == dict.fromkeys(
        addresses, (True, False)
    )


def test_the_author_reads_why_it_waits_and_what_to_do_at_the_post_and_after_sending(client, thread):
    author = people.person()
    client.force_login(author)

    sent = client.post(f"/threads/{thread.pk}/comments/", {"body": CALL}, follow=True).text
    as_json = client.post(f"/threads/{thread.pk}/comments/", {"body": CALL}, headers={"accept": "application/json"})
    again = client.get(f"/threads/{thread.pk}/comments/").text
    calm = client.post(f"/threads/{thread.pk}/comments/", {"body": CALM}, follow=True).text

    note = personal_note(CALL)
    assert note == (
        "Похоже, в тексте есть личные данные: номер телефона. Чтобы их не увидели все, текст сначала посмотрит "
        "модератор. Если они здесь не нужны, нажмите «Изменить» и уберите их."
    )
    assert sent.count(note) == 2
    assert (as_json.json()["seq"], note in as_json.json()["html"]) == (None, True)
    assert again.count(note) == 2
    assert calm.count(note) == 2


def test_the_author_of_an_idea_reads_the_same(client, cycle):
    author = people.person()
    client.force_login(author)
    typed = {"title": "Бегемоты", "problem": CALL, "similar_seen": "all"}

    sent = client.post(f"/ideas/new/?cycle={cycle.pk}", typed, follow=True).text
    changed = client.post(f"/ideas/{Idea.objects.get().pk}/edit/", typed | {"problem": f"{CALL}!"}, follow=True).text

    assert personal_note(CALL) in sent
    assert personal_note(CALL) in changed
    assert "Изменения сохранены." in changed


def test_what_is_named_is_named_once_each():
    assert named_data(CALL, f"{PHONE} anna@example.org", "СНИЛС 112-233-445 95") == (
        "номер телефона, адрес электронной почты, СНИЛС"
    )
    assert (personal_note(CALM), personal_note()) == ("", "")
