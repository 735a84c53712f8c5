-- What a researcher decided, blind, of a pair whose raters disagree. It is no evidence: no report reads it. Append only; of a pair the last one stands.
-- left_side: 0 a, 1 b. winner: as in judgments; null: looked at, and left undecided.
CREATE TABLE adjudications (
  study      BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  sequence   BIGINT NOT NULL,
  pair       INTEGER NOT NULL,
  revision   INTEGER NOT NULL,
  left_side  SMALLINT NOT NULL,
  winner     SMALLINT,
  note       TEXT,
  account    BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (study, sequence),
  UNIQUE (study, pair, revision)
) $clustered$;
