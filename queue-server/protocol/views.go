package protocol

import "time"

// Catalog is what a kiosk needs to know of the office; it changes rarely and is fetched by catalog.get.
type Catalog struct {
	Version  string    `json:"version"` // equal to KioskView.CatalogVersion
	Office   Office    `json:"office"`
	Agencies []Agency  `json:"agencies"`
	Services []Service `json:"services"`
	// Priorities are the classes of priority that the office offers, in the order they are shown.
	Priorities []PriorityClass `json:"priorities,omitempty"`
}

// PriorityClass is a reason to be called earlier, which the citizen chooses herself.
type PriorityClass struct {
	ID   string `json:"id"` // "lansia" is the one that an age can suggest
	Name Text   `json:"name"`
	Note Text   `json:"note,omitzero"` // who it is for: "60 tahun ke atas"
}

// Office says who and where the office is.
type Office struct {
	ID       string `json:"id"`
	Name     Text   `json:"name"`
	Place    Text   `json:"place"`
	TimeZone string `json:"time_zone"` // IANA name
	Zone     string `json:"zone"`      // WIB, WITA or WIT
}

// Agency is one institution in the hall.
type Agency struct {
	ID     string `json:"id"`
	Letter string `json:"letter"`
	Name   Text   `json:"name"`
	Short  Text   `json:"short"`
	Color  string `json:"color"` // #rrggbb
}

// Service is one thing that a citizen can come for.
type Service struct {
	ID              string   `json:"id"`
	AgencyID        string   `json:"agency_id"`
	Series          string   `json:"series"`
	Zone            Text     `json:"zone"` // name of the zone to wait in
	Name            Text     `json:"name"`
	Requirements    []Text   `json:"requirements"`
	BringShort      Text     `json:"bring_short"`
	StandardMinutes int      `json:"standard_minutes"`
	Completion      Text     `json:"completion"`
	FeeRupiah       int64    `json:"fee_rupiah"`
	FeeNote         Text     `json:"fee_note,omitzero"`
	LegalBasis      string   `json:"legal_basis"`
	Product         Text     `json:"product"`
	Complaint       Text     `json:"complaint"`
	Keywords        []string `json:"keywords,omitempty"`
	Identity        string   `json:"identity,omitempty"` // IdentityNone, IdentityOptional or IdentityRequired
}

// KioskView is the topic "kiosk".
type KioskView struct {
	Office         Office         `json:"office"`
	CatalogVersion string         `json:"catalog_version"`
	Open           bool           `json:"open"`                  // some service issues tickets now
	ClosedCode     string         `json:"closed_code,omitempty"` // why not, an error code
	Services       []ServiceState `json:"services"`
	NowServing     []Serving      `json:"now_serving"` // latest first, at most 3
	// Prints are the copies that officers asked kiosks for. A kiosk prints those of its own DeviceID whose ID it
	// has not printed yet, and answers each with ticket.printed.
	Prints []PrintJob `json:"prints,omitempty"` // oldest first, at most 8
}

// PrintJob is a copy of a slip that a kiosk is to print.
type PrintJob struct {
	ID        string    `json:"id"`
	DeviceID  string    `json:"device_id"`
	TicketID  string    `json:"ticket_id"`
	Number    string    `json:"number"`
	ServiceID string    `json:"service_id"`
	Address   string    `json:"address"`
	Ahead     int       `json:"ahead"`
	Wait      WaitRange `json:"wait"`
	IssuedAt  string    `json:"issued_at"` // RFC 3339 in the office's time zone
	State     string    `json:"state"`
	Counter   int       `json:"counter,omitempty"` // while it is called or served
}

// ServiceState is the live part of a service.
type ServiceState struct {
	ID         string    `json:"id"`
	Open       bool      `json:"open"`
	ClosedCode string    `json:"closed_code,omitempty"`
	Waiting    int       `json:"waiting"`
	Wait       WaitRange `json:"wait"` // of a ticket taken now
}

// Serving is a number at a counter.
type Serving struct {
	Number  string `json:"number"`
	Counter int    `json:"counter"`
}

// BoardView is the topic "board/<zone>". It has numbers and counters, never a person.
type BoardView struct {
	Office      Office        `json:"office"`
	Zone        Text          `json:"zone,omitzero"` // empty: the whole hall
	Calls       []BoardCall   `json:"calls"`         // newest first, at most 12
	Zones       []BoardZone   `json:"zones"`
	Waiting     int           `json:"waiting"`
	Longest     *BoardLongest `json:"longest,omitempty"`
	RunningText []Text        `json:"running_text,omitempty"`
}

