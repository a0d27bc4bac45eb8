// Pieces that the first start and home share: the tools, and the data folder.

import { h, put } from "./dom.js";
import { icon } from "./icons.js";
import { attempt, button, say, sentence } from "./ui.js";
import { title } from "./format.js";
import { ask } from "./bridge.js";

const NAMES = { blender: "Blender", cad_kernel: "CAD kernel", embedded_renderer: "Built-in renderer", ffmpeg: "ffmpeg, for videos" };
/** Parts of the product and files of the studio: no tools. */
const OWN = ["blend_templates", "material_library", "studio_scenes"];

/** The tools: what is there, and how to get what isn't. */
export function list(tools) {
  const shown = tools.filter((it) => !OWN.includes(it.tool)).sort((one, other) => Boolean(other.missing) - Boolean(one.missing));
  return h("ul", { class: "tool-list" }, shown.map((it) =>
    h(
      "li",
      { class: it.missing ? "is-warn" : "is-pass" },
      h("span", { class: "state" }, icon(it.missing ? "warn" : "pass")),
      h("div", null,
        h("p", { class: "strong" }, NAMES[it.tool] ?? title(it.tool)),
        h("p", { class: "weak" }, it.missing ? sentence(it.missing) : it.version),
        it.fix ? h("p", null, sentence(it.fix)) : null),
    )));
}

/** The data folder, with the way to another; `changed` hears of it. */
export function folder(told, problems, changed) {
  const shown = h("code", { class: "folder" }, told.data_dir);
  const change = button(null, "Choose another…", async () => {
    await attempt(change, async () => {
      const chosen = await ask("data_folder_choose");
      if (!chosen || chosen === told.data_dir) return;
      await ask("data_folder_set", { folder: chosen });
      told.data_dir = chosen;
      put(shown, chosen);
      changed?.();
      say("Your work is kept there from now on. What was in the other folder stays where it is.");
    }, problems);
  });
  return h("div", { class: "folder-row" }, shown, change);
}
