package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"

	"loket/assets/deploy/hall"
	"loket/assets/theme"
)

// steps is the story, in order. Each step checks what a person would look at.
func (s *story) steps() []step {
	return []step{
		{"the office opens: server, printer, kiosk and wall are up", s.open},
		{"the kiosk invites to touch", s.attract},
		{"a citizen chooses agency and service", s.choose},
		{"she sees what to bring and takes a number", s.takeNumber},
		{"the kiosk shows number and place in the queue", s.numberOnScreen},
		{"the ticket is on paper and its QR code opens the ticket's page", s.ticketOnPaper},
		{"an officer logs in and opens a counter", s.openCounter},
		{"the officer calls the next number", s.callNext},
		{"the wall shows the call", s.wallShowsCall},
		{"the officer serves and completes", s.serve},
		{"a second citizen takes a number in English, found by search, in large text", s.englishTicket},
		{"the officer recalls, and marks that nobody came", s.recallAndNoShow},
		{"the paper ends in the middle of a slip: the number goes to the screen, and staff are told", s.paperOut},
		{"with new paper, the next ticket comes out whole", s.newPaper},
		{"a card on the reader starts a visit", s.cardTapped},
		{"a ticket's code is scanned, and a copy of its slip printed", s.reprint},
		{"a citizen without a card takes a number all the same", s.withoutCard},
		{"a card is seen for the first time, and its NIK typed once", s.cardSeenFirst},
		{"she confirms her masked name and takes the priority of the elderly", s.confirmLansia},
		{"she is called first; the officer sees her masked, and in full on one press", s.officerSeesPerson},
		{"the population registry is down: the next citizen is served all the same", s.registryOff},
		{"the registry is back: he is verified behind", s.verifiedBehind},
		{"the office closes; the journal folds to what the reports say, and no file names a citizen", s.verify},
	}
}

func (s *story) open(ctx context.Context) (err error) {
	s.hall, err = hall.Start(ctx, hall.Config{Bin: flags.Bin, Dir: filepath.Join(flags.Out, "office"), Virtual: true})
	if err != nil {
		return err
	}
	s.kiosk = &eye{screen: s.hall.Kiosk, shots: s.screens}
	s.wall = &eye{screen: s.hall.Display, shots: s.screens}
	return nil
}

func (s *story) attract(ctx context.Context) error {
	if _, err := s.kiosk.find(ctx, "Sentuh layar"); err != nil {
		return err
	}
	if err := s.kiosk.keep(ctx, "01-kiosk-attract"); err != nil {
		return err
	}
	return s.kiosk.tap(ctx, "Sentuh layar")
}

// look waits for a phrase on a screen and keeps its picture.
func (e *eye) look(ctx context.Context, phrase, name string) error {
	if _, err := e.find(ctx, phrase); err != nil {
		return err
	}
	return e.keep(ctx, name)
}

func (s *story) choose(ctx context.Context) error {
	if err := s.kiosk.look(ctx, "Ambil Nomor", "02-kiosk-home"); err != nil {
		return err
	}
	if err := s.kiosk.tap(ctx, "Ambil Nomor"); err != nil {
		return err
	}
	if err := s.kiosk.look(ctx, "Dukcapil", "03-kiosk-agency"); err != nil {
		return err
	}
	if err := s.kiosk.tap(ctx, "Dukcapil"); err != nil {
		return err
	}
	if err := s.kiosk.look(ctx, "Perekaman", "04-kiosk-service"); err != nil {
		return err
	}
	return s.kiosk.tap(ctx, "Perekaman")
}

func (s *story) takeNumber(ctx context.Context) error {
	if err := s.kiosk.look(ctx, "Kartu Keluarga", "05-kiosk-requirements"); err != nil {
		return err
	}
	return s.kiosk.tap(ctx, "Ambil Nomor")
}

func (s *story) numberOnScreen(ctx context.Context) error {
	if _, err := s.kiosk.find(ctx, "Nomor antrean Anda"); err != nil { // the slip is out
		return err
	}
	return s.kiosk.look(ctx, "A-001", "06-kiosk-done")
}

func (s *story) ticketOnPaper(ctx context.Context) error {
	slip, err := s.nextSlip(ctx)
	if err != nil {
		return err
	}
	if !strings.Contains(slip.text, "A-001") {
		return fmt.Errorf("the paper does not say A-001; it says %q", slip.text)
	}
	address, err := readQR(slip.path)
	if err != nil {
		return err
	}
	page, err := fetch(ctx, address)
	if err != nil {
		return fmt.Errorf("open the ticket's address: %w", err)
	}
	if !strings.Contains(page, "<html") {
		return fmt.Errorf("%s is no page", address)
	}
	phone, err := openPage(390, 844)
	if err != nil {
		return err
	}
	defer phone.close()
	if err := phone.do(chromedp.Navigate(address)); err != nil {
		return fmt.Errorf("open the ticket's page: %w", err)
	}
	if err := phone.shows("body", "A-001"); err != nil {
		return err
	}
	return phone.keep(filepath.Join(s.screens, "07-phone-ticket.png"))
}

func (s *story) openCounter(context.Context) (err error) {
	if s.officer, err = openPage(1366, 768); err != nil {
		return err
	}
	err = s.officer.do(
		chromedp.Navigate(s.hall.ServerURL+"/login"),
		chromedp.SendKeys(chromedp.CSS("#login"), s.hall.Officer.Login),
		chromedp.SendKeys(chromedp.CSS("#password"), s.hall.Officer.Password+keyEnter),
	)
	if err != nil {
		return fmt.Errorf("log in: %w", err)
	}
	if err := s.officer.shows("#counters", "Dukcapil"); err != nil {
		return err
	}
	if err := s.officer.keep(filepath.Join(s.screens, "08-officer-lobby.png")); err != nil {
		return err
	}
	// The first counter is Dukcapil's.
	if err := s.officer.do(chromedp.Click(chromedp.CSS("#counters li:first-child button"))); err != nil {
		return fmt.Errorf("choose the counter: %w", err)
	}
	return s.officer.shows("#next-what", "A-001")
}

