// A WebSocket client made by hand (RFC 6455): it sends whatever bytes it is told to, right or
// wrong, and checks every byte that comes.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { within } from './app.mjs';
import { upgradeOf } from './http.mjs';

export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/** What a server has to answer a Sec-WebSocket-Key with. */
export const acceptOf = (key) =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

const lengthBytesOf = (length) => (length < 126 ? 0 : length < 65536 ? 2 : 8);

/**
 * A frame as clients send it. Each of its parts can be made wrong: `mask` is the key (false: none),
 * `lengthBytes` how many bytes the length has beyond the first, `length` what it says.
 */
export function frame(op, payload = '', {
  fin = true, rsv = 0, mask = randomBytes(4), length, lengthBytes,
} = {}) {
  const body = Buffer.from(payload); // a copy, as it is masked where it lies
  length ??= body.length;
  lengthBytes ??= lengthBytesOf(length);
  const head = Buffer.alloc(2 + lengthBytes);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | op;
  head[1] = (mask ? 0x80 : 0) | ({ 0: Number(length), 2: 126, 8: 127 })[lengthBytes];
  if (lengthBytes === 2) head.writeUInt16BE(length, 2);
  if (lengthBytes === 8) head.writeBigUInt64BE(BigInt(length), 2);
  if (!mask) return Buffer.concat([head, body]);
  const key = Buffer.from(mask);
  for (let i = 0; i < body.length; ++i) body[i] ^= key[i & 3];
  return Buffer.concat([head, key, body]);
}

export const textFrame = (payload, options) => frame(opcode.text, payload, options);
export const binaryFrame = (payload, options) => frame(opcode.binary, payload, options);
export const moreFrame = (payload, options) => frame(opcode.continuation, payload, options);
export const pingFrame = (payload, options) => frame(opcode.ping, payload, options);
export const pongFrame = (payload, options) => frame(opcode.pong, payload, options);

/** The payload of a Close: a code, perhaps with a reason after it. */
export function closePayload(code, reason = '') {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(code);
  return Buffer.concat([bytes, Buffer.from(reason)]);
}

export const closeFrame = (code, reason, options) =>
  frame(opcode.close, code === undefined ? '' : closePayload(code, reason), options);

/** A message in frames, one for each of these parts of its payload. */
export const inFragments = (op, parts) => parts.map((part, i) =>
  frame(i === 0 ? op : opcode.continuation, part, { fin: i === parts.length - 1 }));

/** Bytes in pieces of so many, the last one perhaps shorter. */
export function cut(bytes, size) {
  const pieces = [];
  for (let i = 0; i < bytes.length; i += size) pieces.push(bytes.subarray(i, i + size));
  return pieces;
}

/**
 * The first frame of what a server has sent, and the `size` of it; nothing while it is not all
 * there. Throws where it is one that a server may not send.
 */
function frameIn(bytes) {
  if (bytes.length < 2) return undefined;
  const op = bytes[0] & 0x0f;
  const fin = bytes[0] >= 0x80;
  if (bytes[0] & 0x70) throw new Error('a reserved bit is set');
  if (bytes[1] & 0x80) throw new Error('a server masks nothing');
  if (!Object.values(opcode).includes(op)) throw new Error(`opcode ${op} is reserved`);
  const lengthBytes = ({ 126: 2, 127: 8 })[bytes[1]] ?? 0;
  if (op >= 8 && (!fin || lengthBytes)) throw new Error('a control frame is short and whole');
  const start = 2 + lengthBytes;
  if (bytes.length < start) return undefined;
  const length = lengthBytes === 0 ? bytes[1]
    : lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (lengthBytesOf(length) !== lengthBytes) throw new Error('a length has as few bytes as it can');
  const size = start + length;
  if (bytes.length < size) return undefined;
  return { op, fin, size, payload: bytes.subarray(start, size) };
}

