// Keys: each view says which it has; `?` shows them. None acts while somebody types, and all can be
// switched off, for those who speak to their computer.

import { h } from "./dom.js";
import { dialog } from "./ui.js";

const OFF = "hartomat.keys-off";
const WAIT = 900;

let bound = [];
let begun = "";
let timer = 0;

/** Forgets the keys of the view before. */
export function clear() {
  bound = [];
}

/** Binds keys, such as `j`, `Shift+M` or `g r`; `up` is called when a held key is let go. */
export function add(group, keys, text, press, up) {
  bound.push({ group, keys, text, press, up });
}

function spelled(event) {
  const key = event.key.length === 1 ? event.key : event.key;
  const isLetter = /^\p{L}$/u.test(key);
  return event.shiftKey && isLetter ? `Shift+${key.toUpperCase()}` : key === " " ? "Space" : key;
}

function isTyping(target) {
  return target.closest?.("input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
}

function isOff() {
  return localStorage.getItem(OFF) === "1";
}

function find(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isOff() || isTyping(event.target)) return null;
  if (document.querySelector("dialog[open]")) return null;
  const key = spelled(event);
  const both = bound.find((one) => begun && one.keys === `${begun} ${key}`);
  return both ?? bound.find((one) => one.keys.split(" / ").includes(key));
}

addEventListener("keydown", (event) => {
  const found = find(event);
  clearTimeout(timer);
  const key = spelled(event);
  begun = !found && bound.some((one) => one.keys.startsWith(`${key} `)) ? key : "";
  if (begun) timer = setTimeout(() => { begun = ""; }, WAIT);
  if (!found) return;
  // A button or link that has the focus keeps its own keys.
  if (["Space", "Enter"].includes(key) && event.target.closest?.("button, a, summary, input")) return;
  if (key.startsWith("Arrow") && event.target.closest?.("input, [role=radiogroup], .log")) return;
  event.preventDefault();
  found.press(event);
});
addEventListener("keyup", (event) => {
  for (const one of bound) {
    if (one.up && one.keys === spelled(event)) one.up(event);
  }
});

/** Shows the keys of this view and of all views. */
export function help() {
  const groups = Map.groupBy ? Map.groupBy(bound, (one) => one.group) : grouped();
  const switchOff = h("input", { type: "checkbox", id: "keys-off", checked: !isOff() });
  switchOff.addEventListener("change", () => localStorage.setItem(OFF, switchOff.checked ? "0" : "1"));
  dialog("Keyboard shortcuts", () => [
    h(
      "div",
      { class: "cheat-sheet" },
      [...groups].map(([group, all]) =>
        h(
          "section",
          null,
          h("h3", null, group),
          h("dl", null, all.map(({ keys, text }) => h("div", null, h("dt", null, caps(keys)), h("dd", null, text)))),
        )),
    ),
    h("p", { class: "check" }, switchOff, h("label", { for: "keys-off" }, "Use these shortcuts")),
  ]);
}

function grouped() {
  const groups = new Map();
  for (const one of bound) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  return groups;
}

function caps(keys) {
  return keys.split(" ").map((key) => (key === "/" && keys !== "/" ? h("span", { class: "weak" }, " or ") : h("kbd", null, key.replace("Arrow", ""))));
}
