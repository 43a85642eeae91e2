// Package operation says what a command is like: which operation of the server it is for, and what it takes. It is data, and
// the same for every command; package command makes commands of it, and package runner does what they say.
package operation

// Group is what commands are about: the noun of `hanamictl <noun> <verb>`.
type Group struct {
	Name   string
	About  string
	List   string // the path that lists such things; nothing where there is none
	Named  bool   // they have names that can stand for their ids
	Within string // the noun whose id List has in it
}

// Operation is one operation of the server, and the command for it.
type Operation struct {
	ID        string
	Noun      string
	Verb      string
	Summary   string
	About     string
	Example   string
	Method    string
	Path      string // with the names of arguments in braces
	Arguments []Argument
	Query     []Flag
	Sends     string // media type of the body; nothing where there is none
	Fields    []Flag // of a JSON body
	Answers   string // media type of the answer; nothing where there is none
	Model     string // schema of the answer
	Pages     bool   // the answer is a part of a list
	Columns   []string
	Wide      []string
	Public    bool // needs no login
	Once      bool // obeys an idempotency key
	// Conditional operations happen only if the resource still has the version that they name.
	Conditional bool
}

// Argument is a part of the path.
type Argument struct {
	Name  string // as in Path
	Shown string // in help
	Of    string // the noun that it is an id of
}

// Kind is what values a flag takes.
type Kind string

// What flags take. Moments are times as in RFC 3339; a Value is anything in JSON.
const (
	String  Kind = "string"
	Integer Kind = "integer"
	Number  Kind = "number"
	Boolean Kind = "boolean"
	Strings Kind = "strings"
	Moment  Kind = "moment"
	Value   Kind = "value"
)

// Flag is a parameter of the query, or a field of the body.
type Flag struct {
	Name     string
	Path     []string // where the field is in the body
	Kind     Kind
	About    string
	Of       string // the noun that it is an id of
	Enum     []string
	Default  string // what the server takes where it is left out
	Required bool
	Null     bool // null is a value of it
	Secret   bool // nobody shall see it
	File     bool // `@path` stands for what a file has
	// Choice is the flag that says which kind of body this is; the field is there only with some kinds of it, or needed
	// with some.
	Choice   string
	OnlyWith []string
	NeededBy []string
}

// Key names an operation as people type it.
func (o *Operation) Key() string { return o.Noun + " " + o.Verb }

// IsFile says whether the body of the operation is a file.
func (o *Operation) IsFile() bool { return o.Sends == "application/octet-stream" }

// Deletes says whether something is gone afterwards.
func (o *Operation) Deletes() bool { return o.Method == "DELETE" }
