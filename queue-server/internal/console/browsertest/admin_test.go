package browsertest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"loket/queue-server/internal/queue"
)

// manage signs the administrator in and opens a tab of her page.
func (h *hall) manage(tb *tab, name string) {
	tb.t.Helper()
	h.signIn(tb, "admin")
	tb.until(`location.pathname === "/admin"`)
	tb.says("#totals", "Nomor diambil")
	tb.click("#to-" + name)
	tb.until(`document.getElementById("` + name + `").checkVisibility()`)
}

func TestAdminAddsAnOfficerWhoThenSignsIn(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	tb := newTab(t, h.URL, 1366, 768)
	h.manage(tb, "petugas")
	tb.says("#users", officer.Name)
	tb.click("#user-add")
	tb.fill(`#user-dialog [name="name"]`, "Sari Wulandari")
	tb.fill(`#user-dialog [name="login"]`, "rina")
	tb.fill(`#user-dialog [name="password"]`, password)
	tb.press(enter)
	tb.says("#user-dialog .field-note", "sudah dipakai")
	tb.shot("real-user-refused")
	tb.fill(`#user-dialog [name="login"]`, "sari")
	tb.press(enter)
	tb.says("#users", "Sari Wulandari")
	tb.until(`!document.querySelector("dialog[open]")`)

	sari := newTab(t, h.URL, 1366, 768)
	h.signIn(sari, "sari")
	sari.says("#who", "Sari Wulandari")
	sari.says("#counters", "Kelurahan") // she is connected

	tb.click(`#users button[aria-label="Ubah Sari Wulandari"]`)
	tb.click(`#user-dialog [data-remove]`)
	tb.says("#confirm-dialog", "Hapus Sari Wulandari?")
	tb.click("#confirm-yes")
	tb.until(`!document.querySelector("#users").innerText.includes("Sari")`)
	sari.until(`location.pathname === "/login"`)
}

func TestAdminPairsAndRemovesADevice(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	tb := newTab(t, h.URL, 1366, 768)
	h.manage(tb, "perangkat")
	tb.click("#device-add")
	tb.fill(`#device-dialog [name="name"]`, "Kiosk pintu utama")
	tb.press(enter)
	tb.until(`/^[2-9A-Z]{4}-[2-9A-Z]{4}$/.test(document.querySelector("#code").textContent)`)
	tb.says("#code-expires", "sampai pukul")
	tb.says("#code-dialog", "Di Kiosk pintu utama, jalankan kiosk sekali dengan")
	tb.says("#code-dialog .code", "--pair ")
	tb.shot("real-code")
	tb.click("#code-dialog [data-close]")
	tb.says("#devices", "Kiosk pintu utama")
	tb.says("#devices", "Kode ")
	tb.click("#devices button")
	tb.click("#confirm-yes")
	tb.says("#devices-empty", "Belum ada perangkat")
}

func TestAdminEditsAServiceWithoutLosingTheRest(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	before := h.service(domicile)
	tb := newTab(t, h.URL, 1366, 768)
	h.manage(tb, "layanan")
	tb.fill("#service-search", "domisili")
	tb.until(`document.querySelectorAll("#services tr").length === 1`)
	tb.click("#services button")
	tb.fill(`#service-dialog [name="standard_minutes"]`, "11")
	tb.fill(`#service-dialog [name="daily_quota"]`, "40")
	tb.click(`#service-dialog [name="closed"]`)
	tb.shot("real-service")
	tb.click(`#service-dialog button[type="submit"]`)
	tb.says("#toast.ok", "Tersimpan")
	tb.says("#services", "Ditutup")
	tb.says("#services", "0 dari 40")
	want := before
	want.StandardMinutes, want.DailyQuota, want.Closed = 11, 40, true
	got, wanted := encode(t, h.service(domicile)), encode(t, want)
	if got != wanted {
		t.Errorf("the service is now\n%s\nwant\n%s", got, wanted)
	}
}

