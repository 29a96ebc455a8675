"""The letter as a mail server gets it."""

import email
import re
import socket
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from crowd.people.models import Person
from tests.factories.accounts import seen_at

pytestmark = pytest.mark.django_db


class Letters(Message):
    def __init__(self):
        super().__init__()
        self.received = []

    def prepare_message(self, session, envelope):
        return email.message_from_bytes(envelope.content, policy=default)

    def handle_message(self, message):
        self.received.append(message)


@pytest.fixture
def letters(settings):
    handler = Letters()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    yield handler.received
    controller.stop()


def test_the_letter_of_the_sign_up_arrives_and_its_link_confirms(client, letters):
    client.post(
        "/accounts/signup/",
        {
            "email": "anna@example.org",
            "display_name": "Анна",
            "password1": "крепкий пароль 7",
            "municipality": "",
            "seen_at": seen_at(),
        },
    )

    [letter] = letters
    text = letter.get_content()
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", text)[1]
    client.post(link)

    assert (letter["to"], letter["subject"]) == ("anna@example.org", "Подтвердите почту")
    assert letter["from"] == "crowd@example.org"
    assert letter.get_content_type() == "text/plain"
    assert "Здравствуйте!" in text
    assert "крепкий пароль" not in text
    assert "&" not in text
    assert Person.objects.get().verification == "email"
