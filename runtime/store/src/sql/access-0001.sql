-- Version 1.

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
