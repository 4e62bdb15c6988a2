"use strict";
// Says which run a point is. Without it the page is whole: each point is a link to its row in a table.
const tip = document.getElementById("tip");
const SVG = "http://www.w3.org/2000/svg";
const REACH = 16; // pixels from a point that still count as pointing at it
let shown = null, pinned = null; // the point that the tip is of; it stays where it was tapped

const points = [...document.querySelectorAll(".panel svg a")].filter((a) => /-run-\d+$/.test(a.href.baseVal));
const byRun = Map.groupBy ? Map.groupBy(points, runOf) : grouped(points, runOf);

function grouped(all, key) {
  const groups = new Map();
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) || []), one]);
  return groups;
}

function runOf(point) { return point.href.baseVal.slice(1); }
function rowOf(point) { return document.getElementById(runOf(point)); }

function words(row) {
  const table = row.closest("table"), knobs = [];
  const headings = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  for (const [k, heading] of headings.entries()) {
    if (/^(t\*|s|S)(train|gen|rel|abs)$|^G$|^status$/.test(heading)) break;
    knobs.push(`${heading} ${row.cells[k].textContent.trim()}`);
  }
  return [table.dataset.title, knobs.join(", "), row.dataset.told];
}

function show(point) {
  const row = rowOf(point);
  if (!row) return;
  hide();
  const [title, knobs, told] = words(row);
  const heading = document.createElement("b");
  heading.textContent = title;
  tip.replaceChildren(heading, knobs, document.createElement("br"), told);
  const picture = curves(row);
  if (picture) tip.append(picture);
  tip.hidden = false;
  shown = point;
  place();
  row.classList.add("lit");
  for (const same of byRun.get(runOf(point))) ring(same);
}

