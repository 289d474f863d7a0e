// Carries out what conversation.mjs writes down, and compares what was seen with what was expected.
import assert from 'node:assert/strict';
import { RawWebSocket, closeFrame } from '../raw_websocket.mjs';
import { Person } from '../rides.mjs';
import { Member, Room, history } from '../rooms.mjs';
import { answered, closed, pong, said, together } from './conversation.mjs';

/** What was seen, as conversation.mjs has it. */
function asString([kind, ...rest]) {
  if (kind === 'pong') return pong(rest[0]);
  if (kind !== 'text') return [kind, ...rest].filter((part) => part !== '').join(' ');
  const { type, action, body, error } = JSON.parse(rest[0]);
  if (error) return `refused: ${error}`;
  if (type === 'chat_message' && action === 'new') return said(body);
  return type === 'pong' ? answered : rest[0];
}

const pongsLast = (all) => {
  const isPong = (what) => what.startsWith('pong ');
  return [...all.filter((what) => !isPong(what)), ...all.filter(isPong)];
};

/** What a room is to have heard in a conversation. */
const heardIn = ({ expected, stands }) => stands ?? expected
  .filter((what) => String(what).startsWith(said('')))
  .map((what) => what.slice(said('').length));

let stages = 0;

/**
 * Carries conversations out, each on a socket of its own. Where something is said, that is in a
 * room of its own, in taxi with an account of its own; all others are in one room.
 */
export class Stage {
  static async open(server) {
    const stage = new Stage();
    stage.server = server;
    stage.host = await Member.create(server, `host-${++stages}`);
    stage.silentRoom = await Room.create(stage.host, { name: 'Nobody says anything' });
    stage.rooms = 0;
    return stage;
  }

  async carryOut({ at = 'room', ...conversation }) {
    if (at === 'taxi') return this.converse(await this.enterTaxi(), conversation);
    const heard = heardIn(conversation);
    if (heard.length === 0) return this.converse(await this.enter(this.silentRoom), conversation);
    const room = await Room.create(this.host, { name: `Room ${++this.rooms}` });
    await this.converse(await this.enter(room), conversation);
    return this.assertHeard(room, heard);
  }

  enter(room) {
    return RawWebSocket.open(this.server, `${room.path}?token=${this.host.token}`);
  }

  async enterTaxi() {
    const person = await Person.create(this.server, 'customer');
    const peer = await RawWebSocket.open(this.server, person.path());
    await peer.hasSeen(1); // the greeting
    peer.seen.splice(0, 1);
    return peer;
  }

  async converse(peer, { acts, expected, pongsAtAnyTime = false }) {
    const wanted = expected.flat();
    const byClient = wanted.at(-1) !== 'end';
    try {
      for (const act of acts) await act(peer);
      if (byClient) {
        await peer.hasSeen(wanted.length);
        wanted.push(...closed(1000));
        await together(closeFrame(1000))(peer);
      }
      await peer.hasSeen(wanted.filter((what) => !what.perhaps).length - 1); // but the end
      if (!peer.hasClosed) await together(closeFrame(1000))(peer);
      await peer.end();
    } catch (error) {
      if (error.code === 'ERR_ASSERTION') throw error;
      assert.fail(`${error.message}, after ${JSON.stringify(peer.seen).slice(0, 500)}`);
    } finally {
      peer.socket.destroy();
    }
    const seen = peer.seen.map(asString);
    const sure = wanted.filter((what, i) => !what.perhaps || what.perhaps === seen[i]);
    const inOrder = pongsAtAnyTime ? pongsLast : (all) => all;
    assert.deepEqual(inOrder(seen), inOrder(sure.map((what) => what.perhaps ?? what)));
  }

  /** A room has heard this, and nothing else. */
  async assertHeard(room, heard) {
    const { messages } = await history(this.host, room, '?limit=100');
    assert.deepEqual(messages.map(({ body }) => body).reverse(), heard.slice(-100));
  }

  assertSilence() {
    return this.assertHeard(this.silentRoom, []);
  }
}
