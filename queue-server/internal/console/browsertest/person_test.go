package browsertest

import (
	"encoding/json"
	"fmt"
	"testing"

	"loket/queue-server/protocol"
)

// madeUp is the NIK of nobody: the district 99 does not exist.
const madeUp = "1971994107580001"

// serving opens the desk of counter 3 with A-017 of a view.
func serving(t *testing.T, f *fake, v protocol.ConsoleView) *tab {
	t.Helper()
	f.show(v)
	tb := newTab(t, f.URL, 1366, 768)
	tb.open("/console/loket-3")
	tb.says("#now-number", "A-017")
	return tb
}

// seen opens the desk and reveals the person of A-017.
func seen(t *testing.T, f *fake) *tab {
	t.Helper()
	f.answer(protocol.MethodPersonReveal, revealed)
	tb := serving(t, f, of(at(desk(), "serving"), ""))
	tb.hit("l", "#reveal")
	tb.says("#person-name", revealed.Name)
	return tb
}

// leftBehind is everything of a page that outlives what it shows: the document, its fields, title, address and storage.
const leftBehind = `JSON.stringify([document.documentElement.outerHTML, [...document.querySelectorAll("input, textarea")].map((e) => e.value),
	document.title, location.href, history.state, Object.entries(sessionStorage), Object.entries(localStorage)])`

// clean waits until a page is masked again and fails when anything personal is left in it.
func (tb *tab) clean() {
	tb.t.Helper()
	tb.until(`!document.querySelector("#person.revealed") && !document.querySelector("dialog[open]")`)
	for _, secret := range []string{madeUp, "197199 410758 0001", "Siti", "1958", "04A2B3C4D5E680"} {
		tb.until(fmt.Sprintf(`!%s.includes(%q)`, leftBehind, secret))
	}
}

// params decodes those of the only request of a method.
func params[T any](t *testing.T, f *fake, method string) (p T) {
	t.Helper()
	f.await(t, method, 1)
	all := f.asked(method)
	if len(all) != 1 {
		t.Fatalf("%s was asked for %d times, want once", method, len(all))
	}
	must(t, json.Unmarshal(all[0].Params, &p))
	return p
}

func TestThePersonIsMaskedUntilTheOfficerAsksAndThenForTwentySecondsOnly(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	tb := serving(t, f, of(at(desk(), "serving"), ""))
	tb.says("#person-name", "S*** C*****")
	tb.says("#person-nik", "1971********0001")
	tb.says("#person-state", "NIK terverifikasi")
	tb.says("#person-priority", "Lansia")
	f.answer(protocol.MethodPersonReveal, revealed)
	tb.hit("l", "#reveal")
	tb.says("#person-name", revealed.Name)
	tb.says("#person-nik", "197199 410758 0001")
	tb.says("#person-more", "Lahir 1 Juli 1958 · Kota Pangkalpinang")
	tb.says("#person-logged", "dicatat")
	if p := params[protocol.PersonParams](t, f, protocol.MethodPersonReveal); p != (protocol.PersonParams{CounterID: "loket-3", Number: "A-017"}) {
		t.Errorf("asked for %+v", p)
	}
	f.show(of(at(desk(), "serving"), "")) // a new view of the same ticket changes nothing
	tb.until(`document.querySelector("#person.revealed")`)
	// Twenty seconds pass on the page's clock.
	evaluate[bool](tb, `((now) => { performance.now = () => now() + 20000; return true; })(performance.now.bind(performance))`)
	tb.clean()
	tb.says("#person-name", "S*** C*****")
}

func TestWhatWasRevealedIsHiddenWhen(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*fake, *tab){
		"the ticket ends": func(f *fake, _ *tab) { f.show(desk()) },
		"the next ticket is there": func(f *fake, _ *tab) {
			v := of(at(desk(), "serving"), "")
			v.Current.Number = "A-018"
			f.show(v)
		},
		"the ticket goes to another person": func(f *fake, _ *tab) {
			v := of(at(desk(), "serving"), "")
			v.Current.Person.ID = "p2"
			f.show(v)
		},
		"the officer presses the key again": func(_ *fake, tb *tab) { tb.hit("l", "#reveal") },
		"the officer presses Esc":           func(_ *fake, tb *tab) { tb.press(escape) },
		"the officer looks at another page": func(_ *fake, tb *tab) {
			evaluate[bool](tb, `Object.defineProperty(document, "hidden", { value: true }) && document.dispatchEvent(new Event("visibilitychange"))`)
		},
		"the officer changes the NIK": func(_ *fake, tb *tab) {
			tb.hit("n", "#pause")
			tb.until(`document.querySelector("#nik-dialog[open]")`)
			tb.press(escape)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, officer)
			tb := seen(t, f)
			end(f, tb)
			tb.clean()
		})
	}
}

