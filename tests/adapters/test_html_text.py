"""What a reader of a markup sees, and what is put where he does not look."""

import pytest

from tocsin.adapters.html_text import seen

LINK = '<a href="https://x.example"><img src="p.png"></a>'
FILLER = "<p>Les nouvelles du jour, de la musique et du jardin.</p>"


@pytest.mark.parametrize(
    "between",
    [
        pytest.param('<div style="height:9000px"></div>', id="a blank of many screens"),
        pytest.param('<p style="height: 1200px;"></p>', id="an empty paragraph"),
        pytest.param('<div style="height:200vh"><br></div>', id="two screens"),
        pytest.param(
            "<style>.v { margin-top: 470500px; }</style><div class='w v'>",
            id="a class that pushes",
        ),
    ],
)
def test_words_pushed_off_the_screen_after_a_link_are_unseen(between):
    found = seen(LINK + between + FILLER)
    assert "nouvelles" not in found.text
    assert found.unseen > 30


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param('<div style="height:9000px"></div>' + FILLER, id="no link before"),
        pytest.param(LINK + '<div style="height:40px"></div>' + FILLER, id="a small blank"),
        pytest.param(LINK + '<div style="max-height:9000px">' + FILLER, id="a limit"),
        pytest.param(LINK + '<div style="line-height:900%">' + FILLER, id="another property"),
    ],
)
def test_ordinary_layout_pushes_nothing_away(markup):
    found = seen(markup)
    assert "nouvelles" in found.text
    assert found.unseen == 0


def test_words_in_a_box_of_a_point_are_hidden():
    found = seen('<div style="width:1px;height:1px;overflow:hidden">' + FILLER + "</div>vu")
    assert (found.text, found.hidden > 30) == ("vu", True)


def test_a_link_that_is_a_picture_without_words_is_counted():
    found = seen(LINK + '<a href="https://x.example"><img src="p.png">Voir</a>')
    assert found.pictures == 1
