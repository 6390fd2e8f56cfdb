package stream

import (
	"context"
	"strings"
	"time"

	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/view"
	"loket/queue-server/protocol"
)

// Who is the client at the other end of a connection, as its hello proved it.
type Who struct {
	Role    protocol.Role
	Topic   string
	Device  queue.DeviceID    // of a kiosk or display
	Officer *protocol.Officer // of an officer or admin
	Session string            // of an officer or admin
	Until   time.Time         // when that session ends
	Ticket  queue.TicketID    // of a citizen
	Have    int64             // seq of the last view that the client holds
}

// actor is who the journal names.
func (w Who) actor() queue.Actor {
	switch {
	case w.Officer != nil:
		return queue.Actor{Kind: queue.ByOfficer, ID: w.Officer.ID}
	case w.Device != "":
		return queue.Actor{Kind: queue.ByDevice, ID: string(w.Device)}
	}
	return queue.Actor{Kind: queue.ByCitizen, ID: string(w.Ticket)}
}

// identify checks a hello.
func (s *Server) identify(f protocol.Frame, signedIn *SignedIn) (Who, *protocol.Error) {
	if f.Version != protocol.Version {
		return Who{}, &protocol.Error{Code: protocol.CodeVersionUnsupported, Message: "this server speaks version 1"}
	}
	if f.Office != "" && f.Office != s.officeID() {
		return Who{}, &protocol.Error{Code: protocol.CodeOfficeUnknown, Message: "this server is of another office"}
	}
	who := Who{Role: f.Role, Topic: f.Topic, Have: f.Have}
	var e *protocol.Error
	switch f.Role {
	case protocol.RoleKiosk, protocol.RoleDisplay:
		e = s.identifyDevice(&who, f)
	case protocol.RoleOfficer, protocol.RoleAdmin:
		e = identifyUser(&who, signedIn)
	case protocol.RoleCitizen:
		e = s.identifyCitizen(&who)
	default:
		e = &protocol.Error{Code: protocol.CodeForbidden, Message: "unknown role"}
	}
	if e != nil {
		return Who{}, e
	}
	return who, s.mayFollow(who)
}

func (s *Server) officeID() (id string) {
	s.cfg.Office.Read(func(o *queue.Office) { id = string(o.Catalog.Office.ID) })
	return id
}

func (s *Server) identifyDevice(who *Who, f protocol.Frame) *protocol.Error {
	ctx, cancel := context.WithTimeout(s.ctx, protocol.HelloTimeout)
	defer cancel()
	d, err := s.cfg.Accounts.DeviceByToken(ctx, f.Token)
	if err != nil {
		return s.WireError(err, "find device")
	}
	if d.Role != f.Role {
		return &protocol.Error{Code: protocol.CodeForbidden, Message: "the token is of a " + string(d.Role)}
	}
	who.Device = d.ID
	return nil
}

func identifyUser(who *Who, signedIn *SignedIn) *protocol.Error {
	if signedIn == nil {
		return &protocol.Error{Code: protocol.CodeLoginRequired, Message: "no log-in session came with the handshake"}
	}
	u := signedIn.User
	if who.Role == protocol.RoleAdmin && u.Role != protocol.RoleAdmin {
		return &protocol.Error{Code: protocol.CodeForbidden, Message: "the user is no administrator"}
	}
	who.Officer = &protocol.Officer{ID: string(u.ID), Name: u.Name, Role: u.Role}
	who.Session, who.Until = signedIn.Session, signedIn.Until
	return nil
}

func (s *Server) identifyCitizen(who *Who) *protocol.Error {
	token, ok := strings.CutPrefix(who.Topic, protocol.TopicTicket)
	if !ok {
		return &protocol.Error{Code: protocol.CodeForbidden, Message: "a citizen follows her ticket only"}
	}
	if who.Ticket, ok = s.Ticket(token); !ok {
		return &protocol.Error{Code: protocol.CodeTicketUnknown, Message: "no ticket of today has this token"}
	}
	canonical, _ := protocol.CanonicalToken(token) // it was found, so it is one
	who.Topic = protocol.TopicTicket + canonical
	return nil
}

// mayFollow checks that the topic exists and is open to the role.
func (s *Server) mayFollow(who Who) *protocol.Error {
	kind, id, _ := strings.Cut(who.Topic, "/")
	var roles []protocol.Role
	exists := true
	switch kind {
	case protocol.TopicKiosk:
		roles, exists = []protocol.Role{protocol.RoleKiosk}, id == ""
	case "board":
		roles = []protocol.Role{protocol.RoleDisplay, protocol.RoleAdmin}
		exists = s.look(func(g *view.Glance) bool { return g.HasZone(queue.ZoneID(id)) })
	case protocol.TopicLobby:
		roles = []protocol.Role{protocol.RoleOfficer, protocol.RoleAdmin}
		if strings.Contains(who.Topic, "/") {
			exists = s.look(func(g *view.Glance) bool { return g.HasCounter(queue.CounterID(id)) })
		}
	case protocol.TopicSupervisor:
		roles, exists = []protocol.Role{protocol.RoleAdmin}, id == ""
	case "ticket":
		roles = []protocol.Role{protocol.RoleCitizen}
	default:
		exists = false
	}
	if !exists {
		return &protocol.Error{Code: protocol.CodeTopicUnknown, Message: "there is no such topic"}
	}
	for _, role := range roles {
		if role == who.Role {
			return nil
		}
	}
	return &protocol.Error{Code: protocol.CodeForbidden, Message: "this topic is not for a " + string(who.Role)}
}

// look asks one thing of the office as a view sees it.
func (s *Server) look(f func(*view.Glance) bool) (ok bool) {
	s.cfg.Office.Read(func(o *queue.Office) { ok = f(s.glance(o)) })
	return ok
}
