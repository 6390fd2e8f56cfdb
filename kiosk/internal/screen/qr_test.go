package screen

import (
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"loket/kiosk/internal/flow"
)

// TestAPhoneReadsTheCode takes a picture of the screen and reads the ticket's address from it.
func TestAPhoneReadsTheCode(t *testing.T) {
	for _, landscape := range []bool{false, true} {
		st := newStage(t, landscape)
		for _, on := range []flow.Screen{flow.Done, flow.OnScreen} {
			s := at(hall(t, landscape), on)
			bitmap, err := gozxing.NewBinaryBitmapFromImage(st.picture(s))
			if err != nil {
				t.Fatal(err)
			}
			hints := map[gozxing.DecodeHintType]interface{}{gozxing.DecodeHintType_TRY_HARDER: true}
			code, err := qrcode.NewQRCodeReader().Decode(bitmap, hints)
			if err != nil {
				t.Errorf("%s: no code is read: %v", nameOf(on, landscape, s.Prefs), err)
				continue
			}
			if code.GetText() != s.Ticket.Address {
				t.Errorf("%s: read %q", on, code.GetText())
			}
		}
	}
}

func TestTheCodeIsDrawnOncePerAddress(t *testing.T) {
	var q qrCode
	first := q.of("HTTP://192.168.10.2:8080/T/7K3M9QX2RB4C")
	if first == nil || q.of("HTTP://192.168.10.2:8080/T/7K3M9QX2RB4C") != first {
		t.Error("the same address is drawn again")
	}
	if q.of("") != nil {
		t.Error("no address has a code")
	}
	long := make([]byte, 5000)
	for i := range long {
		long[i] = 'a'
	}
	if q.of(string(long)) != nil {
		t.Error("an address that no code can hold has one")
	}
}
