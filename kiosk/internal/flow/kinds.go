package flow

func (Touch) input()          {}
func (TakeNumber) input()     {}
func (OpenSearch) input()     {}
func (ChooseAgency) input()   {}
func (ChooseService) input()  {}
func (TypeKey) input()        {}
func (Erase) input()          {}
func (TurnPage) input()       {}
func (TakeTicket) input()     {}
func (NumberNoted) input()    {}
func (Back) input()           {}
func (Another) input()        {}
func (Finish) input()         {}
func (SetLang) input()        {}
func (ToggleLarge) input()    {}
func (ToggleContrast) input() {}
func (ToggleReach) input()    {}
func (Reserved) input()       {}
func (Refused) input()        {}
func (Printed) input()        {}
func (NotPrinted) input()     {}
func (NewView) input()        {}
func (NewCatalog) input()     {}
func (Tick) input()           {}

func (Reserve) effect() {}
func (Print) effect()   {}
func (Confirm) effect() {}
func (Cancel) effect()  {}
