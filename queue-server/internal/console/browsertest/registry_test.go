package browsertest

import (
	"testing"

	"loket/queue-server/protocol"
)

func TestRegistryPictures(t *testing.T) {
	t.Parallel()
	f := newFake(t, admin)
	f.answer(protocol.MethodAuditList, trail(400, 26))
	f.show(supervised())
	tb := newTab(t, f.URL, 1366, 900)
	tb.open("/admin#kependudukan")
	tb.says("#trail", "Data ditampilkan")
	tb.shot("registry-ok")
	v := supervised()
	v.Registry.State, v.Registry.Code, v.Registry.Text = "config", "10", "address not registered"
	v.Registry.QuotaLeft = nil
	f.show(v)
	tb.says("#registry-words", "menolak")
	tb.shot("registry-config")
	v = supervised()
	*v.Registry.QuotaLeft, v.Registry.QuotaLow = 84, true
	f.show(v)
	tb.says("#registry-facts", "84")
	tb.size(1024, 700)
	tb.shot("registry-low-1024")
	tb.click("#erase-open")
	tb.fill(`#erase-dialog [name="nik"]`, "1971")
	tb.fill(`#erase-dialog [name="reason"]`, "surat 12/2026")
	tb.press(enter)
	tb.until(`document.querySelector("#erase-dialog .field-note").textContent !== ""`)
	tb.shot("registry-erase")
	tb.fill(`#erase-dialog [name="nik"]`, "1971994107580001")
	tb.press(enter)
	tb.says("#confirm-dialog", "Hapus data warga")
	tb.shot("registry-erase-sure")
	tb.press(escape)
	tb.press(escape)
	tb.click("#to-layanan")
	tb.click("#services tr button")
	tb.shot("service-dialog-1024")
}
