import gzip

import pytest
from asgiref.sync import async_to_sync
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from crowd.compression import Compression

TEXT = "Карта зимников и ледовых переправ. " * 50


def answer(address="/", *, method="get", content_type="text/html; charset=utf-8", session="", **headers):
    """What becomes of an answer on its way out."""
    request = getattr(RequestFactory(), method)(address, headers={"Accept-Encoding": "gzip"})
    request.COOKIES = {"sessionid": session} if session else {}
    given = HttpResponse(TEXT, content_type=content_type, headers=headers)
    return Compression(lambda _request: given)(request)


def is_compressed(response):
    return response.get("Content-Encoding") == "gzip"


def test_public_page_is_compressed_the_same_each_time():
    first = answer("/?q=1", **{"Cache-Control": "public, max-age=0", "ETag": '"a"'})
    second = answer("/?q=1", **{"Cache-Control": "public, max-age=0", "ETag": '"a"'})

    assert gzip.decompress(first.content).decode() == TEXT
    assert len(first.content) == len(second.content)
    assert first["Vary"] == "Accept-Encoding"
    assert first["ETag"] == 'W/"a"'


def test_private_page_is_compressed_with_bytes_added():
    lengths = {len(answer(**{"Cache-Control": "private, no-store"}).content) for _ in range(20)}

    assert len(lengths) > 1


@pytest.mark.parametrize("private", ["private, no-store", ""])
def test_private_page_that_repeats_what_it_was_asked_is_not_compressed(private):
    assert not is_compressed(answer("/search/?q=secret", session="abc", **{"Cache-Control": private}))
    assert not is_compressed(answer("/ideas/new/", method="post", **{"Cache-Control": private}))


def test_page_of_nobody_is_compressed_whatever_it_was_asked():
    assert is_compressed(answer("/search/?q=площадка", **{"Cache-Control": "private, no-store"}))


def test_static_text_is_compressed_and_pictures_are_not():
    assert is_compressed(answer("/static/css/crowd.css?v=1", content_type="text/css"))
    assert not is_compressed(answer("/media/images/a.webp", content_type="image/webp"))


def test_compressed_answer_is_left_alone():
    response = answer("/static/css/crowd.css", content_type="text/css", **{"Content-Encoding": "br"})

    assert response["Content-Encoding"] == "br"
    assert response.content.decode() == TEXT


def test_who_does_not_accept_it_gets_the_text():
    request = RequestFactory().get("/", headers={"Accept-Encoding": "identity"})

    response = Compression(lambda _request: HttpResponse(TEXT))(request)

    assert response.content.decode() == TEXT


def test_stream_is_left_alone(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(TEXT)
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip"})

    response = Compression(lambda _request: FileResponse(path.open("rb")))(request)

    assert b"".join(response).decode() == TEXT
    assert not is_compressed(response)
    # Closing the response would close the database's connection, which this test has none of.
    response.file_to_stream.close()


def test_static_file_that_comes_as_a_stream_is_gathered():
    async def parts():
        yield TEXT.encode()
        yield TEXT.encode()

    async def respond(_request):
        headers = {
            "Content-Type": "text/css",
            "Content-Length": str(2 * len(TEXT.encode())),
            "Cache-Control": "max-age=60",
        }
        return StreamingHttpResponse(parts(), headers=headers)

    request = RequestFactory().get("/static/css/crowd.css", headers={"Accept-Encoding": "gzip"})

    response = async_to_sync(Compression(respond))(request)

    assert gzip.decompress(response.content).decode() == 2 * TEXT
    assert response["Content-Length"] == str(len(response.content))
    assert response["Cache-Control"] == "max-age=60"
