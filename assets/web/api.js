// What this page asks of its server, and how it stays signed in. The cookie is out of reach of scripts;
// the key that goes with it is kept per origin, and neither is ever in an address.

const KEY = "hartomat.session";

/** Whom the page speaks for; null while nobody has signed in. */
export let session = null;

/** What is told when the server no longer knows us. */
export const events = new EventTarget();

/** A request that was refused or got lost. */
export class Refused extends Error {
  constructor(status, error) {
    super(error?.message ?? (status === 0 ? "the server can't be reached" : `the server answered ${status}`));
    this.status = status;
    this.kind = error?.kind ?? "unreachable";
    this.hint = error?.hint ?? "";
  }
}

async function send(method, path, { query, body, headers, signal } = {}) {
  const address = new URL(path, location.origin);
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "" && value !== false) address.searchParams.set(key, value);
  }
  const all = new Headers(headers);
  const key = localStorage.getItem(KEY);
  if (key && !all.has("authorization")) all.set("x-hartomat-session", key);
  if (body !== undefined) all.set("content-type", "application/json");
  let answer;
  try {
    answer = await fetch(address, {
      method,
      headers: all,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      credentials: "same-origin",
      referrerPolicy: "no-referrer",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0);
  }
  if (answer.ok) return answer;
  const error = await answer.json().catch(() => null);
  if (answer.status === 401 && session) {
    session = null;
    events.dispatchEvent(new Event("signed-out"));
  }
  throw new Refused(answer.status, error);
}

/** Reads. */
export async function get(path, query, signal) {
  return (await send("GET", path, { query, signal })).json();
}

/** Changes; the answer, where there is one. */
export async function change(method, path, body) {
  const answer = await send(method, path, { body });
  return answer.status === 204 ? null : answer.json();
}

/** A file's bytes. */
export async function file(path, query, signal) {
  return (await send("GET", path, { query, signal })).blob();
}

/** The address of a file of the artifact store. */
export function artifact(digest) {
  return `/v1/artifacts/${encodeURIComponent(digest)}`;
}

/** The address of a run, or of something of it. */
export function runPath(run, ...rest) {
  return ["/v1/runs", encodeURIComponent(run), ...rest].join("/");
}

/** Whether the signed-in person may do what takes this scope. */
export function may(scope) {
  return session?.scopes.includes(scope) ?? false;
}

/** Exchanges a token, or the secret of a link, for a session. */
export async function signIn(secret) {
  const answer = await send("POST", "/v1/session", { headers: { authorization: `Bearer ${secret}` } });
  const begun = await answer.json();
  localStorage.setItem(KEY, begun.key);
  session = { ...begun, key: undefined };
  return session;
}

/** Goes on with the session that this browser has; null where it has none. */
export async function restore() {
  if (!localStorage.getItem(KEY)) return null;
  try {
    session = await get("/v1/session");
  } catch (error) {
    if (error.status !== 401) throw error;
    session = null;
  }
  return session;
}

/** Ends the session here and on the server. */
export async function signOut() {
  try {
    await change("DELETE", "/v1/session");
  } finally {
    localStorage.removeItem(KEY);
    session = null;
  }
}

/**
 * Follows an event stream from after event `after` on until the signal aborts. A lost connection is taken
 * up where it was. `heard(name, data)` for each event; `linked(isOn)` when the connection comes and goes.
 */
export async function follow(path, { after = 0, heard, linked, signal }) {
  let last = after;
  let pause = 500;
  while (!signal.aborted) {
    try {
      const headers = last > 0 ? { "last-event-id": String(last) } : {};
      const answer = await send("GET", path, { headers, signal });
      linked?.(true);
      pause = 500;
      const isOver = await read(answer.body, (event) => {
        if (event.id) last = Number(event.id);
        heard(event.name, event.data);
      });
      if (isOver) {
        linked?.(true);
        return;
      }
    } catch (error) {
      if (signal.aborted || [401, 403, 404].includes(error.status)) return;
    }
    if (signal.aborted) return;
    linked?.(false);
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pause * 2, 15_000);
  }
}

/** Reads events to the end of a stream; whether it said that nothing more follows. */
async function read(stream, take) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return false;
    text += value;
    let end;
    while ((end = text.indexOf("\n\n")) >= 0) {
      const event = parse(text.slice(0, end));
      text = text.slice(end + 2);
      if (event.name === "end") return true;
      if (event.data !== undefined) take(event);
    }
  }
}

function parse(block) {
  const event = { name: "message" };
  for (const line of block.split("\n")) {
    const [field, value] = [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).replace(/^ /, "")];
    if (field === "event") event.name = value;
    else if (field === "id") event.id = value;
    else if (field === "data") event.data = JSON.parse(value);
  }
  return event;
}
