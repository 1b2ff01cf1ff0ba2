"""What the two formats mean, what is refused, and where: schema-agnostic."""

import json

import pytest
import yaml

from crewreturn.models import yaml_text
from crewreturn.models.positions import MAX_DEPTH
from crewreturn.models.problems import InputError
from crewreturn.models.text import decode, parse


@pytest.fixture(params=["C", "Python"])
def _both_loaders(request, monkeypatch):
    """PyYAML without its C part must behave the same."""
    if request.param == "Python":
        monkeypatch.setattr(yaml_text, "LOADER", yaml.SafeLoader)


def data(text, form=None):
    return parse(text, "doc", form)[0]


def refusal(text, form=None):
    """The one problem of a text that must be refused."""
    with pytest.raises(InputError) as caught:
        parse(text, "doc", form)
    (problem,) = caught.value.problems
    assert caught.value.source == "doc"
    return problem


# ------------------------------------------------------------------------------------------ what YAML means


@pytest.mark.usefixtures("_both_loaders")
def test_yaml_words_mean_what_json_makes_of_them():
    """YAML 1.1 would make booleans, octals, sexagesimals, dates and nulls of many; here only JSON's words count."""
    words = data("[true, false, null, 5.0e-3, 1e3, 1E+3, -0.5, -7, 0]", "yaml")
    assert words == [True, False, None, 0.005, 1000.0, 1000.0, -0.5, -7, 0]
    texts = ["012", "0x10", "12:30", "yes", "no", "On", "~", "2023-01-12", "1_000"]
    assert data(f"[{', '.join(texts)}]", "yaml") == texts
    assert isinstance(data("a: 1e3")["a"], float)
    assert isinstance(data("a: -7")["a"], int)


@pytest.mark.usefixtures("_both_loaders")
def test_yaml_things_that_only_look_like_numbers_stay_text():
    """JSON wants digits on both sides of a point and no plus sign; a strict model will then say what it expected."""
    assert data("[1., .5, +1, 1.e3, 0o7, 1e, -, 2023-01-12T00:00:00Z, Nan, inf]", "yaml") == [
        *("1.", ".5", "+1", "1.e3", "0o7", "1e", "-", "2023-01-12T00:00:00Z", "Nan", "inf")
    ]


@pytest.mark.usefixtures("_both_loaders")
def test_yaml_quoted_words_are_text():
    """Quotes are how a person says that text is meant."""
    assert data("""["true", 'null', "7", '.nan', "", '~', "<<"]""", "yaml") == [
        "true",
        "null",
        "7",
        ".nan",
        "",
        "~",
        "<<",
    ]


@pytest.mark.usefixtures("_both_loaders")
def test_yaml_whole_numbers_as_keys_are_their_digits():
    """A loss table is written `{1: 5.0e-3}`; JSON has only text as keys."""
    assert data("loss: {1: 5.0e-3, 2: 1.0e-2, -3: x}") == {"loss": {"1": 0.005, "2": 0.01, "-3": "x"}}


@pytest.mark.usefixtures("_both_loaders")
def test_yaml_block_text_comments_and_markers_are_welcome():
    """People comment their cases, write notes over several lines, and begin files with `---`."""
    assert data("--- # a case\nnote: |\n  one\n  two\nplain: a\n  b # c\n...\n# the end\n") == {
        "note": "one\ntwo\n",
        "plain": "a b",
    }


# ------------------------------------------------------------------------------------------ what YAML refuses

