// Runs the real server as a child process. Every test file uses this, so that a start, a kill and a
// drain mean the same everywhere.
import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { frame_timeout_ms, within } from './app.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export const binary = process.env.HANSOM_BIN ?? join(root, 'build', 'release', 'hansom');
export const jwtSecret = 'black-box-secret-black-box-secret';
export const adminToken = 'black-box-admin';

/** What every server, and hansom-replay, has of our own environment. */
export const inherited = Object.fromEntries(
  ['PATH', 'HANSOM_THREADS', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'TSAN_OPTIONS']
    .filter((name) => name in process.env)
    .map((name) => [name, process.env[name]]),
);

/** The environment in which a start succeeds. */
export const goodEnvironment = {
  HANSOM_JWT_SECRET: jwtSecret,
  HANSOM_ADMIN_TOKEN: adminToken,
};

const undoings = new WeakMap();

/**
 * Undoes something when the test ends (`t` is node:test's context): last made, first undone, all of
 * it even when a step fails. Hooks of `t.after` run the other way round, and would take a folder
 * away from under the server that still writes to it.
 */
export function afterwards(t, undo) {
  if (!undoings.has(t)) {
    const stack = [];
    undoings.set(t, stack);
    t.after(async function unwind() {
      if (stack.length === 0) return;
      try {
        await stack.pop()();
      } finally {
        await unwind();
      }
    });
  }
  undoings.get(t).push(undo);
}

