-- One set of SQL for SQLite and PostgreSQL. Variables: identity = a table's own number, never given twice; clustered = rows stored in key order.
-- Keys begin with the study. Times are UTC microseconds. Small enumerations in hot tables are numbers (see the C# enums).

CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE accounts (
  account    $identity$,
  name       TEXT NOT NULL UNIQUE,
  role       TEXT NOT NULL CHECK (role IN ('admin', 'researcher')),
  created_at BIGINT NOT NULL
);

CREATE TABLE studies (
  study       $identity$,
  external_id TEXT UNIQUE,
  name        TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('draft', 'open', 'paused', 'closed')),
  settings    TEXT NOT NULL,
  sequence    BIGINT NOT NULL DEFAULT 0,
  created_at  BIGINT NOT NULL,
  opened_at   BIGINT,
  closed_at   BIGINT,
  deleted_at  BIGINT
);

CREATE TABLE members (
  study   BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  account BIGINT NOT NULL REFERENCES accounts ON DELETE CASCADE,
  PRIMARY KEY (study, account)
) $clustered$;

-- What was changed after the study opened, at which sequence number: a report names it.
CREATE TABLE study_changes (
  study      BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  sequence   BIGINT NOT NULL,
  changes    TEXT NOT NULL,
  account    BIGINT,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (study, sequence)
) $clustered$;

-- Rows written by an import are seen once its state is 'stored'. Its judgments stand at base_sequence + number.
CREATE TABLE imports (
  study         BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  import        INTEGER NOT NULL,
  format        TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('staged', 'storing', 'stored', 'failed')),
  summary       TEXT NOT NULL,
  base_sequence BIGINT,
  judgments     INTEGER NOT NULL DEFAULT 0,
  account       BIGINT,
  created_at    BIGINT NOT NULL,
  stored_at     BIGINT,
  PRIMARY KEY (study, import)
);

CREATE TABLE models (
  study      BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  model      INTEGER NOT NULL,
  name       TEXT NOT NULL,
  attributes TEXT NOT NULL DEFAULT '{}',
  import     INTEGER NOT NULL,
  PRIMARY KEY (study, model),
  UNIQUE (study, name)
);

-- balance: times model_a stood left minus times model_b did, over live and judged assignments.
CREATE TABLE model_pairs (
  study      BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  model_pair INTEGER NOT NULL,
  model_a    INTEGER NOT NULL,
  model_b    INTEGER NOT NULL,
  balance    INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (study, model_pair),
  UNIQUE (study, model_a, model_b)
);

CREATE TABLE prompts (
  study       BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  prompt      INTEGER NOT NULL,
  external_id TEXT NOT NULL,
  text_hash   TEXT NOT NULL,
  messages    TEXT NOT NULL,
  category    TEXT,
  tags        TEXT NOT NULL DEFAULT '[]',
  language    TEXT,
  import      INTEGER NOT NULL,
  PRIMARY KEY (study, prompt),
  UNIQUE (study, external_id)
);
CREATE INDEX prompts_by_text ON prompts (study, text_hash);

CREATE TABLE answers (
  study      BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  prompt     INTEGER NOT NULL,
  model      INTEGER NOT NULL,
  version    INTEGER NOT NULL DEFAULT 1,
  messages   TEXT NOT NULL,
  characters INTEGER NOT NULL,
  import     INTEGER NOT NULL,
  PRIMARY KEY (study, prompt, model, version)
);
CREATE INDEX answers_empty ON answers (study, prompt, model) WHERE characters = 0;

-- own_overlap: a file gave it; else it follows the study's until it opens. taken = counted judgments + live leases. open = a place is free and raters may be asked.
CREATE TABLE pairs (
  study       BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  pair        INTEGER NOT NULL,
  prompt      INTEGER NOT NULL,
  model_pair  INTEGER NOT NULL,
  role        TEXT NOT NULL DEFAULT 'normal' CHECK (role IN ('normal', 'gold', 'practice')),
  winner      SMALLINT,
  reason      TEXT,
  overlap     INTEGER NOT NULL,
  own_overlap BOOLEAN NOT NULL DEFAULT FALSE,
  position    BIGINT,
  wave        INTEGER NOT NULL DEFAULT 1,
  taken       INTEGER NOT NULL DEFAULT 0,
  balance     INTEGER NOT NULL DEFAULT 0,
  skips       INTEGER NOT NULL DEFAULT 0,
  identical   BOOLEAN NOT NULL DEFAULT FALSE,
  open        BOOLEAN NOT NULL DEFAULT FALSE,
  import      INTEGER NOT NULL,
  PRIMARY KEY (study, pair),
  UNIQUE (study, prompt, model_pair),
  CHECK (taken >= 0 AND taken <= overlap)
);
CREATE INDEX pairs_open ON pairs (study, position) WHERE open;

