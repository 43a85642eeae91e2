// Command driver is the driver of the Go SDK: it takes steps as lines of JSON, and answers each with one.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	hanami "hanami.dev/sdk/go"
)

// step is what the runner wants.
type step struct {
	Do      string                     `json:"do"`
	Who     string                     `json:"who"`
	Path    []string                   `json:"path"`
	Query   map[string]json.RawMessage `json:"query"`
	Body    json.RawMessage            `json:"body"`
	Options struct {
		Version *int64 `json:"version"`
		Key     string `json:"key"`
	} `json:"options"`
}

type driver struct {
	clients  map[string]*hanami.Client
	sessions map[string]*hanami.Session
	tasks    map[string]*hanami.Task
}

func main() {
	made := driver{map[string]*hanami.Client{}, map[string]*hanami.Session{}, map[string]*hanami.Task{}}
	lines, answers := bufio.NewReaderSize(os.Stdin, 1<<20), json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		if err := answers.Encode(made.answer(line)); err != nil {
			os.Exit(1)
		}
	}
}

func (d driver) answer(line []byte) (told map[string]any) {
	defer func() {
		if fault := recover(); fault != nil {
			told = map[string]any{"broken": fmt.Sprint(fault)}
		}
	}()
	wanted := step{}
	if err := json.Unmarshal(line, &wanted); err != nil {
		return map[string]any{"broken": err.Error()}
	}
	value, err := d.take(context.Background(), wanted)
	if err != nil {
		return failed(err)
	}
	return map[string]any{"ok": value}
}

func (d driver) take(ctx context.Context, wanted step) (any, error) {
	if wanted.Do == "connect" {
		return d.connect(wanted.Body)
	}
	client := d.clients[wanted.Who]
	if special, ok := specials[wanted.Do]; ok {
		arguments := arguments{}
		if len(wanted.Body) > 0 && string(wanted.Body) != "null" {
			if err := json.Unmarshal(wanted.Body, &arguments); err != nil {
				return nil, err
			}
		}
		return special(ctx, d, client, arguments)
	}
	return operation(ctx, client, wanted)
}

func (d driver) connect(body json.RawMessage) (any, error) {
	settings := struct {
		Name, URL, User, Password, Token, Project string
		DeviceKey                                 string `json:"device_key"`
		Retries                                   *int
	}{}
	if err := json.Unmarshal(body, &settings); err != nil {
		return nil, err
	}
	var options []hanami.Option
	if settings.Retries != nil {
		options = append(options, hanami.WithRetries(*settings.Retries))
	}
	client, err := hanami.New(hanami.Config{
		URL: settings.URL, User: settings.User, Password: settings.Password, Token: settings.Token,
		DeviceKey: settings.DeviceKey, Project: settings.Project,
	}, options...)
	if err != nil {
		return nil, err
	}
	d.clients[settings.Name] = client
	return settings.Name, nil
}

// failed tells an error as all drivers do; what is none of the SDK's own broke the driver.
func failed(err error) map[string]any {
	told := map[string]any{"kind": hanami.KindOf(err)}
	if told["kind"] == "" {
		return map[string]any{"broken": err.Error()}
	}
	var closed *hanami.SessionClosedError
	if errors.As(err, &closed) {
		told["code"] = closed.Code
	}
	var refused *hanami.APIError
	if errors.As(err, &refused) {
		told["status"], told["title"], told["detail"] = refused.Status, refused.Title, refused.Detail
		told["errors"] = refused.Errors
		if refused.Errors == nil {
			told["errors"] = []string{}
		}
	}
	return map[string]any{"error": told}
}

// goName writes a name of the document as Go does.
func goName(name string) string {
	made := ""
	for part := range strings.SplitSeq(name, "-") {
		made += strings.ToUpper(part[:1]) + part[1:]
	}
	return made
}
