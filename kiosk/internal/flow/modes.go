package flow

func (in SetLang) step(s *State) []Effect {
	s.begin()
	if in.Lang == defaultLang || in.Lang == alternativeLang {
		s.Prefs.Lang = in.Lang
		s.keepPage()
	}
	return nil
}

func (ToggleLarge) step(s *State) []Effect {
	return s.toggle(func(p *Prefs) { p.LargeText = !p.LargeText })
}

func (ToggleContrast) step(s *State) []Effect {
	return s.toggle(func(p *Prefs) { p.HighContrast = !p.HighContrast })
}

func (ToggleReach) step(s *State) []Effect {
	return s.toggle(func(p *Prefs) { p.LowReach = !p.LowReach })
}

// toggle changes a mode and stays at the page that has the first entry shown before.
func (s *State) toggle(change func(*Prefs)) []Effect {
	s.begin()
	first := s.Page * s.perPage()
	change(&s.Prefs)
	s.Page = first / s.perPage()
	s.keepPage()
	return nil
}
