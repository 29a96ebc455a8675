import pytest

from discussions.text import to_html


def test_paragraphs_lists_quotes_and_emphasis():
    text = "Первый **важный**\nвторая строка\n\n- раз\n- *два*\n\n> цитата"

    assert to_html(text) == (
        "<p>Первый <strong>важный</strong><br>\nвторая строка</p>\n"
        "<ul>\n<li>раз</li>\n<li><em>два</em></li>\n</ul>\n"
        "<blockquote>\n<p>цитата</p>\n</blockquote>\n"
    )


def test_link_is_marked_as_residents():
    assert to_html("https://ugra.ru/a?b=1") == (
        '<p><a href="https://ugra.ru/a?b=1" rel="nofollow ugc noopener">https://ugra.ru/a?b=1</a></p>\n'
    )


@pytest.mark.parametrize(
    "text",
    ["[x](//evil.ru)", "[x](/admin/)", "[x](javascript:alert(1))", "[x](data:text/html,a)", "<javascript:alert(1)>"],
)
def test_link_that_leads_astray_leads_nowhere(text):
    assert "href" not in to_html(text)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](http://a.ru/b.png)"]
)
def test_nothing_runs_or_loads(text):
    html = to_html(text)

    assert "<script" not in html
    assert "<img" not in html


def test_text_that_is_no_markup_stays():
    assert to_html("# 5 < 7 & `x_y_z`") == "<p># 5 &lt; 7 &amp; `x_y_z`</p>\n"


def test_title_of_a_link_is_dropped():
    assert "title" not in to_html('[x](https://ugra.ru "t")')


@pytest.mark.parametrize("piece", ["[", "*a ", "> ", "- ", "[a](", "<http:", "_a*", "a@"])
def test_hostile_nesting_ends(piece):
    assert len(to_html(piece * (5000 // len(piece)))) < 200_000
