// Autobahn's classes 1 (framing), 3 (reserved bits) and 4 (opcodes).
import {
  binaryFrame, closeFrame, frame, pingFrame, textFrame,
} from '../raw_websocket.mjs';
import {
  answered, byBytes, chat, closed, inTwoParts, kosme, leaves, oneByOne, part, refused, row, rows,
  said, says, stars, taxiPing, taxiRow, together,
} from './conversation.mjs';

const noText = Buffer.alloc(65536, 0xfe);
const tooLong = '*'.repeat(65536);

const framing = [
  row('1.1.1', 'a text of 0 bytes', [together(textFrame(''))], [refused]),
  ...[125, 126, 127, 128].map((bytes, i) => row(`1.1.${i + 2}`, `a text of ${bytes} bytes`,
    [together(says(stars(bytes)))], [said(stars(bytes))])),
  row('1.1.6', 'a text of 65535 bytes', [together(textFrame(tooLong.slice(1)))], closed(1009)),
  row('1.1.7', 'a text of 65536 bytes', [together(textFrame(tooLong))], closed(1009)),
  row('1.1.8', 'a text of 65536 bytes, 997 at a time', [byBytes(997, textFrame(tooLong))],
    closed(1009)),

  ...[0, 125, 126, 127, 128].map((bytes, i) => row(`1.2.${i + 1}`,
    `a binary message of ${bytes} bytes`,
    [together(binaryFrame(noText.subarray(0, bytes)), says('and a text'))],
    [refused, said('and a text')])),
  row('1.2.6', 'a binary message of 65535 bytes', [together(binaryFrame(noText.subarray(1)))],
    closed(1009)),
  row('1.2.7', 'a binary message of 65536 bytes', [together(binaryFrame(noText))], closed(1009)),
  row('1.2.8', 'a binary message of 65536 bytes, 997 at a time',
    [byBytes(997, binaryFrame(noText))], closed(1009)),

  // Beyond Autobahn.
  rows('1.H.1', 'a mask of zeros, of ones, of any single bit, and equal to the payload',
    [0, 0xffffffff, 0x7b227479, ...Array.from({ length: 32 }, (_, i) => 2 ** i)].map((key) => {
      const mask = Buffer.alloc(4);
      mask.writeUInt32BE(key);
      return { acts: [together(says(`${kosme} 🚕`, { mask }))], expected: [said(`${kosme} 🚕`)] };
    })),
  rows('1.H.2', 'a frame of any kind without a mask: 1002', [0, 1, 2, 8, 9, 10].map((op) => ({
    acts: [together(frame(op, '', { mask: false }))], expected: closed(1002),
  }))),
  rows('1.H.3', 'a length in more bytes than it needs: 1002',
    [[0, 2], [5, 2], [125, 2], [125, 8], [126, 8], [16000, 8]].map(([bytes, lengthBytes]) => ({
      acts: [together(textFrame('*'.repeat(bytes), { lengthBytes }))], expected: closed(1002),
    }))),
  // The highest bit has to be 0 (RFC 6455, 5.2). Hansom does not look at it: like any frame that is
  // too long, it is read until there are more than 16 KiB.
  rows('1.H.4', 'a frame that announces up to 2^64 - 1 bytes, of which 16 KiB + 1 come',
    [65536n, 2n ** 32n, 2n ** 62n, 2n ** 63n, 2n ** 64n - 1n].flatMap((length) =>
      [textFrame, binaryFrame].map((make) => ({
        acts: [together(make('*'.repeat(16 * 1024 + 1), { length })), leaves],
        expected: closed(1009),
      })))),
  rows('1.H.5', 'a text in two parts, cut at every byte',
    inTwoParts([says(`${kosme} 🚕`)], [said(`${kosme} 🚕`)])),
  rows('1.H.6', 'a text whose length has two bytes in two parts, cut at every byte',
    inTwoParts([says('é'.repeat(60))], [said('é'.repeat(60))])),
  row('1.H.7', 'a text byte by byte, and one of 16 KiB with its head and its tail byte by byte',
    (() => {
      const long = textFrame(chat('*'.repeat(400), 16 * 1024));
      return [
        byBytes(1, says(kosme)), byBytes(1, long.subarray(0, 100)), part(long.subarray(100, -50)),
        byBytes(1, long.subarray(-50)),
      ];
    })(),
    [said(kosme), said('*'.repeat(400))]),
  row('1.H.8', 'a hundred texts in one write',
    [together(...Array.from({ length: 100 }, (_, i) => says(`number ${i}`)))],
    Array.from({ length: 100 }, (_, i) => said(`number ${i}`))),
];

