package queue

import (
	"math"
	"slices"
	"time"
)

// serviceTimes is what a service takes: sorted times that are equally likely.
type serviceTimes []time.Duration

// draw reads the time at u, from 0 to 1, with a straight line between two neighbours.
func (s serviceTimes) draw(u float64) time.Duration {
	x := u*float64(len(s)) - 0.5
	i := int(math.Floor(x))
	switch {
	case i < 0:
		return s[0]
	case i >= len(s)-1:
		return s[len(s)-1]
	}
	return s[i] + time.Duration(float64(s[i+1]-s[i])*(x-float64(i)))
}

// remaining draws how long a service goes on that has lasted for elapsed.
func (s serviceTimes) remaining(elapsed time.Duration, u float64) time.Duration {
	shorter, _ := slices.BinarySearch(s, elapsed)
	if shorter == len(s) { // longer than ever: nobody knows, some more of what is usual
		return time.Duration(u * float64(s[len(s)/2]) / 2)
	}
	p := float64(shorter) / float64(len(s))
	return max(0, s.draw(p+u*(1-p))-elapsed)
}

// enoughTimes is how many learnt times stand for themselves; below, the standard fills up.
const enoughTimes = 5

// serviceTimes returns the times of each service of the catalogue. Where too few are learnt, the service standard,
// at the pace at which this office keeps its standards, takes the place of the missing ones.
func (o *Office) serviceTimes() []serviceTimes {
	all := make([]serviceTimes, len(o.Catalog.Services))
	var paces []float64
	for i := range o.Catalog.Services {
		s := &o.Catalog.Services[i]
		all[i] = slices.Sorted(slices.Values(o.Learnt[s.ID]))
		if n := len(all[i]); n >= enoughTimes {
			paces = append(paces, float64(all[i][n/2])/float64(s.standard()))
		}
	}
	pace := 1.0
	if len(paces) > 0 {
		slices.Sort(paces)
		pace = paces[len(paces)/2]
	}
	for i := range all {
		usual := float64(o.Catalog.Services[i].standard()) * pace
		missing := enoughTimes - len(all[i])
		for k := range missing {
			// Service times are skewed: from half of the usual to twice of it.
			u := (float64(k) + 0.5) / float64(missing)
			all[i] = append(all[i], time.Duration(usual*math.Exp(1.6*(u-0.5))))
		}
		slices.Sort(all[i])
	}
	return all
}

func (s *Service) standard() time.Duration { return time.Duration(s.StandardMinutes) * time.Minute }
