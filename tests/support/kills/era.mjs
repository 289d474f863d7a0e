// A data folder, its people, and all the lives of the servers that are killed on it.
import assert from 'node:assert/strict';
import { eventually } from '../app.mjs';
import { Student } from '../campus.mjs';
import { catchUp } from '../catching_up.mjs';
import { idsOfAllPages } from '../http.mjs';
import { audit, eventLinesOf, replay } from '../log.mjs';
import { Person, startServer } from '../rides.mjs';
import { Member, Room, history } from '../rooms.mjs';
import { CampusDriver, Passenger } from './campus.mjs';
import { Clerk } from './clerk.mjs';
import { Ledger } from './ledger.mjs';
import { Life } from './life.mjs';
import { Talker } from './rooms.mjs';
import { assertAllShown, assertAsInLog, bookingsIn } from './snapshots.mjs';
import { Customer, Driver } from './taxi.mjs';

const people = { drivers: 3, customers: 3, passengers: 3, campusDrivers: 2, members: 3 };

/** In some eras no deadline runs out, in others they do all the time, also while nothing runs. */
const patient = { DRIVER_RESPONSE_TIME: '600', CUSTOMER_WAITING_TIME: '600' };
const hasty = {
  DRIVER_RESPONSE_TIME: '0.1', CUSTOMER_WAITING_TIME: '0.1', RESTART_GRACE: '0',
};

const several = (howMany, make) =>
  Promise.all(Array.from({ length: howMany }, (_, i) => make(i)));

export class Era {
  static async open(t, dice, env) {
    const era = new Era();
    const isHasty = dice.chance(0.5);
    const times = isHasty ? hasty : patient;
    const server = await startServer(t, { env: { WS_RATE_LIMIT: '0', ...times, ...env } });
    const load = { dice, isHasty, ledger: new Ledger(), faults: [] };
    const persons = (howMany, kind, side) =>
      several(howMany, (i) => kind.create(server, side, { name: `${side} ${i}` }));
    const drivers = await persons(people.drivers, Person, 'driver');
    const customers = await persons(people.customers, Person, 'customer');
    const passengers = await persons(people.passengers, Student, 'passenger');
    const campusDrivers = await persons(people.campusDrivers, Student, 'driver');
    const members = await several(people.members, (i) => Member.create(server, `member-${i}`));
    const room = await Room.create(members[0]);
    await room.add(...members.slice(1));
    await server.stop();
    const opened = exported(server).find(({ type }) => type === 'room_opened');
    const hall = { room, stream: opened.stream };
    era.firstToCome = drivers.map((person) => new Driver(load, person));
    era.others = [
      ...customers.map((person) => new Customer(load, person)),
      ...campusDrivers.map((person) => new CampusDriver(load, person)),
      ...passengers.map((person) => new Passenger(load, person)),
      ...members.map((person) => new Talker(load, person, hall)),
      new Clerk(load, members[0]),
    ];
    return Object.assign(era, { server, hall, compared: 0, ...load });
  }

  get riders() {
    return [...this.firstToCome, ...this.others.filter((each) => each instanceof Customer)];
  }

  /** One life, to its kill. The log is whole afterwards, and nobody was told what may not be. */
  async live(moment) {
    const life = new Life(this.server, moment);
    if (await life.start()) {
      const end = life.end();
      await Promise.all(this.firstToCome.map((each) => each.connect(life)));
      await Promise.all(this.others.map((each) => life.isOver || each.connect(life)));
      await end;
    } else {
      await this.server.exited;
    }
    const { status, stdout, stderr } = replay('--data-dir', this.server.options.dataDir, 'verify');
    assert.equal(status, 0, stdout + stderr);
    assert.deepEqual(this.faults, []);
    for (const { person, snapshots } of this.riders) {
      for (const each of snapshots.splice(0)) {
        if (assertAsInLog(this.server, person, each)) ++this.compared;
      }
    }
    return life;
  }

  /**
   * A last life without load. All come back and are told the rest, and then the log, the ledger and
   * what anybody is told afresh have to be the same. Resolves to how much that was.
   */
  async close() {
    const life = new Life(this.server, null);
    await life.start();
    for (const customer of this.riders) await answerLeft(customer, life);
    if (this.isHasty) await eventually(() => !hasDeadlines(this.server), 'the last deadline');
    for (const rider of this.riders) await settle(rider);
    await assertAllShown(this.server, this.riders.map(({ person }) => person));
    const entries = await allOfHistory(this.hall.room);
    await this.server.stop();
    assert.deepEqual(this.faults, []);
    const events = exported(this.server);
    assert.deepEqual(entries.reverse(), historyIn(events, this.hall.stream), 'the room\'s history');
    const acknowledged = this.ledger.check(events, this.riders);
    return { ...acknowledged, 'snapshots that the log explains': this.compared };
  }
}

/** What a rider missed, and then everything since the beginning, is the stream it has. */
async function settle(rider) {
  const { person, stream } = rider;
  await person.connect();
  const { frames: missed } = await catchUp(person, rider.last);
  for (const frame of missed) stream.push(frame);
  const { frames } = await catchUp(person, 1);
  assert.deepEqual(stream, frames, `all that ${person.fields.name} was ever told`);
  const bySeq = new Map(stream.map((frame) => [frame.seq, frame]));
  for (const frame of rider.glimpsed) assert.deepEqual(frame, bySeq.get(frame.seq));
}

/** Asks again for the booking that the last kill left without an answer. */
async function answerLeft(customer, life) {
  if (!customer.key) return;
  customer.life = life;
  const { body } = await customer.request(customer.key);
  customer.ledger.booked(customer.person, body.data.booking_id, customer.key, body);
}

/** Whether a booking still waits for somebody's answer. */
const hasDeadlines = (server) => bookingsIn(server, 'requested', 'confirmation').length > 0;

/** What the host is shown of a room, page by page, newest first. */
async function allOfHistory(room) {
  const entries = [];
  await idsOfAllPages(async (query) => {
    const { messages, next_before } = await history(room.host, room, query);
    entries.push(...messages.map(({ id, body }) => [id, body]));
    return [messages.map(({ id }) => id), next_before];
  }, 100, { gaps: true });
  return entries;
}

/** The messages that a log has of a room, as they are after edits and deletions, oldest first. */
function historyIn(events, room) {
  const bodies = new Map();
  for (const { type, stream, cause, data } of events) {
    if (stream !== room) continue;
    if (type === 'room_message_sent') bodies.set(cause, data.body);
    if (type === 'room_message_edited') bodies.set(data.message, data.body);
    if (type === 'room_message_deleted') bodies.delete(data.message);
  }
  return [...bodies];
}

function exported(server) {
  const lines = eventLinesOf(audit(server.options.dataDir, 'export'));
  return lines.map((line) => JSON.parse(line));
}
