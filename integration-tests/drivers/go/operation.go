package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/google/uuid"
	hanami "hanami.dev/sdk/go"
	"hanami.dev/sdk/go/transport"
)

var (
	contextType = reflect.TypeFor[context.Context]()
	errorType   = reflect.TypeFor[error]()
	readerType  = reflect.TypeFor[io.Reader]()
	uuidType    = reflect.TypeFor[uuid.UUID]()
)

// operation calls any generated method by its name, as a program would; of lists, all pages.
func operation(ctx context.Context, client *hanami.Client, wanted step) (any, error) {
	group, verb, _ := strings.Cut(wanted.Do, ".")
	at := reflect.ValueOf(client).Elem().FieldByName(goName(group))
	name := goName(verb)
	method := at.MethodByName("All" + strings.TrimPrefix(name, "List"))
	if name == "List" {
		method = at.MethodByName("All")
	}
	if !method.IsValid() {
		method = at.MethodByName(name)
	}
	if !method.IsValid() {
		return nil, fmt.Errorf("no method for %s", wanted.Do)
	}
	given, err := argumentsOf(ctx, method.Type(), wanted)
	if err != nil {
		return nil, err
	}
	return resultOf(method.Call(given))
}

func argumentsOf(ctx context.Context, signature reflect.Type, wanted step) ([]reflect.Value, error) {
	given, path := []reflect.Value{}, wanted.Path
	for at := range signature.NumIn() {
		kind := signature.In(at)
		value := reflect.New(kind).Elem()
		switch {
		case signature.IsVariadic() && at == signature.NumIn()-1:
			continue
		case kind == contextType:
			value = reflect.ValueOf(ctx)
		case kind == readerType:
			text := ""
			if err := json.Unmarshal(wanted.Body, &text); err != nil {
				return nil, err
			}
			value = reflect.ValueOf(strings.NewReader(text))
		case kind == uuidType:
			id, err := uuid.Parse(path[0])
			if err != nil {
				return nil, err
			}
			value, path = reflect.ValueOf(id), path[1:]
		case kind.Kind() == reflect.Func:
			value = reflect.Zero(kind) // nobody listens to progress
		case kind.Kind() == reflect.String:
			value.SetString(path[0])
			path = path[1:]
		case kind.Kind() == reflect.Pointer:
			query, err := json.Marshal(wanted.Query)
			if err != nil {
				return nil, err
			}
			value = reflect.New(kind.Elem())
			if err := json.Unmarshal(query, value.Interface()); err != nil {
				return nil, err
			}
		default:
			value = reflect.New(kind)
			if err := json.Unmarshal(wanted.Body, value.Interface()); err != nil {
				return nil, err
			}
			value = value.Elem()
		}
		given = append(given, value)
	}
	if wanted.Options.Version != nil {
		given = append(given, reflect.ValueOf(transport.Option(hanami.IfVersion(*wanted.Options.Version))))
	}
	if wanted.Options.Key != "" {
		given = append(given, reflect.ValueOf(transport.Option(hanami.IdempotencyKey(wanted.Options.Key))))
	}
	return given, nil
}

func resultOf(results []reflect.Value) (any, error) {
	last := results[len(results)-1]
	if last.Type() == errorType {
		err, _ := last.Interface().(error)
		if err != nil || len(results) == 1 {
			return nil, err
		}
		return results[0].Interface(), nil
	}
	items := []any{}
	for item, failure := range last.Seq2() {
		if err, _ := failure.Interface().(error); err != nil {
			return nil, err
		}
		items = append(items, item.Interface())
	}
	return items, nil
}
