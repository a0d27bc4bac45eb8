// The list of runs: filtered by the server, searched here, brought up to date by the event stream.

import * as api from "./api.js";
import { calmly, h, name, put, reconcile } from "./dom.js";
import { duration, short, title, when } from "./format.js";
import * as keys from "./keys.js";
import { badge, button, heading, modeBadge, nothing, select, trouble, waiting } from "./ui.js";

const PAGE = 50;
/** Rows that are kept up to date at once; the server gives no more on a page. */
const MOST_LIVE = 1000;
const STATES = ["queued", "running", "succeeded", "fell_back", "failed", "cancelled", "interrupted"];
const DONE = ["succeeded", "reused", "skipped"];

export async function show(main, context) {
  const { signal, query } = context;
  const filters = {
    verdict: query.get("verdict") ?? "",
    mode: query.get("mode") ?? "",
    states: query.get("state") ?? "",
    workflow: query.get("workflow") ?? "",
    unresolved: query.get("look") === "1",
    text: query.get("text") ?? "",
  };
  // Where the events are, before the list: what happens while it loads brings it up to date.
  const [workflows, feed] = await Promise.all([
    api.get("/v1/workflows", null, signal).catch(() => []),
    api.get("/v1/feed", { limit: 1 }, signal).catch(() => ({ last: 0 })),
  ]);
  const list = h("ul", { class: "rows runs", "aria-label": "Runs" });
  const foot = h("div", { class: "foot" });
  const live = h("span", { class: "live" });
  let runs = [];
  let next = null;

  const draw = () => {
    const found = runs.filter((run) => matches(run, filters.text));
    reconcile(list, found, (run) => run.id, row, update);
    put(
      foot,
      found.length === 0 ? empty(filters, runs.length) : null,
      h("p", { class: "weak", role: "status" }, count(found.length, runs.length, filters.text, next)),
      next ? button(null, "Load more", more) : null,
    );
  };
  const asked = () => {
    const { text, ...rest } = filters;
    return rest;
  };
  const load = async () => {
    // As many as are there, so that a run that is new doesn't push others out.
    const limit = Math.min(Math.max(PAGE, runs.length), MOST_LIVE);
    const page = await api.get("/v1/runs", { ...asked(), limit }, signal);
    const rest = runs.slice(limit);
    runs = [...page.runs, ...rest.filter((run) => !page.runs.some((it) => it.id === run.id))];
    next = rest.length ? next : page.next;
    draw();
  };
  const more = async () => {
    const page = await api.get("/v1/runs", { ...asked(), before: next, limit: PAGE }, signal);
    const first = page.runs[0]?.id;
    runs = [...runs, ...page.runs];
    next = page.next;
    draw();
    if (first) list.querySelector(`[data-key="${CSS.escape(first)}"] a`)?.focus();
  };
  const change = async () => {
    history.replaceState(null, "", address(filters));
    runs = [];
    await load().catch((error) => signal.aborted || put(foot, trouble(error, change)));
  };

  const search = h("input", { type: "search", value: filters.text, placeholder: "Workflow, file, id…", "aria-label": "Search the runs below" });
  search.addEventListener("input", () => {
    filters.text = search.value;
    history.replaceState(null, "", address(filters));
    draw();
  });
  put(main, heading("Runs", live), bar(filters, workflows, search, change), list, put(foot, waiting()));
  bind(list, search);
  await load();
  followAll(feed.last, live, load, signal);
  return "Runs";
}

function bar(filters, workflows, search, change) {
  const set = (key) => (value) => {
    filters[key] = value;
    change();
  };
  const of = (label, key, options) => {
    const control = select([["", `Any ${label.toLowerCase()}`], ...options], filters[key], set(key));
    control.setAttribute("aria-label", label);
    control.classList.toggle("is-set", Boolean(filters[key]));
    control.addEventListener("change", () => control.classList.toggle("is-set", Boolean(control.value)));
    return control;
  };
  const plain = (all) => all.map((key) => [key, title(key)]);
  const look = h("input", { type: "checkbox", checked: filters.unresolved, id: "look" });
  look.addEventListener("change", () => set("unresolved")(look.checked));
  return h(
    "form",
    { class: "filters", role: "search", on: { submit: (event) => event.preventDefault() } },
    search,
    of("Verdict", "verdict", plain(["pass", "warn", "fail", "inconclusive"])),
    of("Mode", "mode", plain(["legacy", "shadow", "graph"])),
    of("State", "states", plain(STATES)),
    of("Workflow", "workflow", workflows.map((workflow) => [workflow.id, workflow.name])),
    h("span", { class: "check" }, look, h("label", { for: "look" }, "Needs a look")),
  );
}

