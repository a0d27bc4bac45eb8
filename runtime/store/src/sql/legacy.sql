-- The whole schema of `legacy.db`. A change here needs a migration that leads to the same schema.

CREATE TABLE product (
  id TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE output_type (
  id TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE studio_order (
  id TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE order_line (
  id TEXT NOT NULL PRIMARY KEY,
  product TEXT NOT NULL REFERENCES product (id),
  output_type TEXT NOT NULL REFERENCES output_type (id),
  body TEXT NOT NULL,
  studio_order TEXT REFERENCES studio_order (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_line_by_order ON order_line (studio_order);
CREATE INDEX order_line_by_product ON order_line (product);
CREATE INDEX order_line_by_output_type ON order_line (output_type);

CREATE TABLE legacy_run (
  ord INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX legacy_run_by_state ON legacy_run (state, ord);

CREATE TABLE legacy_log_line (
  run TEXT NOT NULL REFERENCES legacy_run (id),
  seq INTEGER NOT NULL CHECK (seq >= 1),
  at INTEGER NOT NULL,
  level TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

-- Exactly once is a constraint: the second publishing with a key finds the first.
CREATE TABLE media_asset (
  ord INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  publishing_key TEXT NOT NULL UNIQUE,
  target TEXT NOT NULL,
  run TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX media_asset_by_target ON media_asset (target, ord);
CREATE INDEX media_asset_by_run ON media_asset (run, ord);

CREATE TABLE notification (
  ord INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  notifying_key TEXT NOT NULL UNIQUE,
  run TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX notification_by_run ON notification (run, ord);

-- Out of the studio. Made in the transaction that publishes; one notification reaches one target once.
CREATE TABLE message (
  ord INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  message_key TEXT NOT NULL UNIQUE,
  run TEXT NOT NULL,
  state TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX message_by_run ON message (run, ord);
CREATE INDEX message_by_state ON message (state, due_at);

-- What each output type or workflow is allowed. An output type's own record repeats its mode.
CREATE TABLE rollout (
  scope TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rollout_decision (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  scope TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX rollout_decision_by_scope ON rollout_decision (scope, seq);
CREATE TRIGGER rollout_decision_is_kept BEFORE DELETE ON rollout_decision
BEGIN
  SELECT raise(ABORT, 'decisions are never removed');
END;
CREATE TRIGGER rollout_decision_is_not_rewritten BEFORE UPDATE ON rollout_decision
BEGIN
  SELECT raise(ABORT, 'decisions are never rewritten');
END;
