package main

import (
	"context"
	"encoding/json"
	"iter"
	"maps"
	"math"
	"slices"

	hanami "hanami.dev/sdk/go"
)

func init() {
	maps.Copy(specials, map[string]special{
		"session.open": func(ctx context.Context, d driver, client *hanami.Client, given arguments) (any, error) {
			session, err := client.Session(ctx, given.Cluster, hanami.Resend{})
			if err != nil {
				return nil, err
			}
			d.sessions[given.Handle] = session
			return map[string]any{"id": session.ID()}, nil
		},
		"session.learn":          pair((*hanami.Session).Learn),
		"session.learnAndAnswer": pair((*hanami.Session).LearnAndAnswer),
		"session.request":        single((*hanami.Session).Request),
		"session.keep":           single((*hanami.Session).RequestForTruth),
		"session.truth": func(ctx context.Context, d driver, _ *hanami.Client, given arguments) (any, error) {
			y, err := sample(given.Y)
			if err != nil {
				return nil, err
			}
			return told(d.sessions[given.Handle].Truth(ctx, given.Request, y))
		},
		"session.rest": func(ctx context.Context, d driver, _ *hanami.Client, given arguments) (any, error) {
			return nil, d.sessions[given.Handle].Rest(ctx)
		},
		"session.save": func(ctx context.Context, d driver, _ *hanami.Client, given arguments) (any, error) {
			return nil, d.sessions[given.Handle].Save(ctx)
		},
		"session.close": func(ctx context.Context, d driver, _ *hanami.Client, given arguments) (any, error) {
			return nil, d.sessions[given.Handle].Close(ctx)
		},
		"session.many": many,
	})
}

func pair(call func(*hanami.Session, context.Context, hanami.Sample, hanami.Sample) (*hanami.Answer, error)) special {
	return func(ctx context.Context, d driver, _ *hanami.Client, given arguments) (any, error) {
		x, err := sample(given.X)
		if err != nil {
			return nil, err
		}
		y, err := sample(given.Y)
		if err != nil {
			return nil, err
		}
		return told(call(d.sessions[given.Handle], ctx, x, y))
	}
}

func single(call func(*hanami.Session, context.Context, hanami.Sample) (*hanami.Answer, error)) special {
	return func(ctx context.Context, d driver, _ *hanami.Client, given arguments) (any, error) {
		x, err := sample(given.X)
		if err != nil {
			return nil, err
		}
		return told(call(d.sessions[given.Handle], ctx, x))
	}
}

func many(ctx context.Context, d driver, _ *hanami.Client, given arguments) (any, error) {
	kind := map[string]hanami.Kind{
		"request": hanami.Request, "learn": hanami.Learn, "learnAndAnswer": hanami.LearnAndAnswer,
	}[given.Kind]
	var pairs [][2]hanami.Sample
	for _, raw := range given.Samples {
		parts := []json.RawMessage{}
		if err := json.Unmarshal(raw, &parts); err != nil {
			return nil, err
		}
		x, err := sample(parts[0])
		if err != nil {
			return nil, err
		}
		y := hanami.Sample{}
		if kind != hanami.Request {
			if y, err = sample(parts[1]); err != nil {
				return nil, err
			}
		}
		pairs = append(pairs, [2]hanami.Sample{x, y})
	}
	var items iter.Seq2[hanami.Sample, hanami.Sample] = func(yield func(hanami.Sample, hanami.Sample) bool) {
		for _, pair := range pairs {
			if !yield(pair[0], pair[1]) {
				return
			}
		}
	}
	answers := []any{}
	for answer, err := range d.sessions[given.Handle].SendMany(ctx, kind, items) {
		if err != nil {
			answers = append(answers, failed(err)["error"])
			continue
		}
		one, _ := told(answer, nil)
		answers = append(answers, one)
	}
	return answers, nil
}

// sample reads values as the table writes them: a number, a list, rows, {"u1": …} for bytes, or one by hexagon.
func sample(raw json.RawMessage) (hanami.Sample, error) {
	var one float64
	if err := json.Unmarshal(raw, &one); err == nil && string(raw) != "null" {
		return hanami.One(one), nil
	}
	var row []*float64
	if err := json.Unmarshal(raw, &row); err == nil {
		return hanami.One(filled(row)...), nil
	}
	var rows [][]*float64
	if err := json.Unmarshal(raw, &rows); err == nil {
		made := make([][]float64, len(rows))
		for at, row := range rows {
			made[at] = filled(row)
		}
		return hanami.Rows(made), nil
	}
	parts := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &parts); err != nil {
		return hanami.Sample{}, err
	}
	if octets, ok := parts["u1"]; ok {
		var values []int
		err := json.Unmarshal(octets, &values)
		made := make([]uint8, len(values))
		for at, value := range values {
			made[at] = uint8(value)
		}
		return hanami.One(made...), err
	}
	byHexagon := map[string]hanami.Sample{}
	for name, part := range parts {
		made, err := sample(part)
		if err != nil {
			return hanami.Sample{}, err
		}
		byHexagon[name] = made
	}
	return hanami.ByHexagon(byHexagon), nil
}

func filled(row []*float64) []float64 {
	made := make([]float64, len(row))
	for at, value := range row {
		made[at] = math.NaN()
		if value != nil {
			made[at] = *value
		}
	}
	return made
}

func told(answer *hanami.Answer, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	var outputs [][][]float64
	for _, name := range slices.Sorted(maps.Keys(answer.Outputs)) {
		outputs = append(outputs, answer.Outputs[name].Rows)
	}
	return map[string]any{
		"outputs": outputs, "loss": number(answer.Loss), "novelty": answer.Novelty, "request_id": answer.RequestID,
	}, nil
}
