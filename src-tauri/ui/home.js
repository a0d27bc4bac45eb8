// Home: how the work stands, what came of it last, and the few settings that the shell has.

import { h, name, put, calmly } from "./dom.js";
import { attempt, badge, button, heading, nothing, trouble } from "./ui.js";
import { when } from "./format.js";
import { ask, hear, picture } from "./bridge.js";
import { folder, list } from "./parts.js";
import { bar } from "./run_progress.js";

// Heard once: home is shown again and again.
let shown = null;
const alive = () => shown?.work.isConnected;
hear("state", (state) => alive() && shown.draw(state));
hear("ended", calmly(() => alive() && shown.again(), 500));

/** Shows home. */
export async function show(main, told, leave) {
  const problems = h("div");
  const work = h("div", { class: "work" });
  const recent = h("div");
  const tools = h("div");
  const doing = (command, given) => () => ask(command, given).then(() => put(problems), (error) => put(problems, trouble(error)));
  put(
    main,
    heading("Home", h("div", { class: "actions" },
      button(null, "Open editor", doing("editor_open", {}), { class: "primary" }),
      button("reviews", "Review page", doing("review_open", { inBrowser: false })),
      button("out", "In the browser", doing("review_open", { inBrowser: true }), { class: "quiet" }))),
    problems,
    panel("Work", work),
    panel("Recent results", recent),
    h("div", { class: "two" }, panel("Tools", tools), settings(told, problems, doing, leave)),
  );
  document.title = "HartOMat Studio";
  const draw = (state) => put(work, standing(state, doing));
  draw(told.state);
  put(recent, results(told.recent, doing, leave));
  const again = () => ask("home").then((now) => put(recent, results(now.recent, doing, leave)), (error) => put(recent, trouble(error)));
  shown = { work, draw, again };
  ask("tools").then((found) => put(tools, found.notices.map((it) => h("p", { class: "notice" }, it)), list(found.tools)), (error) => put(tools, trouble(error)));
}

function panel(title, ...children) {
  return h("section", { class: "panel" }, h("header", null, h("h2", null, title)), h("div", { class: "panel-body" }, children));
}

function standing(state, doing) {
  const isBusy = state.running + state.waiting > 0;
  return [
    h("div", { class: "standing" },
      h("p", { class: state.trouble ? "is-error state strong" : "strong" }, state.sentence),
      isBusy || state.is_paused
        ? button(state.is_paused ? "play" : "pause", state.is_paused ? "Let waiting runs go on" : "Hold waiting runs back", doing("queue_pause", { isPaused: !state.is_paused }))
        : null),
    isBusy ? state.runs.map(bar) : h("p", { class: "weak" }, "Runs that you start in the editor show up here, and go on when you close it."),
  ];
}

function results(runs, doing, leave) {
  if (runs.length === 0) {
    return nothing("No results yet", "Open the editor and run a workflow, or see both sides on a sample.", button("play", "Take the tour", () => leave("first-start")));
  }
  return h("ul", { class: "results" }, runs.map((detail) => {
    const { record } = detail;
    const address = picture(detail, "control", "candidate", "delivered");
    return h("li", null, h(
      "button",
      { type: "button", class: "result", on: { click: doing("review_open", { run: record.id, inBrowser: false }) } },
      address ? h("img", { src: address, alt: "", loading: "lazy" }) : h("span", { class: "no-picture weak" }, "No picture"),
      h("span", { class: "strong" }, name(record.workflow_name)),
      h("span", { class: "weak" }, name(record.cad_file)),
      h("span", { class: "badges" }, badge(record.verdict ?? record.state), h("span", { class: "weak" }, when(record.finished_at))),
    ));
  }));
}

function settings(told, problems, doing, leave) {
  const login = h("input", { type: "checkbox", id: "login", checked: told.starts_at_login, on: {
    change: () => attempt(login, async () => { login.checked = await ask("autostart_set", { isOn: login.checked }); }, problems),
  } });
  return panel(
    "Settings",
    h("p", { class: "check" }, login, h("label", { for: "login" }, "Start at login, in the tray")),
    h("h3", null, "Data folder"),
    folder(told, problems, () => leave("home")),
    told.is_hosted ? null : h("p", { class: "weak" }, "Another program hosts the agent of this folder; runs go on when HartOMat Studio quits."),
    h("div", { class: "actions" },
      button(null, "Take the tour", () => leave("first-start"), { class: "quiet" }),
      button(null, "Quit", doing("quit"), { class: "quiet" }),
      h("span", { class: "weak version" }, `Version ${told.version}`)),
  );
}
