// Pictures of both sides as pixels, and the heat map of where they differ.

import * as api from "./api.js";

/** Magma at five places: legible without telling red from green. */
const MAGMA = [[0, 0, 4], [81, 18, 124], [183, 55, 121], [252, 137, 97], [252, 253, 191]];
const TABLE = new Uint32Array(256).map((_, i) => {
  const at = (i / 255) * (MAGMA.length - 1);
  const low = Math.min(Math.floor(at), MAGMA.length - 2);
  const [r, g, b] = MAGMA[low].map((value, c) => Math.round(value + (MAGMA[low + 1][c] - value) * (at - low)));
  return (255 << 24) | (b << 16) | (g << 8) | r;
});

/** A picture that the browser has decoded, as its file says, without a colour profile's help. */
export class Picture {
  #data = null;

  constructor(bitmap) {
    this.bitmap = bitmap;
    this.width = bitmap.width;
    this.height = bitmap.height;
  }

  /** Loads a picture of the store. */
  static async load(address, signal) {
    const blob = await api.file(address, null, signal);
    return new Picture(await createImageBitmap(blob, { colorSpaceConversion: "none" }));
  }

  /** Its pixels, read when they are first asked for. */
  get data() {
    if (!this.#data) {
      const canvas = new OffscreenCanvas(this.width, this.height);
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(this.bitmap, 0, 0);
      this.#data = context.getImageData(0, 0, this.width, this.height);
    }
    return this.#data;
  }

  /** The memory that it takes. */
  get bytes() {
    return this.width * this.height * (this.#data ? 8 : 4);
  }

  /** A pixel as red, green, blue, alpha; null beyond the edge. */
  at(x, y) {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return null;
    const start = (y * this.width + x) * 4;
    return [...this.data.data.slice(start, start + 4)];
  }
}

/** The largest difference of a channel at each pixel of both, in the colours of a heat map. */
export function heat(control, candidate, gain) {
  const width = Math.min(control.width, candidate.width);
  const height = Math.min(control.height, candidate.height);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const out = new Uint32Array(image.data.buffer);
  const [a, b] = [control.data.data, candidate.data.data];
  for (let y = 0; y < height; y += 1) {
    let i = y * control.width * 4;
    let j = y * candidate.width * 4;
    for (let x = 0; x < width; x += 1, i += 4, j += 4) {
      const delta = Math.max(
        Math.abs(a[i] - b[j]),
        Math.abs(a[i + 1] - b[j + 1]),
        Math.abs(a[i + 2] - b[j + 2]),
        Math.abs(a[i + 3] - b[j + 3]),
      );
      out[y * width + x] = TABLE[Math.min(255, Math.round(delta * gain))];
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
