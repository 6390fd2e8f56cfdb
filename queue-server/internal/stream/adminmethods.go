package stream

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"loket/queue-server/internal/account"
	"loket/queue-server/internal/queue"
	"loket/queue-server/internal/view"
	"loket/queue-server/protocol"
)

// The methods of the administrator.

// reload shows a change of the accounts to everybody who may see it.
func (c *call) reload(ctx context.Context) { c.s.AccountsChanged(ctx) }

func saveUser(ctx context.Context, c *call, p protocol.UserParams) (any, error) {
	saved, err := c.s.cfg.Accounts.SaveUser(ctx, account.User{
		ID: queue.OfficerID(p.ID), Login: p.Login, Name: p.Name, Role: p.Role, Disabled: p.Disabled,
	}, p.Password)
	if err != nil {
		return nil, err
	}
	c.reload(ctx)
	if p.ID != "" && p.ID != c.who.Officer.ID {
		// What she may do or is called may be different now: let her come in anew.
		c.s.dropUser(saved.ID)
	}
	return protocol.Empty{}, nil
}

func removeUser(ctx context.Context, c *call, p protocol.IDParams) (any, error) {
	id := queue.OfficerID(p.ID)
	if err := c.s.cfg.Accounts.RemoveUser(ctx, id); err != nil {
		return nil, err
	}
	c.reload(ctx)
	c.s.dropUser(id)
	return protocol.Empty{}, nil
}

func (s *Server) dropUser(id queue.OfficerID) {
	s.Drop(func(w Who) bool { return w.Officer != nil && w.Officer.ID == string(id) },
		&protocol.Error{Code: protocol.CodeLoginRequired, Message: "the account was changed"})
}

func addDevice(ctx context.Context, c *call, p protocol.DeviceParams) (any, error) {
	zone := queue.ZoneID(p.Zone)
	if zone != "" && !c.s.look(func(g *view.Glance) bool { return g.HasZone(zone) }) {
		return nil, invalid("there is no such zone")
	}
	d, err := c.s.cfg.Accounts.AddDevice(ctx, account.Device{Name: p.Name, Role: p.Role, Zone: zone})
	if err != nil {
		return nil, err
	}
	c.reload(ctx)
	return protocol.DeviceCode{ID: string(d.ID), Code: d.Code, Expires: d.Expires.Format(time.RFC3339)}, nil
}

func removeDevice(ctx context.Context, c *call, p protocol.IDParams) (any, error) {
	id := queue.DeviceID(p.ID)
	if err := c.s.cfg.Accounts.RemoveDevice(ctx, id); err != nil {
		return nil, err
	}
	c.reload(ctx)
	c.s.Drop(func(w Who) bool { return w.Device == id },
		&protocol.Error{Code: protocol.CodeTokenInvalid, Message: "the device was removed"})
	return protocol.Empty{}, nil
}

// ChangeCatalog gives the office a new catalogue, made from the present one by edit. edit must not
// change what it gets in place. by is the administrator.
func (s *Server) ChangeCatalog(ctx context.Context, h queue.Header, edit func(queue.Catalog) (queue.Catalog, error)) error {
	s.editing.Lock()
	defer s.editing.Unlock()
	var present queue.Catalog
	s.cfg.Office.Read(func(o *queue.Office) { present = o.Catalog })
	changed, err := edit(present)
	if err != nil {
		return err
	}
	_, err = s.cfg.Office.Do(ctx, &queue.ChangeCatalog{Header: h, Catalog: changed})
	return err
}