REFUSED_YAML = {
    "anchor": ("a: 1\nb: &x 1", "anchors and aliases", 2, 4),
    "anchored list": ("a: &x [1]", "anchors and aliases", 1, 4),
    "alias": ("a: *x", "anchors and aliases", 1, 4),
    "alias as key": ("*x : 1", "anchors and aliases", 1, 1),
    "tag": ("a: !!int '3'", "tags", 1, 4),
    "tag of a list": ("a: !mine [1]", "tags", 1, 4),
    "bare tag": ("a: ! x", "tags", 1, 4),
    "merge key": ("a: 1\n<<: {b: 2}", "merge keys", 2, 1),
    "second document": ("a: 1\n---\nb: 2", "more than one document", 2, 1),
    "text after the end": ("a: 1\n...\nb: 2", "more than one document", 2, 4),
    "directive": ("# c\n%YAML 1.1\n---\na: 1", "directive", 2, 1),
    "duplicate": ("a: 1\nb: 2\na: 3", "'a' stands twice in the same object; the first is in line 1", 3, 1),
    "duplicate in a table": ("loss: {1: a, '1': b}", "'1' stands twice", 1, 14),
    "number as key": ("a: {1.5: x}", "a key that is not text", 1, 5),
    "word as key": ("a: {true: x}", "a key that is not text", 1, 5),
    "null as key": ("null: x", "a key that is not text", 1, 1),
    "list as key": ("? [a]\n: b", "a list or object as key", 1, 3),
    "no key": ("{: x}", "a key or value is missing", 1, 2),
    "nan": ("a: .nan", ".nan is not accepted", 1, 4),
    "inf": ("a: -.INF", "-.INF is not accepted", 1, 4),
    "Infinity": ("a: Infinity", "Infinity is not accepted", 1, 4),
    "too large": ("a: 1e999", "too large", 1, 4),
    "too many digits": (f"a: {'9' * 5000}", "too large", 1, 4),
    "empty key": ("? \n: x", "a key is missing", 1, 2),
    "no key in a block": ("a: 1\n: x", "does not fit", 2, 1),
    "no value": ("a:\nb: 1", "nothing stands here", 1, 3),
    "no item": ("a:\n  -\n  - 1", "nothing stands here", 2, 4),
    "half a pair": (r'a: "\ud83d"', "half a surrogate pair", 1, 7),
    "control character": ("a: \x1b[1m", "U+001B", 1, 4),
    "tab": ("a:\n\tb: 1", "a tab", 2, 1),
    "comments only": ("# nothing\n", "comments only", 1, 1),
}


@pytest.mark.usefixtures("_both_loaders")
@pytest.mark.parametrize("name", REFUSED_YAML)
def test_yaml_refuses(name):
    """Each of these would read as something that its writer may not have meant; the place is that of the culprit."""
    text, message, line, column = REFUSED_YAML[name]
    problem = refusal(text, "yaml")
    assert message in problem.message
    if name != "half a pair":  # the parsers differ by a few characters
        assert (problem.line, problem.column) == (line, column)
    assert problem.advice or name in ("too large", "comments only")


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ('a: 1\nb: "x\nc: 2', "quotes that begin in line 2", 3),
        ("a: 1\nb: [1,\n  2\n", "begins in line 2", 4),
        ("a: 1\nb: {x: 1,\n", "begins in line 2", 3),
        ("a: b: c", "':' where no key can stand", 1),
        ("- a\nb: 1", "does not fit", 2),
        ("a: 1\nb\nc: 2", "neither 'key: value' nor '- item'", 3),
        ("a: - b", "'- ' where no list can stand", 1),
        ("a: @b", "cannot begin a value", 1),
        (r'a: "\q"', "begins no escape", 1),
        ("a: 'x\n---\n", "inside the quotes that begin in line 1", 2),
        ("a: [x]]", "does not fit", 1),
        ("a: |9x\n b", "not YAML", 1),
    ],
)
def test_yaml_mistakes_in_plain_words(text, words, line):
    """The parser's own words ("did not find expected <block end>") help nobody; its line does."""
    problem = refusal(text, "yaml")
    assert words in problem.message
    assert problem.line == line
    assert problem.advice


# ------------------------------------------------------------------------------------------ JSON


def test_json_escapes_and_tabs():
    """A YAML parser would trip over `\\/`, surrogate pairs and tabs; JSON is not read by one."""
    text = '{\n\t"a\\/\\u0062":\t"\\ud83d\\ude00\\n",\r\n\t"t": [1.0, -0.5E-2, 7, true, false, null, {}, []]\n}\n'
    expected = {"a/b": "😀\n", "t": [1.0, -0.005, 7, True, False, None, {}, []]}
    assert data(text, "json") == data(text, "yaml") == data(text) == json.loads(text) == expected


