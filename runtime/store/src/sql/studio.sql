-- The whole schema of `studio.db`. A change here needs a migration that leads to the same schema.

-- The record (projection) of each run; `ord` is the order of dispatch.
CREATE TABLE run (
  ord INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  workflow TEXT NOT NULL,
  definition_hash TEXT NOT NULL,
  target TEXT NOT NULL,
  mode TEXT NOT NULL,
  state TEXT NOT NULL,
  verdict TEXT,
  last_seq INTEGER NOT NULL CHECK (last_seq >= 0),
  record TEXT NOT NULL
) STRICT;
CREATE INDEX run_by_workflow ON run (workflow, ord);
CREATE INDEX run_by_state ON run (state, ord);
CREATE INDEX run_compared ON run (workflow, definition_hash, ord) WHERE verdict IS NOT NULL;

-- What dispatch froze; never changes.
CREATE TABLE frozen_run (
  run TEXT NOT NULL PRIMARY KEY REFERENCES run (id),
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The journal: append-only, numbered from 1 without gaps.
CREATE TABLE run_event (
  run TEXT NOT NULL REFERENCES run (id),
  seq INTEGER NOT NULL CHECK (seq >= 1),
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE log_line (
  run TEXT NOT NULL REFERENCES run (id),
  seq INTEGER NOT NULL CHECK (seq >= 1),
  at INTEGER NOT NULL,
  side TEXT NOT NULL,
  node TEXT,
  level TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE cache_entry (
  ord INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  workflow TEXT NOT NULL,
  node TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX cache_entry_by_node ON cache_entry (workflow, node, ord);

CREATE TABLE workflow (
  id TEXT NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The events of all runs in one order. `ord` rises without gaps; only a repair leaves some.
CREATE TABLE feed (
  ord INTEGER PRIMARY KEY AUTOINCREMENT,
  run TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq >= 1),
  UNIQUE (run, seq)
) STRICT;

-- Exactly once is a constraint: the second dispatch with a key finds the run of the first.
CREATE TABLE dispatch_key (
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  request TEXT NOT NULL,
  run TEXT NOT NULL REFERENCES run (id),
  PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE cad_file (
  digest TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX cad_file_by_time ON cad_file (at);

CREATE TABLE outbox (
  ord INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  body TEXT NOT NULL
) STRICT;
