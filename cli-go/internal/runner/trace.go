package runner

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"hanami.dev/sdk/go/transport"
)

const (
	hidden      = "***"
	longestTold = 4 << 10
)

var secretFields = []string{"password", "old_password", "id_token", "token", "key"}

// tell prints a request instead of sending it, and the same as a line for curl.
func (r *Runner) tell(request *transport.Request, call *Call) error {
	address := r.address() + request.Path
	if len(request.Query) > 0 {
		address += "?" + request.Query.Encode()
	}
	header := request.Header.Clone()
	if !call.Operation.Public {
		header.Set("Authorization", "Bearer $HANAMI_TOKEN")
	}
	body, _ := request.JSON.(json.RawMessage)
	if call.Operation.Sends != "" {
		header.Set("Content-Type", call.Operation.Sends)
	}
	told := &bytes.Buffer{}
	curl := fmt.Sprintf("curl -X %s %s", request.Method, quoted(address))
	fmt.Fprintf(told, "%s %s\n", request.Method, address)
	for _, name := range slices.Sorted(maps.Keys(header)) {
		fmt.Fprintf(told, "%s: %s\n", name, header.Get(name))
		curl += fmt.Sprintf(" -H \"%s: %s\"", name, strings.ReplaceAll(header.Get(name), `"`, `\"`))
	}
	if body != nil {
		body = masked(body)
		fmt.Fprintln(told)
		if err := json.Indent(told, body, "", "  "); err != nil {
			return err
		}
		fmt.Fprintln(told)
		curl += " -d " + quoted(string(body))
	}
	if call.Operation.IsFile() {
		curl += " --data-binary " + quoted("@"+call.File)
	}
	_, err := fmt.Fprintf(r.Streams.Out, "%s\n%s\n", told, curl)
	return err
}

func (r *Runner) address() string {
	if client, err := r.Client(true); err == nil {
		return client.URL()
	}
	return "$HANAMI_URL"
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// masked is a body without its secrets.
func masked(body []byte) []byte {
	fields := object{}
	if json.Unmarshal(body, &fields) != nil {
		return body
	}
	found := false
	for _, name := range secretFields {
		if value, ok := fields[name]; ok && len(value) > 0 && value[0] == '"' {
			fields[name], found = json.RawMessage(`"`+hidden+`"`), true
		}
	}
	if !found {
		return body
	}
	made, err := json.Marshal(fields)
	if err != nil {
		return []byte(hidden)
	}
	return made
}

// tracer tells every request and answer, without secrets.
type tracer struct {
	inner http.RoundTripper
	into  io.Writer
}

func debugging(into io.Writer) *http.Client {
	return &http.Client{Transport: &tracer{http.DefaultTransport, into}}
}

// RoundTrip sends a request.
func (t *tracer) RoundTrip(request *http.Request) (*http.Response, error) {
	_, _ = fmt.Fprintf(t.into, "> %s %s\n", request.Method, request.URL)
	for _, name := range slices.Sorted(maps.Keys(request.Header)) {
		value := request.Header.Get(name)
		if name == "Authorization" {
			value = "Bearer " + hidden
		}
		_, _ = fmt.Fprintf(t.into, "> %s: %s\n", name, value)
	}
	if request.GetBody != nil && request.Header.Get("Content-Type") == "application/json" {
		if body, err := request.GetBody(); err == nil {
			content, _ := io.ReadAll(body)
			_, _ = fmt.Fprintf(t.into, "> %s\n", shortened(masked(content)))
		}
	}
	began := time.Now()
	response, err := t.inner.RoundTrip(request)
	if err != nil {
		_, _ = fmt.Fprintf(t.into, "< %v\n", err)
		return nil, err
	}
	_, _ = fmt.Fprintf(t.into, "< %s in %v, request %s\n", response.Status, time.Since(began).Round(time.Millisecond), response.Header.Get("X-Request-Id"))
	return response, t.tellBody(response)
}

func (t *tracer) tellBody(response *http.Response) error {
	if media := response.Header.Get("Content-Type"); media != "application/json" && media != "application/problem+json" {
		return nil
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	_ = response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(content))
	_, err = fmt.Fprintf(t.into, "< %s\n", shortened(masked(content)))
	return err
}

func shortened(content []byte) string {
	if len(content) > longestTold {
		return fmt.Sprintf("%s… (%d bytes)", content[:longestTold], len(content))
	}
	return string(content)
}
