"""People with what allauth keeps of them: a confirmed e-mail, a second factor."""

import time

import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

from crowd.people.models import ConsentText
from crowd.people.robots import seen_now
from tests.factories import people

PASSWORD = "correct horse battery"


def account(*, confirmed=True, **fields):
    person = people.person(**fields)
    EmailAddress.objects.create(user=person, email=person.email, verified=confirmed, primary=True)
    return person


def consent_text(version=1, **fields):
    return ConsentText.objects.create(version=version, title="Согласие", text=f"Текст {version}", **fields)


def second_factor(person):
    """Turn the second factor on; return its secret."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def code(secret, *, steps=0):
    """The code that the telephone shows now, or so many steps of half a minute later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def has_second_factor(person):
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def seen_at(seconds=60):
    """What the form of the sign-up holds that somebody has had before them for so long."""
    with time_machine.travel(time.time() - seconds, tick=False):
        return seen_now()


def sign_in(client, person, **fields):
    return client.post("/accounts/login/", {"login": person.email, "password": PASSWORD, **fields})
