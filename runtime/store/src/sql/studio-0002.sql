-- Version 2: what a server keeps.

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

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  outcome TEXT
) STRICT;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
BEGIN
  SELECT raise(ABORT, 'the audit list is never shortened');
END;
CREATE TRIGGER audit_is_not_rewritten BEFORE UPDATE ON audit
WHEN old.outcome IS NOT NULL OR new.outcome IS NULL
  OR new.seq IS NOT old.seq OR new.at IS NOT old.at OR new.actor IS NOT old.actor
  OR new.action IS NOT old.action OR new.target IS NOT old.target
BEGIN
  SELECT raise(ABORT, 'the audit list is never rewritten');
END;

-- Digests of tokens, never the tokens.
CREATE TABLE api_token (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
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

-- Old events in the order of their times, each run's in the order of its journal whatever its clock did.
INSERT INTO feed (run, seq)
SELECT run, seq
FROM (SELECT run, seq, max(at) OVER (PARTITION BY run ORDER BY seq) AS at FROM run_event)
ORDER BY at, run, seq;

-- Records count interruptions from here on. What can't be read is left to a repair.
UPDATE run SET record = json_set(record, '$.interruptions', interrupted.times)
FROM (
  SELECT run, count(*) AS times FROM run_event
  WHERE CASE WHEN json_valid(body) THEN body ->> '$.event' END = 'interrupted' GROUP BY run
) AS interrupted
WHERE run.id = interrupted.run AND json_valid(record);
