/** One websocket: messages in their order, and why it ended. */
import { ConfigurationError } from '../errors.js';

export type Message = string | ArrayBuffer;

/** The connection is lost, or there is none. */
export class LostError extends Error {
  constructor(
    readonly code: number,
    reason: string,
  ) {
    super(reason);
  }
}

/** A websocket whose messages are waited for one by one. */
export class Line {
  readonly #socket: WebSocket;
  readonly #heard: Message[] = [];
  #lost: LostError | undefined;
  #wake: (() => void) | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = (event: MessageEvent<Message>) => {
      this.#heard.push(event.data);
      this.#wake?.();
    };
    socket.onclose = (event: CloseEvent) => {
      this.#lost = new LostError(event.code, event.reason);
      this.#wake?.();
    };
  }

  /** Connects; browsers cannot set headers, so the token goes along as a subprotocol. */
  static async open(url: string, token: string): Promise<Line> {
    const line = new Line(new (await webSocket())(url, ['hanami.v1', `bearer.${token}`]));
    await new Promise<void>((resolve, reject) => {
      line.#socket.onopen = () => resolve();
      line.#wake = () => reject(line.#lost ?? new LostError(1006, 'closed'));
      line.#socket.onerror = () => reject(new LostError(1006, 'the connection failed'));
    });
    line.#wake = undefined;
    line.#socket.onerror = null;
    return line;
  }

  send(message: string | Uint8Array<ArrayBuffer>): void {
    if (this.#lost || this.#socket.readyState !== 1) throw this.#lost ?? new LostError(1006, 'the connection is closing');
    this.#socket.send(message);
  }

  async receive(): Promise<Message> {
    for (;;) {
      const message = this.#heard.shift();
      if (message !== undefined) return message;
      if (this.#lost) throw this.#lost;
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
  }

  close(): void {
    this.#socket.onclose = this.#socket.onmessage = null;
    this.#socket.close();
  }
}

/** Gives the platform's WebSocket, or that of the package `ws`. */
async function webSocket(): Promise<typeof WebSocket> {
  if (typeof globalThis.WebSocket === 'function') return globalThis.WebSocket;
  try {
    const { WebSocket: other } = await import('ws');
    return other as unknown as typeof WebSocket;
  } catch (error) {
    throw new ConfigurationError('this Node has no WebSocket: install the package ws', { cause: error });
  }
}
