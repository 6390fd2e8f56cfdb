package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

// The people of the registration: made up, as those of the registry's sandbox all are.
const (
	sitiNIK  = "1971994107580001" // Siti Contoh, of 1958
	budiNIK  = "1971990101900002" // Budi Misalnya
	sitiCard = "04A1B2C3D4E5F6"
)

// withoutCard takes a number of the same service without saying who she is, where the service allows it.
func (s *story) withoutCard(ctx context.Context) error {
	if err := s.toIdentity(ctx); err != nil {
		return err
	}
	for _, tap := range []string{"Tanpa KTP", "Tidak, lanjutkan"} {
		if err := s.kiosk.tap(ctx, tap); err != nil {
			return err
		}
	}
	if _, err := s.kiosk.find(ctx, "Nomor antrean Anda"); err != nil {
		return err
	}
	if err := s.kiosk.look(ctx, "A-005", "22b-kiosk-without-card"); err != nil {
		return err
	}
	if _, err := s.nextSlip(ctx); err != nil {
		return err
	}
	return s.kiosk.tap(ctx, "Selesai")
}

// cardSeenFirst taps a card that nobody knows yet: the kiosk asks for its NIK once.
func (s *story) cardSeenFirst(ctx context.Context) error {
	if err := s.toIdentity(ctx); err != nil {
		return err
	}
	if err := s.kiosk.keep(ctx, "23-kiosk-identity"); err != nil {
		return err
	}
	if err := s.bench(ctx, "/reader/tap", map[string]any{"type": "A", "uid": sitiCard}); err != nil {
		return err
	}
	if err := s.kiosk.look(ctx, "pertama kali", "24-kiosk-card-first-seen"); err != nil {
		return err
	}
	if err := s.bench(ctx, "/reader/lift", nil); err != nil {
		return err
	}
	return s.typeNIK(ctx, sitiNIK, "25-kiosk-nik-typed")
}

// toIdentity goes from the attract screen to the question who is served.
func (s *story) toIdentity(ctx context.Context) error {
	for _, tap := range []string{"Sentuh layar", "Ambil Nomor", "Dukcapil", "Kartu Keluarga", "Ambil Nomor"} {
		if err := s.kiosk.tap(ctx, tap); err != nil {
			return err
		}
	}
	_, err := s.kiosk.find(ctx, "Siapa yang dilayani")
	return err
}

// typeNIK types on the kiosk's keys and goes on. Single digits are not read well, so their places are taken from
// that of the key that erases.
func (s *story) typeNIK(ctx context.Context, nik, name string) error {
	erase, err := s.kiosk.find(ctx, "Hapus")
	if err != nil {
		return err
	}
	const column, row = 333, 184
	x, y := (erase.Min.X+erase.Max.X)/2, (erase.Min.Y+erase.Max.Y)/2
	for _, digit := range nik {
		cell := int(digit - '1') // 1 is first; 0 stands below the 8
		if digit == '0' {
			cell = 10
		}
		if err := s.kiosk.screen.Tap(ctx, x+cell%3*column, y-(3-cell/3)*row); err != nil {
			return err
		}
	}
	if _, err := s.kiosk.find(ctx, "Lanjut"); err != nil { // and all digits are drawn
		return err
	}
	if err := s.kiosk.keep(ctx, name); err != nil {
		return err
	}
	return s.kiosk.tap(ctx, "Lanjut")
}

// confirmLansia says yes to the masked name, and takes the priority that is offered.
func (s *story) confirmLansia(ctx context.Context) error {
	if err := s.kiosk.look(ctx, "Benar ini Anda", "26-kiosk-confirm"); err != nil {
		return err
	}
	if err := s.kiosk.tap(ctx, "Ya, benar"); err != nil {
		return err
	}
	if err := s.kiosk.look(ctx, "Lansia", "27-kiosk-priority"); err != nil {
		return err
	}
	if err := s.kiosk.tap(ctx, "Lansia"); err != nil {
		return err
	}
	if _, err := s.kiosk.find(ctx, "Nomor antrean Anda"); err != nil {
		return err
	}
	if err := s.kiosk.look(ctx, "A-006", "28-kiosk-lansia-done"); err != nil {
		return err
	}
	slip, err := s.nextSlip(ctx)
	if err != nil {
		return err
	}
	for _, secret := range []string{"SITI", "CONTOH", sitiNIK} {
		if strings.Contains(strings.ToUpper(slip.text), secret) {
			return fmt.Errorf("the paper names the person; it says %q", slip.text)
		}
	}
	return s.kiosk.tap(ctx, "Selesai")
}

