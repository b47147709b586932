// Package linksfieldsandbox is linksfield-sandbox for go test, in one file: copy it into a folder of your module. Go 1.19 or later, the
// standard library alone.
//
//	func TestMain(m *testing.M) { os.Exit(linksfieldsandbox.Main(m)) }
//
//	func TestBuys(t *testing.T) {
//		t.Parallel()
//		sandbox := linksfieldsandbox.New(t)
//		… sandbox.BaseURL …
//	}
//
// Each test has a session of its own, named after it: its own orders, clock, rules, journal. A test that fails shows the last entries of
// its session's journal. NeedsControl(t) skips a test where SANDBOX_TARGET is set.
//
// Where the server comes from, in this order:
//
//	SANDBOX_TARGET=https://…          the vendor's test environment, or any other base URL: no control, nothing is started
//	LINKSFIELD_SANDBOX_URL=http://…   a sandbox that runs already (linksfield-sandbox exec -- go test ./...); it is not stopped
//	LINKSFIELD_SANDBOX_BIN=/path      this program is started; else linksfield-sandbox on the PATH
package linksfieldsandbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

const contract = 1

const howToGetIt = `linksfield-sandbox is not on the PATH, and LINKSFIELD_SANDBOX_BIN is not set.
  have a checkout:  cargo build --release && export LINKSFIELD_SANDBOX_BIN=$PWD/target/release/linksfield-sandbox
  have it running:  export LINKSFIELD_SANDBOX_URL=http://127.0.0.1:8484
  want the vendor's test environment:  export SANDBOX_TARGET=https://…`

// No proxy, whatever the environment says: the sandbox is on this machine.
var direct = &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}

// Fields is an object of JSON.
type Fields = map[string]any

// Account is there from the start.
type Account struct {
	Email       string `json:"email"`
	Passwd      string `json:"passwd"`
	PartnerCode string `json:"partnerCode"`
}

// Server makes sessions.
type Server struct {
	URL     string
	control string
	child   *exec.Cmd
	stdin   io.Closer
}

// Session is a whole sandbox in miniature. Give BaseURL to the client under test.
type Session struct {
	Name, BaseURL string
	Seed          uint64
	Account       Account
	token, at     string
	t             testing.TB
}

var shared struct {
	sync.Mutex
	server *Server
	err    error
}

// Main runs the tests and stops the server that they have used.
func Main(m *testing.M) int {
	status := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.server != nil {
		shared.server.Stop()
	}
	return status
}

// Shared is the server of this process: one that is there, or one that is started once. It ends with the process.
func Shared() (*Server, error) {
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil && shared.err == nil {
		switch {
		case Target() != "":
			shared.server = &Server{URL: Target()}
		case os.Getenv("LINKSFIELD_SANDBOX_URL") != "":
			url := strings.TrimRight(os.Getenv("LINKSFIELD_SANDBOX_URL"), "/")
			shared.server = &Server{URL: url, control: url + "/__sandbox"}
		default:
			shared.server, shared.err = Start()
		}
	}
	return shared.server, shared.err
}

// Target is the base URL of SANDBOX_TARGET, or nothing.
func Target() string { return strings.TrimRight(os.Getenv("SANDBOX_TARGET"), "/") }

// NeedsControl skips a test that steers the sandbox where there is nothing to steer.
func NeedsControl(t testing.TB) {
	t.Helper()
	if Target() != "" {
		t.Skipf("needs control, and SANDBOX_TARGET=%s has none", Target())
	}
}

