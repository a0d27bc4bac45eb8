// Icons, drawn on 16 × 16 with a line of 1.5. They are beside words, never in their place.

import { svg } from "./dom.js";

const PATHS = {
  pass: "M3 8.5 6.5 12 13 4.5",
  warn: "M8 2.5 14 13H2ZM8 6.5v3M8 11.2v.3",
  fail: "M4 4l8 8M12 4l-8 8",
  inconclusive: "M5.5 6a2.5 2.5 0 1 1 3.4 2.3c-.6.3-.9.7-.9 1.4M8 12.2v.3",
  waiting: "M8 4v4.2l2.6 1.6M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0",
  running: "M8 2a6 6 0 1 1-5.2 3",
  reused: "M3 8a5 5 0 0 1 8.6-3.5L13 6M13 3v3h-3M13 8a5 5 0 0 1-8.6 3.5L3 10M3 13v-3h3",
  skipped: "M3 4l5 4-5 4ZM12 4v8",
  cancelled: "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0M4 12l8-8",
  fell_back: "M6 4 2.5 7.5 6 11M3 7.5h6.5a3.5 3.5 0 0 1 0 7H8",
  interrupted: "M6 4v8M10 4v8",
  runs: "M2.5 4h11M2.5 8h11M2.5 12h7",
  reviews: "M2.5 3h11v8h-6L4 13.5V11H2.5Z",
  rollouts: "M3 13V9M8 13V6M13 13V3",
  keys: "M1.5 4.5h13v7h-13ZM4 7h.1M6.7 7h.1M9.3 7h.1M12 7h.1M5 9.3h6",
  theme: "M8 2.5a5.5 5.5 0 1 0 0 11Z M8 2.5a5.5 5.5 0 0 1 0 11",
  out: "M6.5 2.5h-4v11h4M7 8h7M11 5l3 3-3 3",
  back: "M9.5 3.5 5 8l4.5 4.5",
  next: "M6.5 3.5 11 8l-4.5 4.5",
  download: "M8 2.5v8M4.8 7.5 8 10.7l3.2-3.2M2.5 13.5h11",
  share: "M13.8 3.5a1.8 1.8 0 1 1-3.6 0a1.8 1.8 0 0 1 3.6 0M5.8 8a1.8 1.8 0 1 1-3.6 0a1.8 1.8 0 0 1 3.6 0M13.8 12.5a1.8 1.8 0 1 1-3.6 0a1.8 1.8 0 0 1 3.6 0M5.6 7.2l4.8-2.8M5.6 8.8l4.8 2.8",
  play: "M5 3.5 12.5 8 5 12.5Z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  close: "M4 4l8 8M12 4l-8 8",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  place: "M8 1.5v4M8 10.5v4M1.5 8h4M10.5 8h4",
  succeeded: "M3 8.5 6.5 12 13 4.5",
  failed: "M4 4l8 8M12 4l-8 8",
  queued: "M8 4v4.2l2.6 1.6M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0",
};

/** An icon that says nothing to screen readers: the words beside it do. */
export function icon(key) {
  const path = svg("path", { d: PATHS[key] ?? PATHS.inconclusive });
  return svg("svg", { class: `icon icon-${key}`, viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", focusable: "false" }, path);
}
