import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** An event of a page: a request, a console message, or a blocked action. */
export interface DevToolsEvent {
  readonly method: string;
  readonly params: Record<string, any>;
}

/** Chromium must not use the network itself, so that the check sees only the requests of the page. */
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--disable-dev-shm-usage', '--hide-scrollbars', '--remote-debugging-pipe',
];
const TIMEOUT = 60_000;

/** One page in a headless Chromium, driven over the DevTools protocol. */
export class ChromiumPage {
  /** Returns undefined if Chromium is not installed. */
  static async open(url: string): Promise<ChromiumPage | undefined> {
    if (spawnSync('chromium', ['--version'], { stdio: 'ignore' }).error) return undefined;
    const page = new ChromiumPage();
    const { targetId } = await page.send('Target.createTarget', { url: 'about:blank' });
    page.session = (await page.send('Target.attachToTarget', { targetId, flatten: true })).sessionId;
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.send(`${domain}.enable`);
    await page.load(url);
    return page;
  }

  readonly events: DevToolsEvent[] = [];
  private readonly profile = mkdtempSync(path.join(tmpdir(), 'chromium-'));
  private readonly browser: ChildProcess;
  private readonly answers = new Map<number, { resolve: (result: any) => void; reject: (error: Error) => void }>();
  private session?: string;
  private serial = 0;

  private constructor() {
    this.browser = spawn('chromium', [...FLAGS, `--user-data-dir=${this.profile}`], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.browser.on('exit', () => this.answers.forEach(({ reject }) => reject(new Error('the browser ended'))));
    let text = '';
    (this.browser.stdio[4] as Readable).setEncoding('utf8').on('data', (more: string) => {
      const messages = (text + more).split('\0');
      text = messages.pop()!;
      for (const message of messages) this.receive(JSON.parse(message));
    });
  }

  async send(method: string, params: object = {}): Promise<any> {
    const id = ++this.serial;
    const answer = new Promise<any>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the browser did not respond to ${method}`)), TIMEOUT);
      const settled = <T>(settle: (value: T) => void) => (value: T) => {
        clearTimeout(timer);
        settle(value);
      };
      this.answers.set(id, { resolve: settled(resolve), reject: settled(reject) });
    });
    (this.browser.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId: this.session })}\0`);
    return answer;
  }

  async load(url: string): Promise<void> {
    const before = this.events.length;
    await this.send('Page.navigate', { url });
    for (let waited = 0; !this.events.slice(before).some(({ method }) => method === 'Page.loadEventFired'); waited += 20) {
      if (waited > TIMEOUT) throw new Error(`${url} does not load`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Evaluates an expression in the page. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async look(width: number, height: number, scheme: 'light' | 'dark' = 'light'): Promise<void> {
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 600 });
    await this.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
  }

  async screenshot(): Promise<Buffer> {
    return Buffer.from((await this.send('Page.captureScreenshot', { format: 'png' })).data, 'base64');
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.browser.once('exit', resolve));
    this.session = undefined;
    await this.send('Browser.close').catch(() => this.browser.kill());
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  private receive(message: { id?: number; result?: object; error?: { message: string }; method?: string; params?: object }): void {
    if (message.id === undefined) {
      this.events.push({ method: message.method!, params: message.params ?? {} });
      return;
    }
    const answer = this.answers.get(message.id);
    this.answers.delete(message.id);
    if (message.error) answer?.reject(new Error(message.error.message));
    else answer?.resolve(message.result);
  }
}
