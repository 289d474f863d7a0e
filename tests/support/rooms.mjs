// Chat rooms: who takes part, what they send, and the events of the rooms document.
import assert from 'node:assert/strict';
import { App } from './app.mjs';
import { dataOf } from './http.mjs';
import { Person, startServer, uuid } from './rides.mjs';

/** A time of this dialect: microseconds. */
export const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;

/** What clients send. */
export const text = (message) => ({ type: 'text', message });
export const update = (messageId, message) => ({ type: 'update', messageId, message });
export const deletion = (messageId) => ({ type: 'delete', messageId });

/** The query and the headers that carry these tokens; an `origin` belongs to the cookie. */
export function carrying({ header, query, cookie, origin }) {
  return {
    query: query === undefined ? '' : `?token=${encodeURIComponent(query)}`,
    headers: {
      ...(header === undefined ? {} : { authorization: `Bearer ${header}` }),
      ...(cookie === undefined ? {} : { cookie: `access_token=${cookie}` }),
      ...(origin === undefined ? {} : { origin }),
    },
  };
}

/** The ways to bring a good token, by name. */
export function waysIn({ server, token }) {
  return {
    'in the header': { header: token },
    'in the URL': { query: token },
    'in a cookie': { cookie: token, origin: server.url },
  };
}

/** An upgrade to a room as the carried tokens have it; resolves to the socket. */
export function knock(server, path, tokens, options = {}) {
  const { query, headers } = carrying(tokens);
  return App.connect(server, `${path}${query}`, { headers, ...options });
}

/** An HTTP call as the carried tokens have it. */
export function callCarrying(server, tokens, method, path, body) {
  const { query, headers } = carrying(tokens);
  return server.http(method, `${path}${query}`, { headers, body });
}

/** Somebody with a username, who hosts rooms and takes part in them. */
export class Member extends Person {
  static async create(server, username, fields = {}) {
    const person = await Person.create(server, 'student', { username, ...fields });
    return Object.assign(new Member(), person, { username });
  }

  call(method, path, body) {
    return this.server.http(method, path, { bearer: this.token, body });
  }

  /** Opens one more socket in a room, which is the one that `send` and `ask` use from here on. */
  async enter(room, options) {
    this.app = await knock(this.server, room.path, { query: this.token }, options);
    return this.app;
  }

  /** Sends what has to be refused, and checks the whole error. */
  async isRefused(message, error) {
    const note = JSON.stringify(message).slice(0, 200);
    assert.deepEqual(await this.ask(message), { error }, note);
  }
}

export class Room {
  constructor(host, slug) {
    this.host = host;
    this.slug = slug;
  }

  static async create(host, fields = { name: 'Physics' }) {
    const { slug } = dataOf(await host.call('POST', '/api/rooms', fields), 201);
    return new Room(host, slug);
  }

  get path() {
    return `/ws/chat/${this.host.username}/${this.slug}/`;
  }

  get api() {
    return `/api/rooms/${this.host.username}/${this.slug}`;
  }

  async add(...members) {
    for (const { username } of members) {
      dataOf(await this.host.call('POST', `${this.api}/participants`, { username }), 201);
    }
  }

  async remove({ username }) {
    const answer = await this.host.call('DELETE', `${this.api}/participants/${username}`);
    assert.equal(dataOf(answer), null);
  }
}

/** A server on which sockets may send as fast as these tests do. */
export function startRoomServer(t, { env, ...options } = {}) {
  return startServer(t, { ...options, env: { WS_RATE_LIMIT: '0', ...env } });
}

/** A room of so many people, the host first, each with a socket in it. */
export async function openRoom(t, { members: howMany = 3, ...options } = {}) {
  const server = await startRoomServer(t, options);
  const members = [];
  for (let i = 0; i < howMany; ++i) members.push(await Member.create(server, `member-${i}`));
  const [host, ...guests] = members;
  const room = await Room.create(host);
  await room.add(...guests);
  await enterAll(room, members);
  return { server, room, host, members };
}

export async function enterAll(room, members) {
  for (const member of members) await member.enter(room);
}

export const appsOf = (members) => members.map((member) => member.app);

/** Compares with what is expected: every value, every key, and their order. */
export function assertSame(shown, expected) {
  assert.deepEqual(shown, expected);
  assert.equal(JSON.stringify(shown), JSON.stringify(expected), 'the order of the keys');
}

/** The next frame of all these sockets, which has to be one and the same. */
export async function heard(apps) {
  const [first, ...others] = await Promise.all(apps.map((app) => app.next()));
  for (const frame of others) assertSame(frame, first);
  return first;
}

/** Checks the event of a new message. */
export function assertNew(event, author, body) {
  const { id, created } = Object(event);
  assertSame(event, {
    type: 'chat_message',
    action: 'new',
    id,
    user: author.username,
    user_id: author.id,
    body,
    created,
    edited: false,
    updated: created,
    userAvatar: author.fields.avatar ?? null,
  });
  assert.match(id, uuid);
  assert.match(created, instant);
}

/** Somebody says something; resolves to the event, which all these sockets get next. */
export async function say(author, body, apps = [author.app]) {
  author.send(text(body));
  const event = await heard(apps);
  assertNew(event, author, body);
  return event;
}

/** The author edits a message; resolves to the event, which all these sockets get next. */
export async function edit(author, { id, created }, body, apps = [author.app]) {
  author.send(update(id, body));
  const event = await heard(apps);
  const { updated } = event;
  assertSame(event, { type: 'chat_message', action: 'update', id, body, edited: true, updated });
  assert.match(updated, instant);
  assert.ok(updated >= created, `${updated}, of ${created}`);
  return event;
}

/** The author deletes a message; resolves to the event, which all these sockets get next. */
export async function takeBack(author, { id }, apps = [author.app]) {
  author.send(deletion(id));
  const event = await heard(apps);
  assertSame(event, { type: 'chat_message', action: 'delete', id });
  return event;
}

/** Checks that these sockets have been sent nothing: what is said now is their next frame. */
export function assertUndisturbed(author, apps) {
  return say(author, 'Is anybody there?', apps);
}

/** The entry of the history that an event of a new message, and perhaps of an edit, makes. */
export function entryOf({ type, action, ...entry }, { body, edited, updated } = entry) {
  return { ...entry, body, edited, updated };
}

/** A page of a room's history as a participant gets it. */
export async function history(member, room, query = '') {
  const answer = await member.call('GET', `${room.api}/messages${query}`);
  const { messages, next_before, ...rest } = dataOf(answer);
  assert.deepEqual(rest, {});
  return { messages, next_before };
}

/** Checks that a room's history, newest first, is this and no more. */
export async function assertHistory(member, room, messages) {
  assertSame(await history(member, room), { messages, next_before: null });
}

/** Checks that the upgrade to this room is refused with this status. */
export function assertKeptOut(member, room, status = 403) {
  return assert.rejects(member.enter(room), { status }, `${member.username} in ${room.path}`);
}

/** Checks that the server has closed these sockets with 1008. */
export async function assertPutOut(apps) {
  for (const app of apps) assert.equal((await app.untilClosed()).code, 1008);
}