function address(filters) {
  const query = new URLSearchParams();
  const given = { verdict: filters.verdict, mode: filters.mode, state: filters.states, workflow: filters.workflow, look: filters.unresolved ? "1" : "", text: filters.text };
  for (const [key, value] of Object.entries(given)) if (value) query.set(key, value);
  return query.size ? `/runs?${query}` : "/runs";
}

function matches(run, text) {
  const all = [run.workflow_name, run.cad_file, run.id, run.target, run.sentence, run.state, run.output_type].join(" ").toLowerCase();
  return text.toLowerCase().split(/\s+/).every((word) => all.includes(word));
}

function count(found, loaded, text, next) {
  if (loaded === 0) return "";
  if (text) return `${found} of the ${loaded} runs loaded match`;
  return `${loaded} ${loaded === 1 ? "run" : "runs"}${next ? " loaded, and there are more" : ""}`;
}

function empty(filters, loaded) {
  const isFiltered = loaded > 0 || Object.values(filters).some(Boolean);
  return isFiltered
    ? nothing("No run fits", "Loosen the filters, or load more runs to search in.")
    : nothing("No runs yet", "They appear here as soon as somebody dispatches one.");
}

function row(run) {
  const item = h("li");
  update(item, run);
  return item;
}

function update(item, run) {
  // A row that says the same is left alone: a screen reader would read it again.
  const seen = `${run.last_seq} ${run.state} ${run.reviews?.length ?? 0}`;
  if (item.dataset.seen === seen) return;
  item.dataset.seen = seen;
  const link = item.firstElementChild ?? item.appendChild(h("a", { href: `/runs/${encodeURIComponent(run.id)}` }));
  put(
    link,
    h("span", { class: "row-verdict" }, run.verdict ? badge(run.verdict) : badge(run.state)),
    h(
      "span",
      { class: "row-what" },
      h("span", { class: "strong" }, name(run.workflow_name)),
      h("span", { class: "weak" }, name(run.cad_file), " · ", h("span", { class: "id" }, short(run.id))),
    ),
    h("span", { class: "row-why" }, run.sentence ?? run.reason ?? run.fallback ?? progress(run)),
    h("span", { class: "row-mode" }, modeBadge(run.mode), reviewMark(run)),
    h("span", { class: "row-state" }, run.verdict ? h("span", { class: `state is-${run.state}` }, title(run.state)) : null),
    h("span", { class: "row-when" }, when(run.created_at), h("span", { class: "weak" }, run.finished_at ? duration(run.finished_at - run.created_at) : progress(run))),
  );
}

function reviewMark(run) {
  const last = run.reviews?.at(-1);
  if (!last) return null;
  return h("span", { class: `review-mark is-${last.decision}` }, last.decision === "accept" ? "accepted" : "rejected");
}

function progress(run) {
  if (run.mode === "legacy" || !run.nodes.length) return "";
  const done = run.nodes.filter((node) => DONE.includes(node.state)).length;
  return `${done} of ${run.nodes.length} nodes`;
}

function bind(list, search) {
  const links = () => [...list.querySelectorAll("a")];
  const move = (by) => {
    const all = links();
    const here = all.indexOf(document.activeElement);
    const there = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
    all[there]?.focus();
  };
  keys.add("Runs", "j / ArrowDown", "Next run", () => move(1));
  keys.add("Runs", "k / ArrowUp", "Run before", () => move(-1));
  keys.add("Runs", "Enter", "Open the run", () => {});
  keys.add("Runs", "/", "Search", () => search.focus());
}

/** Brings the list up to date whenever something happens in any run. */
function followAll(after, live, load, signal) {
  const refresh = calmly(() => load().catch(() => null), 400);
  api.follow("/v1/events", {
    after,
    heard: refresh,
    linked: (isOn) => put(live, badge(isOn ? "on" : "off", isOn ? "Live" : "Reconnecting…")),
    signal,
  });
}
