// Autobahn's class 6 (UTF-8). Its payloads, which are no JSON, are sent as they are; those that are
// valid a second time as the text of a chat message, and invalid ones in a row of their own.
import { frame, inFragments, opcode, pingFrame, textFrame } from '../raw_websocket.mjs';
import {
  chat, chatOfBytes, closed, kosme, part, pong, quiet, refused, row, rows, said, together,
  untilSeen,
} from './conversation.mjs';

const hex = (digits) => Buffer.from(digits, 'hex');
const greek = Buffer.from(kosme);
const hello = 'Hello-µ@ßöäüàá-UTF-8!!';
const edited = Buffer.from('edited');

const valid = (...all) => all.map((digits) => ({ isValid: true, bytes: hex(digits) }));
const invalid = (...all) => all.map((digits) => ({ isValid: false, bytes: hex(digits) }));
const utf8 = (text) => ({ isValid: true, bytes: Buffer.from(text) });

/** Of Markus Kuhn's UTF-8-test.txt: what lacks its last byte. */
const unfinished = [
  'c0', 'e080', 'f08080', 'f8808080', 'fc80808080',
  'df', 'efbf', 'f7bfbf', 'fbbfbfbf', 'fdbfbfbfbf',
];

/** Bytes from one to just before the other, each followed by a space. */
const starts = (from, to) => hex(Array.from({ length: to - from }, (_, i) =>
  `${(from + i).toString(16)}20`).join(''));

const nonCharacters = ['efbfbe', 'efbfbf'];
for (let plane = 1; plane <= 16; ++plane) {
  for (const last of ['fffe', 'ffff']) {
    const point = parseInt(plane.toString(16) + last, 16);
    nonCharacters.push(Buffer.from(String.fromCodePoint(point)).toString('hex'));
  }
}

const groups = {
  '6.5': ['some UTF-8',
    [...['$', '¢', '€', '𤭢'].map((sign) => utf8(`hello${sign}world`)), utf8(kosme)]],
  '6.6': ['a beginning of κόσμε', Array.from(greek, (_, i) =>
    ({ isValid: [2, 5, 7, 9, 11].includes(i + 1), bytes: greek.subarray(0, i + 1) }))],
  '6.7': ['the first of a length', valid('00', 'c280', 'e0a080', 'f0908080')],
  '6.8': ['the first of 5 and 6 bytes', invalid('f888808080', 'fc8480808080')],
  '6.9': ['the last of a length', valid('7f', 'dfbf', 'efbfbf', 'f48fbfbf')],
  '6.10': ['the last of 4, 5 and 6 bytes', invalid('f7bfbfbf', 'fbbfbfbfbf', 'fdbfbfbfbfbf')],
  '6.11': ['at a border',
    [...valid('ed9fbf', 'ee8080', 'efbfbd', 'f48fbfbf'), ...invalid('f4908080')]],
  '6.12': ['continuation bytes alone',
    [...invalid('80', 'bf', '80bf', '80bf80', '80bf80bf', '80bf80bf80', '80bf80bf80bf'),
      { isValid: false, bytes: Buffer.from(Array.from({ length: 63 }, (_, i) => 0x80 + i)) }]],
  '6.13': ['first bytes alone',
    [[0xc0, 0xdf], [0xe0, 0xef], [0xf0, 0xf7], [0xf8, 0xfb], [0xfc, 0xfd]].map(([from, to]) =>
      ({ isValid: false, bytes: starts(from, to) }))],
  '6.14': ['without the last byte', invalid(...unfinished)],
  '6.15': ['all of these in a row', invalid(unfinished.join(''))],
  '6.16': ['impossible bytes', invalid('fe', 'ff', 'fefeffff')],
  '6.17': ['overlong ASCII', invalid('c0af', 'e080af', 'f08080af', 'f8808080af', 'fc80808080af')],
  '6.18': ['the most of what is overlong',
    invalid('c1bf', 'e09fbf', 'f08fbfbf', 'f887bfbfbf', 'fc83bfbfbfbf')],
  '6.19': ['overlong NUL', invalid('c080', 'e08080', 'f0808080', 'f880808080', 'fc8080808080')],
  '6.20': ['single surrogates',
    invalid('eda080', 'edadbf', 'edae80', 'edafbf', 'edb080', 'edbe80', 'edbfbf')],
  '6.21': ['paired surrogates',
    invalid(...['eda080', 'edadbf', 'edae80', 'edafbf'].flatMap((high) =>
      ['edb080', 'edbfbf'].map((low) => high + low)))],
  '6.22': ['a code point that is no character', valid(...nonCharacters)],
  '6.23': ['a special code point',
    valid('efbfb9', 'efbfba', 'efbfbb', 'efbfbc', 'efbfbd', 'efbfbe', 'efbfbf')],
};

/** All of the suite's sequences, which are also what a Close may have or not have as a reason. */
export const sequences = Object.entries(groups).flatMap(([group, [what, list]]) =>
  list.map((each, i) => ({ number: `${group}.${i + 1}`, what, ...each })));

/** A control character is UTF-8, but stands in no JSON as it is. */
const isJson = (bytes) => bytes.every((byte) => byte >= 0x20);

