package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	hanami "hanami.dev/sdk/go"

	"hanami.dev/cli/internal/output"
)

// csvLines are cells with commas between them.
type csvLines struct {
	targets       int
	header, learn bool
}

func (*csvLines) opened(uuid.UUID) string { return "" }

func (*csvLines) failed(error) string { return "" }

func (c *csvLines) say(ctx context.Context, to *hanami.Session, line []byte) (string, error) {
	if c.header {
		c.header = false
		return skipped, nil
	}
	if len(bytes.TrimSpace(line)) == 0 {
		return skipped, nil
	}
	cells, err := csv.NewReader(bytes.NewReader(line)).Read()
	if err != nil {
		return "", err
	}
	values := make([]float64, len(cells))
	for at, cell := range cells {
		values[at] = math.NaN()
		if cell = strings.TrimSpace(cell); cell != "" {
			if values[at], err = strconv.ParseFloat(cell, 64); err != nil {
				return "", fmt.Errorf("cell %d: expected a number, got %q", at+1, cell)
			}
		}
	}
	if len(values) <= c.targets {
		return "", fmt.Errorf("expected values and %d targets, got %d cells", c.targets, len(values))
	}
	x, y := values[:len(values)-c.targets], values[len(values)-c.targets:]
	var answer *hanami.Answer
	switch {
	case !slices.ContainsFunc(y, func(one float64) bool { return !math.IsNaN(one) }):
		answer, err = to.Request(ctx, hanami.One(x...))
	case c.learn:
		answer, err = to.Learn(ctx, hanami.One(x...), hanami.One(y...))
	default:
		answer, err = to.LearnAndAnswer(ctx, hanami.One(x...), hanami.One(y...))
	}
	if err != nil {
		return "", err
	}
	return row(answer), nil
}

func row(answer *hanami.Answer) string {
	var cells []string
	for _, name := range slices.Sorted(maps.Keys(answer.Outputs)) {
		for _, value := range answer.Outputs[name].Rows[0] {
			cells = append(cells, strconv.FormatFloat(value, 'g', 6, 64))
		}
	}
	return strings.Join(append(cells, strconv.FormatFloat(answer.Novelty[0], 'g', 6, 64)), ",")
}

// jsonLines are objects.
type jsonLines struct{}

type order struct {
	Do      string          `json:"do"`
	X       json.RawMessage `json:"x"`
	Y       json.RawMessage `json:"y"`
	Dtype   string          `json:"dtype"`
	Keep    bool            `json:"keep"`
	Request uint32          `json:"request"`
}

func (*jsonLines) opened(id uuid.UUID) string { return fmt.Sprintf(`{"session":%q}`, id) }

func (*jsonLines) failed(err error) string {
	return fmt.Sprintf(`{"error":%s}`, output.FailureLine(err))
}

func (*jsonLines) say(ctx context.Context, to *hanami.Session, line []byte) (string, error) {
	wanted := order{}
	reads := json.NewDecoder(bytes.NewReader(line))
	reads.DisallowUnknownFields()
	if err := reads.Decode(&wanted); err != nil {
		return "", fmt.Errorf("expected an object: %w", err)
	}
	switch wanted.Do {
	case "rest":
		return "{}", to.Rest(ctx)
	case "save":
		return "{}", to.Save(ctx)
	}
	answer, err := wanted.send(ctx, to)
	if err != nil {
		return "", err
	}
	return object(answer)
}

func (o order) send(ctx context.Context, to *hanami.Session) (*hanami.Answer, error) {
	var x, y hanami.Sample
	var err error
	if o.Do != "truth" {
		if x, err = sample(o.X, o.Dtype == "uint8"); err != nil {
			return nil, fmt.Errorf("x: %w", err)
		}
	}
	if o.Do != "request" {
		if y, err = sample(o.Y, false); err != nil {
			return nil, fmt.Errorf("y: %w", err)
		}
	}
	switch o.Do {
	case "learn":
		return to.Learn(ctx, x, y)
	case "learn-and-answer":
		return to.LearnAndAnswer(ctx, x, y)
	case "request":
		if o.Keep {
			return to.RequestForTruth(ctx, x)
		}
		return to.Request(ctx, x)
	case "truth":
		return to.Truth(ctx, o.Request, y)
	}
	return nil, fmt.Errorf("do: expected learn, learn-and-answer, request, truth, rest or save, got %q", o.Do)
}

func object(answer *hanami.Answer) (string, error) {
	told := struct {
		Outputs   map[string][][]float64 `json:"outputs"`
		Loss      *float64               `json:"loss"`
		Novelty   []float64              `json:"novelty"`
		RequestID uint32                 `json:"request_id"`
	}{Novelty: answer.Novelty, RequestID: answer.RequestID}
	if answer.Outputs != nil {
		told.Outputs = map[string][][]float64{}
		for name, part := range answer.Outputs {
			told.Outputs[name] = part.Rows
		}
	}
	if !math.IsNaN(answer.Loss) {
		told.Loss = &answer.Loss
	}
	made, err := json.Marshal(told)
	return string(made), err
}

// sample reads values: a number, a list, rows, or one of these by hexagon.
func sample(raw json.RawMessage, octets bool) (hanami.Sample, error) {
	var one *float64
	if err := json.Unmarshal(raw, &one); err == nil && one != nil {
		return rows([][]*float64{{one}}, octets, true)
	}
	var row []*float64
	if err := json.Unmarshal(raw, &row); err == nil && row != nil {
		return rows([][]*float64{row}, octets, true)
	}
	var many [][]*float64
	if err := json.Unmarshal(raw, &many); err == nil && many != nil {
		return rows(many, octets, false)
	}
	parts := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &parts); err != nil || len(parts) == 0 {
		return hanami.Sample{}, fmt.Errorf("expected a number, a list, rows, or one of these by hexagon")
	}
	byHexagon := map[string]hanami.Sample{}
	for name, part := range parts {
		made, err := sample(part, octets)
		if err != nil {
			return hanami.Sample{}, fmt.Errorf("%s: %w", name, err)
		}
		byHexagon[name] = made
	}
	return hanami.ByHexagon(byHexagon), nil
}

func rows(values [][]*float64, octets, alone bool) (hanami.Sample, error) {
	made, small := make([][]float64, len(values)), make([][]uint8, len(values))
	for at, row := range values {
		made[at], small[at] = make([]float64, len(row)), make([]uint8, len(row))
		for i, value := range row {
			made[at][i] = math.NaN()
			if value != nil {
				made[at][i] = *value
			}
			if octets {
				if small[at][i] = uint8(made[at][i]); float64(small[at][i]) != made[at][i] {
					return hanami.Sample{}, fmt.Errorf("expected whole numbers from 0 to 255 for uint8")
				}
			}
		}
	}
	switch {
	case octets && alone:
		return hanami.One(small[0]...), nil
	case octets:
		return hanami.Rows(small), nil
	case alone:
		return hanami.One(made[0]...), nil
	}
	return hanami.Rows(made), nil
}
