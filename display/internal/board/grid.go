package board

import "loket/queue-server/protocol"

// How much of the hall one page of the grid has.
const (
	MaxColumns = 4
	MaxRows    = 7
)

// Column is a zone, or a piece of a zone that has more counters than a column has rows.
type Column struct {
	Zone     protocol.Text
	Waiting  int
	Counters []protocol.BoardCounter // open ones, by number; at most MaxRows
	Again    bool                    // continues the column before it
}

// paginate lays the zones' open counters out in columns, and the columns on pages. Zones without
// an open counter and without anybody waiting take no room. No open counter at all gives no page.
func paginate(zones []protocol.BoardZone) [][]Column {
	var columns []Column
	open := 0
	rows := rowsFor(zones)
	for _, z := range zones {
		open += len(z.Serving)
		if len(z.Serving) == 0 && z.Waiting == 0 {
			continue
		}
		columns = append(columns, split(z, rows)...)
	}
	if open == 0 {
		return nil
	}
	var pages [][]Column
	for len(columns) > MaxColumns {
		pages = append(pages, columns[:MaxColumns])
		columns = columns[MaxColumns:]
	}
	return append(pages, columns)
}

// rowsFor spreads a hall that is one zone over two columns, so that its rows may be large.
func rowsFor(zones []protocol.BoardZone) int {
	if len(zones) != 1 {
		return MaxRows
	}
	n := len(zones[0].Serving)
	if n <= 4 {
		return 4
	}
	return min((n+1)/2, MaxRows)
}

func split(z protocol.BoardZone, rows int) []Column {
	column := Column{Zone: z.Name, Waiting: z.Waiting}
	rest := z.Serving
	var out []Column
	for len(rest) > rows {
		column.Counters = rest[:rows]
		out = append(out, column)
		rest = rest[rows:]
		column.Again = true
	}
	column.Counters = rest
	return append(out, column)
}
