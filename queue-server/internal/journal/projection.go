package journal

import (
	"fmt"
	"time"

	"loket/queue-server/internal/queue"
)

// ticketKey is what a ticket is known by in the reporting table.
type ticketKey struct {
	day    queue.Day
	series string
	n      int
}

// ticketRow is a row of the reporting table ticket; the migration says what its columns mean.
type ticketRow struct {
	ticketKey
	id                                                         queue.TicketID
	ord                                                        int64
	service                                                    queue.ServiceID
	device                                                     queue.DeviceID
	state                                                      queue.TicketState
	dueAt, issuedAt, confirmedAt, calledAt, startedAt, endedAt int64
	counter                                                    queue.CounterID
	officer                                                    queue.OfficerID
	calls, holds, transfers, noShows                           int
	servingSince, servedMS                                     int64
}

// sessionRow is a row of the reporting table counter_session.
type sessionRow struct {
	ord                                       int64
	day                                       queue.Day
	counter                                   queue.CounterID
	officer                                   queue.OfficerID
	openedAt, closedAt, pausedSince, pausedMS int64
	calls, served                             int
	servedMS                                  int64
}

// dayRow is a row of the reporting table business_day.
type dayRow struct {
	ord                int64
	day                queue.Day
	openedAt, closedAt int64
	expired            int
}

// projection folds events into the rows of the reporting tables. It is pure: Append gives it the
// rows that are still open, Verify starts it empty. It notes which rows an event touched.
type projection struct {
	day      *dayRow
	tickets  map[queue.TicketID]*ticketRow   // of this day
	sessions map[queue.CounterID]*sessionRow // that are open

	changedDays     map[*dayRow]bool // true: the row is new
	changedTickets  map[*ticketRow]bool
	changedSessions map[*sessionRow]bool
}

func newProjection() *projection {
	return &projection{
		tickets:         make(map[queue.TicketID]*ticketRow),
		sessions:        make(map[queue.CounterID]*sessionRow),
		changedDays:     make(map[*dayRow]bool),
		changedTickets:  make(map[*ticketRow]bool),
		changedSessions: make(map[*sessionRow]bool),
	}
}

// settle forgets what changed, and the rows that can not change any more.
func (p *projection) settle() {
	for t := range p.changedTickets {
		if t.final() {
			delete(p.tickets, t.id)
		}
	}
	clear(p.changedDays)
	clear(p.changedTickets)
	clear(p.changedSessions)
}

// touch notes a change of a row without forgetting that it is new.
func touch[R any](changed map[*R]bool, row *R) {
	if !changed[row] {
		changed[row] = false
	}
}

// apply folds one event. An event that does not fit the rows is an error.
func (p *projection) apply(e *queue.Event) error {
	at := e.At.UnixMilli()
	switch e.Kind {
	case queue.TicketIssued:
		return p.issue(e, at)
	case queue.TicketConfirmed, queue.TicketCalled, queue.TicketRecalled, queue.TicketStarted, queue.TicketHeld,
		queue.TicketResumed, queue.TicketTransferred, queue.TicketCompleted, queue.TicketNoShow,
		queue.TicketRequeued, queue.TicketCancelled, queue.TicketExpired:
		t := p.tickets[queue.TicketID(e.Subject)]
		if t == nil || t.final() {
			return fmt.Errorf("event %d: %s of the unknown or ended ticket %s", e.Seq, e.Kind, e.Subject)
		}
		p.changeTicket(t, e, at)
	case queue.CounterOpened, queue.CounterWasPaused, queue.CounterWasClosed:
		p.changeCounter(e, at)
	case queue.DayOpened:
		p.openDay(e, at)
	case queue.DayClosed:
		if p.day != nil {
			p.day.closedAt = at
			p.day.expired += e.Data.Count
			touch(p.changedDays, p.day)
		}
	case queue.DeviceOnline, queue.DeviceOffline, queue.DeviceTrouble, queue.DeviceCleared, queue.CatalogChanged,
		queue.TicketReprinted, queue.TicketIdentified:
		// They change no reporting table.
	}
	return nil
}

func (p *projection) openDay(e *queue.Event, at int64) {
	day := e.Data.Day
	if day == "" {
		day = queue.Day(e.Subject)
	}
	if p.day != nil && p.day.day == day { // its hours were extended after it had closed
		p.day.closedAt = 0
		touch(p.changedDays, p.day)
		return
	}
	p.day = &dayRow{ord: e.Seq, day: day, openedAt: at}
	p.changedDays[p.day] = true
	clear(p.tickets)
}

