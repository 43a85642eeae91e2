/** A direct session: speak to a living network, one sample at a time. */
import { ApiError, NoAnswerError, NotFoundError, SessionClosedError, UnavailableError, errorOfKind } from '../errors.js';
import type { AnswerPart, SessionFault, SessionOpened, SessionShape } from '../generated/types.gen.js';
import { backoff, sleep, type Http } from '../http.js';
import { LEARN, LEARN_AND_ANSWER, REQUEST, TRUTH, frame, readAnswer, writeInputs, writeTargets } from './frames.js';
import type { Answer, Block, Piece, Values } from './frames.js';
import { Line, LostError, type Message } from './line.js';

/** What a client does after a lost connection. */
export interface Resend {
  /** How often it tries to connect again, 0.1 to 5 seconds apart; 0 for never. 20 where it is left out. */
  attempts?: number;
  /** Most bytes of samples that the server may not have kept yet: 64 MiB. */
  bytes?: number;
}

export interface SessionOptions {
  resend?: Resend;
}

/** What samples of `sendMany` are for. */
export type Kind = 'request' | 'learn' | 'learn-and-answer';

const KINDS: Record<Kind, number> = { request: REQUEST, learn: LEARN, 'learn-and-answer': LEARN_AND_ANSWER };
const FOR_GOOD = new Set([1000, 1003, 1007, 1008, 1009, 4401, 4403, 4404, 4409, 4410]); // close codes that end everything
const SAVE = '{"type": "save"}';

/** One frame, or order to rest, from when it is said until it is kept. */
interface Said {
  sequence: number;
  kind: number; // 0 is an order to rest
  request: number;
  dtype: number;
  inputs: Block | null;
  targets: Block | null;
  result?: Answer | ApiError;
}

/**
 * A conversation with one network. A connection that is lost comes back by itself: what the server may not have kept is
 * said again, and every sample is learned exactly once. What the server refuses is thrown as an ApiError; the session
 * goes on then.
 */
export class Session {
  /** Names the session. */
  id = '';
  readonly #http: Http;
  readonly #path: string;
  readonly #attempts: number;
  readonly #most: number;
  #line: Line | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #next = 1;
  #nextRequest = 1;
  #received = 0;
  #durable = 0;
  #saves = 0;
  #window = 1;
  #mostKept = 1;
  #unsafeBytes = 0;
  #unsafe: Said[] = []; // learned and answered, but maybe not kept yet
  #again: Said[] = []; // what has to be said anew, for the server forgot what it stood on
  #parts: AnswerPart[] = [];
  #layout: [inputs: Piece[], targets: Piece[]] = [[], []];
  #complaint: ApiError | undefined;
  readonly #unanswered = new Map<number, Said>();
  readonly #kept = new Map<number, [inputs: Block, dtype: number]>(); // of requests whose truth will come

  private constructor(http: Http, clusterId: string, resend: Resend) {
    this.#http = http;
    this.#path = `/v1/clusters/${clusterId}/session`;
    this.#attempts = resend.attempts ?? 20;
    this.#most = resend.bytes ?? 64 << 20;
  }

  /** @internal */
  static async open(http: Http, clusterId: string, options: SessionOptions): Promise<Session> {
    const session = new Session(http, clusterId, options.resend ?? {});
    await session.#recover(undefined);
    return session;
  }

  /** Asks about samples; with `keep`, `requestId` of the answer names them for `truth`. */
  request(x: Values, options: { keep?: boolean } = {}): Promise<Answer> {
    return this.#call(REQUEST, x, undefined, options.keep ? this.#nextRequest++ : 0);
  }

  /** Lets the network learn samples, one after the other. */
  learn(x: Values, y: Values): Promise<Answer> {
    return this.#call(LEARN, x, y);
  }

  /** Lets it learn samples, and tells what it said to each before it was told the truth. */
  learnAndAnswer(x: Values, y: Values): Promise<Answer> {
    return this.#call(LEARN_AND_ANSWER, x, y);
  }

