package flow

// byCitizen marks the inputs that are touches: they start a visit and extend it.
type byCitizen interface{ byCitizen() }

func (Touch) byCitizen()          {}
func (TakeNumber) byCitizen()     {}
func (OpenSearch) byCitizen()     {}
func (ChooseAgency) byCitizen()   {}
func (ChooseService) byCitizen()  {}
func (TypeKey) byCitizen()        {}
func (Erase) byCitizen()          {}
func (TurnPage) byCitizen()       {}
func (TakeTicket) byCitizen()     {}
func (NumberNoted) byCitizen()    {}
func (OpenFind) byCitizen()       {}
func (ChooseField) byCitizen()    {}
func (SendFind) byCitizen()       {}
func (Scanned) byCitizen()        {}
func (TakeCopy) byCitizen()       {}
func (Back) byCitizen()           {}
func (Another) byCitizen()        {}
func (Finish) byCitizen()         {}
func (SetLang) byCitizen()        {}
func (ToggleLarge) byCitizen()    {}
func (ToggleContrast) byCitizen() {}
func (ToggleReach) byCitizen()    {}

func (Reserve) effect()   {}
func (Print) effect()     {}
func (Confirm) effect()   {}
func (Cancel) effect()    {}
func (LookUp) effect()    {}
func (PrintCopy) effect() {}
