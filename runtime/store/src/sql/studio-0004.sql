-- Version 4: what runs are listed by, and reviews.
ALTER TABLE run ADD COLUMN output_type TEXT;
ALTER TABLE run ADD COLUMN rerun_of TEXT;
ALTER TABLE run ADD COLUMN dispatched_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN fell_back INTEGER NOT NULL DEFAULT 0 CHECK (fell_back IN (0, 1));
ALTER TABLE run ADD COLUMN partial INTEGER NOT NULL DEFAULT 0 CHECK (partial IN (0, 1));
ALTER TABLE run ADD COLUMN unresolved INTEGER NOT NULL DEFAULT 0 CHECK (unresolved IN (0, 1));
CREATE INDEX run_by_output_type ON run (output_type, ord) WHERE output_type IS NOT NULL;
CREATE INDEX run_by_rerun ON run (rerun_of, ord) WHERE rerun_of IS NOT NULL;
CREATE INDEX run_by_time ON run (dispatched_at, ord);
CREATE INDEX run_by_mode ON run (mode, ord);
CREATE INDEX run_by_target ON run (target, ord);
CREATE INDEX run_by_verdict ON run (verdict, ord) WHERE verdict IS NOT NULL;
CREATE INDEX run_fell_back ON run (fell_back, ord) WHERE fell_back = 1;
CREATE INDEX run_partial ON run (partial, ord) WHERE partial = 1;
CREATE INDEX run_unresolved ON run (unresolved, ord) WHERE unresolved = 1;

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

-- What earlier runs say of themselves. What can't be read is left to a repair.
UPDATE run SET
  dispatched_at = CASE WHEN json_type(record, '$.created_at') = 'integer' THEN record ->> '$.created_at' ELSE 0 END,
  fell_back = record ->> '$.fallback' IS NOT NULL
WHERE json_valid(record);

UPDATE run SET
  output_type = frozen.output_type,
  record = json_set(record, '$.output_type', frozen.output_type)
FROM (
  SELECT run, CASE WHEN json_valid(body) THEN body ->> '$.subject.output_type.id' END AS output_type
  FROM frozen_run
) AS frozen
WHERE run.id = frozen.run AND frozen.output_type IS NOT NULL AND json_valid(record);

UPDATE run SET
  rerun_of = frozen.rerun_of,
  record = json_set(record, '$.rerun_of', frozen.rerun_of)
FROM (
  SELECT run, CASE WHEN json_valid(body) THEN body ->> '$.rerun_of' END AS rerun_of
  FROM frozen_run
) AS frozen
WHERE run.id = frozen.run AND frozen.rerun_of IS NOT NULL AND json_valid(record);

UPDATE run SET unresolved = 1
WHERE (state = 'failed' OR verdict IN ('warn', 'fail', 'inconclusive'))
  AND NOT EXISTS (
    SELECT 1 FROM run AS later
    WHERE later.rerun_of = run.id AND later.state IN ('succeeded', 'fell_back', 'failed')
  );
