"""The addresses of services: what they show to whom, what they take, what they refuse."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.messages import get_messages

from crowd.limits.rules import LIMITS
from crowd.people.models import ConsentText
from services.models import Rating
from tests.factories import accounts, people
from tests.factories.services import asking, ratings, service

pytestmark = pytest.mark.django_db

JSON = {"accept": "application/json"}
RATE = LIMITS["rate"]


def address(of):
    return f"/services/{of.pk}/rate/"


def text(response):
    return response.content.decode()


@pytest.fixture
def resident(client):
    someone = accounts.account()
    client.force_login(someone)
    return someone


def test_rating_in_a_discussion_leads_back_to_it(client, resident):
    rated = service()
    block = asking(rated)

    answer = client.post(address(rated), {"score": "4", "note": "Удобно", "block": str(block.pk)})

    assert (answer.status_code, answer["Location"]) == (303, f"{block.url}#service-{rated.pk}")
    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["Спасибо, ваша оценка учтена."]
    rating = Rating.objects.get()
    assert (rating.person, rating.score, rating.note) == (resident, 4, "Удобно")


def test_rating_from_the_own_page_leads_back_to_it(client, resident):
    rated = service(rated_always=True)

    answer = client.post(address(rated), {"score": "4"})

    assert (answer.status_code, answer["Location"]) == (303, f"{rated.get_absolute_url()}#rating")


def test_json_tells_the_figures(client, resident):
    rated = service(rated_always=True)
    ratings(rated, 5, 5, 5, 5)

    answer = client.post(address(rated), {"score": "1"}, headers=JSON)

    assert answer.status_code == 200
    assert answer.json() == {"service": rated.pk, "score": 1, "mean": 4.2, "count": 5}


def test_json_tells_nothing_of_few(client, resident):
    rated = service(rated_always=True)

    answer = client.post(address(rated), {"score": "1"}, headers=JSON)

    assert answer.json() == {"service": rated.pk, "score": 1, "mean": None, "count": None}


def test_refused_form_keeps_what_was_typed(client, resident):
    rated = service()
    block = asking(rated)

    answer = client.post(address(rated), {"note": "Долго ждать <b>", "block": str(block.pk)})

    assert answer.status_code == 422
    page = text(answer)
    assert "Выберите оценку от 1 до 5." in page
    assert "Долго ждать &lt;b&gt;</textarea>" in page
    assert f'name="block" value="{block.pk}"' in page
    assert f'href="{block.url}#service-{rated.pk}"' in page
    assert not Rating.objects.exists()


@pytest.mark.parametrize("score", ["", "0", "6", "пять", "4.5", "٤"])
def test_other_scores_are_refused(client, resident, score):
    answer = client.post(address(service(rated_always=True)), {"score": score}, headers=JSON)

    assert answer.status_code == 422
    assert answer.json()["fields"] == {"score": ["Выберите оценку от 1 до 5."]}


def test_long_note_is_refused_with_its_words(client, resident):
    answer = client.post(address(service(rated_always=True)), {"score": "3", "note": "я" * 1001})

    assert answer.status_code == 422
    assert "Пояснение слишком длинное" in text(answer)
    assert "я" * 1001 in text(answer)


def test_closed_phase_is_refused_and_keeps_the_note(client, resident):
    rated = service()
    block = asking(rated, opens=("comment",))

    answer = client.post(address(rated), {"score": "3", "note": "Моё пояснение", "block": str(block.pk)})

    assert answer.status_code == 409
    assert "Моё пояснение" in text(answer)


def test_service_no_longer_rated_is_refused(client, resident):
    rated = service(rated_always=True, state="closed")

    assert client.post(address(rated), {"score": "3"}, headers=JSON).status_code == 409


def test_unconfirmed_account_is_refused(client):
    client.force_login(people.person(verification="none"))

    assert client.post(address(service(rated_always=True)), {"score": "3"}, headers=JSON).status_code == 403


def test_consent_is_asked_for_and_the_form_kept(client, resident):
    ConsentText.objects.create(version=1, title="Согласие", text="Текст")
    rated = service(rated_always=True)

    answer = client.post(address(rated), {"score": "3", "note": "Не потеряйте"})

    assert answer.status_code == 403
    ConsentText.objects.all().delete()
    page = text(client.get(rated.get_absolute_url()))
    assert "Не потеряйте</textarea>" in page


@pytest.mark.parametrize("fields", [{"block": "999999"}, {"block": "x"}, {"block": "9" * 30}])
def test_discussion_that_does_not_ask_is_not_found(client, resident, fields):
    answer = client.post(address(service(rated_always=True)), {"score": "3"} | fields)

    assert answer.status_code == 404


def test_hidden_and_unknown_services_are_not_found(client, resident):
    hidden = service(state="hidden", rated_always=True)

    assert client.post(address(hidden), {"score": "3"}).status_code == 404
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert client.get("/services/999999/").status_code == 404


def test_who_is_not_signed_in_is_led_there_and_the_form_kept(client):
    rated = service(rated_always=True)

    page = client.post(address(rated), {"score": "3"})
    json = client.post(address(rated), {"score": "3"}, headers=JSON)

    assert page.status_code == 303
    assert page["Location"].startswith("/accounts/login/")
    assert json.status_code == 401


def test_too_often_is_refused(client, resident):
    rated = service(rated_always=True)

    # One window, however slow the machine.
    with time_machine.travel(datetime.now(UTC), tick=False):
        taken = {client.post(address(rated), {"score": number % 5 + 1}).status_code for number in range(RATE.person)}
        answer = client.post(address(rated), {"score": "3"}, headers=JSON)

    assert taken == {303}
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_address_has_one_form(client):
    rated = service(slug="vika")

    short, other = client.get(f"/services/{rated.pk}/"), client.get(f"/services/{rated.pk}-vikka/")

    assert (short.status_code, short["Location"]) == (301, f"/services/{rated.pk}-vika/")
    assert (other.status_code, other["Location"]) == (301, f"/services/{rated.pk}-vika/")


def test_discussion_offers_the_form_to_who_is_signed_in(client, resident):
    rated = service("Вика")
    block = asking(rated)
    client.post(address(rated), {"score": "2", "note": "Не слышит", "block": str(block.pk)})

    page = text(client.get(block.url))

    assert f'action="/services/{rated.pk}/rate/"' in page
    assert page.count('type="radio" name="score"') == 5
    assert "2 — плохо" in page
    assert "Не слышит</textarea>" in page


def test_discussion_offers_visitors_a_way_to_sign_in_and_no_form(client):
    rated = service()
    block = asking(rated)
    ratings(rated, 5, 4, 4, 4, 4)

    answer = client.get(block.url)

    page = text(answer)
    assert f"/accounts/login/?next={block.url}%23services" in page
    assert "csrfmiddlewaretoken" not in page
    assert "4,2" in page
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_after_the_phase_there_are_figures_only(client, resident):
    rated = service()
    ratings(rated, 5, 4, 4, 4, 4)
    block = asking(rated, opens=("comment",))

    page = text(client.get(block.url))

    assert "Как оценили сервисы" in page
    assert "4,2" in page
    assert "/rate/" not in page


def test_discussion_that_asks_about_nothing_says_nothing(client):
    assert "services.css" not in text(client.get(asking().url))


def test_notes_are_on_no_page(client, resident):
    rated = service()
    block = asking(rated)
    ratings(rated, 3, 3, 3, 3, 3)
    Rating.objects.update(note="Чужое слово")

    pages = [text(client.get(url)) for url in (block.url, rated.get_absolute_url(), "/services/", "/me/")]

    assert not [page for page in pages if "Чужое слово" in page]


def test_own_page_shows_figures_and_not_of_few(client):
    few, many = service(), service()
    ratings(few, 1, 1, 1, 1)
    ratings(many, 5, 5, 5, 5, 5, place="surgut")

    of_few, of_many = (text(client.get(one.get_absolute_url())) for one in (few, many))

    assert "Меньше пяти оценок" in of_few
    assert "1,0" not in of_few
    assert "5,0" in of_many
    assert "Сургут" in of_many


def test_list_groups_by_sector_and_can_be_narrowed(client):
    service("Вика", sector="government")
    service("Запись к врачу")
    service("Скрытый", state="hidden")
    service("Прежний", state="closed")

    everything, narrowed = text(client.get("/services/")), text(client.get("/services/?sector=health"))

    assert [name in everything for name in ("Вика", "Запись к врачу", "Скрытый", "Прежний")] == [
        True,
        True,
        False,
        False,
    ]
    assert [name in narrowed for name in ("Вика", "Запись к врачу")] == [False, True]


def test_list_of_nothing_says_so(client):
    assert "Сервисов пока нет" in text(client.get("/services/"))
    assert "ещё ни о чём не спрашивали" in text(client.get("/services/?sector=safety"))
    assert client.get("/services/?sector=nonsense").status_code == 200


def test_english_pages(client):
    rated = service("Запись к врачу", name_en="Doctor’s appointments")
    addresses = [f"/en{rated.get_absolute_url()}", f"/en{asking(rated).url}"]

    own, discussion = (text(client.get(address)) for address in addresses)

    assert "Doctor’s appointments" in own
    assert "Doctor’s appointments" in discussion


def test_me_shows_own_ratings(client, resident):
    rated = service("Запись к врачу", rated_always=True)
    client.post(address(rated), {"score": "2", "note": "Талонов нет"})

    page = text(client.get("/me/"))

    assert "Ваши оценки сервисов" in page
    assert "Запись к врачу" in page
    assert "Талонов нет" in page
