// Both pictures on one stage: beside each other, swiped, through each other, in turn, or their difference.
// All of them share one place and one zoom.

import { h, put } from "./dom.js";
import { heat } from "./pictures.js";
import { button } from "./ui.js";

export const MODES = [
  ["side", "Side by side"],
  ["swipe", "Swipe"],
  ["onion", "Onion skin"],
  ["blink", "Blink"],
  ["heat", "Heat map"],
];
const NEAREST_FROM = 2;
const MOST_ZOOM = 64;

/** A mode's name in two pieces, the second of which there isn't always room for. */
export function pieces(text) {
  const [first, ...rest] = text.split(" ");
  return h("span", null, first, rest.length ? h("span", { class: "longer" }, ` ${rest.join(" ")}`) : null);
}

/** What each mode can be told: label, smallest, largest, step, unit. */
const DIALS = {
  swipe: ["Where they meet", 0, 100, 1, 50, "%"],
  onion: ["How much of the graph", 0, 100, 1, 50, "%"],
  blink: ["Changes per second", 1, 8, 1, 2, "/s"],
  heat: ["Gain", 1, 32, 1, 8, "×"],
};

export class Stage {
  #pictures = { control: null, candidate: null };
  #missing = { control: "", candidate: "" };
  #mode = "side";
  #values = Object.fromEntries(Object.entries(DIALS).map(([mode, dial]) => [mode, dial[4]]));
  #view = { scale: 1, x: 0, y: 0, fits: true };
  #panes = [];
  #marks = [];
  #heat = null;
  #isOther = false;
  #shows = "control";
  #pointers = new Map();
  #frame = 0;
  #timer = 0;

