"""Take a line of a list of participants apart: name, role, or the label of a group.

The reading text of a line comes in, a name and a role go out, each as printed. What cannot be told stays None; a line
that is only a role (`The Secretary`) has no name; the label of a group (`United States`, `For Brazil:`) has neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

LINE_MAX = 600
"""Code points of a line that is taken apart; the longest single person of twelve volumes has some 250."""

NAME_WORDS = 6
"""Words of the longest name that signs a document."""

_HONORIFIC = re.compile(
    r"(?:The Honorable|Honorable|Hon|H\.E|His Excellency|Mr|Mrs|Miss|Ms|Dr|Prof|Professor|Messrs|Sir|Lord|Lady|Herr"
    r"|Frau|M|Mme|Monsieur|Señor|Sr|Gen|General|Lt|Lieutenant|Maj|Major|Col|Colonel|Capt|Captain|Cdr|Commander|Adm|Admiral|Rear"
    r"|Vice|Brig|Brigadier|Air|Marshal|Field|Ambassador|Amb|Senator|Congressman|Representative|Governor|Judge|Justice"
    r"|Secretary|Minister|President|Chancellor|Premier|Prince|King|Queen|Baron|Count|Viscount|Under|Deputy|Assistant|Acting"
    r"|Foreign|Prime|Chief|Chairman|Director|Counselor|Consul)\b\.?"
)
_OFFICE_WORD = re.compile(
    r"\b(?:Secretary|Ambassador|Minister|President|Director|Chief|Chargé|Counselor|Officer|Assistant|Adviser|Advisor"
    r"|Representative|Delegate|Attaché|Embassy|Department|Office|Division|Bureau|Under|Chairman|Chancellor|Commander"
    r"|General|Admiral|Interpreter|Consul|Deputy|Premier|Administrator|Governor|Affairs|Staff|Desk|Agency|Council"
    r"|Mission|Delegation|Ministry|Marshal|Attorney|Senator|Premier|King|Shah)\b"
)
_PERSONAL_OFFICE = re.compile(
    r"\b(?:Secretary|Ambassador|Minister|President|Director|Chief|Chargé|Counselor|Officer|Assistant|Advis[eo]r"
    r"|Representative|Delegate|Attaché|Chairman|Chancellor|Commander|General|Admiral|Interpreter|Consul|Deputy|Premier"
    r"|Administrator|Governor|Marshal|Senator|King|Queen|Shah|Mr|Mrs|Miss|Dr|Head|Members?|Aide|Congressman|Leader)\b"
)
_DEPARTMENTS = (
    r"State|Defense|War|Treasury|Commerce|Agriculture|Labor|Interior|Justice|Energy|Transportation|Health|Army|Navy"
    r"|Air Force"
)
_SECRETARY_NAME = re.compile(
    rf"(?:[A-Z][\w.]+ ){{0,3}}Secretary of (?:the )?(?:{_DEPARTMENTS}) (?!for\b|in\b|and\b|of\b)(?P<name>.+)"
)
_CODE = r"[A-Z][A-Z0-9]{0,5}(?:[/–-][A-Z0-9]{1,6})*"
_CODE_DASH = re.compile(rf"(?P<role>{_CODE})\s?[—–-]\s?(?P<name>(?:[A-Z][a-z.]).+)")
_DASH = re.compile(r"\s?(?:—-?|\s–|–\s|(?<=[a-z.])–)\s?")
_BRACKET = re.compile(r"(?P<name>[^()]{2,80}?)\s*\((?P<role>[^()]{1,80})\)")
_GLUED_CODE = re.compile(r"(?P<name>[^\d]*(?:[a-z]{2}|[JS]r\.))(?P<role>" + _CODE + r")")
_CODE_GLUED = re.compile(
    r"(?P<role>[A-Z]{1,5}(?:/[A-Z]{1,5})?)(?P<name>(?:[A-Z][a-zà-þ]+|[A-Z]\. [A-Z][a-zà-þ]+)\s\S.*)"
)
"""A code before a given name with no blank between: where two capitals meet, the second begins the name."""
_SURNAME = re.compile(r"\b[A-Z]\. ?(?:King|Marshal|Chancellor|Shah)$")
"""Titles that are surnames after an initial."""
_ENDED = re.compile(r"(?:[,;]|\.(?<=[a-z]{4}\.))\Z")
"""The mark that ends an item of a list, and not an abbreviation: `Mr. Hale,`."""
_PRESENCE = re.compile(
    r"[,\s]\s?(?:who\s)?(?:(?:was|were)\s(?:also\s)?(?:present|in\sattendance)"
    r"|attended|participated\sin|arrived|(?:joined|left)\s(?:the|at|after|before|during|in|later))\b.*"
    r"|\s\((?:[Ff]or\s(?:part|items?|the\s(?:first|last))|[Ii]tems?\s\d+|[Pp]art\sof|(?:only\s)?(?:present|attended|stayed|joined|left))"
    r"\b[^()]*\)\Z",
    re.DOTALL,
)
"""Says when a person was there, and nothing of who it is: `was present for Item 3`, `(part of the time)`."""
_EDITORIAL = re.compile(r"\[(?:Here|Omitted|Page)\b")
_OF_A_PERSON = re.compile(r"(?:Mr|Mrs|Miss|Ms|Dr|Messrs|Sir|Lord|Lady|Herr|Frau|M|Mme|Monsieur|Señor)\b\.?\s")
"""Honorifics that are no office: a name follows."""
_SUPPLIED = re.compile(rf"\[(?={_OF_A_PERSON.pattern})[^\[\]]*[^\[\].]\]")
"""A person whom the editors supplied, and no remark of theirs: `[Mr. Hale, of the Embassy]`."""
_CODE_COLON = re.compile(
    rf"(?!(?:TO|FROM|CC|INFO|VIA|THRU)\b)(?P<role>{_CODE}):\s(?P<name>(?={_OF_A_PERSON.pattern}).+)"
)
_NUMBER = re.compile(r"\(?\d{1,2}[.)]")
_DASH_ENDS = re.compile(r"[—–-]$|^[—–-]")
_PARTICLE = r"d[eiu]|de[lrn]|la|von|van|der|al|el|bin|ibn|ben|y|da|dos|ter|ten"
_PERSONAL = r"(?:Mr|Mrs|Miss|Ms|Dr|Mme)"
_RANK = (
    r"(?:Deputy|Assistant|Asst|Under|Acting|Foreign|Prime|Vice|Rear|Lt|Brig|Major|Ambassador|Senator|Admiral|Adm|General|Gen"
    r"|Colonel|Col|Governor|Gov|Secretary|Chancellor|Congressman|Minister|Sir|Lord)"
)
_TITLED = re.compile(
    r"(?<!\w)(?P<of>(?:to|of|by|for|vice|with|representing)\s(?:the\s)?(?:[A-Z][\w.]*\s){0,2}?)?"
    rf"(?P<titles>(?:(?:{_PERSONAL}|{_RANK})\b\.?\s){{1,6}})"
    rf"(?!(?:{_PERSONAL}|{_RANK}|Counsel(?:l?or)?|Plenipotentiary|Extraordinary|Designate|Staff)\b)"
    rf"(?=[A-Z\[]|(?:{_PARTICLE})[ A-Z])"
)
"""A name with its titles, and the preposition that makes it part of another person's office."""
_IS_PERSONAL = re.compile(rf"{_PERSONAL}\b")
_PLURAL = re.compile(r"\b(?:Messrs|Secretaries|Ambassadors|Senators|Generals)\b\.?\s[A-Z]")
_THE_OFFICE = re.compile(r"The\s(?:(?:Under|Vice|Prime|Deputy|Acting)\s)?(?:Secretary|President|Minister)\s")
_NAME = re.compile(
    rf"(?:[A-ZÀ-Þ][\w’'.-]*|{_PARTICLE})(?:[ \u00a0](?:[A-ZÀ-Þ][\w’'.-]*|{_PARTICLE}))*(?:, (?:Jr|Sr|II|III|IV)\.?)?"
)
"""A dot or a hyphen belongs to the word before it, never to the gap: a line has one way to match."""
_NAME_WORD = re.compile(
    r"(?:[a-z]{0,3}[A-Z]\.){1,4}|[A-Z][a-z]{1,3}\.|[A-Z]{1,4}|(?:[a-z]{1,3}|[A-Z]{1,3})?(?:[A-ZÀ-Þ][a-zß-ÿ’'-]+){1,3}"
    r"|Mc[A-Z]{1,2}\.?|(?:de|del|della|da|di|du|la|van|von|der|den|ten|ter|al|el|bin|y)"
)
_NO_NAME = re.compile(
    r"\b(?:Begin|End|Text|Message|Verbatim|Comments?|Recommend\w*|Conclusions?|Summary|Background|Discussion|Regards|Wishes"
    r"|Sincerely|Yours|Respectfully|Faithfully|Department|Agency|Office|Committee|Staff|Secretary|Director|Chief|Chairman"
    r"|Counselor|Minister|Ambassador|Embassy|Admiral|General|Approved?|Disapproved?|Option|Purpose|Note|Introduction"
    r"|Proposal|Action|Issue|Draft|Copy|Page|Section|Part|Statement|Room|House|See|Call|Speak|Other|Yes|No|Me)\b",
    re.IGNORECASE,
)
"""Words of headings, of closing phrases, of offices and of the answers that a memorandum leaves to be ticked."""


