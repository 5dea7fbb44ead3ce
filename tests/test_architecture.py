"""The rules that keep the house beautiful, walked through the code itself."""

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "reciproque"
MODULES = [p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts]
PACKAGES = ["vocabulary", "sources", "territories", "flows", "partners", "cli"]


def imports_of(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return found


@pytest.mark.parametrize("name", PACKAGES)
def test_each_package_has_one_face_and_all_it_names_is_there(name) -> None:
    package = importlib.import_module(f"reciproque.{name}")
    assert package.__doc__
    assert len(set(package.__all__)) == len(package.__all__)
    assert all(hasattr(package, public) for public in package.__all__)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_private_modules_are_opened_only_from_inside_their_package(path) -> None:
    package = ".".join(("reciproque", *path.relative_to(SOURCE).parts[:-1]))
    for module in imports_of(path):
        if not module.startswith("reciproque.") or "._" not in module:
            continue
        owner = module[: module.index("._")]
        assert package == owner or package.startswith(owner + "."), f"{path} opens {module}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_modules_and_functions_stay_short(path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 310, "split by meaning"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno <= 60, f"{node.name} is too long"


def test_no_module_is_called_utils_and_no_signal_is_used() -> None:
    assert not [p for p in MODULES if p.stem in ("utils", "helpers", "misc", "common")]
    assert not [p for p in MODULES if "django.db.models.signals" in imports_of(p)]


def test_models_refer_only_to_apps_below_them() -> None:
    from django.apps import apps

    order = ["shared", "registry"]
    for model in apps.get_app_config("registry").get_models():
        for field in model._meta.get_fields():
            if field.is_relation and field.related_model is not None:
                other = field.related_model._meta.app_label
                assert order.index(other) <= order.index("registry")


def test_every_dependency_is_pinned_with_its_hash_and_no_address() -> None:
    text = (ROOT / "requirements.txt").read_text()
    assert "http" not in text
    assert text.count("==") <= text.count("--hash=sha256:")
    assert "resolved" not in (ROOT / "package-lock.json").read_text()
