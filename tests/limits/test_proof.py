import base64
import hashlib
import json
import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from crowd.campaigns.segments import is_reserved
from crowd.limits import proof
from crowd.limits.actions import spend_proof
from crowd.limits.handlers import forget_usage
from crowd.limits.models import SpentProof
from crowd.limits.proof import make_challenge, solution_in
from crowd.limits.rules import LIMITS, Limit
from tests.factories import people
from tests.factories.comments import thread
from tests.factories.proofs import payload_of, solved

pytestmark = pytest.mark.django_db

AT = "/proof/challenge/"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PROOF_MAX_NUMBER = 200


def in_seconds(seconds):
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False)


def test_a_challenge_speaks_the_protocol():
    given = make_challenge()

    assert set(given) == {"algorithm", "challenge", "maxnumber", "salt", "signature"}
    assert (given["algorithm"], given["maxnumber"]) == ("SHA-256", 200)
    numbers = [
        n for n in range(201) if hashlib.sha256(f"{given['salt']}{n}".encode()).hexdigest() == given["challenge"]
    ]
    assert len(numbers) == 1


def test_no_two_challenges_are_alike():
    assert len({make_challenge()["challenge"] for _ in range(50)}) == 50


def test_a_solved_challenge_is_taken_once():
    payload = solved()

    assert [spend_proof(payload), spend_proof(payload)] == [True, False]
    assert SpentProof.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"algorithm": "SHA-1"},
        {"algorithm": None},
        {"number": -1},
        {"number": "7"},
        {"number": True},
        {"number": 1.5},
        {"number": None},
        {"challenge": "0" * 64},
        {"challenge": 7},
        {"signature": "0" * 64},
        {"signature": None},
        {"signature": "я"},
        {"salt": ""},
        {"salt": None},
        {"salt": "0" * 24},
    ],
)
def test_a_solution_that_was_tampered_with_is_none(changed):
    said = json.loads(base64.b64decode(solved()))

    assert solution_in(payload_of(said)) is not None
    assert solution_in(payload_of(said | changed)) is None
    assert not spend_proof(payload_of(said | changed))


@pytest.mark.parametrize(
    "payload",
    ["", "nonsense", "я", "e30=", base64.b64encode(b"[1]").decode(), "A" * 2000, base64.b64encode(b"[" * 700).decode()],
)
def test_what_is_no_payload_is_no_solution(payload):
    assert solution_in(payload) is None


def test_a_challenge_of_ones_own_making_is_not_taken():
    salt = "0" * 24 + "?expires=9999999999&"
    challenge = hashlib.sha256(f"{salt}7".encode()).hexdigest()

    forged = {"algorithm": "SHA-256", "challenge": challenge, "number": 7, "salt": salt, "signature": challenge}

    assert solution_in(payload_of(forged)) is None


def test_digits_do_not_move_from_the_number_to_the_hour_at_which_it_ends():
    said = json.loads(base64.b64decode(solved(least=10)))
    moved = said | {
        "salt": said["salt"].removesuffix("&") + f"&{str(said['number'])[0]}",
        "number": int(str(said["number"])[1:]),
    }

    assert solution_in(payload_of(moved)) is None


def test_a_solution_that_is_late_is_none():
    payload = solved()

    with in_seconds(proof.VALID_SECONDS - 2):
        assert solution_in(payload) is not None
    with in_seconds(proof.VALID_SECONDS + 1):
        assert not spend_proof(payload)


def test_another_secret_takes_no_solution(settings):
    payload = solved()

    settings.SECRET_KEY = "another" * 10

    assert solution_in(payload) is None


def test_spent_ones_are_forgotten_when_nobody_could_use_them_again():
    old = solved()
    spend_proof(old)
    with in_seconds(proof.VALID_SECONDS + 5):
        new = solved()
        spend_proof(new)

        forget_usage()

        assert [row.challenge for row in SpentProof.objects.all()] == [solution_in(new).challenge]
        assert not spend_proof(old)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_thirty_two_parallel_uses_exactly_one_is_taken():
    payload, barrier, taken = solved(), threading.Barrier(32), []

    def use():
        connection.ensure_connection()
        barrier.wait(60)
        try:
            taken.append(spend_proof(payload))
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _ in range(32)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(taken) == [False] * 31 + [True]


def test_the_address_gives_a_challenge_that_no_cache_keeps(client):
    response = client.get(AT)

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert spend_proof(solved(response.json()))


def test_who_says_what_it_is_for_is_asked_only_where_it_looks_suspicious(client, monkeypatch):
    monkeypatch.setitem(LIMITS, "post", Limit(seconds=86400, person=4, network=400))
    client.force_login(people.person(standing="newcomer"))

    address = f"/threads/{thread().pk}/comments/"

    calm = client.get(f"{AT}?for=post")
    with_links = client.get(f"{AT}?for=post&links=1")
    client.post(address, {"body": "Нужна площадка"})
    at_half = client.get(f"{AT}?for=post")
    client.post(address, {"body": "И ещё одна"})

    assert (calm.status_code, calm["Cache-Control"], calm.content) == (204, "no-store", b"")
    assert with_links.status_code == 200
    assert at_half.status_code == 204
    assert client.get(f"{AT}?for=post").status_code == 200
    assert client.get(f"{AT}?for=sign_up").status_code == 204
    assert client.get(f"{AT}?for=nonsense").status_code == 200


def test_the_address_is_limited(client, monkeypatch):
    monkeypatch.setitem(LIMITS, "proof", Limit(seconds=86400, person=0, network=2))

    statuses = [client.get(AT, headers={"accept": "application/json"}).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]


def test_no_page_may_stand_at_the_address():
    assert is_reserved("proof")