def _phrases(text: str) -> frozenset[str]:
    """Return the phrases of a list with commas, in small letters."""
    return frozenset(" ".join(phrase.split()) for phrase in text.split(","))


_COUNTRIES = _phrases(
    """
    afghanistan, albania, algeria, america, angola, arabia, argentina, australia, austria, bahrain, bangladesh,
    barbados, belgium, benin, bermuda, bhutan, bolivia, botswana, brazil, britain, british guiana, british
    honduras, bulgaria, burma, burundi, cambodia, cameroon, canada, cento, ceylon, chad, chile, china, colombia,
    congo, costa rica, cuba, cyprus, czechoslovakia, dahomey, denmark, dominican republic, drv, east germany, ec,
    ecuador, eec, egypt, el salvador, england, estonia, ethiopia, european communities, european community,
    european economic community, european union, federal republic, federal republic of germany, fiji, finland,
    formosa, france, frg, gabon, gambia, gdr, german democratic republic, germany, ghana, grc, great britain,
    greece, guatemala, guinea, guyana, gvn, haiti, holland, holy see, honduras, hong kong, hungary, iceland,
    india, indochina, indonesia, iran, iraq, ireland, israel, italy, ivory coast, jamaica, japan, jordan,
    kampuchea, kenya, korea, kuwait, laos, latvia, lebanon, lesotho, liberia, libya, lithuania, luxembourg,
    madagascar, malawi, malaya, malaysia, maldives, mali, malta, mauritania, mauritius, mexico, mongolia, morocco,
    mozambique, namibia, nato, nepal, netherlands, new zealand, nicaragua, niger, nigeria, north atlantic treaty
    organization, north korea, north vietnam, norway, oas, oman, organization of american states, pakistan,
    panama, papua new guinea, paraguay, people's republic of china, persia, peru, philippines, poland, portugal,
    prc, prussia, qatar, republic of china, republic of korea, republic of vietnam, rhodesia, roc, rok, romania,
    roumania, rumania, russia, rwanda, saudi arabia, seato, senegal, sierra leone, singapore, somalia, south
    africa, south korea, south vietnam, soviet union, spain, sri lanka, sudan, surinam, suriname, swaziland,
    sweden, switzerland, syria, taiwan, tanganyika, tanzania, thailand, togo, transvaal, trinidad, trinidad and
    tobago, tunisia, turkey, u.a.r., u.k., u.n., u.s., u.s.a., u.s.s.r., uar, uganda, uk, ukraine, un, united arab
    emirates, united arab republic, united kingdom, united nations, united states, united states of america,
    uruguay, us, usa, ussr, vatican, venezuela, viet nam, viet-nam, vietnam, west berlin, west germany, yemen,
    yugoslavia, zaire, zambia, zanzibar, zimbabwe
    """
)
_SIDES = _phrases(
    """
    afghan, albanian, algerian, allied, american, arab, argentine, argentinian, australian, austrian, belgian,
    bolivian, brazilian, british, bulgarian, burmese, cambodian, canadian, chilean, chinese, colombian, congolese,
    cuban, cypriot, czech, czechoslovak, danish, dominican, dutch, eastern, ecuadoran, ecuadorian, egyptian,
    english, ethiopian, european, filipino, finnish, foreign, french, german, ghanaian, greek, guatemalan,
    haitian, honduran, hungarian, indian, indonesian, iranian, iraqi, irish, israeli, italian, ivorian, jamaican,
    japanese, jordanian, kenyan, korean, kuwaiti, lao, laotian, lebanese, liberian, libyan, malagasy, malay,
    malayan, malaysian, maltese, mexican, moroccan, nepalese, nicaraguan, nigerian, norwegian, pakistani,
    palestinian, panamanian, paraguayan, persian, peruvian, philippine, polish, portuguese, rhodesian, romanian,
    rumanian, russian, salvadoran, saudi, senegalese, serbian, singaporean, somali, soviet, spanish, sudanese,
    swedish, swiss, syrian, taiwanese, thai, tunisian, turkish, ugandan, ukrainian, uruguayan, venezuelan,
    vietnamese, western, yemeni, yugoslav, zairian, zambian
    """
)
"""Peoples, as the label of a side gives them: `French`, `Koreans`."""
_AGENCIES = _phrases(
    """
    agriculture, air force, army, bureau of the budget, commerce, congress, defense, energy, ex-im, ex-im bank,
    executive, executive branch, export-import bank, federal reserve, foreign affairs, house, house of
    representatives, interior, international monetary fund, joint chiefs of staff, justice, labor, legislative
    branch, navy, other, others, peace corps, senate, staff, state, treasury, usun, white house, world bank
    """
)
_BODY = re.compile(
    r"(?:side|delegation|delegates|officials?|government|group|party|team|representatives|participants|agency|department"
    r"|staff|council|committee|commission|board|embassy|mission|ministry|bureau|secretariat|attendees|present|members)$"
)
_BODY_OF = re.compile(
    r"(?:department|ministry|bureau|office|embassy|agency|mission|delegation|government|council) (?:of|for) "
)
_LEADS_IN = re.compile(r"\A(?:For|On|Representing|From)\s+(?=the\s|[A-Z])")
_ARTICLE = re.compile(r"\A[tT]he\s")
_ACRONYM = re.compile(r"[A-Z]{2,6}(?:/[A-Z]{1,6})*")


