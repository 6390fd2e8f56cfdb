package spool

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"strings"
)

// A line is "checksum stage ticket", the checksum in eight hex digits over what follows its space.

// encode writes a record as a line. Ids with blanks or line ends are refused: none is a UUID.
func encode(r Record) ([]byte, error) {
	if r.TicketID == "" || strings.ContainsAny(r.TicketID, " \t\r\n") {
		return nil, fmt.Errorf("ticket id %q cannot be kept", r.TicketID)
	}
	body := string(r.Stage) + " " + r.TicketID
	return fmt.Appendf(nil, "%08x %s\n", crc32.ChecksumIEEE([]byte(body)), body), nil
}

// parse folds lines into the tickets that are not done, and counts the lines that are torn or damaged.
func parse(raw []byte) (open map[string]Stage, damaged int) {
	open = map[string]Stage{}
	for line := range bytes.Lines(raw) {
		r, ok := decode(line)
		switch {
		case !ok:
			damaged++
		case r.Stage == Done:
			delete(open, r.TicketID)
		default:
			open[r.TicketID] = r.Stage
		}
	}
	return open, damaged
}

// decode reads one line with its end.
func decode(line []byte) (Record, bool) {
	text, whole := bytes.CutSuffix(line, []byte("\n"))
	sum, body, ok := bytes.Cut(text, []byte(" "))
	if !whole || !ok || string(sum) != fmt.Sprintf("%08x", crc32.ChecksumIEEE(body)) {
		return Record{}, false
	}
	stage, id, ok := strings.Cut(string(body), " ")
	r := Record{TicketID: id, Stage: Stage(stage)}
	switch r.Stage {
	case Printing, Printed, Shown, Done:
	default:
		return Record{}, false
	}
	if id == "" || strings.ContainsAny(id, " \t\r\n") || !ok {
		return Record{}, false
	}
	return r, true
}
