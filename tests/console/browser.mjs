// The console in a real Chromium, as a person has it: found by what they see, and by the few
// data-attributes that the page gives to tests.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const artifacts = join(here, '..', 'artifacts');
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export const desktop = { width: 1360, height: 900 };
export const phone = { width: 390, height: 844 };

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      // A page that is not from the server itself may not talk to one on this machine.
      ...(process.env.HANSOM_CONSOLE_FILES ? ['--disable-features=LocalNetworkAccessChecks'] : []),
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** One page with the console, in a browser context of its own. */
export class Console {
  /**
   * `expected` are texts of console errors that this test provokes. A `lossy` page's sockets can be
   * lost on demand, and its clock put forward; `clock` is the latter alone. A page `beside`
   * another is a tab of the same browser.
   */
  static async open(t, browser, server, options = {}) {
    const { viewport = desktop, expected = [], lossy = false, clock = false, beside, ...rest } =
      options;
    const context = beside?.page.context() ?? await browser.newContext({ viewport, ...rest });
    if (!beside) t.after(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(10_000); // a bound, not a pace
    const self = new Console();
    Object.assign(self, { page, server, expected, problems: [] });
    page.on('pageerror', (error) => self.problems.push(`page error: ${error}`));
    page.on('console', (message) => {
      const unexpected = !expected.some((text) => message.text().includes(text));
      const bad = ['error', 'warning'].includes(message.type());
      if (bad && unexpected) self.problems.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      const { origin } = new URL(request.url());
      if (origin !== server.url) self.problems.push(`a request to ${request.url()}`);
    });
    if (lossy || clock) await page.clock.install();
    if (lossy) await self.makeLossy();
    if (process.env.HANSOM_CONSOLE_FILES) await self.takeFilesFromTree();
    await page.goto(server.url);
    await page.locator('html[data-ready]').waitFor();
    return self;
  }

  /** For work on the page: its files as they are in the tree, without a build. */
  async takeFilesFromTree() {
    const folder = join(here, '..', '..', 'net', 'console');
    const types = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
    await this.page.route(/\/console\/.*\.\w+$|\/(#.*)?$/, (route) => {
      const { pathname } = new URL(route.request().url());
      const file = pathname === '/' ? '/console/index.html' : pathname;
      return route.fulfill({
        contentType: types[file.split('.').at(-1)] ?? 'text/html',
        headers: { 'Content-Security-Policy': "default-src 'self'" },
        body: readFileSync(join(folder, '..', file)),
      });
    });
  }

  /** Chooses a tab as a person does. */
  async tab(name) {
    await this.page.getByRole('tab', { name }).click();
    await this.page.getByRole('tabpanel', { name }).waitFor();
  }

  /** Opens an operator's tab with a token. */
  async openAsAdmin(name, token) {
    await this.tab(name);
    const form = this.page.locator(`#panel-${name.toLowerCase()} [data-part="admin-form"]`);
    await form.getByLabel('Admin\'s token').fill(token);
    await form.getByRole('button', { name: 'Open' }).click();
  }

  /** Axe finds nothing on what is shown, in light and in dark. */
  async isAccessible(view) {
    const { page } = this;
    // Playwright's own world: the page's policy allows no script but its own files.
    const axe = readFileSync(axePath, 'utf8');
    await page.evaluate(axe);
    for (const theme of ['light', 'dark']) {
      await page.getByLabel('Colours').selectOption(theme);
      const found = await page.evaluate(async () => {
        const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
        return violations.flatMap(({ id, nodes }) =>
          nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
      });
      assert.deepEqual(found, [], `${view}, ${theme}`);
    }
    await page.getByLabel('Colours').selectOption('auto');
  }

  async makeLossy() {
    this.sockets = {};
    await this.page.routeWebSocket(/\/ws\//, (socket) => {
      const ends = [socket, socket.connectToServer()];
      this.sockets[new URL(socket.url()).pathname.split('/').at(-1)] = ends;
    });
  }

  /** The network takes a side's socket away, as when the Wi-Fi changes. */
  lose(name) {
    return Promise.all(this.sockets[name].map((end) => end.close({ code: 3999 })));
  }

  side(name) {
    return this.page.locator(`#${name}`);
  }

  async connect(name) {
    await this.side(name).getByRole('button', { name: 'Connect', exact: true }).click();
    await this.isStatus(name, 'connected');
  }

  isStatus(name, status) {
    return this.side(name).locator(`[data-part="status"][data-status="${status}"]`).waitFor();
  }

  /** Adds a panel, as a person does; the new one is `id`, and connected. */
  async add(button, id) {
    await this.page.getByRole('button', { name: button }).click();
    await this.connect(id);
  }

  /** Waits until a panel says something, above what it shows. */
  says(name, text) {
    return this.side(name).locator('[data-part="notice"]').filter({ hasText: text }).waitFor();
  }

  /** Requests a ride with what the form holds. Resolves to the id of the newest card. */
  async request(fields = {}) {
    const customer = this.side('customer');
    for (const [label, value] of Object.entries(fields)) {
      await customer.getByLabel(label, { exact: true }).fill(value);
    }
    const [answer] = await Promise.all([
      this.page.waitForResponse('**/api/mobile/customer/booking/request'),
      customer.getByRole('button', { name: 'Request a ride' }).click(),
    ]);
    assert.equal(answer.status(), 201);
    return (await answer.json()).data.booking_id;
  }

  card(name, id) {
    return this.side(name).locator(`[data-booking="${id}"]`);
  }

  async cardIs(name, id, status) {
    await this.side(name).locator(`[data-booking="${id}"][data-status="${status}"]`).waitFor();
  }

  async press(name, id, button) {
    await this.card(name, id).getByRole('button', { name: button }).click();
  }

  /** The form of one action on a card. */
  action(name, id, action) {
    return this.card(name, id).locator(`[data-action="${action}"]`);
  }

  async chat(name, id, text) {
    await this.card(name, id).getByLabel('Message').fill(text);
    await this.press(name, id, 'Send');
  }

  /** Waits until a side's transcript of a booking has `count` messages; resolves to all of them. */
  async transcript(name, id, count) {
    const messages = this.card(name, id).locator('.message');
    await messages.nth(count - 1).waitFor();
    return messages.evaluateAll((all) => all.map((message) => [
      message.dataset.from, message.querySelector('[data-part="text"]').textContent,
    ]));
  }

  /** The log of a side: `> type` went out, `< type` came in. */
  log(name) {
    return this.side(name).locator('.frame:not([data-direction="call"])').evaluateAll((all) =>
      all.map(({ dataset }) => `${dataset.direction === 'out' ? '>' : '<'} ${dataset.type}`));
  }

  /** The pushes and acks about a booking, in the order in which a side was shown them. */
  events(name, id) {
    return this.card(name, id).locator('[data-part="events"] li').evaluateAll((all) =>
      all.map(({ dataset }) => dataset.type));
  }

  async screenshot(name) {
    mkdirSync(artifacts, { recursive: true });
    await this.page.screenshot({ path: join(artifacts, `${name}.png`), fullPage: true });
  }

  /** What was typed in has become no element, and has run nowhere. */
  async isUnharmed() {
    assert.equal(await this.page.locator('main img, main script').count(), 0);
    assert.equal(await this.page.evaluate(() => 'harmed' in window), false);
  }

  /** No error, no warning, no foreign address, and nothing wider than the window. */
  async isClean() {
    assert.deepEqual(this.problems, []);
    const overflow = await this.page.evaluate(() =>
      document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth);
    assert.equal(overflow, 0, 'the page scrolls sideways');
  }
}