  /** `masked(region)` is told of a rectangle that was drawn with Shift. */
  constructor({ signal, masked }) {
    this.masked = masked;
    this.surface = h("div", { class: "stage-surface" });
    this.readout = h("p", { class: "readout", "aria-hidden": "true" });
    this.dial = h("div", { class: "stage-dial" });
    this.zoom = h("span", { class: "stage-zoom" });
    this.element = h(
      "div",
      { class: "stage" },
      this.surface,
      h(
        "div",
        { class: "stage-foot" },
        this.dial,
        this.readout,
        h(
          "div",
          { class: "stage-buttons" },
          button("minus", "Further", () => this.magnify(1 / 1.5), { class: "quiet only-icon", "aria-label": "Further away" }),
          this.zoom,
          button("plus", "Closer", () => this.magnify(1.5), { class: "quiet only-icon", "aria-label": "Closer" }),
          button("fit", "Fit", () => this.fit(), { class: "quiet only-icon", "aria-label": "Fit into the window" }),
        ),
      ),
    );
    const observer = new ResizeObserver(() => (this.#view.fits ? this.fit() : this.draw()));
    observer.observe(this.surface);
    signal.addEventListener("abort", () => {
      observer.disconnect();
      clearInterval(this.#timer);
    });
    this.mode("side");
  }

  /** Other pictures; where one is missing, the text says why. */
  show({ control, candidate, missing }) {
    const before = this.#pictures.control ?? this.#pictures.candidate;
    this.#pictures = { control, candidate };
    this.#missing = missing ?? { control: "", candidate: "" };
    this.#heat = null;
    const now = control ?? candidate;
    const isSame = before && now && before.width === now.width && before.height === now.height;
    this.#layOut();
    if (!isSame || this.#view.fits) this.fit();
    else this.draw();
  }

  /** Places worth looking at; the first is the worst. */
  mark(marks) {
    this.#marks = marks;
    this.draw();
  }

  mode(mode) {
    this.#mode = mode;
    clearInterval(this.#timer);
    if (mode === "blink") this.#timer = setInterval(() => this.#blink(), 50);
    const dial = DIALS[mode];
    put(this.dial, dial ? this.#dial(mode, dial) : null);
    this.#layOut();
    if (this.#view.fits) this.fit();
    else this.draw();
  }

  #dial(mode, [label, min, max, step, , unit]) {
    const told = h("output", null, `${this.#values[mode]} ${unit}`);
    const control = h("input", { type: "range", min, max, step, value: this.#values[mode], id: "dial" });
    control.addEventListener("input", () => {
      this.#values[mode] = Number(control.value);
      told.textContent = `${control.value} ${unit}`;
      if (mode === "heat") this.#heat = null;
      this.draw();
    });
    return [h("label", { for: "dial" }, label), control, told];
  }

  #layOut() {
    const sides = this.#mode === "side" ? ["control", "candidate"] : ["both"];
    this.#panes = sides.map((side) => {
      const canvas = h("canvas", { role: "img", "aria-label": this.#describe(side) });
      const caption = h("figcaption", null, { control: "Legacy", candidate: "Graph", both: this.#caption() }[side]);
      const missing = this.#missing[side] ?? (this.#missing.control || this.#missing.candidate);
      const element = h("figure", { class: "pane" }, canvas, caption, missing ? h("p", { class: "pane-missing" }, missing) : null);
      this.#listen(canvas);
      return { side, canvas, caption, element };
    });
    put(this.surface, this.#panes.map((pane) => pane.element));
  }

  #caption() {
    return { swipe: "Legacy | Graph", onion: "Graph over legacy", heat: "Where they differ", blink: this.#shows === "control" ? "Legacy" : "Graph" }[this.#mode];
  }

  #describe(side) {
    const name = { control: "Picture of legacy", candidate: "Picture of the graph", both: MODES.find(([key]) => key === this.#mode)[1] }[side];
    const picture = this.#pictures.control ?? this.#pictures.candidate;
    return picture ? `${name}, ${picture.width} × ${picture.height}` : name;
  }

  /** While it is held, the other picture shows. */
  other(isOther) {
    this.#isOther = isOther;
    this.draw();
  }

  #blink() {
    const isEven = Math.floor((performance.now() / 1000) * this.#values.blink) % 2 === 0;
    const shows = isEven ? "control" : "candidate";
    if (shows === this.#shows) return;
    this.#shows = shows;
    this.#panes[0].caption.textContent = this.#caption();
    this.draw();
  }

  // ---- place and zoom

  #size() {
    const { control, candidate } = this.#pictures;
    return [Math.max(control?.width ?? 1, candidate?.width ?? 1), Math.max(control?.height ?? 1, candidate?.height ?? 1)];
  }

  #room() {
    const canvas = this.#panes[0].canvas;
    return [canvas.clientWidth || 1, canvas.clientHeight || 1];
  }

  fit() {
    const [width, height] = this.#size();
    const [across, down] = this.#room();
    const scale = Math.min(across / width, down / height) * 0.96;
    this.#view = { scale: Math.min(scale, 8), x: width / 2, y: height / 2, fits: true };
    this.draw();
  }

  /** Flies to a place of the picture. */
  visit(region) {
    const [across, down] = this.#room();
    const scale = Math.min(across / (region.width_px * 5), down / (region.height_px * 5), 12);
    this.#view = {
      scale: Math.max(scale, this.#view.fits ? this.#view.scale : 0.05),
      x: region.x_px + region.width_px / 2,
      y: region.y_px + region.height_px / 2,
      fits: false,
    };
    this.draw();
  }

  magnify(by, at) {
    const { scale, x, y } = this.#view;
    const next = Math.min(Math.max(scale * by, 0.02), MOST_ZOOM);
    const [px, py] = at ?? [x, y];
    this.#view = { scale: next, x: px + ((x - px) * scale) / next, y: py + ((y - py) * scale) / next, fits: false };
    this.draw();
  }

  pan(across, down) {
    this.#view.x += across / this.#view.scale;
    this.#view.y += down / this.#view.scale;
    this.#view.fits = false;
    this.draw();
  }

  #place(event) {
    const box = event.target.getBoundingClientRect();
    const { scale, x, y } = this.#view;
    return [x + (event.clientX - box.left - box.width / 2) / scale, y + (event.clientY - box.top - box.height / 2) / scale];
  }

  #listen(canvas) {
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.magnify(Math.exp(-event.deltaY / 400), this.#place(event));
    }, { passive: false });
    canvas.addEventListener("dblclick", () => this.fit());
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => this.#up(event));
    canvas.addEventListener("pointerleave", () => put(this.readout));
  }

  #down(event) {
    event.target.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, [event.clientX, event.clientY]);
    if (event.shiftKey && this.masked) this.drawn = { from: this.#place(event), to: this.#place(event) };
    this.swipes = this.#mode === "swipe" && Math.abs(event.offsetX - (event.target.clientWidth * this.#values.swipe) / 100) < 24;
  }

  #move(event) {
    this.#read(event);
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY];
    this.#pointers.set(event.pointerId, now);
    if (this.drawn) {
      this.drawn.to = this.#place(event);
      this.draw();
    } else if (this.#pointers.size === 2) {
      const [other] = [...this.#pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      const reach = ([x, y]) => Math.hypot(x - other[0], y - other[1]);
      this.magnify(reach(now) / Math.max(reach(before), 1));
    } else if (this.swipes) {
      this.#values.swipe = Math.min(100, Math.max(0, Math.round((event.offsetX / event.target.clientWidth) * 100)));
      const control = this.dial.querySelector("input");
      control.value = this.#values.swipe;
      this.dial.querySelector("output").textContent = `${control.value} %`;
      this.draw();
    } else {
      this.pan(before[0] - now[0], before[1] - now[1]);
    }
  }

  #up(event) {
    this.#pointers.delete(event.pointerId);
    if (!this.drawn) return;
    const region = this.#region(this.drawn);
    this.drawn = null;
    if (region.width_px > 1 && region.height_px > 1) this.masked(region);
    this.draw();
  }

  #region({ from, to }) {
    const [width, height] = this.#size();
    const inside = ([x, y]) => [Math.min(Math.max(Math.round(x), 0), width), Math.min(Math.max(Math.round(y), 0), height)];
    const [[x0, y0], [x1, y1]] = [inside(from), inside(to)];
    return { x_px: Math.min(x0, x1), y_px: Math.min(y0, y1), width_px: Math.abs(x1 - x0), height_px: Math.abs(y1 - y0) };
  }

  #read(event) {
    if (event.pointerType === "touch") return;
    const [x, y] = this.#place(event).map(Math.floor);
    const { control, candidate } = this.#pictures;
    const [a, b] = [control?.at(x, y), candidate?.at(x, y)];
    if (!a && !b) return put(this.readout);
    const value = (pixel) => (pixel ? pixel.slice(0, pixel[3] === 255 ? 3 : 4).join(" ") : "–");
    const delta = a && b ? Math.max(...a.map((it, i) => Math.abs(it - b[i]))) : null;
    put(this.readout, `${x}, ${y}   legacy ${value(a)}   graph ${value(b)}${delta === null ? "" : `   Δ ${delta}`}`);
  }

  // ---- drawing

  draw() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      for (const pane of this.#panes) this.#paint(pane);
      this.zoom.textContent = `${Math.round(this.#view.scale * 100)} %`;
    });
  }