const hello = textFrame(taxiPing()); // "a small text message" with something right behind it
const world = 'Hello, world!';

const reservedBits = [
  row('3.1', 'a text with RSV 1', [together(textFrame(chat(world), { rsv: 1 }))], closed(1002)),
  taxiRow('3.2', 'a text, one with RSV 2, a ping',
    [together(hello, textFrame(taxiPing(), { rsv: 2 }), pingFrame())], [answered, ...closed(1002)]),
  taxiRow('3.3', 'a text, one with RSV 3, a ping, frame by frame',
    [oneByOne(hello, textFrame(taxiPing(), { rsv: 3 }), pingFrame())], [answered, ...closed(1002)]),
  taxiRow('3.4', 'a text, one with RSV 4, a ping, byte by byte',
    [byBytes(1, hello, textFrame(taxiPing(), { rsv: 4 }), pingFrame())],
    [answered, ...closed(1002)]),
  row('3.5', 'a binary message with RSV 5',
    [together(binaryFrame(noText.subarray(0, 8), { rsv: 5 }))], closed(1002)),
  row('3.6', 'a ping with RSV 6', [together(pingFrame(world, { rsv: 6 }))], closed(1002)),
  row('3.7', 'a Close with RSV 7', [together(closeFrame(1000, '', { rsv: 7 }))], closed(1002)),

  // Beyond Autobahn.
  rows('3.H.1', 'every RSV but 0 on every kind of frame: 1002',
    [1, 2, 8, 9, 10].flatMap((op) => [1, 2, 3, 4, 5, 6, 7].map((rsv) => ({
      acts: [together(frame(op, op === 8 ? '' : chat(world), { rsv }))], expected: closed(1002),
    })))),
  rows('3.H.2', 'every RSV but 0 on the second fragment: 1002',
    [1, 2, 3, 4, 5, 6, 7].map((rsv) => ({
      acts: [together(textFrame('{', { fin: false }), frame(0, '}', { rsv }))],
      expected: closed(1002),
    }))),
];

const reserved = (number, op, payload, send) => taxiRow(number,
  `a text, a frame of opcode ${op}${payload && ' with a payload'}, a ping`,
  [send(hello, frame(op, payload), pingFrame())], [answered, ...closed(1002)]);

const byByte = (...frames) => byBytes(1, ...frames);

const opcodes = [
  row('4.1.1', 'a frame of opcode 3', [together(frame(3))], closed(1002)),
  row('4.1.2', 'a frame of opcode 4 with a payload', [together(frame(4, 'payload'))], closed(1002)),
  reserved('4.1.3', 5, '', together),
  reserved('4.1.4', 6, world, together),
  reserved('4.1.5', 7, world, byByte),
  row('4.2.1', 'a frame of opcode 11', [together(frame(11))], closed(1002)),
  row('4.2.2', 'a frame of opcode 12 with a payload', [together(frame(12, 'payload'))],
    closed(1002)),
  reserved('4.2.3', 13, '', together),
  reserved('4.2.4', 14, world, together),
  reserved('4.2.5', 15, world, byByte),

  // Beyond Autobahn.
  rows('4.H.1', 'every reserved opcode amid a message, in fragments or whole: 1002',
    [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((op) => [true, false].map((fin) => ({
      acts: [together(textFrame('{"type":', { fin: false }), frame(op, '', { fin }))],
      expected: closed(1002),
    })))),
];

export { framing, opcodes, reservedBits };
