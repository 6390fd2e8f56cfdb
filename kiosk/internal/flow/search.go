package flow

import (
	"slices"
	"strings"
	"unicode"

	"loket/queue-server/protocol"
)

// found returns the services that match the query, best first; services of equal rank stand in the
// order of the catalogue.
func (s *State) found() []protocol.Service {
	wanted := words(s.Query)
	if len(wanted) == 0 {
		return nil
	}
	type hit struct {
		service protocol.Service
		rank    int
	}
	var hits []hit
	for _, v := range s.Catalog.Services {
		if rank, ok := rankOf(s.searchTexts(v), wanted); ok {
			hits = append(hits, hit{v, rank})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return a.rank - b.rank })
	list := make([]protocol.Service, len(hits))
	for i, h := range hits {
		list[i] = h.service
	}
	return list
}

// searchTexts are the texts by which a service is found, the weightiest first: its names, other
// words for it, and its agency.
func (s *State) searchTexts(v protocol.Service) [][]string {
	agency, _ := s.AgencyByID(v.AgencyID) // a service without an agency has no words of one
	return [][]string{
		slices.Concat(words(v.Name.ID), words(v.Name.EN)),
		words(strings.Join(v.Keywords, " ")),
		slices.Concat(words(agency.Name.ID), words(agency.Name.EN),
			words(agency.Short.ID), words(agency.Short.EN)),
	}
}

// rankOf tells how well texts match all wanted words, smaller is better; false when a word is
// nowhere. A word counts by its best place: at the start of a word in the first text that has one,
// or else, from three letters on, inside a word.
func rankOf(texts [][]string, wanted []string) (rank int, ok bool) {
	for _, w := range wanted {
		best := -1
		for i, text := range texts {
			if at := placeOf(text, w); at >= 0 && (best < 0 || at+i*2 < best) {
				best = at + i*2
			}
		}
		if best < 0 {
			return 0, false
		}
		rank += best
	}
	return rank, true
}

// placeOf tells where a word is found: 0 at the start of the text, 1 at the start of another word,
// 7 inside a word, -1 nowhere.
func placeOf(text []string, wanted string) int {
	place := -1
	for i, have := range text {
		switch {
		case i == 0 && strings.HasPrefix(have, wanted):
			return 0
		case strings.HasPrefix(have, wanted):
			place = 1
		case place < 0 && len(wanted) >= 3 && strings.Contains(have, wanted):
			place = 7
		}
	}
	return place
}

// spellings that people use for the words of the official one; they are the same to the search.
var spellings = strings.NewReplacer(
	"antri", "antre", "akte", "akta", "ijin", "izin", "pasport", "paspor", "sertipikat", "sertifikat",
)

// words folds a text and splits it into words. A hyphenated word counts in its parts and as a
// whole, so that "KTP-el" is found by "ktp", "el" and "ktpel".
func words(text string) []string {
	text = spellings.Replace(strings.ToLower(text))
	var list []string
	for _, field := range strings.FieldsFunc(text, func(r rune) bool { return r != '-' && !isWord(r) }) {
		parts := strings.FieldsFunc(field, func(r rune) bool { return !isWord(r) })
		if len(parts) > 1 {
			list = append(list, strings.Join(parts, ""))
		}
		list = append(list, parts...)
	}
	return list
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