func TestALongFormScrollsClearOfTheRoundCorners(t *testing.T) {
	t.Parallel()
	f := newFake(t, admin)
	f.show(supervised())
	tb := newTab(t, f.URL, 1366, 768)
	tb.open("/admin")
	for _, form := range []struct{ tab, dialog string }{{"layanan", "service"}, {"loket", "counter"}} {
		for _, height := range []int64{768, 560} {
			tb.size(1024, height)
			tb.click("#to-" + form.tab)
			tb.click("#" + form.tab + " tbody button")
			tb.until(`document.querySelector("dialog[open] .scroll").scrollTop === 0`)
			found := evaluate[string](tb, `(() => {
				const box = document.querySelector("dialog[open]");
				const bar = box.querySelector(".scroll");
				const [outer, inner] = [box.getBoundingClientRect(), bar.getBoundingClientRect()];
				const corner = parseFloat(getComputedStyle(box).borderRadius);
				bar.scrollTop = 10000;
				return [bar.scrollHeight > bar.clientHeight && (inner.top < outer.top + corner || inner.bottom > outer.bottom - corner) && "the bar touches a corner",
					(box.scrollHeight > box.clientHeight || outer.bottom > innerHeight) && "the dialog itself is too high",
					box.querySelector('[type="submit"]').getBoundingClientRect().bottom > outer.bottom && "the button is out of sight"].filter(Boolean).join(", ");
			})()`)
			if found != "" {
				t.Errorf("%s at a height of %d: %s", form.dialog, height, found)
			}
			tb.shot(fmt.Sprintf("form-%s-%d", form.dialog, height))
			tb.press(escape)
			tb.until(`!document.querySelector("dialog[open]")`)
		}
	}
}

func TestAdminMovesAServiceToASecondTier(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	tb := newTab(t, h.URL, 1366, 768)
	h.manage(tb, "loket")
	tb.click(`#counters button[aria-label="Ubah Loket 1"]`)
	tb.fill(`#counter-dialog [name="limit1"]`, "25")
	tb.until(`((s) => (s.value = "2", s.value === "2"))(document.querySelector('[data-service="` + business + `"]'))`)
	tb.click(`#counter-dialog button[type="submit"]`)
	tb.until(`!document.querySelector("dialog[open]")`)
	var tiers []queue.Tier
	h.office.Read(func(o *queue.Office) { tiers = o.Catalog.Counters[0].Tiers })
	if len(tiers) != 2 || len(tiers[0].Services) != 6 || tiers[1].LimitMinutes != 25 || tiers[1].Services[0] != business {
		t.Errorf("tiers are %+v, want six services first and %s after 25 minutes", tiers, business)
	}
}

func TestAdminReplacesTheCatalogueOrHearsWhatIsWrong(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	tb := newTab(t, h.URL, 1366, 768)
	h.manage(tb, "katalog")
	upload := func(c queue.Catalog) {
		file := filepath.Join(t.TempDir(), "katalog.json")
		must(t, os.WriteFile(file, []byte(encode(t, c)), 0o600))
		tb.do(chromedp.SetUploadFiles(chromedp.CSS("#catalog-file"), []string{file}))
		tb.click("#catalog-send")
	}
	broken, err := kelurahan()
	must(t, err)
	broken.Services[0].ZoneID = "entah"
	upload(broken)
	tb.says("#catalog-result", "entah")
	tb.shot("real-catalog-refused")
	good, err := kelurahan()
	must(t, err)
	good.Office.Name.ID = "Kelurahan Baru"
	upload(good)
	tb.says("#catalog-result", "Katalog terpasang")
	tb.open("/admin")
	tb.says("#who", "Kelurahan Baru")
}

func (h *hall) service(id queue.ServiceID) (s queue.Service) {
	h.office.Read(func(o *queue.Office) {
		for _, each := range o.Catalog.Services {
			if each.ID == id {
				s = each
			}
		}
	})
	return s
}

func encode(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.MarshalIndent(v, "", "  ")
	must(t, err)
	return string(raw)
}
