package output

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	hanami "hanami.dev/sdk/go"
	"hanami.dev/sdk/go/generated/api"
)

var update = flag.Bool("update", false, "write the golden files again")

const (
	page = `{"items": [
		{"id": "c1", "name": "pump", "progress": {"done": 12, "total": 40, "loss": 0.123456789}, "note": null, "on": true, "created_at": "2026-11-23T15:45:14.123456Z"},
		{"id": "c2", "name": "花見 Ωμέγα", "progress": {"done": 9007199254740993, "total": 1e30, "loss": null}, "note": "two\nlines of it, and then so many words that nobody wants to read them in a table", "on": false, "created_at": "2026-11-23T15:45:15Z"}
	], "next_cursor": "abc"}`
	thing1 = `{"id": "c1", "text": "version: 1\nhexagons: []\n", "statistics": {"samples": 3, "bytes": 528}, "scopes": ["learn", "request"], "matrix": [[1, 2], [3, 4]],
		"points": [{"at": 1, "statistics": {"at": 2}}, {"at": 3, "statistics": {"at": 4}}], "none": []}`
)

func TestGolden(t *testing.T) {
	shape := Shape{Pages: true, Columns: []string{"id", "name", "progress.done", "progress.loss", "created_at"}}
	shape.Wide = append(shape.Columns, "note", "on", "progress.total", "missing")
	for name, show := range map[string]func(Streams) error{
		"table":  func(s Streams) error { return Show(s, Table, "", shape, json.RawMessage(page)) },
		"colors": func(s Streams) error { s.Color = true; return Show(s, Table, "", shape, json.RawMessage(page)) },
		"wide":   func(s Streams) error { return Show(s, Wide, "", shape, json.RawMessage(page)) },
		"json":   func(s Streams) error { return Show(s, JSON, "", shape, json.RawMessage(page)) },
		"yaml":   func(s Streams) error { return Show(s, YAML, "", shape, json.RawMessage(page)) },
		"name":   func(s Streams) error { return Show(s, Name, "", shape, json.RawMessage(page)) },
		"jq": func(s Streams) error {
			return Show(s, Table, ".items[] | .name, .progress", shape, json.RawMessage(page))
		},
		"thing": func(s Streams) error { return Show(s, Table, "", Shape{}, json.RawMessage(thing1)) },
		"event": func(s Streams) error { return Event(s, Table, "", json.RawMessage(thing1)) },
		"nothing": func(s Streams) error {
			return Show(s, Table, "", shape, json.RawMessage(`{"items": [], "next_cursor": null}`))
		},
	} {
		t.Run(name, func(t *testing.T) {
			said := &bytes.Buffer{}
			if err := show(Streams{Out: said, Err: said}); err != nil {
				t.Fatal(err)
			}
			compare(t, filepath.Join("testdata", name+".golden"), said.Bytes())
		})
	}
}

func compare(t *testing.T, path string, said []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, said, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(path) // #nosec G304 -- a file of this test
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(golden, said) {
		t.Errorf("%s (`go test ./internal/output -update` writes it again):\n%s\ngot:\n%s", path, golden, said)
	}
}

func TestFailures(t *testing.T) {
	refused := &hanami.APIError{Problem: api.Problem{
		Status: 422, Title: "Validation failed", Detail: "Some fields are not as they should be.", RequestId: "5f3a",
		Errors: []api.FieldProblem{{Field: "source.file", Message: "expected an upload"}},
	}}
	for format, wanted := range map[Format]string{
		Table: "error: Validation failed (422): Some fields are not as they should be.\n  --source-file: expected an upload\n  request 5f3a\n",
		JSON: `{"kind":"validation-failed","status":422,"title":"Validation failed","detail":"Some fields are not as they should be.",` +
			`"errors":[{"field":"source.file","message":"expected an upload"}],"request_id":"5f3a"}` + "\n",
	} {
		said := &bytes.Buffer{}
		Fail(Streams{Err: said}, format, refused)
		if said.String() != wanted {
			t.Errorf("%s: expected\n%s\ngot\n%s", format, wanted, said)
		}
	}
	said := &bytes.Buffer{}
	Fail(Streams{Err: said, ErrColor: true}, Table, errors.New("it"))
	if said.String() != "\x1b[31merror:\x1b[0m it\n" {
		t.Errorf("got %q", said)
	}
	if line := string(FailureLine(&hanami.SessionClosedError{Code: 4410, Reason: "gone"})); !strings.Contains(line, `"kind":"session-closed"`) || !strings.Contains(line, `"code":4410`) {
		t.Errorf("got %s", line)
	}
}

func TestProgressForPrograms(t *testing.T) {
	said := &bytes.Buffer{}
	bar := NewBar(Streams{Err: said}, "json", "file", true)
	bar.Set(1, 2)
	bar.End(true)
	if said.String() != `{"done":1,"name":"file","total":2}`+"\n" {
		t.Errorf("got %s", said)
	}
	said.Reset()
	quiet := NewBar(Streams{Err: said}, "auto", "file", true) // nobody looks
	quiet.Set(1, 2)
	quiet.End(true)
	if said.Len() != 0 {
		t.Errorf("got %s", said)
	}
	NewBar(Streams{Err: said, ErrIsTerminal: true}, "auto", "file", true).Set(1, 2)
	if !strings.Contains(said.String(), "50%") {
		t.Errorf("got %q", said)
	}
}
