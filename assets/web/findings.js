// What a comparison found: the ladder with values and thresholds, the numbers, what else differs.

import { h, name } from "./dom.js";
import { bytes, figure, percent, title, words } from "./format.js";
import { badge, button, facts, sentence } from "./ui.js";

/** Places that rungs name, those of the worst rungs first, each once. */
export function placesOf(part) {
  const weight = { fail: 0, warn: 1, inconclusive: 2, pass: 3 };
  const rungs = [...part.rungs].sort((a, b) => (weight[a.verdict] ?? 4) - (weight[b.verdict] ?? 4));
  const all = rungs.flatMap((rung) => [rung.place, ...(rung.checks ?? []).map((check) => check.place)]);
  const image = part.measured.image;
  all.push(image?.max_at, image?.flip?.worst_tile_at);
  const seen = new Set();
  return all.filter((place) => {
    const key = place && JSON.stringify(place);
    return key && !seen.has(key) && seen.add(key);
  });
}

/** Everything that was found of a part. `visit(place)` flies there. */
export function findings(part, visit) {
  const { measured } = part;
  return [
    section("Ladder", h("ol", { class: "ladder" }, part.rungs.map((rung) => rungItem(rung, visit))), `${title(part.lane)} lane`),
    measured.image ? section("Numbers", numbers(measured.image)) : null,
    measured.video ? section("Numbers", videoNumbers(measured.video)) : null,
    measured.geometry ? section("Geometry", geometry(measured.geometry)) : null,
    measured.data?.difference_count ? section("Values that differ", data(measured.data)) : null,
    measured.contract?.length ? section("Contract", table(["What", "Legacy", "Graph"], measured.contract.map((one) => [words(one.what), one.control, one.candidate]))) : null,
    measured.metadata?.length ? section("Texts in the files", metadata(measured.metadata)) : null,
    section("Files", files(measured)),
    measured.notes?.length ? section("Notes", h("ul", null, measured.notes.map((note) => h("li", null, sentence(note))))) : null,
  ];
}

function section(text, body, beside) {
  const id = `found-${text.toLowerCase().replaceAll(" ", "-")}`;
  return h("section", { class: "panel", "aria-labelledby": id }, h("header", null, h("h2", { id }, text), beside ? h("span", { class: "weak" }, beside) : null), body);
}

function rungItem(rung, visit) {
  const place = rung.place ?? rung.checks?.find((check) => check.place)?.place;
  return h(
    "li",
    { class: rung.verdict ? `is-${rung.verdict}` : "is-skipped" },
    h("div", { class: "rung-head" },
      rung.verdict ? badge(rung.verdict) : badge("skipped", "not decisive"),
      h("span", { class: "strong" }, title(rung.name)),
      place ? placeButton(place, visit) : null),
    h("p", null, sentence(rung.sentence)),
    rung.checks?.length ? h("ul", { class: "checks" }, rung.checks.map(checkItem)) : null,
  );
}

function checkItem(check) {
  // The limit that it broke, or keeps.
  const limit = (check.verdict === "fail" || check.pass === 0 ? check.warn : null) ?? check.pass ?? check.warn;
  const show = (value) => (check.measure.startsWith("share") ? percent(value) : figure(value));
  return h(
    "li",
    { class: `is-${check.verdict}` },
    h("span", { class: "check-measure" }, check.measure),
    h("span", { class: "check-value" }, show(check.value)),
    h("span", { class: "weak" }, limit === null || limit === undefined ? "" : `limit ${show(limit)}`),
    limit ? bar(check.value / limit) : null,
  );
}

/** A value beside its limit, which is the line in the middle. */
function bar(share) {
  const filled = h("span");
  filled.style.inlineSize = `${Math.min(share * 50, 100)}%`;
  return h("span", { class: "bar", "aria-hidden": "true" }, filled);
}

function placeButton(place, visit) {
  const [x, y] = [place.x_px + Math.floor(place.width_px / 2), place.y_px + Math.floor(place.height_px / 2)];
  return button("place", `${x}, ${y}`, () => visit(place), { class: "quiet small", "aria-label": `Go to ${x}, ${y}` });
}