// BoardCall is one announcement. A board announces the calls whose ID it has not announced yet.
type BoardCall struct {
	ID      string    `json:"id"`
	Number  string    `json:"number"`
	Counter int       `json:"counter"`
	Agency  Text      `json:"agency"`
	Letter  string    `json:"letter"`
	Color   string    `json:"color"`
	Service Text      `json:"service"`
	At      time.Time `json:"at"`
	Repeat  int       `json:"repeat"` // 1 for a first call
}

// BoardZone is what a zone of the hall serves now.
type BoardZone struct {
	ID      string         `json:"id"`
	Name    Text           `json:"name"`
	Waiting int            `json:"waiting"`
	Serving []BoardCounter `json:"serving"` // open counters by number
}

// BoardCounter is an open counter; Number is empty while nobody is called or served there.
type BoardCounter struct {
	Counter int    `json:"counter"`
	Number  string `json:"number,omitempty"`
	Letter  string `json:"letter"`
	Color   string `json:"color"`
	Paused  bool   `json:"paused,omitempty"`
}

// BoardLongest names the agency with the longest wait.
type BoardLongest struct {
	Agency Text      `json:"agency"`
	Wait   WaitRange `json:"wait"`
}

// LobbyView is the topic "console": the counters that an officer can choose from.
type LobbyView struct {
	Office   Office         `json:"office"`
	Officer  Officer        `json:"officer"`
	Counters []LobbyCounter `json:"counters"`
	Mine     string         `json:"mine,omitempty"` // counter id where this officer sits already
}

// LobbyCounter is one counter in the choice.
type LobbyCounter struct {
	ID      string `json:"id"`
	Number  int    `json:"number"`
	Agency  Text   `json:"agency"`
	Letter  string `json:"letter"`
	Color   string `json:"color"`
	Status  string `json:"status"` // closed, open, paused
	Officer string `json:"officer,omitempty"`
	Waiting int    `json:"waiting"`
}

// Officer is the signed-in user of a console.
type Officer struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role Role   `json:"role"`
}

// ConsoleView is the topic "console/<counter>".
type ConsoleView struct {
	Office   Office          `json:"office"`
	Officer  Officer         `json:"officer"`
	Counter  LobbyCounter    `json:"counter"`
	Current  *ConsoleTicket  `json:"current,omitempty"` // called or being served here
	Next     *ConsoleTicket  `json:"next,omitempty"`    // what ticket.call_next would call
	Waiting  []ConsoleTicket `json:"waiting"`           // of this counter's services, in call order, at most 100
	Held     []ConsoleTicket `json:"held"`
	NoShow   []ConsoleTicket `json:"no_show"`
	Targets  []Target        `json:"targets"` // services a ticket can be transferred to
	Stats    ConsoleStats    `json:"stats"`
	Troubles []DeviceTrouble `json:"troubles,omitempty"`
	Kiosks   []ConsoleKiosk  `json:"kiosks"`           // where a copy of a slip can be printed
	Prints   []ConsolePrint  `json:"prints,omitempty"` // copies that this officer asked for, newest first, for two minutes
}

// ConsoleKiosk is a kiosk as a place to print at.
type ConsoleKiosk struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Ready bool   `json:"ready"` // online and without a fault of the printer
}

// The states of a ConsolePrint.
const (
	PrintSent    = "sent"    // the kiosk has not answered yet
	PrintDone    = "printed" // it is on paper
	PrintFailed  = "failed"  // the kiosk could not; Cause says why
	PrintExpired = "expired" // the kiosk did not answer for a minute
)

// ConsolePrint is a copy that the officer asked for, and what became of it.
type ConsolePrint struct {
	ID     string `json:"id"` // ReprintParams.JobID
	Number string `json:"number"`
	Kiosk  string `json:"kiosk"` // name
	State  string `json:"state"`
	Cause  string `json:"cause,omitempty"` // as in device.report
}

// ConsoleTicket is a ticket as an officer sees it. Times are RFC 3339.
type ConsoleTicket struct {
	Number          string     `json:"number"`
	Service         Text       `json:"service"`
	State           string     `json:"state"`
	IssuedAt        time.Time  `json:"issued_at"`
	WaitedSince     time.Time  `json:"waited_since"` // start of the wait that counts (confirmed, or issued)
	CalledAt        *time.Time `json:"called_at,omitempty"`
	StartedAt       *time.Time `json:"started_at,omitempty"`
	Calls           int        `json:"calls,omitempty"`
	StandardMinutes int        `json:"standard_minutes"`
	KioskID         string     `json:"kiosk_id,omitempty"` // that issued it
	Priority        Text       `json:"priority,omitzero"`  // name of the class
	// Person is whose ticket it is, of ConsoleView.Current only.
	Person *ConsolePerson `json:"person,omitempty"`
}

