/* harness.mjs -- a real server on a fresh demo company, a real browser on it, and what tests need. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/* How long something may take to become so. Whoever waits is told at once when it is: on a machine that
 * has other work to do patience costs nothing. */
export const PATIENCE_MS = Number(process.env.PATIENCE_MS ?? 60_000);
export const PASSWORD = 'correct horse battery';
export const TODAY = process.env.KOHORTA_TODAY ?? '2026-03-31';

export class World {
  #process = null;
  constructor(program, pictures) {
    this.program = program;
    this.pictures = pictures;
    this.directory = join(mkdtempSync(join(tmpdir(), 'kohorta-page-')), 'data');
    this.environment = { ...process.env, KOHORTA_TODAY: TODAY };
    mkdirSync(pictures, { recursive: true });
  }
  command(...words) {
    return execFileSync(this.program, [...words, '-d', this.directory], { env: this.environment, encoding: 'utf8', timeout: 2 * PATIENCE_MS });
  }
  async begin() {
    execFileSync(this.program, ['demo', this.directory, '-q'], { env: this.environment });
    this.link = await this.serve(0);
    this.browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
    this.context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'ru-RU', baseURL: this.address, reducedMotion: 'reduce' });
    if (process.env.PAGE_FROM) await this.serve_page_from(process.env.PAGE_FROM);
    this.page = await this.watched(await this.context.newPage());
  }
  /* While the page is being written: its files from a folder, not those inside the program. */
  async serve_page_from(folder, context = this.context) {
    await context.route((url) => !url.pathname.startsWith('/api/'), (route) => {
      const { pathname } = new URL(route.request().url());
      const path = join(folder, extname(pathname) ? pathname : 'index.html');
      return route.fulfill({ path });
    });
  }
  /* Starts the server and waits until it says where; with port 0 on any free one. */
  serve(port) {
    return new Promise((resolve, reject) => {
      const words = ['serve', '-d', this.directory, '--listen', `127.0.0.1:${port}`, '--link', 'admin'];
      this.#process = spawn(this.program, words, { env: this.environment });
      let said = '';
      let complained = '';
      this.#process.stderr.on('data', (text) => { complained += text; });
      this.#process.on('exit', (code) => { if (!this.is_ending) reject(new Error(`the server ended with ${code}: ${complained}`)); });
      this.#process.stdout.on('data', (text) => {
        said += text;
        const found = /(http:\/\/127\.0\.0\.1:(\d+))\/sign-in\?link=(\S+)/.exec(said);
        if (!found) return;
        this.address = found[1];
        this.port = Number(found[2]);
        resolve(`/sign-in?link=${found[3]}`);
      });
    });
  }
  stop_server() {
    return new Promise((resolve) => {
      this.is_ending = true;
      if (!this.#process || this.#process.exitCode !== null) return resolve();
      this.#process.on('exit', () => { this.is_ending = false; resolve(); });
      this.#process.kill('SIGTERM');
    });
  }
  /* A page whose scripts' errors and broken policies fail the test they happen in. */
  async watched(page) {
    this.complaints = [];
    page.on('pageerror', (error) => this.complaints.push(`error in the page: ${error.message}`));
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(text)) this.complaints.push(`console: ${text}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 500 && response.status() !== 503) this.complaints.push(`${response.status()} of ${response.request().method()} ${response.url()}`);
    });
    page.on('dialog', (dialog) => void dialog.accept()); // leaving unsaved work is meant
    page.setDefaultTimeout(PATIENCE_MS);
    return page;
  }
  async end() {
    await this.browser?.close();
    await this.stop_server();
    rmSync(join(this.directory, '..'), { recursive: true, force: true });
  }
  async picture(name) {
    await this.page.evaluate(() => document.fonts.ready);
    await this.page.screenshot({ path: join(this.pictures, `${name}.png`), fullPage: true });
  }
  /* The page of now at 1280 and 390, light and dark; nothing may stick out to the side. */
  async pictures_of(name) {
    for (const [width, height] of [[1280, 900], [390, 844]]) {
      await this.page.setViewportSize({ width, height });
      for (const scheme of ['light', 'dark']) {
        await this.page.emulateMedia({ colorScheme: scheme });
        await this.settle();
        await this.picture(`${name}-${width}-${scheme}`);
        await this.accessible(`${name} at ${width}, ${scheme}`);
      }
      const outside = await this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (outside > 0) throw new Error(`${name} sticks out by ${outside} px at ${width}`);
    }
    await this.page.emulateMedia({ colorScheme: 'light' });
    await this.page.setViewportSize({ width: 1280, height: 900 });
  }
  /* Another size or appearance is drawn: the page has seen it, and drawn twice since. */
  async settle() {
    await this.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  }
  async accessible(where) {
    // Through the debugger, which the policy of the page does not concern.
    await this.page.evaluate(AXE);
    const found = await this.page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    const list = found.violations.map((one) => `${one.id} (${one.impact}): ${one.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`);
    if (list.length) throw new Error(`axe on ${where}: ${list.join('; ')}`);
  }
}

export function equal(now, wanted, what) {
  if (JSON.stringify(now) !== JSON.stringify(wanted)) throw new Error(`${what}: ${JSON.stringify(now)} instead of ${JSON.stringify(wanted)}`);
}
export function yes(claim, what) {
  if (!claim) throw new Error(`not so: ${what}`);
}
/* Asks until it is so: nothing a page shows is there at once. */
export async function soon(claim, what, patience_ms = PATIENCE_MS) {
  const end = Date.now() + patience_ms;
  let last;
  do {
    try {
      last = await claim();
      if (last) return last;
    } catch (error) { last = error; }
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (Date.now() < end);
  throw new Error(`not so in ${patience_ms} ms: ${what} (${last})`);
}
/* Asks until it is what is wanted. */
export async function same(ask, wanted, what) {
  const told = JSON.stringify(wanted);
  let last;
  await soon(async () => (last = JSON.stringify(await ask())) === told, what).catch((error) => {
    throw new Error(`${what}: ${last} instead of ${told} (${error.message})`);
  });
}
