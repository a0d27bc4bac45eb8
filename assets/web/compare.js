// A comparison: the verdict and why, both pictures on one stage, the ladder, and a person's word on it.

import * as api from "./api.js";
import { h, name, put } from "./dom.js";
import { findings, placesOf } from "./findings.js";
import { words } from "./format.js";
import { Frames } from "./frames.js";
import { icon } from "./icons.js";
import * as keys from "./keys.js";
import { Picture } from "./pictures.js";
import { askReview, reviewList } from "./review.js";
import { askShare } from "./share.js";
import { MODES, Stage, pieces } from "./stage.js";
import { badge, button, heading, modeBadge, nothing, sentence } from "./ui.js";

const STILL = ["png", "jpeg", "webp"];

export async function show(main, { parameters: [id], signal, query }) {
  const found = await api.get(api.runPath(id, "comparison"), null, signal);
  const isGuest = Boolean(api.session.shared_run);
  const crumbs = isGuest
    ? null
    : h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: "/runs" }, icon("back"), "Runs"), h("a", { href: `/runs/${encodeURIComponent(id)}` }, name(found.workflow_name)));
  if (!found.evidence) {
    put(main, crumbs, heading("Comparison"), nothing("This run has no comparison", "Only shadow runs that have ended, and graph runs that were watched, are compared."));
    return "Comparison";
  }
  new Comparison(found, signal, isGuest).build(main, crumbs, query.get("output"));
  return `Comparison of ${found.workflow_name}`;
}

class Comparison {
  constructor(found, signal, isGuest) {
    this.found = found;
    this.evidence = found.evidence;
    this.signal = signal;
    this.isGuest = isGuest;
    this.parts = partsOf(this.evidence);
    this.masks = [];
    this.stage = new Stage({ signal, masked: isGuest ? null : (region) => this.mask(region) });
    this.frames = h("div", { class: "frames" });
    this.findings = h("div", { class: "findings" });
    this.partList = h("div", { class: "parts", role: "radiogroup", "aria-label": "Compared output" });
    this.modes = h("div", { class: "modes", role: "radiogroup", "aria-label": "How to compare" });
    this.reviews = h("div");
    this.worst = 0;
  }

  build(main, crumbs, output) {
    const { comparison } = this.evidence;
    const accept = this.isGuest ? null : h(
      "div",
      { class: "actions" },
      button("pass", "Accept…", () => this.review("accept"), this.allowed("is-accept")),
      button("fail", "Reject…", () => this.review("reject"), this.allowed("is-reject")),
      button("share", "Share…", () => askShare(this.found.run), this.allowed()),
    );
    put(
      main,
      crumbs,
      h("div", { class: "compare-head" },
        heading("Comparison", modeBadge(this.found.mode), h("span", { class: "weak" }, name(this.found.workflow_name), " · ", name(this.found.cad_file))),
        accept),
      h("section", { class: `verdict is-${comparison.verdict}`, "aria-label": "Verdict" }, badge(comparison.verdict), h("p", null, sentence(comparison.sentence))),
      comparison.accepted ? acceptedNotice(comparison.accepted) : null,
      h(
        "div",
        { class: "compare-columns" },
        h("div", { class: "compare-stage" }, this.modes, this.stage.element, this.frames),
        h("aside", { class: "compare-side", "aria-label": "What was found" }, this.parts.length > 1 ? this.partList : null, this.findings, this.isGuest ? null : this.reviewPanel()),
      ),
    );
    for (const [index, [mode, text]] of MODES.entries()) {
      this.modes.append(radio("mode", mode, [h("kbd", { "aria-hidden": "true" }, index + 1), pieces(text)], index === 0, () => this.stage.mode(mode)));
    }
    for (const part of this.parts) {
      this.partList.append(radio("part", part.name, [badge(part.verdict), h("span", null, name(part.name)), h("span", { class: "weak" }, words(part.kind))], false, () => this.choose(part)));
    }
    const first = this.parts.find((part) => part.name === output) ?? mostTelling(this.parts);
    check(this.partList, first.name);
    this.choose(first);
    this.bind();
    this.loadReviews();
  }

  allowed(kind) {
    const may = api.may("rollout");
    return { class: kind, disabled: !may, title: may ? undefined : "This takes a token with the scope rollout" };
  }

  async choose(part) {
    this.part = part;
    this.masks = [];
    this.worst = 0;
    this.places = placesOf(part);
    put(this.findings, findings(part, (place) => this.visit(place)));
    put(this.frames);
    this.player?.stop();
    this.player = null;
    this.marks();
    const { control, candidate } = part.measured;
    if (isVideo(part)) {
      this.player = new Frames(part, this.stage, this.signal);
      put(this.frames, this.player.element);
      return;
    }
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const [first, second] = await Promise.all([side(control, part, "Legacy", this.signal), side(candidate, part, "The graph", this.signal)]);
    if (turn !== this.turn || this.signal.aborted) return;
    this.stage.show({
      control: first.picture,
      candidate: second.picture,
      missing: { control: first.missing, candidate: second.missing },
    });
  }

  marks() {
    const worst = this.places.slice(0, 1).map((region) => ({ region }));
    this.stage.mark([...worst, ...this.masks.map((region) => ({ region, isMask: true }))]);
  }

  mask(region) {
    this.masks.push(region);
    this.marks();
  }

  visit(place) {
    this.stage.mark([{ region: place }, ...this.masks.map((region) => ({ region, isMask: true }))]);
    this.stage.visit(place);
  }

