package hanami

import (
	"encoding/binary"
	"fmt"
	"math"

	"hanami.dev/sdk/go/generated/api"
)

// Binary frames of the protocol hanami.v1: a header of 16 bytes, then raw rows; all little-endian.
const (
	headerBytes = 16
	answered    = 128 // added to the type of a frame in its answer
	noDtype     = 0
	float32s    = 1
	uint8s      = 2
	exact       = 1 << 24 // whole numbers up to here are exact in float32
)

// Kind is what a frame wants.
type Kind uint8

// What a frame may want.
const (
	Request Kind = 1 + iota
	Learn
	LearnAndAnswer
	truth
)

// Number is what samples are made of.
type Number interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uint | ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~float32 | ~float64
}

// Sample is one sample, or rows of them; raw values, NaN for a reading that is missing. One, Rows and ByHexagon make one.
type Sample struct {
	tables []table
	rows   int
	alone  bool
	fault  error
}

type table struct {
	hexagon string
	width   int
	octets  bool // values are bytes
	large   bool // whole numbers that float32 does not have
	write   func(into []byte, dtype api.Dtype) []byte
}

// One makes a sample of its values.
func One[N Number](values ...N) Sample {
	sample := Rows([][]N{values})
	sample.alone = true
	return sample
}

// Rows makes several samples of their values, as many in each.
func Rows[N Number](rows [][]N) Sample {
	if len(rows) == 0 || len(rows[0]) == 0 {
		return Sample{fault: fmt.Errorf("expected one sample, or rows of samples, got %d rows", len(rows))}
	}
	made := table{width: len(rows[0])}
	_, made.octets = any(rows[0][0]).(uint8)
	one, half := N(1), 0.5
	whole, negative := N(half) == 0 && one/2 == 0, false
	for _, row := range rows {
		if len(row) != made.width {
			return Sample{fault: fmt.Errorf("expected rows of %d values, got one of %d", made.width, len(row))}
		}
		for _, value := range row {
			negative = negative || value < 0
			made.large = made.large || whole && float64(value) > exact
		}
	}
	made.large = made.large && !negative
	made.write = func(into []byte, dtype api.Dtype) []byte {
		for _, row := range rows {
			for _, value := range row {
				switch dtype {
				case api.DtypeUint8:
					into = append(into, uint8(value))
				case api.DtypeUint64:
					into = binary.LittleEndian.AppendUint64(into, uint64(value))
				default:
					into = binary.LittleEndian.AppendUint32(into, math.Float32bits(float32(value)))
				}
			}
		}
		return into
	}
	return Sample{tables: []table{made}, rows: len(rows)}
}

// ByHexagon puts together what goes to several hexagons, by their names.
func ByHexagon(parts map[string]Sample) Sample {
	whole := Sample{alone: true}
	for name, part := range parts {
		if part.fault != nil {
			return Sample{fault: fmt.Errorf("%s: %w", name, part.fault)}
		}
		if whole.rows != 0 && whole.rows != part.rows {
			return Sample{fault: fmt.Errorf("%s: expected as many rows everywhere, got %d and %d", name, whole.rows, part.rows)}
		}
		made := part.tables[0]
		made.hexagon = name
		whole.tables, whole.rows = append(whole.tables, made), part.rows
		whole.alone = whole.alone && part.alone
	}
	if whole.rows == 0 {
		whole.fault = fmt.Errorf("expected at least one hexagon")
	}
	return whole
}

// block is a sample as it goes into a frame.
type block struct {
	data   []byte
	rows   int
	layout []layoutPart
	alone  bool
}

type layoutPart struct {
	Hexagon *string   `json:"hexagon"`
	Width   int       `json:"width"`
	Dtype   api.Dtype `json:"dtype,omitempty"`
}

// inputs writes a sample as inputs, and says in which of the two dtypes.
func (s Sample) inputs() (*block, uint8, error) {
	if s.fault != nil {
		return nil, 0, fmt.Errorf("x: %w", s.fault)
	}
	name, code := api.DtypeUint8, uint8(uint8s)
	for _, table := range s.tables {
		if !table.octets {
			name, code = api.DtypeFloat32, float32s
		}
	}
	made := &block{rows: s.rows, alone: s.alone}
	for _, table := range s.tables {
		made.add(table, name, false)
	}
	return made, code, nil
}

