-- Version 3: messages to targets outside of the studio.

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