function place() {
  const at = shown.getBoundingClientRect(), size = tip.getBoundingClientRect();
  const left = Math.min(at.right + 12, innerWidth - size.width - 8);
  const above = at.top - size.height - 12;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${above > 8 ? above : Math.min(at.bottom + 12, innerHeight - size.height - 8)}px`;
}

function hide() {
  shown = pinned = null;
  tip.hidden = true;
  for (const old of document.querySelectorAll(".ring")) old.remove();
  for (const row of document.querySelectorAll("tr.lit")) row.classList.remove("lit");
}

function ring(point) {
  const box = point.getBBox(), circle = document.createElementNS(SVG, "circle");
  circle.setAttribute("class", "ring");
  circle.setAttribute("cx", box.x + box.width / 2);
  circle.setAttribute("cy", box.y + box.height / 2);
  circle.setAttribute("r", 6);
  point.parentNode.append(circle);
}

// A small picture: recorded accuracies where they are at hand, and the two fitted curves.
function curves(row) {
  const table = row.closest("table");
  const recorded = row.dataset.curves && row.dataset.curves.split(";").map((part) => part.split(" ").map(Number));
  const fit = row.dataset.fit && table.dataset.asymptotes && row.dataset.fit.split(" ").map(Number);
  if (!recorded && !fit) return null;
  const [floor, ceiling] = (table.dataset.asymptotes || "0 1").split(" ").map(Number);
  const ends = recorded
    ? [recorded[0][0], recorded[0].at(-1)]
    : [Math.max(fit[0] - 3 / fit[1], fit[0] / 50), fit[2] + 3 / fit[3]];
  const [low, high] = ends.map(Math.log);
  const across = (time) => 4 + (232 * (Math.log(time) - low)) / (high - low || 1);
  const bottom = Math.min(floor, ...(recorded ? recorded.slice(1).flat().map((percent) => percent / 100) : []));
  const up = (accuracy) => 90 - (84 * (accuracy - bottom)) / (Math.max(ceiling, 1) - bottom);
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 240 96");
  const line = (places, color, width, dashes) => {
    const drawn = document.createElementNS(SVG, "polyline");
    drawn.setAttribute("points", places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" "));
    drawn.setAttribute("fill", "none");
    drawn.setAttribute("stroke", color);
    drawn.setAttribute("stroke-width", width);
    drawn.setAttribute("stroke-dasharray", dashes);
    picture.append(drawn);
  };
  const colors = ["#0072B2", "#D55E00"];
  for (const k of recorded ? [0, 1] : []) {
    line(recorded[0].map((time, j) => [across(time), up(recorded[k + 1][j] / 100)]), colors[k], 3.5, "");
  }
  for (const k of fit ? [0, 1] : []) {
    const times = Array.from({ length: 100 }, (_, j) => Math.exp(low + ((high - low) * j) / 99));
    const rise = (time) => (1 + erf(fit[2 * k + 1] * (time - fit[2 * k]))) / 2;
    const places = times.map((time) => [across(time), up(floor + (ceiling - floor) * rise(time))]);
    line(places, recorded ? "#000" : colors[k], 1.2, k ? "5 3" : "");
  }
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", "training and generalization accuracy over the logarithm of time");
  return picture;
}

// Abramowitz and Stegun 7.1.26, to 1.5e-7.
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const sum = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(x) * (1 - sum * Math.exp(-x * x));
}

function middle(point) {
  const box = point.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}

for (const svg of new Set(points.map((point) => point.ownerSVGElement))) {
  const own = points.filter((point) => point.ownerSVGElement === svg);
  // One stop of the tab key a figure, and from there the arrow keys, along the gap.
  const along = own.map((point) => [middle(point)[0], point]).sort((a, b) => a[0] - b[0]).map(([, point]) => point);
  along.forEach((point, k) => {
    point.setAttribute("tabindex", k ? -1 : 0);
    const row = rowOf(point);
    if (row) point.setAttribute("aria-label", words(row).join("; "));
    point.addEventListener("focus", () => show(point));
    point.addEventListener("blur", hide);
    point.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const next = step && along[k + step];
      if (!next) return;
      event.preventDefault();
      point.setAttribute("tabindex", -1);
      next.setAttribute("tabindex", 0);
      next.focus();
    });
  });
  const nearest = (event) => {
    let best = null, least = REACH;
    for (const point of own) {
      const [x, y] = middle(point), distance = Math.hypot(x - event.clientX, y - event.clientY);
      if (distance < least) [best, least] = [point, distance];
    }
    return best;
  };
  svg.addEventListener("pointermove", (event) => {
    if (pinned) return;
    const point = nearest(event);
    if (point) show(point); else hide();
  });
  svg.addEventListener("pointerleave", () => pinned || hide());
  svg.addEventListener("click", (event) => { // a tap shows the run, a second one goes to its row
    const point = event.detail ? nearest(event) : null; // a key follows the link
    if (!point) return;
    event.preventDefault();
    if (point === pinned) {
      location.hash = runOf(point);
    } else {
      show(point);
      pinned = point;
    }
  });
}

document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
document.addEventListener("pointerdown", (event) => event.target.closest(".panel svg") || hide());
addEventListener("scroll", () => shown && place(), { passive: true });

function open_target() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const closed = target && target.closest("details:not([open])");
  if (!closed) return;
  closed.open = true;
  target.scrollIntoView({ block: "center" });
}
addEventListener("hashchange", open_target);
open_target();

for (const heading of document.querySelectorAll("table.rows thead th")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  heading.append(button);
  button.addEventListener("click", () => {
    const table = heading.closest("table"), column = heading.cellIndex;
    const sign = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    for (const other of heading.parentNode.cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    const value = (row) => row.cells[column].textContent.trim().replace("≥ ", "").replace("−", "-");
    const rows = [...table.tBodies[0].rows].map((row) => [value(row), row]);
    rows.sort(([a], [b]) => (a === "–") - (b === "–") || sign * (isNaN(a) || isNaN(b) ? a.localeCompare(b) : a - b));
    table.tBodies[0].append(...rows.map(([, row]) => row));
  });
}
