package browsertest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"loket/queue-server/protocol"
)

// population opens the admin page's tab of persons.
func population(t *testing.T, f *fake) *tab {
	t.Helper()
	f.answer(protocol.MethodAuditList, trail(400, 26))
	f.show(supervised())
	tb := newTab(t, f.URL, 1366, 900)
	tb.open("/admin#kependudukan")
	tb.says("#trail", "Data ditampilkan")
	return tb
}

func TestTheRegistrySaysHowItIsAndWhatToDo(t *testing.T) {
	t.Parallel()
	f := newFake(t, admin)
	tb := population(t, f)
	tb.says("#registry-facts", "4.180")
	tb.says("#registry-facts", "Dicoba lagi")
	tb.says("#registry-facts", "1.204")
	tb.says("#registry-facts", "90 hari")
	tb.says("#registry-facts", "17 dihapus")
	tb.shot("registry-ok")
	for state, words := range map[string][2]string{
		"ok": {"Berjalan baik", "dengan baik"}, "off": {"Tidak dipakai", "tidak memeriksa"}, "slow": {"Lambat", "Tidak ada yang perlu"},
		"network": {"Tidak terjangkau", "periksa jaringan"}, "quota": {"Kuota habis", "kuota baru"},
		"hours": {"Di luar jam", "saat jam layanan"}, "config": {"Akun ditolak", "Minta teknisi"},
	} {
		v := supervised()
		v.Registry.State = state
		f.show(v)
		tb.says("#registry-state", words[0])
		tb.says("#registry-words", words[1])
	}
}

func TestWhatTheAdministratorMustActOnIsSeenOnEveryTab(t *testing.T) {
	t.Parallel()
	f := newFake(t, admin)
	tb := population(t, f)
	tb.until(`!document.querySelector("#registry-alarm").checkVisibility()`)
	v := supervised()
	v.Registry.State, v.Registry.Code, v.Registry.Text, v.Registry.QuotaLeft = "config", "10", "address not registered", nil
	f.show(v)
	tb.says("#registry-code", "kode 10 (address not registered)")
	tb.shot("registry-config")
	tb.click("#to-petugas")
	tb.says("#registry-alarm", "menolak akun")
	v = supervised()
	*v.Registry.QuotaLeft, v.Registry.QuotaLow = 84, true
	f.show(v)
	tb.says("#registry-alarm", "tinggal 84")
	tb.click("#registry-alarm a")
	tb.says("#registry-facts", "Hampir habis")
	tb.size(1024, 700)
	tb.shot("registry-low-1024")
}

func TestErasingAPersonIsAskedTwice(t *testing.T) {
	t.Parallel()
	f := newFake(t, admin)
	f.answer(protocol.MethodPersonErase, protocol.EraseResult{Persons: 1, Cards: 2})
	tb := population(t, f)
	tb.click("#erase-open")
	tb.fill(`#erase-dialog [name="nik"]`, "1971993102900001")
	tb.fill(`#erase-dialog [name="reason"]`, "surat 12/2026")
	tb.press(enter)
	tb.says("#erase-dialog .field-note", "tanggal")
	tb.shot("registry-erase")
	tb.fill(`#erase-dialog [name="nik"]`, "197199 410758 0001")
	tb.press(enter)
	tb.says("#confirm-dialog", "Hapus data warga ini?")
	tb.shot("registry-erase-sure")
	tb.click("#confirm-dialog [data-close]")
	tb.ready(`#erase-dialog button[type="submit"]`)
	if n := len(f.asked(protocol.MethodPersonErase)); n != 0 {
		t.Fatal("it was erased although the administrator said no")
	}
	tb.click(`#erase-dialog button[type="submit"]`)
	tb.click("#confirm-yes")
	tb.says("#toast.ok", "sudah dihapus, beserta 2 kartu")
	if p := params[protocol.EraseParams](t, f, protocol.MethodPersonErase); p != (protocol.EraseParams{NIK: madeUp, Reason: "surat 12/2026"}) {
		t.Errorf("another NIK or reason was sent (reason %s)", p.Reason)
	}
	tb.clean()
	f.answer(protocol.MethodPersonErase, protocol.EraseResult{})
	tb.click("#erase-open")
	tb.fill(`#erase-dialog [name="nik"]`, madeUp)
	tb.fill(`#erase-dialog [name="reason"]`, "surat 12/2026")
	tb.press(enter)
	tb.click("#confirm-yes")
	tb.says("#toast.note", "Tidak ada data")
}