func saveCounter(ctx context.Context, c *call, p protocol.CounterConfig) (any, error) {
	fresh := queue.Counter{
		ID: queue.CounterID(p.ID), Number: p.Number, AgencyID: queue.AgencyID(p.AgencyID), ZoneID: queue.ZoneID(p.ZoneID),
	}
	for _, t := range p.Tiers {
		tier := queue.Tier{LimitMinutes: t.LimitMinutes}
		for _, id := range t.Services {
			tier.Services = append(tier.Services, queue.ServiceID(id))
		}
		fresh.Tiers = append(fresh.Tiers, tier)
	}
	if fresh.ID == "" {
		fresh.ID = queue.CounterID("loket-" + strconv.Itoa(p.Number) + "-" + uuid.NewString()[:4])
	}
	err := c.s.ChangeCatalog(ctx, c.header(), func(cat queue.Catalog) (queue.Catalog, error) {
		cat.Counters = slices.Clone(cat.Counters)
		i := slices.IndexFunc(cat.Counters, func(k queue.Counter) bool { return k.ID == fresh.ID })
		switch {
		case i >= 0:
			cat.Counters[i] = fresh
		case p.ID != "":
			return cat, &protocol.Error{Code: string(queue.CodeCounterUnknown), Message: "there is no such counter"}
		default:
			cat.Counters = append(cat.Counters, fresh)
		}
		return cat, nil
	})
	return protocol.Empty{}, err
}

func removeCounter(ctx context.Context, c *call, p protocol.IDParams) (any, error) {
	id := queue.CounterID(p.ID)
	busy := c.s.read(func(o *queue.Office) bool {
		state := o.Counters[id]
		return state != nil && state.Status != queue.CounterClosed
	})
	if busy {
		return nil, &protocol.Error{Code: string(queue.CodeCounterTaken), Message: "close the counter first"}
	}
	err := c.s.ChangeCatalog(ctx, c.header(), func(cat queue.Catalog) (queue.Catalog, error) {
		kept := slices.DeleteFunc(slices.Clone(cat.Counters), func(k queue.Counter) bool { return k.ID == id })
		if len(kept) == len(cat.Counters) {
			return cat, &protocol.Error{Code: string(queue.CodeCounterUnknown), Message: "there is no such counter"}
		}
		cat.Counters = kept
		return cat, nil
	})
	return protocol.Empty{}, err
}

// read asks one thing of the office.
func (s *Server) read(f func(*queue.Office) bool) (answer bool) {
	s.cfg.Office.Read(func(o *queue.Office) { answer = f(o) })
	return answer
}

func saveService(ctx context.Context, c *call, p protocol.ServiceConfig) (any, error) {
	err := c.s.ChangeCatalog(ctx, c.header(), func(cat queue.Catalog) (queue.Catalog, error) {
		i := slices.IndexFunc(cat.Services, func(s queue.Service) bool { return string(s.ID) == p.ID })
		if i < 0 {
			return cat, &protocol.Error{Code: string(queue.CodeServiceUnknown), Message: "there is no such service"}
		}
		cat.Services = slices.Clone(cat.Services)
		cat.Services[i] = serviceOf(p)
		return cat, nil
	})
	return protocol.Empty{}, err
}

func serviceOf(p protocol.ServiceConfig) queue.Service {
	requirements := make([]queue.Text, len(p.Requirements))
	for i, t := range p.Requirements {
		requirements[i] = queue.Text(t)
	}
	return queue.Service{
		ID: queue.ServiceID(p.ID), AgencyID: queue.AgencyID(p.AgencyID), Series: p.Series, ZoneID: queue.ZoneID(p.ZoneID),
		Name: queue.Text(p.Name), Requirements: requirements, BringShort: queue.Text(p.BringShort),
		StandardMinutes: p.StandardMinutes, Completion: queue.Text(p.Completion), Procedure: queue.Text(p.Procedure),
		FeeRupiah: p.FeeRupiah, FeeNote: queue.Text(p.FeeNote), LegalBasis: p.LegalBasis, Product: queue.Text(p.Product),
		Complaint: queue.Text(p.Complaint), Keywords: p.Keywords, DailyQuota: p.DailyQuota, LastTicket: p.LastTicket,
		Identity: p.Identity, PersonLimit: p.PersonLimit, Closed: p.Closed,
	}
}
