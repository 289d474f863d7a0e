// Autobahn's class 2 (pings and pongs).
import {
  moreFrame, opcode, inFragments, pingFrame, pongFrame, textFrame,
} from '../raw_websocket.mjs';
import {
  again, byBytes, chat, closed, inTwoParts, kosme, pong, row, rows, said, says, together,
} from './conversation.mjs';

const bytes = Buffer.from('00fffefdfcfb00ff', 'hex');
const longest = Buffer.alloc(125, 0xfe);
const ten = Array.from({ length: 10 }, (_, i) => `payload-${i}`);

export const pingsAndPongs = [
  row('2.1', 'a ping without a payload', [together(pingFrame())], [pong()]),
  row('2.2', 'a ping with a text', [together(pingFrame('Hello, world!'))], [pong('Hello, world!')]),
  row('2.3', 'a ping with bytes that are no UTF-8', [together(pingFrame(bytes))], [pong(bytes)]),
  row('2.4', 'a ping of 125 bytes', [together(pingFrame(longest))], [pong(longest)]),
  row('2.5', 'a ping of 126 bytes', [together(pingFrame(Buffer.alloc(126, 0xfe)))], closed(1002)),
  row('2.6', 'a ping of 125 bytes, byte by byte', [byBytes(1, pingFrame(longest))],
    [pong(longest)]),
  row('2.7', 'a pong nobody asked for', [together(pongFrame())], []),
  row('2.8', 'a pong nobody asked for, with a payload', [together(pongFrame('unasked'))], []),
  row('2.9', 'a pong nobody asked for, and a ping',
    [together(pongFrame('unasked'), pingFrame('asked'))], [pong('asked')]),
  row('2.10', 'ten pings', [together(...ten.map((each) => pingFrame(each)))],
    ten.map((each) => pong(each))),
  row('2.11', 'ten pings, byte by byte', [byBytes(1, ...ten.map((each) => pingFrame(each)))],
    ten.map((each) => pong(each))),

  // Beyond Autobahn.
  rows('2.H.1', 'a ping of 0 to 125 bytes', Array.from({ length: 126 }, (_, length) => ({
    acts: [together(pingFrame(longest.subarray(0, length)))],
    expected: [pong(longest.subarray(0, length))],
  }))),
  row('2.H.2', 'a pong of 126 bytes', [together(pongFrame('*'.repeat(126)))], closed(1002)),
  row('2.H.3', 'a thousand pings in one write',
    [together(...Array.from({ length: 1000 }, (_, i) => pingFrame(`${i}`)))],
    Array.from({ length: 1000 }, (_, i) => pong(`${i}`))),
  row('2.H.4', 'two hundred pings, each when the pong before is there',
    [again(200, pingFrame('again'))], Array(200).fill(pong('again'))),
  row('2.H.5', 'a ping between any two bytes of a text in as many fragments',
    (() => {
      const pieces = inFragments(opcode.text, [...Buffer.from(chat(kosme))].map((byte) => [byte]));
      return [together(...pieces.flatMap((piece, i) => [pingFrame(`${i}`), piece]))];
    })(),
    [...Array.from({ length: Buffer.byteLength(chat(kosme)) }, (_, i) => pong(`${i}`)),
      said(kosme)]),
  rows('2.H.6', 'pings amid a text, in two parts, cut at every byte', inTwoParts(
    [
      pingFrame('one'), textFrame(chat(kosme).slice(0, 20), { fin: false }), pingFrame(bytes),
      moreFrame(chat(kosme).slice(20), { fin: true }),
    ],
    [pong('one'), pong(bytes), said(kosme)])),
  row('2.H.7', 'a pong amid a text', [together(...(([first, second]) =>
    [first, pongFrame('unasked'), second])(
    inFragments(opcode.text, [chat(kosme).slice(0, 9), chat(kosme).slice(9)])), says('next'))],
  [said(kosme), said('next')]),
];