// targets writes a sample as targets of as many rows.
func (s Sample) targets(rows int) (*block, error) {
	if s.fault != nil {
		return nil, fmt.Errorf("y: %w", s.fault)
	}
	if s.rows == 1 && rows > 1 && len(s.tables) == 1 && s.tables[0].width == rows {
		s.rows, s.alone = rows, false // a target for every row
		s.tables = []table{s.tables[0]}
		s.tables[0].width = 1
	}
	if s.rows != rows {
		return nil, fmt.Errorf("y: expected %d rows, got %d", rows, s.rows)
	}
	made := &block{rows: rows, alone: s.alone}
	for _, table := range s.tables {
		dtype := api.DtypeFloat32
		if table.octets {
			dtype = api.DtypeUint8
		} else if table.large {
			dtype = api.DtypeUint64
		}
		made.add(table, dtype, true)
	}
	return made, nil
}

func (b *block) add(table table, dtype api.Dtype, tell bool) {
	part := layoutPart{Width: table.width}
	if table.hexagon != "" {
		part.Hexagon = &table.hexagon
	}
	if tell {
		part.Dtype = dtype
	}
	b.data, b.layout = table.write(b.data, dtype), append(b.layout, part)
}

type header struct {
	kind, dtype uint8
	rows        uint16
	request     uint32
	sequence    uint64
}

func (h header) append(into []byte) []byte {
	into = append(into, h.kind, h.dtype)
	into = binary.LittleEndian.AppendUint16(into, h.rows)
	into = binary.LittleEndian.AppendUint32(into, h.request)
	return binary.LittleEndian.AppendUint64(into, h.sequence)
}

func readHeader(frame []byte) (header, error) {
	if len(frame) < headerBytes {
		return header{}, fmt.Errorf("%w: a frame of %d bytes", ErrNoAnswer, len(frame))
	}
	return header{
		kind: frame[0], dtype: frame[1], rows: binary.LittleEndian.Uint16(frame[2:]),
		request: binary.LittleEndian.Uint32(frame[4:]), sequence: binary.LittleEndian.Uint64(frame[8:]),
	}, nil
}

// Output is what a hexagon answers: for each row its values; of classes, their probabilities.
type Output struct {
	Rows  [][]float64
	Exact [][]uint64 // of whole numbers, which float64 may not have
}

// Answer is what the server says to one call.
type Answer struct {
	Outputs   map[string]Output // by hexagon; nil where nothing was asked, or the answer was lost together with a connection
	Loss      float64           // mean over the samples, each before it was learned; NaN where nothing was learned
	Novelty   []float64         // of each row, how new it was to the network
	RequestID uint32            // names a request whose truth will come, for [Session.Truth]; 0 for none
	Sequence  uint64
}

// First gives the values that the only hexagon answers to the first row; nil where there are none.
func (a *Answer) First() []float64 {
	for _, output := range a.Outputs {
		return output.Rows[0]
	}
	return nil
}

var widths = map[api.Dtype]int{api.DtypeFloat32: 4, api.DtypeUint8: 1, api.DtypeUint64: 8}

// readAnswer reads an answer of the server.
func readAnswer(head header, frame []byte, parts []api.AnswerPart) (*Answer, error) {
	rows := int(head.rows)
	answer := &Answer{RequestID: head.request, Sequence: head.sequence, Novelty: make([]float64, rows)}
	needed := headerBytes + 4 + 4*rows
	asked := Kind(head.kind-answered) == Request || Kind(head.kind-answered) == LearnAndAnswer
	if asked {
		for _, part := range parts {
			needed += rows * int(part.Width) * widths[part.Dtype]
		}
	}
	if len(frame) != needed {
		return nil, fmt.Errorf("%w: an answer of %d bytes instead of %d", ErrNoAnswer, len(frame), needed)
	}
	rest := frame[headerBytes:]
	answer.Loss = float64(math.Float32frombits(binary.LittleEndian.Uint32(rest)))
	rest = rest[4:]
	for row := range rows {
		answer.Novelty[row] = float64(math.Float32frombits(binary.LittleEndian.Uint32(rest[4*row:])))
	}
	rest = rest[4*rows:]
	if asked {
		answer.Outputs = map[string]Output{}
		for _, part := range parts {
			answer.Outputs[part.Hexagon], rest = readOutput(rest, rows, int(part.Width), part.Dtype)
		}
	}
	return answer, nil
}

func readOutput(data []byte, rows, width int, dtype api.Dtype) (Output, []byte) {
	output, size := Output{Rows: make([][]float64, rows)}, widths[dtype]
	for row := range rows {
		values := make([]float64, width)
		for at := range width {
			switch dtype {
			case api.DtypeUint8:
				values[at] = float64(data[0])
			case api.DtypeUint64:
				whole := binary.LittleEndian.Uint64(data)
				values[at] = float64(whole)
				if at == 0 {
					output.Exact = append(output.Exact, make([]uint64, width))
				}
				output.Exact[row][at] = whole
			default:
				values[at] = float64(math.Float32frombits(binary.LittleEndian.Uint32(data)))
			}
			data = data[size:]
		}
		output.Rows[row] = values
	}
	return output, data
}
