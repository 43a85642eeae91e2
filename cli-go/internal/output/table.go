package output

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

const longestCell = 60

// show writes a table: of items with a column for each field, or of one thing with a row for each.
func show(streams Streams, wide bool, shape Shape, answer json.RawMessage) error {
	if !shape.Pages {
		return thing(streams, answer)
	}
	whole := struct {
		Items []json.RawMessage `json:"items"`
		Next  *string           `json:"next_cursor"`
	}{}
	if err := json.Unmarshal(answer, &whole); err != nil {
		return err
	}
	columns := shape.Columns
	if wide {
		columns = shape.Wide
	}
	if len(whole.Items) == 0 {
		_, err := fmt.Fprintln(streams.Err, "nothing")
		return err
	}
	if err := rows(streams, columns, whole.Items); err != nil {
		return err
	}
	if whole.Next != nil {
		_, err := fmt.Fprintf(streams.Err, "there are more: --all, or --cursor %s\n", *whole.Next)
		return err
	}
	return nil
}

func rows(streams Streams, columns []string, items []json.RawMessage) error {
	made := plain(streams)
	made.AppendHeader(header(columns))
	for _, item := range items {
		row := table.Row{}
		for _, column := range columns {
			row = append(row, oneLine(cell(at(item, column))))
		}
		made.AppendRow(row)
	}
	return write(streams.Out, made)
}

// header names columns by the last part of their names, where that tells them apart.
func header(columns []string) table.Row {
	last := func(column string) string { return column[strings.LastIndex(column, ".")+1:] }
	times := map[string]int{}
	for _, column := range columns {
		times[last(column)]++
	}
	made := table.Row{}
	for _, column := range columns {
		name := last(column)
		if times[name] > 1 {
			name = column
		}
		made = append(made, strings.ToUpper(name))
	}
	return made
}

// thing writes an object: its fields, those of its objects beside them, and its lists of objects below.
func thing(streams Streams, answer json.RawMessage) error {
	fields, ok := fieldsOf(answer)
	if !ok {
		return indented(streams.Out, answer)
	}
	made := plain(streams)
	var lists []field
	for _, one := range flat(fields, "") {
		if _, ok := objectsOf(one.value); ok {
			lists = append(lists, one)
			continue
		}
		name := one.name
		if streams.Color {
			name = text.Bold.Sprint(name)
		}
		made.AppendRow(table.Row{name, strings.TrimRight(cell(one.value), "\n")})
	}
	if made.Length() > 0 {
		if err := write(streams.Out, made); err != nil {
			return err
		}
	}
	for _, list := range lists {
		if err := below(streams, list); err != nil {
			return err
		}
	}
	return nil
}

// below writes a list of objects that belongs to another one.
func below(streams Streams, list field) error {
	items, _ := objectsOf(list.value)
	fields, _ := fieldsOf(items[0])
	var columns []string
	for _, one := range flat(fields, "") {
		columns = append(columns, one.name)
	}
	if _, err := fmt.Fprintf(streams.Out, "\n%s:\n", list.name); err != nil {
		return err
	}
	return rows(streams, columns, items)
}

func flat(fields []field, before string) []field {
	var found []field
	for _, one := range fields {
		one.name = before + one.name
		if inner, ok := fieldsOf(one.value); ok {
			found = append(found, flat(inner, one.name+".")...)
		} else {
			found = append(found, one)
		}
	}
	return found
}

// line writes an object as words in a line.
func line(into io.Writer, answer json.RawMessage) error {
	fields, ok := fieldsOf(answer)
	if !ok {
		_, err := fmt.Fprintln(into, compact(answer))
		return err
	}
	var words []string
	for _, one := range flat(fields, "") {
		words = append(words, one.name+"="+oneLine(cell(one.value)))
	}
	_, err := fmt.Fprintln(into, strings.Join(words, "  "))
	return err
}

// plain is a table without lines: words that are in columns, which other programs can cut.
func plain(streams Streams) table.Writer {
	made := table.NewWriter()
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	style.Format.Header = text.FormatDefault
	if streams.Color {
		style.Color.Header = text.Colors{text.Bold}
	}
	made.SetStyle(style)
	return made
}

func write(into io.Writer, made table.Writer) error {
	for row := range strings.Lines(made.Render() + "\n") {
		if _, err := fmt.Fprintln(into, strings.TrimRight(row, " \n")); err != nil {
			return err
		}
	}
	return nil
}

func oneLine(value string) string {
	value = strings.Join(strings.Fields(value), " ")
	if runes := []rune(value); len(runes) > longestCell {
		return string(runes[:longestCell-1]) + "…"
	}
	return value
}
