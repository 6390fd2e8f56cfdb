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
			Data: queue.Data{Reason: text.Draw(t, "reason"), Count: rapid.Int().Draw(t, "count")},
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
