package screen

import "loket/assets/theme"

// The services on a page: normal, large text, low reach, both.
var (
	servicePortrait  = [4]grid{{1, 8}, {1, 6}, {1, 4}, {1, 3}}
	serviceLandscape = [4]grid{{2, 4}, {2, 3}, {2, 3}, {2, 2}}
)

// service asks for the service of the chosen agency.
func (p *pen) service() {
	h := heading{Title: p.t("service.question"), Sub: p.step(2), Aside: p.searchWidth() + theme.Space2}
	if a, ok := p.s.ChosenAgency(); ok {
		h.Agency, h.Over = &a, p.in(a.Name)
	}
	work := p.headline(h)
	p.asideSearch()
	items, page, pages := p.s.ServicePage()
	if len(items) == 0 {
		p.empty(work, "document", p.t("service.none"), p.t("service.none_next"))
		return
	}
	space := p.paged(work, p.pick(servicePortrait, serviceLandscape), len(items), page, pages, 190)
	for i, v := range items {
		p.serviceRow(space.cell(i), v, nil)
	}
}
