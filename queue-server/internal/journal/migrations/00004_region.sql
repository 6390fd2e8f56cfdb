-- +goose Up

-- Names of provinces, regencies and districts by the Ministry of Home Affairs' codes, from a file that the office
-- imported.
CREATE TABLE region (
    code TEXT PRIMARY KEY, -- 2, 4 or 6 digits: the beginning of a NIK
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