// officerSeesPerson calls the lansia before the one who came earlier for the same service; the console shows her masked,
// and in full on one press.
func (s *story) officerSeesPerson(context.Context) error {
	for i, number := range []string{"A-003", "A-004"} { // of the service that this counter serves first
		if err := s.officer.press(keySpace); err != nil {
			return err
		}
		if err := s.officer.shows("#now-number", number); err != nil {
			return err
		}
		if err := s.serveNow(fmt.Sprint(i + 2)); err != nil {
			return err
		}
	}
	if err := s.officer.press(keySpace); err != nil {
		return err
	}
	for where, what := range map[string]string{
		"#now-number": "A-006", "#person-name": "S*** C*****", "#person-state": "NIK terverifikasi", "#person-priority": "Lansia",
	} {
		if err := s.officer.shows(where, what); err != nil {
			return err
		}
	}
	if err := s.officer.keep(filepath.Join(s.screens, "29-officer-person.png")); err != nil {
		return err
	}
	if err := s.officerDoes("l", "#person-nik", "1971", "30-officer-revealed"); err != nil {
		return err
	}
	if err := s.officer.shows("#person-name", "SITI CONTOH"); err != nil {
		return err
	}
	return s.serveNow("4")
}

// serveNow serves and completes the ticket at the counter.
func (s *story) serveNow(served string) error {
	if err := s.officer.press(keyEnter); err != nil {
		return err
	}
	if err := s.officer.shows("#now-state", "Sedang dilayani"); err != nil {
		return err
	}
	if err := s.officer.press(keyEnter); err != nil {
		return err
	}
	return s.officer.shows("#stat-served", served)
}

// registryOff lets the next citizen come while the population registry does not answer: she gets her number all
// the same.
func (s *story) registryOff(ctx context.Context) error {
	if err := s.hall.SwitchRegistry(ctx, map[string]any{"off": true}); err != nil {
		return err
	}
	if err := s.toIdentity(ctx); err != nil {
		return err
	}
	if err := s.typeNIK(ctx, budiNIK, "31-kiosk-nik-second"); err != nil {
		return err
	}
	if err := s.kiosk.look(ctx, "Benar ini Anda", "32-kiosk-confirm-unverified"); err != nil {
		return err
	}
	for _, tap := range []string{"Ya, benar", "Tidak, lanjutkan"} {
		if err := s.kiosk.tap(ctx, tap); err != nil {
			return err
		}
	}
	if _, err := s.kiosk.find(ctx, "Nomor antrean Anda"); err != nil {
		return err
	}
	if err := s.kiosk.look(ctx, "A-007", "33-kiosk-unverified-done"); err != nil {
		return err
	}
	_, err := s.nextSlip(ctx)
	return err
}

// verifiedBehind calls that citizen; once the registry is back she is verified without anybody's doing.
func (s *story) verifiedBehind(ctx context.Context) error {
	if err := s.officer.do(chromedp.Click(chromedp.CSS("#call-number")), chromedp.SendKeys(chromedp.CSS("#number-field"), "A-007"+keyEnter)); err != nil {
		return fmt.Errorf("call by number: %w", err)
	}
	if err := s.officer.shows("#now-number", "A-007"); err != nil {
		return err
	}
	if err := s.officer.shows("#person-state", "Belum terverifikasi"); err != nil {
		return err
	}
	if err := s.officer.keep(filepath.Join(s.screens, "34-officer-unverified.png")); err != nil {
		return err
	}
	if err := s.hall.SwitchRegistry(ctx, map[string]any{"off": false}); err != nil {
		return err
	}
	if err := s.officer.shows("#person-state", "NIK terverifikasi"); err != nil { // within a minute or so
		return err
	}
	if err := s.officer.shows("#person-name", "B*** M*******"); err != nil {
		return err
	}
	return s.officer.keep(filepath.Join(s.screens, "35-officer-verified-behind.png"))
}

// nothingLeft looks for the citizens in everything that the office's programs wrote, but for the registry's own.
func (s *story) nothingLeft() error {
	office := filepath.Join(flags.Out, "office")
	return filepath.WalkDir(office, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Dir(path) == filepath.Join(office, "registry") {
			return err
		}
		raw, err := os.ReadFile(path) //nolint:gosec // our own folder
		if err != nil {
			return err
		}
		for _, secret := range []string{sitiNIK, budiNIK, sitiCard, "SITI CONTOH", "BUDI MISALNYA", "1958-07-01"} {
			if bytes.Contains(bytes.ToUpper(raw), []byte(secret)) {
				return fmt.Errorf("%s holds personal data", path)
			}
		}
		return nil
	})
}