// pageAsked is what the n-th page of the trail was asked for with.
func pageAsked(t *testing.T, f *fake, n int) (p protocol.AuditParams) {
	t.Helper()
	f.await(t, protocol.MethodAuditList, n)
	must(t, json.Unmarshal(f.asked(protocol.MethodAuditList)[n-1].Params, &p))
	return p
}

func TestTheTrailIsReadInPagesNewestFirst(t *testing.T) {
	t.Parallel()
	f := newFake(t, admin)
	tb := population(t, f)
	if p := pageAsked(t, f, 1); p.Before != 0 || p.NIK != "" || p.Limit != 26 {
		t.Errorf("the first page was asked for with before %d, limit %d", p.Before, p.Limit)
	}
	tb.until(`document.querySelectorAll("#trail tr").length === 25`)
	tb.until(`document.querySelector("#trail-newer").disabled`)
	for _, words := range []string{"Rina Marlina", "Kiosk pintu utama", "Sistem", "A-017", "terverifikasi", "1 warga, 2 kartu · surat 12/2026", "1.204 warga · masa simpan", "kartu berpindah dari warga ini", "selesai, 1.204 warga", "tidak terjawab, akun ditolak (kode -9)", "belum terverifikasi, kuota habis (kode 05) · kunjungan"} {
		tb.says("#trail", words)
	}
	tb.until(`/^\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d\.\d\d\.\d\d$/.test(document.querySelector("#trail td").textContent)`)
	f.answer(protocol.MethodAuditList, trail(375, 3))
	tb.click("#trail-older")
	tb.until(`document.querySelectorAll("#trail tr").length === 3`)
	tb.says("#trail-page", "Halaman 2")
	tb.until(`document.querySelector("#trail-older").disabled`)
	if p := pageAsked(t, f, 2); p.Before != 375 {
		t.Errorf("the second page begins before %d, want 375", p.Before)
	}
	tb.click("#trail-newer")
	tb.says("#trail-page", "Halaman 1")
	if p := pageAsked(t, f, 3); p.Before != 0 {
		t.Errorf("the first page begins before %d", p.Before)
	}
	f.answer(protocol.MethodAuditList, protocol.AuditResult{})
	tb.click("#trail-reload")
	tb.says("#trail-empty", "Belum ada")
	f.refuses(protocol.MethodAuditList, protocol.CodeForbidden)
	tb.click("#trail-reload")
	tb.says("#trail-note", "pengelola")
}

func TestTheTrailOfOneNIKLeavesNoTraceInTheBrowser(t *testing.T) {
	t.Parallel()
	f := newFake(t, admin)
	tb := population(t, f)
	tb.fill("#trail-nik", "1971")
	tb.press(enter)
	tb.says("#trail-note", "16 angka")
	tb.fill("#trail-nik", madeUp)
	tb.press(enter)
	tb.says("#trail-what", "1971********0001")
	if p := pageAsked(t, f, 2); p.NIK != madeUp {
		t.Error("another NIK was asked for")
	}
	tb.clean()
	tb.click("#trail-older")
	if p := pageAsked(t, f, 3); p.NIK != madeUp {
		t.Error("the older page is of everybody")
	}
	tb.click("#to-petugas")
	tb.click("#to-kependudukan")
	if p := pageAsked(t, f, 4); p.NIK != "" || p.Before != 0 {
		t.Error("the filter outlived the tab")
	}
	tb.until(`document.querySelector("#trail-all").hidden`)
}

