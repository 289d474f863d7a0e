// Autobahn's class 5 (fragmentation). Its "fragment1" and "fragment2" are here the parts of a chat
// message whose text they are.
import {
  binaryFrame, inFragments, moreFrame, opcode, pingFrame, pongFrame, textFrame,
} from '../raw_websocket.mjs';
import {
  answered, byBytes, chat, closed, inTwoParts, kosme, oneByOne, pong, refused, row, rows, said,
  says, taxiRow, together, untilSeen,
} from './conversation.mjs';

const whole = 'fragment1fragment2';
const [first, second] = inFragments(opcode.text, ['{"type":"text","message":"fragment1',
  'fragment2"}']);
const ping = pingFrame('ping payload');
const stray = (fin) => moreFrame('no continuation', { fin });
const hello = says('Hello, world!');
const byByte = (...frames) => byBytes(1, ...frames);
const five = inFragments(opcode.text,
  ['{"type":"text","message":"fragment1', 'fragment2', 'fragment3', 'fragment4', 'fragment5"}']);
const strays = (fin) => [0, 1].flatMap(() => [stray(fin), first, second]);

const fiveWith = (number, how, send) => row(number,
  `a text in five fragments with a ping after the second, then one after the fourth, ${how}`,
  [
    send(five[0], five[1], pingFrame('pongme 1!')), untilSeen(1),
    send(five[2], five[3], pingFrame('pongme 2!'), five[4]),
  ],
  [pong('pongme 1!'), pong('pongme 2!'), said('fragment1fragment2fragment3fragment4fragment5')]);

/** The text in two fragments, cut before this byte. */
const cutAt = (bytes, at) => inFragments(opcode.text, [bytes.subarray(0, at), bytes.subarray(at)]);
const taxi = `${kosme} 🚕`;
const message = Buffer.from(chat(taxi));
const everyCut = Array.from({ length: message.length + 1 }, (_, at) => cutAt(message, at));

export const fragmentation = [
  row('5.1', 'a ping in two fragments', [together(pingFrame('fragment1', { fin: false }),
    moreFrame('fragment2'))], closed(1002)),
  row('5.2', 'a pong in two fragments', [together(pongFrame('fragment1', { fin: false }),
    moreFrame('fragment2'))], closed(1002)),
  row('5.3', 'a text in two fragments', [together(first, second)], [said(whole)]),
  row('5.4', 'a text in two fragments, frame by frame', [oneByOne(first, second)], [said(whole)]),
  row('5.5', 'a text in two fragments, byte by byte', [byByte(first, second)], [said(whole)]),
  row('5.6', 'a text in two fragments with a ping between them', [together(first, ping, second)],
    [pong('ping payload'), said(whole)]),
  row('5.7', 'a text in two fragments with a ping between them, frame by frame',
    [oneByOne(first, ping, second)], [pong('ping payload'), said(whole)]),
  row('5.8', 'a text in two fragments with a ping between them, byte by byte',
    [byByte(first, ping, second)], [pong('ping payload'), said(whole)]),
  row('5.9', 'a last fragment of nothing, then a text', [together(stray(true), hello)],
    closed(1002)),
  row('5.10', 'a last fragment of nothing, then a text, frame by frame',
    [oneByOne(stray(true), hello)], closed(1002)),
  row('5.11', 'a last fragment of nothing, then a text, byte by byte', [byByte(stray(true), hello)],
    closed(1002)),
  row('5.12', 'a fragment of nothing, then a text', [together(stray(false), hello)], closed(1002)),
  row('5.13', 'a fragment of nothing, then a text, frame by frame',
    [oneByOne(stray(false), hello)], closed(1002)),
  row('5.14', 'a fragment of nothing, then a text, byte by byte', [byByte(stray(false), hello)],
    closed(1002)),
  taxiRow('5.15', 'a text in two fragments, then a fragment of nothing, then a text',
    [together(...inFragments(opcode.text, ['{"type":', '"ping"}']), stray(false), hello)],
    [answered, ...closed(1002)]),
  row('5.16', 'twice: a fragment of nothing, then a text in two', [together(...strays(false))],
    closed(1002)),
  row('5.17', 'twice: a last fragment of nothing, then a text in two', [together(...strays(true))],
    closed(1002)),
  row('5.18', 'a text in two fragments, both of opcode 1',
    [together(first, textFrame('fragment2"}'))], closed(1002)),
  fiveWith('5.19', 'together', together),
  fiveWith('5.20', 'frame by frame', oneByOne),

  // Beyond Autobahn.
  rows('5.H.1', 'a text in two fragments, cut before every byte and after the last',
    everyCut.map((frames) => ({ acts: [together(...frames)], expected: [said(taxi)] }))),
  rows('5.H.2', 'the same, frame by frame',
    everyCut.map((frames) => ({ acts: [oneByOne(...frames)], expected: [said(taxi)] }))),
  rows('5.H.3', 'two fragments in two parts, cut at every byte',
    inTwoParts(cutAt(message, 27), [said(taxi)])),
  row('5.H.4', 'a text in as many fragments as bytes, byte by byte',
    [byByte(...inFragments(opcode.text, [...message].map((byte) => [byte])))], [said(taxi)]),
  row('5.H.5', 'a text amid a thousand empty fragments',
    [together(...inFragments(opcode.text,
      [...Array(500).fill(''), message, ...Array(500).fill('')]))],
    [said(taxi)]),
  row('5.H.6', 'a binary message in two fragments, then a text',
    [together(...inFragments(opcode.binary, ['{"type":', '"ping"}']), hello)],
    [refused, said('Hello, world!')]),
  row('5.H.7', 'a binary message amid a text', [together(first, binaryFrame('fragment2"}'))],
    closed(1002)),
  row('5.H.8', 'a text in fragments twice, one after the other',
    [together(first, second, first, second)], [said(whole), said(whole)]),
];