def is_country(text: str) -> bool:
    """Tell whether a text is the name of a country or of a league of countries, with or without its article.

    >>> is_country("the Soviet Union"), is_country("President Kennedy")
    (True, False)
    """
    return text.strip().casefold().removeprefix("the ").replace("’", "'") in _COUNTRIES


def is_label(text: str) -> bool:
    """Tell whether a line of a list of participants is the label of those who follow: a country, a side, an agency.

    Names of countries, of peoples and of departments are closed classes; a person in the line makes it no label.

    >>> [is_label(t) for t in ("United States", "For Brazil:", "Soviet Side", "Mr. Soutou", "The Secretary")]
    [True, True, True, False, False]
    """
    text = text.strip()
    if len(text) > LINE_MAX or not text or text.endswith(":"):
        return text.endswith(":")
    return _is_label(text)


@lru_cache(maxsize=128)
def _is_label(text: str) -> bool:
    """Tell what `is_label` tells, of a short line without white space around; it is asked for again."""
    return _is_side(text) or _names_body(text)


def _is_side(text: str) -> bool:
    """Tell whether a line is the name of a country, of a side or of an agency."""
    core = _core(text)
    plain = core.casefold()
    if is_country(core) or is_country(f"{core}.") or plain in _AGENCIES or plain in _SIDES or _ACRONYM.fullmatch(core):
        return True
    return plain.endswith("s") and plain[:-1] in _SIDES