func TestAServiceAsksForIdentityAsTheAdministratorSays(t *testing.T) {
	t.Parallel()
	f := newFake(t, admin)
	tb := population(t, f)
	tb.click("#to-layanan")
	tb.says("#services tr:nth-child(1)", "Wajib")
	tb.says("#services tr:nth-child(1)", "1 tiket per orang")
	tb.says("#services tr:nth-child(2)", "Boleh")
	tb.says("#services tr:nth-child(3)", "Tidak diminta")
	tb.click("#services tr:nth-child(3) button")
	tb.until(`((s) => s.value === "none" && (s.value = "required", true))(document.querySelector('#service-dialog [name="identity"]'))`)
	tb.fill(`#service-dialog [name="person_limit"]`, "2")
	tb.size(1366, 1100)
	tb.shot("service-dialog")
	tb.click(`#service-dialog button[type="submit"]`)
	p := params[protocol.ServiceConfig](t, f, protocol.MethodServiceSave)
	tb.says("#toast.ok", "Tersimpan")
	tb.shot("service-saved")
	if p.Identity != protocol.IdentityRequired || p.PersonLimit != 2 || p.ID != "s2" {
		t.Errorf("saved %s with identity %q and %d tickets a person", p.ID, p.Identity, p.PersonLimit)
	}
}

// listed waits until the trail has these words.
func (tb *tab) listed(words ...string) {
	tb.t.Helper()
	for _, w := range words {
		tb.says("#trail", w)
	}
}

func TestAPersonFromTheCounterToHerErasure(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	h.issue(domicile, 2)
	counter := newTab(t, h.URL, 1366, 768)
	h.sit(counter)
	counter.hit(" ", "#next")
	counter.says("#person-name", "Tanpa identitas")
	counter.hit("n", "#correct")
	counter.fill("#nik-field", madeUp)
	counter.press(enter)
	counter.says("#person-name", "S*** C*****")
	counter.says("#person-state", "NIK terverifikasi")
	counter.clean()
	counter.hit("k", "#bind")
	counter.fill("#card-field", "04A2B3C4D5E680")
	counter.press(enter)
	counter.says("#person-more", "Kartu sudah dihubungkan")
	counter.hit("l", "#reveal")
	counter.says("#person-name", "Siti Contoh")
	counter.says("#person-more", "1 Juli 1958")
	counter.shot("real-revealed")
	counter.press(escape)
	counter.clean()

	office := newTab(t, h.URL, 1366, 768)
	h.manage(office, "kependudukan")
	office.says("#registry-state", "Berjalan baik")
	office.listed(officer.Name, "Data ditampilkan", "Kartu dihubungkan", "NIK tiket diubah", "Diperiksa ke Dukcapil", "A-001")
	office.shot("real-trail")
	office.fill("#trail-nik", madeUp)
	office.press(enter)
	office.says("#trail-what", "1971********0001")
	office.listed("Data ditampilkan")
	office.click("#erase-open")
	office.fill(`#erase-dialog [name="nik"]`, madeUp)
	office.fill(`#erase-dialog [name="reason"]`, "surat 12/2026")
	office.press(enter)
	office.click("#confirm-yes")
	office.says("#toast", "sudah dihapus, beserta 1 kartu")
	office.clean()
	counter.says("#person-name", "Tanpa identitas")
	counter.says("#now-number", "A-001") // the ticket stays
	office.click("#trail-all")
	office.listed("Data dihapus atas permintaan", "1 warga, 1 kartu · surat 12/2026", "Jejak seorang warga dibaca")
	if raw := evaluate[string](office, `[...document.querySelectorAll("#trail .sub")].map((e) => e.textContent).filter((s) => /_|persons|cards/.test(s)).join("; ")`); raw != "" {
		t.Errorf("the trail shows what the server wrote for programs: %s", raw)
	}
	office.shot("real-trail-erased")
	if page := evaluate[string](office, leftBehind); strings.Contains(page, madeUp) || strings.Contains(page, "Siti") {
		t.Error("the admin page has personal data")
	}
	counter.hit("l", "#recall") // nobody is left to reveal
	if got := evaluate[bool](counter, fmt.Sprintf("%s.includes(%q)", leftBehind, "Siti")); got {
		t.Error("an erased person can still be seen")
	}
}