/** A data folder of its own, removed when the test ends. */
export function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'hansom-test-'));
  afterwards(t, () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An HS256 token; `exp` lies an hour ahead unless the claims say otherwise. */
export function token(claims, { secret = jwtSecret, header = { alg: 'HS256', typ: 'JWT' } } = {}) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const full = { exp: Math.floor(Date.now() / 1000) + 24 * 3600, ...claims };
  const signed = `${part(header)}.${part(full)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** What a good token can be made to, by name; none of it is one. */
export function mutilated(good) {
  const [header, payload] = good.split('.');
  return {
    'signature stripped': `${header}.${payload}.`,
    'signature and dot stripped': `${header}.${payload}`,
    'signature cut short': good.slice(0, -4),
    'a byte too many': `${good}A`,
    'four bytes too many': `${good}AAAA`,
    'padding behind it': `${good}=`,
    'a part too many': `${good}.e30`,
    'a dot too many': `${good}.`,
    'a space behind it': `${good} `,
    'a NUL behind it': `${good}\0`,
  };
}

/** Runs the binary until it exits, as one does from a shell: for starts that must fail. */
export function run(args, { env = {} } = {}) {
  const child = spawn(binary, args, {
    env: { ...inherited, ...env },
    timeout: frame_timeout_ms, // one that starts against all expectation ends with code null
    killSignal: 'SIGKILL',
  });
  const result = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (result.stdout += chunk));
  child.stderr.on('data', (chunk) => (result.stderr += chunk));
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...result, code })));
}

/** The status and the headers of an answer; the status is null where there is none. */
function headIn(text) {
  const [first, ...lines] = text.split('\r\n\r\n', 1)[0].split('\r\n');
  const [, status = null] = first.match(/^HTTP\/1\.[01] (\d{3})/) ?? [];
  const pairs = lines.map((line) => line.match(/^([^:]+): *(.*)$/)?.slice(1)).filter(Boolean);
  return { status: status && Number(status), headers: new Headers(pairs) };
}

export class Server {
  /** Starts the server and resolves once it says where it listens. */
  static async start(options) {
    const server = new Server();
    server.options = options;
    await server.launch();
    return server;
  }

  /** Starts it (again, after a kill or a stop) on the same folder, on a port of its own choice. */
  async launch() {
    const { dataDir, env = {}, args = [], under = [] } = this.options;
    // Without a folder all settings come from `args` and `env`.
    const flags = dataDir ? ['--listen', '127.0.0.1:0', '--data-dir', dataDir] : [];
    const [command, ...words] = [...under, binary, ...flags, ...args]; // `under` runs the rest
    const child = spawn(command, words, { env: { ...inherited, ...goodEnvironment, ...env } });
    this.child = child;
    this.output = ''; // both streams, as an operator sees them
    child.stdout.on('data', (chunk) => (this.output += chunk));
    child.stderr.on('data', (chunk) => (this.output += chunk));
    this.exited = new Promise((resolve) =>
      child.on('exit', (code, signal) => resolve({ code, signal })),
    );
    const address = new Promise((resolve) => {
      createInterface({ input: child.stdout }).once('line', resolve);
    });
    const first = Promise.race([address, this.exited]);
    const line = await within(first, 'the listening line').catch(String);
    const match = typeof line === 'string' && line.match(/^listening on (http:\/\/\S+)$/);
    if (!match) {
      await this.kill(); // nobody else could: the caller has no server yet
      throw new Error(`no start: ${JSON.stringify(line)} ${this.output}`);
    }
    this.url = match[1];
    this.wsUrl = this.url.replace(/^http/, 'ws');
  }

  /** kill -9: nothing is drained, nothing flushed. */
  async kill() {
    this.child.kill('SIGKILL');
    return this.exited;
  }

  /** Has the server find all at once what is sent while it is held. */
  async whileHeld(send) {
    this.child.kill('SIGSTOP');
    try {
      return await send();
    } finally {
      this.child.kill('SIGCONT');
    }
  }

  /** What the server has open stays so, but beyond so many descriptors it opens nothing. */
  limitDescriptors(limit) {
    execFileSync('prlimit', ['--pid', this.child.pid, `--nofile=${limit}:`]);
  }

  /** SIGTERM: drains and exits. Resolves to `{code, signal}`. */
  async stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    return within(this.exited, 'the end of the drain');
  }

  /** One HTTP call; resolves to `{status, headers, body}`, the body parsed where it is JSON. */
  async http(method, path, { body, bearer, headers = {} } = {}) {
    const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    const call = fetch(this.url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
        ...headers,
      },
      body: raw ? body : JSON.stringify(body),
    });
    const response = await within(call, `an answer to ${method} ${path.split('?')[0]}`);
    const text = await response.text();
    const json = response.headers.get('content-type')?.startsWith('application/json');
    const { status } = response;
    return { status, headers: response.headers, body: json && text ? JSON.parse(text) : text };
  }

  /** Sends bytes as they are; resolves to the status of the answer, null when none came at all. */
  async rawStatus(bytes) {
    return (await this.rawHead(bytes)).status;
  }

  /** Sends bytes as they are; resolves to `{status, headers}` of the answer. */
  rawHead(bytes) {
    const { hostname, port } = new URL(this.url);
    const socket = connect({ host: hostname, port });
    const answer = new Promise((resolve) => {
      let text = '';
      const settle = () => resolve(headIn(text));
      socket.on('connect', () => socket.write(bytes));
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        if (text.includes('\r\n\r\n')) settle();
      });
      socket.on('error', settle);
      socket.on('close', settle);
    });
    return within(answer, 'an HTTP answer').finally(() => socket.destroy());
  }

  /** Creates an account as the admin does; resolves to its id. */
  async createAccount(fields) {
    const answer = await this.http('POST', '/api/admin/accounts', {
      bearer: adminToken,
      body: { phone: '211234567', phone_code: 'NZ', ...fields },
    });
    if (answer.status !== 201) throw new Error(`no account: ${JSON.stringify(answer.body)}`);
    return answer.body.data.id;
  }
}

/** Kills the server; resolves to what starts it again, where it was. */
export async function cutDown(server) {
  const { dataDir, env, args = [] } = server.options;
  await server.kill();
  const listen = new URL(server.url).host;
  server.options = { env, args: [...args, '--listen', listen, '--data-dir', dataDir] };
  return () => server.launch();
}
