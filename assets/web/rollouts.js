// The rollout board: which mode each place has, what its gate misses, the way up, and the way back.

import * as api from "./api.js";
import { calmly, h, name, put } from "./dom.js";
import { date, title, when, words } from "./format.js";
import { icon } from "./icons.js";
import { attempt, badge, button, dialog, facts, field, heading, modeBadge, nothing, say, select, sentence, trouble } from "./ui.js";

const MODES = ["legacy", "shadow", "graph"];
const DAY = 86_400_000;
const USUAL_DAYS = 14;
const MOST_DAYS = 90;

export async function show(main, { signal }) {
  const board = h("div", { class: "board" });
  const load = async () => {
    try {
      const all = await api.get("/v1/rollouts", null, signal);
      put(board, all.length ? all.map((one) => card(one, load)) : nothing("No rollouts yet", "Each output type has one, and each workflow that somebody decides on."));
    } catch (error) {
      if (signal.aborted) throw error;
      // The way back stays open when nothing else can be read.
      put(board, trouble(error, load), blind(load));
    }
  };
  put(main, heading("Rollout"), board);
  // Where the events are, before the board: what happens while it loads brings it up to date.
  const feed = await api.get("/v1/feed", { limit: 1 }, signal).catch(() => null);
  await load();
  const refresh = calmly(() => load().catch(() => null), 1000);
  if (feed) {
    api.follow("/v1/events", {
      after: feed.last,
      // While somebody writes a reason, or is in a dialog, the board stays as it is.
      heard: (_, entry) => ["compared", "reviewed", "review_revoked", "finished"].includes(entry.event?.event) && !board.contains(document.activeElement) && refresh(),
      signal,
    });
  }
  return "Rollout";
}

function card(status, load) {
  const { rollout, gate } = status;
  const id = `rollout-${rollout.scope.replaceAll(/[^\w-]/g, "_")}`;
  return h(
    "article",
    { class: "panel rollout", "aria-labelledby": id },
    h("header", null, h("h2", { id }, name(status.name)), h("span", { class: "weak" }, rollout.scope.startsWith("workflow:") ? "workflow" : "output type"), track(rollout.mode)),
    h(
      "div",
      { class: "panel-body" },
      rollout.paused ? h("p", { class: "notice" }, "Paused: ", sentence(rollout.paused)) : null,
      rollout.exception ? h("p", { class: "notice" }, "With an exception until ", date(rollout.exception.expires_at), ": ", name(rollout.exception.reason)) : null,
      h("p", { class: gate.open ? "gate is-open" : "gate" }, badge(gate.open ? "pass" : "waiting", gate.open ? "Gate open" : "Gate closed"), sentence(gate.sentence)),
      h("ul", { class: "conditions" }, gate.conditions.map(condition)),
      recent(status),
      waysUp(status, load),
      rollBack(status, load),
      history(status),
    ),
  );
}

function track(mode) {
  const here = MODES.indexOf(mode);
  return h("ol", { class: "track", "aria-label": `Mode: ${mode}` }, MODES.map((one, index) =>
    h("li", { class: index === here ? "is-here" : index < here ? "is-behind" : "", "aria-current": index === here ? "true" : undefined }, one)));
}

function condition(one) {
  const key = one.met ? "pass" : one.excepted ? "warn" : "fail";
  return h("li", { class: `is-${key}` }, icon(key), h("span", null, h("span", { class: "strong" }, title(one.name), ": "), one.sentence, one.excepted && !one.met ? " (excepted)" : one.met ? null : " – missing"));
}

function recent(status) {
  if (!status.recent.length) return null;
  return h(
    "div",
    { class: "recent" },
    h("span", { class: "weak" }, "Last comparisons"),
    h("ul", null, status.recent.map((mark) => h("li", null, h("a", {
      href: `/runs/${encodeURIComponent(mark.run)}/compare`,
      class: `mark is-${mark.verdict}`,
      title: mark.sentence,
      "aria-label": `${words(mark.verdict)}${mark.reviewed ? ", reviewed" : ""}: ${mark.sentence}`,
    }, icon(mark.verdict))))),
    h("span", { class: "weak" }, `${status.streak} passes in a row`),
  );
}

async function decide(scope, action, control, problems, told, load) {
  const done = await attempt(control, () => api.change("POST", `/v1/rollouts/${encodeURIComponent(scope)}/decisions`, action), problems);
  if (!done) return false;
  say(told);
  await load();
  return true;
}

