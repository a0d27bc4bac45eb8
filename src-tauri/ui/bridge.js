// What these pages ask of the shell, and hear of it. Nothing else leaves them.

const { core, event } = window.__TAURI__;

/** A request that was refused. */
export class Refused extends Error {
  constructor(refusal) {
    super(refusal?.message ?? String(refusal));
    this.hint = refusal?.hint ?? "";
  }
}

/** Asks the shell. */
export async function ask(command, given) {
  try {
    return await core.invoke(command, given);
  } catch (refusal) {
    throw new Refused(refusal);
  }
}

/** Hears of `state`, `ended` or `said`. */
export function hear(name, heard) {
  return event.listen(name, ({ payload }) => heard(payload));
}

/** The address of a run's picture, by what it is of; null where there is none. */
export function picture(detail, ...kinds) {
  for (const kind of kinds) {
    const file = detail.files?.[kind];
    if (file && /\.(png|jpe?g|webp)$/i.test(file.name)) return `picture://localhost/artifact/${file.digest}`;
  }
  const asset = detail.media_assets?.find((it) => /\.(png|jpe?g|webp)$/i.test(it.name));
  return asset && kinds.includes("delivered") ? `picture://localhost/media-asset/${encodeURIComponent(asset.id)}` : null;
}