func TestAnAnswerForATicketThatHasLeftIsNotShown(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	tb := serving(t, f, of(at(desk(), "serving"), ""))
	f.hush(true)
	tb.hit("l", "#reveal")
	f.await(t, protocol.MethodPersonReveal, 1)
	v := of(at(desk(), "called"), "")
	v.Current.Number, v.Current.Person.ID = "A-018", "p2"
	f.show(v)
	tb.says("#now-number", "A-018")
	f.hush(false)
	f.reply(f.asked(protocol.MethodPersonReveal)[0], revealed)
	tb.ready("#start") // the answer has come
	tb.clean()
}

func TestUnverifiedSaysWhyAndWhenInWords(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	tb := serving(t, f, of(at(desk(), "called"), protocol.WhyQuota))
	for why, words := range map[string]string{
		protocol.WhyOff: "tidak memeriksa", protocol.WhySlow: "belum menjawab", protocol.WhyNetwork: "tidak terjangkau",
		protocol.WhyQuota: "Kuota", protocol.WhyHours: "jam layanan", protocol.WhyConfig: "pengelola",
		protocol.WhyNotFound: "tidak ditemukan", protocol.WhyMismatch: "berbeda", protocol.WhyOfficer: "tidak dapat memproses",
	} {
		f.show(of(at(desk(), "called"), why))
		tb.says("#person-more", words)
		tb.says("#person-more", "Akan diperiksa lagi")
		tb.says("#person-state", "Belum terverifikasi")
		tb.until(fmt.Sprintf(`document.querySelector("#verify").hidden === %t`, why == protocol.WhyOff))
	}
	v := of(at(desk(), "called"), protocol.WhyOfficer)
	v.Current.Person.State, v.Current.Person.Why = protocol.PersonRefer, ""
	f.show(v)
	tb.says("#person-state", "Perlu petugas Dukcapil")
	tb.hit("v", "#verify")
	tb.says("#toast.ok", "Diperiksa lagi")
	tb.until(`document.querySelector("#toast use").getAttribute("href") === "#i-check"`)
	if p := params[protocol.PersonParams](t, f, protocol.MethodPersonVerify); p.Number != "A-017" {
		t.Errorf("asked for %+v", p)
	}
}

func TestACardIsBoundByAReaderThatTypes(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	tb := serving(t, f, of(at(desk(), "serving"), ""))
	tb.hit("k", "#bind")
	tb.fill("#card-field", "04A2B3")
	tb.press(enter)
	tb.says("#card-note", "Tempelkan kartu sekali lagi")
	tb.fill("#card-field", madeUp)
	tb.press(enter)
	tb.says("#card-note", "bukan nomor kartu")
	f.refuses(protocol.MethodPersonBind, protocol.CodeCardUnbindable)
	tb.fill("#card-field", "08A2B3C4")
	tb.press(enter)
	tb.says("#card-note", "kartu ini tidak dapat dikenali")
	f.refuses(protocol.MethodPersonBind, "")
	tb.fill("#card-field", "04:a2:b3:c4:d5:e6:80")
	tb.press(enter)
	tb.says("#toast", "Kartu sudah terhubung")
	f.await(t, protocol.MethodPersonBind, 2)
	var p protocol.BindParams
	must(t, json.Unmarshal(f.asked(protocol.MethodPersonBind)[1].Params, &p))
	if p != (protocol.BindParams{CounterID: "loket-3", Number: "A-017", Card: "04A2B3C4D5E680"}) {
		t.Errorf("the wrong card or ticket was sent (number %s)", p.Number)
	}
	tb.clean()
}

