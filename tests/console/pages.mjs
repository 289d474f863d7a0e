// What the tests of the console's tabs share: a server with the demo, pages, and what is typed in.
import { after, before } from 'node:test';
import { Server, temporaryFolder } from '../support/server.mjs';
import { Console, launch } from './browser.mjs';

/** What would do harm, were it ever taken for markup. */
export const markup =
  '<img src=x onerror="window.harmed=true"><script>window.harmed=true</script>&amp;';

let browser;

/** To be called once in a test file: one browser for all of its tests. */
export function withBrowser() {
  before(async () => { browser = await launch(); });
  after(() => browser.close());
}

export const openPage = (t, server, options) => Console.open(t, browser, server, options);

/** A server with the demo's accounts, gone before its folder goes. */
export async function start(t, { env, args = ['--demo'] } = {}) {
  let server;
  t.after(() => server?.kill());
  server = await Server.start({ dataDir: temporaryFolder(t), env, args });
  return server;
}

/** A page with a driver and a customer, both connected. */
export async function openTaxi(t, { env, ...options } = {}) {
  const page = await openPage(t, await start(t, { env }), options);
  await page.connect('driver');
  await page.connect('customer');
  return page;
}

/** Brings a booking to `on_the_way`. */
export async function rideUnderWay(page, fields, driver = 'driver') {
  const id = await page.request(fields);
  await page.cardIs(driver, id, 'requested');
  await page.press(driver, id, 'Send arrival time');
  await page.cardIs('customer', id, 'confirmation');
  await page.press('customer', id, 'Accept');
  await page.cardIs(driver, id, 'on_the_way');
  await page.cardIs('customer', id, 'on_the_way');
  return id;
}

/** On campus one driver has a ride that two were offered. */
export async function campusRace(page) {
  await page.tab('Campus');
  for (const side of ['campus-driver', 'campus-driver-2', 'campus-passenger']) {
    await page.connect(side);
  }
  await page.side('campus-passenger').getByRole('button', { name: 'Request a ride' }).click();
  await page.side('campus-driver-2').locator('.card[data-status="pending"]').waitFor();
  await page.side('campus-driver').getByRole('button', { name: 'Accept' }).click();
  await page.side('campus-driver-2').locator('.card[data-status="closed"]').waitFor();
}