-- new_cursor: no open pair at or before this position holds a prompt that the rater has not met; again_cursor: nor a pair that she has not met.
-- day and judged_today: her count of the study's local day.
CREATE TABLE raters (
  study       BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  rater       INTEGER NOT NULL,
  external_id TEXT,
  name        TEXT NOT NULL,
  kind        TEXT NOT NULL CHECK (kind IN ('human', 'llm', 'simulated')),
  state       TEXT NOT NULL CHECK (state IN ('active', 'paused', 'removed')),
  quota       INTEGER,
  new_cursor  BIGINT NOT NULL DEFAULT 0,
  again_cursor BIGINT NOT NULL DEFAULT 0,
  asked       INTEGER NOT NULL DEFAULT 0,
  judged      INTEGER NOT NULL DEFAULT 0,
  day         INTEGER NOT NULL DEFAULT 0,
  judged_today INTEGER NOT NULL DEFAULT 0,
  import      INTEGER NOT NULL DEFAULT 0,
  created_at  BIGINT NOT NULL,
  PRIMARY KEY (study, rater),
  UNIQUE (study, name),
  UNIQUE (study, external_id)
);

CREATE TABLE rater_sides (
  study      BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  rater      INTEGER NOT NULL,
  model_pair INTEGER NOT NULL,
  balance    INTEGER NOT NULL,
  PRIMARY KEY (study, rater, model_pair)
) $clustered$;

-- state: 1 leased, 2 returned, 3 counted, 4 surplus, 5 skipped. left_side: 0 a, 1 b, null unknown (imported).
-- sequence: the number of its newest native judgment. ordinal: the rater's n-th assignment. exposure: how many pairs of this prompt she had met before.
CREATE TABLE assignments (
  study       BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  assignment  BIGINT NOT NULL,
  pair        INTEGER NOT NULL,
  prompt      INTEGER NOT NULL,
  rater       INTEGER NOT NULL,
  left_side   SMALLINT,
  state       SMALLINT NOT NULL,
  revision    INTEGER NOT NULL DEFAULT 0,
  winner      SMALLINT,
  sequence    BIGINT,
  ordinal     INTEGER NOT NULL,
  exposure    SMALLINT NOT NULL DEFAULT 0,
  expires_at  BIGINT,
  import      INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (study, assignment)
) $clustered$;
CREATE UNIQUE INDEX assignments_once ON assignments (study, rater, prompt, pair);
-- A query uses a partial index only where it repeats its condition.
CREATE INDEX assignments_of_rater ON assignments (study, rater) WHERE state < 3;
CREATE INDEX assignments_live ON assignments (study, expires_at) WHERE state = 1;

-- A pair that a rater passed over for good; taken_back: the number of the vote by which she thought better of it.
CREATE TABLE skips (
  study      BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  sequence   BIGINT NOT NULL,
  assignment BIGINT NOT NULL,
  pair       INTEGER NOT NULL,
  reason     TEXT NOT NULL,
  taken_back BIGINT,
  PRIMARY KEY (study, sequence)
) $clustered$;

-- The log: append only. import = 0: native, number = the study's sequence number. winner: 0 a, 1 b, 2 tie, 3 both bad.
CREATE TABLE judgments (
  study       BIGINT NOT NULL REFERENCES studies ON DELETE CASCADE,
  import      INTEGER NOT NULL,
  number      BIGINT NOT NULL,
  assignment  BIGINT NOT NULL,
  revision    INTEGER NOT NULL,
  winner      SMALLINT NOT NULL,
  score       DOUBLE PRECISION,
  counted     BOOLEAN NOT NULL,
  duration_ms INTEGER,
  client_at   BIGINT,
  created_at  BIGINT NOT NULL,
  details     TEXT,
  PRIMARY KEY (study, import, number)
) $clustered$;

-- A key belongs to an account or is a rater's. Only the SHA-256 is kept.
CREATE TABLE keys (
  key_id     $identity$,
  hash       TEXT NOT NULL UNIQUE,
  account    BIGINT REFERENCES accounts ON DELETE CASCADE,
  study      BIGINT REFERENCES studies ON DELETE CASCADE,
  rater      INTEGER,
  scope      TEXT NOT NULL CHECK (scope IN ('read', 'write')),
  name       TEXT NOT NULL,
  one_time   BOOLEAN NOT NULL DEFAULT FALSE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  used_at    BIGINT,
  revoked_at BIGINT
);

CREATE TABLE sessions (
  hash       TEXT PRIMARY KEY,
  key_id     BIGINT NOT NULL REFERENCES keys ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

-- Answers to POSTs with an Idempotency-Key, sealed with a key that only the caller holds.
CREATE TABLE idempotency (
  caller      BIGINT NOT NULL,
  idempotency TEXT NOT NULL,
  request     TEXT NOT NULL,
  status      INTEGER,
  answer      TEXT,
  created_at  BIGINT NOT NULL,
  PRIMARY KEY (caller, idempotency)
) $clustered$;
CREATE INDEX idempotency_by_age ON idempotency (created_at);
