-- Prompts, models and pairs that came together after the study opened are a wave; wave 1 opened with it. sequence: from which number on reports know it.
-- designed: the pairs that the design asked for, of which a sample may have been drawn. last_position: nothing beyond the last wave's is served.
CREATE TABLE waves (
  study     BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  wave      INTEGER NOT NULL,
  sequence  BIGINT NOT NULL,
  import    INTEGER NOT NULL,
  pairs     INTEGER NOT NULL,
  designed  BIGINT NOT NULL,
  last_position BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  PRIMARY KEY (study, wave)
) $clustered$;
INSERT INTO waves (study, wave, sequence, import, pairs, designed, last_position, opened_at)
SELECT s.study, 1, 0, 0, x.pairs, x.drawn, x.last_position, s.opened_at FROM studies s
JOIN (SELECT study, COUNT(*) AS pairs, COUNT(position) AS drawn, COALESCE(MAX(position), 0) AS last_position FROM pairs GROUP BY study) x ON x.study = s.study
WHERE s.opened_at IS NOT NULL;

-- From which number of the study on this version of an answer is the one that is shown; 0: the first. A later version whose import is not stored yet
-- has the largest number there is.
ALTER TABLE answers ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
CREATE INDEX answers_replaced ON answers (study, sequence) WHERE version > 1;

-- An act that set judgments aside, or took them back in: who, why, when, and up to which number a report had been looked at (null: none had).
-- kind: excluded (by a researcher), replaced (an answer was), included (an earlier act was undone). filter: what was asked for, as JSON.
CREATE TABLE exclusions (
  study           BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  sequence        BIGINT NOT NULL,
  kind            TEXT NOT NULL CHECK (kind IN ('excluded', 'replaced', 'included')),
  filter          TEXT NOT NULL,
  reason          TEXT NOT NULL,
  judgments       INTEGER NOT NULL,
  report_sequence BIGINT,
  account         BIGINT,
  created_at      BIGINT NOT NULL,
  PRIMARY KEY (study, sequence)
) $clustered$;

-- What became of an assignment at a number, as assignments.state says: 3 counted, 4 surplus, 6 excluded, 7 replaced. The number is an act's, or that of a
-- judgment that stays set aside: a revision of one that was, or a vote on an answer that had been replaced.
CREATE TABLE excluded (
  study      BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  sequence   BIGINT NOT NULL,
  assignment BIGINT NOT NULL,
  state      SMALLINT NOT NULL,
  PRIMARY KEY (study, sequence, assignment)
) $clustered$;

-- Up to which number somebody has looked at a report of the study.
ALTER TABLE studies ADD COLUMN report_sequence BIGINT;

-- A rater with limits of a kind is asked only about prompts of one of their values. value: a category, or a language ('' stands for none).
CREATE TABLE rater_limits (
  study BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  rater INTEGER NOT NULL,
  kind  TEXT NOT NULL CHECK (kind IN ('category', 'language')),
  value TEXT NOT NULL,
  PRIMARY KEY (study, rater, kind, value)
) $clustered$;

-- What a model's attributes were until this number, so that a report at an earlier one can be computed again.
CREATE TABLE model_changes (
  study    BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  sequence BIGINT NOT NULL,
  model    INTEGER NOT NULL,
  previous TEXT NOT NULL,
  PRIMARY KEY (study, sequence)
) $clustered$;