const textOf = (bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

export class RawWebSocket {
  /**
   * Opens a WebSocket; `head` is the whole request where it is not the usual one, or its parts,
   * each sent when the server has read the one before.
   */
  static async open(server, path, { key = randomBytes(16).toString('base64'), head } = {}) {
    const peer = new RawWebSocket();
    peer.seen = []; // what came, as `[kind, ..]`, to the end of the connection
    peer.bytes = Buffer.alloc(0);
    peer.watchers = new Set();
    peer.serverPort = Number(new URL(server.url).port);
    peer.socket = connect({
      host: '127.0.0.1', port: peer.serverPort, noDelay: true, allowHalfOpen: true,
    });
    const opened = new Promise((resolve, reject) => {
      peer.answered = resolve;
      peer.socket.on('close', () => reject(new Error('no answer to an upgrade')));
    });
    peer.socket.on('data', (chunk) => peer.take(chunk));
    peer.socket.on('end', () => peer.see('end'));
    peer.socket.on('error', ({ code }) => {
      // Who goes on writing when the server has ended its side may be cut off some time.
      if (!peer.socket.readableEnded) peer.see(code);
    });
    const parts = [head ?? upgradeOf(path, { 'Sec-WebSocket-Key': key })].flat();
    for (const part of parts) {
      await peer.write(Buffer.from(part));
      if (parts.length > 1) await peer.isRead();
    }
    const answer = await within(opened, `an upgrade of ${path.split('?')[0]}`);
    if (!answer.startsWith('HTTP/1.1 101 ')) throw new Error(`no upgrade: ${answer}`);
    if (!answer.includes(`\r\nSec-WebSocket-Accept: ${acceptOf(key)}\r\n`)) {
      throw new Error(`no answer to ${key}: ${answer}`);
    }
    return peer;
  }

  take(chunk) {
    this.bytes = Buffer.concat([this.bytes, chunk]);
    if (this.answered) {
      const end = this.bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.answered(this.bytes.toString('latin1', 0, end + 2));
      this.answered = undefined;
      this.bytes = this.bytes.subarray(end + 4);
    }
    try {
      this.takeFrames();
    } catch ({ message }) {
      this.see('violation', message);
      this.socket.destroy();
    }
  }

  takeFrames() {
    for (let next; (next = frameIn(this.bytes)); this.bytes = this.bytes.subarray(next.size)) {
      const { op, fin, payload } = next;
      if (this.closeSeen) throw new Error('nothing follows a Close');
      if (op < 8 && (op !== opcode.text || !fin)) throw new Error('all messages are whole texts');
      if (op === opcode.text) this.see('text', textOf(payload));
      if (op === opcode.ping) this.see('ping', payload);
      if (op === opcode.pong) this.see('pong', payload);
      if (op === opcode.close) {
        this.closeSeen = true;
        if (payload.length === 1) throw new Error('half a code');
        this.see('close', payload.length && payload.readUInt16BE(), textOf(payload.subarray(2)));
      }
    }
  }

  see(...what) {
    this.seen.push(what);
    for (const watch of this.watchers) watch();
  }

  /** Resolves once so much was seen. */
  async hasSeen(howMany) {
    let watch;
    const all = new Promise((resolve) => {
      watch = () => this.seen.length >= howMany && resolve();
      this.watchers.add(watch);
      watch();
    });
    await within(all, `${howMany} things to see`).finally(() => this.watchers.delete(watch));
  }

  /** Writes bytes at once; resolves once the system has them. */
  write(...buffers) {
    const bytes = buffers.length === 1 ? buffers[0] : Buffer.concat(buffers);
    return new Promise((resolve) => { this.socket.write(bytes, resolve); });
  }

  /** Resolves once the server has read everything that was written. */
  async isRead() {
    const { localPort } = this.socket;
    while ((await unread(this.serverPort)).get(localPort));
  }

  /** Ends the connection when the server has ended its side; resolves once it is over. */
  async end() {
    const over = new Promise((resolve) => {
      if (this.socket.closed) resolve();
      this.socket.once('close', resolve);
      if (this.socket.readableEnded) this.socket.end();
      this.socket.once('end', () => this.socket.end());
    });
    await within(over, 'the end of the connection');
  }
}

/** What the system holds of what was sent to this port, in bytes by the sender's port. */
function readUnread(serverPort) {
  const bytes = new Map();
  const port = `:${serverPort.toString(16).toUpperCase().padStart(4, '0')} `;
  for (const line of readFileSync('/proc/net/tcp', 'latin1').split('\n')) {
    if (!line.includes(port)) continue;
    const [, local, remote, , queues] = line.trim().split(/\s+/);
    if (!`${local} `.endsWith(port)) continue;
    bytes.set(parseInt(remote.split(':')[1], 16), parseInt(queues.split(':')[1], 16));
  }
  return bytes;
}

let looking;

/** The same look for all who ask while it has not begun, as the system takes its time for it. */
function unread(serverPort) {
  looking ??= new Promise(setImmediate).then(() => {
    looking = undefined;
    return readUnread(serverPort);
  });
  return looking;
}
