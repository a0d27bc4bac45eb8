// A person's word on a difference: asked for in a dialog, listed, taken back.

import * as api from "./api.js";
import { h, name, put } from "./dom.js";
import { date, when, words } from "./format.js";
import { attempt, badge, button, dialog, field, nothing, say, select, sentence } from "./ui.js";

const DAY = 86_400_000;
const USUAL_DAYS = 90;
const MOST_DAYS = 731;

/** Asks for a decision on a run's difference. `done` once it is kept. */
export function askReview({ run, outputs, output, outputType, masks, decision, done }) {
  const isAccept = decision === "accept";
  const of = select([...outputs.map((one) => [one, one]), ["run", "All of the run"]], output);
  const scope = select(
    [["case", "This workflow, product and output"], outputType ? ["output_type", "Every product of this output type"] : null, ["region", "Inside a part of the picture alone"]].filter(Boolean),
    "case",
  );
  const reason = h("textarea", { rows: 3, maxlength: 1000, required: true });
  const days = h("input", { type: "number", min: 1, max: MOST_DAYS, value: USUAL_DAYS, required: true });
  const until = h("p", { class: "hint" });
  const regions = h("fieldset", { hidden: true }, h("legend", null, "Parts of the picture, in pixels"), masks.map(maskFields), masks.length ? null : maskFields({ x_px: 0, y_px: 0, width_px: 16, height_px: 16 }),
    h("p", { class: "hint" }, "Drawn with Shift and the pointer on the picture, or typed here."));
  scope.addEventListener("change", () => { regions.hidden = scope.value !== "region"; });
  const tell = () => put(until, `Until ${date(Date.now() + Number(days.value) * DAY)}. From then on it counts as a difference again.`);
  days.addEventListener("input", tell);
  tell();
  const problems = h("div");
  const keep = h("button", { type: "submit", class: isAccept ? "primary" : "danger" }, isAccept ? "Accept the difference" : "Reject the difference");
  dialog(isAccept ? "Accept this difference" : "Reject this difference", (close) => h(
    "form",
    {
      on: {
        submit: async (event) => {
          event.preventDefault();
          const kept = await attempt(keep, () => api.change("POST", api.runPath(run, "reviews"), {
            output: of.value,
            decision,
            scope: scope.value === "region" ? { region: readMasks(regions) } : scope.value,
            reason: reason.value.trim(),
            expires_at: isAccept ? Date.now() + Number(days.value) * DAY : null,
          }), problems);
          if (!kept) return;
          close();
          say(isAccept ? "Accepted" : "Rejected");
          done();
        },
      },
    },
    h("p", { class: "weak" }, isAccept
      ? "The verdict stays as it is. Later comparisons of this scope expect what the graph made here."
      : "The verdict stays as it is, and the difference counts as a defect that somebody has seen."),
    field("Why", reason, "It stands in the audit list, with your name."),
    field("Output", of),
    field("How far it reaches", scope),
    regions,
    isAccept ? field("Days that it stands", days) : null,
    isAccept ? until : null,
    problems,
    h("footer", { class: "dialog-foot" }, button(null, "Cancel", close), keep),
  ));
  reason.focus();
}

const MASK = [["x_px", "Left"], ["y_px", "Top"], ["width_px", "Width"], ["height_px", "Height"]];

function maskFields(region) {
  return h("div", { class: "mask" }, MASK.map(([key, text]) =>
    field(text, h("input", { type: "number", min: key.endsWith("_px") && key[0] !== "w" && key[0] !== "h" ? 0 : 1, value: region[key], "data-key": key }))));
}

function readMasks(regions) {
  return [...regions.querySelectorAll(".mask")].map((mask) => {
    const values = [...mask.querySelectorAll("input")].map((input) => [input.dataset.key, Number(input.value)]);
    return { shape: "rect", ...Object.fromEntries(values) };
  });
}

/** Reviews, newest first, those that stand with a way to take them back. */
export function reviewList(reviews, changed, withRun = false) {
  if (!reviews.length) return nothing("No reviews", "Nobody has accepted or rejected this difference.");
  return h("ul", { class: "reviews" }, reviews.map((review) => reviewItem(review, changed, withRun)));
}

function reviewItem(review, changed, withRun) {
  const isPast = Boolean(review.expires_at && review.expires_at < Date.now());
  const stands = !review.revoked && !isPast;
  const scope = typeof review.scope === "string" ? words(review.scope) : `${review.scope.region.length} ${review.scope.region.length === 1 ? "region" : "regions"}`;
  return h(
    "li",
    { class: stands ? "review" : "review is-over" },
    h("p", { class: "badges" },
      badge(review.decision === "accept" ? "pass" : "fail", review.decision === "accept" ? "Accepted" : "Rejected"),
      h("span", null, review.output === "run" ? "the whole run" : name(review.output)),
      h("span", { class: "weak" }, scope)),
    h("blockquote", null, name(review.reason)),
    h("p", { class: "weak" }, name(review.reviewer), " · ", when(review.at), over(review, isPast)),
    withRun ? h("p", null, h("a", { href: `/runs/${encodeURIComponent(review.run)}/compare` }, "See the comparison")) : null,
    stands && api.may("rollout") ? revoke(review, changed) : null,
  );
}

function over(review, isPast) {
  if (review.revoked) return [" · taken back by ", name(review.revoked.by)];
  if (isPast) return ` · ended ${date(review.expires_at)}`;
  return review.expires_at ? ` · until ${date(review.expires_at)}` : null;
}

function revoke(review, changed) {
  const control = button(null, "Take back…", () => dialog("Take this review back?", (close) => {
    const problems = h("div");
    const take = h("button", { type: "button", class: "danger" }, "Take back");
    take.addEventListener("click", async () => {
      const done = await attempt(take, () => api.change("POST", `/v1/reviews/${encodeURIComponent(review.id)}/revoke`), problems);
      if (!done) return;
      close();
      say("Taken back");
      changed();
    });
    return [
      h("p", null, sentence(review.decision === "accept" ? "later comparisons no longer expect what was accepted" : "the difference waits for a look again")),
      problems,
      h("footer", { class: "dialog-foot" }, button(null, "Keep it", close), take),
    ];
  }), { class: "quiet small" });
  return control;
}
