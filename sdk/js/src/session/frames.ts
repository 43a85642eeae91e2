/** Binary frames of `hanami.v1`: samples to bytes and back. */
import type { AnswerPart, Dtype } from '../generated/types.gen.js';

/** Rows of samples that lie one after the other. */
export interface Rows {
  data: ArrayLike<number>;
  rows: number;
}

/** One sample, or rows of them; raw values, null or NaN for a reading that is missing. */
export type Table = number | readonly (number | null)[] | readonly (readonly (number | null)[])[] | Float32Array | Float64Array | Uint8Array | Rows;

/** Values for the only hexagon, or for each by its name. */
export type Values = Table | Readonly<Record<string, Table>>;

export const HEADER = 16;
export const ANSWERED = 128;
export const REQUEST = 1;
export const LEARN = 2;
export const LEARN_AND_ANSWER = 3;
export const TRUTH = 4;
const EXACT = 2 ** 24; // whole numbers up to here are exact in float32
const BYTES: Record<Dtype, number> = { float32: 4, uint8: 1, uint64: 8 };

/** Where in a frame the values of one hexagon are, how many per row, and how they are written. */
export interface Piece {
  hexagon: string | null;
  width: number;
  dtype: Dtype;
}

/** Values as they go into a frame. */
export interface Block {
  data: Uint8Array;
  rows: number;
  layout: Piece[];
}

/** What the server says to one call. */
export interface Answer {
  /** What each hexagon answers, row by row; of classes, the probabilities. null where nothing was asked, or it got lost. */
  outputs: Record<string, number[][]> | null;
  /** Mean over the samples, each before it was learned; NaN where nothing was learned, or that got lost. */
  loss: number;
  /** How new each sample was to the network. */
  novelty: number[];
  /** Names a request whose truth will come, for `truth`; 0 for none. */
  requestId: number;
  sequence: number;
}

interface Raw {
  hexagon: string | null;
  values: ArrayLike<number | null>;
  width: number;
  rows: number;
  octets: boolean;
}

/** Writes inputs, and says in which of the two dtypes. */
export function writeInputs(values: Values): [block: Block, dtype: number] {
  const tables = rawOf('x', values);
  const octets = tables.every((table) => table.octets);
  return [written(tables, () => (octets ? 'uint8' : 'float32')), octets ? 2 : 1];
}

/** Writes targets of as many rows; a number for each row, or a list of them. */
export function writeTargets(values: Values, rows: number): Block {
  const tables = rawOf('y', values).map((table) =>
    table.rows === 1 && rows > 1 && table.width === rows ? { ...table, rows, width: 1 } : table,
  );
  for (const table of tables) {
    if (table.rows !== rows) throw new TypeError(`y: expected ${rows} rows, got ${table.rows}`);
  }
  return written(tables, dtypeOf);
}

function rawOf(field: string, values: Values): Raw[] {
  const byHexagon = typeof values === 'object' && !Array.isArray(values) && !ArrayBuffer.isView(values) && !('data' in values);
  const given: [string | null, Table][] = byHexagon
    ? Object.entries(values as Record<string, Table>)
    : [[null, values as Table]];
  const tables = given.map(([hexagon, table]) => ({ hexagon, ...flat(hexagon ?? field, table) }));
  const first = tables[0];
  if (!first || tables.some((table) => table.rows !== first.rows)) throw new TypeError(`${field}: expected as many rows everywhere`);
  return tables;
}

function flat(label: string, table: Table): Omit<Raw, 'hexagon'> {
  let values: ArrayLike<number | null>;
  let rows = 1;
  if (typeof table === 'number') values = [table];
  else if ('data' in table) [values, rows] = [table.data, table.rows];
  else if (Array.isArray(table) && Array.isArray(table[0])) {
    const nested = table as (number | null)[][];
    if (nested.some((row) => row.length !== nested[0]?.length)) throw new TypeError(`${label}: expected rows of one width`);
    [values, rows] = [nested.flat(), nested.length];
  } else values = table as ArrayLike<number | null>;
  const width = values.length / rows;
  if (!width || !Number.isInteger(width)) throw new TypeError(`${label}: expected one sample, or rows of samples`);
  return { values, width, rows, octets: values instanceof Uint8Array };
}

