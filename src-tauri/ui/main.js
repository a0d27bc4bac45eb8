// The main window: the first start, and afterwards home.

import { h, put } from "./dom.js";
import { say, trouble, waiting } from "./ui.js";
import { ask, hear } from "./bridge.js";
import * as firstStart from "./first_start.js";
import * as home from "./home.js";

const main = document.getElementById("main");

function stand(state) {
  put(document.getElementById("standing"), state.sentence);
}

/** Shows home, or the first start where it isn't over or is asked for. */
async function show(wanted) {
  put(main, waiting("Starting…"));
  try {
    const told = await ask("home");
    stand(told.state);
    const view = wanted ?? (told.is_first_start_over ? "home" : "first-start");
    await (view === "home" ? home : firstStart).show(main, told, show);
  } catch (error) {
    put(main, trouble(error, () => show(wanted)));
  }
}

put(
  document.getElementById("top"),
  h("span", { class: "brand" }, h("img", { src: "hartomat.svg", alt: "", width: 24, height: 24 }), "HartOMat Studio"),
  h("span", { class: "tools weak", id: "standing", role: "status" }),
);
hear("said", (sentence) => say(sentence));
hear("state", stand);
show();
