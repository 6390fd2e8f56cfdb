package pn532

import "testing"

// What a chip says of cards of each length, and what is left of it when a zero byte is lost and the frame's sum has
// moved up into the UID.
func TestATargetThatLostAByteIsNoCard(t *testing.T) {
	for name, whole := range map[string]string{
		"4 bytes":  "\x01\x00\x04\x08\x04\x04\xa1\xb2\xc3",
		"7 bytes":  "\x01\x00\x44\x00\x07\x04\x55\xa2\xb2\xc3\x61\x80",
		"10 bytes": "\x01\x00\x84\x00\x0a\x04\x11\x22\x33\x44\x55\x66\x77\x88\x99",
	} {
		if c, ok := targetA([]byte(whole)); !ok || c.ID != whole[5:] {
			t.Errorf("%s: %x, %v", name, c.ID, ok)
		}
		for i := range 5 {
			if whole[i] != 0 {
				continue
			}
			lost := whole[:i] + whole[i+1:] + "\xb4"
			if c, ok := targetA([]byte(lost)); ok {
				t.Errorf("%s without byte %d: taken for %x", name, i, c.ID)
			}
		}
	}
}
