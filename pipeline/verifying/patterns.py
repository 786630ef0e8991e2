"""Matches regular expressions in time linear in the text, whatever the expression is.

A pattern in a descriptor or a JSON Schema is somebody else's: with a backtracking matcher a short one can take years.
Here an expression becomes a nondeterministic automaton (K. Thompson, Regular Expression Search Algorithm, 1968) whose
sets of states are followed and remembered. What needs backtracking (backreferences, looking around) is refused.
`re` with the simple patterns only would not do: two repeats in a row already take quadratic time, and ordinary
patterns of identifiers, the packages of this project among them, have three and a repeat within a group.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache

MAX_NODES = 2000
"""Nodes an automaton may have; counted repeats multiply them."""

_MAX_REMEMBERED = 200_000
_TAIL = 8
_LONGEST_HEAD = 200
"""Identifiers in a row differ in their last characters; what stands before these is remembered."""
_MANY = 8
"""Texts from which it is worth looking for those that are alike."""
_SEPARATOR = "\n"
_MOST_TESTS = 64
_MOST_CLASSES = 4096
_MAX_DEPTH = 50
_SINGLE = frozenset("dDsSwWnrtfv")
_LENGTHS = {"x": 4, "u": 6}
_COUNTS = re.compile(r"\{([0-9]{1,5})(,?)([0-9]{0,5})\}")
_GROUP_HEADS = re.compile(r"\?:|\?P?<[A-Za-z_][A-Za-z0-9_]*>")

Test = Callable[[str], bool]


class UnsupportedPatternError(Exception):
    """The expression is malformed, too large, or needs what an automaton cannot do."""


class _Node:
    """A state: it consumes a character that passes `test`, or passes on freely; `where` binds it to an end."""

    __slots__ = ("following", "test", "where")

    def __init__(self, test: Test | None = None, where: str = "") -> None:
        self.test = test
        self.where = where
        self.following: list[_Node] = []


class _State:
    """A set of nodes, and the sets that single characters lead to."""

    __slots__ = ("accepts", "nodes", "settled", "steps")

    def __init__(self, nodes: frozenset[_Node], *, accepts: bool, settled: bool) -> None:
        self.nodes = nodes
        self.accepts = accepts
        """Whether a text that ends here matches."""
        self.settled = settled
        """Whether no further character can change that."""
        self.steps: dict[str, _State] = {}


class _Classes(dict[int, str]):
    """For each character, one that an expression does not tell from it: the first such that was seen."""

    def __init__(self, tests: Iterable[Test]) -> None:
        super().__init__()
        self._tests = tuple(tests)
        self._first: dict[tuple[bool, ...], str] = {}

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character == _SEPARATOR:
            return character
        answers = tuple(test(character) for test in self._tests)
        first = self._first.get(answers, character)
        if len(self._first) < _MOST_CLASSES:
            self._first.setdefault(answers, character)
        if len(self) < _MAX_REMEMBERED:
            self[code] = first
        return first


_Part = tuple[_Node, _Node]
"""First and last node of a part of an automaton."""


class Pattern:
    """An expression that can be matched in linear time. `^` and `$` mean the ends of the whole text.

    Raises:
        UnsupportedPatternError: the expression cannot be matched so.
    """

    def __init__(self, pattern: str) -> None:
        parser = _Parser(pattern)
        self._first, self._accept = parser.parse()
        self._classes = _Classes(parser.tests) if len(parser.tests) <= _MOST_TESTS else None
        self._states: dict[tuple[frozenset[_Node], bool], _State] = {}
        self._heads: dict[tuple[str, bool], _State] = {}
        self._remembered = 0
        self._begin = _closure([self._first], start=True)
        self._matches_nothing = self._accept in _closure(self._begin, start=True, end=True)

    def fullmatch(self, text: str) -> bool:
        """Tell whether the whole text matches."""
        return self._ends(text, search=False) if text else self._matches_nothing

    def search(self, text: str) -> bool:
        """Tell whether any part of the text matches."""
        return self._ends(text, search=True) if text else self._matches_nothing

    def fullmatches(self, texts: Collection[str]) -> bool:
        """Tell whether all of some texts match as a whole."""
        return all(map(self.fullmatch, self._different(texts)))

    def searches(self, texts: Collection[str]) -> bool:
        """Tell whether all of some texts have a part that matches."""
        return all(map(self.search, self._different(texts)))

    def _different(self, texts: Collection[str]) -> Collection[str]:
        """Return texts of which all match where all of the given do: of those that the expression cannot tell, one."""
        if len(texts) < _MANY or self._classes is None or max(map(len, texts)) > _LONGEST_HEAD:
            return texts
        joined = _SEPARATOR.join(texts)
        if joined.count(_SEPARATOR) >= len(texts):  # it stands within one
            return texts
        return set(joined.translate(self._classes).split(_SEPARATOR))

    def _ends(self, text: str, *, search: bool) -> bool:
        head = text[:-_TAIL]
        state = self._heads.get((head, search))
        if state is None:
            state = self._follow(self._start(search=search), head, search=search)
            if len(head) <= _LONGEST_HEAD:
                self._heads[head, search] = state
                self._remembered += len(head) + 1
        return self._follow(state, text[-_TAIL:], search=search).accepts

    def _follow(self, state: _State, text: str, *, search: bool) -> _State:
        for character in text:
            if state.settled:
                break
            state = state.steps.get(character) or self._step(state, character, search=search)
        return state

    def _start(self, *, search: bool) -> _State:
        return self._state(self._begin, search=search)

    def _step(self, state: _State, character: str, *, search: bool) -> _State:
        reached = [n for node in state.nodes if node.test and node.test(character) for n in node.following]
        found = self._state(_closure([*reached, self._first] if search else reached), search=search)
        state.steps[character] = found
        self._remembered += 1
        return found

    def _state(self, nodes: frozenset[_Node], *, search: bool) -> _State:
        if self._remembered > _MAX_REMEMBERED:
            self._states.clear()  # states that are left behind know each other, and nobody knows them
            self._heads.clear()
            self._remembered = 0
        state = self._states.get((nodes, search))
        if state is None:
            accepts = self._accept in _closure(nodes, end=True)
            settled = not nodes or (search and self._accept in nodes)
            state = self._states[(nodes, search)] = _State(nodes, accepts=accepts, settled=settled)
            self._remembered += len(nodes)
        return state


@lru_cache(32)
def pattern_of(expression: str) -> Pattern:
    """Return the pattern of an expression; columns and properties of one kind have it in common, and what it remembers.

    Raises:
        UnsupportedPatternError: the expression cannot be matched in linear time.
    """
    return Pattern(expression)


def _closure(nodes: Iterable[_Node], *, start: bool = False, end: bool = False) -> frozenset[_Node]:
    """Return the nodes and all that can be reached from them without a character."""
    seen: set[_Node] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        held = (node.where == "^" and not start) or (node.where == "$" and not end)
        if not node.test and not held:
            waiting.extend(node.following)
    return frozenset(seen)


class _Parser:
    """Makes an automaton of an expression by recursive descent."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._depth = 0
        self._nodes = 0
        self.tests: set[Test] = set()
        """What is asked of characters."""

    def parse(self) -> _Part:
        part = self._alternatives()
        if self._at < len(self._pattern):
            raise UnsupportedPatternError("a closing bracket without an opening one")
        return part

    def _node(self, test: Test | None = None, where: str = "") -> _Node:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise UnsupportedPatternError("the expression is too large")
        if test:
            self.tests.add(test)
        return _Node(test, where)

    def _peek(self, count: int = 1) -> str:
        return self._pattern[self._at : self._at + count]

    def _alternatives(self) -> _Part:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise UnsupportedPatternError("the expression is too deeply nested")
        first, last = self._node(), self._node()
        while True:
            begin, end = self._sequence()
            first.following.append(begin)
            end.following.append(last)
            if self._peek() != "|":
                self._depth -= 1
                return first, last
            self._at += 1

    def _sequence(self) -> _Part:
        first = last = self._node()
        while self._peek() not in ("", "|", ")"):
            begin, end = self._repeated()
            last.following.append(begin)
            last = end
        return first, last

    def _repeated(self) -> _Part:
        """Read an atom and its repeats; each further copy is read again from the same place."""
        begin = self._at
        part = self._atom()
        while (counts := self._counts()) is not None:
            after = self._at
            least, most = counts
            part = self._copies(begin, part, least, most)
            self._at = after
            if self._peek() == "?":  # a lazy repeat matches the same texts
                self._at += 1
            elif self._peek() == "+" or self._counts_ahead():
                raise UnsupportedPatternError("a repeat of a repeat")
        return part

    def _counts_ahead(self) -> bool:
        return self._peek() in ("*", "?") or bool(_COUNTS.match(self._pattern, self._at))

    def _counts(self) -> tuple[int, int | None] | None:
        sign = self._peek()
        if sign in ("*", "+", "?") and sign:
            self._at += 1
            return (1 if sign == "+" else 0), (1 if sign == "?" else None)
        match = _COUNTS.match(self._pattern, self._at)
        if not match:
            return None
        self._at = match.end()
        least = int(match[1])
        most = int(match[3]) if match[3] else None if match[2] else least
        if most is not None and most < least:
            raise UnsupportedPatternError("a repeat whose bounds are reversed")
        return least, most

    def _copies(self, begin: int, part: _Part, least: int, most: int | None) -> _Part:
        first = last = self._node()
        total = max(least, 1) if most is None else most
        end = self._node()
        for number in range(total):
            if number:
                self._at = begin
                part = self._atom()
            if number >= least:
                last.following.append(end)
            last.following.append(part[0])
            last = part[1]
        if most is None:
            last.following.append(part[0])
            if least == 0:
                first.following.append(end)
        last.following.append(end)
        return first, end

    def _atom(self) -> _Part:
        sign = self._peek()
        if sign == "(":
            return self._group()
        self._at += 1
        if sign in ("^", "$"):
            first, last = self._node(where=sign), self._node()
        elif sign in ("*", "+", "?", "{"):
            raise UnsupportedPatternError("a repeat of nothing, or a brace that dialects read differently")
        elif sign == "[":
            first, last = self._node(_single(self._class())), self._node()
        elif sign == "\\":
            first, last = self._node(_single(self._escape())), self._node()
        elif sign == ".":
            first, last = self._node(_single(".")), self._node()
        else:
            first, last = self._node(sign.__eq__), self._node()
        first.following.append(last)
        return first, last

    def _group(self) -> _Part:
        self._at += 1
        head = _GROUP_HEADS.match(self._pattern, self._at)
        if head:
            self._at = head.end()
        elif self._peek() == "?":
            raise UnsupportedPatternError("a group that looks around or changes flags")
        part = self._alternatives()
        if self._peek() != ")":
            raise UnsupportedPatternError("a group is not closed")
        self._at += 1
        return part

    def _escape(self) -> str:
        letter = self._peek()
        length = _LENGTHS.get(letter, 2) if letter.isascii() else 2
        if not letter or (letter.isalnum() and letter not in _SINGLE and letter not in _LENGTHS):
            raise UnsupportedPatternError("an escape that no automaton can follow")
        self._at += length - 1
        return self._pattern[self._at - length : self._at]

    def _class(self) -> str:
        begin = self._at - 1
        self._at += 1 if self._peek() == "^" else 0
        self._at += 1 if self._peek() == "]" else 0
        while self._peek() != "]":
            if not self._peek():
                raise UnsupportedPatternError("a class is not closed")
            if self._peek() == "\\":
                self._at += 1
                self._escape()
            else:
                self._at += 1
        self._at += 1
        return self._pattern[begin : self._at]


@lru_cache(256)  # copies of a part have their tests in common
def _single(expression: str) -> Test:
    """Return the test of one character; with one there is nothing to track back to."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            match = re.compile(expression).fullmatch
    except (re.error, OverflowError) as error:
        raise UnsupportedPatternError(str(error)) from error
    return lambda character: match(character) is not None
