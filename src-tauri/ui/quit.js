// The question before quitting while runs are under way.

import { h, put } from "./dom.js";
import { button } from "./ui.js";
import { ask } from "./bridge.js";

const state = await ask("quit_question");
const choose = (choice) => () => ask("quit_choose", { choice });
const stay = button(null, "Cancel", choose("stay"), { class: "primary" });
put(
  document.getElementById("main"),
  h("h1", null, "Runs are under way"),
  h("p", null, `${state.sentence}. Stopped runs begin again when HartOMat Studio starts next; open editor windows stay open.`),
  h("footer", { class: "question-foot" },
    button(null, "Quit after they finish", choose("afterwards")),
    button(null, "Stop them and quit", choose("now")),
    stay),
);
stay.focus();
addEventListener("keydown", (event) => {
  if (event.key === "Escape") choose("stay")();
});
