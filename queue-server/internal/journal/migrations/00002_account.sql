-- +goose Up

-- Officers and administrators.
CREATE TABLE user (
    id       TEXT    PRIMARY KEY,
    login    TEXT    NOT NULL UNIQUE,
    name     TEXT    NOT NULL,
    role     TEXT    NOT NULL,
    hash     TEXT    NOT NULL, -- argon2id
    disabled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Kiosks and displays. Times are unix milliseconds, 0 for never.
CREATE TABLE device (
    id           TEXT    PRIMARY KEY,
    name         TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    zone         TEXT    NOT NULL,
    code_hash    BLOB    UNIQUE, -- SHA-256; NULL when it is paired
    code_expires INTEGER NOT NULL,
    token_hash   BLOB    UNIQUE, -- SHA-256; NULL until it is paired
    last_seen    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Log-in sessions.
CREATE TABLE session (
    hash    BLOB    PRIMARY KEY, -- SHA-256 of the cookie's token
    data    BLOB    NOT NULL,
    expires INTEGER NOT NULL     -- unix milliseconds
) STRICT, WITHOUT ROWID;

CREATE INDEX session_expires ON session (expires);