const asRow = ({ number, what, isValid, bytes }) => {
  const title = `${what}: ${bytes.length > 16 ? `${bytes.length} bytes` : bytes.toString('hex')}`;
  if (!isValid) return row(number, title, [together(textFrame(bytes))], closed(1007));
  return row(number, title, [together(textFrame(bytes), textFrame(chatOfBytes(bytes)))],
    [refused, isJson(bytes) ? said(bytes.toString()) : refused]);
};

const eachByte = (bytes) => inFragments(opcode.text, [...bytes].map((byte) => [byte]));
const broken = Buffer.concat([greek, hex('eda080'), edited]);
const beyond = Buffer.concat([greek, hex('f4908080'), edited]);

/** A text in two of three fragments, or pieces of one frame: the second is refused at once. */
const failsFast = (number, what, send) => [
  row(`6.4.${number}`, `${what}, cut around the bytes that are wrong`,
    send([beyond.subarray(0, 11), beyond.subarray(11, 15)]), closed(1007)),
  row(`6.4.${number + 1}`, `${what}, cut after the byte that is wrong`,
    send([beyond.subarray(0, 12), beyond.subarray(12, 13)]), closed(1007)),
];

const inFrames = ([first, second]) => [
  together(frame(opcode.text, first, { fin: false })), quiet,
  together(frame(opcode.continuation, second, { fin: false })),
];

const inOneFrame = ([first, second]) => {
  const bytes = textFrame(beyond);
  const start = bytes.length - beyond.length;
  return [
    part(bytes.subarray(0, start + first.length)), quiet,
    part(bytes.subarray(start + first.length, start + first.length + second.length)),
  ];
};

const taxis = '🚕é€';

export const utf8Handling = [
  row('6.1.1', 'a text of 0 bytes', [together(textFrame(''))], [refused]),
  row('6.1.2', 'a text in three fragments of 0 bytes',
    [together(...inFragments(opcode.text, ['', '', '']))], [refused]),
  row('6.1.3', 'a text in three fragments, the first and the last of 0 bytes',
    [together(...inFragments(opcode.text, ['', chat('middle frame payload'), '']))],
    [said('middle frame payload')]),
  row('6.2.1', 'a text in one frame', [together(textFrame(chat(hello)))], [said(hello)]),
  row('6.2.2', 'a text in two fragments, cut between code points',
    [together(...inFragments(opcode.text, chat(hello).split(/(?=üàá)/)))],
    [said(hello)]),
  row('6.2.3', 'a text in fragments of one byte', [together(...eachByte(Buffer.from(chat(hello))))],
    [said(hello)]),
  row('6.2.4', 'a text in fragments of one byte, all of it beyond ASCII',
    [together(...eachByte(Buffer.from(chat(kosme))))], [said(kosme)]),
  row('6.3.1', 'no UTF-8, in one frame', [together(textFrame(broken))], closed(1007)),
  row('6.3.2', 'no UTF-8, in fragments of one byte', [together(...eachByte(broken))], closed(1007)),
  ...failsFast(1, 'no UTF-8, in fragments', inFrames),
  ...failsFast(3, 'no UTF-8, in pieces of a frame', inOneFrame),
  ...sequences.map(asRow),

  // Beyond Autobahn.
  rows('6.H.1', 'what is no UTF-8 above as the text of a chat message: 1007',
    sequences.filter(({ isValid }) => !isValid).map(({ bytes }) => ({
      acts: [together(textFrame(chatOfBytes(bytes)))], expected: closed(1007),
    }))),
  rows('6.H.2', 'the same in fragments of one byte: 1007',
    sequences.filter(({ isValid }) => !isValid).map(({ bytes }) => ({
      acts: [together(...eachByte(chatOfBytes(bytes)))], expected: closed(1007),
    }))),
  rows('6.H.3', 'what is UTF-8 above, in fragments of one byte',
    sequences.filter(({ isValid, bytes }) => isValid && isJson(bytes)).map(({ bytes }) => ({
      acts: [together(...eachByte(chatOfBytes(bytes)))], expected: [said(bytes.toString())],
    }))),
  row('6.H.4', 'an open socket until a fragment is no UTF-8',
    [together(frame(opcode.text, greek, { fin: false }), pingFrame('alive')), untilSeen(1),
      together(frame(opcode.continuation, [0xf4], { fin: false }), pingFrame('alive')),
      untilSeen(2),
      together(frame(opcode.continuation, [0x90], { fin: false }), pingFrame('dead'))],
    [pong('alive'), pong('alive'), ...closed(1007)]),
  rows('6.H.5', 'a text that ends amid a code point, at each of its bytes: 1007',
    [...Array(9).keys()].filter((i) => ![0, 4, 6].includes(i)).map((end) => ({
      acts: [together(textFrame(Buffer.from(taxis).subarray(0, end)))], expected: closed(1007),
    }))),
  rows('6.H.6', 'binary messages of what is no UTF-8 above: no reason to end the socket',
    sequences.filter(({ isValid }) => !isValid).map(({ bytes }) => ({
      acts: [together(frame(opcode.binary, bytes))], expected: [refused],
    }))),
];
