// Pieces that every view has: badges, dialogs, what was said, what went wrong.

import { h, put } from "./dom.js";
import { icon } from "./icons.js";
import { words } from "./format.js";

/** A state or verdict: a shape, a word, a colour. */
export function badge(key, text = words(key)) {
  return h("span", { class: `badge is-${key}` }, icon(key), h("span", null, text));
}

/** A mode, from legacy up to graph. */
export function modeBadge(mode) {
  return h("span", { class: `mode mode-${mode}` }, mode);
}

/** Says something without taking the focus. */
export function say(text, isError = false) {
  const said = document.getElementById("said");
  const toast = h("p", { class: isError ? "toast is-error" : "toast" }, text);
  said.append(toast);
  setTimeout(() => toast.remove(), isError ? 9000 : 4500);
}

/** What went wrong, with what would mend it. */
export function trouble(error, again) {
  return h(
    "div",
    { class: "notice is-error", role: "alert" },
    h("p", null, sentence(error.message)),
    error.hint ? h("p", { class: "weak" }, sentence(error.hint)) : null,
    again ? h("button", { type: "button", on: { click: again } }, "Try again") : null,
  );
}

/** A message of the server as a sentence. */
export function sentence(text) {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** That something is on its way. */
export function waiting(text = "Loading…") {
  return h("p", { class: "waiting", role: "status" }, icon("running"), text);
}

/** That there is nothing, and why. */
export function nothing(heading, text, ...rest) {
  return h("div", { class: "nothing" }, h("p", { class: "strong" }, heading), text ? h("p", null, text) : null, rest);
}

/** A button with an icon and words. */
export function button(key, text, click, attributes = {}) {
  return h("button", { type: "button", ...attributes, on: { click } }, key ? icon(key) : null, h("span", null, text));
}

/** A labelled field. */
export function field(label, control, hint) {
  const id = control.id || `field-${(field.count = (field.count ?? 0) + 1)}`;
  control.id = id;
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    control,
    hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null,
  );
}

/** A choice of one: `options` are pairs of value and words. */
export function select(options, value, change) {
  const control = h("select", { on: change ? { change: () => change(control.value) } : {} });
  for (const [key, text] of options) control.append(h("option", { value: key, selected: key === value }, text));
  return control;
}

/** A dialog that gives the focus back when it closes. `fill` makes its children, given `close`. */
export function dialog(heading, fill, attributes = {}) {
  const before = document.activeElement;
  const id = "dialog-title";
  const element = h("dialog", { "aria-labelledby": id, ...attributes });
  const close = () => element.close();
  element.append(
    h(
      "header",
      { class: "dialog-head" },
      h("h2", { id }, heading),
      h("button", { type: "button", class: "quiet only-icon", "aria-label": "Close", on: { click: close } }, icon("close")),
    ),
    ...[fill(close)].flat(),
  );
  element.addEventListener("close", () => {
    element.remove();
    if (before?.isConnected) before.focus();
  });
  element.addEventListener("click", (event) => {
    if (event.target === element) close();
  });
  document.body.append(element);
  element.showModal();
  return element;
}

/** Does something that may be refused, with its button at rest meanwhile; the answer, or undefined. */
export async function attempt(control, work, problems) {
  control.disabled = true;
  try {
    put(problems);
    return { answer: await work() };
  } catch (error) {
    if (error.name !== "AbortError") put(problems, trouble(error));
    return null;
  } finally {
    control.disabled = false;
  }
}

/** A definition list of pairs; those without a value are left out. */
export function facts(pairs) {
  const given = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return h(
    "dl",
    { class: "facts" },
    given.map(([label, value]) => h("div", null, h("dt", null, label), h("dd", null, value))),
  );
}

/** The heading of a view. */
export function heading(text, ...beside) {
  return h("div", { class: "heading" }, h("h1", { tabindex: "-1" }, text), beside);
}