function numbers(image) {
  const { flip, alpha, bias } = image;
  return h("div", { class: "panel-body" }, facts([
    ["Pixels that differ", `${figure(image.differing, 6)} of ${figure(image.pixels, 9)}`],
    ["Mean delta", `${figure(image.mean_delta)} / 255`],
    ["Largest delta", `${figure(image.max_delta)} / 255`],
    ["RMS", `${figure(image.rms)} / 255`],
    ["PSNR", image.psnr_db === null ? "equal" : `${figure(image.psnr_db)} dB`],
    ["Over 2 / 4 / 16", [image.over_2_share, image.over_4_share, image.over_16_share].map(percent).join(" · ")],
    ["FLIP mean", flip ? figure(flip.mean) : null],
    ["FLIP 99th percentile", flip ? figure(flip.p99) : null],
    ["FLIP worst tile", flip ? figure(flip.worst_tile) : null],
    ["Brightness shift", percent(bias.median_relative_bias)],
    ["Tiles beyond 4 σ", percent(bias.beyond_4_share)],
    ["Alpha, largest", alpha ? `${figure(alpha.max)} / 255` : null],
    ["Hidden colours", image.hidden_rgb ? `${figure(image.hidden_rgb)} pixels` : null],
  ]), histogram(image.histogram));
}

/** How many pixels have which delta, on a logarithmic scale, in 32 bars. */
function histogram(counts) {
  if (!counts?.length) return null;
  const bars = Array.from({ length: 32 }, (_, i) => counts.slice(i * 8, i * 8 + 8).reduce((sum, it) => sum + it, 0));
  const most = Math.log10(Math.max(...bars) + 1);
  return h(
    "figure",
    { class: "histogram" },
    h("div", { class: "histogram-bars", "aria-hidden": "true" }, bars.map((count) => {
      const bar = h("span");
      bar.style.blockSize = `${count ? Math.max(4, (Math.log10(count + 1) / most) * 100) : 0}%`;
      return bar;
    })),
    h("figcaption", null, h("span", null, "0"), h("span", null, "Pixels by delta, logarithmic"), h("span", null, "255")),
  );
}

function videoNumbers(video) {
  return h("div", { class: "panel-body" }, facts([
    ["Frames compared", figure(video.compared)],
    ["Frames that differ", figure(video.frames.length)],
    ["Frames per second", figure(video.fps)],
    ["Mean delta", `${figure(video.mean_delta)} / 255`],
    ["Shifted in time", video.frames_late ? `${Math.abs(video.frames_late)} frames ${video.frames_late > 0 ? "late" : "early"}` : null],
  ]));
}

function geometry(found) {
  return h("div", { class: "panel-body" },
    facts([
      ["Triangles", `${figure(found.control.triangles, 9)} · ${figure(found.candidate.triangles, 9)}`],
      ["Shared triangles", percent(found.shared_triangles)],
      ["Bounding box", `${percent(found.bbox_delta)} apart`],
      ["Surface", `${percent(found.area_delta)} apart`],
      ["Volume", `${percent(found.volume_delta)} apart`],
      ["Parts", figure(found.part_count)],
    ]),
    found.differences.length
      ? table(["Part", "Difference"], found.differences.slice(0, 50).map((one) => [name(one.name), sentence(one.sentence)]))
      : null,
    found.difference_count > 50 ? h("p", { class: "weak" }, `and ${found.difference_count - 50} more`) : null);
}

function data(found) {
  const rows = found.differences.slice(0, 50).map((one) => [h("code", null, name(one.pointer)), name(one.control ?? "–"), name(one.candidate ?? "–")]);
  return table(["Where", "Legacy", "Graph"], rows);
}

function metadata(entries) {
  const [telling, volatile] = [entries.filter((one) => !one.volatile), entries.filter((one) => one.volatile)];
  const rows = (all) => table(["Key", "Legacy", "Graph"], all.map((one) => [name(one.key), name(one.control ?? "–"), name(one.candidate ?? "–")]));
  return h("div", null,
    telling.length ? rows(telling) : null,
    volatile.length ? h("details", { class: "panel-body" }, h("summary", null, `${volatile.length} that differ by nature`), rows(volatile)) : null);
}

function files({ control, candidate }) {
  const of = (side) => (side.problem ? words(side.problem.problem) : bytes(side.size_bytes));
  const head = (side) => side.image ? `${side.image.width_px} × ${side.image.height_px} ${side.image.format.toUpperCase()}, ${side.image.depth_bits} bit` : side.video ? `${side.video.width_px} × ${side.video.height_px} ${side.video.codec.toUpperCase()}, ${side.video.frames} frames` : "";
  const hash = (side) => side.file ? h("span", { class: "id", title: side.file }, side.file.slice(7, 19)) : "–";
  return table(["", "Legacy", "Graph"], [["Size", of(control), of(candidate)], ["Form", head(control), head(candidate)], ["SHA-256", hash(control), hash(candidate)]]);
}

function table(heads, rows) {
  return h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "group", "aria-label": heads.filter(Boolean).join(", ") },
    h("table", null,
      h("thead", null, h("tr", null, heads.map((text) => (text ? h("th", { scope: "col" }, text) : h("td"))))),
      h("tbody", null, rows.map(([first, ...rest]) => h("tr", null, h("th", { scope: "row" }, first), rest.map((cell) => h("td", null, cell)))))),
  );
}