REFUSED_JSON = {
    "trailing comma": ('{"a": 1,\n}', "a comma before '}'", 1, 8),
    "trailing comma in a list": ("[1, ]", "a comma before ']'", 1, 3),
    "comma alone": ("[,]", "expected a value", 1, 2),
    "comment": ('{\n// c\n"a": 1}', "expected a key in double quotes", 2, 1),
    "single quotes": ("{'a': 1}", "expected a key in double quotes", 1, 2),
    "single-quoted value": ("['a']", "expected a value", 1, 2),
    "bare word": ('{"a": yes}', "expected a value", 1, 7),
    "Python's word": ('{"a": True}', "expected a value", 1, 7),
    "cut word": ('{"a": nul}', "expected a value", 1, 7),
    "leading zero": ("[012]", "expected ',' or ']'", 1, 3),
    "no zero": ("[.5]", "expected a value", 1, 2),
    "no colon": ('{"a" 1}', "expected ':' after the key", 1, 6),
    "no comma": ("[1\n 2]", "expected ',' or ']'", 2, 2),
    "no comma between fields": ('{"a": 1\n "b": 2}', "expected ',' or '}'", 2, 2),
    "wrong bracket": ("[1}", "expected ',' or ']'", 1, 3),
    "minus alone": ("[-]", "expected a value", 1, 2),
    "nan": ('{"a": NaN}', "NaN is not accepted", 1, 7),
    "infinity": ("[-Infinity]", "-Infinity is not accepted", 1, 2),
    "too large": ("[1e999]", "too large", 1, 2),
    "too many digits": (f"[{'9' * 5000}]", "too large", 1, 2),
    "duplicate": ('{"a": 1,\n "\\u0061": 2}', "'a' stands twice in the same object; the first is in line 1", 2, 2),
    "half a pair": (r'["x\ud83d"]', "half a surrogate pair", 1, 2),
    "line break in text": ('["a\nb"]', "a line break or control character inside text", 1, 4),
    "bad escape": (r'["\x"]', "a backslash that begins no JSON escape", 1, 3),
    "open text": ('{"a": "b', "the file ends inside the text that begins here", 1, 7),
    "open list": ('{\n"a": [1, 2', "the file ends inside the list that begins in line 2", 2, 11),
    "open object": ('{"a": 1', "the file ends inside the object that begins in line 1", 1, 8),
    "ends after colon": ('{"a":', "the file ends inside the object that begins in line 1", 1, 6),
    "second document": ('{"a": 1}\n{"a": 2}', "text after the end", 2, 1),
    "no JSON at all": ("a: 1", "expected a value", 1, 1),
}


@pytest.mark.parametrize("name", REFUSED_JSON)
def test_json_refuses(name):
    """What RFC 8259 does not allow, or allows but nobody means, with the place of the culprit."""
    text, message, line, column = REFUSED_JSON[name]
    problem = refusal(text, "json")
    assert message in problem.message
    assert (problem.line, problem.column) == (line, column)


# ------------------------------------------------------------------------------------------ both


def test_without_a_suffix_the_text_tells():
    """Standard input has no suffix: brackets mean JSON and nothing laxer, so that `{"a": 2 "b"}` is no YAML text."""
    assert data(' \n{"a":\t1}') == data("a: 1") == data('"a": 1') == {"a": 1}
    assert refusal('{"a": 2 "b"}').message == "expected ',' or '}'"
    assert refusal("{a: 1}").message == "expected a key in double quotes"


def test_yaml_may_be_json():
    """In a file named .yaml both are welcome, even JSON that a YAML parser does not understand."""
    assert data("{a: 1}", "yaml") == data('{\t"a": 1}', "yaml") == {"a": 1}


def test_the_reader_that_made_more_of_it_explains():
    """Of a broken text that could be both, the format in which more of it makes sense names the mistake."""
    assert refusal(r'{"\ud83d\ude00": 1, "b": ]}', "yaml").message == "expected a value"
    assert "object in braces" in refusal("{a: 1, b: 2", "yaml").message


