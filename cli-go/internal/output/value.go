package output

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
)

// field is a field of an object, in the order of the text.
type field struct {
	name  string
	value json.RawMessage
}

// fieldsOf reads an object; false where it is something else.
func fieldsOf(raw json.RawMessage) ([]field, bool) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, false
	}
	found := []field{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, false
		}
		one := field{name: fmt.Sprint(name)}
		if err := decoder.Decode(&one.value); err != nil {
			return nil, false
		}
		found = append(found, one)
	}
	return found, true
}

// at gives what is at a place inside, as in `progress.done`; nothing where it is not there.
func at(raw json.RawMessage, place string) json.RawMessage {
	for name := range strings.SplitSeq(place, ".") {
		fields := map[string]json.RawMessage{}
		if json.Unmarshal(raw, &fields) != nil {
			return nil
		}
		raw = fields[name]
	}
	return raw
}

// objectsOf reads a list of objects; false where it is something else, or empty.
func objectsOf(raw json.RawMessage) ([]json.RawMessage, bool) {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil || len(items) == 0 {
		return nil, false
	}
	for _, item := range items {
		if !bytes.HasPrefix(bytes.TrimSpace(item), []byte("{")) {
			return nil, false
		}
	}
	return items, true
}

// cell writes a value for people.
func cell(raw json.RawMessage) string {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return ""
	}
	switch value := value.(type) {
	case nil:
		return "-"
	case string:
		return words(value)
	case bool:
		return map[bool]string{true: "yes", false: "no"}[value]
	case json.Number:
		return number(value)
	case []any:
		var parts []string
		for _, part := range value {
			word, ok := part.(string)
			if !ok {
				return compact(raw)
			}
			parts = append(parts, word)
		}
		return strings.Join(parts, ", ")
	}
	return compact(raw)
}

func compact(raw json.RawMessage) string {
	made := &bytes.Buffer{}
	if json.Compact(made, raw) != nil {
		return string(raw)
	}
	return made.String()
}

// words shortens moments to seconds, and keeps lines together.
func words(value string) string {
	if len(value) >= 20 && value[4] == '-' && value[10] == 'T' && strings.HasSuffix(value, "Z") {
		return strings.Replace(value[:19], "T", " ", 1)
	}
	return value
}

// number leaves whole numbers as they are, and gives others as many digits as people read.
func number(value json.Number) string {
	if _, err := value.Int64(); err == nil {
		return value.String()
	}
	float, err := value.Float64()
	if err != nil || math.IsInf(float, 0) {
		return value.String()
	}
	return fmt.Sprintf("%.5g", float)
}
