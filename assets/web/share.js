// A link that shows one comparison: made here, and opened here. Its secret follows the `#`, which
// browsers send nowhere; it is taken out of the address before anything is asked.

import * as api from "./api.js";
import { h, put } from "./dom.js";
import { moment } from "./format.js";
import { attempt, button, dialog, field, heading, nothing, say, select } from "./ui.js";

const HOUR = 3_600_000;
const CHOICES = [["1", "An hour"], ["24", "A day"], ["168", "A week"], ["720", "30 days"]];

/** Opens the link that the page was called by. */
export async function show(main, { go }) {
  const secret = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", "/share");
  if (!secret) {
    put(main, heading("Shared comparison"), nothing("This link is not whole", "Copy all of it, also what follows the # sign."));
    return "Shared comparison";
  }
  const run = secret.split(".").slice(2).join(".");
  // Who is signed in sees it with their own rights, and stays so.
  if (!api.session || api.session.shared_run) {
    try {
      await api.signIn(secret);
    } catch (error) {
      if (error.status !== 401) throw error;
      put(main, heading("Shared comparison"), nothing("This link has ended", "Ask whoever sent it for another."));
      return "Shared comparison";
    }
  }
  go(`/runs/${encodeURIComponent(run)}/compare`, { replace: true });
  return "Shared comparison";
}

/** Asks for how long, and makes a link. */
export function askShare(run) {
  const hours = select(CHOICES, "168");
  const problems = h("div");
  const made = h("div");
  const make = h("button", { type: "submit", class: "primary" }, "Make a link");
  dialog("Share this comparison", (close) => h(
    "form",
    {
      on: {
        submit: async (event) => {
          event.preventDefault();
          const until = Date.now() + Number(hours.value) * HOUR;
          const done = await attempt(make, () => api.change("POST", api.runPath(run, "shares"), { expires_at: until }), problems);
          if (done) put(made, link(done.answer));
        },
      },
    },
    h("p", { class: "weak" }, "Whoever has the link sees this comparison and its pictures, and nothing else, without signing in. An administrator can end all links at once."),
    field("It holds for", hours),
    problems,
    made,
    h("footer", { class: "dialog-foot" }, api.may("admin") ? endAll(problems, made) : null, button(null, "Close", close), make),
  ));
}

/** Ends every link that was made until now, at the second click. */
function endAll(problems, made) {
  const end = button(null, "End all links…", async () => {
    if (!end.classList.contains("danger")) {
      end.classList.replace("quiet", "danger");
      end.replaceChildren("End every link, of all runs");
      return;
    }
    if (await attempt(end, () => api.change("PUT", "/v1/share-key"), problems)) {
      put(made, h("p", { role: "status" }, "All links have ended."));
      end.remove();
    }
  }, { class: "quiet is-apart" });
  return end;
}

function link(share) {
  const address = new URL(share.address, location.origin).href;
  const shown = h("input", { type: "text", readonly: true, value: address, on: { focus: () => shown.select() } });
  const copy = button(null, "Copy", async () => {
    shown.select();
    await navigator.clipboard?.writeText(address).catch(() => document.execCommand("copy"));
    say("Copied");
  });
  setTimeout(() => shown.focus());
  return h("div", { class: "share-link" }, field("Link", shown, `Until ${moment(share.expires_at)}. It is shown this once.`), copy);
}
