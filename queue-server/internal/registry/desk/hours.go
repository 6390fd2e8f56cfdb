package desk

import "time"

// Hours are the hours of the day in which a registry answers. They are asked with times in the office's time zone.
type Hours interface {
	Contains(at time.Time) bool
	Next(at time.Time) time.Time // at itself when Contains, else when they begin
}

// always are the hours of a registry that has none.
type always struct{}

func (always) Contains(time.Time) bool     { return true }
func (always) Next(at time.Time) time.Time { return at }

func midnight(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
}
