// The driver of the JavaScript SDK in Chromium: the page of this address takes the steps, this process hands them on.
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { serve } from './lines.mjs';

const { chromium } = createRequire(new URL('../../../sdk/js/package.json', import.meta.url))('playwright-core');
const [executablePath, address] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
await page.exposeFunction('hostRead', async (path) => (await readFile(path)).toString('base64'));
await page.exposeFunction('hostWrite', (path, content) => writeFile(path, Buffer.from(content, 'base64')));
await page.goto(address);
await page.waitForFunction(() => window.take);
await serve((step) => page.evaluate((one) => window.take(one), step));
await browser.close();
