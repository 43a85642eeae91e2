package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/google/uuid"
	hanami "hanami.dev/sdk/go"
	"hanami.dev/sdk/go/generated/api"
)

// arguments are those of all special steps together.
type arguments struct {
	ID         uuid.UUID         `json:"id"`
	Cluster    uuid.UUID         `json:"cluster"`
	Dataset    uuid.UUID         `json:"dataset"`
	Session    uuid.UUID         `json:"session"`
	Name       string            `json:"name"`
	Content    string            `json:"content"`
	Path       string            `json:"path"`
	To         string            `json:"to"`
	Images     string            `json:"images"`
	Labels     string            `json:"labels"`
	Header     *bool             `json:"header"`
	Delimiter  string            `json:"delimiter"`
	Format     string            `json:"format"`
	Start      *int64            `json:"start"`
	Stop       *int64            `json:"stop"`
	Columns    *[]string         `json:"columns"`
	Inputs     json.RawMessage   `json:"inputs"`
	Outputs    json.RawMessage   `json:"outputs"`
	Epochs     int64             `json:"epochs"`
	ResultName string            `json:"result_name"`
	Handle     string            `json:"handle"`
	Kind       string            `json:"kind"`
	X          json.RawMessage   `json:"x"`
	Y          json.RawMessage   `json:"y"`
	Request    uint32            `json:"request"`
	Samples    []json.RawMessage `json:"samples"`
}

type special func(ctx context.Context, d driver, client *hanami.Client, given arguments) (any, error)

var specials = map[string]special{
	"uploads.send": func(ctx context.Context, _ driver, client *hanami.Client, given arguments) (any, error) {
		return client.Uploads.Create(ctx, strings.NewReader(given.Content), nil)
	},
	"uploads.sendBroken": func(ctx context.Context, _ driver, client *hanami.Client, given arguments) (any, error) {
		file, err := os.Open(given.Path)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }()
		var last int64
		upload, err := client.Uploads.Create(ctx, file, func(done, _ int64) { last = done })
		if err != nil {
			return nil, err
		}
		return with(upload, map[string]any{"progress_ends_at": last})
	},
	"datasets.uploadCsv": func(ctx context.Context, _ driver, client *hanami.Client, given arguments) (any, error) {
		format := hanami.CSV{NoHeader: given.Header != nil && !*given.Header, Delimiter: given.Delimiter}
		return client.Datasets.UploadCSV(ctx, given.Name, strings.NewReader(given.Content), format, nil)
	},
	"datasets.uploadIdx": func(ctx context.Context, _ driver, client *hanami.Client, given arguments) (any, error) {
		images, err := os.ReadFile(given.Images)
		if err != nil {
			return nil, err
		}
		labels, err := os.ReadFile(given.Labels)
		if err != nil {
			return nil, err
		}
		return client.Datasets.UploadIDX(ctx, given.Name, bytes.NewReader(images), bytes.NewReader(labels), nil)
	},
	"datasets.download": func(ctx context.Context, _ driver, client *hanami.Client, given arguments) (any, error) {
		return saved(given, func(into io.Writer) (int64, error) { return client.Datasets.Download(ctx, given.ID, into, nil) })
	},
	"datasets.export": func(ctx context.Context, _ driver, client *hanami.Client, given arguments) (any, error) {
		format := api.ExportFormat(given.Format)
		params := &api.ExportDatasetRowsParams{Format: &format, Start: given.Start, Stop: given.Stop, Columns: given.Columns}
		return saved(given, func(into io.Writer) (int64, error) {
			return client.Datasets.Export(ctx, given.ID, params, into, nil)
		})
	},
	"checkpoints.download": func(ctx context.Context, _ driver, client *hanami.Client, given arguments) (any, error) {
		return saved(given, func(into io.Writer) (int64, error) { return client.Checkpoints.Download(ctx, given.ID, into, nil) })
	},
	"checkpoints.upload": func(ctx context.Context, _ driver, client *hanami.Client, given arguments) (any, error) {
		file, err := os.Open(given.Path)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }()
		return client.Checkpoints.Upload(ctx, given.Cluster, given.Name, file, nil)
	},
	"clusters.train": func(ctx context.Context, _ driver, client *hanami.Client, given arguments) (any, error) {
		task, err := train(ctx, client, given)
		if err != nil {
			return nil, err
		}
		return waited(ctx, task)
	},
	"clusters.request": func(ctx context.Context, _ driver, client *hanami.Client, given arguments) (any, error) {
		inputs, hexagons, err := columns(given.Inputs)
		if err != nil {
			return nil, err
		}
		question := hanami.Question{Dataset: given.Dataset, Inputs: inputs, InputHexagons: hexagons, ResultName: given.ResultName}
		task, err := client.Clusters.Request(ctx, given.Cluster, question)
		if err != nil {
			return nil, err
		}
		told, err := waited(ctx, task)
		if err != nil {
			return nil, err
		}
		told["result"], err = task.Result(ctx)
		return told, err
	},
	"tasks.start": func(ctx context.Context, d driver, client *hanami.Client, given arguments) (any, error) {
		task, err := train(ctx, client, given)
		if err != nil {
			return nil, err
		}
		d.tasks[given.Handle] = task
		return map[string]any{"id": task.Info.Id}, nil
	},
	"tasks.wait": func(ctx context.Context, d driver, _ *hanami.Client, given arguments) (any, error) {
		return waited(ctx, d.tasks[given.Handle])
	},
	"tasks.events": func(ctx context.Context, _ driver, client *hanami.Client, given arguments) (any, error) {
		var last api.TaskEvent
		for event, err := range client.Tasks.Events(ctx, given.ID) {
			if err != nil {
				return nil, err
			}
			last = event
		}
		return map[string]any{"last": last}, nil
	},
	"sessions.events": func(ctx context.Context, _ driver, client *hanami.Client, given arguments) (any, error) {
		for event, err := range client.Sessions.Events(ctx, given.Cluster, given.Session) {
			return event, err
		}
		return nil, nil
	},
}

