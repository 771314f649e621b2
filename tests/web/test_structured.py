"""The parser of the header tests is as strict as a browser."""

from __future__ import annotations

import pytest

from tests.web.structured import Item, NoField, Token, parse_dictionary, parse_item

SELF = Item((Item(Token("self")),))


@pytest.mark.parametrize(
    ("header", "members"),
    [
        ("camera=()", {"camera": Item(())}),
        ("camera=(), usb=(self)", {"camera": Item(()), "usb": SELF}),
        ('a=("https://x.example" self);p=1', {
            "a": Item((Item("https://x.example"), Item(Token("self"))), {"p": 1})}),
        ("no-store", {"no-store": Item(True)}),
        ("max-age=60 , a=?0", {"max-age": Item(60), "a": Item(False)}),
        ("a=*", {"a": Item(Token("*"))}),
    ],
)  # fmt: skip
def test_dictionaries_are_read(header: str, members: dict[str, Item]) -> None:
    assert parse_dictionary(header) == members


@pytest.mark.parametrize(
    "header",
    ["", "camera 'none'", "camera=()usb=()", "camera=(),", "camera=(", "Camera=()", "a=()=()",
     "camera=(); usb=()", "camera='none'", "a=1, a=2", "camera=(self", 'a="x', "a=(x,y)"],
)  # fmt: skip
def test_what_browsers_would_ignore_is_refused(header: str) -> None:
    with pytest.raises(NoField):
        parse_dictionary(header)


@pytest.mark.parametrize(
    ("header", "item"),
    [("same-origin", Item(Token("same-origin"))), ("?1", Item(True)), ("7", Item(7)),
     ('same-origin; report-to="x"', Item(Token("same-origin"), {"report-to": "x"}))],
)  # fmt: skip
def test_items_are_read(header: str, item: Item) -> None:
    assert parse_item(header) == item


@pytest.mark.parametrize("header", ["", "same origin", "same-origin,", "'same-origin'", "?2"])
def test_what_is_no_item_is_refused(header: str) -> None:
    with pytest.raises(NoField):
        parse_item(header)


def test_a_word_with_quotation_marks_is_another_one() -> None:
    assert parse_item('"require-corp"') != Item(Token("require-corp"))
