// The driver of the JavaScript SDK in Node.
import { readFile, writeFile } from 'node:fs/promises';
import * as sdk from '../../../sdk/js/dist/index.js';
import { serve } from './lines.mjs';
import { makeDriver } from './steps.mjs';

await serve(makeDriver(sdk, { read: async (path) => new Uint8Array(await readFile(path)), write: writeFile }));
process.exit(0);
