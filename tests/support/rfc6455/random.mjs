// Conversations in which all is right, and nothing as one would expect it: random texts in random
// fragments with pings and pongs amid them, written in random pieces.
import {
  cut, inFragments, opcode, pingFrame, pongFrame,
} from '../raw_websocket.mjs';
import { chat, pong, said, writes } from './conversation.mjs';

/** Numbers from 0 to just below 1, the same for the same seed (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The conversation of this number, which is always the same. */
export function randomConversation(number) {
  const random = randomFrom(number);
  const below = (end) => Math.floor(random() * end);
  const oneOf = (list) => list[below(list.length)];
  const bytes = (most) => Buffer.from(Array.from({ length: below(most + 1) }, () => below(256)));

  /** A code point of one to four bytes that needs no escape in JSON, and is no surrogate. */
  const codePoint = () => {
    const [from, to] = oneOf([[0x23, 0x5b], [0x80, 0x7ff], [0x800, 0xd7ff], [0xe000, 0xffff],
      [0x10000, 0x10ffff]]);
    return String.fromCodePoint(from + below(to - from + 1));
  };

  /** These bytes in up to so many pieces, some of them empty. */
  const pieces = (whole, most) => {
    const ends = Array.from({ length: below(most) }, () => below(whole.length + 1));
    const borders = [0, ...ends.sort((a, b) => a - b), whole.length];
    return borders.slice(1).map((end, i) => whole.subarray(borders[i], end));
  };

  const frames = [];
  const texts = [];
  const pongs = [];
  const interrupt = () => {
    const payload = bytes(oneOf([0, 4, 125]));
    frames.push(random() < 0.7 ? pingFrame(payload) : pongFrame(payload));
    if ((frames.at(-1)[0] & 0x0f) === opcode.ping) pongs.push(pong(payload));
  };
  for (let i = 1 + below(6); i > 0; --i) {
    const text = `x${Array.from({ length: below(500) }, codePoint).join('')}`;
    texts.push(said(text));
    const message = Buffer.from(chat(text, below(2) * below(16 * 1024)));
    for (const frame of inFragments(opcode.text, pieces(message, oneOf([1, 2, 5, 50])))) {
      frames.push(frame);
      while (random() < 0.2) interrupt();
    }
  }
  const all = Buffer.concat(frames);
  const written = random() < 0.2 ? cut(all, 1 + below(3000)) : pieces(all, oneOf([1, 2, 10, 100]));
  return { acts: [writes(written)], expected: [...texts, ...pongs], pongsAtAnyTime: true };
}
