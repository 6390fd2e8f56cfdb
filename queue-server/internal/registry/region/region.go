// Package region names the place in which a NIK was first registered: province, regency and district, from a file of
// the Ministry of Home Affairs' codes that an office may import.
//
// It judges no NIK: codes retire, so one that is not in the file is as good as any. Its invariant: a file is taken as a
// whole, or not at all.
package region

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"loket/queue-server/internal/journal"
	"loket/queue-server/protocol"
)

// Names are the names of regions. The zero value knows the provinces that package protocol knows. It may be used from
// any goroutine.
type Names struct {
	byCode map[string]string
}

// Open reads the names that were imported into db.
func Open(ctx context.Context, db journal.DB) (*Names, error) {
	rows, err := db.Read.QueryContext(ctx, "SELECT code, name FROM region")
	if err != nil {
		return nil, fmt.Errorf("read regions: %w", err)
	}
	defer rows.Close() // Err below says what went wrong
	n := &Names{byCode: make(map[string]string)}
	for rows.Next() {
		var code, name string
		if err := rows.Scan(&code, &name); err != nil {
			return nil, fmt.Errorf("read regions: %w", err)
		}
		n.byCode[code] = shown(name)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read regions: %w", err)
	}
	return n, nil
}

// Len is how many regions were imported.
func (n *Names) Len() int { return len(n.byCode) }

// Name is where a NIK was first registered, the smallest place first, as far as it is known: "Rangkui, Kota
// Pangkalpinang, Kepulauan Bangka Belitung".
func (n *Names) Name(nik protocol.NIK) string {
	var places []string
	for _, digits := range []int{districtDigits, regencyDigits, provinceDigits} {
		if len(nik) < digits {
			continue
		}
		name := n.byCode[string(nik[:digits])]
		if name == "" && digits == provinceDigits {
			name = nik.Province()
		}
		if name != "" {
			places = append(places, name)
		}
	}
	return strings.Join(places, ", ")
}

// How many digits of a NIK tell what.
const (
	provinceDigits = 2
	regencyDigits  = 4
	districtDigits = 6
)

// shown makes a name in capitals, as official files have it, one to read: "KOTA PANGKALPINANG" is "Kota Pangkalpinang".
func shown(name string) string {
	if strings.IndexFunc(name, unicode.IsLower) >= 0 {
		return name
	}
	words := strings.Fields(name)
	for i, word := range words {
		if word == "DKI" || word == "DI" {
			continue
		}
		letters := []rune(strings.ToLower(word))
		for j := range letters {
			if j == 0 || !unicode.IsLetter(letters[j-1]) && letters[j-1] != '\'' {
				letters[j] = unicode.ToUpper(letters[j])
			}
		}
		words[i] = string(letters)
	}
	return strings.Join(words, " ")
}

// Import replaces the names in db by those of a file (Parse says which form it has), and returns how many there are.
func Import(ctx context.Context, db journal.DB, r io.Reader) (n int, warnings []Warning, err error) {
	if db.Write == nil {
		return 0, nil, errors.New("import regions: the database is only read from")
	}
	regions, warnings, err := Parse(r)
	if err != nil {
		return 0, warnings, fmt.Errorf("import regions: %w", err)
	}
	if err := replace(ctx, db.Write, regions); err != nil {
		return 0, warnings, fmt.Errorf("import regions: %w", err)
	}
	return len(regions), warnings, nil
}

func replace(ctx context.Context, db *sql.DB, regions []Region) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing, and else the first error counts
	if _, err := tx.ExecContext(ctx, "DELETE FROM region"); err != nil {
		return err
	}
	insert, err := tx.PrepareContext(ctx, "INSERT INTO region (code, name) VALUES (?, ?)")
	if err != nil {
		return err
	}
	defer insert.Close() // it goes with the transaction
	for _, r := range regions {
		if _, err := insert.ExecContext(ctx, r.Code, r.Name); err != nil {
			return err
		}
	}
	return tx.Commit()
}
