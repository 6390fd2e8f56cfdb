package dukcapil

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/BurntSushi/toml"
)

// Adapter names a service of the registry.
type Adapter string

// The adapters, as the file names them.
const (
	None    Adapter = "none"     // the office asks nobody
	CallNIK Adapter = "call_nik" // the record of a NIK
	Verify  Adapter = "verify"   // whether particulars match: nothing else leaves the registry
)

// KeyCase is how the keys of a question are written. Answers are read in either case.
type KeyCase string

// The cases of keys.
const (
	Upper KeyCase = "upper"
	Lower KeyCase = "lower"
)

// DefaultTimeout is how long one question may take, unless the file says otherwise. In the field answers take up to
// 30 s; a citizen does not wait that long, the look-up behind her does.
const DefaultTimeout = 30 * time.Second

// DefaultThreshold is the score in percent from which on the registry calls a name the same.
const DefaultThreshold = 90

// DefaultRequestsPerSecond spares the registry, unless the file says otherwise.
const DefaultRequestsPerSecond = 5

// Secret is a text that prints as "***".
type Secret string

func (Secret) String() string { return "***" }

// GoString keeps %#v from telling it.
func (Secret) GoString() string { return `"***"` }

// LogValue keeps a log from telling it.
func (Secret) LogValue() slog.Value { return slog.StringValue("***") }

// MarshalText keeps an encoder from telling it.
func (Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }

// Config says how an office reaches the registry. The zero value asks nobody.
type Config struct {
	Adapter     Adapter
	URL         string // "https://host[:port]/dukcapil/get_json", without the institution
	Institution string // part of the address
	UserID      string
	Password    Secret
	IPUser      string  // this office's address as it is registered with Dukcapil
	KeyCase     KeyCase // empty: lower for call_nik, upper for verify
	// DateFormat of a question in Go's notation; empty: "02-01-2006". The file writes it "DD-MM-YYYY".
	DateFormat   string
	Male, Female string        // JENIS_KLMIN of a question; empty: "LAKI-LAKI" and "PEREMPUAN"
	Threshold    int           // 1 to 100 percent; 0: DefaultThreshold
	Pins         []string      // "sha256/" and the base64 of the SHA-256 of a certificate's public key (SPKI)
	Timeout      time.Duration // of one question; 0: DefaultTimeout

	// What the desk keeps to.
	RequestsPerSecond float64 // more than 0
	QuotaAlarm        int     // calls left below which the administrator is told; 0: never
	Hours             Hours   // in which the registry may be asked; zero: always
}

// file is what the TOML file may say. Pointers tell a key that is missing from a zero.
type file struct {
	Adapter           string   `toml:"adapter"`
	URL               string   `toml:"url"`
	Institution       string   `toml:"institution"`
	UserID            string   `toml:"user_id"`
	PasswordFile      string   `toml:"password_file"`
	IPUser            string   `toml:"ip_user"`
	KeyCase           string   `toml:"key_case"`
	DateFormat        string   `toml:"date_format"`
	Male              string   `toml:"male"`
	Female            string   `toml:"female"`
	Threshold         *int     `toml:"threshold"`
	Pins              []string `toml:"pins"`
	Timeout           string   `toml:"timeout"`
	RequestsPerSecond *float64 `toml:"requests_per_second"`
	QuotaAlarm        int      `toml:"quota_alarm"`
	Hours             string   `toml:"hours"`
}

// keys are the names that the file may use.
const keys = "adapter, url, institution, user_id, password_file, ip_user, key_case, date_format, male, female, threshold, pins, timeout, requests_per_second, quota_alarm, hours"

// ReadConfig reads a TOML file and the password file that it names (relative to its own directory). An error is one
// line that names the file, the key and what is allowed; it never holds the password.
//
//	adapter = "verify"                                # or "call_nik", or "none": then the rest does not matter
//	url = "https://192.0.2.1/dukcapil/get_json"
//	institution = "kota-contoh"                       # the part of the address that follows
//	user_id = "loket"
//	password_file = "registry.password"               # first line; chmod 600, owned by who runs the server
//	ip_user = "192.0.2.7"                             # this office's address as it is registered
//	pins = ["sha256/..."]                             # of the server's public key, see Pin; empty: as the system trusts
//
// May be left out: key_case ("upper", "lower"), date_format ("DD-MM-YYYY"), male and female (JENIS_KLMIN as the service
// writes it), threshold (90), timeout ("30s"), requests_per_second (5), quota_alarm (0: never), hours ("07:00-21:00").
func ReadConfig(path string) (Config, error) {
	var f file
	meta, err := toml.DecodeFile(path, &f)
	if err != nil {
		return Config{}, fmt.Errorf("registry file %s: %w", path, oneLine(err))
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return Config{}, fmt.Errorf("registry file %s: unknown key %q; allowed are %s", path, unknown[0].String(), keys)
	}
	c, err := f.config()
	if err == nil && c.Adapter != None {
		c.Password, err = f.password(filepath.Dir(path))
	}
	if err == nil {
		err = c.check()
	}
	if err != nil {
		return Config{}, fmt.Errorf("registry file %s: %w", path, err)
	}
	return c, nil
}

// oneLine makes a syntax error of TOML, which may quote the file over many lines, one that names the place alone.
func oneLine(err error) error {
	var syntax toml.ParseError
	if errors.As(err, &syntax) {
		return fmt.Errorf("line %d: %s", syntax.Position.Line, syntax.Message)
	}
	return err
}

