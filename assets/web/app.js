// The frame around the views: which address shows what, the head of the page, whom it speaks for.

import * as api from "./api.js";
import { h, name, put } from "./dom.js";
import { icon } from "./icons.js";
import * as keys from "./keys.js";
import { say, trouble, waiting } from "./ui.js";
import * as compare from "./compare.js";
import * as reviews from "./reviews.js";
import * as rollouts from "./rollouts.js";
import * as run from "./run.js";
import * as runs from "./runs.js";
import * as share from "./share.js";
import * as signInView from "./sign_in.js";

const VIEWS = [
  { path: /^\/(?:runs)?$/, view: runs, tab: "runs" },
  { path: /^\/runs\/([^/]+)$/, view: run, tab: "runs" },
  { path: /^\/runs\/([^/]+)\/compare$/, view: compare, tab: "runs", isShared: true },
  { path: /^\/reviews$/, view: reviews, tab: "reviews" },
  { path: /^\/rollouts$/, view: rollouts, tab: "rollouts" },
  { path: /^\/sign-in$/, view: signInView, isOpen: true },
  { path: /^\/share$/, view: share, isOpen: true },
];
const TABS = [
  ["runs", "/runs", "Runs"],
  ["reviews", "/reviews", "Reviews"],
  ["rollouts", "/rollouts", "Rollout"],
];
const THEMES = { auto: "dark", dark: "light", light: "auto" };

const main = document.getElementById("main");
const top = document.getElementById("top");
let shown = new AbortController();

/** Shows another address. */
export function go(address, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", address);
  show();
}

async function show({ keepsFocus = false } = {}) {
  shown.abort();
  shown = new AbortController();
  keys.clear();
  const found = VIEWS.find(({ path }) => path.test(location.pathname)) ?? VIEWS[0];
  const session = api.session;
  if (!session && !found.isOpen) {
    const back = location.pathname + location.search;
    return go(back === "/" ? "/sign-in" : `/sign-in?back=${encodeURIComponent(back)}`, { replace: true });
  }
  const isGuest = Boolean(session?.shared_run);
  if (isGuest && !found.isShared && !found.isOpen) {
    return go(`/runs/${encodeURIComponent(session.shared_run)}/compare`, { replace: true });
  }
  head(found.tab);
  globals(isGuest);
  const parameters = found.path.exec(location.pathname).slice(1).map(decodeURIComponent);
  put(main, waiting());
  const { signal } = shown;
  try {
    const title = await found.view.show(main, {
      parameters,
      query: new URLSearchParams(location.search),
      signal,
      go,
    });
    if (signal.aborted) return;
    document.title = `${title} · HartOMat Studio`;
    const isPlaced = main.contains(document.activeElement) && document.activeElement !== main;
    if (!keepsFocus && !isPlaced) (main.querySelector("h1") ?? main).focus({ preventScroll: true });
  } catch (error) {
    if (signal.aborted || error.name === "AbortError") return;
    if (error.status === 401) return;
    put(main, trouble(error, () => show()));
  }
}

function head(tab) {
  const session = api.session;
  const isGuest = Boolean(session?.shared_run);
  const tabs = session && !isGuest
    ? h("nav", { class: "tabs", "aria-label": "Views" },
        TABS.map(([key, href, text]) =>
          h("a", { href, "aria-current": key === tab ? "page" : undefined }, icon(key), h("span", null, text))))
    : null;
  put(
    top,
    h("a", { class: "brand", href: "/" }, h("img", { src: "/web/icon.svg", alt: "", width: 24, height: 24 }), h("span", null, "HartOMat Studio")),
    tabs,
    h(
      "div",
      { class: "tools" },
      session ? h("span", { class: "person" }, isGuest ? "Shared comparison" : name(session.person)) : null,
      themeButton(),
      session ? toolButton("keys", "Keyboard shortcuts", keys.help) : null,
      session && !isGuest ? toolButton("out", "Sign out", leave) : null,
    ),
  );
}

function toolButton(key, label, click) {
  return h("button", { type: "button", class: "quiet only-icon", "aria-label": label, title: label, on: { click } }, icon(key));
}

function themeButton() {
  const root = document.documentElement;
  const told = () => `Colours: ${root.dataset.theme === "auto" ? "as the system" : root.dataset.theme}`;
  const control = toolButton("theme", told(), () => {
    root.dataset.theme = THEMES[root.dataset.theme];
    localStorage.setItem("hartomat.theme", root.dataset.theme);
    control.setAttribute("aria-label", told());
    control.title = told();
    say(told());
  });
  return control;
}

function globals(isGuest) {
  if (!api.session) return;
  keys.add("Everywhere", "?", "Show the keys", keys.help);
  if (isGuest) return;
  keys.add("Everywhere", "g r", "Runs", () => go("/runs"));
  keys.add("Everywhere", "g v", "Reviews", () => go("/reviews"));
  keys.add("Everywhere", "g o", "Rollout", () => go("/rollouts"));
}

async function leave() {
  await api.signOut().catch(() => null);
  go("/sign-in");
}

/** Links of this page are followed without loading it again. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const address = new URL(link.href, location.href);
  if (address.origin !== location.origin || address.pathname.startsWith("/v1/") || link.hasAttribute("download")) return;
  event.preventDefault();
  if (address.hash && address.pathname === location.pathname) {
    document.getElementById(address.hash.slice(1))?.focus();
    return;
  }
  if (link.classList.contains("skip")) main.focus();
  else go(address.pathname + address.search);
});
addEventListener("popstate", () => show());
api.events.addEventListener("signed-out", () => {
  say("You are signed out: the session has ended", true);
  show();
});

try {
  await api.restore();
  await show({ keepsFocus: true });
} catch (error) {
  put(main, trouble(error, () => location.reload()));
}
