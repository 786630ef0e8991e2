"""Write XML 1.0: elements come in, the same bytes go out for the same elements, well-formed whatever their text is."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

_NO_CHARACTER = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Put U+FFFD in place of what is no character of XML (XML 1.0, production 2), and LF for other line ends."""
    return _NO_CHARACTER.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


@dataclass(frozen=True, slots=True)
class Element:
    """An element: a text or elements within it, not both."""

    tag: str
    content: str | tuple[Element, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)


def element(tag: str, *content: str | Element | None, **attributes: str | None) -> Element:
    """Return an element; what is None is left out, attributes too."""
    given = {name: value for name, value in attributes.items() if value is not None}
    if len(content) == 1 and isinstance(content[0], str):
        return Element(tag, content[0], given)
    return Element(tag, tuple(c for c in content if isinstance(c, Element)), given)


def document(root: Element) -> bytes:
    """Return an XML document in UTF-8, indented."""
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + _written(root, "")).encode()


def _written(node: Element, indent: str) -> str:
    attributes = "".join(f' {name}="{_attribute(value)}"' for name, value in node.attributes.items())
    start = f"{indent}<{node.tag}{attributes}"
    if not node.content:
        return f"{start}/>\n"
    if isinstance(node.content, str):
        return f"{start}>{html.escape(clean(node.content), quote=False)}</{node.tag}>\n"
    inner = "".join(_written(child, indent + "  ") for child in node.content)
    return f"{start}>\n{inner}{indent}</{node.tag}>\n"


def _attribute(value: str) -> str:
    """A tab or line end in an attribute would be read as a blank (XML 1.0, 3.3.3)."""
    return html.escape(clean(value)).replace("\t", "&#9;").replace("\n", "&#10;")
