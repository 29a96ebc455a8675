"""A thread in real browsers: people side by side, what arrives, what stays where it is, no JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.live.rooms import bodies, room_in, write

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Where the first comment in the window stands, to the pixel.
WHERE = """
() => {
  const one = [...document.querySelectorAll(".comment > article")].find((one) => one.getBoundingClientRect().top > 100);
  return [one.parentElement.id, Math.round(one.getBoundingClientRect().top)];
}
"""


def button(page):
    return page.locator("[data-fresh]")


def test_comment_arrives_without_reloading(room):
    anna, boris = room.open(0), room.open(1)
    boris.locator("textarea[name=body]").fill("Я ещё пишу")

    write(anna, "Нужна **детская** площадка")
    expect(anna.locator(".comment-body strong")).to_have_text("детская")
    expect(button(boris)).to_have_text("Показать 1 новый комментарий")
    write(anna, "И скамейка")
    expect(button(boris)).to_have_text("Показать 2 новых комментария")
    expect(boris.locator(".comment")).to_have_count(0)
    button(boris).click()

    expect(bodies(boris)).to_have_text(["И скамейка", "Нужна детская площадка"])
    expect(boris.locator(".comment").first).to_be_focused()
    expect(button(boris)).to_be_hidden()
    expect(boris.locator("textarea[name=body]")).to_have_value("Я ещё пишу")
    expect(anna.locator("textarea[name=body]")).to_have_value("")
    expect(button(anna)).to_be_hidden()
    expect(bodies(anna)).to_have_text(["И скамейка", "Нужна детская площадка"])
