/** Carries out generated operations: what they say of themselves becomes a request, and its answer a value. */
import type { Client } from './generated/client/index.js';
import { ONCE } from './generated/once.gen.js';
import { noAnswer, type Http } from './http.js';
import { events } from './events.js';

/** What a generated operation says of itself, and what its caller adds. */
interface Call {
  url: string;
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  headers?: Record<string, string | null | undefined>;
  signal?: AbortSignal | null;
  throwOnError?: boolean;
}

/** Makes what generated operations are called through. */
export function callerOf(http: Http): Client {
  const plain = (method: string) => async (call: Call) => {
    try {
      return await called(http, method, call);
    } catch (error) {
      if (call.throwOnError === false) return undefined;
      throw error;
    }
  };
  const stream = (call: Call) => ({ stream: events(http, placeOf(call), call.signal ? { signal: call.signal } : {}) });
  const methods = { get: plain('GET'), post: plain('POST'), put: plain('PUT'), patch: plain('PATCH'), delete: plain('DELETE') };
  return { ...methods, sse: { get: (call: Call) => Promise.resolve(stream(call)) } } as unknown as Client;
}

async function called(http: Http, method: string, call: Call): Promise<unknown> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(call.headers ?? {})) if (value) headers[name] = value;
  let body: BodyInit | undefined;
  if (call.body !== undefined) {
    const isBytes = headers['Content-Type'] === 'application/octet-stream';
    body = isBytes ? (call.body as BodyInit) : JSON.stringify(call.body);
  }
  const keyed = method === 'POST' && ONCE.has(call.url);
  const response = await http.send(placeOf(call), { method, headers, keyed, signal: call.signal ?? null, ...(body === undefined ? {} : { body }) });
  if (response.status === 204) return undefined;
  const media = response.headers.get('Content-Type') ?? '';
  try {
    if (media.startsWith('application/json')) return await response.json();
    return media === 'application/octet-stream' ? await response.blob() : await response.text();
  } catch (error) {
    throw noAnswer(error);
  }
}

/** Fills in the path, and adds the query: every element of a list. */
function placeOf({ url, path, query }: Call): string {
  const place = url.replace(/{(\w+)}/g, (_, name: string) => encodeURIComponent(String(path?.[name])));
  if (!query) return place;
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (one !== undefined && one !== null) asked.append(name, textOf(one));
    }
  }
  return asked.size ? `${place}?${asked}` : place;
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}
