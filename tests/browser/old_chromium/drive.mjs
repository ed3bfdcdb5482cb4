// Drives one old Chromium: one JSON request a line on standard input, one JSON answer a line on standard output.
// node drive.mjs FOLDER VERSION WIDTH HEIGHT: FOLDER is where `npm ci` has put what package-lock.json names.
import { chmodSync, createReadStream, createWriteStream, existsSync, readdirSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';

const [folder, version, width, height] = process.argv.slice(2);
const PATIENCE_MS = 60000;
const LOOK_MS = 40;

/** The browser itself comes compressed in its package. */
async function program() {
  const place = join(folder, 'node_modules', 'chromium-' + version, 'bin');
  const ready = join(place, 'chromium');
  if (existsSync(ready)) return ready;
  const packed = readdirSync(place).find((name) => /^chromium.*\.br$/.test(name));
  await pipeline(createReadStream(join(place, packed)), createBrotliDecompress(), createWriteStream(ready + '.new'));
  chmodSync(ready + '.new', 0o755);
  renameSync(ready + '.new', ready);
  return ready;
}

const puppeteer = createRequire(join(folder, 'package.json'))('puppeteer-core');
const browser = await puppeteer.launch({ executablePath: await program(), args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-zygote', '--lang=en-GB'], defaultViewport: { width: Number(width), height: Number(height) } });
const page = await browser.newPage();
const complaints = [];
page.on('pageerror', (error) => complaints.push(String(error)));
page.on('console', (said) => said.type() === 'error' && complaints.push(said.text()));
page.on('response', (answer) => answer.status() >= 400 && complaints.push(answer.status() + ' ' + answer.url()));

/** Wait until something is there; its text. What puppeteer has for this makes functions of texts, which pages forbid. */
async function see(selector) {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const text = await page.evaluate((one) => {
      const found = document.querySelector(one);
      return found && found.getClientRects().length ? found.innerText : null;
    }, selector);
    if (text !== null) return text;
    if (Date.now() > until) throw new Error('never seen; complaints: ' + complaints.join('; ') + '; page: ' + (await page.evaluate(() => document.body.innerText)));
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
}

const can = {
  open: ({ url }) => page.goto(url).then(() => null),
  /** The trigger is pulled: the scanner types, wherever the focus is. */
  scan: async ({ code }) => {
    await page.keyboard.type(code);
    await page.keyboard.press('Enter');
  },
  tap: async ({ selector }) => {
    await see(selector);
    const [x, y] = await page.evaluate((one) => {
      const box = document.querySelector(one).getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    }, selector);
    await page.mouse.click(x, y);
  },
  see: ({ selector }) => see(selector),
  count: async ({ selector }) => (await page.$$(selector)).length,
  size: ({ width: w, height: h }) => page.setViewport({ width: w, height: h }),
  run: ({ script }) => page.evaluate(script),
  picture: ({ path }) => page.screenshot({ path }).then(() => path),
  complaints: () => complaints,
};

process.stdout.write(JSON.stringify({ ok: await browser.version() }) + '\n');
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const answer = await Promise.resolve(can[asked.do](asked)).then((ok) => ({ ok: ok === undefined ? null : ok }), (error) => ({ error: String(error) }));
  process.stdout.write(JSON.stringify(answer) + '\n');
}
await browser.close();