func TestAReaderThatTypesIntoThePagePressesNoKeys(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	tb := serving(t, f, of(at(desk(), "called"), ""))
	tb.ready("#start")
	evaluate[bool](tb, `[..."04A2B3C4D5E680", "Enter"].every((key) => dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })) || true)`)
	tb.says("#toast", "Tekan K dahulu")
	tb.hit("l", "#reveal") // the next thing that the server hears of
	f.await(t, protocol.MethodPersonReveal, 1)
	if n := len(f.asked(protocol.MethodTicketStart)); n != 0 {
		t.Error("a card that was tapped began the service")
	}
}

func TestANIKIsCheckedAsItIsTyped(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	tb := serving(t, f, at(desk(), "serving"))
	tb.says("#person-name", "Tanpa identitas")
	tb.until(`["reveal", "bind", "verify"].every((id) => document.getElementById(id).hidden)`)
	tb.hit("n", "#correct")
	for _, c := range []struct{ typed, says string }{
		{"20", "provinsi"}, {"19719972", "ke-7 dan ke-8"}, {"1971993113", "bulan"}, {"1971993102", "tanggal"}, {"19719X", "angka saja"},
	} {
		tb.fill("#nik-field", c.typed)
		tb.says("#nik-note", c.says)
	}
	tb.fill("#nik-field", madeUp[:12])
	tb.says("#nik-count", "12 dari 16 angka")
	tb.until(`document.querySelector("#nik-note").textContent === ""`)
	tb.press(enter)
	tb.says("#nik-note", "16 angka")
	tb.fill("#nik-field", "197199-410758-0001")
	tb.says("#nik-count", "Lahir 1 Juli 1958")
	tb.press(enter)
	tb.says("#toast", "tersimpan")
	tb.until(`document.querySelector("#person-card").hidden`) // nobody had the ticket, so nobody's card opened it
	if p := params[protocol.CorrectParams](t, f, protocol.MethodPersonCorrect); p != (protocol.CorrectParams{CounterID: "loket-3", Number: "A-017", NIK: madeUp}) {
		t.Errorf("another NIK or ticket was sent (number %s)", p.Number)
	}
	tb.clean()
}

func TestATypedNIKIsGoneWhenTheQuestionIsClosed(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	tb := serving(t, f, of(at(desk(), "serving"), ""))
	tb.hit("n", "#correct")
	tb.fill("#nik-field", madeUp)
	tb.press(escape)
	tb.clean()
	tb.click("#correct")
	tb.until(`document.querySelector("#nik-dialog[open]")`)
	tb.press(escape)
	tb.until(`document.activeElement === document.body`) // the next Space is meant for the page
	tb.hit("n", "#correct")
	tb.until(`document.activeElement.id === "nik-field"`)
	evaluate[bool](tb, `document.execCommand("undo") || true`)
	if left := evaluate[string](tb, `document.querySelector("#nik-field").value`); left != "" {
		t.Error("undo brings back what was typed before")
	}
	tb.fill("#nik-field", madeUp)
	f.show(desk()) // the ticket leaves the counter while the officer types
	tb.clean()
	tb.until(`[...document.querySelectorAll("#card-field, #nik-field")].every((e) => e.autocomplete === "off" && e.form.autocomplete === "off" && !e.name)`)
}

func TestARefusedCorrectionStaysOpenAndSaysWhatToDo(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	f.refuses(protocol.MethodPersonCorrect, "already_waiting")
	f.refuses(protocol.MethodPersonReveal, protocol.CodePersonUnknown)
	tb := serving(t, f, of(at(desk(), "serving"), ""))
	tb.hit("l", "#reveal")
	tb.says("#toast", "tidak tersimpan")
	tb.hit("n", "#correct")
	tb.fill("#nik-field", madeUp)
	tb.press(enter)
	tb.until(`document.querySelector("#nik-note").textContent !== ""`)
	tb.shot("person-correct-refused")
	f.cut()
	tb.says("#line", "Terputus")
	tb.press(enter)
	tb.says("#nik-note", "Belum dapat dikirim")
	if n := len(f.asked(protocol.MethodPersonCorrect)); n != 1 {
		t.Errorf("%d requests, want one", n)
	}
}

