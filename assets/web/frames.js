// Both videos in step, frame by frame, with the curve of the difference and the way to its worst frame.

import * as api from "./api.js";
import { h, put, svg } from "./dom.js";
import { figure } from "./format.js";
import { Picture } from "./pictures.js";
import { button } from "./ui.js";

/** Bytes of decoded frames that are kept, however many pairs these are. */
const KEPT_BYTES = 512 << 20;
/** Pairs that are fetched beyond the one that shows. */
const AHEAD = 2;
const [WIDTH, HEIGHT] = [600, 64];

export class Frames {
  #pairs = new Map();
  #number = 1;
  #shown = 1;
  #timer = 0;

  constructor(part, stage, signal) {
    const { control, candidate, video } = part.measured;
    this.stage = stage;
    this.signal = signal;
    this.sides = [control.file, candidate.file];
    this.count = video?.compared ?? control.video?.frames ?? candidate.video?.frames ?? 1;
    this.fps = video?.fps ?? control.video?.fps ?? 24;
    this.severities = new Map((video?.frames ?? []).map((one) => [one.number, severity(one)]));
    this.numbers = new Map((video?.frames ?? []).map((one) => [one.number, one]));
    this.slider = h("input", { type: "range", min: 1, max: this.count, step: 1, value: 1, "aria-label": "Frame" });
    this.slider.addEventListener("input", () => this.at(Number(this.slider.value)));
    this.told = h("p", { class: "frame-told", role: "status" });
    this.player = button("play", "Play", () => this.play());
    this.cursor = svg("line", { class: "curve-cursor", y1: 0, y2: HEIGHT });
    this.element = h(
      "section",
      { class: "panel", "aria-label": "Frames" },
      this.#curve(),
      this.slider,
      h(
        "div",
        { class: "frame-foot" },
        this.player,
        button("back", "Frame before", () => this.move(-1), { class: "quiet only-icon", "aria-label": "Frame before" }),
        button("next", "Next frame", () => this.move(1), { class: "quiet only-icon", "aria-label": "Next frame" }),
        this.severities.size ? button("place", "Worst frame", () => this.worst()) : null,
        this.told,
      ),
    );
    signal.addEventListener("abort", () => this.stop());
    this.at(this.severities.size ? this.#worstNumber() : 1);
  }

  #curve() {
    const most = Math.max(...this.severities.values(), 1e-9);
    const x = (number) => ((number - 0.5) / this.count) * WIDTH;
    const y = (value) => HEIGHT - 4 - (value / most) * (HEIGHT - 12);
    const points = Array.from({ length: this.count }, (_, i) => `${x(i + 1)},${y(this.severities.get(i + 1) ?? 0)}`);
    const drawing = svg(
      "svg",
      { class: "curve", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": this.#summary() },
      svg("polyline", { points: points.join(" ") }),
      this.cursor,
    );
    drawing.addEventListener("pointerdown", (event) => {
      const box = drawing.getBoundingClientRect();
      this.at(Math.ceil(((event.clientX - box.left) / box.width) * this.count));
    });
    return drawing;
  }

  #summary() {
    if (!this.severities.size) return "Difference by frame: none";
    return `Difference by frame: ${this.severities.size} of ${this.count} differ, worst is frame ${this.#worstNumber()}`;
  }

  #worstNumber() {
    return [...this.severities].sort((a, b) => b[1] - a[1])[0][0];
  }

  worst() {
    if (this.severities.size) this.at(this.#worstNumber());
  }

  move(by) {
    this.stop();
    this.at(this.#number + by);
  }

  /** Shows a frame of both; those that come next are fetched meanwhile. */
  async at(number) {
    this.#number = Math.min(Math.max(number, 1), this.count);
    const wanted = this.#number;
    this.slider.value = wanted;
    this.slider.setAttribute("aria-valuetext", `Frame ${wanted} of ${this.count}`);
    const x = ((wanted - 0.5) / this.count) * WIDTH;
    this.cursor.setAttribute("x1", x);
    this.cursor.setAttribute("x2", x);
    const found = this.numbers.get(wanted);
    put(this.told, `Frame ${wanted} of ${this.count} · ${(wanted / this.fps).toFixed(2)} s · ${found ? `mean delta ${figure(found.mean_delta)} / 255` : "equal"}`);
    const pair = await this.#pair(wanted);
    if (wanted !== this.#number || this.signal.aborted) return;
    this.#shown = wanted;
    this.stage.show(pair);
    for (let near = wanted + 1; near <= Math.min(wanted + AHEAD, this.count); near += 1) this.#pair(near);
  }

  #pair(number) {
    const kept = this.#pairs.get(number) ?? { pictures: [], loading: this.#load(number) };
    // The one that was asked for last goes last.
    this.#pairs.delete(number);
    this.#pairs.set(number, kept);
    return kept.loading;
  }

  async #load(number) {
    let hasFailed = false;
    const load = async (digest, who) => {
      if (!digest) return [null, `${who} has no video`];
      try {
        return [await Picture.load(`${api.artifact(digest)}/frames/${number}`, this.signal), ""];
      } catch (error) {
        hasFailed = true;
        return [null, error.message];
      }
    };
    const [[control, a], [candidate, b]] = await Promise.all([load(this.sides[0], "Legacy"), load(this.sides[1], "The graph")]);
    // One that failed is asked for again when somebody comes back to it.
    if (hasFailed) this.#pairs.delete(number);
    else this.#pairs.get(number).pictures = [control, candidate].filter(Boolean);
    this.#makeRoom();
    return { control, candidate, missing: { control: a, candidate: b } };
  }

  /** Gives up the frames that nobody has looked at for the longest, but for what shows or comes next. */
  #makeRoom() {
    const bytes = ({ pictures }) => pictures.reduce((sum, picture) => sum + picture.bytes, 0);
    let all = [...this.#pairs.values()].reduce((sum, pair) => sum + bytes(pair), 0);
    for (const [number, pair] of this.#pairs) {
      if (all <= KEPT_BYTES) return;
      const isNear = number === this.#shown || (number >= this.#number && number <= this.#number + AHEAD);
      if (isNear || !pair.pictures.length) continue;
      this.#pairs.delete(number);
      all -= bytes(pair);
      for (const picture of pair.pictures) picture.bitmap.close();
    }
  }

  play() {
    if (this.#timer) return this.stop();
    this.player.lastElementChild.textContent = "Pause";
    const step = async () => {
      const began = performance.now();
      await this.at(this.#number >= this.count ? 1 : this.#number + 1);
      if (this.#timer) this.#timer = setTimeout(step, Math.max(0, 1000 / this.fps - (performance.now() - began)));
    };
    this.#timer = setTimeout(step, 0);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.player.lastElementChild.textContent = "Play";
  }
}

/** How much a viewer notices: FLIP of the worst tile, or the share of pixels over 4/255. */
function severity(frame) {
  return frame.flip?.worst_tile ?? frame.over_4_share;
}