func (s *story) callNext(context.Context) error {
	return s.officerDoes(keySpace, "#now-number", "A-001", "09-officer-called")
}

// officerDoes presses a key, waits for the effect on the page and keeps its picture.
func (s *story) officerDoes(key, where, what, name string) error {
	if err := s.officer.press(key); err != nil {
		return err
	}
	if err := s.officer.shows(where, what); err != nil {
		return err
	}
	return s.officer.keep(filepath.Join(s.screens, name+".png"))
}

func (s *story) wallShowsCall(ctx context.Context) error {
	return s.wallStandsOut(ctx, "A-001", "10-wall-call")
}

// wallStandsOut waits until the wall shows the number on a large amber field, and keeps its picture.
func (s *story) wallStandsOut(ctx context.Context, number, name string) error {
	path := filepath.Join(s.screens, name+".png")
	field := filepath.Join(s.screens, ".amber.png")
	defer os.Remove(field) // a scratch file in our own folder
	var seen string
	for {
		if err := s.wall.screen.Shoot(ctx, path); err != nil {
			return errors.Join(err, fmt.Errorf("the wall does not call %s; its amber field says %q", number, seen))
		}
		if amber, err := cut(path, field, theme.Amber.R, theme.Amber.G, theme.Amber.B); err != nil {
			return err
		} else if amber < 100_000 {
			continue
		}
		words, err := recognise(ctx, field)
		if err != nil {
			return err
		}
		if seen = sentence(words); strings.Contains(fold(seen), fold(number)) {
			return nil
		}
	}
}

func (s *story) serve(context.Context) error {
	if err := s.officerDoes(keyEnter, "#now-state", "Sedang dilayani", "11-officer-serving"); err != nil {
		return err
	}
	return s.officerDoes(keyEnter, "#stat-served", "1", "12-officer-completed")
}

func (s *story) englishTicket(ctx context.Context) error {
	if err := s.kiosk.tap(ctx, "Sentuh layar"); err != nil {
		return err
	}
	if _, err := s.kiosk.find(ctx, "Ambil Nomor"); err != nil {
		return err
	}
	// The recogniser does not read two letters in a circle; a citizen knows the place by its look.
	if err := s.kiosk.screen.Tap(ctx, 984, 75); err != nil {
		return err
	}
	for _, tap := range []string{"Large text", "Find a service"} {
		if err := s.kiosk.tap(ctx, tap); err != nil {
			return err
		}
	}
	if err := s.typeKTP(ctx); err != nil {
		return err
	}
	if err := s.kiosk.look(ctx, "Recording", "13-kiosk-search-large"); err != nil {
		return err
	}
	for _, tap := range []string{"Recording", "Take a Queue"} {
		if err := s.kiosk.tap(ctx, tap); err != nil {
			return err
		}
	}
	if _, err := s.kiosk.find(ctx, "Your queue number"); err != nil {
		return err
	}
	if err := s.kiosk.look(ctx, "A-002", "14-kiosk-done-large-english"); err != nil {
		return err
	}
	slip, err := s.nextSlip(ctx)
	if err != nil {
		return err
	}
	if _, err := readQR(slip.path); err != nil {
		return err
	}
	return s.kiosk.tap(ctx, "Finish")
}

// typeKTP types on the kiosk's keyboard. Single letters are not read well, so their places are taken
// from that of the space bar; that they arrived shows in what the search finds.
func (s *story) typeKTP(ctx context.Context) error {
	space, err := s.kiosk.find(ctx, "Space")
	if err != nil {
		return err
	}
	const row = 140
	x, y := (space.Min.X+space.Max.X)/2, (space.Min.Y+space.Max.Y)/2
	for _, key := range []struct{ dx, dy int }{{-104, -row}, {-416, -2 * row}, {104, -2 * row}} {
		if err := s.kiosk.screen.Tap(ctx, x+key.dx, y+key.dy); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) recallAndNoShow(ctx context.Context) error {
	if err := s.officerDoes(keySpace, "#now-number", "A-002", "15-officer-second"); err != nil {
		return err
	}
	if err := s.officerDoes("r", "#now-facts", "panggilan ke-2", "16-officer-recalled"); err != nil {
		return err
	}
	if err := s.wallStandsOut(ctx, "A-002", "17-wall-recall"); err != nil {
		return err
	}
	return s.officerDoes("x", "#count-no-show", "1", "18-officer-no-show")
}

// takeFirst touches its way from the attract screen to a ticket of the first service.
func (s *story) takeFirst(ctx context.Context) error {
	for _, tap := range []string{"Sentuh layar", "Ambil Nomor", "Dukcapil", "Perekaman", "Ambil Nomor"} {
		if err := s.kiosk.tap(ctx, tap); err != nil {
			return err
		}
	}
	return nil
}

// verify stops the office and lets the server's own check fold the journal.
func (s *story) verify(ctx context.Context) error {
	if err := s.hall.Stop(); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(flags.Bin, "queue-server"), "verify", //nolint:gosec // our own program
		"--data", filepath.Join(flags.Out, "office", "server"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("verify the journal: %w: %s", err, out)
	}
	return s.nothingLeft()
}

func fetch(ctx context.Context, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close() // only read
	body, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %s", url, res.Status)
	}
	return string(body), err
}
