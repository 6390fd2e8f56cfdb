package browsertest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"loket/queue-server/internal/console"
	"loket/queue-server/protocol"
)

// judged is what one of the two rule books says of a text: as a whole, typed so far, and the date of birth it tells.
type judged struct{ Whole, Prefix, Born string }

// byServer judges as the server does.
func byServer(text string, today time.Time) (j judged) {
	nik, err := protocol.ParseNIK(text, today)
	var refused *protocol.NIKError
	if errors.As(err, &refused) {
		j.Whole = string(refused.Problem)
	} else {
		j.Born = nik.BirthDate(today).Format(time.DateOnly)
	}
	j.Prefix = string(protocol.CheckNIK(text, today))
	return j
}

// texts are those of every rule and its borders, and a few thousand that differ from a good one in a digit or two.
func texts() []string {
	out := []string{
		"", "1", "19", "1971", madeUp, "197199 010190 0002", "197199.010190-0002", "1971990101900002", "197199010190000", "19719901019000021",
		"19719901019O0002", "1971993102900001", "1971997102900001", "1971992902000001", "1971992902010001", "1971996902990001",
		"1971994007580001", "1971997207580001", "1971990007580001", "1971993207580001", "1971994113580001", "1971994100580001", "1971994107580000",
		"2071994107580001", "0071994107580001", "9771994107580001", "1971992111260001", "1971992211260001", "1971992311260001", "1971992811990001",
		"04A2B3C4", "04a2b3c4d5e680", "04A2B3C4D5E680112233", "04A2B3C4D5E68011", "04A2B3CX", "12345678", "é971994107580001", "１９７１",
	}
	random := rand.New(rand.NewPCG(4, 19)) // the same texts in each run
	for range 3000 {
		raw := []byte(madeUp)
		for range 1 + random.IntN(3) {
			raw[random.IntN(len(raw))] = byte('0' + random.IntN(10))
		}
		out = append(out, string(raw[:random.IntN(len(raw)+1)]), string(raw))
	}
	for province := range 100 {
		out = append(out, fmt.Sprintf("%02d", province))
	}
	return out
}

func TestPagesJudgeANIKAsTheServerDoes(t *testing.T) {
	t.Parallel()
	f := newFake(t, console.Viewer{})
	tb := newTab(t, f.URL, 1366, 768)
	tb.open("/login")
	all := texts()
	list, err := json.Marshal(all)
	must(t, err)
	for _, today := range []time.Time{
		time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC),
		time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC),
		time.Date(2028, 2, 29, 23, 0, 0, 0, time.FixedZone("WIT", 9*3600)),
		time.Date(2099, 12, 31, 23, 59, 0, 0, time.UTC),
	} {
		got := ask[[]judged](tb, fmt.Sprintf(`import(document.querySelector('link[href*="/css/"]').href.replace("css/base.css", "js/nik.js")).then((nik) => %s.map((text) => {
			const Whole = nik.nikProblem(text, %q);
			return { Whole, Prefix: nik.checkNIK(text, %[2]q), Born: Whole ? "" : nik.birthDate(nik.bare(text), %[2]q) };
		}))`, list, today.Format(time.DateOnly)))
		for i, text := range all {
			if want := byServer(text, today); got[i] != want {
				t.Errorf("%q on %s: the page says %+v, the server %+v", text, today.Format(time.DateTime), got[i], want)
			}
		}
	}
}

// ask returns what the promise of an expression comes to.
func ask[T any](tb *tab, expression string) T {
	tb.t.Helper()
	value, err := chromedp.Run(tb.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	must(tb.t, err)
	return value
}