  /** The next place that a rung names, the worst first. */
  next(by) {
    if (!this.places.length) return;
    this.worst = this.visited ? (this.worst + by + this.places.length) % this.places.length : 0;
    this.visited = true;
    this.visit(this.places[this.worst]);
  }

  bind() {
    const { stage } = this;
    MODES.forEach(([mode, text], index) => keys.add("Compare", String(index + 1), text, () => {
      check(this.modes, mode);
      stage.mode(mode);
    }));
    keys.add("Compare", "b", "Hold: the other side", () => stage.other(true), () => stage.other(false));
    keys.add("Compare", "n", "Next difference", () => this.next(1));
    keys.add("Compare", "p", "Difference before", () => this.next(-1));
    keys.add("Look", "+", "Closer", () => stage.magnify(1.5));
    keys.add("Look", "-", "Further away", () => stage.magnify(1 / 1.5));
    keys.add("Look", "0", "Fit into the window", () => stage.fit());
    keys.add("Look", "ArrowLeft / ArrowRight", "Move across", (event) => stage.pan(event.key === "ArrowLeft" ? -60 : 60, 0));
    keys.add("Look", "ArrowUp / ArrowDown", "Move up or down", (event) => stage.pan(0, event.key === "ArrowUp" ? -60 : 60));
    if (this.parts.some(isVideo)) this.bindVideo();
    if (this.isGuest || !api.may("rollout")) return;
    keys.add("Decide", "a", "Accept…", () => this.review("accept"));
    keys.add("Decide", "x", "Reject…", () => this.review("reject"));
    keys.add("Decide", "s", "Share…", () => askShare(this.found.run));
  }

  bindVideo() {
    keys.add("Video", "Space", "Play or pause", () => this.player?.play());
    keys.add("Video", ",", "Frame before", () => this.player?.move(-1));
    keys.add("Video", ".", "Next frame", () => this.player?.move(1));
    keys.add("Video", "w", "Worst frame", () => this.player?.worst());
  }

  review(decision) {
    askReview({
      run: this.found.run,
      outputs: this.parts.map((part) => part.name),
      output: this.part.name,
      outputType: this.found.output_type,
      masks: this.masks.length ? this.masks : this.places.slice(0, 1),
      decision,
      done: () => this.loadReviews(),
    });
  }

  reviewPanel() {
    return h("section", { class: "panel", "aria-labelledby": "reviews-title" }, h("header", null, h("h2", { id: "reviews-title" }, "Reviews")), this.reviews);
  }

  async loadReviews() {
    if (this.isGuest) return;
    const page = await api.get("/v1/reviews", { run: this.found.run, limit: 100 }, this.signal).catch(() => null);
    if (page) put(this.reviews, reviewList(page.reviews, () => this.loadReviews()));
  }
}

function radio(group, value, content, checked, change) {
  const id = `${group}-${value.replaceAll(/[^\w-]/g, "_")}`;
  const control = h("input", { type: "radio", name: group, id, value, checked, class: "radio" });
  control.addEventListener("change", change);
  return h("span", { class: "choice" }, control, h("label", { for: id }, content));
}

function check(group, value) {
  const control = [...group.querySelectorAll("input")].find((input) => input.value === value);
  if (control) control.checked = true;
}

/** The compared outputs; one that stands alone is its own part. */
function partsOf({ comparison, control, candidate }) {
  const parts = comparison.parts?.length ? comparison.parts : [comparison];
  return parts.map((part) => {
    const named = { ...part, name: part.name || control?.name || candidate?.name || words(part.kind) };
    const { measured } = named;
    const fill = (side, artifact) => (side.file || side.problem || parts.length > 1 ? side : { ...side, file: artifact?.digest });
    return { ...named, measured: { ...measured, control: fill(measured.control, control), candidate: fill(measured.candidate, candidate) } };
  });
}

function isVideo({ kind, measured }) {
  return Boolean(measured.control.video ?? measured.candidate.video) || ["video", "frames"].includes(kind);
}

/** The part to open with: pictures first, and of them the worst. */
function mostTelling(parts) {
  const weight = { fail: 0, inconclusive: 1, warn: 2, pass: 3 };
  const isSeen = (part) => (part.measured.control.image || part.measured.candidate.image || isVideo(part) ? 0 : 1);
  return [...parts].sort((a, b) => isSeen(a) - isSeen(b) || weight[a.verdict] - weight[b.verdict])[0];
}

async function side(facts, part, who, signal) {
  if (facts.problem) return { picture: null, missing: `${who} has nothing to show: ${facts.problem.reason || words(facts.problem.problem)}` };
  if (!facts.file) return { picture: null, missing: `${who} has nothing to show` };
  const format = facts.image?.format ?? part.name.split(".").at(-1).replace("jpg", "jpeg");
  if (!STILL.includes(format)) return { picture: null, missing: `Browsers can't show ${format.toUpperCase()}: see what was found` };
  try {
    return { picture: await Picture.load(api.artifact(facts.file), signal), missing: "" };
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return { picture: null, missing: sentence(error.message) };
  }
}

function acceptedNotice(accepted) {
  return h(
    "p",
    { class: "notice" },
    "It passes because ", name(accepted.reviewer), " accepted this difference until ", new Date(accepted.expires_at).toLocaleDateString("en-GB", { dateStyle: "medium" }), ". The numbers alone say ", badge(accepted.verdict), " ", sentence(accepted.sentence),
  );
}