def _names_body(text: str) -> bool:
    """Tell whether a line has a word for a body, and none for a person: `Chatham House Group`."""
    core = _core(text)
    if "," in core or _PERSONAL_OFFICE.search(core) or _OF_A_PERSON.match(core):
        return False
    return bool(_BODY.search(core.casefold()) or _BODY_OF.match(core.casefold()))


def _core(text: str) -> str:
    core = _LEADS_IN.sub("", text.strip("()[] "), 1)
    return _ARTICLE.sub("", core, 1).rstrip(".,;") if not core.isupper() else core


def may_be_party(text: str) -> bool:
    """Tell whether a label may as well be a party that was there: only a word for a body makes it one, and no people.

    >>> may_be_party("Chatham House Group"), may_be_party("French Delegation"), may_be_party("Mission Staff:")
    (True, False, False)
    """
    text = text.strip()
    if not is_label(text) or text.endswith(":") or _is_side(text):
        return False
    whose, _, body = _core(text).rpartition(" ")
    return body.casefold() != "side" and not (whose and _is_side(whose))


def read_participant(text: str) -> tuple[str | None, str | None]:
    """Return name and role of a participant, each verbatim, None where there is none.

    A label has neither, and neither has a line that names several persons: which role is whose can't be told.

    >>> read_participant("Anatoliy F. Dobrynin, Soviet Ambassador")
    ('Anatoliy F. Dobrynin', 'Soviet Ambassador')
    """
    text = _ENDED.sub("", _PRESENCE.sub("", text.strip(), 1))
    if _SUPPLIED.fullmatch(text):
        text = text[1:-1]
    if not text or is_label(text) or _EDITORIAL.match(text) or names_several(text):
        return None, None
    if len(text) > LINE_MAX:
        return text, None
    name, comma, role = _split_comma(text)
    if comma and name and role:
        return _of_comma(text, name, role)
    return _of_code(text)


