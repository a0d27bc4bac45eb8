// Elements from data. Text is only ever text: nothing here reads markup, so no name can become any.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "data") {
      Object.assign(element.dataset, value);
    } else if (name === "value" || name === "checked" || name === "indeterminate") {
      element[name] = value;
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An element: `h("a", { href, on: { click } }, "text", child)`. */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same of SVG. */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** A name that somebody gave: its writing direction stays its own. */
export function name(text) {
  return h("bdi", null, text);
}

/** Puts these children in place of those that are there. */
export function put(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return parent;
}

/** Calls `work` at most once in so many milliseconds, the last time always. */
export function calmly(work, millis) {
  let timer = null;
  let again = false;
  const run = async () => {
    again = false;
    await work();
    timer = again ? setTimeout(run, millis) : null;
  };
  return () => {
    again = true;
    timer ??= setTimeout(run, millis);
  };
}

/** Brings the children of a list up to date by their keys: those that stay keep focus and place. */
export function reconcile(list, items, key, make, update) {
  const there = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let before = list.firstElementChild;
  for (const item of items) {
    const id = key(item);
    let child = there.get(id);
    there.delete(id);
    if (child) {
      update(child, item);
    } else {
      child = make(item);
      child.dataset.key = id;
    }
    if (child === before) before = before.nextElementSibling;
    else list.insertBefore(child, before);
  }
  for (const gone of there.values()) gone.remove();
}
