package stream

import (
	"context"

	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// The methods of the officer at a counter. That she sits there is checked by the queue.

// simple runs a command that only needs to be accepted.
func (c *call) simple(ctx context.Context, command queue.Command) (any, error) {
	_, err := c.do(ctx, command)
	return protocol.Empty{}, err
}

func openCounter(ctx context.Context, c *call, p protocol.CounterParams) (any, error) {
	return c.simple(ctx, &queue.OpenCounter{
		Header: c.header(), CounterID: queue.CounterID(p.CounterID), OfficerID: queue.OfficerID(c.who.Officer.ID),
	})
}

func pauseCounter(ctx context.Context, c *call, p protocol.CounterParams) (any, error) {
	return c.simple(ctx, &queue.PauseCounter{Header: c.header(), CounterID: queue.CounterID(p.CounterID)})
}

func closeCounter(ctx context.Context, c *call, p protocol.CounterParams) (any, error) {
	return c.simple(ctx, &queue.CloseCounter{Header: c.header(), CounterID: queue.CounterID(p.CounterID)})
}

// called runs a command that announces a ticket, and answers with its number.
func (c *call) called(ctx context.Context, command queue.Command) (any, error) {
	result, err := c.do(ctx, command)
	if err != nil {
		return nil, err
	}
	t, ok := c.ticket(result.TicketID)
	if !ok {
		return nil, unknownTicket() // a repeat that comes on the next day
	}
	return protocol.CallResult{Number: t.Number.String()}, nil
}

// callParams checks what the three calling methods share.
func (c *call) callParams(p protocol.CallParams) (queue.CounterID, queue.CallID, error) {
	if !isUUID(p.CallID) {
		return "", "", invalid("call_id must be a UUIDv7 in lower case")
	}
	return queue.CounterID(p.CounterID), queue.CallID(p.CallID), nil
}

func callNext(ctx context.Context, c *call, p protocol.CallParams) (any, error) {
	counter, callID, err := c.callParams(p)
	if err != nil {
		return nil, err
	}
	return c.called(ctx, &queue.CallNext{Header: c.header(), CounterID: counter, CallID: callID})
}

func callTicket(ctx context.Context, c *call, p protocol.CallParams) (any, error) {
	counter, callID, err := c.callParams(p)
	if err != nil {
		return nil, err
	}
	ticket, err := c.numbered(p.Number)
	if err != nil {
		return nil, err
	}
	return c.called(ctx, &queue.CallTicket{Header: c.header(), CounterID: counter, TicketID: ticket, CallID: callID})
}

func recallTicket(ctx context.Context, c *call, p protocol.CallParams) (any, error) {
	counter, callID, err := c.callParams(p)
	if err != nil {
		return nil, err
	}
	return c.called(ctx, &queue.RecallTicket{Header: c.header(), CounterID: counter, CallID: callID})
}

func startTicket(ctx context.Context, c *call, p protocol.CounterParams) (any, error) {
	return c.simple(ctx, &queue.StartTicket{Header: c.header(), CounterID: queue.CounterID(p.CounterID)})
}

func holdTicket(ctx context.Context, c *call, p protocol.CounterParams) (any, error) {
	return c.simple(ctx, &queue.HoldTicket{Header: c.header(), CounterID: queue.CounterID(p.CounterID)})
}

func noShowTicket(ctx context.Context, c *call, p protocol.CounterParams) (any, error) {
	return c.simple(ctx, &queue.NoShowTicket{Header: c.header(), CounterID: queue.CounterID(p.CounterID)})
}

func completeTicket(ctx context.Context, c *call, p protocol.CounterParams) (any, error) {
	return c.simple(ctx, &queue.CompleteTicket{Header: c.header(), CounterID: queue.CounterID(p.CounterID)})
}

func transferTicket(ctx context.Context, c *call, p protocol.TransferParams) (any, error) {
	return c.simple(ctx, &queue.TransferTicket{Header: c.header(), CounterID: queue.CounterID(p.CounterID), ServiceID: queue.ServiceID(p.ServiceID)})
}

func resumeTicket(ctx context.Context, c *call, p protocol.NumberParams) (any, error) {
	ticket, err := c.numbered(p.Number)
	if err != nil {
		return nil, err
	}
	return c.simple(ctx, &queue.ResumeTicket{Header: c.header(), CounterID: queue.CounterID(p.CounterID), TicketID: ticket})
}

func requeueTicket(ctx context.Context, c *call, p protocol.NumberParams) (any, error) {
	ticket, err := c.numbered(p.Number)
	if err != nil {
		return nil, err
	}
	return c.simple(ctx, &queue.RequeueTicket{Header: c.header(), TicketID: ticket})
}
