"""Shapes of the volumes of 1948 to 1963 and of their microfiche supplements, each on a few lines written for it."""

from tei import document, kinds, parsed, volume


def test_images_of_a_document_that_is_not_typed_yet_are_no_words_of_it() -> None:
    images = (
        "<frus:page-count-according-to-citation>2</frus:page-count-according-to-citation>"
        '<frus:file id="0145" path="0003/0001.TIF"/><frus:pdf bytes="179379" readable="175 KB"/>'
    )
    found = parsed(volume(document(images)))[0]
    assert found.document is not None
    assert kinds(found.document) == [("title", "1. Letter")]
    assert not found.findings
