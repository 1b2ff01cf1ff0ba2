"""Any text at all, and texts made to hurt."""

import json
import random
import time
from contextlib import suppress

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crewreturn.models import positions, yaml_text
from crewreturn.models.problems import LINE_END, InputError
from crewreturn.models.text import decode, parse


def data(text, form=None):
    return parse(text, "doc", form)[0]


def refused(text, form=None):
    """The message of the one problem of a text that must be refused."""
    with pytest.raises(InputError) as caught:
        parse(text, "doc", form)
    return caught.value.problems[0].message


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
numbers = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
documents = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


class Quoting(yaml.SafeDumper):
    """YAML with all text in double quotes, and no anchors."""

    def ignore_aliases(self, _data):
        return True


Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def same(left, right):
    """Equal in type too: 1 is not 1.0, -0.0 is not 0.0."""
    return repr(left) == repr(right)


@given(documents, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_json_reads_what_was_written(document, indent, ascii_only):
    """Against the standard library, which is the oracle for values."""
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    assert same(data(text, "json"), document)


@given(documents, st.booleans())
def test_yaml_reads_what_was_written(document, flow):
    """Text in quotes is text, numbers come back exactly, in block and in flow style."""
    text = yaml.dump(document, Dumper=Quoting, allow_unicode=True, sort_keys=False, default_flow_style=flow)
    assert same(data(text, "yaml"), document)


@given(documents)
def test_every_part_is_where_positions_say(document):
    """In both formats, the character at a value's position is the one that such a value begins with."""
    for text in (
        json.dumps(document, ensure_ascii=False),
        yaml.dump(document, Dumper=Quoting, allow_unicode=True, sort_keys=False),
    ):
        found, positions = parse(text, "doc")
        lines = LINE_END.split(text)

        def visit(part, path, has_key=False, lines=lines, positions=positions):
            line, column = positions.at(path)
            character = lines[line - 1][column - 1 : column] or "\n"
            if isinstance(part, dict | list):
                assert has_key or character in '{["-?'
                items = part.items() if isinstance(part, dict) else enumerate(part)
                for key, item in items:
                    visit(item, (*path, key), isinstance(part, dict))
            elif isinstance(part, str):
                assert character == '"'
            else:
                assert character == json.dumps(part)[0]

        visit(found, ())


def outcome(text, form):
    """Reads or refuses; anything else comes out as it is."""
    with suppress(InputError):
        try:
            parse(decode(text, "doc") if isinstance(text, bytes) else text, "doc", form)
        except InputError as error:
            assert str(error).startswith("doc:")  # noqa: PT017
            raise


@settings(max_examples=400)
@given(st.text(max_size=60), st.sampled_from(["json", "yaml", None]))
def test_any_text_is_read_or_refused(text, form):
    """Nothing but InputError comes out, and its message can be written."""
    outcome(text, form)


@settings(max_examples=400)
@given(st.text(st.sampled_from("[]{},:\"- \n\t#'a1.e\\&*!|>?%@`~<"), max_size=30))
def test_both_parsers_of_yaml_agree(text):
    """PyYAML's two parsers differ in what they forgive; where both read a text they read the same."""
    results = []
    for loader in (yaml.CSafeLoader, yaml.SafeLoader):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(yaml_text, "LOADER", loader)
            with suppress(InputError):
                results.append(data(text, "yaml"))
    assert len(results) < 2 or same(*results)


# ------------------------------------------------------------------------------------------ speed


def test_a_large_case_reads_at_once():
    """100 KB of YAML, several times the largest shipped case."""
    text = "".join(
        f"- {{id: ship-{n}, launched: 2022-09-21T13:54:00Z, loss: {{1: 5.0e-3, 2: 1.0e-2}}}}\n" for n in range(1300)
    )
    assert len(text) > 90_000
    times = []
    for _ in range(3):  # the machine may be busy with something else
        start = time.perf_counter()
        assert len(data(text)) == 1300
        times.append(time.perf_counter() - start)
    assert min(times) < 1.0


HOSTILE = {
    "values": lambda: "[" + "1," * 5_000_000,
    "empty lists": lambda: "[" + "[]," * 3_000_000,
    "keys": lambda: "{" + ",".join(f'"k{n}":1' for n in range(900_000)) + "}",
    "lines of keys": lambda: "".join(f"k{n}: 1\n" for n in range(900_000)),
    "dashes": lambda: "- " * 5_000_000,
    "directives": lambda: "".join(f"%TAG !a{n}! b\n" for n in range(500_000)),
    "directives at the end": lambda: "a\n...\n" + "".join(f"%TAG !a{n}! b\n" for n in range(500_000)),
    "ends": lambda: "a\n" + "...\n" * 2_500_000,
    "blank": lambda: " " * 10_000_000 + "@",
    "quotes": lambda: "'" * 9_999_999,
    "escapes": lambda: '["' + "\\n" * 5_000_000 + "\\q",
    "carriage returns": lambda: "#" + "\r" * 10_000_000 + "%",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_soon(name, monkeypatch):
    """10 MB made to hang a parser: whatever would take longer than seconds is behind a limit."""
    if name != "values":  # under the true limit these take as long as the values do
        monkeypatch.setattr(positions, "MAX_VALUES", 20_000)
    text = HOSTILE[name]()
    start = time.perf_counter()
    if name == "ends":
        assert data(text) == "a"
    else:
        assert refused(text)
    assert time.perf_counter() - start < 30.0


def test_the_limit_of_values(monkeypatch):
    """The limit itself is still read, in both formats."""
    monkeypatch.setattr(positions, "MAX_VALUES", 1000)
    text = "[" + "1," * 998 + "1]"
    for form in ("json", "yaml"):
        assert len(data(text, form)) == 999
        assert refused(text.replace("]", ",1]"), form) == "more than 1,000 values in one document"


def test_random_bytes_changed():
    """A small document with a few bytes changed anywhere is read or refused, never anything else."""
    original = b"format: x/1 # c\nlist: [{a: \"\\u00e9\", 1: 2.5e-3}, 'b']\nblock: |\n  text\nlast: {t: null}\n"
    alternatives = (original, json.dumps(data(original.decode())).encode())
    generator = random.Random(7)
    for _ in range(3000):
        raw = bytearray(generator.choice(alternatives))
        for _ in range(generator.randint(1, 4)):
            at = generator.randrange(len(raw))
            raw[at : at + generator.randint(0, 2)] = generator.randbytes(generator.randint(0, 2))
        outcome(bytes(raw), generator.choice(["json", "yaml", None]))
