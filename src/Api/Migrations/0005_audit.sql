-- Who changed what: one entry for each write of an account that was carried out. Never changed or removed, also when its study is; hash chains the entries.
CREATE TABLE audit (
  entry     BIGINT NOT NULL PRIMARY KEY,
  study     BIGINT,
  actor     TEXT NOT NULL,
  key_id    BIGINT NOT NULL,
  operation TEXT NOT NULL,
  path      TEXT NOT NULL,
  details   TEXT,
  at        BIGINT NOT NULL,
  hash      TEXT NOT NULL
);
CREATE INDEX audit_of_study ON audit (study, entry);
