"""What people do at the site's pages, in steps that several tests take."""

import email
import email.policy
import re
import time
from html import unescape
from urllib.parse import urlsplit

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils.html import strip_tags
from playwright.sync_api import expect

from home.management.commands.load_demo import DEFAULT_PASSWORD
from tests.live.processes import wait_until

PASSWORD = "сосны на мысу 1930"


def sign_in(page, login, password=DEFAULT_PASSWORD):
    page.goto("/accounts/login/")
    page.get_by_label("Электронная почта").fill(login)
    page.get_by_label("Пароль").fill(password)
    page.get_by_role("main").get_by_role("button", name="Войти").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def sign_up(page, site, name, address):
    """Sign up by the form, confirm by the link of the letter; end signed in."""
    page.goto("/")
    page.get_by_role("banner").get_by_role("link", name="Войти").click()
    page.get_by_role("link", name="Зарегистрируйтесь").click()
    page.get_by_label("Электронная почта").fill(address)
    page.get_by_label("Имя на сайте").fill(name)
    page.get_by_label("Где вы живёте").select_option(label="Сургут")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_label("Я даю согласие").check()
    page.get_by_role("button", name="Зарегистрироваться").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Проверьте почту")
    link = re.search(r"https?://\S+/confirm-email/\S+", letter_to(site, address)).group()
    assert link.startswith(site.url), link
    page.goto(urlsplit(link).path)
    page.get_by_role("button", name="Да, подтвердить").click()
    expect(page.get_by_role("banner")).to_contain_text(name)
    page.wait_for_load_state()


def letter_to(site, address):
    """The text of the latest letter to an address, which the site leaves in a folder."""
    found = []

    def arrived():
        for path in sorted((site.folder / "mail").glob("*.log"), key=lambda path: path.stat().st_mtime):
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if letter["To"] == address:
                found.append(letter.get_body(("plain",)).get_content())
        return found

    wait_until(arrived, f"a letter to {address}", seconds=15)
    return found[-1]


def turn_on_second_factor(page):
    """Take the key that the page shows into a telephone, and type what the telephone shows."""
    secret = page.get_by_role("main").locator("code").first.inner_text().strip()
    page.get_by_label("Код из приложения").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.get_by_role("button", name="Включить").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Запасные коды")
    page.wait_for_load_state()


def fresh(page, address):
    """The status and text of a page as somebody gets it who opens it now, with this window's cookies."""
    answer = page.request.get(address)
    words = unescape(strip_tags(answer.text()))
    return answer.status, " ".join(words.split())


def until_found(page, address, text):
    """Open a page anew until it names the text: what the worker delivers, it delivers soon."""

    def reached():
        status, words = fresh(page, address)
        assert status == 200, (status, address)
        return text in words

    # Searches are limited per minute: no hurry.
    wait_until(reached, f"«{text}» in {address}", seconds=15, pause=0.5)
