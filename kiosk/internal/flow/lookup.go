package flow

import (
	"time"

	"loket/queue-server/protocol"
)

// AgencyByID finds an agency of the catalogue.
func (s State) AgencyByID(id string) (protocol.Agency, bool) {
	for _, a := range s.Catalog.Agencies {
		if a.ID == id {
			return a, true
		}
	}
	return protocol.Agency{}, false
}

// ServiceByID finds a service of the catalogue.
func (s State) ServiceByID(id string) (protocol.Service, bool) {
	for _, v := range s.Catalog.Services {
		if v.ID == id {
			return v, true
		}
	}
	return protocol.Service{}, false
}

// ChosenAgency is the agency of AgencyID; false when none is chosen or the catalogue lost it.
func (s State) ChosenAgency() (protocol.Agency, bool) { return s.AgencyByID(s.AgencyID) }

// ChosenService is the service of ServiceID; false when none is chosen or the catalogue lost it.
func (s State) ChosenService() (protocol.Service, bool) { return s.ServiceByID(s.ServiceID) }

// ServiceLive is the live part of a service; false when the view says nothing of it.
func (s State) ServiceLive(id string) (protocol.ServiceState, bool) {
	for _, v := range s.Live.Services {
		if v.ID == id {
			return v, true
		}
	}
	return protocol.ServiceState{}, false
}

// ServiceClosed says whether a service issues no tickets by the latest view, and the error code why.
func (s State) ServiceClosed(id string) (code string, closed bool) {
	live, ok := s.ServiceLive(id)
	if !ok || live.Open {
		return "", false
	}
	if live.ClosedCode == "" {
		return "service_closed", true
	}
	return live.ClosedCode, true
}

// AgencyLive is what the tile of an agency says.
type AgencyLive struct {
	Open    bool // at least one of its services issues tickets now
	Waiting int  // people, over all its services
	// Wait spans the waits of its open services, from the shortest to the longest.
	Wait protocol.WaitRange
}

// AgencyLive sums up the live parts of an agency's services.
func (s State) AgencyLive(id string) AgencyLive {
	var sum AgencyLive
	for _, v := range s.Catalog.Services {
		if v.AgencyID != id {
			continue
		}
		live, ok := s.ServiceLive(v.ID)
		if !ok {
			continue
		}
		sum.Waiting += live.Waiting
		if live.Open {
			sum.Open = true
			sum.Wait = span(sum.Wait, live.Wait)
		}
	}
	return sum
}

// span is the range that covers both; one that is not known adds nothing.
func span(a, b protocol.WaitRange) protocol.WaitRange {
	switch {
	case !b.Known:
		return a
	case !a.Known:
		return b
	}
	return protocol.WaitRange{Known: true, Low: min(a.Low, b.Low), High: max(a.High, b.High)}
}

// Remaining is the time left on this screen in whole seconds, rounded up; 0 on Attract.
func (s State) Remaining() int {
	if s.Screen == Attract {
		return 0
	}
	left := s.Deadline.Sub(s.Now)
	return int(max(0, (left+time.Second-1)/time.Second))
}

// CanGoBack says whether Back means something on this screen.
func (s State) CanGoBack() bool {
	return s.Screen != Attract && s.Screen != Printing && s.Screen != OnScreen
}

func (s *State) servicesOf(agencyID string) []protocol.Service {
	var of []protocol.Service
	for _, v := range s.Catalog.Services {
		if v.AgencyID == agencyID {
			of = append(of, v)
		}
	}
	return of
}

// officeClosedCode is why the office issues no tickets.
func (s *State) officeClosedCode() string {
	if s.Live.ClosedCode == "" {
		return codeOfficeClosed
	}
	return s.Live.ClosedCode
}

// chosenClosed says whether the chosen service issues no tickets, as far as a fresh view tells.
// With a stale one the server is asked.
func (s *State) chosenClosed() (code string, closed bool) {
	if !s.Online {
		return "", false
	}
	if !s.Live.Open {
		return s.officeClosedCode(), true
	}
	return s.ServiceClosed(s.ServiceID)
}