@pytest.mark.parametrize("form", ["json", "yaml"])
@pytest.mark.parametrize("text", ["", " \n\t\n"])
def test_empty(text, form):
    """An empty file is no document, and has no line to show."""
    problem = refusal(text, form)
    assert problem.message == "the file is empty"
    assert problem.line is None


@pytest.mark.parametrize("form", ["json", "yaml"])
@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "[" * 61 + "]" * 61], ids=["lists", "objects", "61"]
)
def test_deep_nesting(text, form):
    """However deep, it is refused at the level beyond the limit, without recursion.

    Newer YAML libraries read on to a limit of their own, 1,000, before they tell of any bracket: that is where they
    point to.
    """
    problem = refusal(text, form)
    assert f"deeper than {MAX_DEPTH} levels" in problem.message
    column = 1 + (5 * MAX_DEPTH if text.startswith("{") else MAX_DEPTH)
    assert problem.column == column or (form == "yaml" and len(text) > 1000 < problem.column)


def test_deep_nesting_in_yaml_blocks():
    """Indentation and dashes nest as well as brackets do."""
    assert "deeper" in refusal("- " * 100_000 + "a").message
    assert "deeper" in refusal("\n".join(" " * n + "a:" for n in range(100)) + " 1").message


def test_nesting_up_to_the_limit():
    """The limit itself is still read."""
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert data(text, "json") == data(text, "yaml")


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_positions(form):
    """Values stand where they begin; lists and objects at their key; what is missing at what is around it."""
    text = '{"a": {"b": [10, {"c": "é😀", "d": true}]},\r\n "e": []}'
    positions = parse(text, "doc", form)[1]
    for path, expected in {
        (): (1, 1),
        ("a",): (1, 2),
        ("a", "b"): (1, 8),
        ("a", "b", 0): (1, 14),
        ("a", "b", 1): (1, 18),
        ("a", "b", 1, "c"): (1, 24),
        ("a", "b", 1, "d"): (1, 35),
        ("e",): (2, 2),
        ("a", "b", 7): (1, 8),
        ("a", "x", "y"): (1, 2),
        ("e", "x"): (2, 2),
    }.items():
        assert positions.at(path) == expected, path
    assert positions.at(("a", "b", 1, "d"), key=True) == (1, 30)


@pytest.mark.usefixtures("_both_loaders")
def test_lines_are_counted_as_editors_do():
    """CR, LF and CR LF end lines; columns count characters, not bytes."""
    positions = parse("a: 'x'\r\n# é😀\rb: 'é😀' # y\n\nc: [é😀, 1]", "doc")[1]
    assert positions.at(("b",)) == (3, 4)
    assert positions.at(("c", 1)) == (5, 9)


@pytest.mark.usefixtures("_both_loaders")
@pytest.mark.parametrize("character", "\u0085\u2028\u2029\ufeff")
def test_invisible_line_ends(character):
    """YAML 1.1 ends a line, and so a comment, where no editor shows one: what follows would count."""
    problem = refusal(f"a: 1\n# c {character}b: 2")
    assert problem.message == f"the invisible character U+{ord(character):04X}"
    assert (problem.line, problem.column) == (2, 5)
    assert data(f'a: "\\u{ord(character):04X}"') == {"a": character}


# ------------------------------------------------------------------------------------------ bytes


def test_byte_order_mark():
    """Windows editors write one; it belongs to no key and shifts no column."""
    text = decode(b"\xef\xbb\xbfa: 1", "doc")
    assert parse(text, "doc")[1].at(("a",), key=True) == (1, 1)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"a: 1\nb: \xe9", "byte 0xe9 at offset 8, in line 2"),
        (b"\xef\xbb\xbfa: \xff", "byte 0xff at offset 6, in line 1"),
        (b"a: \xe2\x82", "byte 0xe2 at offset 3"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a binary file: byte 0x00 at offset 8"),
        ("a: 1".encode("utf-16"), "UTF-16"),
    ],
)
def test_not_utf8(raw, words):
    """The offset counts bytes of the file, which is what a hex viewer shows."""
    with pytest.raises(InputError, match=words):
        decode(raw, "doc")
