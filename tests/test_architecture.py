"""The rules that keep the house beautiful, walked through the code itself."""

import ast
import configparser
import importlib
import inspect
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "reciproque"
MODULES = [p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts]
PACKAGES = [
    *("vocabulary", "sources", "territories", "flows"),
    *("partners", "matching", "reciprocity", "cli"),
]
FACES = [*PACKAGES, "kernel", "flows.areas", "web.shared.pictures", "web.api"]
LONGEST_MODULE, LONGEST_FUNCTION = 300, 60

each_module = pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))


def package_of(path: Path) -> str:
    return ".".join(("reciproque", *path.relative_to(SOURCE).parts[:-1]))


def imports_of(path: Path) -> list[str]:
    """Full names of what a module imports, relative imports resolved."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package_of(path).split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [base])])
            found += [f"{base}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return found


def private_owner(name: str) -> str | None:
    """The package whose private module ``name`` opens, if it opens one.

    A ``_`` that is a function (gettext's) is no module.
    """
    parts = name.split(".")
    for i, part in enumerate(parts):
        if part.startswith("_") and part.strip("_") and not part.startswith("__"):
            return ".".join(parts[:i])
    return None


@pytest.mark.parametrize("name", FACES)
def test_each_package_has_one_face_and_all_it_names_is_there(name) -> None:
    package = importlib.import_module(f"reciproque.{name}")
    assert package.__doc__
    assert len(set(package.__all__)) == len(package.__all__)
    assert all(hasattr(package, public) for public in package.__all__)


def test_a_package_with_private_modules_is_one_of_those_faces() -> None:
    hiding = {p.parent for p in MODULES if p.name.startswith("_") and p.name != "__init__.py"}
    assert {".".join(folder.relative_to(SOURCE).parts) for folder in hiding} <= set(FACES)


@pytest.mark.parametrize("name", FACES)
def test_what_is_public_says_what_it_does(name) -> None:
    package = importlib.import_module(f"reciproque.{name}")
    for public in package.__all__:
        thing = getattr(package, public)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            said = inspect.getdoc(thing) or ""
            # a dataclass without words gets its own signature as docstring
            assert said, public
            assert not said.startswith(f"{public}("), public


def test_the_notebook_face_opens_every_name_it_promises() -> None:
    import reciproque

    assert sorted(set(reciproque.__all__)) == list(reciproque.__all__)
    for name in reciproque.__all__:
        assert getattr(reciproque, name) is not None


@each_module
def test_private_modules_are_opened_only_from_inside_their_package(path) -> None:
    inside = package_of(path)
    for name in imports_of(path):
        owner = private_owner(name) if name.startswith("reciproque.") else None
        if owner is not None:
            assert inside == owner or inside.startswith(owner + "."), f"{path} opens {name}"


@each_module
def test_modules_and_functions_stay_short(path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") < LONGEST_MODULE + 5, "split by meaning"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= LONGEST_FUNCTION, f"{node.name} is too long"


@each_module
def test_no_signal_and_no_model_with_its_own_save(path) -> None:
    signals = ("django.db.models.signals", "django.dispatch")
    assert not [name for name in imports_of(path) if name.startswith(signals)]
    if path.name == "models.py":
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.FunctionDef) and node.name
            assert named != "save", "many writes are a function of actions.py"


def test_no_module_is_called_utils() -> None:
    assert not [p for p in MODULES if p.stem.strip("_") in ("utils", "helpers", "misc")]


def web_order() -> list[str]:
    """The applications of the web, lowest first, as .importlinter lays them."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    rows = config["importlinter:contract:web"]["layers"].split("\n")
    return [name.strip() for row in reversed(rows) for name in row.split("|") if name.strip()]


def test_models_refer_only_to_applications_below_them() -> None:
    from django.apps import apps

    order = web_order()
    for config in apps.get_app_configs():
        if not config.name.startswith("reciproque.web."):
            continue
        for model in config.get_models():
            for field in model._meta.get_fields():
                if field.is_relation and not field.auto_created and field.related_model:
                    other = field.related_model._meta.app_label
                    assert order.index(other) <= order.index(config.label), f"{model}: {field}"


def test_every_dependency_is_pinned_with_its_hash_and_no_address() -> None:
    text = (ROOT / "requirements.txt").read_text()
    assert "://" not in text
    for block in re.split(r"\n(?=\S)", text.strip()):
        if not block.startswith("#"):
            assert re.match(r"[\w.\-]+(\[[\w,]+\])?==", block), block[:80]
            assert "--hash=sha256:" in block, block[:80]
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def dependencies() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return [re.split(r"[\[<>=;,\s]", line)[0] for line in wanted]


@pytest.mark.parametrize("name", dependencies())
def test_every_dependency_is_pinned_and_says_why_it_was_taken(name) -> None:
    pinned = (ROOT / "requirements.txt").read_text()
    assert re.search(rf"^{re.escape(name)}(\[[\w,]+\])?==", pinned, re.MULTILINE), "make lock"
    assert name in (ROOT / "docs" / "adr" / "0002-libraries.md").read_text()


def test_links_between_the_documents_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} points to {target}"


def test_no_two_test_modules_bear_one_name() -> None:
    """Without packages among the tests, pytest takes the second for the first."""
    names = [p.name for p in (ROOT / "tests").rglob("*.py") if p.name != "conftest.py"]
    assert sorted(n for n in set(names) if names.count(n) > 1) == []