def read_row(cells: Sequence[str]) -> tuple[str | None, str | None]:
    """Return name and role of a participant from the cells of a row, as `read_participant` does; each is in one cell.

    >>> read_row(["1.", "Mr. Hale", "British Embassy"]), read_row(["The Secretary", "The Minister"])
    (('Mr. Hale', 'British Embassy'), (None, None))
    """
    given = [cell for cell in cells if not _NUMBER.fullmatch(cell)]
    if len(given) < 2 or any(map(_DASH_ENDS.search, given)):  # noqa: PLR2004 - name and role
        return read_participant(" ".join(given))
    first, second, *more = given
    if _OF_A_PERSON.match(second):
        first, second = second, first
    if more or _OF_A_PERSON.match(second):
        return None, None
    name, role = read_participant(first)
    if name is None or role is not None:
        return None, None
    return name, second


def names_several(text: str) -> bool:
    """Tell whether a line of a list of participants names several persons, by their honorifics.

    A second honorific counts unless it belongs to another person's office ("Assistant to Mr. Rusk") or is a further
    title of the same one ("Admiral Sir Michael Denny").

    >>> names_several("Mr. Becker Admiral Dudley"), names_several("Mr. Getz, Assistant to Mr. Johnson")
    (True, False)
    """
    named = [match for match in _TITLED.finditer(text) if not match["of"]]
    personal = [match.start() for match in named if _IS_PERSONAL.search(match["titles"])]
    if len(personal) > 1 or _PLURAL.search(text) or any(text.endswith(" and ", 0, start) for start in personal):
        return True
    office = _THE_OFFICE.match(text)
    if office and any(match.start() <= office.end() < match.end() for match in named):
        return True
    ranked = [match.start() for match in named if match.start() not in personal]
    return bool(personal) and any(not at or "," not in text[personal[0] : at] for at in ranked)


