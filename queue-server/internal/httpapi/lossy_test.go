package httpapi_test

import (
	"io"
	"net"
	"sync"
	"testing"

	"loket/queue-server/client"
	"loket/queue-server/internal/officetest"
	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// lossy is a TCP proxy that can lose what the server answers.
type lossy struct {
	net.Listener
	to string

	mu     sync.Mutex
	deaf   bool
	conns  []net.Conn
	copies sync.WaitGroup
}

func newLossy(t *testing.T, to string) *lossy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &lossy{Listener: l, to: to}
	p.copies.Go(p.accept)
	t.Cleanup(func() {
		_ = l.Close() // ends accept
		p.cut(false)
		p.copies.Wait()
	})
	return p
}

func (p *lossy) accept() {
	for {
		in, err := p.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", p.to)
		if err != nil {
			_ = in.Close() // the server is not there
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, in, out)
		p.mu.Unlock()
		p.copies.Go(func() { _, _ = io.Copy(out, in); _ = out.Close() })
		p.copies.Go(func() { p.answers(in, out); _ = in.Close() })
	}
}

// answers passes the server's bytes on, or loses them.
func (p *lossy) answers(in, out net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := out.Read(buf)
		if err != nil {
			return
		}
		p.mu.Lock()
		deaf := p.deaf
		p.mu.Unlock()
		if !deaf {
			if _, err := in.Write(buf[:n]); err != nil {
				return
			}
		}
	}
}

// cut breaks all connections, and says whether answers on new ones are lost.
func (p *lossy) cut(deaf bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deaf = deaf
	for _, c := range p.conns {
		_ = c.Close() // both ends notice
	}
	p.conns = nil
}

func TestATicketWhoseReplyWasLostIsIssuedOnce(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	_, service := seat(o)
	proxy := newLossy(t, o.Addr)
	u, err := client.StreamURL(proxy.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	kiosk := o.Connect(client.Config{URL: u, Role: protocol.RoleKiosk, Token: o.Token(protocol.RoleKiosk, "K"), Topic: protocol.TopicKiosk})
	officetest.Await(t, kiosk, "the kiosk to connect", func(u client.Update, _ protocol.KioskView) bool { return u.Connected })
	changed, stop := o.Running.Watch()
	defer stop()
	proxy.mu.Lock()
	proxy.deaf = true
	proxy.mu.Unlock()
	done := make(chan error, 1)
	var got protocol.IssueResult
	go func() {
		done <- kiosk.Request(t.Context(), protocol.MethodTicketIssue, protocol.IssueParams{TicketID: client.NewID(), ServiceID: string(service)}, &got)
	}()
	tickets := func() (n int) {
		o.Running.Read(func(q *queue.Office) { n = len(q.Tickets) })
		return n
	}
	for tickets() == 0 { // until it is issued, and its reply is on its way into nothing
		<-changed
	}
	proxy.cut(false)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := tickets(); n != 1 || got.Number != "A-001" {
		t.Errorf("%d tickets, the kiosk got %+v", n, got)
	}
}
