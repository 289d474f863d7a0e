// How much it costs a busy server to be looked at. Rides in flight, closed loop, over real sockets
// and HTTP; windows without and with `hansom-replay ls`, `show` and `tail --follow` take turns.
//
//   node tests/load/audited.mjs [WINDOWS [SECONDS [RIDES_IN_FLIGHT]]]
//
// Prints commands/s of each window, and what the audits did; fails if one of them failed. The client
// shares the machine with the server, and takes most of it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { replayBinary } from '../support/log.mjs';
import { bookingRequest } from '../support/rides.mjs';
import { Server, adminToken, goodEnvironment, token } from '../support/server.mjs';

const [windows = 6, seconds = 8, inFlight = 64] = process.argv.slice(2).map(Number);
const dataDir = mkdtempSync(join(tmpdir(), 'hansom-load-'));
const server = await Server.start({
  dataDir,
  env: { ...goodEnvironment, WS_RATE_LIMIT: '0', MAX_SOCKETS_PER_ADDRESS: '0',
    DRIVER_RESPONSE_TIME: '600', CUSTOMER_WAITING_TIME: '600' },
});
const agent = new Agent({ keepAlive: true });
let commands = 0;
let over = false;

function post(path, bearer, body) {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers = { 'Authorization': `Bearer ${bearer}`, 'Content-Length': Buffer.byteLength(text) };
    const call = request(`${server.url}${path}`, { method: 'POST', agent, headers }, (answer) => {
      let got = '';
      answer.on('data', (chunk) => (got += chunk));
      answer.on('end', () => resolve(JSON.parse(got).data));
    });
    call.on('error', (error) => over || reject(error));
    call.end(text);
  });
}

async function register(role, number) {
  const email = `${role}${number}@load.example`;
  await post('/api/admin/accounts', adminToken,
    { email, name: `${role} ${number}`, roles: [role], phone: '219876543', phone_code: 'NZ' });
  return token({ email });
}

function open(path, react) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(server.wsUrl + path, { perMessageDeflate: false });
    socket.on('error', reject);
    socket.on('open', () => resolve(socket));
    socket.on('message', (text) => react(JSON.parse(text), (message) => {
      ++commands;
      socket.send(JSON.stringify(message));
    }));
  });
}

/** Takes every ride that comes, to its end. */
async function drive(number) {
  const bearer = await register('driver', number);
  await open(`/ws/driver?token=${bearer}`, (frame, say) => {
    const { booking_id } = frame;
    if (frame.type === 'booking_assigned') {
      if (frame.booking_type === 'scheduled') say({ type: 'accept_booking', booking_id });
      else say({ type: 'submit_arrival_time', booking_id, arrival_time: 300 });
    }
    if (frame.type === 'customer_accepted') say({ type: 'chat_message', booking_id, text: 'Here.' });
    if (frame.type === 'chat_message') say({ type: 'mark_as_completed', booking_id, status: 'completed' });
  });
}

/** Keeps a ride going. A booking for next month keeps the socket open between two rides. */
async function ride(number) {
  const bearer = await register('customer', number);
  const book = (extra) => {
    ++commands;
    return post('/api/mobile/customer/booking/request', bearer, bookingRequest(extra));
  };
  await open(`/ws/customer?token=${bearer}`, (frame, say) => {
    if (frame.type === 'arrival_time_offered') say({ type: 'accept', booking_id: frame.booking_id });
    if (frame.type === 'ride_completed') book();
  });
  await book({ scheduled_date: new Date(Date.now() + 30 * 86_400_000).toISOString() });
  await book();
}

function audit(...args) {
  const child = spawn(replayBinary, ['--data-dir', dataDir, ...args]);
  const result = { bytes: 0, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    result.bytes += chunk.length;
    if (result.stdout.length < 10_000) result.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => (result.stderr += chunk));
  result.child = child;
  result.done = new Promise((resolve) => child.on('close', (code) => resolve({ ...result, code })));
  return result;
}

/** Looks at the log again and again until it is told to stop; what it did, in words. */
async function auditUntil(stopped) {
  const follower = audit('tail', '--follow', '--json');
  const counts = { ls: 0, show: 0 };
  while (!stopped()) {
    const ls = await audit('ls', '--since', new Date(Date.now() - 1000).toISOString()).done;
    if (ls.code !== 0) throw new Error(`ls: ${ls.stderr}`);
    ++counts.ls;
    const [, booking] = ls.stdout.match(/^(booking-\S+)/m) ?? [];
    if (!booking) continue;
    const show = await audit('show', booking).done;
    if (show.code !== 0) throw new Error(`show: ${show.stderr}`);
    ++counts.show;
  }
  follower.child.kill('SIGINT');
  const { code, stderr, bytes } = await follower.done;
  if (code !== 0) throw new Error(`tail: ${stderr}`);
  return `${counts.ls} ls, ${counts.show} show, ${(bytes / 1e6).toFixed(1)} MB by tail --follow`;
}

async function measure() {
  const before = commands;
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return Math.round((commands - before) / ((performance.now() - start) / 1000));
}

const numbers = (count) => [...Array(count).keys()];
await Promise.all(numbers(100).map(drive));
await Promise.all(numbers(inFlight).map(ride));
await measure(); // warm-up
const rates = { without: [], with: [] };
for (let window = 0; window < windows; ++window) {
  const rate = await measure();
  rates.without.push(rate);
  let audited = 0;
  const audits = auditUntil(() => audited > 0);
  audited = await measure();
  rates.with.push(audited);
  console.log(`without ${rate} commands/s, with ${audited}: ${await audits}`);
}
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
for (const [name, list] of Object.entries(rates)) {
  console.log(`${name}: median ${median(list)} commands/s (${Math.min(...list)} .. ${Math.max(...list)})`);
}
over = true;
await server.kill();
rmSync(dataDir, { recursive: true });
process.exit(0);
