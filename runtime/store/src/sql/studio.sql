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
  record TEXT NOT NULL,
  output_type TEXT,
  rerun_of TEXT,
  dispatched_at INTEGER NOT NULL DEFAULT 0,
  fell_back INTEGER NOT NULL DEFAULT 0 CHECK (fell_back IN (0, 1)),
  partial INTEGER NOT NULL DEFAULT 0 CHECK (partial IN (0, 1)),
  unresolved INTEGER NOT NULL DEFAULT 0 CHECK (unresolved IN (0, 1))
) STRICT;
CREATE INDEX run_by_workflow ON run (workflow, ord);
CREATE INDEX run_by_state ON run (state, ord);
CREATE INDEX run_compared ON run (workflow, definition_hash, ord) WHERE verdict IS NOT NULL;
CREATE INDEX run_by_output_type ON run (output_type, ord) WHERE output_type IS NOT NULL;
CREATE INDEX run_by_rerun ON run (rerun_of, ord) WHERE rerun_of IS NOT NULL;
CREATE INDEX run_by_time ON run (dispatched_at, ord);
CREATE INDEX run_by_mode ON run (mode, ord);
CREATE INDEX run_by_target ON run (target, ord);
CREATE INDEX run_by_verdict ON run (verdict, ord) WHERE verdict IS NOT NULL;
CREATE INDEX run_fell_back ON run (fell_back, ord) WHERE fell_back = 1;
CREATE INDEX run_partial ON run (partial, ord) WHERE partial = 1;
CREATE INDEX run_unresolved ON run (unresolved, ord) WHERE unresolved = 1;

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

-- Reviews, for looking them up; the runs' journals are the truth.
CREATE TABLE review (
  ord INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  run TEXT NOT NULL REFERENCES run (id),
  workflow TEXT NOT NULL,
  target TEXT NOT NULL,
  output_type TEXT,
  output TEXT NOT NULL,
  kind TEXT,
  decision TEXT NOT NULL,
  scope TEXT NOT NULL,
  expires_at INTEGER,
  revoked INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1)),
  body TEXT NOT NULL
) STRICT;
CREATE INDEX review_by_run ON review (run, ord);
CREATE INDEX review_by_workflow ON review (workflow, ord);
CREATE INDEX review_of_case ON review (workflow, target, output, ord)
WHERE revoked = 0 AND decision = 'accept';
CREATE INDEX review_of_output_type ON review (workflow, output_type, kind, ord)
WHERE revoked = 0 AND decision = 'accept' AND scope = 'output_type';

CREATE TABLE golden_case (
  id TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE golden_result (
  definition_hash TEXT NOT NULL,
  golden_case TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (definition_hash, golden_case)
) STRICT, WITHOUT ROWID;

-- Legacy against itself: the newest of each output type.
CREATE TABLE calibration (
  output_type TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
