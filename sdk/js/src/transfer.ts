/** Files to and from the server, in pieces. */
import { BadRequestError, ConflictError, NoAnswerError } from './errors.js';
import type { Checkpoint, Upload } from './generated/types.gen.js';
import { nodeEnvironment } from './platform.js';
import { backoff, noAnswer, sleep, type Http } from './http.js';

/** What can be sent: text, bytes, a file, or pieces of bytes. */
export type Source = string | ArrayBuffer | Uint8Array<ArrayBuffer> | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** How a transfer goes on. */
export interface TransferOptions {
  /** Is told how many bytes were sent or fetched, of how many; undefined where that is not known. */
  progress?: (done: number, total: number | undefined) => void;
  signal?: AbortSignal;
}

const PIECE = 8 << 20; // bytes of a large file that are sent in one call
const OCTETS = { 'Content-Type': 'application/octet-stream' };

/** Sends a file that is to become part of a dataset: a large one in pieces, after a broken line from where it broke off. */
export async function upload(http: Http, source: Source, options: TransferOptions): Promise<Upload> {
  const whole = asBlob(source);
  if (!whole || whole.size <= PIECE) return (await send(http, '/v1/uploads', source, options)) as Upload;
  const body = JSON.stringify({ size: whole.size });
  const headers = { 'Content-Type': 'application/json' };
  const begun = await http.send('/v1/uploads/start', { method: 'POST', headers, body, keyed: true, ...signalOf(options) });
  const { id } = (await begun.json()) as Upload;
  return resume(http, id, whole, options).catch(async (error: unknown) => {
    await http.send(`/v1/uploads/${id}`, { method: 'DELETE' }).catch(() => undefined); // nobody knows what to go on with
    throw error;
  });
}

/** Sends what is missing of an upload in pieces. */
export async function resume(http: Http, id: string, file: Blob, options: TransferOptions): Promise<Upload> {
  const ask = async (): Promise<Upload> => (await http.send(`/v1/uploads/${id}`, signalOf(options))).json() as Promise<Upload>;
  let told = await ask();
  for (let failures = 0; told.received < told.size; ) {
    const piece = file.slice(told.received, told.received + PIECE);
    const path = `/v1/uploads/${id}/append?offset=${told.received}`;
    try {
      const answer = await http.send(path, { method: 'POST', headers: OCTETS, body: piece, ...signalOf(options) });
      told = (await answer.json()) as Upload;
      failures = 0;
    } catch (error) {
      const isBroken = error instanceof NoAnswerError || error instanceof BadRequestError || error instanceof ConflictError;
      if (!isBroken || ++failures > http.retries + 1) throw error;
      await sleep(backoff(failures), options.signal);
      told = await ask();
    }
    options.progress?.(told.received, told.size);
  }
  return told;
}

/** Sends a file in one call; gives the answer. */
export async function send(http: Http, path: string, source: Source, options: TransferOptions): Promise<Upload | Checkpoint> {
  const whole = asBlob(source) ?? (await streamOrBlob(source as ReadableStream<Uint8Array>, options));
  const answer = await http.send(path, { method: 'POST', headers: OCTETS, body: whole, keyed: true, ...signalOf(options) });
  if (whole instanceof Blob) options.progress?.(whole.size, whole.size);
  return (await answer.json()) as Upload | Checkpoint;
}

function asBlob(source: Source): Blob | undefined {
  if (source instanceof Blob) return source;
  return typeof source === 'string' || source instanceof ArrayBuffer || ArrayBuffer.isView(source) ? new Blob([source]) : undefined;
}

/** Streams where the platform can send one; browsers collect it first. */
async function streamOrBlob(source: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>, options: TransferOptions): Promise<ReadableStream | Blob> {
  const pieces = source as AsyncIterable<Uint8Array<ArrayBuffer>>;
  if (!nodeEnvironment()) {
    const parts: BlobPart[] = [];
    for await (const piece of pieces) parts.push(piece);
    return new Blob(parts);
  }
  const iterator = pieces[Symbol.asyncIterator]();
  let sent = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next: IteratorResult<Uint8Array, unknown> = await iterator.next();
      if (next.done) {
        controller.close();
        return;
      }
      controller.enqueue(next.value);
      options.progress?.((sent += next.value.byteLength), undefined);
    },
  });
}

/** Fetches a file as it arrives; where the line breaks, goes on with the rest of the same file. */
export async function* download(http: Http, path: string, options: TransferOptions): AsyncGenerator<Uint8Array> {
  let done = 0;
  let tag: string | null = null;
  let total: number | undefined;
  for (let failures = 0; ; ) {
    const headers: Record<string, string> = done > 0 && tag ? { Range: `bytes=${done}-`, 'If-Range': tag } : {};
    const response: Response = await http.send(path, { headers, ...signalOf(options) });
    if (done > 0 && response.status !== 206) throw new NoAnswerError('the file is another one by now');
    if (done === 0) {
      tag = response.headers.get('ETag');
      total = Number(response.headers.get('Content-Length')) || undefined;
    }
    try {
      for await (const piece of response.body ?? []) {
        done += piece.byteLength;
        failures = 0;
        yield piece;
        options.progress?.(done, total);
      }
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!tag || ++failures > http.retries) throw noAnswer(error);
      await sleep(backoff(failures), options.signal);
    }
  }
}

/** Collects a file. */
export async function collected(pieces: AsyncIterable<Uint8Array>): Promise<Blob> {
  const parts: BlobPart[] = [];
  for await (const piece of pieces) parts.push(piece as Uint8Array<ArrayBuffer>);
  return new Blob(parts);
}

export function signalOf(options: { signal?: AbortSignal }): { signal?: AbortSignal } {
  return options.signal ? { signal: options.signal } : {};
}
