"""Nothing on screen is left without its English."""

import ast
import re
from pathlib import Path

import polib

WEB = Path(__file__).parents[2] / "src" / "reciproque" / "web"
TAG = re.compile(r"""{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")
ARGUMENT = re.compile(r"""[\s=:]_\((?:"([^"]+)"|'([^']+)')\)(?=[^{}]*%})""")  # of a tag
BLOCK = re.compile(
    r"{%\s*blocktranslate(.*?)%}(.*?)(?:{%\s*plural\s*%}(.*?))?{%\s*endblocktranslate\s*%}", re.S
)
VARIABLE = re.compile(r"{{\s*(\w+)\s*}}")
CALLS = ("_", "gettext", "gettext_lazy", "ngettext")


def in_templates() -> set[str]:
    found = set()
    written = (p for kind in ("html", "md", "txt") for p in WEB.rglob(f"templates/**/*.{kind}"))
    for path in written:
        text = path.read_text(encoding="utf-8")
        found |= {a or b for a, b in TAG.findall(text) + ARGUMENT.findall(text)}
        for _options, one, many in BLOCK.findall(text):
            found |= {VARIABLE.sub(r"%(\1)s", part) for part in (one, many) if part}
    return found


def in_code() -> set[str]:
    found = set()
    for path in WEB.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in CALLS
            ):
                found |= {
                    a.value
                    for a in node.args
                    if isinstance(a, ast.Constant) and isinstance(a.value, str)
                }
    return found


def in_catalogue() -> dict[str, str]:
    catalogue = polib.pofile(str(WEB / "locale" / "en" / "LC_MESSAGES" / "django.po"))
    found = {e.msgid: e.msgstr or e.msgstr_plural.get(0, "") for e in catalogue}
    return found | {e.msgid_plural: e.msgstr_plural.get(1, "") for e in catalogue if e.msgid_plural}


def test_every_sentence_of_the_pages_has_its_english() -> None:
    known = in_catalogue()
    assert sorted(m for m in in_templates() | in_code() if not known.get(m)) == []


def test_no_translation_is_left_over() -> None:
    assert sorted(set(in_catalogue()) - in_templates() - in_code()) == []


def test_translations_keep_their_blanks() -> None:
    blanks = re.compile(r"%\(\w+\)s|%s")
    for french, english in in_catalogue().items():
        assert set(blanks.findall(french)) == set(blanks.findall(english)), french