function waysUp(status, load) {
  const { rollout, gate, next } = status;
  if (!next && !rollout.paused) return null;
  const problems = h("div");
  const may = api.may("rollout");
  const isHeld = next === "graph" && !gate.open;
  const promote = next ? button("next", `Promote to ${next}`, () => decide(rollout.scope, { action: "promote", exception: null }, promote, problems, `${status.name} is promoted to ${next}`, load), {
    class: "primary",
    disabled: !may || isHeld || Boolean(rollout.paused),
  }) : null;
  const except = isHeld && !rollout.paused ? button(null, "Promote with an exception…", () => askException(status, load), { disabled: !may }) : null;
  const resume = rollout.paused ? button("play", "End the pause", () => decide(rollout.scope, { action: "resume" }, resume, problems, "The pause is over", load), { disabled: !may }) : null;
  return h("div", { class: "ways" }, h("div", { class: "actions" }, promote, except, resume), may ? null : h("p", { class: "weak" }, "Deciding takes a token with the scope rollout."), problems);
}

function askException(status, load) {
  const unmet = status.gate.conditions.filter((one) => !one.met);
  const boxes = unmet.map((one) => [one, h("input", { type: "checkbox", id: `except-${one.name}`, value: one.name, checked: true })]);
  const reason = h("textarea", { rows: 2, maxlength: 1000, required: true });
  const days = h("input", { type: "number", min: 1, max: MOST_DAYS, value: USUAL_DAYS, required: true });
  const problems = h("div");
  const go = h("button", { type: "submit", class: "danger" }, `Promote to ${status.next}`);
  dialog(`Promote ${status.name} with an exception`, (close) => h(
    "form",
    {
      on: {
        submit: async (event) => {
          event.preventDefault();
          const exception = {
            conditions: boxes.filter(([, box]) => box.checked).map(([one]) => one.name),
            reason: reason.value.trim(),
            expires_at: Date.now() + Number(days.value) * DAY,
          };
          if (await decide(status.rollout.scope, { action: "promote", exception }, go, problems, `${status.name} is promoted to ${status.next}`, load)) close();
        },
      },
    },
    h("fieldset", null, h("legend", null, "Conditions that may be unmet for a while"), boxes.map(([one, box]) => h("p", { class: "check" }, box, h("label", { for: box.id }, `${title(one.name)}: ${one.sentence}`)))),
    field("Why", reason, "It stands in the audit list, with your name."),
    field("Days that it holds", days, "After that the graph is held at shadow until the evidence is in."),
    problems,
    h("footer", { class: "dialog-foot" }, button(null, "Cancel", close), go),
  ));
}

/** One action: the reason stands there already, and may be put better. */
function rollBack(status, load) {
  const { rollout } = status;
  if (rollout.mode === "legacy") return null;
  return backForm(rollout.scope, MODES.slice(0, MODES.indexOf(rollout.mode)), status.name, load);
}

function backForm(scope, lower, called, load) {
  const reason = h("input", { type: "text", maxlength: 1000, required: true, value: "Rolled back from the review page" });
  const to = select(lower.map((mode) => [mode, mode]), "legacy");
  const problems = h("div");
  const go = h("button", { type: "submit", class: "danger" }, lower.length > 1 ? "Roll back" : `Roll back to ${lower[0]}`);
  return h(
    "form",
    {
      class: "back-form",
      on: {
        submit: (event) => {
          event.preventDefault();
          const target = typeof scope === "function" ? scope() : scope;
          decide(target, { action: "roll_back", to: to.value, reason: reason.value.trim() }, go, problems, `${called} is back at ${to.value}`, load);
        },
      },
    },
    lower.length > 1 ? field("Back to", to) : null,
    field("Why", reason),
    go,
    api.may("rollout") ? null : h("p", { class: "weak" }, "Rolling back takes a token with the scope rollout."),
    problems,
  );
}

/** Rolling back by name, for when the board itself can't be read. */
function blind(load) {
  const kind = select([["output_type", "Output type"], ["workflow", "Workflow"]], "output_type");
  const id = h("input", { type: "text", required: true, maxlength: 128 });
  return h(
    "section",
    { class: "panel", "aria-label": "Roll back by name" },
    h("header", null, h("h2", null, "Roll back by name")),
    h("div", { class: "panel-body" }, h("p", { class: "weak" }, "This works also when the board can't be read."), field("Of", kind), field("Id", id), backForm(() => `${kind.value}:${id.value.trim()}`, ["legacy", "shadow"], "It", load)),
  );
}

function history(status) {
  const { rollout, decisions } = status;
  return h(
    "details",
    null,
    h("summary", null, "Gate and decisions"),
    facts([
      ["Golden cases", rollout.gate.golden ? "must pass" : "don't matter"],
      ["Shadow passes in a row", rollout.gate.streak],
      ["Runs at least", rollout.gate.min_runs],
      ["Fallbacks at most", rollout.gate.max_fallbacks],
      ["When it breaks", words(rollout.gate.on_break)],
      ["Shadowed", `${rollout.shadow_percent} of 100 dispatches`],
      ["Since", when(rollout.since)],
      ["Dispatches now run as", status.resolution ? modeBadge(status.resolution.mode) : null],
    ]),
    h("ol", { class: "decisions" }, decisions.map((one) => h("li", null, h("span", { class: "weak" }, when(one.at), " · ", words(one.kind)), h("span", null, sentence(one.sentence))))),
  );
}
