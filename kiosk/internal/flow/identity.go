package flow

import "loket/queue-server/protocol"

// The screens on which a citizen says who she is and whether she needs priority. What she types and shows there is
// wiped with the visit, after 30 seconds without a touch.
const (
	Identity      Screen = "identity" // the card, or the NIK on own keys
	Privacy       Screen = "privacy"  // the whole notice behind "Selengkapnya"
	ConfirmPerson Screen = "confirm"  // "Benar ini Anda?" with masked name and NIK
	Priority      Screen = "priority" // the classes of priority; "Tidak, lanjutkan" is the main action
)

// The troubles of a person's tickets.
const (
	TroubleLimit   TroubleKind = "limit"   // she had all tickets of the service that she may have today
	TroubleAlready TroubleKind = "already" // she got a ticket of the service elsewhere a moment ago: find my ticket
)

// IdentityProblem is the sentence under the field on Identity: a protocol.NIKProblem, or one of these.
type IdentityProblem string

// The problems beside those of a NIK.
const (
	ProblemCardNew   IdentityProblem = "card_unknown"    // no problem of hers: the card needs its NIK once
	ProblemCardOdd   IdentityProblem = "card_unbindable" // this card tells no lasting number: type the NIK
	ProblemCode      IdentityProblem = "code"            // a code that cannot be read here, such as that of the IKD app
	ProblemRecheck   IdentityProblem = "recheck"         // the registry does not have it: check it, or go on with it
	ProblemNoAnswer  IdentityProblem = "no_answer"       // the server does not answer
	ProblemTooMany   IdentityProblem = "too_many"        // this kiosk may not try for a moment
	ProblemElsewhere IdentityProblem = "refused"         // anything else: an officer helps
)

// IdentityForm is what was typed and shown on Identity.
type IdentityForm struct {
	Typed string // digits of the NIK so far; screens show the last one only
	Card  string // that is to be bound to the NIK; empty when none is
	// Disowned says that the server knows Card as somebody's, and that she has said it is not her.
	Disowned bool
	Problem  IdentityProblem
	Asked    Identify // the question that is under way; zero when none is
	sure     string   // the NIK that was answered with "recheck"
}

// Busy says whether an answer is waited for.
func (f IdentityForm) Busy() bool { return f.Asked != Identify{} }

// Complete says whether the NIK can be sent: it has all its digits, none of which is certainly wrong.
func (f IdentityForm) Complete() bool {
	return len(f.Typed) == protocol.NIKLength && !f.Busy() && !f.Problem.ofNIK()
}

// Clears says whether the field is better typed anew: the digits are wrong, or nobody is known by them.
func (f IdentityForm) Clears() bool {
	return f.Typed != "" && !f.Busy() && (f.Problem.ofNIK() || f.Problem == ProblemRecheck)
}

// ofNIK says whether the problem is one of the digits, which only other digits mend.
func (p IdentityProblem) ofNIK() bool {
	switch protocol.NIKProblem(p) {
	case protocol.NIKLengthWrong, protocol.NIKLetters, protocol.NIKProvince, protocol.NIKDay, protocol.NIKMonth,
		protocol.NIKDate, protocol.NIKFuture, protocol.NIKSerial, protocol.NIKIsUID:
		return true
	}
	return false
}

// What the citizen does on these screens. TakeTicket leads on from each of them.
type (
	// CardRead is a card on the reader: on Identity and Privacy it is asked for at once, and on FindTicket its holder's
	// ticket. Up to Requirements it is kept for Identity (State.HasShown); on Attract it begins the visit. Elsewhere it says only that somebody is here.
	CardRead struct {
		UID      string
		Bindable bool
	}
	// NIKRead is a NIK that a reader gave; it counts where a card does. One that cannot be a NIK is not kept.
	NIKRead struct{ NIK string }
	// CodeRead is a code that means nothing here; Identity says so.
	CodeRead struct{}
	// SendNIK asks who has the NIK that was typed.
	SendNIK struct{}
	// OpenPrivacy shows the whole notice.
	OpenPrivacy struct{}
	// NotMe goes from ConfirmPerson back to an Identity that has the card only, which then needs a NIK.
	NotMe struct{}
	// EraseAll empties the NIK on Identity.
	EraseAll struct{}
	// NoID says on Identity, of a service that must know who she is, that she has neither card nor NIK with her.
	NoID struct{}
	// OpenPriority goes from Requirements to Priority, for a service that asks for no identity.
	OpenPriority struct{}
)

// What the station reports.
type (
	// Identified answers an Identify.
	Identified struct {
		Asked  Identify
		Result protocol.IdentifyResult
	}
	// NotIdentified answers an Identify; Code is an error code, or empty when the server did not answer.
	NotIdentified struct {
		Asked Identify
		Code  string
	}
)

// Identify asks the server who it is; answered by Identified or NotIdentified. Try tells one question from the next.
type Identify struct {
	Try       int
	Card, NIK string
	ServiceID string
	Sure      bool
}

func (CardRead) byCitizen()     {}
func (NIKRead) byCitizen()      {}
func (CodeRead) byCitizen()     {}
func (SendNIK) byCitizen()      {}
func (OpenPrivacy) byCitizen()  {}
func (NotMe) byCitizen()        {}
func (EraseAll) byCitizen()     {}
func (NoID) byCitizen()         {}
func (OpenPriority) byCitizen() {}

func (Identify) effect() {}
