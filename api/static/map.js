// A drawn map becomes one that moves: Leaflet, read from the drawing itself, and only once somebody
// opens it. Without this script, or where the library is missing, the drawing stays.

const leaflets = new Map();

function loaded(figure) {
  const { leaflet, leafletStyle } = figure.dataset;
  if (!leaflets.has(leaflet)) {
    leaflets.set(leaflet, Promise.all([added("link", { rel: "stylesheet", href: leafletStyle }), added("script", { src: leaflet })]));
  }
  return leaflets.get(leaflet);
}

function added(name, attributes) {
  const element = Object.assign(document.createElement(name), attributes);
  return new Promise((done, failed) => {
    element.addEventListener("load", done);
    element.addEventListener("error", failed);
    document.head.append(element);
  });
}

// The drawing knows how degrees become its units; here they become degrees again.
function degrees(figure) {
  const [north, west, across, down] = ["north", "west", "across", "down"].map((name) => Number(figure.dataset[name]));
  return (x, y) => [north - y / down, west + x / across];
}

function outlines(svg, at) {
  return [...svg.querySelectorAll(".outline")].map((path) => {
    const points = path.getAttribute("d").slice(1, -1).split(" ").map((pair) => at(...pair.split(",").map(Number)));
    return L.polygon(points, { className: path.getAttribute("class"), interactive: false });
  });
}

function lines(svg, at) {
  return [...svg.querySelectorAll("line")].map((line) => {
    const [x1, y1, x2, y2, width] = ["x1", "y1", "x2", "y2", "stroke-width"].map((name) => Number(line.getAttribute(name)));
    return L.polyline([at(x1, y1), at(x2, y2)], { className: `link ${line.getAttribute("class")}`, weight: width, interactive: false });
  });
}

function marker(spot) {
  const place = [Number(spot.dataset.latitude), Number(spot.dataset.longitude)];
  const [, kind] = spot.getAttribute("class").split(" ");
  const label = spot.querySelector("title").textContent;
  const text = spot.querySelector("text")?.textContent;
  const radius = Number(spot.querySelector("circle").getAttribute("r"));
  const made = text
    ? L.marker(place, { icon: L.divIcon({ className: `leaflet-div-icon ${kind}`, html: escaped(text), iconSize: [26, 26] }), title: label, alt: label })
    : L.circleMarker(place, { radius, className: `place ${kind}` });
  return made.bindPopup(() => popup(label, spot.dataset.href));
}

function escaped(text) {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder;
}

function popup(label, href) {
  const holder = document.createElement(href ? "a" : "span");
  if (href) holder.href = href;
  holder.textContent = label;
  return holder;
}

function show(figure) {
  const svg = figure.querySelector("svg");
  const holder = document.createElement("div");
  holder.className = "moving-map";
  holder.setAttribute("role", "region");
  holder.setAttribute("aria-label", svg.getAttribute("aria-label"));
  svg.replaceWith(holder);
  const at = degrees(figure);
  const map = L.map(holder, { zoomSnap: 0.25, scrollWheelZoom: false, attributionControl: Boolean(figure.dataset.credit) });
  map.attributionControl?.setPrefix(false);
  if (figure.dataset.tiles) {
    L.tileLayer(figure.dataset.tiles, { attribution: escaped(figure.dataset.credit ?? "").innerHTML, maxZoom: 18 }).addTo(map);
  }
  const land = L.featureGroup(outlines(svg, at)).addTo(map);
  L.featureGroup(lines(svg, at)).addTo(map);
  const spots = L.featureGroup([...svg.querySelectorAll(".spot")].map(marker)).addTo(map);
  const shown = spots.getBounds().isValid() ? spots.getBounds().pad(0.2) : land.getBounds();
  map.fitBounds(shown, { maxZoom: 13 });
}

async function open(figure) {
  if (!figure.dataset.leaflet || figure.dataset.opened) return;
  figure.dataset.opened = "yes";
  const button = figure.querySelector("[data-map-open]");
  try {
    await loaded(figure);
    show(figure);
    button.hidden = true;
    figure.querySelector(".moving-map").tabIndex = 0;
  } catch {
    const told = figure.querySelector("[data-map-told]");
    told.textContent = told.dataset.missing;
  }
}

function offer(root) {
  for (const figure of root.querySelectorAll("figure[data-map][data-leaflet]:not([data-opened])")) {
    figure.querySelector("[data-map-open]").hidden = false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-map-open]");
  if (button) open(button.closest("figure"));
  const spot = event.target.closest("svg .spot[data-href]");
  if (spot) location.assign(spot.dataset.href);
});
document.addEventListener("htmx:afterSwap", () => offer(document));
offer(document);
