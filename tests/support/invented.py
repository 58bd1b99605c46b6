"""Texts about works that do not exist, made from templates: what must be told and what must stay silent.

``{t}`` is the watched title, ``{x}`` another one, ``{s}`` the watched season as the language names it, ``{p}`` the one before,
``{d}`` a day to come, ``{w}`` a month to come, ``{a}`` a day long past. A line starting with ``H:`` is a headline; the rest is body.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from tests.support.invented_more import LOUD, SILENT
from watcher.model import Entry, Title
from watcher.read.flat import blocks_of
from watcher.read.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Language:
    code: str
    titles: tuple[str, ...]
    others: tuple[str, ...]
    seasons: tuple[dict[int, str], ...]
    """Ways of naming a season."""
    day: tuple[str, ...]
    """strftime-like: %d %m %B %Y as plain replacements."""
    month: tuple[str, ...]
    months: tuple[str, ...]
    loud: tuple[tuple[str, str], ...]
    """(template, event types it must tell: "date" with the day, "window" with the month, "announced", …)."""
    silent: tuple[str, ...]


def spell(pattern: str, day: date, months: tuple[str, ...]) -> str:
    return (
        pattern.replace("%d", str(day.day))
        .replace("%m", str(day.month))
        .replace("%Y", str(day.year))
        .replace("%B", months[day.month - 1])
    )


def wide(text: str) -> str:
    """Print digits in full width."""
    return text.translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"})


def read(template: str, *, title: str, season: int, published: date, **values: str):
    text = template.format(t=title, **values)
    return read_text(text, title=title, season=season, published=published)


def read_text(text: str, *, title: str, season: int, published: date):
    headline, _, body = text.partition("\n")
    watched = Title(id="w", name=title, season=season)
    entry = Entry(
        id="1",
        title=headline,
        blocks=blocks_of(body),
        published=datetime.combine(published, time(), UTC),
    )
    return Reader([watched]).read(entry, watched)


EN = Language(
    code="en",
    titles=("Lanterns of Quell", "Moth & Marrow", "The Tidewater Clerks"),
    others=("Glass Orchard", "Baker's Comet"),
    seasons=(
        {n: f"Season {n}" for n in range(1, 9)},
        {
            1: "the first season",
            2: "the second season",
            3: "the third season",
            4: "the fourth season",
            5: "the fifth season",
        },
    ),
    day=("%B %d, %Y", "%d %B %Y"),
    month=("%B %Y",),
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    loud=(
        ("{t} returns\nThe official website announced that {s} of {t} will premiere on {d}.", "date"),
        ("{t} {s} announced\nThe production committee has announced {s} of {t}. No date was given.", "announced"),
        ("Netflix renews {t}\nNetflix has renewed {t} for {s}.", "announced"),
        ("{t}: {s} dated\nThe anime's official X account confirmed that {s} will air from {w}.", "window"),
        (
            "{t} pushed back\nThe official site said that {s} of {t} has been delayed to {w} because of production issues.",
            "delayed",
        ),
        ("{t} is over\nThe network has cancelled {t}; there will be no {s}, a spokesperson confirmed.", "cancelled"),
        (
            "{t} {s} premieres {d}\nThe studio revealed on its website that {s} begins on {d}.\nRelated posts\n{x} Gets New Trailer\nHow to watch {x}",
            "date",
        ),
    ),
    silent=(
        "Will {t} get {s}?\nFans ask whether {t} will get {s}. Nothing has been announced.",
        "{t} {s}: what we know\n{s} of {t} might premiere in {w}, but nothing is confirmed.",
        "{t} {s} release date\nWe expect {s} to arrive around {w}. It has not been announced yet.",
        "{t} {s}\nAccording to rumours, {s} of {t} will premiere on {d}.",
        "{t} {s}\nA leaker claims that {s} of {t} is in production for {w}.",
        "{t} fans hope\nFans hope that {s} of {t} will be announced soon.",
        "{t} {s}\nIf {s} of {t} is ever announced, it could premiere in {w}.",
        "{t} {s}\n{s} of {t} has not been announced. There is no release date.",
        "{x} renewed\nNetflix has renewed {x} for {s}. The show premieres on {d}.",
        "{x} {s} premieres {d}\nThe studio revealed the date on its website.\nRelated posts\n{t} {s} Announced\n{t} {s} Premieres {d}",
        "{t} stage play\nThe stage play of {t} opens in Tokyo on {d}.",
        "{t} film dated\nThe official site announced that the film of {t} opens in Japan on {d}.",
        "{t} manga volume\nVolume 12 of the {t} manga will be released on {d}.",
        "{t} mobile game\nThe mobile game based on {t} launches on {d}.",
        "{t} on Blu-ray\nThe Blu-ray box of {p} of {t} goes on sale on {d}.",
        "{t} rerun\nReruns of {p} of {t} start on {d}.",
        "{t} looking back\n{p} of {t} premiered on {a} and ended three months later.",
        "{t} {s} petition\nA petition asks for {s} of {t}. More than 20,000 people signed it.",
        "April Fools: {t} {s}\nThe announcement of {s} of {t} for {d} was an April Fools' Day joke.",
        "{t} {s} announcement soon?\nMore information about {s} of {t} will be announced on {d}.",
        "{t} event\nA talk event for {t} will be held on {d} in Osaka.",
        "{t} {s} trailer\nA fan-made trailer for {s} of {t} fooled many. It is fake.",
    ),
)

JA = Language(
    code="ja",
    titles=("灯台守のクエル", "蛾と骨の夜会", "潮汐局の事務員たち"),
    others=("硝子の果樹園", "パン屋と彗星"),
    seasons=(
        {n: f"第{n}期" for n in range(1, 9)},
        {n: f"Season{n}" for n in range(1, 9)},
        {1: "第一期", 2: "第二期", 3: "第三期", 4: "第四期", 5: "第五期"},
    ),
    day=("%Y年%m月%d日", "%m月%d日"),
    month=("%Y年%m月",),
    months=("",) * 12,
    loud=(
        ("『{t}』{s}放送日決定\nTVアニメ『{t}』{s}が、{d}より放送されることが公式サイトで発表された。", "date"),
        ("『{t}』{s}制作決定\nTVアニメ『{t}』の{s}の制作が決定した。放送時期は未定。", "announced"),
        ("『{t}』{s}が{w}放送\n製作委員会は、『{t}』{s}を{w}より放送すると発表した。", "window"),
        (
            "『{t}』{s} 放送延期のお知らせ\nTVアニメ『{t}』{s}は、制作上の都合により放送を{w}に延期いたします。",
            "delayed",
        ),
        ("『{t}』{s}中止\n製作委員会は『{t}』{s}の制作を中止すると発表した。", "cancelled"),
        (
            "『{t}』{s}、{d}スタート\n公式サイトは『{t}』{s}を{d}から放送すると告知した。\n■関連記事\n・『{x}』新PV公開\n・『{x}』まとめ",
            "date",
        ),
    ),
    silent=(
        "『{t}』{s}制作決定か！？\n『{t}』の{s}が制作されるのではないかと話題だ。公式発表はない。",
        "『{t}』{s}はいつ？\n『{t}』{s}は{w}に放送されると予想される。現時点で公式からの発表はありません。",
        "『{t}』{s}の可能性\n『{t}』{s}が{w}に放送される可能性がある。",
        "『{t}』{s}\n関係者によると、『{t}』{s}が{w}に放送されるという噂がある。",
        "『{t}』{s}\n『{t}』{s}の制作は決定しておりません。",
        "『{t}』{s}を待つ\n『{t}』{s}の制作決定が待たれる。",
        "『{t}』{s}\nもし『{t}』{s}が制作されるなら、{w}になるだろう。",
        "『{x}』{s}決定\n『{x}』{s}が{d}より放送される。",
        "『{x}』{s}、{d}放送\n『{x}』の{s}が{d}より放送されると発表された。\n■あわせて読みたい\n・『{t}』{s}制作決定！\n・『{t}』{s}、{d}放送開始",
        "舞台『{t}』上演\n舞台『{t}』が{d}より上演される。",
        "劇場版『{t}』公開日決定\n劇場版『{t}』が{d}に全国公開されることが発表された。",
        "『{t}』最新刊\n漫画『{t}』第12巻が{d}に発売される。",
        "『{t}』スマホゲーム\n『{t}』のスマホゲームが{d}に配信開始される。",
        "『{t}』Blu-ray\n『{t}』{p}のBlu-ray BOXが{d}に発売される。",
        "『{t}』再放送\n『{t}』{p}の再放送が{d}から始まる。",
        "『{t}』振り返り\n『{t}』{p}は{a}に放送された。",
        "『{t}』{s}署名\n『{t}』{s}を求める署名が2万件集まった。",
        "『{t}』{s}\n本日4月1日、『{t}』{s}の制作が決定！ ※エイプリルフール企画です。",
        "『{t}』重大発表\n{d}のイベントで『{t}』に関する重大発表を予定。",
        "『{t}』トークイベント\n『{t}』のトークイベントが{d}に開催される。",
        "『{t}』コラボカフェ\n『{t}』コラボカフェ第2弾が{d}より開催される。",
        "『{t}』第2弾PV\n『{t}』劇場版の第2弾PVが公開された。",
    ),
)

ES = Language(
    code="es",
    titles=("Los faroles de Quell", "Polilla y hueso", "La oficina de mareas"),
    others=("El huerto de cristal", "La panadera y el cometa"),
    seasons=(
        {n: f"temporada {n}" for n in range(1, 9)},
        {
            1: "la primera temporada",
            2: "la segunda temporada",
            3: "la tercera temporada",
            4: "la cuarta temporada",
            5: "la quinta temporada",
        },
    ),
    day=("%d de %B de %Y",),
    month=("%B de %Y",),
    months=(
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
    loud=(
        ("'{t}' vuelve\nLa web oficial anunció que {s} de '{t}' se estrenará el {d}.", "date"),
        ("'{t}' renovada\nNetflix ha renovado '{t}' por {s}.", "announced"),
        ("'{t}': {s} ya tiene fecha\nEl estudio confirmó que {s} llegará en {w}.", "window"),
        ("'{t}' se retrasa\nEl sitio oficial informó de que {s} de '{t}' se retrasa a {w}.", "delayed"),
        ("'{t}' cancelada\nLa cadena ha cancelado '{t}': no habrá {s}.", "cancelled"),
    ),
    silent=(
        "¿Habrá {s} de '{t}'?\nLos fans se preguntan si '{t}' tendrá {s}. No hay nada confirmado.",
        "'{t}': {s}\nSegún los rumores, {s} de '{t}' se estrenará el {d}.",
        "'{t}': {s}\n{s} de '{t}' podría llegar en {w}, aunque no hay confirmación.",
        "'{t}': {s}\nLos fans esperan que '{t}' tenga {s}.",
        "'{t}': {s}\nNo se ha anunciado {s} de '{t}'.",
        "'{x}' renovada\nNetflix ha renovado '{x}' por {s}. Se estrenará el {d}.",
        "'{t}' en el teatro\nLa obra de teatro de '{t}' se estrena el {d}.",
        "La película de '{t}'\nLa película de '{t}' llegará a los cines el {d}.",
        "Manga de '{t}'\nEl tomo 12 del manga '{t}' saldrá a la venta el {d}.",
        "'{t}' en Blu-ray\nEl Blu-ray de {p} de '{t}' sale a la venta el {d}.",
        "'{t}': balance\n{p} de '{t}' se estrenó el {a}.",
        "'{t}': {s}\nSi '{t}' tiene {s}, podría llegar en {w}.",
    ),
)

PT = Language(
    code="pt",
    titles=("Lanternas de Quell", "Mariposa e Osso", "O Escritório das Marés"),
    others=("O Pomar de Vidro", "A Padeira e o Cometa"),
    seasons=(
        {n: f"{n}ª temporada" for n in range(1, 9)},
        {
            1: "primeira temporada",
            2: "segunda temporada",
            3: "terceira temporada",
            4: "quarta temporada",
            5: "quinta temporada",
        },
    ),
    day=("%d de %B de %Y",),
    month=("%B de %Y",),
    months=(
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ),
    loud=(
        ("'{t}' está de volta\nO site oficial anunciou que a {s} de '{t}' estreia em {d}.", "date"),
        ("'{t}' renovada\nA Netflix renovou '{t}' para a {s}.", "announced"),
        ("'{t}': {s} tem previsão\nO estúdio confirmou que a {s} chega em {w}.", "window"),
        ("'{t}' adiada\nO site oficial informou que a {s} de '{t}' foi adiada para {w}.", "delayed"),
        ("'{t}' cancelada\nA emissora cancelou '{t}': não haverá {s}.", "cancelled"),
    ),
    silent=(
        "'{t}' terá {s}?\nOs fãs perguntam se '{t}' terá {s}. Nada foi confirmado.",
        "'{t}': {s}\nSegundo rumores, a {s} de '{t}' estreia em {d}.",
        "'{t}': {s}\nA {s} de '{t}' pode chegar em {w}, mas não há confirmação.",
        "'{t}': {s}\nOs fãs esperam que '{t}' ganhe a {s}.",
        "'{t}': {s}\nNão há anúncio da {s} de '{t}'.",
        "'{x}' renovada\nA Netflix renovou '{x}' para a {s}. Estreia em {d}.",
        "'{t}' no teatro\nA peça de '{t}' estreia no teatro em {d}.",
        "Filme de '{t}'\nO filme de '{t}' chega aos cinemas em {d}.",
        "Mangá de '{t}'\nO volume 12 do mangá '{t}' será lançado em {d}.",
        "'{t}' em Blu-ray\nO Blu-ray da {p} de '{t}' chega às lojas em {d}.",
        "'{t}': balanço\nA {p} de '{t}' estreou em {a}.",
        "'{t}': {s}\nSe '{t}' ganhar a {s}, ela poderia chegar em {w}.",
    ),
)

FR = Language(
    code="fr",
    titles=("Les Lanternes de Quell", "Phalène et Os", "Le Bureau des marées"),
    others=("Le Verger de verre", "La Boulangère et la Comète"),
    seasons=(
        {n: f"saison {n}" for n in range(1, 9)},
        {
            1: "première saison",
            2: "deuxième saison",
            3: "troisième saison",
            4: "quatrième saison",
            5: "cinquième saison",
        },
    ),
    day=("%d %B %Y",),
    month=("%B %Y",),
    months=(
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    loud=(
        ("« {t} » revient\nLe site officiel a annoncé que la {s} de « {t} » sera diffusée le {d}.", "date"),
        ("« {t} » renouvelée\nNetflix a renouvelé « {t} » pour une {s}.", "announced"),
        ("« {t} » : la {s} datée\nLe studio a confirmé que la {s} arrivera en {w}.", "window"),
        ("« {t} » reportée\nLe site officiel indique que la {s} de « {t} » est reportée à {w}.", "delayed"),
        ("« {t} » annulée\nLa chaîne a annulé « {t} » : il n'y aura pas de {s}.", "cancelled"),
    ),
    silent=(
        "« {t} » aura-t-elle une {s} ?\nLes fans se demandent si « {t} » aura une {s}. Rien n'est confirmé.",
        "« {t} » {s}\nSelon des rumeurs, la {s} de « {t} » sera diffusée le {d}.",
        "« {t} » {s}\nLa {s} de « {t} » pourrait arriver en {w}, mais rien n'est officiel.",
        "« {t} » {s}\nLes fans espèrent une {s} de « {t} ».",
        "« {t} » {s}\nAucune annonce n'a été faite pour la {s} de « {t} ».",
        "« {x} » renouvelée\nNetflix a renouvelé « {x} » pour une {s}. Diffusion le {d}.",
        "« {t} » au théâtre\nLa pièce de théâtre « {t} » débute le {d}.",
        "Le film « {t} »\nLe film « {t} » sort au cinéma le {d}.",
        "Manga « {t} »\nLe tome 12 du manga « {t} » sort le {d}.",
        "« {t} » en Blu-ray\nLe coffret Blu-ray de la {p} de « {t} » sort le {d}.",
        "« {t} » : bilan\nLa {p} de « {t} » avait été diffusée le {a}.",
        "« {t} » {s}\nSi « {t} » obtient une {s}, elle pourrait arriver en {w}.",
    ),
)

DE = Language(
    code="de",
    titles=("Laternen von Quell", "Motte und Mark", "Das Gezeitenamt"),
    others=("Der gläserne Garten", "Die Bäckerin und der Komet"),
    seasons=(
        {n: f"Staffel {n}" for n in range(1, 9)},
        {1: "erste Staffel", 2: "zweite Staffel", 3: "dritte Staffel", 4: "vierte Staffel", 5: "fünfte Staffel"},
    ),
    day=("%d. %B %Y", "%d.%m.%Y"),
    month=("%B %Y",),
    months=(
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    loud=(
        ("„{t}“ kehrt zurück\nDie offizielle Website gab bekannt, dass „{t}“ {s} am {d} startet.", "date"),
        ("„{t}“ verlängert\nNetflix hat „{t}“ um {s} verlängert.", "announced"),
        ("„{t}“: {s} kommt\nDas Studio bestätigte, dass {s} im {w} startet.", "window"),
        ("„{t}“ verschoben\nLaut der offiziellen Website wurde {s} von „{t}“ auf {w} verschoben.", "delayed"),
        ("„{t}“ abgesetzt\nDer Sender hat „{t}“ abgesetzt, es wird keine {s} geben.", "cancelled"),
    ),
    silent=(
        "Kommt „{t}“ {s}?\nFans fragen sich, ob „{t}“ {s} bekommt. Bestätigt ist nichts.",
        "„{t}“ {s}\nGerüchten zufolge startet {s} von „{t}“ am {d}.",
        "„{t}“ {s}\n{s} von „{t}“ könnte im {w} erscheinen, offiziell ist aber nichts.",
        "„{t}“ {s}\nFans hoffen auf {s} von „{t}“.",
        "„{t}“ {s}\n{s} von „{t}“ wurde bisher nicht angekündigt.",
        "„{x}“ verlängert\nNetflix hat „{x}“ um {s} verlängert. Los geht es am {d}.",
        "„{t}“ im Theater\nDas Theaterstück zu „{t}“ feiert am {d} Premiere.",
        "„{t}“-Film\nDer Film zu „{t}“ startet am {d} im Kino.",
        "Manga zu „{t}“\nBand 12 des Mangas „{t}“ erscheint am {d}.",
        "„{t}“ auf Blu-ray\nDie Blu-ray zur {p} von „{t}“ erscheint am {d}.",
        "„{t}“: Rückblick\nDie {p} von „{t}“ startete am {a}.",
        "„{t}“ {s}\nFalls „{t}“ {s} bekommt, könnte es im {w} losgehen.",
    ),
)

IT = Language(
    code="it",
    titles=("Lanterne di Quell", "Falena e midollo", "L'ufficio delle maree"),
    others=("Il frutteto di vetro", "La fornaia e la cometa"),
    seasons=(
        {n: f"stagione {n}" for n in range(1, 9)},
        {1: "prima stagione", 2: "seconda stagione", 3: "terza stagione", 4: "quarta stagione", 5: "quinta stagione"},
    ),
    day=("%d %B %Y",),
    month=("%B %Y",),
    months=(
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ),
    loud=(
        ("'{t}' torna\nIl sito ufficiale ha annunciato che la {s} di '{t}' debutterà il {d}.", "date"),
        ("'{t}' rinnovata\nNetflix ha rinnovato '{t}' per una {s}.", "announced"),
        ("'{t}': {s} in arrivo\nLo studio ha confermato che la {s} arriverà a {w}.", "window"),
        ("'{t}' rinviata\nIl sito ufficiale ha comunicato che la {s} di '{t}' è stata rinviata a {w}.", "delayed"),
        ("'{t}' cancellata\nLa rete ha cancellato '{t}': non ci sarà una {s}.", "cancelled"),
    ),
    silent=(
        "'{t}' avrà una {s}?\nI fan si chiedono se '{t}' avrà una {s}. Nulla è confermato.",
        "'{t}' {s}\nSecondo alcune indiscrezioni, la {s} di '{t}' debutterà il {d}.",
        "'{t}' {s}\nLa {s} di '{t}' potrebbe arrivare a {w}, ma non c'è conferma.",
        "'{t}' {s}\nI fan sperano in una {s} di '{t}'.",
        "'{t}' {s}\nNon è stata annunciata alcuna {s} di '{t}'.",
        "'{x}' rinnovata\nNetflix ha rinnovato '{x}' per una {s}. Debutto il {d}.",
        "'{t}' a teatro\nLo spettacolo teatrale di '{t}' debutta il {d}.",
        "Il film di '{t}'\nIl film di '{t}' arriva al cinema il {d}.",
        "Manga di '{t}'\nIl volume 12 del manga '{t}' esce il {d}.",
        "'{t}' in Blu-ray\nIl Blu-ray della {p} di '{t}' esce il {d}.",
        "'{t}': bilancio\nLa {p} di '{t}' è andata in onda il {a}.",
        "'{t}' {s}\nSe '{t}' avrà una {s}, potrebbe arrivare a {w}.",
    ),
)

LANGUAGES = tuple(
    replace(one, silent=one.silent + SILENT.get(one.code, ()), loud=one.loud + LOUD.get(one.code, ()))
    for one in (EN, JA, ES, PT, FR, DE, IT)
)
