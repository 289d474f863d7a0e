// How a case of the table is written down; stage.mjs carries it out.
//
// Autobahn's cases want an echo. Hansom is no echo server, so what it does answer stands for it:
// - a text: a message in a chat room, which the room repeats ("said"). A text that is no JSON is
//   answered by "Invalid JSON.", which proves that it was taken for a message, and kept the socket.
// - a text with something in the same breath behind it: taxi's ping, as its pong is said at once, and
//   sent before a Close is answered, while what a room repeats was written to the log first. A Close
//   or a violation overtakes that: a Close is answered when it is read (RFC 6455, 5.5.1).
// - a binary message: "Invalid JSON.", too (PROTOCOL.md).
// - what is longer than 16 KiB: a Close with 1009 (PROTOCOL.md), whatever else was to become of it.
// A violation is answered by a Close with 1002 or 1007, which is followed by the end of the TCP
// connection, and never by a reset, as that could take the Close away unread.
import assert from 'node:assert/strict';
import { cut, opcode, textFrame } from '../raw_websocket.mjs';

// What a client sees, one string each.

/** A room repeats this text. */
export const said = (text) => `said ${text}`;
/** A room answers what it can't read. */
export const refused = 'refused: Invalid JSON.';
/** Taxi answers its own ping. */
export const answered = 'answered';
/** A Pong with this payload. */
export const pong = (payload = '') => `pong ${Buffer.from(payload).toString('hex')}`;
/** A Close with this code and the end of the connection. */
export const closed = (code) => [`close ${code}`, 'end'];
/** What comes or not, as it depends on who is faster. */
export const perhaps = (what) => ({ perhaps: what });

// Messages.

/** The suite's Greek word, whose second letter has three bytes. */
export const kosme = 'κ\u1f79σμε';

/** A chat message of this text, in as many bytes as are wanted; what fills them is passed over. */
export function chat(text, bytes = 0) {
  const json = (filler) =>
    `{"type":"text",${filler === undefined ? '' : `"timestamp":"${filler}",`}"message":"${text}"}`;
  const without = Buffer.byteLength(json());
  if (bytes <= without) return json();
  return json('*'.repeat(Math.max(0, bytes - Buffer.byteLength(json('')))));
}

/** A chat message in one frame. */
export const says = (text, options) => textFrame(chat(text), options);

/** A chat message of a text that is no UTF-8 or no JSON. */
export const chatOfBytes = (bytes) =>
  Buffer.concat([Buffer.from('{"type":"text","message":"'), bytes, Buffer.from('"}')]);

/** A text that, as a chat message, has so many bytes. */
export const stars = (bytes) => '*'.repeat(bytes - Buffer.byteLength(chat('')));

/** Taxi's ping, in as many bytes as are wanted. */
export const taxiPing = (bytes = 0) => '{"type":"ping"}'.padEnd(bytes, ' ');

// What a client does.

const isClose = (frame) => (frame[0] & 0x0f) === opcode.close;

/** Sends `pieces`, which these frames are cut into. */
const sends = (frames, pieces, { eachRead = false } = {}) => async (peer) => {
  peer.hasClosed ||= frames.some(isClose);
  for (const piece of pieces) {
    await peer.write(piece);
    if (eachRead) await peer.isRead();
  }
};

/** Sends these frames in one write. */
export const together = (...frames) => sends(frames, [Buffer.concat(frames)]);

/** Sends these frames one after the other, each when the server has read the one before. */
export const oneByOne = (...frames) => sends(frames, frames, { eachRead: true });

/** Sends these frames in writes of so many bytes, one after the other, as the suite does. */
export const byBytes = (size, ...frames) => sends(frames, cut(Buffer.concat(frames), size));

/** Writes these pieces of frames, none of which is a Close. */
export const writes = (pieces) => sends([], pieces);

/** Sends a part of a frame, and waits until the server has read it. */
export const part = (bytes) => sends([], [bytes], { eachRead: true });

/** Every way to send these frames in two parts, the second when the server has read the first. */
export function inTwoParts(frames, expected, options) {
  const bytes = Buffer.concat(frames);
  return Array.from({ length: bytes.length - 1 }, (_, i) => ({
    acts: [sends(frames, [bytes.subarray(0, i + 1), bytes.subarray(i + 1)], { eachRead: true })],
    expected,
    ...options,
  }));
}

/** Waits until so much was seen. */
export const untilSeen = (howMany) => (peer) => peer.hasSeen(howMany);

/** Checks that the server has read all that was sent, and said nothing. */
export const quiet = async (peer) => {
  await peer.isRead();
  assert.deepEqual(peer.seen, []);
};

/** Ends the connection, whatever was half sent, once a Close has come. */
export const leaves = async (peer) => {
  peer.hasClosed = true;
  await peer.hasSeen(1);
  peer.socket.end();
};

/** Asks again and again, each time when the answer is there. */
export const again = (times, frame) => async (peer) => {
  for (let i = 1; i <= times; ++i) {
    await peer.write(frame);
    await peer.hasSeen(i);
  }
};

/** Makes what is sent when it is wanted, as it is large. */
export const lazily = (make) => (peer) => make()(peer);

// Cases.

/**
 * One case: its number, what is sent, and all that is to come. What does not end in a Close by
 * itself is ended by the client, with 1000. `stands` is what the room heard without its being
 * repeated for sure; `at` is 'room' or 'taxi'. With `pongsAtAnyTime` pongs are in order among
 * themselves, and so are texts.
 */
export const row = (number, what, acts, expected, options = {}) =>
  ({ number, what, conversations: [{ acts, expected, ...options }] });

/** One case of many conversations. */
export const rows = (number, what, conversations) => ({ number, what, conversations });

export const inTaxi = { at: 'taxi' };

/** A case whose texts are taxi's pings. */
export const taxiRow = (number, what, acts, expected) => row(number, what, acts, expected, inTaxi);
