package output

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/itchyny/gojq"
)

// Format is how answers are shown.
type Format string

// Formats: tables for people, all columns for people with wide screens, and the rest for programs. A name is the id.
const (
	Table Format = "table"
	Wide  Format = "wide"
	JSON  Format = "json"
	YAML  Format = "yaml"
	Name  Format = "name"
)

// Formats are all of them.
var Formats = []string{string(Table), string(Wide), string(JSON), string(YAML), string(Name)}

// String, Set and Type let a format be a flag.
func (f *Format) String() string { return string(*f) }

// Set takes what was typed.
func (f *Format) Set(text string) error {
	for _, known := range Formats {
		if text == known {
			*f = Format(text)
			return nil
		}
	}
	return fmt.Errorf("expected %s", strings.Join(Formats, ", "))
}

// Type names it in help.
func (f *Format) Type() string { return strings.Join(Formats, "|") }

// Shape says what an answer is like: a part of a list, and its columns, or one thing.
type Shape struct {
	Pages   bool
	Columns []string
	Wide    []string
}

// Show writes an answer.
func Show(streams Streams, format Format, jq string, shape Shape, answer json.RawMessage) error {
	if jq != "" {
		return Query(streams.Out, jq, answer)
	}
	switch format {
	case JSON:
		return indented(streams.Out, answer)
	case YAML:
		made, err := yaml.JSONToYAML(answer)
		if err != nil {
			return err
		}
		_, err = streams.Out.Write(made)
		return err
	case Name:
		return names(streams.Out, answer)
	}
	return show(streams, format == Wide, shape, answer)
}

// Event writes one of many answers, as a line of its own where programs read.
func Event(streams Streams, format Format, jq string, event json.RawMessage) error {
	switch {
	case jq != "":
		return Query(streams.Out, jq, event)
	case format == Table || format == Wide || format == Name:
		return line(streams.Out, event)
	case format == YAML:
		if _, err := io.WriteString(streams.Out, "---\n"); err != nil {
			return err
		}
		return Show(streams, YAML, "", Shape{}, event)
	}
	compact := &bytes.Buffer{}
	if err := json.Compact(compact, event); err != nil {
		return err
	}
	_, err := fmt.Fprintln(streams.Out, compact)
	return err
}

func indented(into io.Writer, answer json.RawMessage) error {
	made := &bytes.Buffer{}
	if err := json.Indent(made, answer, "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintln(into, made)
	return err
}

// Query writes what a program of jq makes of an answer: texts as they are, all else as JSON.
func Query(into io.Writer, program string, answer json.RawMessage) error {
	query, err := gojq.Parse(program)
	if err != nil {
		return fmt.Errorf("--jq: %w", err)
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(answer))
	decoder.UseNumber() // whole numbers stay what they are
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	results := query.Run(value)
	for {
		one, ok := results.Next()
		if !ok {
			return nil
		}
		if err, ok := one.(error); ok {
			return fmt.Errorf("--jq: %w", err)
		}
		text, ok := one.(string)
		if !ok {
			made, err := gojq.Marshal(one)
			if err != nil {
				return err
			}
			text = string(made)
		}
		if _, err := fmt.Fprintln(into, text); err != nil {
			return err
		}
	}
}

// names writes ids, one in a line.
func names(into io.Writer, answer json.RawMessage) error {
	one := struct {
		ID    json.RawMessage   `json:"id"`
		Items []json.RawMessage `json:"items"`
	}{}
	if err := json.Unmarshal(answer, &one); err != nil {
		return err
	}
	for _, item := range one.Items {
		if err := names(into, item); err != nil {
			return err
		}
	}
	if one.ID == nil {
		return nil
	}
	_, err := fmt.Fprintln(into, strings.Trim(string(one.ID), `"`))
	return err
}