func TestAfterAChangedNIKTheCardHasToBeBoundAgain(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	f.answer(protocol.MethodPersonReveal, revealed)
	tb := serving(t, f, of(at(desk(), "serving"), ""))
	tb.until(`document.querySelector("#person-card").hidden`)
	tb.hit("n", "#correct")
	tb.fill("#nik-field", madeUp)
	changed := of(at(desk(), "serving"), "")
	changed.Current.Person.ID, changed.Current.Person.Cards = "p2", 0
	f.show(changed)
	tb.press(enter)
	tb.says("#person-card", "hubungkan lagi dengan K")
	tb.shot("person-again")
	f.show(of(at(desk(), "called"), protocol.WhyQuota))
	tb.says("#person-card", "hubungkan lagi dengan K")
	tb.shot("person-again-unverified")
	tb.size(1024, 768)
	tb.shot("person-again-unverified-1024")
	height := `document.querySelector("#now").offsetHeight`
	masked := evaluate[int](tb, height)
	tb.hit("l", "#reveal")
	tb.says("#person-name", "Siti Contoh")
	if shown := evaluate[int](tb, height); shown != masked {
		t.Errorf("the card is %d high with the person shown and %d without", shown, masked)
	}
	tb.press(escape)
	tb.hit("k", "#bind")
	tb.fill("#card-field", "04A2B3C4D5E680")
	tb.press(enter)
	tb.says("#toast.ok", "Kartu sudah terhubung")
	tb.until(`document.querySelector("#person-card").hidden`)
}

// TestPersonPictures leaves pictures of the desk with a person for the eye, at the sizes that offices have.
func TestPersonPictures(t *testing.T) {
	t.Parallel()
	f := newFake(t, officer)
	f.answer(protocol.MethodPersonReveal, revealed)
	tb := serving(t, f, of(at(desk(), "called"), ""))
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"1366", 1366, 768}, {"1024", 1024, 768}, {"1366-low", 1366, 640}} {
		tb.size(size.width, size.height)
		f.show(of(at(desk(), "called"), ""))
		tb.says("#person-state", "NIK terverifikasi")
		if rows := evaluate[int](tb, `new Set([...document.querySelectorAll("#now-actions button:not([hidden])")].map((b) => b.offsetTop)).size`); size.width > 1180 && rows != 1 {
			t.Errorf("the keys stand in %d rows at %s, want one", rows, size.name)
		}
		const cut = `[...document.querySelectorAll("#now button")].filter((b) => b.checkVisibility() && (b.scrollWidth > b.clientWidth || b.getBoundingClientRect().right > document.querySelector("#now").getBoundingClientRect().right)).map((b) => b.id + b.scrollWidth + ">" + b.clientWidth).join(" ")`
		if found := evaluate[string](tb, cut); found != "" {
			t.Errorf("cut off at %s: %s", size.name, found)
		}
		tb.shot("person-verified-" + size.name)
		height := `document.querySelector("#now").offsetHeight`
		masked := evaluate[int](tb, height)
		tb.hit("l", "#reveal")
		tb.says("#person-name", "Siti Contoh")
		if shown := evaluate[int](tb, height); shown != masked {
			t.Errorf("the card is %d high with the person shown and %d without: the keys move under the officer's hand", shown, masked)
		}
		tb.shot("person-revealed-" + size.name)
		tb.hit("l", "#reveal")
		f.show(of(at(desk(), "called"), protocol.WhyQuota))
		tb.says("#person-more", "Kuota")
		tb.shot("person-unverified-" + size.name)
		f.show(at(desk(), "serving"))
		tb.says("#person-name", "Tanpa identitas")
		tb.shot("person-nobody-" + size.name)
		tb.hit("n", "#correct")
		tb.fill("#nik-field", madeUp)
		tb.says("#nik-count", "Lahir 1 Juli 1958")
		tb.shot("person-nik-" + size.name)
		tb.press(escape)
		f.show(of(at(desk(), "serving"), protocol.WhyNotFound))
		tb.hit("k", "#bind")
		tb.fill("#card-field", "04A2")
		tb.press(enter)
		tb.says("#card-note", "utuh")
		tb.shot("person-card-" + size.name)
		tb.press(escape)
		tb.until(`!document.querySelector("dialog[open]")`)
	}
}
