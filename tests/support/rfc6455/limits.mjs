// Autobahn's classes 9 (limits and performance) and 10 (automatic fragmentation). Whatever is
// longer than 16 KiB ends with 1009, however it comes; what is shorter is taken.
import { rounds } from '../torture.mjs';
import {
  binaryFrame, cut, inFragments, opcode, textFrame,
} from '../raw_websocket.mjs';
import {
  again, answered, byBytes, chat, closed, inTaxi, kosme, lazily, refused, row, rows, said, stars,
  taxiPing, together,
} from './conversation.mjs';

const KiB = 1024;
const MiB = 1024 * KiB;

const sized = (bytes) => (bytes < MiB ? `${bytes / KiB} KiB` : `${bytes / MiB} MiB`);
const kinds = { text: textFrame, binary: binaryFrame };
const filled = (bytes) => Buffer.alloc(bytes, '*');

const increasing = (number, kind) => [64 * KiB, 256 * KiB, MiB, 4 * MiB, 8 * MiB, 16 * MiB].map(
  (bytes, i) => row(`${number}.${i + 1}`, `a ${kind} message of ${sized(bytes)}`,
    [lazily(() => together(kinds[kind](filled(bytes))))], closed(1009)));

const fragmented = (number, kind) => [64, 256, KiB, 4 * KiB, 16 * KiB, 64 * KiB, 256 * KiB, MiB,
  4 * MiB].map((bytes, i) => row(`${number}.${i + 1}`,
  `a ${kind} message of 4 MiB in fragments of ${bytes} bytes`,
  [lazily(() => together(...inFragments(opcode[kind], cut(filled(4 * MiB), bytes))))],
  closed(1009)));

const inChops = (number, kind) => [64, 128, 256, 512, 1024, 2048].map((bytes, i) => row(
  `${number}.${i + 1}`, `a ${kind} message of 1 MiB in writes of ${bytes} bytes`,
  [lazily(() => byBytes(bytes, kinds[kind](filled(MiB))))], closed(1009)));

const sizes = [0, 16, 64, 256, 1024, 4096];
const times = rounds(50, 1000);

/** A text of so many bytes that Hansom answers, with its answer. */
function answeredText(bytes) {
  if (bytes === 0) return ['', refused];
  if (bytes === 16) return [taxiPing(16), answered, inTaxi]; // no chat message is as short
  const text = bytes <= 256 ? stars(bytes) : stars(256);
  return [chat(text, bytes), said(text)];
}

const texts = sizes.map((bytes, i) => {
  const [text, answer, options] = answeredText(bytes);
  return row(`9.7.${i + 1}`,
    `${times} texts of ${bytes} bytes, each when the one before is answered`,
    [again(times, textFrame(text))], Array(times).fill(answer), options);
});

const binaries = sizes.map((bytes, i) => row(`9.8.${i + 1}`,
  `${times} binary messages of ${bytes} bytes, each when the one before is answered`,
  [again(times, binaryFrame(Buffer.alloc(bytes, 0xfe)))], Array(times).fill(refused)));

const longest = Buffer.from(chat(`${kosme} 🚕`, 16 * KiB));
const tooLong = Buffer.from(chat(`${kosme} 🚕`, 16 * KiB + 1));
const waysToSend = (bytes) => [
  together(textFrame(bytes)), byBytes(997, textFrame(bytes)),
  ...[1, 997, 1300, 8 * KiB, 16 * KiB].map((size) =>
    together(...inFragments(opcode.text, cut(bytes, size)))),
  together(...inFragments(opcode.text, ['', bytes, ''])),
];

export const limits = [
  ...increasing('9.1', 'text'), ...increasing('9.2', 'binary'),
  ...fragmented('9.3', 'text'), ...fragmented('9.4', 'binary'),
  ...inChops('9.5', 'text'), ...inChops('9.6', 'binary'),
  ...texts, ...binaries,
  row('10.1.1', 'a text of 65536 bytes in fragments of 1300',
    [together(...inFragments(opcode.text, cut(filled(64 * KiB), 1300)))], closed(1009)),

  // Beyond Autobahn.
  rows('9.H.1', 'a text of exactly 16 KiB, whole, in pieces and in fragments',
    waysToSend(longest).map((act) => ({ acts: [act], expected: [said(`${kosme} 🚕`)] }))),
  rows('9.H.2', 'a text of a byte more, whole, in pieces and in fragments: 1009',
    waysToSend(tooLong).map((act) => ({ acts: [act], expected: closed(1009) }))),
  rows('9.H.3', 'a binary message of exactly 16 KiB, and of a byte more', [
    { acts: [together(binaryFrame(filled(16 * KiB)))], expected: [refused] },
    { acts: [together(binaryFrame(filled(16 * KiB + 1)))], expected: closed(1009) },
  ]),
  row('9.H.4', 'twenty texts of 16 KiB, which are no longer together than each',
    [together(...Array(20).fill(textFrame(longest)))], Array(20).fill(said(`${kosme} 🚕`))),
];