function dtypeOf(table: Raw): Dtype {
  if (table.octets) return 'uint8';
  let largest = 0;
  for (let at = 0; at < table.values.length; at++) {
    const value = table.values[at] ?? NaN;
    if (!Number.isInteger(value) || value < 0) return 'float32';
    if (value > largest) largest = value;
  }
  return largest > EXACT ? 'uint64' : 'float32';
}

function written(tables: Raw[], choose: (table: Raw) => Dtype): Block {
  const layout = tables.map((table) => ({ hexagon: table.hexagon, width: table.width, dtype: choose(table) }));
  const size = tables.reduce((sum, table, at) => sum + table.values.length * BYTES[layout[at]?.dtype ?? 'float32'], 0);
  const view = new DataView(new ArrayBuffer(size));
  let at = 0;
  tables.forEach((table, number) => {
    at = write(view, at, table.values, layout[number]?.dtype ?? 'float32');
  });
  return { data: new Uint8Array(view.buffer), rows: tables[0]?.rows ?? 0, layout };
}

function write(view: DataView, start: number, values: ArrayLike<number | null>, dtype: Dtype): number {
  let at = start;
  for (let number = 0; number < values.length; number++) {
    const value = values[number] ?? NaN;
    if (dtype === 'uint8') view.setUint8(at, value);
    else if (dtype === 'uint64') view.setBigUint64(at, BigInt(value), true);
    else view.setFloat32(at, value, true);
    at += BYTES[dtype];
  }
  return at;
}

/** Puts a frame together. */
export function frame(kind: number, dtype: number, rows: number, request: number, sequence: number, blocks: Block[]): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(HEADER + blocks.reduce((sum, block) => sum + block.data.length, 0));
  const view = new DataView(made.buffer);
  view.setUint8(0, kind);
  view.setUint8(1, dtype);
  view.setUint16(2, rows, true);
  view.setUint32(4, request, true);
  view.setBigUint64(8, BigInt(sequence), true);
  let at = HEADER;
  for (const block of blocks) {
    made.set(block.data, at);
    at += block.data.length;
  }
  return made;
}

/** Reads an answer of the server; gives its type too. */
export function readAnswer(data: ArrayBuffer, parts: readonly AnswerPart[]): [kind: number, answer: Answer] {
  const view = new DataView(data);
  const kind = view.getUint8(0) - ANSWERED;
  const rows = view.getUint16(2, true);
  const novelty = Array.from({ length: rows }, (_, row) => view.getFloat32(HEADER + 4 + 4 * row, true));
  const answer: Answer = {
    outputs: null,
    loss: view.getFloat32(HEADER, true),
    novelty,
    requestId: view.getUint32(4, true),
    sequence: Number(view.getBigUint64(8, true)),
  };
  if (kind === REQUEST || kind === LEARN_AND_ANSWER) {
    answer.outputs = {};
    let at = HEADER + 4 + 4 * rows;
    for (const part of parts) {
      const values: number[][] = [];
      for (let row = 0; row < rows; row++) {
        values.push(Array.from({ length: part.width }, (_, column) => read(view, at + column * BYTES[part.dtype], part.dtype)));
        at += part.width * BYTES[part.dtype];
      }
      answer.outputs[part.hexagon] = values;
    }
  }
  return [kind, answer];
}

function read(view: DataView, at: number, dtype: Dtype): number {
  if (dtype === 'uint8') return view.getUint8(at);
  return dtype === 'uint64' ? Number(view.getBigUint64(at, true)) : view.getFloat32(at, true);
}
