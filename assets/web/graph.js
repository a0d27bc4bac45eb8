// A run's graph as it was frozen: positions, edges and colours of the document, states of the run.

import { h, put, svg } from "./dom.js";
import { icon } from "./icons.js";
import { words } from "./format.js";

const WIDTH = 184;
const HEIGHT = 64;
const MARGIN = 24;
/** How small it may be drawn before it is scrolled instead. */
const LEAST_SCALE = 0.65;

/** The graph of a workflow. `chosen(node)` is told of a node that somebody opens. */
export function graph(workflow, catalogue, chosen) {
  const definitions = new Map(catalogue.nodes.map((node) => [node.type, node]));
  const place = new Map(workflow.nodes.map((node) => [node.id, node.position]));
  const box = bounds(workflow);
  const nodes = new Map();
  const drawing = svg(
    "svg",
    {
      class: "graph",
      viewBox: `${box.x} ${box.y} ${box.width} ${box.height}`,
      width: box.width,
      height: box.height,
      role: "group",
      "aria-label": `Graph of ${workflow.name}, ${workflow.nodes.length} nodes`,
    },
    workflow.frames.map(frame),
    workflow.edges.map((edge) => path(edge, place)),
  );
  for (const node of reading(workflow.nodes)) {
    const definition = definitions.get(node.type);
    const drawn = drawNode(node, definition, () => chosen(node.id));
    nodes.set(node.id, drawn);
    drawing.append(drawn.element);
  }
  drawing.style.minInlineSize = `${Math.round(box.width * LEAST_SCALE)}px`;
  const element = h("div", { class: "graph-scroll", tabindex: "0", role: "group", "aria-label": "Drawing of the graph" }, drawing);
  return {
    element,
    /** Shows states, and how far a node has come. */
    update(record, shares) {
      for (const run of record.nodes) nodes.get(run.node)?.update(run, shares.get(run.node));
    },
    /** Marks the node that is looked at. */
    choose(id) {
      for (const [key, drawn] of nodes) drawn.element.setAttribute("aria-pressed", String(key === id));
    },
  };
}

/** From left to right, as the keyboard walks them. */
function reading(nodes) {
  return [...nodes].sort((a, b) => a.position[0] - b.position[0] || a.position[1] - b.position[1]);
}

function bounds(workflow) {
  const corners = workflow.nodes.map((node) => node.position);
  const frames = workflow.frames.map((one) => one.rect).filter((rect) => Array.isArray(rect) && rect.length === 4);
  const xs = [...corners.map(([x]) => x), ...frames.map(([x]) => x)];
  const ys = [...corners.map(([, y]) => y), ...frames.map(([, y]) => y - 24)];
  const rights = [...corners.map(([x]) => x + WIDTH), ...frames.map(([x, , w]) => x + w)];
  const bottoms = [...corners.map(([, y]) => y + HEIGHT), ...frames.map(([, y, , h]) => y + h)];
  if (!xs.length) return { x: 0, y: 0, width: 100, height: 100 };
  const [x, y] = [Math.min(...xs) - MARGIN, Math.min(...ys) - MARGIN];
  return { x, y, width: Math.max(...rights) + MARGIN - x, height: Math.max(...bottoms) + MARGIN - y };
}

function frame(one) {
  if (!Array.isArray(one.rect) || one.rect.length !== 4) return null;
  const [x, y, width, height] = one.rect;
  return svg(
    "g",
    { class: "graph-frame" },
    svg("rect", { x, y, width, height, rx: 10 }),
    svg("text", { x: x + 10, y: y - 8 }, one.title ?? ""),
  );
}

function path(edge, place) {
  const [from, to] = [place.get(edge.from.node), place.get(edge.to.node)];
  if (!from || !to) return null;
  const points = [[from[0] + WIDTH, from[1] + HEIGHT / 2], ...edge.via, [to[0], to[1] + HEIGHT / 2]];
  let d = `M${points[0].join(" ")}`;
  for (let i = 1; i < points.length; i += 1) {
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
    const bend = Math.max(36, Math.abs(x1 - x0) / 2);
    d += `C${x0 + bend} ${y0} ${x1 - bend} ${y1} ${x1} ${y1}`;
  }
  return svg("path", { class: "graph-edge", d });
}

function drawNode(node, definition, open) {
  const [x, y] = node.position;
  const label = node.label || definition?.label || words(node.type);
  const state = svg("text", { class: "graph-state", x: 37, y: 48 });
  const mark = svg("g", { class: "graph-mark", transform: "translate(14 35)" });
  const bar = svg("rect", { class: "graph-progress", x: 8, y: HEIGHT - 6, width: 0, height: 3, rx: 1.5 });
  const element = svg(
    "g",
    {
      class: `graph-node cat-${definition?.category ?? "none"}`,
      transform: `translate(${x} ${y})`,
      role: "button",
      tabindex: "0",
      "aria-pressed": "false",
      on: {
        click: open,
        keydown: (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          open();
        },
      },
    },
    svg("rect", { class: "graph-body", width: WIDTH, height: HEIGHT, rx: 8 }),
    svg("rect", { class: "graph-category", width: 5, height: HEIGHT - 16, x: 0, y: 8, rx: 2.5 }),
    svg("text", { class: "graph-label", x: 14, y: 26 }, cut(label)),
    mark,
    state,
    bar,
  );
  return {
    element,
    update(run, share) {
      const text = share !== undefined && run.state === "running" ? `${Math.round(share * 100)} %` : words(run.state);
      put(state, text);
      if (element.dataset.state !== run.state) {
        put(mark, icon(run.state));
        element.dataset.state = run.state;
      }
      bar.setAttribute("width", run.state === "running" ? Math.round((WIDTH - 16) * (share ?? 0)) : 0);
    },
  };
}

function cut(text) {
  return text.length > 20 ? `${text.slice(0, 19)}…` : text;
}
