// The town in which strangers try what they may not: a taxi customer with a booking in every state,
// campus rides, a room, and bystanders who would hear of it if anything came of it.
import assert from 'node:assert/strict';
import { CampusRide, Student, accept } from '../campus.mjs';
import { admin, inSeconds, openPatientCity, ownTemplate, setStatus } from '../city.mjs';
import { Person, Ride, pickup } from '../rides.mjs';
import { Member, Room, say } from '../rooms.mjs';

/** What is written into all that is told to somebody, so that it is found where it must not be. */
export const marks = {
  customer: 'mark-of-the-customer',
  driver: 'mark-of-the-driver',
  talk: 'mark-of-the-talk',
  campus: 'mark-of-the-campus',
  room: 'mark-of-the-room',
};

/** How bookings come to the states that they have to be in, by what is to be tried on them. */
const scheduled = () => ({ scheduled_date: inSeconds(86_400) });
const stages = {
  toAnswer: { steps: [] },
  toDecline: { steps: [] },
  toReject: { steps: [] },
  toTakeOn: { steps: [], changes: scheduled },
  toAccept: { steps: ['offer'] },
  underway: { steps: ['offer', 'accept', 'talk'] },
  toComplete: { steps: ['offer', 'accept', 'talk'] },
  toCancelByCustomer: { steps: ['offer', 'accept', 'talk'] },
  toCancelByDriver: { steps: ['offer', 'accept', 'talk'] },
};

/** One customer's bookings. A driver declined each, another lost it, a third has it. */
async function openBookings({ customer, driver, decliner, loser }) {
  const rides = new Map();
  for (const [name, { changes = () => ({}) }] of Object.entries(stages)) {
    const ride = new Ride({ customer, driver: decliner });
    await ride.request({ note: marks.customer, ...changes() });
    await ride.decline();
    await loser.take('booking_assigned');
    rides.set(name, ride);
  }
  await setStatus(loser, 'blocked');
  await setStatus(loser, 'active');
  for (const ride of rides.values()) {
    await driver.take('booking_assigned');
    ride.driver = driver;
    ride.talk = () => ride.say(driver, marks.talk);
  }
  for (const [name, ride] of rides) for (const step of stages[name].steps) await ride[step]();
  return Object.fromEntries([...rides].map(([name, { id }]) => [name, id]));
}

async function openTaxi(t) {
  const { server, customer: passerBy } = await openPatientCity(t, { drivers: 0 });
  const both = { roles: ['customer', 'driver'] };
  const customer = await Person.create(server, 'customer', { name: marks.customer, ...both });
  const driver = await Person.create(server, 'driver', {
    name: marks.driver, vehicle_number: marks.driver, driver_code: marks.driver, ...both,
  });
  const decliner = await Person.create(server, 'driver', { name: 'Decliner' });
  const loser = await Person.create(server, 'driver', { name: 'Loser' });
  for (const person of [customer, driver, decliner, loser]) await person.connect();
  await decliner.driveTo(pickup);
  await loser.driveTo({ ...pickup, latitude: pickup.latitude + 0.01 });
  const bookings = await openBookings({ customer, driver, decliner, loser });
  await decliner.app.close();
  const idle = await Person.create(server, 'driver', { name: 'Idle' });
  await idle.connect();
  return {
    server, customer, driver, decliner, loser, bookings,
    bystanders: [passerBy, idle],
    template: await ownTemplate(driver, marks.driver),
    otherCustomer: await Person.create(server, 'customer', { name: 'Other' }),
    otherDriver: await Person.create(server, 'driver', { name: 'Other' }),
  };
}

/** Rides of students: two underway, one that waits for a driver, and who has none. */
async function openCampus(server) {
  const student = async (side, fields = { name: marks.campus }) => {
    const each = await Student.create(server, side, fields);
    await each.connect();
    return each;
  };
  const rides = [];
  for (let i = 0; i < 2; ++i) {
    const passenger = await student('passenger');
    const ride = new CampusRide({ passenger });
    await ride.request({ pickup_address: marks.campus });
    ride.driver = await student('driver', undefined);
    await ride.driver.ask(accept(ride.id));
    await passenger.take('ride_request_accepted');
    rides.push(ride);
  }
  const waiting = new CampusRide({ passenger: await student('passenger', {}) });
  await waiting.request();
  return {
    underway: rides[0], toComplete: rides[1], waiting,
    freeDriver: await student('driver', {}),
    freePassenger: await student('passenger', {}),
  };
}

/** A room with a host, its guests, one who was removed, and the host of a room of the same name. */
async function openHall(server) {
  const member = (name, fields) => Member.create(server, name, fields);
  const host = await member('host', { name: marks.room });
  const [author, guest, leaving, removed, rival, invited] = await Promise.all(
    ['author', 'guest', 'leaving', 'removed', 'rival', 'invited'].map((name) => member(name)),
  );
  const room = await Room.create(host);
  await room.add(author, guest, leaving, removed);
  await room.remove(removed);
  const elsewhere = await Room.create(rival, { name: 'Physics', slug: room.slug });
  for (const each of [host, author, guest]) await each.enter(room);
  await rival.enter(elsewhere);
  const inside = [host, author, guest].map(({ app }) => app);
  const said = await say(author, marks.room, inside);
  const toDelete = await say(author, marks.room, inside);
  return {
    host, author, guest, leaving, removed, rival, invited, room, elsewhere, said, toDelete,
  };
}

export async function openTown(t) {
  const taxi = await openTaxi(t);
  const campus = await openCampus(taxi.server);
  const hall = await openHall(taxi.server);
  const student = await Student.create(taxi.server, 'passenger', { name: 'Student' });
  const watchers = [
    taxi.customer, taxi.driver, ...taxi.bystanders,
    campus.underway.driver, campus.underway.passenger, campus.toComplete.driver,
    campus.toComplete.passenger, campus.waiting.passenger, campus.freeDriver,
    campus.freePassenger, hall.host, hall.author, hall.guest, hall.rival,
  ];
  const town = { ...taxi, campus, hall, student, watchers };
  await hear(town);
  return town;
}

/** What no dialect has is refused by the engine: all that was decided before comes before that. */
const marker = { type: 'no_such', action: 'no_such' };
const isAnswer = ({ code, error }) =>
  code === 'UNKNOWN_MESSAGE_TYPE' || error === 'Unknown message type.';

/** The frames that come on a socket until all that was decided so far has come. */
export async function framesOn(app) {
  app.send(marker);
  const frames = [];
  for (;;) {
    const frame = await app.next();
    if (isAnswer(frame)) return frames;
    frames.push(frame);
  }
}

/** What all who are connected have been sent since the last look. */
export async function hear({ watchers }) {
  return (await Promise.all(watchers.map(({ app }) => framesOn(app)))).flat();
}

export async function assertNobodyWasTold(town) {
  assert.deepEqual(await hear(town), [], 'somebody else was told');
}

/** The admin changes these accounts, or those of them that have a role; who is left is watched. */
export async function demote(town, people, changes, role) {
  for (const person of people) {
    if (role && !rolesOf(person).includes(role)) continue;
    await admin(town.server, 'PATCH', `/accounts/${person.id}`, changes);
    if (changes.status) person.status = changes.status === 'active' ? undefined : changes.status;
    if (changes.roles) person.fields = { ...person.fields, roles: changes.roles };
  }
  town.watchers = town.watchers.filter((each) => !people.has(each));
  await hear(town);
}

export const rolesOf = ({ side, fields }) => fields.roles ?? [side];
