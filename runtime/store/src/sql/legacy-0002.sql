-- Version 2: rollouts with every decision about them, and orders.

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

CREATE TABLE studio_order (
  id TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE order_line ADD COLUMN studio_order TEXT REFERENCES studio_order (id);
CREATE INDEX order_line_by_order ON order_line (studio_order);
