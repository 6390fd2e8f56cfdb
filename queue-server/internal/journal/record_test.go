package journal

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"loket/queue-server/internal/queue"
)

func TestARecordGivesItsEventBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String()
		want := queue.Event{
			Seq: rapid.Int64Range(1, 1<<60).Draw(t, "seq"),
			ID:  "019a9000-0000-7000-8000-00000000000a",
			At:  time.UnixMilli(rapid.Int64Range(1, 1<<42).Draw(t, "at")).UTC(),
			// Ids of actors may hold the sign that stands between kind and id.
			Kind: "some.kind", Actor: queue.Actor{Kind: queue.ByOfficer, ID: text.Draw(t, "actor")},
			Subject: text.Draw(t, "subject"), Command: queue.CommandID(text.Draw(t, "command")),
			Data: queue.Data{
				Reason: text.Draw(t, "reason"), Count: rapid.Int().Draw(t, "count"),
				PersonID: queue.PersonID(text.Draw(t, "person")), Priority: text.Draw(t, "priority"),
			},
		}
		if rapid.Bool().Draw(t, "number") {
			want.Data.Number = &queue.Number{Series: "A", N: rapid.Int().Draw(t, "n")}
		}
		if rapid.Bool().Draw(t, "due") {
			want.Data.DueAt = want.At.Add(-time.Minute)
		}
		r, err := encode(&want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.decode()
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("\n got %+v\nwant %+v", got, want)
		}
	})
}

// A log outlives the programs that wrote it: what they wrote before tickets had persons is read as it was meant, and
// written again byte for byte, so that its chain still holds.
func TestARecordFromBeforeTicketsHadPersonsIsStillRead(t *testing.T) {
	at := time.Date(2026, 11, 16, 1, 0, 0, 0, time.UTC)
	for kind, data := range map[string]string{
		"ticket.issued":    `{"day":"2026-11-16","service_id":"ktp","number":{"series":"A","n":1},"due_at":"2026-11-16T01:00:00Z","device_id":"kiosk-1"}`,
		"ticket.confirmed": `{"reason":"printed"}`,
		"ticket.called":    `{"counter_id":"c1","officer_id":"officer-c1","call_id":"call-1"}`,
		"day.closed":       `{"day":"2026-11-16","count":3}`,
		"catalog.changed": `{"catalog":{"office":{"id":"o","name":{"id":"Kantor"},"place":{"id":""},"time_zone":"Asia/Jakarta",` +
			`"no_show_penalty_minutes":10,"max_head_start_minutes":15},"zones":[],"agencies":[],"services":[{"id":"ktp","agency_id":"a",` +
			`"series":"A","zone_id":"z","name":{"id":"KTP"},"requirements":[],"bring_short":{"id":""},"standard_minutes":10,` +
			`"completion":{"id":""},"procedure":{"id":""},"fee_rupiah":0,"legal_basis":"","product":{"id":""},"complaint":{"id":""}}],` +
			`"counters":[],"schedule":{"week":{}}}}`,
	} {
		t.Run(kind, func(t *testing.T) {
			old := record{seq: 7, id: make([]byte, 16), at: at.UnixNano(), kind: kind, actor: "system", subject: "x", data: data}
			e, err := old.decode()
			if err != nil {
				t.Fatal(err)
			}
			if e.Data.PersonID != "" || e.Data.Priority != "" {
				t.Errorf("it names a person or a class: %+v", e.Data)
			}
			again, err := encode(&e)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(again, old) || again.chain(sum{}) != old.chain(sum{}) {
				t.Errorf("it is written again as\n%s\nand was\n%s", again.data, old.data)
			}
		})
	}
}

func TestEachFieldCountsInTheChain(t *testing.T) {
	base := record{seq: 1, id: make([]byte, 16), at: 2, kind: "a", actor: "b", subject: "c", command: "d", data: "e"}
	seen := map[sum]string{base.chain(sum{}): "base", base.chain(sum{1}): "another before"}
	for name, change := range map[string]func(r *record){
		"seq": func(r *record) { r.seq++ }, "id": func(r *record) { r.id = append([]byte{1}, r.id[1:]...) },
		"at": func(r *record) { r.at++ }, "kind": func(r *record) { r.kind = "x" }, "actor": func(r *record) { r.actor = "x" },
		"subject": func(r *record) { r.subject = "x" }, "command": func(r *record) { r.command = "x" }, "data": func(r *record) { r.data = "x" },
		"moved border": func(r *record) { r.kind, r.actor = "ab", "" },
	} {
		r := base
		change(&r)
		s := r.chain(sum{})
		if other, ok := seen[s]; ok {
			t.Errorf("%s and %s have the same sum", name, other)
		}
		seen[s] = name
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("0123456789abcdef"), int64(1), "ticket.issued", "device:kiosk-1", `{"number":{"series":"A","n":1}}`)
	f.Add([]byte(nil), int64(-1), "", "", "")
	f.Add([]byte("0123456789abcdef"), int64(1<<62), "x", ":", "[1]")
	f.Fuzz(func(t *testing.T, id []byte, at int64, kind, actor, data string) {
		r := record{seq: 1, id: id, at: at, kind: kind, actor: actor, data: data}
		e, err := r.decode()
		if err != nil {
			return
		}
		if e.Seq != 1 || string(e.Kind) != kind {
			t.Errorf("decoded as %+v", e)
		}
		r.chain(sum{})
	})
}

func FuzzUnpack(f *testing.F) {
	good, err := pack([]byte(`{"format":1}`))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte{0x1f, 0x8b})
	f.Fuzz(func(_ *testing.T, b []byte) {
		if state, err := unpack(b); err == nil {
			_, _ = queue.Restore(state) // it must not panic; what it refuses, it refuses
		}
	})
}