// Start starts a server of your own: Start("--scenario", "sold-out"). It ends with this process, whatever becomes of it.
func Start(args ...string) (*Server, error) {
	binary := os.Getenv("LINKSFIELD_SANDBOX_BIN")
	if binary == "" {
		found, err := exec.LookPath("linksfield-sandbox")
		if err != nil {
			return nil, errors.New(howToGetIt)
		}
		binary = found
	}
	child := exec.Command(binary, append([]string{"serve", "--listen", "127.0.0.1:0", "--exit-on-stdin-eof"}, args...)...)
	for _, one := range os.Environ() {
		if !strings.HasPrefix(one, "LINKSFIELD_SANDBOX_BIN=") && !strings.HasPrefix(one, "LINKSFIELD_SANDBOX_URL=") {
			child.Env = append(child.Env, one)
		}
	}
	log, err := os.CreateTemp("", "linksfield-sandbox-*.log")
	if err != nil {
		return nil, err
	}
	defer os.Remove(log.Name())
	defer log.Close()
	// A file and not a pipe: whoever forgets to stop the server does not wait for it.
	child.Stderr = log
	stdin, err := child.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := child.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := child.Start(); err != nil {
		return nil, fmt.Errorf("%s cannot be started: %w. LINKSFIELD_SANDBOX_BIN names it", binary, err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		ended := child.Wait()
		said, _ := os.ReadFile(log.Name())
		return nil, fmt.Errorf("%s ended (%v):\n%s", strings.Join(child.Args, " "), ended, said)
	}
	var ready struct {
		Contract int
		URL      string
	}
	if err := json.Unmarshal([]byte(line), &ready); err != nil || ready.Contract != contract {
		_ = child.Process.Kill()
		_ = child.Wait()
		return nil, fmt.Errorf("%s says %s; this helper knows contract %d. Copy linksfield_sandbox.go anew from the version that you run",
			binary, strings.TrimSpace(line), contract)
	}
	return &Server{URL: ready.URL, control: ready.URL + "/__sandbox", child: child, stdin: stdin}, nil
}

// Stop stops the server in words, and if nobody listens by force. One that was there before is left alone.
func (server *Server) Stop() {
	if server.child == nil {
		return
	}
	if _, err := ask("POST", server.control+"/shutdown", nil); err != nil {
		server.stdin.Close()
	}
	force := time.AfterFunc(5*time.Second, func() { _ = server.child.Process.Kill() })
	_ = server.child.Wait()
	force.Stop()
	server.child = nil
}

// New is the session of a test, named after it; it is dropped when the test is over. What it starts from may be given:
// New(t, Fields{"scenario": "sold-out", "seed": 7}).
func New(t testing.TB, options ...Fields) *Session {
	t.Helper()
	server, err := Shared()
	if err != nil {
		t.Fatal(err)
	}
	session, err := server.Session(t.Name(), options...)
	if err != nil {
		t.Fatal(err)
	}
	session.t = t
	t.Cleanup(func() {
		if t.Failed() && session.at != "" {
			t.Logf("sandbox: the last calls of this test\n%s", session.Excerpt())
		}
		if err := session.Drop(); err != nil {
			t.Error(err)
		}
	})
	return session
}

// Session makes a session. The server makes a slug of the name.
func (server *Server) Session(name string, options ...Fields) (*Session, error) {
	if server.control == "" {
		account := Account{
			Email:       orElse("SANDBOX_TARGET_EMAIL", "mei.tan@traveller.example"),
			Passwd:      orElse("SANDBOX_TARGET_PASSWD", "dea5c48620abe0fa8fdab91b05d469cf"),
			PartnerCode: orElse("SANDBOX_TARGET_PARTNER", "1000000005"),
		}
		return &Session{Name: "target", BaseURL: server.URL, Account: account}, nil
	}
	for at := 1; ; at++ {
		body := Fields{"name": name}
		if at > 1 {
			body["name"] = fmt.Sprintf("%d-%s", at, name)
		}
		for _, some := range options {
			for key, value := range some {
				body[key] = value
			}
		}
		text, err := ask("POST", server.control+"/sessions", body, 409)
		if err != nil {
			return nil, err
		}
		var made struct {
			ID       string
			Seed     uint64
			Token    string
			DemoUser Account
			URLs     struct{ Path string }
			Error    struct{ Code, Message string }
		}
		if err := json.Unmarshal(text, &made); err != nil {
			return nil, err
		}
		if made.ID != "" {
			place := server.control + "/sessions/" + made.ID
			return &Session{Name: made.ID, BaseURL: made.URLs.Path, Seed: made.Seed, Account: made.DemoUser, token: made.Token, at: place}, nil
		}
		if made.Error.Code != "session-exists" {
			return nil, fmt.Errorf("no session for %s: %s", name, made.Error.Message)
		}
	}
}

// Control makes any other call of the session's control API, and reads its answer into what is given: Control("GET", "/profiles", nil, &found).
func (session *Session) Control(method, path string, body, found any, passing ...int) {
	session.t.Helper()
	if session.at == "" {
		session.t.Fatalf("%s %s needs control, and %s is a target without: begin the test with NeedsControl(t)", method, path, session.BaseURL)
	}
	text, err := ask(method, session.at+path, body, passing...)
	if err == nil && found != nil {
		err = json.Unmarshal(text, found)
	}
	if err != nil {
		session.t.Fatal(err)
	}
}

// Token is a ready token of the account, for x-access-token.
func (session *Session) Token() string {
	session.t.Helper()
	if session.at == "" {
		session.t.Fatalf("a ready token needs control, and %s is a target without: begin the test with NeedsControl(t)", session.BaseURL)
	}
	return session.token
}

// FailNext fails the next call: FailNext("pre-order", Fields{"fault": "lost", "commit": true}), Fields{"code": 6006, "times": 2}.
func (session *Session) FailNext(on string, what Fields) {
	session.t.Helper()
	body := Fields{"on": on}
	for key, value := range what {
		body[key] = value
	}
	session.Control("POST", "/fail-next", body, nil)
}

// Fired is what happened while the clock was moved.
type Fired struct{ At, Kind, Key string }

// Advance moves the session's clock: "61m", "3d".
func (session *Session) Advance(by string) []Fired {
	session.t.Helper()
	var moved struct{ Fired []Fired }
	session.Control("POST", "/clock/advance", Fields{"by": by}, &moved)
	return moved.Fired
}

// Pay plays the partner's server that tells the vendor: Pay(id, Fields{"outcome": "fail"}), amount, copies, after.
func (session *Session) Pay(order any, how Fields) {
	session.t.Helper()
	if how == nil {
		how = Fields{}
	}
	session.Control("POST", fmt.Sprintf("/orders/%v/pay", order), how, nil)
}

// Order is what the sandbox knows of one; all else is in Control("GET", "/orders/…").
type Order struct {
	ID                                  int64
	OrderNo, PayStatus, ICCID, Currency string
	OrderPayStatus                      int
	Amount                              float64
}

// Orders are the session's, in the order of their making.
func (session *Session) Orders() []Order {
	session.t.Helper()
	var found struct{ Orders []Order }
	session.Control("GET", "/orders?limit=1000", nil, &found)
	return found.Orders
}

// Entry is a call and its answer.
type Entry struct {
	Turn     int
	Rule     string
	Request  struct{ Method, Target string }
	Response struct {
		Status int
		Code   *int
		Body   any
	}
	Wire, Notes []string
}

// Journal has the calls that reached the session: Journal(), Journal("on=pre-order", "last=5").
func (session *Session) Journal(filters ...string) []Entry {
	session.t.Helper()
	var found struct{ Entries []Entry }
	session.Control("GET", "/journal?"+strings.Join(filters, "&"), nil, &found)
	return found.Entries
}

// Verify holds the session to rows of expectations: Fields{"orders": Fields{"payStatus": "paid"}, "count": 1}; of none, to its scenario's.
func (session *Session) Verify(expect ...Fields) {
	session.t.Helper()
	body := Fields{}
	if len(expect) > 0 {
		body["expect"] = expect
	}
	var found struct {
		Met   bool
		Diff  string
		Error struct{ Message string }
	}
	session.Control("POST", "/verify", body, &found, 409)
	if !found.Met && found.Diff == "" {
		found.Diff = found.Error.Message
	}
	if !found.Met {
		session.t.Error(found.Diff)
	}
}

// Excerpt has the last entries of the journal, a line each, for somebody who looks at a failed test.
func (session *Session) Excerpt() string {
	var found struct{ Entries []Entry }
	text, err := ask("GET", session.at+"/journal?last=10", nil)
	if err == nil {
		err = json.Unmarshal(text, &found)
	}
	if err != nil {
		return err.Error()
	}
	lines := []string{fmt.Sprintf("session %s, seed %d, %s", session.Name, session.Seed, session.BaseURL)}
	for _, entry := range found.Entries {
		line := fmt.Sprintf("turn %-3d %s %s  %d", entry.Turn, entry.Request.Method, entry.Request.Target, entry.Response.Status)
		if code := entry.Response.Code; code != nil {
			line += fmt.Sprintf(" code %d", *code)
			if body, ok := entry.Response.Body.(Fields); ok && *code != 0 {
				line += fmt.Sprintf(" %q", body["message"])
			}
		}
		if entry.Rule != "" {
			line += "  rule " + entry.Rule
		}
		lines = append(lines, strings.Join(append(append([]string{line}, entry.Wire...), entry.Notes...), "; "))
	}
	if len(lines) == 1 {
		lines = append(lines, "no call has reached it")
	}
	return strings.Join(lines, "\n")
}

// Drop ends the session.
func (session *Session) Drop() error {
	if session.at == "" {
		return nil
	}
	_, err := ask("DELETE", session.at, nil, 404, 410)
	return err
}

func orElse(variable, usual string) string {
	if value := os.Getenv(variable); value != "" {
		return value
	}
	return usual
}

func ask(method, url string, body any, passing ...int) ([]byte, error) {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, url, content)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if token := os.Getenv("LINKSFIELD_SANDBOX_CONTROL_TOKEN"); token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := direct.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%w: nobody answers. Has the server been stopped?", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode < 300 {
		return text, err
	}
	for _, status := range passing {
		if answer.StatusCode == status {
			return text, nil
		}
	}
	var refused struct {
		Error struct{ Message, Pointer, Help string }
	}
	if json.Unmarshal(text, &refused) != nil {
		refused.Error.Message = string(text)
	}
	said := strings.TrimSpace(refused.Error.Message + " " + refused.Error.Pointer)
	if refused.Error.Help != "" {
		said += "\n  help: " + refused.Error.Help
	}
	return nil, fmt.Errorf("%s %s was answered %d: %s", method, url, answer.StatusCode, said)
}