// Target is a service that a ticket can be sent on to.
type Target struct {
	ServiceID string `json:"service_id"`
	Agency    Text   `json:"agency"`
	Service   Text   `json:"service"`
	Letter    string `json:"letter"`
	Color     string `json:"color"`
	Open      bool   `json:"open"` // some open counter serves it
}

// ConsoleStats is the counter's day so far.
type ConsoleStats struct {
	Served         int `json:"served"`
	AverageSeconds int `json:"average_seconds"`
	OverStandard   int `json:"over_standard"` // waiting longer than 30 minutes now
}

// DeviceTrouble is a fault that staff should see to.
type DeviceTrouble struct {
	DeviceID string    `json:"device_id"`
	Device   string    `json:"device"`
	Part     string    `json:"part"`
	Cause    string    `json:"cause"`
	Since    time.Time `json:"since"`
}

// SupervisorView is the topic "supervisor": the admin page.
type SupervisorView struct {
	Office   Office          `json:"office"`
	Officer  Officer         `json:"officer"`
	Day      string          `json:"day"`
	Users    []User          `json:"users"`
	Agencies []Agency        `json:"agencies"`
	Zones    []Zone          `json:"zones"`
	Counters []CounterConfig `json:"counters"`
	Services []ServiceConfig `json:"services"`
	Devices  []Device        `json:"devices"`
	Totals   Totals          `json:"totals"`
	Registry RegistryStatus  `json:"registry"`
}

// Totals counts today's tickets by state.
type Totals struct {
	Issued    int `json:"issued"`
	Waiting   int `json:"waiting"`
	Serving   int `json:"serving"`
	Completed int `json:"completed"`
	NoShow    int `json:"no_show"`
	Cancelled int `json:"cancelled"`
	Expired   int `json:"expired"`
}

// User is an account. Its password never leaves the server.
type User struct {
	ID       string `json:"id"`
	Login    string `json:"login"`
	Name     string `json:"name"`
	Role     Role   `json:"role"`
	Disabled bool   `json:"disabled,omitempty"`
}

// Zone is a part of the hall.
type Zone struct {
	ID   string `json:"id"`
	Name Text   `json:"name"`
}

// CounterConfig is a counter as the administrator sets it up.
type CounterConfig struct {
	ID       string `json:"id"`
	Number   int    `json:"number"`
	AgencyID string `json:"agency_id"`
	ZoneID   string `json:"zone_id"`
	Tiers    []Tier `json:"tiers"`
	Status   string `json:"status,omitempty"`  // view only
	Officer  string `json:"officer,omitempty"` // view only
}

// Tier is a set of services of the same rank; LimitMinutes of waiting lifts it above higher ones (0: never).
type Tier struct {
	Services     []string `json:"services"`
	LimitMinutes int      `json:"limit_minutes,omitempty"`
}

// ServiceConfig is a service as the administrator sets it up.
type ServiceConfig struct {
	Service
	ZoneID     string `json:"zone_id"`
	Procedure  Text   `json:"procedure"`
	DailyQuota int    `json:"daily_quota,omitempty"`
	LastTicket string `json:"last_ticket,omitempty"`
	// PersonLimit is how many tickets one person may take in a day; 0: no limit.
	PersonLimit int  `json:"person_limit,omitempty"`
	Closed      bool `json:"closed,omitempty"`
	Issued      int  `json:"issued,omitempty"` // today; view only
}

// Device is a paired or announced kiosk or display and its health.
type Device struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Role     Role            `json:"role"`
	Zone     string          `json:"zone,omitempty"`
	Paired   bool            `json:"paired"`
	Code     string          `json:"code,omitempty"` // while it waits to be paired
	Expires  *time.Time      `json:"expires,omitempty"`
	Online   bool            `json:"online"`
	Since    *time.Time      `json:"since,omitempty"` // of Online
	Troubles []DeviceTrouble `json:"troubles,omitempty"`
}

// TicketView is the topic "ticket/<token>": the citizen's own ticket on her phone.
type TicketView struct {
	Office       Office    `json:"office"`
	Number       string    `json:"number"`
	State        string    `json:"state"`
	Agency       Agency    `json:"agency"`
	Service      Text      `json:"service"`
	Zone         Text      `json:"zone"`
	Requirements []Text    `json:"requirements"`
	Ahead        int       `json:"ahead"`
	AheadAtIssue int       `json:"ahead_at_issue,omitempty"`
	Wait         WaitRange `json:"wait"`
	Counter      int       `json:"counter,omitempty"` // while called or being served
	CallID       string    `json:"call_id,omitempty"`
	CanCancel    bool      `json:"can_cancel"`
}
