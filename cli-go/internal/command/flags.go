package command

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"hanami.dev/cli/internal/operation"
)

// value is a typed flag; what was given is checked as it is read.
type value struct {
	flag  *operation.Flag
	given []string // the elements of a list; else one
}

var _ pflag.SliceValue = (*listValue)(nil)

// Set takes what was typed.
func (v *value) Set(text string) error {
	if len(v.flag.Enum) > 0 && !slices.Contains(v.flag.Enum, text) {
		return fmt.Errorf("expected %s", oneOf(v.flag.Enum))
	}
	if err := v.check(text); err != nil {
		return err
	}
	v.given = []string{text}
	return nil
}

func (v *value) check(text string) error {
	if v.flag.Null && text == "null" && v.flag.Kind != operation.String {
		return nil
	}
	switch v.flag.Kind {
	case operation.Integer:
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return fmt.Errorf("expected a whole number")
		}
	case operation.Number:
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			return fmt.Errorf("expected a number")
		}
	case operation.Boolean:
		if text != "true" && text != "false" {
			return fmt.Errorf("expected true or false")
		}
	case operation.Moment:
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			return fmt.Errorf("expected a moment as in 2026-01-31T12:00:00Z")
		}
	case operation.Value:
		if !strings.HasPrefix(text, "@") && !json.Valid([]byte(text)) {
			return fmt.Errorf("expected JSON, or @file")
		}
	}
	return nil
}

// String gives what was typed.
func (v *value) String() string {
	if len(v.given) == 0 {
		return ""
	}
	return v.given[0]
}

// Type names what it takes, in help.
func (v *value) Type() string {
	switch {
	case len(v.flag.Enum) > 0:
		return strings.Join(v.flag.Enum, "|")
	case v.flag.Of != "":
		return strings.TrimSuffix(v.flag.Of, "s")
	case v.flag.Kind == operation.Integer:
		return "int"
	case v.flag.Kind == operation.Boolean:
		return "bool"
	case v.flag.Kind == operation.Moment:
		return "time"
	case v.flag.Kind == operation.Value:
		return "json"
	}
	return string(v.flag.Kind)
}

// listValue takes several texts, apart by commas or in flags of the same name.
type listValue struct{ value }

// Set adds what was typed.
func (v *listValue) Set(text string) error {
	read := csv.NewReader(strings.NewReader(text))
	read.LazyQuotes = true
	given, err := read.Read()
	if err != nil && text != "" {
		return fmt.Errorf("expected texts with commas between them")
	}
	for _, one := range given {
		if len(v.flag.Enum) > 0 && !slices.Contains(v.flag.Enum, one) {
			return fmt.Errorf("expected %s", oneOf(v.flag.Enum))
		}
	}
	v.given = append(v.given, given...)
	return nil
}

// Append, Replace and GetSlice let libraries treat it as the list that it is.
func (v *listValue) Append(text string) error { v.given = append(v.given, text); return nil }

// Replace takes other texts instead.
func (v *listValue) Replace(texts []string) error { v.given = texts; return nil }

// GetSlice gives the texts.
func (v *listValue) GetSlice() []string { return v.given }

// addFlags gives a command the flags of an operation; gives what holds their values.
func addFlags(cmd *cobra.Command, flags []operation.Flag) []*value {
	made := make([]*value, len(flags))
	for at := range flags {
		flag := &flags[at]
		var taken pflag.Value
		if flag.Kind == operation.Strings {
			list := &listValue{value{flag: flag}}
			taken, made[at] = list, &list.value
		} else {
			made[at] = &value{flag: flag}
			taken = made[at]
		}
		known := cmd.Flags().VarPF(taken, flag.Name, "", usage(flag))
		if flag.Kind == operation.Boolean {
			known.NoOptDefVal = "true"
		}
	}
	return made
}

// usage says what a flag is, for help.
func usage(flag *operation.Flag) string {
	told := flag.About
	if told == "" {
		told = "Id or name."
	}
	told = strings.ReplaceAll(told, "`", "'") // pflag takes what is between backquotes for the type
	if flag.Of == "uploads" {
		told += " An id, or @file to send a file."
	} else if flag.File {
		told += " Or @file."
	}
	if flag.Secret {
		told += " - reads it from standard input."
	}
	if flag.Required {
		told += " (needed)"
	} else if len(flag.NeededBy) > 0 {
		told += fmt.Sprintf(" (needed with --%s %s)", flag.Choice, strings.Join(flag.NeededBy, ", "))
	} else if len(flag.OnlyWith) > 0 {
		told += fmt.Sprintf(" (with --%s %s)", flag.Choice, strings.Join(flag.OnlyWith, ", "))
	}
	if flag.Default != "" {
		told += fmt.Sprintf(" (default %s)", flag.Default)
	}
	return told
}

func oneOf(enum []string) string { return strings.Join(enum, " or ") }
