// Figures, sizes and times as people read them.

import { h } from "./dom.js";

const WORDS = {
  fell_back: "fell back",
  cad_file: "CAD file",
  output_type: "output type",
  error_rate: "error rate",
  rolled_back: "rolled back",
  stochastic_raw: "noise, raw",
  stochastic_denoised: "noise, denoised",
};

/** A key of the contract in words. */
export function words(key) {
  return WORDS[key] ?? String(key ?? "").replaceAll("_", " ");
}

/** The same as the beginning of a line. */
export function title(key) {
  const text = words(key);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A number with as many digits as say something. */
export function figure(value, digits = 3) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  if (Number.isInteger(value)) return value.toLocaleString("en");
  return Math.abs(value) < 0.0005
    ? value.toExponential(1)
    : value.toLocaleString("en", { maximumSignificantDigits: digits });
}

/** A share of 0 to 1 in percent. */
export function percent(share) {
  return share === null || share === undefined ? "–" : `${figure(share * 100)} %`;
}

/** Bytes in the unit that fits. */
export function bytes(count) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = count ?? 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toLocaleString("en", { maximumSignificantDigits: 3 })} ${units[unit]}`;
}

/** How long something took. */
export function duration(millis) {
  if (millis === null || millis === undefined || millis < 0) return "–";
  if (millis < 1000) return `${Math.round(millis)} ms`;
  const seconds = millis / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** A moment in full. */
export const moment = (millis) => exact.format(new Date(millis));
/** A date. */
export const date = (millis) => day.format(new Date(millis));
/** A time of the day. */
export const timeOfDay = (millis) => clock.format(new Date(millis));

/** How long ago, or in how long. */
export function ago(millis) {
  const seconds = (Date.now() - millis) / 1000;
  const text = span(Math.abs(seconds));
  if (text === null) return "now";
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

function span(seconds) {
  if (seconds < 45) return null;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** A moment that says how long ago it is, and in full what it is. */
export function when(millis) {
  if (!millis) return "–";
  return h("time", { datetime: new Date(millis).toISOString(), title: moment(millis) }, ago(millis));
}

/** The part of an id that tells it from others. */
export function short(id) {
  return String(id).slice(-8);
}
