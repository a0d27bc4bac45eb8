// One run: what it came to, its graph live, its nodes, its log, what it made, what was said of it.

import * as api from "./api.js";
import { calmly, h, name, put } from "./dom.js";
import { bytes, duration, moment, title, words } from "./format.js";
import { graph } from "./graph.js";
import { icon } from "./icons.js";
import * as keys from "./keys.js";
import { log } from "./logs.js";
import { reviewList } from "./review.js";
import { badge, button, dialog, facts, heading, modeBadge, nothing, say, sentence } from "./ui.js";

const ENDED = ["succeeded", "fell_back", "failed", "cancelled", "interrupted"];

export async function show(main, { parameters: [id], signal, go }) {
  const path = api.runPath(id);
  let [detail, catalogue] = await Promise.all([
    api.get(path, null, signal),
    api.get("/v1/node-definitions", null, signal).catch(() => ({ nodes: [] })),
  ]);
  const shares = new Map();
  const top = h("div");
  const live = h("span", { class: "live" });
  const buttons = h("div", { class: "actions" });
  const side = h("div", { class: "run-side" });
  const nodeList = h("div", { class: "panel-body" });
  const reviews = h("div", { class: "panel-body" });
  const files = h("div", { class: "panel-body" });
  const log_ = log(id, detail.record.nodes.map((node) => node.node), signal);
  let chosen = null;
  let isLinked = null;
  let isListening = false;
  const choose = (node) => {
    chosen = chosen === node ? null : node;
    drawing.choose(chosen);
    log_.of(chosen);
    draw();
    if (chosen) nodeList.querySelector(`[data-node="${CSS.escape(chosen)}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const drawing = graph(detail.frozen.workflow, catalogue, choose);
  const drawLive = () => {
    const isOver = isLinked === null || ENDED.includes(detail.record.state);
    put(live, isOver ? null : badge(isLinked ? "on" : "off", isLinked ? "Live" : "Reconnecting…"));
  };
  const draw = () => {
    const { record } = detail;
    put(top, outcome(detail, id));
    drawLive();
    offer(buttons, record, again);
    drawing.update(record, shares);
    put(nodeList, record.nodes.map((node) => nodeRow(node, detail, catalogue, node.node === chosen, choose)));
    put(files, fileList(detail));
    put(reviews, reviewList(detail.reviews, reload));
    put(side, provenance(detail));
  };
  const reload = async () => {
    detail = await api.get(path, null, signal);
    draw();
  };
  const refresh = calmly(() => reload().catch(() => null), 200);
  // What is told of a run ends with it; of one that goes on there is more to hear.
  const listen = async () => {
    if (isListening) return;
    isListening = true;
    await api.follow(`${path}/events`, {
      after: detail.record.last_seq,
      heard: (event, data) => {
        if (event === "progress" && data.node) {
          shares.set(data.node, data.share);
          drawing.update(detail.record, shares);
        } else if (event === "journal") {
          refresh();
        }
        log_.poke();
      },
      linked: (isOn) => {
        isLinked = isOn;
        drawLive();
        if (isOn) refresh();
      },
      signal,
    });
    isListening = false;
  };
  const again = async () => {
    await reload();
    listen();
  };
  put(
    main,
    h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: "/runs" }, icon("back"), "Runs")),
    heading(name(detail.record.workflow_name), modeBadge(detail.record.mode), live, buttons),
    top,
    panel("Graph", drawing.element, "graph-panel"),
    h(
      "div",
      { class: "run-columns" },
      h("div", null, log_.element, panel("What it made", files)),
      h("div", null, panel("Nodes", nodeList), panel("Reviews", reviews), panel("How it came about", side)),
    ),
  );
  draw();
  keys.add("This run", "c", "Compare both sides", () => detail.evidence && go(comparePath(id)));
  keys.add("This run", "u", "Back to the runs", () => go("/runs"));
  listen();
  return detail.record.workflow_name;
}

function panel(text, body, kind = "") {
  const id = `panel-${text.toLowerCase().replaceAll(" ", "-")}`;
  return h("section", { class: `panel ${kind}`, "aria-labelledby": id }, h("header", null, h("h2", { id }, text)), body);
}

function comparePath(run) {
  return `/runs/${encodeURIComponent(run)}/compare`;
}

function outcome({ record, evidence }) {
  const text = record.sentence ?? record.fallback ?? record.reason ?? record.control_failure?.message;
  const picture = evidence?.side_by_side;
  return h(
    "section",
    { class: `outcome is-${record.verdict ?? record.state}`, "aria-label": "Outcome" },
    h(
      "div",
      { class: "outcome-text" },
      h("p", { class: "badges" }, record.verdict ? badge(record.verdict) : null, badge(record.state, title(record.state))),
      text ? h("p", { class: "outcome-sentence" }, sentence(text)) : null,
      record.fallback && record.sentence ? h("p", { class: "weak" }, "Legacy took over: ", record.fallback) : null,
      evidence ? h("a", { class: "button primary", href: comparePath(record.id) }, "Compare", icon("next")) : null,
    ),
    picture ? h("a", { class: "outcome-picture", href: comparePath(record.id), tabindex: "-1", "aria-hidden": "true" }, h("img", { src: api.artifact(picture.digest), alt: "", loading: "lazy" })) : null,
  );
}

/** Offers what can be done with a run. Buttons that stay the same are left alone, and so is their focus. */
function offer(buttons, record, again) {
  if (buttons.dataset.state === record.state) return;
  buttons.dataset.state = record.state;
  const hadFocus = buttons.contains(document.activeElement);
  const all = [];
  if (!ENDED.includes(record.state) && api.may("dispatch")) {
    all.push(button(null, "Cancel", () => act(record, "cancel", "Asked the run to stop", again)));
  }
  if (record.state === "interrupted" && api.may("dispatch")) {
    all.push(button("play", "Resume", () => act(record, "resume", "The run goes on", again)));
  }
  all.push(button("download", "Report", () => report(record)));
  put(buttons, all);
  if (hadFocus) all.at(-1).focus();
}

async function act(record, what, told, again) {
  try {
    await api.change("POST", api.runPath(record.id, what));
    say(told);
    await again();
  } catch (error) {
    say(sentence(error.message), true);
  }
}

/** The report as a file: a page of its own never runs here. */
async function report(record) {
  try {
    save(await api.file(api.runPath(record.id, "report"), { format: "html" }), `${record.id}.html`);
  } catch (error) {
    say(sentence(error.message), true);
  }
}

function save(blob, file) {
  const address = URL.createObjectURL(blob);
  const link = h("a", { href: address, download: file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function nodeRow(run, detail, catalogue, isChosen, choose) {
  const node = detail.frozen.workflow.nodes.find((one) => one.id === run.node);
  const definition = catalogue.nodes.find((one) => one.type === run.node_type);
  const took = run.started_at && run.finished_at && run.state !== "reused" ? duration(run.finished_at - run.started_at) : "";
  return h(
    "div",
    { class: "node-row", data: { node: run.node } },
    h(
      "button",
      { type: "button", class: "node-head", "aria-expanded": String(isChosen), on: { click: () => choose(run.node) } },
      badge(run.state),
      h("span", { class: "strong" }, name(node?.label || definition?.label || run.node)),
      h("span", { class: "weak" }, took),
    ),
    isChosen ? nodeDetail(run, detail, definition) : null,
  );
}

function nodeDetail(run, detail, definition) {
  const settings = detail.frozen.settings[run.node];
  const rows = Object.entries(settings?.values ?? {}).map(([key, value]) => {
    const schema = definition?.settings_schema?.properties?.[key];
    const unit = schema?.["x-unit"] ? ` ${schema["x-unit"]}` : "";
    return [schema?.title ?? words(key), h("span", null, name(typeof value === "string" ? value : JSON.stringify(value)), unit, origin(settings.origins[key]))];
  });
  return h(
    "div",
    { class: "node-detail" },
    run.failure ? h("p", { class: "notice is-error" }, sentence(run.failure.message), run.failure.hint ? ` ${sentence(run.failure.hint)}` : "") : null,
    run.reason ? h("p", { class: "weak" }, sentence(run.reason)) : null,
    rows.length ? facts(rows) : null,
    Object.values(run.outputs).length ? h("ul", { class: "files" }, Object.values(run.outputs).map(artifact)) : null,
  );
}

function origin(who) {
  return who && who !== "default" ? h("span", { class: "origin" }, words(who)) : null;
}

function fileList(detail) {
  const { record, evidence } = detail;
  const groups = [
    ["Delivered", detail.media_assets.map(published)],
    ["Legacy", record.control_outputs.map(artifact)],
    ["Graph", record.nodes.flatMap((node) => Object.values(node.outputs)).filter((one) => ["image", "video", "frames", "glb", "stl", "blend"].includes(one.kind)).map(artifact)],
    ["Comparison", [evidence?.difference, evidence?.side_by_side].filter(Boolean).map(artifact)],
  ].filter(([, all]) => all.length);
  if (!groups.length) return nothing("Nothing yet", "Files appear here as nodes end.");
  return groups.map(([text, all]) => h("section", null, h("h3", null, text), h("ul", { class: "files" }, all)));
}

function artifact(one) {
  return fileItem(one, api.artifact(one.digest), `${one.name} of ${words(one.kind)}`);
}

function published(one) {
  return fileItem(one, `/v1/media-assets/${encodeURIComponent(one.id)}/content`, one.name);
}

function fileItem(one, href, label) {
  const isPicture = /\.(png|jpe?g|webp)$/i.test(one.name);
  const size = one.facts?.width_px ? `${one.facts.width_px} × ${one.facts.height_px} · ` : "";
  return h(
    "li",
    { class: "file" },
    isPicture
      ? h("button", { type: "button", class: "thumb", "aria-label": `Look at ${label}`, on: { click: () => look(one, href) } }, h("img", { src: href, alt: "", loading: "lazy" }))
      : h("span", { class: "thumb is-kind", "aria-hidden": "true" }, words(one.kind)),
    h("span", { class: "file-what" }, h("span", { class: "strong" }, name(one.name)), h("span", { class: "weak" }, size, bytes(one.size_bytes))),
    h("a", { class: "button quiet only-icon", href, download: one.name, "aria-label": `Download ${one.name}` }, icon("download")),
  );
}

function look(one, href) {
  dialog(one.name, () => [h("div", { class: "look" }, h("img", { src: href, alt: `Picture ${one.name}` }))], { class: "is-wide" });
}

function provenance({ record, frozen }) {
  const limits = frozen.mode_limits ?? [];
  return h(
    "div",
    { class: "panel-body" },
    facts([
      ["Dispatched", moment(record.created_at)],
      ["Took", record.finished_at ? duration(record.finished_at - record.created_at) : null],
      ["CAD file", name(record.cad_file)],
      ["Of", name(record.target)],
      ["Output type", record.output_type ? name(record.output_type) : null],
      ["Delivered by", record.delivered_by ? { control: "legacy", candidate: "graph" }[record.delivered_by] : null],
      ["Repeats", record.rerun_of ? h("a", { href: `/runs/${encodeURIComponent(record.rerun_of)}` }, record.rerun_of) : null],
      ["Drill", frozen.drill ? `${frozen.drill.node}: ${frozen.drill.behaviour}` : null],
      ["Run", h("span", { class: "id" }, record.id)],
    ]),
    limits.length ? h("details", null, h("summary", null, "Why it has this mode"), h("ol", null, limits.map((limit) => h("li", null, sentence(limit.sentence))))) : null,
    h("details", null, h("summary", null, "Tools"), facts(Object.entries(frozen.tools).map(([tool, version]) => [words(tool), version]))),
  );
}

