-- Version 6: noise floors of output types.

CREATE TABLE calibration (
  output_type TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