def _of_code(text: str) -> tuple[str | None, str | None]:
    """Take a line without a title apart: office and person stand in brackets, at a dash, or with nothing between."""
    matches = (pattern.fullmatch(text) for pattern in (_CODE_GLUED, _BRACKET, _CODE_COLON, _CODE_DASH))
    if match := next(filter(None, matches), None):
        is_office = match.re is _CODE_DASH and _is_role(match["name"])
        return (None, text) if is_office else (match["name"], match["role"])
    if (dash := _DASH.search(text)) and dash.start() > 0 and dash.end() < len(text):
        return _of_dash(text, text[: dash.start()], text[dash.end() :])
    if match := _GLUED_CODE.fullmatch(text):
        return match["name"], match["role"]
    return (None, text) if _is_role(text) else (text, None)


def _of_comma(text: str, name: str, role: str) -> tuple[str | None, str | None]:
    """`Name, Title`, or `Title, Name`, or a title with commas; a code may be glued to the name."""
    if _is_role(name) and not _is_role(role) and _is_name(role):
        return role, name
    if glued := _CODE_GLUED.fullmatch(name):
        return glued["name"], role
    if _is_role(name):
        return None, text
    coded = _CODE_DASH.fullmatch(name)
    return coded["name"] if coded else name, role


def _of_dash(text: str, left: str, right: str) -> tuple[str | None, str | None]:
    """`Name—Office`, `Office—Name`: an office, an agency or a code on one side, the person on the other."""
    office_left = is_label(left) or _is_role(left)
    if _is_role(right) and (office_left or re.fullmatch(_CODE, left)):
        return None, text
    person_right = bool(_OF_A_PERSON.match(right)) or bool(_HONORIFIC.match(right) and not _is_name(left))
    no_person = _is_role(right) or is_label(right) or re.fullmatch(_CODE, right)
    if not no_person and (office_left or person_right):
        return right, left
    return left, right


def _split_comma(text: str) -> tuple[str, str, str]:
    """Split at the first comma that stands in no brackets and does not lead in Jr. or a numeral."""
    at = -1
    while (at := text.find(",", at + 1)) >= 0:
        rest = text[at + 1 :].lstrip()
        if text.count("(", 0, at) <= text.count(")", 0, at) and not re.match(r"(?:Jr|Sr|II|III|IV)\b", rest):
            return text[:at].strip(), ",", rest.strip()
    return text, "", ""


def _is_role(text: str) -> bool:
    """Tell whether a phrase is an office without a person: `The Secretary`, `Soviet Ambassador`."""
    words = text.split()
    if not words or _OF_A_PERSON.match(text):
        return False
    if words[0] in ("The", "the") and not re.match(r"The (?:Honorable|Rt|Right|Reverend)\b", text):
        return bool(_OFFICE_WORD.search(text)) or len(words) > 1
    if _SECRETARY_NAME.fullmatch(text) or _SURNAME.search(text):
        return False
    if _OFFICE_WORD.search(words[-1]):
        return True
    office, of, _ = text.partition(" of ")
    return bool(of) and bool(_OFFICE_WORD.search(office.split()[-1] if office.split() else ""))


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) or bool(_HONORIFIC.match(text))


def is_signed(line: str) -> bool:
    """Tell whether a line has the form of a name that signs: few words, each of them a name or an initial.

    >>> is_signed("Llewellyn E. Thompson"), is_signed("McG. B."), is_signed("Disapprove")
    (True, True, False)
    """
    words = line.replace(",", "").split()
    return 0 < len(words) <= NAME_WORDS and all(map(_NAME_WORD.fullmatch, words)) and not _NO_NAME.search(line)


def is_full_name(line: str) -> bool:
    """Tell a name of several words or of initials from a single word in small letters, which may be anything."""
    return is_signed(line) and (" " in line or sum(map(str.isupper, line)) > 1)


def names_office(lines: list[str]) -> bool:
    """Tell whether one of the lines under a name gives an office."""
    return any(map(_NO_NAME.search, lines))
