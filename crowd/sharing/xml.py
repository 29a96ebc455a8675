"""XML for machines: well-formed whatever residents write."""

import re
from io import StringIO
from xml.sax.xmlreader import AttributesImpl  # nosec B406

from django.utils.xmlutils import SimplerXMLGenerator

# What XML 1.0 can hold in no way at all.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    return FORBIDDEN.sub("", text)


class Writer:
    """Writes elements into a text in memory."""

    def __init__(self) -> None:
        self._text = StringIO()
        self._xml = SimplerXMLGenerator(self._text, "utf-8", short_empty_elements=True)
        self._xml.startDocument()

    def open(self, name: str, **attributes: str) -> None:
        self._xml.startElement(name, AttributesImpl(attributes))

    def close(self, name: str) -> None:
        self._xml.endElement(name)

    def add(self, name: str, text: str = "", **attributes: str) -> None:
        self._xml.startElement(name, AttributesImpl(attributes))
        self._xml.characters(clean(text))
        self._xml.endElement(name)

    def link(self, **attributes: str) -> None:
        self.add("xhtml:link", rel="alternate", **attributes)

    def finish(self) -> bytes:
        self._xml.endDocument()
        return self._text.getvalue().encode()
