-- What an assignment is for: 0 judging, 1 practice, 2 qualification, 3 gold, 4 a repeat. All but 0 hold no place of their pair and are no evidence.
ALTER TABLE assignments ADD COLUMN role SMALLINT NOT NULL DEFAULT 0;
-- A rater meets a pair once, and once more as a repeat.
DROP INDEX assignments_once;
CREATE UNIQUE INDEX assignments_once ON assignments (study, rater, prompt, pair, role);

-- practised: her practice round is over. qualified: null until the qualification is decided; qualified_by: the account that decided instead of it;
-- qualification_right: how many answers were right when the round ended.
-- checks: how many of her judged assignments were gold pairs and repeats. group_name: raters who belong together, as a researcher calls them.
ALTER TABLE raters ADD COLUMN practised BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE raters ADD COLUMN qualified BOOLEAN;
ALTER TABLE raters ADD COLUMN qualified_at BIGINT;
ALTER TABLE raters ADD COLUMN qualified_by BIGINT;
ALTER TABLE raters ADD COLUMN qualification_right INTEGER;
ALTER TABLE raters ADD COLUMN checks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE raters ADD COLUMN group_name TEXT;
-- Whoever was at work before there was a practice round is not called back to it.
UPDATE raters SET practised = TRUE WHERE asked > 0;

-- planned: the judgments that the wave asks for.
ALTER TABLE waves ADD COLUMN planned BIGINT NOT NULL DEFAULT 0;
UPDATE waves SET planned = COALESCE((SELECT SUM(p.overlap) FROM pairs p
  WHERE p.study = waves.study AND p.wave = waves.wave AND p.position IS NOT NULL AND p.role = 'normal' AND NOT p.identical), 0);

-- Pairs whose verdict is known.
CREATE INDEX pairs_known ON pairs (study, role, pair) WHERE role <> 'normal';

-- What a rater's group was until this number ('': none), so that a report at an earlier one can be computed again.
CREATE TABLE rater_changes (
  study    BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  sequence BIGINT NOT NULL,
  rater    INTEGER NOT NULL,
  previous TEXT NOT NULL,
  PRIMARY KEY (study, sequence)
) $clustered$;

-- What a rater reports of a pair beside her vote. side: the answer it is about, 0 a, 1 b; null: the pair.
CREATE TABLE problems (
  study      BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  problem    BIGINT NOT NULL,
  assignment BIGINT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('names_itself', 'broken', 'unsafe', 'other')),
  side       SMALLINT,
  comment    TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (study, problem),
  UNIQUE (study, assignment, kind)
);
