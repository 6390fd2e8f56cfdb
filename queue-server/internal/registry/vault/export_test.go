package vault

// SetBetween has a test called after each step of Rotate; its error ends the rotation there.
func (s *Store) SetBetween(f func(step string) error) { s.between = f }
