// Autobahn's class 7 (closing). A Close that may be sent is answered with its own code, without a
// reason, and one without a code with 1000; every other one with 1002. What follows a Close is not
// heard.
import {
  closeFrame, closePayload, frame, moreFrame, opcode, pingFrame, textFrame,
} from '../raw_websocket.mjs';
import {
  answered, byBytes, chat, closed, inTaxi, inTwoParts, kosme, lazily, oneByOne, perhaps, row, rows,
  said, says, taxiPing, together,
} from './conversation.mjs';
import { sequences } from './utf8.mjs';

const validCodes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const invalidCodes = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
const noUtf8 = Buffer.concat([
  Buffer.from(kosme), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('edited'),
]);

const muchMore = () => Buffer.concat(Array(1000).fill(textFrame(chat('too late', 1024))));

/** A message right before a Close or a violation is taken; its answer may come too late. */
const unheard = (number, what, frames, code) => row(number, what, [together(...frames)],
  [perhaps(said('this stands')), ...closed(code)], { stands: ['this stands'] });

export const closing = [
  row('7.1.1', 'a text, then a Close', [together(says('Hello World!'))], [said('Hello World!')]),
  row('7.1.2', 'two Closes', [together(closeFrame(1000), closeFrame(1000))], closed(1000)),
  row('7.1.3', 'a ping after a Close', [together(closeFrame(1000), pingFrame())], closed(1000)),
  row('7.1.4', 'a text after a Close', [together(closeFrame(1000), says('too late'))],
    closed(1000)),
  row('7.1.5', 'a fragment, a Close, the other fragment',
    [together(textFrame('{"type":"text",', { fin: false }), closeFrame(1000),
      moreFrame('"message":"too late"}'))],
    closed(1000)),
  row('7.1.6', 'a text of 256 KiB, a text, a Close, a ping',
    [together(textFrame('BAsd7&jh23'.repeat(26215).slice(0, 256 * 1024)), says('too late'),
      closeFrame(1000), pingFrame())],
    closed(1009)),

  row('7.3.1', 'a Close of 0 bytes', [together(closeFrame())], closed(1000)),
  row('7.3.2', 'a Close of 1 byte', [together(frame(opcode.close, 'a'))], closed(1002)),
  row('7.3.3', 'a Close of 2 bytes', [together(closeFrame(1000))], closed(1000)),
  row('7.3.4', 'a Close with a reason', [together(closeFrame(1000, 'Hello World!'))], closed(1000)),
  row('7.3.5', 'a Close with a reason of 123 bytes', [together(closeFrame(1000, '*'.repeat(123)))],
    closed(1000)),
  row('7.3.6', 'a Close with a reason of 124 bytes', [together(closeFrame(1000, '*'.repeat(124)))],
    closed(1002)),

  row('7.5.1', 'a Close with a reason that is no UTF-8', [together(closeFrame(1000, noUtf8))],
    closed(1002)),

  ...validCodes.map((code, i) => row(`7.7.${i + 1}`, `a Close with ${code}`,
    [together(closeFrame(code))], closed(code))),
  ...invalidCodes.map((code, i) => row(`7.9.${i + 1}`, `a Close with ${code}`,
    [together(closeFrame(code))], closed(1002))),

  // Codes from 5000 on are nobody's (RFC 6455, 7.4.2); Hansom repeats them.
  row('7.13.1', 'a Close with 5000', [together(closeFrame(5000))], closed(5000)),
  row('7.13.2', 'a Close with 65535', [together(closeFrame(65535))], closed(65535)),

  // Beyond Autobahn. 1012 and 1013 were registered later; so was 1014, which Hansom does not know.
  rows('7.H.1', 'a Close with every code from 0 to 2999, and some beyond',
    [...Array.from({ length: 3000 }, (_, code) => code), 3500, 4500].flatMap((code) => {
      const isGood = validCodes.includes(code) || [1012, 1013].includes(code) || code >= 3000;
      // All of a hundred are alike where nothing is defined.
      if (!isGood && code % 100 !== 0 && (code < 990 || code > 1030)) return [];
      return [{ acts: [together(closeFrame(code))], expected: closed(isGood ? code : 1002) }];
    })),
  rows('7.H.2', 'a Close with every reason of class 6 that is no UTF-8',
    sequences.flatMap(({ isValid, bytes }) => (isValid ? []
      : [{ acts: [together(closeFrame(1000, bytes))], expected: closed(1002) }]))),
  rows('7.H.3', 'a Close with every reason of class 6 that is UTF-8',
    sequences.flatMap(({ isValid, bytes }) => (!isValid ? []
      : [{ acts: [together(closeFrame(1000, bytes))], expected: closed(1000) }]))),
  row('7.H.4', 'a Close with a reason of 123 bytes, byte by byte',
    [byBytes(1, closeFrame(3000, `${'é'.repeat(61)}!`))], closed(3000)),
  rows('7.H.5', 'a Close in two parts, cut at every byte',
    inTwoParts([closeFrame(4000, kosme)], closed(4000))),
  row('7.H.6', 'a Close in two fragments',
    [together(frame(opcode.close, closePayload(1000), { fin: false }), moreFrame(''))],
    closed(1002)),
  row('7.H.7', 'a Close whose length has two bytes',
    [together(closeFrame(1000, '', { lengthBytes: 2 }))], closed(1002)),
  row('7.H.8', 'violations after a Close', [together(closeFrame(1000), frame(3), frame(15))],
    closed(1000)),
  row('7.H.9', 'a text after a Close, frame by frame',
    [oneByOne(closeFrame(1000), says('too late'))], closed(1000)),
  row('7.H.10', 'an answer that is sent at once, then a Close',
    [together(textFrame(taxiPing()), closeFrame(1000))], [answered, ...closed(1000)], inTaxi),
  // What is sent when the socket has ended must not reset it, as the Close might not be read then.
  row('7.H.11', 'a violation, and 1 MiB behind it', [lazily(() => together(frame(3), muchMore()))],
    closed(1002)),
  row('7.H.12', 'no UTF-8, and 1 MiB behind it',
    [lazily(() => together(textFrame([0xff]), muchMore()))], closed(1007)),
  row('7.H.13', 'a Close, and 1 MiB behind it',
    [lazily(() => together(closeFrame(1000), muchMore()))], closed(1000)),
  unheard('7.H.14', 'a text and a Close in one write', [says('this stands'), closeFrame(1000)],
    1000),
  unheard('7.H.15', 'a text and a violation in one write', [says('this stands'), frame(3)], 1002),
  unheard('7.H.16', 'a text and one that is no UTF-8 in one write',
    [says('this stands'), textFrame([0xff])], 1007),
  unheard('7.H.17', 'a text and one that is too long in one write',
    [says('this stands'), textFrame(chat('*', 16 * 1024 + 1))], 1009),
];