  /** Lets it learn what should have been answered to an earlier request. */
  truth(requestId: number, y: Values): Promise<Answer> {
    return this.#call(TRUTH, undefined, y, requestId);
  }

  /** Lets all echoes of earlier samples fade (where the template spikes). */
  async rest(): Promise<void> {
    await this.#inTurn(() => this.#answerOf({ sequence: 0, kind: 0, request: 0, dtype: 0, inputs: null, targets: null }));
  }

  /** Waits until the server has kept all that was learned. */
  save(): Promise<void> {
    return this.#inTurn(() => this.#save());
  }

  /**
   * Sends samples ahead of their answers, as far as the server allows, and gives the answers in their order; a sample
   * that is refused gives its ApiError. Where `kind` is `request`, the second of each pair does not count.
   */
  async *sendMany(
    samples: Iterable<readonly [Values, Values?]> | AsyncIterable<readonly [Values, Values?]>,
    kind: Kind = 'learn-and-answer',
  ): AsyncGenerator<Answer | ApiError> {
    const before = this.#turn;
    let done = (): void => undefined;
    this.#turn = new Promise<void>((resolve) => (done = resolve));
    await before;
    try {
      const waiting: Said[] = [];
      for await (const [x, y] of samples) {
        const said = this.#said(KINDS[kind], x, kind === 'request' ? undefined : y);
        waiting.push(said);
        await this.#say(said);
        for (let first = waiting[0]; first && (first.result || this.#unanswered.size >= this.#window); first = waiting[0]) {
          waiting.shift();
          yield await this.#resultOf(first);
        }
        if (this.#unsafeBytes > this.#most) await this.#save();
      }
      for (const said of waiting) yield await this.#resultOf(said);
    } finally {
      done();
    }
  }

  /** Sends samples ahead of their answers, and hands each answer, or error, to a function; gives their number. */
  async stream(samples: Parameters<Session['sendMany']>[0], onAnswer: (result: Answer | ApiError) => void, kind?: Kind): Promise<number> {
    let number = 0;
    for await (const result of this.sendMany(samples, kind)) {
      onAnswer(result);
      number++;
    }
    return number;
  }

  /** Ends the session for good; what was learned stays. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        this.#line?.send('{"type": "close"}');
        while (this.#line) this.#hear(await this.#line.receive());
      } catch (error) {
        if (!(error instanceof LostError)) throw error;
      } finally {
        this.#hangUp();
      }
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  #call(kind: number, x: Values | undefined, y: Values | undefined, request = 0): Promise<Answer> {
    return this.#inTurn(async () => this.#answerOf(this.#said(kind, x, y, request)));
  }

  async #answerOf(said: Said): Promise<Answer> {
    await this.#say(said);
    const result = await this.#resultOf(said);
    if (this.#unsafeBytes > this.#most) await this.#save(); // else much would have to be said again
    if (result instanceof ApiError) throw result;
    return result;
  }

  async #resultOf(said: Said): Promise<Answer | ApiError> {
    while (!said.result) await this.#listen();
    return said.result;
  }

  async #save(): Promise<void> {
    const wanted = this.#saves + 1;
    await this.#send(SAVE);
    while (this.#saves < wanted) await this.#listen();
  }

  #said(kind: number, x: Values | undefined, y: Values | undefined, request = 0): Said {
    const said: Said = { sequence: 0, kind, request, dtype: 0, inputs: null, targets: null };
    const kept = this.#kept.get(request);
    if (x !== undefined) [said.inputs, said.dtype] = writeInputs(x);
    else if (!kept) throw new TypeError(`no request ${request} waits for its truth`);
    if (kind !== REQUEST) {
      if (y === undefined) throw new TypeError('y: expected targets');
      said.targets = writeTargets(y, (said.inputs ?? kept?.[0])?.rows ?? 1);
    }
    return said;
  }

  async #say(said: Said): Promise<void> {
    this.#number(said);
    if (said.kind === REQUEST && said.request && said.inputs) {
      this.#kept.set(said.request, [said.inputs, said.dtype]);
      for (const oldest of this.#kept.keys()) {
        if (this.#kept.size <= this.#mostKept) break;
        this.#kept.delete(oldest);
      }
    }
    for (const message of this.#messages(said)) await this.#send(message);
  }

  #number(said: Said): void {
    said.sequence = this.#next++;
    this.#unanswered.set(said.sequence, said);
  }

  /** Gives what is sent to say it: before a frame of another layout, the layout. */
  #messages(said: Said): (string | Uint8Array<ArrayBuffer>)[] {
    if (said.kind === 0) return [JSON.stringify({ type: 'rest', sequence: said.sequence })];
    const layout: [Piece[], Piece[]] = [said.inputs?.layout ?? this.#layout[0], said.targets?.layout ?? this.#layout[1]];
    const messages: (string | Uint8Array<ArrayBuffer>)[] = [];
    if (told(layout) !== told(this.#layout)) {
      this.#layout = layout;
      messages.push(JSON.stringify({ type: 'layout', ...described(layout) }));
    }
    const blocks = [said.inputs, said.targets].filter((block) => block !== null);
    messages.push(frame(said.kind, said.dtype, blocks[0]?.rows ?? 1, said.request, said.sequence, blocks));
    return messages;
  }

  async #send(message: string | Uint8Array<ArrayBuffer>): Promise<void> {
    for (;;) {
      try {
        if (!this.#line) throw new LostError(1006, 'there is no connection');
        this.#line.send(message);
        return;
      } catch (error) {
        await this.#recover(error);
        if (message !== SAVE) return; // whatever was not answered has been said again
      }
    }
  }

  async #listen(): Promise<void> {
    for (;;) {
      let message: Message;
      try {
        if (!this.#line) throw new LostError(1006, 'there is no connection');
        message = await this.#line.receive();
      } catch (error) {
        await this.#recover(error);
        continue;
      }
      this.#hear(message);
      break;
    }
    for (let said = this.#again.shift(); said; said = this.#again.shift()) await this.#say(said);
  }

  #hear(message: Message): void {
    if (typeof message !== 'string') {
      const [kind, answer] = readAnswer(message, this.#parts);
      this.#answered(answer.sequence, answer, kind !== REQUEST);
      return;
    }
    const news = JSON.parse(message) as { type: string; sequence: number };
    if (news.type === 'shape') this.#parts = (news as unknown as SessionShape).answers;
    else if (news.type === 'rested') this.#answered(news.sequence, lost(news.sequence), true);
    else if (news.type === 'error') this.#refused(news as unknown as SessionFault);
    else if (news.type === 'saved') {
      this.#saves++;
      this.#nowDurable(news.sequence);
    }
  }

  #answered(sequence: number, result: Answer | ApiError, learned: boolean): void {
    this.#received = Math.max(this.#received, sequence);
    const said = this.#unanswered.get(sequence);
    if (!said) return; // said again after a loss, and answered before it
    this.#unanswered.delete(sequence);
    said.result = result;
    if (learned) {
      this.#unsafe.push(said);
      this.#unsafeBytes += sizeOf(said);
      this.#kept.delete(said.request);
    }
  }

  #refused(fault: SessionFault): void {
    const error = errorOfKind(fault.kind, fault.detail, fault.errors);
    const said = this.#unanswered.get(fault.sequence);
    if (!said) {
      this.#complaint = error; // of a layout: the frame after it fails too, and this is why
      return;
    }
    const kept = said.kind === TRUTH ? this.#kept.get(said.request) : undefined;
    if (said.kind === TRUTH) this.#kept.delete(said.request);
    if (kept && error instanceof NotFoundError) {
      said.kind = LEARN; // the server forgot the inputs; here they are
      [said.inputs, said.dtype] = kept;
      this.#unanswered.delete(fault.sequence);
      this.#again.push(said);
      return;
    }
    this.#answered(fault.sequence, this.#complaint ?? error, false);
    this.#complaint = undefined;
  }

  #nowDurable(sequence: number): void {
    this.#durable = Math.max(this.#durable, sequence);
    for (let first = this.#unsafe[0]; first && first.sequence <= this.#durable; first = this.#unsafe[0]) {
      this.#unsafe.shift();
      this.#unsafeBytes -= sizeOf(first);
    }
  }

  #hangUp(): void {
    this.#line?.close();
    this.#line = undefined;
  }