func train(ctx context.Context, client *hanami.Client, given arguments) (*hanami.Task, error) {
	inputs, inputHexagons, err := columns(given.Inputs)
	if err != nil {
		return nil, err
	}
	outputs, outputHexagons, err := columns(given.Outputs)
	if err != nil {
		return nil, err
	}
	return client.Clusters.Train(ctx, given.Cluster, hanami.Training{
		Dataset: given.Dataset, Inputs: inputs, Outputs: outputs, Epochs: given.Epochs,
		InputHexagons: inputHexagons, OutputHexagons: outputHexagons,
	})
}

// columns reads names, or names by hexagon.
func columns(given json.RawMessage) (names, hexagons []string, err error) {
	if err := json.Unmarshal(given, &names); err == nil {
		return names, nil, nil
	}
	byHexagon := map[string][]string{}
	if err := json.Unmarshal(given, &byHexagon); err != nil {
		return nil, nil, err
	}
	for _, hexagon := range slices.Sorted(maps.Keys(byHexagon)) {
		for _, name := range byHexagon[hexagon] {
			names, hexagons = append(names, name), append(hexagons, hexagon)
		}
	}
	return names, hexagons, nil
}

func waited(ctx context.Context, task *hanami.Task) (map[string]any, error) {
	var last api.TaskProgress
	if err := task.Wait(ctx, func(news api.TaskProgress) { last = news }); err != nil {
		return nil, err
	}
	return map[string]any{"id": task.Info.Id, "state": task.Info.State, "done": last.Done, "total": last.Total}, nil
}

func saved(given arguments, fetch func(io.Writer) (int64, error)) (any, error) {
	content := bytes.Buffer{}
	size, err := fetch(&content)
	if err != nil {
		return nil, err
	}
	if given.To != "" {
		if err := os.WriteFile(given.To, content.Bytes(), 0o600); err != nil {
			return nil, err
		}
	}
	digest := sha256.Sum256(content.Bytes())
	told := map[string]any{"bytes": size, "sha256": hex.EncodeToString(digest[:])}
	if given.Format == "csv" {
		told["text"] = content.String()
	}
	return told, nil
}

// with adds fields to what becomes an object.
func with(value any, more map[string]any) (any, error) {
	content, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	told := map[string]any{}
	err = json.Unmarshal(content, &told)
	maps.Copy(told, more)
	return told, err
}

func number(value float64) any {
	if math.IsNaN(value) {
		return nil
	}
	return value
}
