-- Version 5: golden cases of the studio's own, and what became of each on a definition.
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