// config turns the file's words into values, with the defaults.
func (f file) config() (Config, error) {
	c := Config{
		Adapter: Adapter(f.Adapter), URL: strings.TrimRight(f.URL, "/"), Institution: f.Institution, UserID: f.UserID, IPUser: f.IPUser,
		KeyCase: KeyCase(f.KeyCase), Male: f.Male, Female: f.Female, Threshold: DefaultThreshold, Pins: f.Pins,
		Timeout: DefaultTimeout, RequestsPerSecond: DefaultRequestsPerSecond, QuotaAlarm: f.QuotaAlarm,
	}
	if f.Threshold != nil {
		if c.Threshold = *f.Threshold; c.Threshold == 0 {
			return c, errors.New("threshold must be 1 to 100")
		}
	}
	if f.RequestsPerSecond != nil {
		c.RequestsPerSecond = *f.RequestsPerSecond
	}
	var err error
	if f.Timeout != "" {
		if c.Timeout, err = time.ParseDuration(f.Timeout); err != nil || c.Timeout <= 0 {
			return c, fmt.Errorf("timeout %q: want a time such as 30s", f.Timeout)
		}
	}
	if c.DateFormat, err = dateLayout(f.DateFormat); err != nil {
		return c, err
	}
	c.Hours, err = ParseHours(f.Hours)
	return c, err
}

// dateLayout turns "DD-MM-YYYY" into Go's notation.
func dateLayout(format string) (string, error) {
	if format == "" {
		return defaultDate, nil
	}
	layout := strings.NewReplacer("DD", "02", "MM", "01", "YYYY", "2006").Replace(format)
	if !wholeDate.MatchString(layout) || strings.Count(layout, "02") != 1 || strings.Count(layout, "01") != 1 {
		return "", fmt.Errorf("date_format %q: want DD, MM and YYYY once each, such as DD-MM-YYYY", format)
	}
	return layout, nil
}

var wholeDate = regexp.MustCompile(`^(02|01|2006)[-/. ]?(02|01|2006)[-/. ]?(02|01|2006)$`)

const defaultDate = "02-01-2006"

// password reads the first line of the password file, which nobody but its owner may touch.
func (f file) password(dir string) (Secret, error) {
	if f.PasswordFile == "" {
		return "", errors.New("password_file is missing: the file whose first line is the password")
	}
	path := f.PasswordFile
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	in, err := os.Open(path) //nolint:gosec // the file that the operator named
	if err != nil {
		return "", fmt.Errorf("password_file: %w", err)
	}
	defer in.Close() // only read from
	st, err := in.Stat()
	if err != nil {
		return "", fmt.Errorf("password_file: %w", err)
	}
	if !st.Mode().IsRegular() {
		return "", fmt.Errorf("password_file %s is not a file", path)
	}
	if st.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("password_file %s can be read by others (mode %04o): chmod 600 it", path, st.Mode().Perm())
	}
	if sys, ok := st.Sys().(*syscall.Stat_t); ok && int(sys.Uid) != os.Geteuid() {
		return "", fmt.Errorf("password_file %s belongs to user %d, the server runs as user %d", path, sys.Uid, os.Geteuid())
	}
	line, err := bufio.NewReader(io.LimitReader(in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("password_file: %w", err)
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", fmt.Errorf("password_file %s: its first line is empty", path)
	}
	return Secret(line), nil
}

// check refuses a configuration that cannot work. Of none, the rest of the file does not matter.
func (c Config) check() error {
	if !slices.Contains([]Adapter{None, CallNIK, Verify}, c.Adapter) {
		return fmt.Errorf("adapter %q: allowed are call_nik, verify, none", string(c.Adapter))
	}
	if c.Adapter == None {
		return nil
	}
	for _, required := range []struct{ key, value string }{
		{"url", c.URL}, {"institution", c.Institution}, {"user_id", c.UserID}, {"ip_user", c.IPUser},
	} {
		if required.value == "" {
			return fmt.Errorf("%s is missing", required.key)
		}
	}
	if err := c.checkAddress(); err != nil {
		return err
	}
	switch {
	case c.KeyCase != "" && c.KeyCase != Upper && c.KeyCase != Lower:
		return fmt.Errorf("key_case %q: allowed are upper, lower", string(c.KeyCase))
	case c.Threshold < 0 || c.Threshold > 100:
		return errors.New("threshold must be 1 to 100")
	case c.Timeout < 0:
		return errors.New("timeout must be more than 0")
	case !(c.RequestsPerSecond > 0) || c.RequestsPerSecond > 1000: // not so of NaN either
		return errors.New("requests_per_second must be more than 0 and at most 1000")
	case c.QuotaAlarm < 0:
		return errors.New("quota_alarm must not be less than 0")
	}
	return nil
}

// checkAddress refuses what is no address of a registry, above all one without TLS: the password and the NIK are in
// the body.
func (c Config) checkAddress() error {
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("url: want https://host[:port]/path, without a user, ? and #")
	}
	if strings.ContainsAny(c.Institution, "/?#% ") || c.Institution == "." || c.Institution == ".." {
		return errors.New("institution: want one part of an address, without / ? # % and spaces")
	}
	for _, pin := range c.Pins {
		sum, ok := strings.CutPrefix(pin, pinPrefix)
		raw, err := base64.StdEncoding.DecodeString(sum)
		if !ok || err != nil || len(raw) != sha256.Size {
			return fmt.Errorf("pin %q: want sha256/ and the base64 of 32 bytes", pin)
		}
	}
	return nil
}