  /** Connects, and says again what may be lost; throws where that makes no sense any more. */
  async #recover(error: unknown): Promise<void> {
    this.#hangUp();
    let loss = error;
    if (loss !== undefined && (isForGood(loss) || !this.#attempts)) throw ended(loss);
    for (let attempt = 0; attempt <= this.#attempts; attempt++) {
      if (loss !== undefined) await sleep(backoff(attempt, 100, 5000));
      try {
        await this.#connect();
        return;
      } catch (again) {
        this.#hangUp();
        if (isForGood(again)) throw ended(again);
        if (!(again instanceof LostError || again instanceof NoAnswerError || again instanceof UnavailableError)) throw again;
        loss = again;
      }
    }
    throw new NoAnswerError('no session with the server', { cause: loss });
  }

  async #connect(): Promise<void> {
    await (await this.#http.send(this.#path)).body?.cancel(); // tells what is wrong, and renews the token
    const url = this.#http.url.replace(/^http/, 'ws') + this.#path;
    const line = (this.#line = await Line.open(url, await this.#http.token()));
    const going = this.id ? { session_id: this.id } : {};
    line.send(JSON.stringify({ type: 'open', received: this.#received, ...going, ...described(this.#layout) }));
    const opened = JSON.parse((await line.receive()) as string) as SessionOpened;
    for (const message of this.#reopened(opened)) line.send(message);
  }

  /** Takes note of where the server stands, and gives what has to be said again. */
  #reopened(opened: SessionOpened): (string | Uint8Array<ArrayBuffer>)[] {
    this.id = opened.session_id;
    this.#window = opened.window;
    this.#mostKept = opened.kept_requests;
    this.#parts = opened.shape.answers;
    this.#complaint = undefined;
    this.#nowDurable(opened.durable);
    const again = this.#unsafe.filter((said) => said.sequence > opened.sequence);
    const anew: Said[] = [];
    for (const [sequence, said] of [...this.#unanswered]) {
      if (sequence > opened.sequence) again.push(said);
      else if (sequence <= opened.forgotten && said.kind !== REQUEST) this.#answered(sequence, lost(sequence), true);
      else if (sequence <= opened.forgotten) {
        this.#unanswered.delete(sequence);
        anew.push(said);
      }
    }
    this.#received = Math.max(this.#received, opened.forgotten);
    again.sort((one, other) => one.sequence - other.sequence);
    for (const said of anew) this.#number(said);
    return [...again, ...anew].flatMap((said) => this.#messages(said));
  }
}

/** Stands for an answer that was lost together with a connection. */
function lost(sequence: number): Answer {
  return { outputs: null, loss: NaN, novelty: [], requestId: 0, sequence };
}

function sizeOf(said: Said): number {
  return (said.inputs?.data.length ?? 0) + (said.targets?.data.length ?? 0);
}

/** Tells layouts apart: how inputs are written, every frame says in its header. */
function told(layout: [Piece[], Piece[]]): string {
  return JSON.stringify(described(layout));
}

function described([inputs, targets]: [Piece[], Piece[]]): object {
  const shown = inputs.map(({ hexagon, width }) => ({ hexagon, width }));
  return { ...(shown.length ? { inputs: shown } : {}), ...(targets.length ? { targets } : {}) };
}

function isForGood(error: unknown): error is LostError {
  return error instanceof LostError && FOR_GOOD.has(error.code);
}

function ended(error: unknown): SessionClosedError {
  const code = error instanceof LostError ? error.code : 1006;
  return new SessionClosedError(code, error instanceof Error ? error.message : String(error));
}
