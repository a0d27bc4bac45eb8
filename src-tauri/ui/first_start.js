// The first start: where data lies, what renders, and both sides compared once.

import { h, put } from "./dom.js";
import { attempt, badge, button, heading, sentence } from "./ui.js";
import { ask, picture } from "./bridge.js";
import { folder, list } from "./parts.js";
import { follow } from "./run_progress.js";

const STEPS = [
  ["Your data", data],
  ["What renders", renderers],
  ["Both sides", compare],
];

/** Shows the first start from its first screen on. */
export async function show(main, told, leave) {
  const go = async (at) => {
    const [title, screen] = STEPS[at];
    const problems = h("div");
    const isLast = at === STEPS.length - 1;
    const end = () => attempt(next, () => ask("first_start_done").then(() => leave("home")), problems);
    const on = () => (isLast ? end() : attempt(next, () => go(at + 1), problems));
    const next = button(null, isLast ? "Done" : "Next", on, { class: isLast ? null : "primary" });
    put(
      main,
      h(
        "div",
        { class: "tour" },
        h("ol", { class: "steps", "aria-label": "Steps" }, STEPS.map(([name], step) =>
          h("li", { class: step < at ? "is-done" : null, "aria-current": step === at ? "step" : null }, h("span", null, step + 1), name))),
        await screen(told, problems),
        problems,
        h(
          "footer",
          { class: "tour-foot" },
          isLast ? null : button(null, "Skip the tour", end, { class: "quiet" }),
          h("span", { class: "gap" }),
          at > 0 ? button(null, "Back", () => go(at - 1)) : null,
          next,
        ),
      ),
    );
    document.title = `${title} · HartOMat Studio`;
    next.focus();
  };
  await go(0);
}

function data(told, problems) {
  return [
    heading("Where your work lives"),
    h("p", { class: "lead" }, "Runs, pictures and saved workflows are kept in one folder of this machine. The editor and the command line work with the same one."),
    folder(told, problems),
    h("p", { class: "weak" }, "Allow a few gigabytes: pictures and cached results are kept until you remove them."),
  ];
}

async function renderers(_told, problems) {
  const { tools } = await ask("tools");
  const blender = tools.find((it) => it.tool === "blender");
  const place = h("div", { class: "stage", "aria-live": "polite" }, h("p", { class: "weak" }, "The picture appears here."));
  const make = button("play", "Render one picture", async () => {
    await attempt(make, async () => {
      const detail = await follow((await ask("first_run", { compares: false })).run, place);
      const address = picture(detail, "control", "candidate", "delivered");
      if (!address) throw new Error(detail.record.reason ?? "the run delivered no picture");
      put(place, h("img", { src: address, alt: "A ball bearing, rendered on this machine" }));
    }, problems);
  });
  return [
    heading("What renders on this machine"),
    h("p", { class: "lead" }, blender && !blender.missing
      ? "Blender is there, and so is the built-in renderer."
      : "The built-in renderer is always there. With Blender, turntables and Blender files come along; you can add it later."),
    h("div", { class: "two" }, h("section", { class: "panel" }, h("div", { class: "panel-body" }, list(tools))), h("section", { class: "panel" }, h("div", { class: "panel-body" }, place, make))),
  ];
}

function compare(_told, problems) {
  const place = h("div", { class: "stage", "aria-live": "polite" },
    h("p", { class: "weak" }, "Takes a minute or so. The sample has an order line of its own; your orders stay as they are."));
  const make = button("play", "Compare on a ball bearing", async () => {
    await attempt(make, async () => {
      put(place, outcome(await follow((await ask("first_run", { compares: true })).run, place), problems));
      make.hidden = true;
    }, problems);
  }, { class: "primary" });
  return [
    heading("See both sides once"),
    h("p", { class: "lead" }, "In shadow mode the legacy pipeline renders and delivers as ever; the graph renders the same beside it, and the two are measured against each other. A graph takes over only when the evidence is in."),
    h("section", { class: "panel" }, h("div", { class: "panel-body" }, place, make)),
  ];
}

function outcome(detail, problems) {
  const { record } = detail;
  const sides = [["Legacy delivers", "control"], ["The graph, compared", "candidate"]];
  const key = record.verdict ?? record.state;
  return [
    h("div", { class: "verdict" }, badge(key), h("p", { class: "strong" }, sentence(record.sentence ?? record.reason ?? "there is no comparison"))),
    h("div", { class: "two" }, sides.map(([words, kind]) => {
      const address = picture(detail, kind);
      return address ? h("figure", null, h("img", { src: address, alt: words }), h("figcaption", { class: "weak" }, words)) : null;
    })),
    h("div", { class: "actions" },
      opens("Open the comparison", "review_open", { run: record.id, inBrowser: false }, problems),
      opens("Open in the editor", "editor_open", { workflow: record.workflow }, problems)),
  ];
}

function opens(text, command, given, problems) {
  const control = button(null, text, () => attempt(control, () => ask(command, given), problems));
  return control;
}
