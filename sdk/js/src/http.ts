/** HTTP as all operations use it: knows who asks, repeats what may be repeated, and throws what is not a success. */
import { ConfigurationError, NoAnswerError, errorOf } from './errors.js';
import type { AccessToken } from './generated/types.gen.js';
import type { Access } from './profile.js';

const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);
const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;
const LONGEST_OBEYED = 60_000; // milliseconds; a server that asks for more gets no second try
const LONGEST_MARGIN = 60_000;

/** How requests are sent. */
export interface HttpOptions {
  /** How often a request is sent again that failed without doing anything, or may be done twice: 2. */
  retries?: number;
  /** Milliseconds that the server may take to begin an answer: 60,000. */
  timeout?: number;
  /** Another fetch than the global one. */
  fetch?: typeof fetch;
}

/** Sends requests for one user, or device. */
export class Http {
  readonly url: string;
  readonly retries: number;
  readonly #timeout: number;
  readonly #fetch: typeof fetch;
  readonly #credentials: object | undefined;
  #token = '';
  #renewAt = 0;
  #renewing: Promise<string> | undefined;

  constructor(access: Access, options: HttpOptions) {
    this.url = access.url?.replace(/\/+$/, '') ?? '';
    if (!this.url) throw new ConfigurationError('the address of a server is needed: url, HANAMI_URL or a profile');
    this.retries = options.retries ?? 2;
    this.#timeout = options.timeout ?? 60_000;
    this.#fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
    this.#token = access.token ?? access.deviceKey ?? '';
    if (this.#token) return;
    if (!access.user || !access.password) {
      throw new ConfigurationError('user and password, a token, or a device key are needed');
    }
    const { user, password, project } = access;
    this.#credentials = { user_id: user, password, ...(project ? { project_id: project } : {}) };
  }

  /** Sends a request; gives the answer, which is a success. Bodies that are streams are sent once. */
  async send(path: string, init: RequestInit & { keyed?: boolean } = {}): Promise<Response> {
    const { keyed, ...rest } = init;
    const headers = new Headers(rest.headers);
    if (keyed && !headers.has('Idempotency-Key')) headers.set('Idempotency-Key', crypto.randomUUID());
    const first = await this.token();
    let response = await this.#signed(path, { ...rest, headers }, first);
    if (response.status === 401 && this.#credentials && canRepeat(rest)) {
      await response.body?.cancel();
      response = await this.#signed(path, { ...rest, headers }, await this.token(first));
    }
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  /** Gives a token that is good; another one than that which was refused. */
  async token(refused?: string): Promise<string> {
    if (!this.#credentials) return this.#token;
    if (Date.now() < this.#renewAt && this.#token !== refused) return this.#token;
    this.#renewing ??= this.#login().finally(() => (this.#renewing = undefined)); // of many requests, one logs in
    return this.#renewing;
  }

  async #login(): Promise<string> {
    const headers = new Headers({ 'Content-Type': 'application/json' });
    const response = await this.#retried('/v1/tokens', { method: 'POST', headers, body: JSON.stringify(this.#credentials) });
    if (!response.ok) throw await errorOf(response);
    const access = (await response.json()) as AccessToken;
    const left = Date.parse(access.expires_at) - Date.now();
    this.#renewAt = Date.now() + left - Math.min(LONGEST_MARGIN, left / 10);
    return (this.#token = access.token);
  }

  #signed(path: string, init: RequestInit & { headers: Headers }, token: string): Promise<Response> {
    init.headers.set('Authorization', `Bearer ${token}`);
    return this.#retried(path, init);
  }

  /**
   * Sends a request, again if need be where that cannot do a thing twice: when the server said "not now" (429, 503, or
   * 409 with Retry-After while it answers the same already), when its method is idempotent, or when it names an
   * idempotency key. Waits from 0.5 to 8 seconds, or as long as the server asks.
   */
  async #retried(path: string, init: RequestInit & { headers: Headers }): Promise<Response> {
    for (let attempt = 0; ; attempt++) {
      const last = attempt === this.retries || !canRepeat(init);
      let wait = backoff(attempt);
      try {
        const response = await this.#once(path, init);
        const asked = askedWait(response, wait);
        if (last || asked === undefined) return response;
        await response.body?.cancel();
        wait = asked;
      } catch (error) {
        init.signal?.throwIfAborted();
        if (last || !mayRepeatAfter(error, init)) throw noAnswer(error);
      }
      await sleep(wait, init.signal);
    }
  }

  async #once(path: string, init: RequestInit): Promise<Response> {
    const late = new AbortController();
    const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal;
    const timer = setTimeout(() => late.abort(new NoAnswerError(`no answer within ${this.#timeout} ms`)), this.#timeout);
    try {
      const streamed = init.body instanceof ReadableStream ? { duplex: 'half' } : {};
      return await this.#fetch(`${this.url}${path}`, { ...init, ...streamed, signal });
    } finally {
      clearTimeout(timer);
    }
  }
}

function canRepeat(init: RequestInit): boolean {
  return !(init.body instanceof ReadableStream);
}

function mayRepeatAfter(error: unknown, init: RequestInit & { headers: Headers }): boolean {
  const code = (error as { cause?: { code?: string } }).cause?.code;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return true; // it was never sent
  return IDEMPOTENT.has((init.method ?? 'GET').toUpperCase()) || init.headers.has('Idempotency-Key');
}

/** Makes the error for a request without an answer. */
export function noAnswer(error: unknown): NoAnswerError {
  if (error instanceof NoAnswerError) return error;
  const cause = (error as { cause?: unknown }).cause ?? error;
  return new NoAnswerError(`no answer from the server: ${cause instanceof Error ? cause.message : String(cause)}`, { cause: error });
}

/** Gives how long to wait before a request is sent again; undefined where this answer is the last. */
function askedWait(response: Response, otherwise: number): number | undefined {
  const asked = response.headers.get('Retry-After');
  if (![429, 503].includes(response.status) && !(response.status === 409 && asked !== null)) return undefined;
  let wait = otherwise;
  if (asked !== null && /^\d+$/.test(asked)) wait = Number(asked) * 1000;
  else if (asked !== null && !Number.isNaN(Date.parse(asked))) wait = Math.max(0, Date.parse(asked) - Date.now());
  return wait <= LONGEST_OBEYED ? wait : undefined;
}

/** Gives how long to wait, with jitter, so that many clients that failed together do not come back together. */
export function backoff(attempt: number, first = FIRST_WAIT, longest = LONGEST_WAIT): number {
  return Math.min(first * 2 ** attempt, longest) * (0.75 + 0.25 * Math.random());
}

/** Waits; throws the reason of a signal that is aborted meanwhile. */
export function sleep(milliseconds: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
