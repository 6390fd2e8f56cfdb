package stream_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"loket/queue-server/client"
	"loket/queue-server/internal/officetest"
	"loket/queue-server/internal/queue"
	"loket/queue-server/protocol"
)

// taken issues and confirms a ticket.
func taken(t *testing.T, kiosk *client.Client) protocol.IssueResult {
	t.Helper()
	var r protocol.IssueResult
	if err := kiosk.Request(t.Context(), protocol.MethodTicketIssue, protocol.IssueParams{TicketID: client.NewID(), ServiceID: "dukcapil-ktp"}, &r); err != nil {
		t.Fatal(err)
	}
	if err := kiosk.Request(t.Context(), protocol.MethodTicketConfirm, protocol.ConfirmParams{TicketID: r.TicketID, How: "printed"}, nil); err != nil {
		t.Fatal(err)
	}
	return r
}

func codeOf(err error) string {
	var e *protocol.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func TestATicketIsFoundByWhatStandsOnItsSlip(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	kiosk := o.Kiosk()
	mine, other := taken(t, kiosk), taken(t, kiosk)
	code := protocol.TicketCode(mine.Address)
	for name, p := range map[string]protocol.FindParams{
		"number and code":       {Number: mine.Number, Code: code},
		"in small letters":      {Number: mine.Number, Code: strings.ToLower(code)},
		"with O and I":          {Number: mine.Number, Code: strings.NewReplacer("0", "O", "1", "I").Replace(code)},
		"the token":             {Token: mine.Token},
		"the token as it reads": {Token: strings.ToLower(mine.Token)},
	} {
		var got protocol.FindResult
		if err := kiosk.Request(t.Context(), protocol.MethodTicketFind, p, &got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got.TicketID != mine.TicketID || got.Number != mine.Number || got.State != "waiting" || got.Address != mine.Address {
			t.Errorf("%s: %+v", name, got)
		}
	}
	var refusals []string
	for _, p := range []protocol.FindParams{
		{Number: mine.Number, Code: protocol.TicketCode(other.Token)},
		{Number: "A-999", Code: code},
		{Number: "nothing", Code: code},
		{Number: mine.Number, Code: "!!!!"},
		{Token: "0000000000000"},
	} {
		err := kiosk.Request(t.Context(), protocol.MethodTicketFind, p, nil)
		var e *protocol.Error
		if !errors.As(err, &e) {
			t.Fatalf("%+v: %v", p, err)
		}
		refusals = append(refusals, e.Code+e.Message)
	}
	if len(slices.Compact(refusals)) != 1 || !strings.HasPrefix(refusals[0], protocol.CodeTicketNotFound) {
		t.Errorf("the refusals tell what was wrong: %q", refusals)
	}
}

func TestGuessingCodesIsSlow(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	kiosk, other := o.Kiosk(), o.Kiosk()
	mine := taken(t, kiosk)
	wrong := protocol.FindParams{Number: "A-999", Code: "0000"}
	code := ""
	for range 200 { // more than can come back while they are asked
		if code = codeOf(kiosk.Request(t.Context(), protocol.MethodTicketFind, wrong, nil)); code == protocol.CodeRateLimited {
			break
		}
	}
	if code != protocol.CodeRateLimited {
		t.Fatalf("200 guesses in a row, the last: %q", code)
	}
	right := protocol.FindParams{Number: mine.Number, Code: protocol.TicketCode(mine.Token)}
	if err := other.Request(t.Context(), protocol.MethodTicketFind, right, nil); err != nil {
		t.Errorf("another kiosk pays for it: %v", err)
	}
}

func TestAReservationIsNotFound(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	kiosk := o.Kiosk()
	var r protocol.IssueResult
	if err := kiosk.Request(t.Context(), protocol.MethodTicketIssue, protocol.IssueParams{TicketID: client.NewID(), ServiceID: "dukcapil-ktp"}, &r); err != nil {
		t.Fatal(err)
	}
	if code := codeOf(kiosk.Request(t.Context(), protocol.MethodTicketFind, protocol.FindParams{Token: r.Token}, nil)); code != protocol.CodeTicketNotFound {
		t.Errorf("%q", code)
	}
	if code := codeOf(kiosk.Request(t.Context(), protocol.MethodTicketReprint, protocol.ReprintParams{TicketID: r.TicketID}, nil)); code != "ticket_state" {
		t.Errorf("a copy before the slip: %q", code)
	}
}

// ready waits until the officer sees n kiosks that can print.
func ready(t *testing.T, officer *client.Client, n int) protocol.ConsoleView {
	t.Helper()
	_, v := officetest.Await(t, officer, "kiosks that can print", func(_ client.Update, v protocol.ConsoleView) bool {
		got := 0
		for _, k := range v.Kiosks {
			if k.Ready {
				got++
			}
		}
		return got == n
	})
	return v
}

func job(id string) func(client.Update, protocol.KioskView) bool {
	return func(_ client.Update, v protocol.KioskView) bool {
		return slices.ContainsFunc(v.Prints, func(j protocol.PrintJob) bool { return j.ID == id })
	}
}

func outcome(id, state string) func(client.Update, protocol.ConsoleView) bool {
	return func(_ client.Update, v protocol.ConsoleView) bool {
		return slices.ContainsFunc(v.Prints, func(p protocol.ConsolePrint) bool { return p.ID == id && p.State == state })
	}
}

func TestAnOfficersCopyGoesToTheKioskAndIsAnswered(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	first, second := o.Kiosk(), o.Kiosk()
	mine := taken(t, second)
	officer := o.Officer("rina", "console/loket-1")
	v := ready(t, officer, 2)
	if v.Waiting[0].KioskID == "" {
		t.Error("the console does not know which kiosk issued the ticket")
	}
	id := client.NewID()
	want := protocol.ReprintParams{Number: mine.Number, JobID: id}
	var to, again protocol.ReprintResult
	for _, r := range []*protocol.ReprintResult{&to, &again} { // the second: her line broke, and she repeats
		if err := officer.Request(t.Context(), protocol.MethodTicketReprint, want, r); err != nil {
			t.Fatal(err)
		}
	}
	if to.DeviceID != v.Waiting[0].KioskID || to != again {
		t.Errorf("printed at %q, then %q; issued at %q", to.DeviceID, again.DeviceID, v.Waiting[0].KioskID)
	}
	_, seen := officetest.Await(t, second, "the job", job(id))
	if got := seen.Prints[0]; len(seen.Prints) != 1 || got.DeviceID != to.DeviceID || got.Number != mine.Number || got.Address != mine.Address {
		t.Errorf("jobs: %+v", seen.Prints)
	}
	if code := codeOf(first.Request(t.Context(), protocol.MethodTicketPrinted, protocol.PrintedParams{JobID: id}, nil)); code != protocol.CodePrintUnknown {
		t.Errorf("another kiosk answered the job: %q", code)
	}
	officetest.Await(t, officer, "that it is under way", outcome(id, protocol.PrintSent))
	if err := second.Request(t.Context(), protocol.MethodTicketPrinted, protocol.PrintedParams{JobID: id}, nil); err != nil {
		t.Fatal(err)
	}
	officetest.Await(t, officer, "that it is printed", outcome(id, protocol.PrintDone))
	officetest.Await(t, second, "no job", func(_ client.Update, v protocol.KioskView) bool { return len(v.Prints) == 0 })

	o.Running.Read(func(q *queue.Office) {
		ticket := q.Tickets[queue.TicketID(mine.TicketID)]
		if len(q.Tickets) != 1 || ticket.State != queue.Waiting || ticket.Number.String() != mine.Number || ticket.Reprints != 1 {
			t.Errorf("%d tickets, %+v", len(q.Tickets), ticket)
		}
	})
}

func TestACopyNeedsAKioskThatCanPrint(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	first, second := o.Kiosk(), o.Kiosk()
	mine := taken(t, second)
	officer := o.Officer("rina", "console/loket-1")
	v := ready(t, officer, 2)
	if err := second.Request(t.Context(), protocol.MethodDeviceReport, protocol.ReportParams{Part: "printer", Cause: "paper_out"}, nil); err != nil {
		t.Fatal(err)
	}
	ready(t, officer, 1)
	mineAt := v.Waiting[0].KioskID
	ask := func(device string) (r protocol.ReprintResult, code string) {
		err := officer.Request(t.Context(), protocol.MethodTicketReprint, protocol.ReprintParams{Number: mine.Number, JobID: client.NewID(), DeviceID: device}, &r)
		return r, codeOf(err)
	}
	if r, code := ask(""); code != "" || r.DeviceID == mineAt {
		t.Errorf("without a wish: %q %q", r.DeviceID, code)
	}
	if _, code := ask(mineAt); code != protocol.CodeKioskUnavailable {
		t.Errorf("the kiosk without paper: %q", code)
	}
	if err := first.Request(t.Context(), protocol.MethodDeviceReport, protocol.ReportParams{Part: "printer", Cause: "cover_open"}, nil); err != nil {
		t.Fatal(err)
	}
	ready(t, officer, 0)
	if _, code := ask(""); code != protocol.CodeKioskUnavailable {
		t.Errorf("no kiosk can print: %q", code)
	}
}

func TestAKioskLearnsItsOwnID(t *testing.T) {
	o := officetest.Start(t, officetest.Config{})
	token := o.Token(protocol.RoleKiosk, "K")
	want := deviceOf(t, o, token)
	for range 2 { // the second is welcomed to a topic that is there
		ws := dial(t, o, nil)
		say(t, ws, hello(protocol.RoleKiosk, token, "kiosk"))
		if got := hear(t, ws, protocol.TypeWelcome); got.Device != want || len(got.View) == 0 {
			t.Errorf("device %q, want %q", got.Device, want)
		}
	}
}

func deviceOf(t *testing.T, o *officetest.Office, token string) string {
	t.Helper()
	d, err := o.Accounts.DeviceByToken(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return string(d.ID)
}
