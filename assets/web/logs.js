// The log of a run: lines of both sides as they come, of all nodes or one.

import * as api from "./api.js";
import { calmly, h, name, put } from "./dom.js";
import { timeOfDay, title } from "./format.js";
import { select } from "./ui.js";

/** Lines that are kept on the page. */
const MOST = 5000;
const PAGE = 1000;

/** The log of a run. `poke()` when there may be more; `of(node)` shows one node's lines. */
export function log(run, nodes, signal) {
  const lines = h("ol", { class: "log", tabindex: "0", "aria-label": "Log lines" });
  const follow = h("input", { type: "checkbox", id: "log-follow", checked: true });
  const node = select([["", "All nodes"], ...nodes.map((id) => [id, id])], "", () => again());
  node.setAttribute("aria-label", "Node");
  const level = select([["", "All levels"], ["warning", "Warnings and errors"], ["error", "Errors"]], "", () => again());
  level.setAttribute("aria-label", "Level");
  let after = undefined;
  let asked = 0;

  const wanted = (line) =>
    level.value === "" || line.level === "error" || (level.value === "warning" && line.level === "warning");
  const read = async () => {
    const turn = asked;
    for (;;) {
      const from = after;
      const page = await api.get(api.runPath(run, "logs"), { node: node.value, after: from, limit: PAGE }, signal);
      if (turn !== asked || signal.aborted) return;
      // Another reading was quicker: these lines stand there already.
      if (after !== from) continue;
      after = page.next;
      const shown = page.lines.filter(wanted).map(line);
      lines.append(...shown);
      while (lines.children.length > MOST) lines.firstElementChild.remove();
      if (shown.length && follow.checked) lines.scrollTop = lines.scrollHeight;
      if (page.lines.length < PAGE) break;
    }
    lines.classList.toggle("is-empty", !lines.children.length);
  };
  const again = () => {
    asked += 1;
    after = undefined;
    put(lines);
    read().catch(() => null);
  };
  lines.addEventListener("wheel", () => {
    follow.checked = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
  }, { passive: true });
  follow.addEventListener("change", () => {
    if (follow.checked) lines.scrollTop = lines.scrollHeight;
  });
  again();
  return {
    element: h(
      "section",
      { class: "panel log-panel", "aria-labelledby": "log-title" },
      h(
        "header",
        null,
        h("h2", { id: "log-title" }, "Log"),
        node,
        level,
        h("span", { class: "check" }, follow, h("label", { for: "log-follow" }, "Follow")),
      ),
      lines,
    ),
    poke: calmly(() => read().catch(() => null), 250),
    of(id) {
      node.value = id ?? "";
      again();
    },
  };
}

function line(one) {
  return h(
    "li",
    { class: `log-${one.level}` },
    h("span", { class: "log-time" }, timeOfDay(one.at)),
    h("span", { class: "log-who" }, one.node ? name(one.node) : one.side === "control" ? "legacy" : "graph"),
    h("span", { class: "log-text" }, one.level === "info" ? null : h("strong", null, `${title(one.level)}: `), name(one.text)),
  );
}
