-- +goose Up

-- The log. Rows are only ever added; seq has no gaps. Ids rise with seq, which keeps them unique
-- without an index (a page less to write in every commit). sum chains each row to the one before,
-- so that a changed or missing row shows.
CREATE TABLE event (
    seq     INTEGER PRIMARY KEY,
    id      BLOB    NOT NULL,        -- UUIDv7
    at      INTEGER NOT NULL,        -- unix nanoseconds
    kind    TEXT    NOT NULL,
    actor   TEXT    NOT NULL,        -- system, device:<id> or officer:<id>
    subject TEXT    NOT NULL,
    command TEXT    NOT NULL,        -- id of the command that caused it, '' for none
    data    TEXT    NOT NULL,        -- JSON object, '' for none
    sum     BLOB    NOT NULL         -- first 16 bytes of SHA-256(sum before, this row)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER event_no_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
-- +goose StatementEnd

-- One row a ticket, for reports. Times are unix milliseconds, 0 for not yet.
CREATE TABLE ticket (
    day           TEXT    NOT NULL,
    series        TEXT    NOT NULL,
    n             INTEGER NOT NULL,
    id            TEXT    NOT NULL,
    ord           INTEGER NOT NULL, -- seq of its issue
    service       TEXT    NOT NULL, -- present one; a transfer changes it
    device        TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    due_at        INTEGER NOT NULL,
    issued_at     INTEGER NOT NULL,
    confirmed_at  INTEGER NOT NULL,
    called_at     INTEGER NOT NULL, -- first call
    started_at    INTEGER NOT NULL, -- first start
    ended_at      INTEGER NOT NULL, -- completed, cancelled or expired
    counter       TEXT    NOT NULL, -- latest
    officer       TEXT    NOT NULL, -- latest
    calls         INTEGER NOT NULL, -- calls and recalls
    holds         INTEGER NOT NULL,
    transfers     INTEGER NOT NULL,
    no_shows      INTEGER NOT NULL,
    serving_since INTEGER NOT NULL, -- 0 while it is not being served
    served_ms     INTEGER NOT NULL, -- at counters, without the part that is running
    PRIMARY KEY (day, series, n)
) STRICT, WITHOUT ROWID;

-- One row a stay of an officer at a counter. Times are unix milliseconds, 0 for not yet.
CREATE TABLE counter_session (
    ord          INTEGER PRIMARY KEY, -- seq of its opening
    day          TEXT    NOT NULL,
    counter      TEXT    NOT NULL,
    officer      TEXT    NOT NULL,
    opened_at    INTEGER NOT NULL,
    closed_at    INTEGER NOT NULL,
    paused_since INTEGER NOT NULL,
    paused_ms    INTEGER NOT NULL,
    calls        INTEGER NOT NULL, -- without recalls
    served       INTEGER NOT NULL,
    served_ms    INTEGER NOT NULL  -- of the tickets completed here, their other counters included
) STRICT;

-- One row a business day. Times are unix milliseconds, 0 for not yet.
CREATE TABLE business_day (
    ord       INTEGER PRIMARY KEY, -- seq of its opening
    day       TEXT    NOT NULL UNIQUE,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER NOT NULL,
    expired   INTEGER NOT NULL -- tickets that closing time ended
) STRICT;

-- The state as of an event, so that a start need not fold the whole log.
CREATE TABLE snapshot (
    seq    INTEGER PRIMARY KEY,
    format INTEGER NOT NULL,
    sum    BLOB    NOT NULL, -- SHA-256 of state
    state  BLOB    NOT NULL  -- gzip of JSON
) STRICT;
