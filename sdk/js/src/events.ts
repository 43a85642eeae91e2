/** Streams of server-sent events. */
import { NoAnswerError } from './errors.js';
import { noAnswer, type Http } from './http.js';

/** Reads a stream of server-sent events whose data are JSON, until it ends. */
export async function* events<Event>(http: Http, path: string, options: { signal?: AbortSignal }): AsyncGenerator<Event> {
  const response = await http.send(path, { headers: { Accept: 'text/event-stream' }, signal: options.signal ?? null });
  if (!response.headers.get('Content-Type')?.startsWith('text/event-stream') || !response.body) {
    throw new NoAnswerError('no events came');
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let text = ''; ; ) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw noAnswer(error);
      });
      if (done) return;
      const blocks = (text + value).replaceAll('\r\n', '\n').split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const lines = block.split('\n').filter((line) => line.startsWith('data:'));
        if (lines.length) yield JSON.parse(lines.map((line) => line.slice(5)).join('\n')) as Event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
