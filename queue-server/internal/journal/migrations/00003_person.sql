-- +goose Up

-- The generations of keys that persons are sealed with; the keys themselves are in a file outside. proof tells
-- that a key file is this database's own.
CREATE TABLE person_key (
    id    TEXT NOT NULL PRIMARY KEY,
    proof BLOB NOT NULL -- HMAC-SHA256
) STRICT, WITHOUT ROWID;

-- Visitors. Sealed columns are AES-256-GCM: nonce, ciphertext, tag. Times are unix milliseconds, 0 for never.
CREATE TABLE person (
    id         TEXT    NOT NULL PRIMARY KEY, -- random
    key        TEXT    NOT NULL REFERENCES person_key (id),
    nik_mac    BLOB    NOT NULL UNIQUE, -- HMAC-SHA256, to find her by
    nik        BLOB    NOT NULL, -- sealed
    name       BLOB    NOT NULL, -- sealed
    birth_date BLOB    NOT NULL, -- sealed
    state      TEXT    NOT NULL,
    why        TEXT    NOT NULL,
    code       TEXT    NOT NULL,
    checked_at INTEGER NOT NULL,
    retry_at   INTEGER NOT NULL,
    tries      INTEGER NOT NULL,
    last_visit INTEGER NOT NULL
) STRICT;

CREATE INDEX person_by_key ON person (key);
CREATE INDEX person_by_retry ON person (retry_at) WHERE retry_at > 0;
CREATE INDEX person_by_visit ON person (last_visit);

-- Cards bound to persons.
CREATE TABLE card (
    id     TEXT NOT NULL PRIMARY KEY, -- random
    key    TEXT NOT NULL REFERENCES person_key (id),
    person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    mac    BLOB NOT NULL UNIQUE, -- HMAC-SHA256, to find it by
    uid    BLOB NOT NULL -- sealed for this card and this person
) STRICT;

CREATE INDEX card_by_key ON card (key);
CREATE INDEX card_by_person ON card (person);

-- What was done with personal data. Rows are only ever added, and hold none.
CREATE TABLE audit (
    seq        INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL, -- unix milliseconds
    actor_kind TEXT    NOT NULL,
    actor_id   TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    person     TEXT    NOT NULL, -- '' for nobody in particular; may be erased by now
    ticket     TEXT    NOT NULL, -- number
    why        TEXT    NOT NULL,
    outcome    TEXT    NOT NULL
) STRICT;

CREATE INDEX audit_by_person ON audit (person, seq) WHERE person <> '';
CREATE INDEX audit_by_run ON audit (at) WHERE action = 'expired';

-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
-- +goose StatementEnd

-- INSERT OR REPLACE would delete without asking the trigger above.
-- +goose StatementBegin
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
-- +goose StatementEnd
