package printer

import (
	"slices"
	"time"

	"loket/drivers"
	"loket/drivers/escpos"
)

// job is a document on its way through the printer.
type job struct {
	escpos.Job
	// mark and end are the ids of the questions at its Mark and behind it, where the printer answers those.
	mark, end escpos.ProcessID
	began     time.Time // when its first byte was sent
	held      bool      // a presenter held another slip out by then
	noisy     bool      // noise was heard that could be taken for an answer
}

// encode makes the job of a document, with no question that the printer would leave unanswered.
func (p *Printer) encode(d drivers.Document) (*job, error) {
	if p.cfg.OneWay {
		d = slices.DeleteFunc(slices.Clone(d), func(e drivers.Element) bool {
			_, is := e.(drivers.Mark)
			return is
		})
	}
	profile := p.profile
	profile.ProcessID = p.processes()
	encoded, err := escpos.Encode(d, profile)
	if err != nil {
		return nil, err
	}
	j := &job{Job: encoded, mark: p.nextID(), end: p.nextID()}
	j.Name(j.mark)
	return j, nil
}

// nextID is an id that none of the latest questions had.
func (p *Printer) nextID() escpos.ProcessID {
	p.talk.jobs++
	return escpos.MakeProcessID(p.talk.jobs)
}

// marks is how many answers to AskBuffer come before the one behind the job.
func (j *job) marks() int {
	if j.Mark.At > 0 && !j.Mark.Process {
		return 1
	}
	return 0
}

// slack is what paper may be faster than its profile says, in tenths.
const slack = 1

// reach says whether the paper of a job that failed got as far as its Mark; the printer was asked after the
// failure, and told is what came of that. AskProcess is answered once all before it is printed. AskBuffer is
// answered by some printers as soon as they have read it: it counts only if the paper had its time by
// then, and no noise was heard that could be taken for it. What a presenter has not held out yet is in nobody's
// hand.
func (p *Printer) reach(j *job, told bool) drivers.Reach {
	if j.Mark.At == 0 {
		return drivers.ReachUnknown
	}
	passed, silent, quiet := p.answers(j)
	if p.profile.Presenter.Holds {
		switch {
		case told && p.talk.mouth && !j.held:
			return drivers.Reached
		case passed:
			return drivers.ReachUnknown
		}
	}
	switch {
	case passed:
		return drivers.Reached
	case told && silent && quiet:
		return drivers.NotReached
	}
	return drivers.ReachUnknown
}

// answers says what was heard of the question at the Mark: that all before it is printed; nothing of any kind; and
// whether no noise was heard beside it.
func (p *Printer) answers(j *job) (passed, silent, quiet bool) {
	m := p.mail
	m.look(func() {
		quiet = !j.noisy && m.stray == 0 && m.buffer <= j.marks()+1
		if j.Mark.Process {
			passed = m.processed(j.mark)
			silent = !passed
			return
		}
		paper := p.profile.PaperTime(j.Mark.Dots) * (10 - slack) / 10
		silent = m.buffer == 0
		passed = quiet && m.buffer > 0 && m.first.Sub(j.began) >= paper
	})
	return passed, silent, quiet
}
