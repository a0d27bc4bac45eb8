// A run that was asked for here: how far it is, until it has ended.

import { h, put } from "./dom.js";
import { icon } from "./icons.js";
import { ask, hear } from "./bridge.js";

/** A run's name, a bar, and what it is at. */
export function bar(run) {
  const percent = Math.floor(run.share * 100);
  return h(
    "div",
    { class: "progress" },
    h("p", null, icon(run.state === "queued" ? "queued" : "running"), h("span", { class: "strong" }, run.name), h("span", { class: "weak" }, run.cad_file)),
    h("progress", { max: 100, value: percent, "aria-label": `${run.name}: ${percent} %` }),
    h("p", { class: "weak" }, [`${percent} %`, run.doing, run.left].filter(Boolean).join(" · ")),
  );
}

/** Shows a run's progress in `place` until it has ended; the run then. */
export async function follow(run, place) {
  const stop = [];
  try {
    return await new Promise((resolve, reject) => {
      const look = () => ask("run_get", { run }).then((detail) => {
        if (detail.record.finished_at) resolve(detail);
      }, reject);
      const known = [
        hear("state", (state) => {
          const mine = state.runs.find((it) => it.id === run);
          if (mine) put(place, bar(mine));
        }),
        hear("ended", (ended) => {
          if (ended.run === run) look();
        }),
      ];
      stop.push(...known);
      put(place, bar({ share: 0, name: "Canonical still", cad_file: "ball_bearing.step", state: "queued", doing: "begins" }));
      // It may have ended before anybody listened.
      Promise.all(known).then(look, reject);
    });
  } finally {
    for (const listening of stop) listening.then((end) => end());
  }
}
