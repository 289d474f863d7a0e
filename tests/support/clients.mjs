// Clients that others have written, as processes that take orders line by line; see
// tools/lws_client.cpp for what is said.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { within } from './app.mjs';
import { afterwards, binary, inherited } from './server.mjs';

const tools = join(dirname(fileURLToPath(import.meta.url)), '..', 'tools');
const python = (script) => ['/usr/bin/python3', join(tools, script)]; // Debian's, with its packages

/** How each client is started. */
export const clients = {
  'python3-websockets': python('websockets_client.py'),
  'python3-wsproto': python('wsproto_client.py'),
  'libwebsockets': [join(dirname(binary), 'tests', 'hansom_lws_client')],
};

const hex = (payload) => Buffer.from(payload).toString('hex');

export class Client {
  /** Starts a client that goes to this path. */
  constructor(t, library, server, path, token) {
    const [command, ...args] = clients[library];
    const { port } = new URL(server.url);
    this.child = spawn(command, [...args, port, path, token], { env: inherited });
    this.lines = [];
    this.waiting = [];
    this.errors = '';
    this.child.stderr.on('data', (chunk) => { this.errors += chunk; });
    this.child.stdin.on('error', () => {}); // its end is seen below
    createInterface({ input: this.child.stdout }).on('line', (line) => this.take(line));
    this.exited = new Promise((resolve) => {
      this.child.on('error', ({ message }) => this.take(message));
      this.child.on('close', (code) => {
        this.take(`exit ${code} ${this.errors}`.trim());
        resolve();
      });
    });
    afterwards(t, () => this.child.kill('SIGKILL'));
  }

  take(line) {
    this.lines.push(line);
    this.waiting.splice(0).forEach((resolve) => resolve());
  }

  /** The next line, payloads as text. */
  async next() {
    while (this.lines.length === 0) {
      const news = new Promise((resolve) => this.waiting.push(resolve));
      await within(news, 'a word from a client');
    }
    const [kind, ...words] = this.lines.shift().split(' ');
    if (kind === 'closed') {
      return { kind, code: words[0] && Number(words[0]), reason: words[1] ?? '' };
    }
    if (kind !== 'text' && kind !== 'pong') return { kind, what: words.join(' ') };
    const payload = Buffer.from(words[0] ?? '', 'hex').toString();
    return kind === 'text' ? JSON.parse(payload) : { kind, payload };
  }

  order(...words) {
    this.child.stdin.write(`${words.join(' ')}\n`);
  }

  text(...fragments) {
    this.order(fragments.length === 1 ? 'text' : 'fragments', ...fragments.map(hex));
  }

  send(message) {
    this.text(JSON.stringify(message));
  }

  ping(payload) {
    this.order('ping', hex(payload));
  }

  close(code, reason) {
    this.order('close', code.toString(16).padStart(4, '0'), hex(reason));
  }
}
