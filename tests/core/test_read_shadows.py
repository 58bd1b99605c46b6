"""Names of other works that hold a watched one are told apart; what may be the watched season never is."""

import pytest

from watcher.model import Entry, Medium, TextVerdict, Title
from watcher.read.reader import Reader
from watcher.read.shadows import Family, Shadows, siblings
from watcher.read.text import key
from watcher.works import Work, WorkKind


def watched(*names, season=2, **more):
    return Title(id="w", name=names[0], aliases=names[1:], season=season, **more)


def work(*names, kind=WorkKind.SERIES, **more):
    return Work(names=names, kind=kind, **more)


def told_apart(title, found, *, own=(), related=(), hosts=(), among=()):
    family = Family(title=title, own=set(own), related=set(related), hosts=set(hosts))
    shadows = Shadows([title])
    if not shadows.suspects((key(name), 1) for name in found.names):
        return ()
    return tuple(shadows.names(found, [family], {key(name) for name in among}))


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("Garden",), "Winter Garden"),
        (("Garden",), "Garden Hearts"),
        (("Lanterns",), "Copper Lanterns"),
        (("ランタン",), "銀のランタン学園"),
        (("Emberfall",), "Tales of Emberfall"),
        (("Copper Lanterns",), "Tiny Copper Lanterns"),
    ],
)
def test_a_longer_name_of_another_work_is_told_apart(names, found):
    assert told_apart(watched(*names), work(found)) == (found,)


@pytest.mark.parametrize(
    "found",
    [
        "Garden",
        "Garden 2",
        "Garden 2nd Season",
        "Garden Season 3",
        "Garden: The Long Winter",
        "Garden Final Season",
        "Garden II",
        "The Garden",
        "Gardener",
    ],
)
def test_what_may_be_a_season_is_not(found):
    assert told_apart(watched("Garden"), work(found)) == ()


@pytest.mark.parametrize("found", ["Emberfall Shadow War", "Shin Emberfall", "Emberfall -Ultra-", "Emberfall Part 2"])
def test_a_telling_name_that_goes_on_may_be_a_season(found):
    assert told_apart(watched("Emberfall"), work(found)) == ()


def test_a_series_known_as_related_is_never_told_apart_and_a_film_is():
    season = work("Winter Garden", ids={"mal": 8})
    assert told_apart(watched("Garden"), season, related={"mal:8"}) == ()
    film = work("Garden: Night Train", kind=WorkKind.FILM, ids={"mal": 9})
    assert told_apart(watched("Garden"), film, related={"mal:9"}) == ("Garden: Night Train",)
    assert told_apart(watched("Garden"), film) == ("Garden: Night Train",)


def test_a_film_one_wants_to_hear_of_or_that_shares_its_name_with_a_series_is_not():
    film = work("Garden: Night Train", kind=WorkKind.FILM)
    assert told_apart(watched("Garden", also=frozenset({Medium.FILM})), film) == ()
    assert told_apart(watched("Garden"), film, among=["Garden: Night Train"]) == ()


def test_a_work_on_the_same_site_is_of_the_family():
    assert (
        told_apart(watched("Garden"), work("Winter Garden", site="https://garden.example/"), hosts={"garden.example"})
        == ()
    )


def test_the_work_itself_is_never_told_apart():
    assert told_apart(watched("Garden"), work("Garden Hearts", ids={"mal": 7}), own={"mal:7"}) == ()
    assert told_apart(watched("Garden", "Garden Hearts"), work("Garden Hearts")) == ()


def test_a_season_in_the_other_works_name_stays_visible():
    assert told_apart(watched("Garden"), work("Winter Garden 2nd Season")) == ("Winter Garden",)


def test_films_of_the_family_are_told_apart_by_names_of_their_own():
    family = Family(title=watched("Garden"), own={"mal:7"}, related={"mal:9"})
    film = work("The Night Train", "Train", kind=WorkKind.FILM, ids={"mal": 9})
    assert list(siblings(film, family, set())) == ["The Night Train"]
    assert list(siblings(film, family, {key("The Night Train")})) == []
    assert list(siblings(work("The Night Train", kind=WorkKind.FILM, ids={"mal": 10}), family, set())) == []
    assert list(siblings(work("The Night Train", ids={"mal": 9}), family, set())) == []


def test_text_about_the_other_work_is_not_read_as_news_of_ours():
    title = watched("Lanterns")
    theirs = Entry(id="1", title="Copper Lanterns Season 2 announced for April 2027")
    ours = Entry(id="2", title="Lanterns Season 2 announced for April 2027")
    others = told_apart(title, work("Copper Lanterns"))
    assert Reader([title]).read(theirs, title).verdict is TextVerdict.CONFIRMED
    reader = Reader([title], others=others)
    assert reader.read(theirs, title).verdict is TextVerdict.UNRELATED
    assert reader.read(ours, title).verdict is TextVerdict.CONFIRMED
