/** JavaScript client of Hanami, a service of networks that grow while they learn. */
export { Client, type ClientOptions, type Page } from './client.js';
export * from './errors.js';
export type { CsvOptions } from './files.js';
export { Session, type Resend, type SessionOptions } from './session/session.js';
export type { Answer, Values } from './session/frames.js';
export { Task, type Columns } from './tasks.js';
export type { Source, TransferOptions } from './transfer.js';