  #paint({ side, canvas }) {
    const dpr = devicePixelRatio || 1;
    const [across, down] = [canvas.clientWidth, canvas.clientHeight];
    if (!across || !down) return;
    const size = [Math.round(across * dpr), Math.round(down * dpr)];
    if (canvas.width !== size[0]) canvas.width = size[0];
    if (canvas.height !== size[1]) canvas.height = size[1];
    const { scale, x, y } = this.#view;
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, ...size);
    context.setTransform(dpr * scale, 0, 0, dpr * scale, (across / 2 - x * scale) * dpr, (down / 2 - y * scale) * dpr);
    context.imageSmoothingEnabled = scale * dpr < NEAREST_FROM;
    context.imageSmoothingQuality = "high";
    this.#pixels(context, side, x + (across * (this.#values.swipe / 100 - 0.5)) / scale);
    this.#overlay(context, scale);
  }

  #pixels(context, side, split) {
    const { control, candidate } = this.#pictures;
    const draw = (picture) => picture && context.drawImage(picture.bitmap, 0, 0);
    const [first, second] = this.#isOther ? [candidate, control] : [control, candidate];
    if (side !== "both") return draw(side === "control" ? first : second);
    if (this.#mode === "swipe") {
      const [width, height] = this.#size();
      for (const [picture, left, right] of [[first, 0, split], [second, split, width]]) {
        context.save();
        context.beginPath();
        context.rect(left, 0, Math.max(0, right - left), height);
        context.clip();
        draw(picture);
        context.restore();
      }
      context.fillStyle = "#fff";
      context.fillRect(split - 1 / this.#view.scale, -1e5, 2 / this.#view.scale, 2e5);
    } else if (this.#mode === "onion") {
      draw(first);
      context.globalAlpha = this.#values.onion / 100;
      draw(second);
      context.globalAlpha = 1;
    } else if (this.#mode === "blink") {
      draw((this.#shows === "control") !== this.#isOther ? control : candidate);
    } else if (control && candidate) {
      this.#heat ??= heat(control, candidate, this.#values.heat);
      context.drawImage(this.#isOther ? control.bitmap : this.#heat, 0, 0);
    }
  }

  #overlay(context, scale) {
    context.lineWidth = 2 / scale;
    for (const { region, isMask } of this.#marks) this.#box(context, region, isMask ? "#ffd166" : "#4ea1ff", scale);
    if (this.drawn) this.#box(context, this.#region(this.drawn), "#ffd166", scale);
  }

  #box(context, region, colour, scale) {
    const gap = 3 / scale;
    const box = [region.x_px - gap, region.y_px - gap, region.width_px + 2 * gap, region.height_px + 2 * gap];
    context.lineWidth = 4 / scale;
    context.strokeStyle = "rgb(0 0 0 / 60%)";
    context.strokeRect(...box);
    context.lineWidth = 2 / scale;
    context.strokeStyle = colour;
    context.strokeRect(...box);
  }
}
