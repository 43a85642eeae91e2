/** What can go wrong. The server's answers are `ApiError`s, of a class for each status. */
import type { FieldProblem, Problem } from './generated/types.gen.js';

/** Base of everything that this package throws of its own. */
export class HanamiError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** No address of a server, or nothing to log in with. */
export class ConfigurationError extends HanamiError {}

/** The server was not reached, or the answer broke off; the cause is the error of fetch. */
export class NoAnswerError extends HanamiError {}

/** The server ended a direct session, and there is no use in trying again. */
export class SessionClosedError extends HanamiError {
  constructor(
    readonly code: number,
    readonly reason: string,
  ) {
    super(`the session was closed: ${code} ${reason}`.trimEnd());
  }
}

/** A task that was waited for did not finish. */
export class TaskError extends HanamiError {
  constructor(
    readonly taskId: string,
    outcome: string,
    readonly reason: string | null,
  ) {
    super(`task ${taskId} ${outcome}${reason ? `: ${reason}` : ''}`);
  }
}

/** The task ran into an error. */
export class TaskFailedError extends TaskError {}

/** Somebody cancelled the task. */
export class TaskCancelledError extends TaskError {}

/** The server answered with a problem (RFC 9457). */
export class ApiError extends HanamiError {
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  /** The fields at fault. */
  readonly errors: FieldProblem[];
  /** Finds the request in the log of the server; empty where the answer was not the server's own. */
  readonly requestId: string;

  constructor(problem: Problem) {
    const fields = problem.errors.map((fault) => `; ${fault.field}: ${fault.message}`).join('');
    super(`${problem.status} ${problem.title}: ${problem.detail}${fields}`);
    this.status = problem.status;
    this.type = problem.type;
    this.title = problem.title;
    this.detail = problem.detail;
    this.errors = problem.errors;
    this.requestId = problem.request_id;
  }
}

export class BadRequestError extends ApiError {}
export class UnauthorizedError extends ApiError {}
export class ForbiddenError extends ApiError {}
export class NotFoundError extends ApiError {}
export class MethodNotAllowedError extends ApiError {}
export class ConflictError extends ApiError {}
export class PreconditionFailedError extends ApiError {}
export class ContentTooLargeError extends ApiError {}
export class UnsupportedMediaTypeError extends ApiError {}
export class RangeNotSatisfiableError extends ApiError {}
export class ValidationFailedError extends ApiError {}
export class TooManyRequestsError extends ApiError {}
export class InternalError extends ApiError {}
export class UnavailableError extends ApiError {}

type Kind = readonly [status: number, kind: string, error: typeof ApiError];

const KINDS: readonly Kind[] = [
  [400, 'bad-request', BadRequestError],
  [401, 'unauthorized', UnauthorizedError],
  [403, 'forbidden', ForbiddenError],
  [404, 'not-found', NotFoundError],
  [405, 'method-not-allowed', MethodNotAllowedError],
  [409, 'conflict', ConflictError],
  [412, 'precondition-failed', PreconditionFailedError],
  [413, 'content-too-large', ContentTooLargeError],
  [415, 'unsupported-media-type', UnsupportedMediaTypeError],
  [416, 'range-not-satisfiable', RangeNotSatisfiableError],
  [422, 'validation-failed', ValidationFailedError],
  [429, 'too-many-requests', TooManyRequestsError],
  [500, 'internal-error', InternalError],
  [503, 'unavailable', UnavailableError],
];

/** Makes the error that belongs to an answer, whose body it reads. */
export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  const known = KINDS.find(([status]) => status === response.status)?.[2] ?? ApiError;
  return new known(problemOf(text) ?? foreign(response, text));
}

function problemOf(text: string): Problem | undefined {
  try {
    const problem = JSON.parse(text) as Partial<Problem> | null;
    return problem && typeof problem.title === 'string' && Array.isArray(problem.errors) ? (problem as Problem) : undefined;
  } catch {
    return undefined;
  }
}

/** Describes an answer that is not the server's own, but that of a proxy, say. */
function foreign(response: Response, text: string): Problem {
  const { status, statusText } = response;
  return { type: 'about:blank', title: statusText, status, detail: text.slice(0, 200), errors: [], request_id: '' };
}

/** Makes the error that belongs to what a session was told. */
export function errorOfKind(kind: string, detail: string, errors: FieldProblem[]): ApiError {
  const [status, , known] = KINDS.find(([, name]) => name === kind) ?? [0, kind, ApiError];
  const words = kind.replaceAll('-', ' ');
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  return new known({ type: `/docs#${kind}`, title, status, detail, errors, request_id: '' });
}
