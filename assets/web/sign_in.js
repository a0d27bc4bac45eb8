// Signing in: a token is pasted, exchanged for a session, and forgotten.

import * as api from "./api.js";
import { h, put } from "./dom.js";
import { attempt, field, heading } from "./ui.js";

export async function show(main, { query, go }) {
  // A code that a program of this machine has brought along; it is taken out of the address first.
  const code = location.hash.slice(1);
  if (code.startsWith("hc_")) {
    history.replaceState(null, "", location.pathname + location.search);
    try {
      await api.signIn(code);
      go(back(query.get("back")), { replace: true });
      return "Sign in";
    } catch (error) {
      // One that has ended: the token is asked for.
      if (error.status !== 401) throw error;
    }
  }
  const token = h("input", { type: "password", name: "token", autocomplete: "off", spellcheck: "false", required: true, maxlength: 4096 });
  const enter = h("button", { type: "submit", class: "primary" }, "Sign in");
  const problems = h("div");
  const form = h(
    "form",
    {
      class: "sign-in",
      on: {
        submit: async (event) => {
          event.preventDefault();
          const done = await attempt(enter, () => api.signIn(token.value.trim()), problems);
          token.value = "";
          if (done) go(back(query.get("back")), { replace: true });
          else token.focus();
        },
      },
    },
    heading("Sign in to review"),
    h("p", { class: "weak" }, "Runs, comparisons and rollout of this HartOMat Studio server."),
    field("Token", token, "An administrator makes one with hartomat token create. It is exchanged for a session and not kept."),
    problems,
    enter,
    h(
      "details",
      null,
      h("summary", null, "On this machine, without a server"),
      h("p", null, "An agent's token is in the file ", h("code", null, "agent.json"), " of its data folder, and holds until the agent stops."),
    ),
  );
  put(main, form);
  token.focus();
  return "Sign in";
}

/** Where to go on: an address of this page, and never of another. */
function back(wanted) {
  return wanted?.startsWith("/") && !wanted.startsWith("//") && !wanted.includes("\\") ? wanted : "/runs";
}
