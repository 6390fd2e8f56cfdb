package flow

import (
	"slices"

	"loket/queue-server/protocol"
)

// perPage is how many entries the present screen shows at once, at least 1. The numbers follow the
// layouts of package screen, which has the same numbers as columns and rows.
func (s *State) perPage() int {
	large, low := s.Prefs.LargeText, s.Prefs.LowReach
	switch s.Screen {
	case Agency:
		return choose(s.Landscape, large, low, sizes{14, 10, 8, 6}, sizes{16, 9, 9, 6})
	case Service:
		return choose(s.Landscape, large, low, sizes{8, 6, 4, 3}, sizes{8, 6, 6, 4})
	case Search:
		return choose(s.Landscape, large, low, sizes{6, 5, 2, 2}, sizes{4, 3, 2, 2})
	case Attract, Home, Requirements, Identity, Privacy, ConfirmPerson, Priority, Printing, Done, OnScreen, FindTicket,
		FoundTicket, Trouble:
	}
	return 1
}

// sizes are the entries of a page in the four combinations of large text and low reach.
type sizes struct{ normal, large, low, largeLow int }

func choose(landscape, large, low bool, portraitSizes, landscapeSizes sizes) int {
	of := portraitSizes
	if landscape {
		of = landscapeSizes
	}
	switch {
	case large && low:
		return of.largeLow
	case low:
		return of.low
	case large:
		return of.large
	}
	return of.normal
}

// AgencyPage returns the agencies on the present page, the page from 0 and the number of pages.
func (s State) AgencyPage() (items []protocol.Agency, page, pages int) {
	return cut(s.Catalog.Agencies, s.Page, s.perPage())
}

// ServicePage returns the services of the chosen agency on the present page, the page from 0 and
// the number of pages.
func (s State) ServicePage() (items []protocol.Service, page, pages int) {
	return cut(s.servicesOf(s.AgencyID), s.Page, s.perPage())
}

// SearchResults returns the services found on the present page, best first, the page from 0 and the
// number of pages. There are none while nothing is typed.
func (s State) SearchResults() (items []protocol.Service, page, pages int) {
	return cut(s.found(), s.Page, s.perPage())
}

// cut returns one page of a list. There is at least one page, and the page is one that exists.
func cut[T any](list []T, page, per int) (items []T, shown, pages int) {
	pages = max(1, (len(list)+per-1)/per)
	page = min(max(page, 0), pages-1)
	from := page * per
	return list[from:min(from+per, len(list))], page, pages
}

// keepPage moves Page to one that exists.
func (s *State) keepPage() {
	var pages int
	switch s.Screen {
	case Agency:
		_, s.Page, pages = s.AgencyPage()
	case Service:
		_, s.Page, pages = s.ServicePage()
	case Search:
		_, s.Page, pages = s.SearchResults()
	case Attract, Home, Requirements, Identity, Privacy, ConfirmPerson, Priority, Printing, Done, OnScreen, FindTicket,
		FoundTicket, Trouble:
	}
	if pages == 0 {
		s.Page = 0
	}
}

// turnTo turns to the page of the present list on which an entry stands, or the first.
func (s *State) turnTo(id string) {
	at := -1
	service := func(v protocol.Service) bool { return v.ID == id }
	switch s.Screen {
	case Agency:
		at = slices.IndexFunc(s.Catalog.Agencies, func(a protocol.Agency) bool { return a.ID == id })
	case Service:
		at = slices.IndexFunc(s.servicesOf(s.AgencyID), service)
	case Search:
		at = slices.IndexFunc(s.found(), service)
	case Attract, Home, Requirements, Identity, Privacy, ConfirmPerson, Priority, Printing, Done, OnScreen, FindTicket,
		FoundTicket, Trouble:
	}
	s.Page = max(at, 0) / s.perPage()
}