func (p *projection) issue(e *queue.Event, at int64) error {
	if e.Data.Number == nil {
		return fmt.Errorf("event %d: a ticket without a number", e.Seq)
	}
	day := e.Data.Day
	if day == "" && p.day != nil {
		day = p.day.day
	}
	t := &ticketRow{
		ticketKey: ticketKey{day: day, series: e.Data.Number.Series, n: e.Data.Number.N},
		id:        queue.TicketID(e.Subject), ord: e.Seq, service: e.Data.ServiceID, device: e.Data.DeviceID,
		state: queue.Printing, dueAt: millis(e.Data.DueAt), issuedAt: at,
	}
	p.tickets[t.id] = t
	p.changedTickets[t] = true
	return nil
}

func (p *projection) changeTicket(t *ticketRow, e *queue.Event, at int64) {
	if e.Data.CounterID != "" {
		t.counter = e.Data.CounterID
	}
	if id := officerOf(e); id != "" {
		t.officer = id
	}
	t.change(e, at)
	if !e.Data.DueAt.IsZero() {
		t.dueAt = millis(e.Data.DueAt)
	}
	touch(p.changedTickets, t)
	s := p.sessions[t.counter]
	if s == nil {
		return
	}
	switch e.Kind {
	case queue.TicketCalled:
		s.calls++
	case queue.TicketCompleted:
		s.served++
		s.servedMS += t.servedMS
	default:
		return
	}
	touch(p.changedSessions, s)
}

func (p *projection) changeCounter(e *queue.Event, at int64) {
	counter := queue.CounterID(e.Subject)
	s := p.sessions[counter]
	switch {
	case e.Kind == queue.CounterOpened && s != nil && s.officer == officerOf(e):
		s.unpause(at)
	case e.Kind == queue.CounterOpened:
		if s != nil {
			p.closeSession(s, at)
		}
		s = &sessionRow{ord: e.Seq, counter: counter, officer: officerOf(e), openedAt: at}
		if p.day != nil {
			s.day = p.day.day
		}
		p.sessions[counter] = s
		p.changedSessions[s] = true
	case s == nil:
		return // paused or closed without a session: nothing to report
	case e.Kind == queue.CounterWasPaused:
		s.unpause(at)
		s.pausedSince = at
	default:
		p.closeSession(s, at)
	}
	touch(p.changedSessions, s)
}

func (p *projection) closeSession(s *sessionRow, at int64) {
	s.unpause(at)
	s.closedAt = at
	delete(p.sessions, s.counter)
	touch(p.changedSessions, s)
}

func (s *sessionRow) unpause(at int64) {
	if s.pausedSince != 0 {
		s.pausedMS += at - s.pausedSince
		s.pausedSince = 0
	}
}

// final says that no event of the ticket can come any more. An expired reservation may still be
// confirmed, by a kiosk that was cut off while it printed.
func (t *ticketRow) final() bool { return t.state == queue.Completed || t.state == queue.Cancelled }

// change is what an event does to its ticket alone.
func (t *ticketRow) change(e *queue.Event, at int64) {
	switch e.Kind {
	case queue.TicketConfirmed:
		t.state, t.confirmedAt, t.endedAt = queue.Waiting, at, 0
	case queue.TicketCalled:
		t.called(at)
	case queue.TicketRecalled:
		t.calls++
	case queue.TicketStarted, queue.TicketResumed:
		t.started(at)
	case queue.TicketHeld:
		t.stop(at, queue.Held)
		t.holds++
	case queue.TicketTransferred:
		t.stop(at, queue.Waiting)
		t.service = e.Data.ServiceID
		t.transfers++
	case queue.TicketNoShow:
		t.stop(at, queue.NoShow)
		t.noShows++
	case queue.TicketRequeued:
		t.state = queue.Waiting
	case queue.TicketCompleted:
		t.end(at, queue.Completed)
	case queue.TicketCancelled:
		t.end(at, queue.Cancelled)
	case queue.TicketExpired:
		t.end(at, queue.Expired)
	default:
		// apply sends events of tickets only.
	}
}

func (t *ticketRow) called(at int64) {
	t.state = queue.Called
	t.calls++
	if t.calledAt == 0 {
		t.calledAt = at
	}
}

func (t *ticketRow) started(at int64) {
	t.state, t.servingSince = queue.Serving, at
	if t.startedAt == 0 {
		t.startedAt = at
	}
}

func (t *ticketRow) stop(at int64, state queue.TicketState) {
	if t.servingSince != 0 {
		t.servedMS += at - t.servingSince
		t.servingSince = 0
	}
	t.state = state
}

func (t *ticketRow) end(at int64, state queue.TicketState) {
	t.stop(at, state)
	t.endedAt = at
}

// officerOf is the officer that an event is about: the one it names, or else the one who caused it.
func officerOf(e *queue.Event) queue.OfficerID {
	if e.Data.OfficerID != "" {
		return e.Data.OfficerID
	}
	if e.Actor.Kind == queue.ByOfficer {
		return queue.OfficerID(e.Actor.ID)
	}
	return ""
}

// millis is a time as the reporting tables have it.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
