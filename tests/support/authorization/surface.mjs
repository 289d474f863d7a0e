// All that can be asked for: sockets, messages and HTTP calls. Each row says whose it is and what
// is answered to others who have come in at the door (see doors.mjs): the code of a refusal; 'own'
// where it concerns nobody but who asks; 'entitled' where all may, or all who take part. What
// `tells` others if it succeeds says so. Whose it is can do it, as it stands here or `asRightful`.
import { accept, cancel, chat, complete, create } from '../campus.mjs';
import { bookingRequest } from '../rides.mjs';
import { deletion, text, update } from '../rooms.mjs';

const all = (answer) => () => answer;

const ofDriver = ({ driver }) => driver;
const ofCustomer = ({ customer }) => customer;

/** A driver's message about a booking, of which the answer is one code whoever sends it. */
const driverSends = (type, booking, code, fields = {}) => ({
  name: `driver: ${type}`, door: 'driver', rightful: ofDriver, answers: all(code),
  message: ({ bookings }) => ({ type, booking_id: bookings[booking], ...fields }),
});
const customerSends = (type, booking, code, fields = {}) => ({
  name: `customer: ${type}`, door: 'customer', rightful: ofCustomer, answers: all(code),
  message: ({ bookings }) => ({ type, booking_id: bookings[booking], ...fields }),
});
const ownMessage = (door, message) => ({
  name: `${door}: ${message.type}`, door, rightful: door === 'driver' ? ofDriver : ofCustomer,
  answers: all('own'), message: () => message,
});

const taxi = [
  { name: 'socket /ws/driver', door: 'driver', rightful: ofDriver, answers: all('own') },
  driverSends('submit_arrival_time', 'toAnswer', 'BOOKING_NOT_ASSIGNABLE', { arrival_time: 300 }),
  driverSends('accept_booking', 'toTakeOn', 'BOOKING_NOT_ASSIGNABLE'),
  driverSends('decline_booking', 'toDecline', 'BOOKING_NOT_DECLINABLE', {
    cancellation_description: 'Mine.',
  }),
  driverSends('chat_message', 'underway', 'BOOKING_NOT_CHATTABLE', { text: 'Hello.' }),
  driverSends('resync', 'underway', 'BOOKING_NOT_FOUND'),
  { ...driverSends('resync', 'underway', 'BOOKING_NOT_FOUND', { since: 1 }), detail: 'since' },
  { ...ownMessage('driver', { type: 'resync', since: 1 }), detail: 'since, of no booking' },
  ownMessage('driver', { type: 'location_update', latitude: -33.9, longitude: 151.2 }),
  ownMessage('driver', { type: 'ping' }),
  ownMessage('driver', { type: 'position' }),
  driverSends('mark_as_completed', 'toComplete', 'BOOKING_NOT_COMPLETABLE', {
    status: 'completed',
  }),
  { name: 'socket /ws/customer', door: 'customer', rightful: ofCustomer, answers: all('own') },
  customerSends('accept', 'toAccept', 'BOOKING_NOT_ACCEPTABLE'),
  customerSends('reject', 'toReject', 'BOOKING_NOT_REJECTABLE'),
  customerSends('chat_message', 'underway', 'BOOKING_NOT_CHATTABLE', { text: 'Hello.' }),
  customerSends('resync', 'underway', 'BOOKING_NOT_FOUND'),
  { ...customerSends('resync', 'underway', 'BOOKING_NOT_FOUND', { since: 1 }), detail: 'since' },
  { ...ownMessage('customer', { type: 'resync', since: 1 }), detail: 'since, of no booking' },
  ownMessage('customer', { type: 'ping' }),
  ownMessage('customer', { type: 'position' }),
];

const campusDriver = ({ campus }) => campus.underway.driver;
const campusPassenger = ({ campus }) => campus.underway.passenger;

const campus = [
  {
    name: 'socket /driver/{user_id}', door: 'campus driver', rightful: campusDriver,
    answers: all('own'),
  },
  {
    name: 'campus driver: accept_ride_request', door: 'campus driver', rightful: campusDriver,
    message: (town) => accept(town.campus.underway.id),
    answers: ({ id }, town) =>
      (id === campusPassenger(town).id ? 'RIDE_REQUEST_NOT_FOUND' : 'RIDE_REQUEST_TAKEN'),
    // What is accepted already can't be accepted once more.
    asRightful: (town) => [town.campus.freeDriver, accept(town.campus.waiting.id)],
  },
  {
    name: 'campus driver: send_chat_message', door: 'campus driver', rightful: campusDriver,
    message: all(chat('Hello.')), answers: all('NO_ACTIVE_RIDE'),
  },
  {
    name: 'campus driver: complete_ride_request', door: 'campus driver',
    rightful: (town) => town.campus.toComplete.driver,
    message: (town) => complete(town.campus.toComplete.id), answers: all('RIDE_REQUEST_NOT_FOUND'),
  },
  {
    name: 'socket /passenger/{user_id}', door: 'passenger', rightful: campusPassenger,
    answers: all('own'),
  },
  {
    name: 'passenger: send_chat_message', door: 'passenger', rightful: campusPassenger,
    message: all(chat('Hello.')), answers: all('NO_ACTIVE_RIDE'),
  },
  {
    name: 'passenger: cancel_ride_request', door: 'passenger', rightful: campusPassenger,
    message: (town) => cancel(town.campus.underway.id), answers: all('RIDE_REQUEST_NOT_FOUND'),
  },
  {
    name: 'passenger: create_ride_request', door: 'passenger',
    rightful: (town) => town.campus.freePassenger, message: () => create(), answers: all('own'),
    tells: true,
  },
];

const roomHost = ({ hall }) => hall.host;
const roomAuthor = ({ hall }) => hall.author;
const takesPart = ({ id }, { hall }) =>
  [hall.host, hall.author, hall.guest].some((each) => each.id === id);

/** In a room, who does not take part is refused at the upgrade. */
const inRoom = (toParticipants) => (who, town) =>
  (takesPart(who, town) ? toParticipants : 'FORBIDDEN');
const roomPath = ({ hall }) => hall.room.path;

const rooms = [
  {
    name: 'socket /ws/chat/{username}/{room}/', door: 'room', rightful: roomAuthor, path: roomPath,
    answers: inRoom('entitled'),
  },
  {
    name: 'socket /ws/chat/{username}/{room}', door: 'room', rightful: roomAuthor,
    path: (town) => roomPath(town).slice(0, -1), answers: inRoom('entitled'),
  },
  {
    name: 'room: text', door: 'room', rightful: roomAuthor, path: roomPath,
    message: all(text('Hello.')), answers: inRoom('entitled'), tells: true,
  },
  {
    name: 'room: update', door: 'room', rightful: roomAuthor, path: roomPath,
    message: ({ hall }) => update(hall.said.id, 'Never said.'),
    answers: inRoom('You can only edit your own messages.'),
  },
  {
    name: 'room: delete', door: 'room', rightful: roomAuthor, path: roomPath,
    message: ({ hall }) => deletion(hall.toDelete.id),
    answers: inRoom('You can only delete your own messages.'),
  },
  ...[update, deletion].map((make) => ({
    name: `room: ${make('').type}`, detail: 'by its id, from another room', door: 'room',
    rightful: ({ hall }) => hall.rival, path: ({ hall }) => hall.elsewhere.path,
    message: ({ hall }) => make(hall.said.id, 'Never said.'),
    answers: ({ id }, { hall }) => (id === hall.rival.id ? 'Message not found.' : 'FORBIDDEN'),
    asRightful: null, // they have no right to it, either
  })),
];

/** A call whose body and path are made in the town; `{..}` in the path are filled in, in order. */
const call = (name, door, rightful, answers, how) => {
  const { ids = () => [], query = () => '', body, ...more } = how;
  const [method, pattern] = name.split(' ');
  return {
    name, door, rightful, answers: typeof answers === 'string' ? all(answers) : answers,
    call: (town) => {
      const given = ids(town);
      const path = pattern.replaceAll(/\{\w+\}/g, () => given.shift());
      return [method, path + query(town), body?.(town)];
    },
    ...more,
  };
};
const customers = '/api/mobile/customer';
const drivers = '/api/mobile/driver';
const roomIds = ({ hall }) => [hall.host.username, hall.room.slug];
const booking = (name) => ({ bookings }) => [bookings[name]];
const before = ({ bookings }) => `?before=${bookings.underway}`;

const mobile = [
  call(`POST ${customers}/booking/request`, 'customer', ofCustomer, 'own', {
    body: () => bookingRequest(), tells: true,
  }),
  call(`POST ${customers}/booking/{id}/cancel`, 'customer', ofCustomer, 'BOOKING_NOT_FOUND', {
    ids: booking('toCancelByCustomer'),
  }),
  call(`GET ${customers}/profile`, 'customer', ofCustomer, 'own', {}),
  call(`GET ${customers}/bookings`, 'customer', ofCustomer, 'own', {}),
  call(`GET ${customers}/bookings`, 'customer', ofCustomer, 'BOOKING_NOT_FOUND', {
    detail: 'before one of theirs', query: before,
  }),
  call(`POST ${drivers}/booking/{id}/cancel`, 'driver', ofDriver, 'BOOKING_NOT_FOUND', {
    ids: booking('toCancelByDriver'), body: () => ({ cancellation_description: 'Mine.' }),
  }),
  call(`GET ${drivers}/profile`, 'driver', ofDriver, 'own', {}),
  call(`GET ${drivers}/bookings`, 'driver', ofDriver, 'own', {}),
  // Who lost a booking may have been shown it at the end of a page, and the next one goes on there.
  call(`GET ${drivers}/bookings`, 'driver', ofDriver, (who, { decliner, loser }) =>
    ([decliner.id, loser.id].includes(who.id) ? 'own' : 'BOOKING_NOT_FOUND'), {
    detail: 'before one of theirs', query: before,
  }),
  call(`POST ${drivers}/cancellation-templates`, 'driver', ofDriver, 'own', {
    body: () => ({ text: 'Mine.' }),
  }),
  call(`GET ${drivers}/cancellation-templates`, 'driver', ofDriver, 'own', {}),
  call(`DELETE ${drivers}/cancellation-templates/{id}`, 'driver', ofDriver, 'NOT_FOUND', {
    ids: ({ template }) => [template],
  }),
];

const withUsername = ({ username }) => (username ? 'own' : 'INVALID_PAYLOAD');
const roomCalls = [
  call('POST /api/rooms', 'room', roomHost, withUsername, { body: () => ({ name: 'Mine' }) }),
  call('GET /api/rooms/{host}/{slug}/messages', 'room', roomAuthor, inRoom('entitled'), {
    ids: roomIds,
  }),
  call('POST /api/rooms/{host}/{slug}/participants', 'room', roomHost, 'FORBIDDEN', {
    ids: roomIds, body: ({ hall }) => ({ username: hall.invited.username }),
  }),
  call('DELETE /api/rooms/{host}/{slug}/participants/{username}', 'room', roomHost, 'FORBIDDEN', {
    ids: (town) => [...roomIds(town), town.hall.leaving.username],
  }),
];

const nobody = () => null;
const account = ({ otherDriver }) => [otherDriver.id];
const ofAdmin = (name, more = {}) => call(name, 'admin', nobody, 'never', more);

const adminCalls = [
  ofAdmin('POST /api/admin/accounts', {
    body: () => ({
      email: 'intruder@example.org', name: 'Intruder', roles: ['driver'], phone: '21',
      phone_code: 'NZ',
    }),
  }),
  ofAdmin('GET /api/admin/accounts/{id}', { ids: ({ customer }) => [customer.id] }),
  ofAdmin('PATCH /api/admin/accounts/{id}', { ids: account, body: () => ({ name: 'Changed' }) }),
  ofAdmin('DELETE /api/admin/accounts/{id}/session', { ids: account }),
  ofAdmin('POST /api/admin/cancellation-templates', { body: () => ({ text: 'Anybody\'s.' }) }),
  ofAdmin('GET /api/admin/cancellation-templates'),
  ofAdmin('GET /api/admin/bookings'),
  ofAdmin('GET /api/admin/bookings/{id}/story', { ids: booking('underway') }),
  {
    name: 'socket /ws/admin/board', door: 'board', rightful: nobody, answers: all('never'),
    path: all('/ws/admin/board'),
  },
];

const openCalls = [
  ...['/healthz', '/readyz', '/metrics', '/', '/console/rules'].map((path) =>
    call(`GET ${path}`, 'open', nobody, 'entitled', {})),
  // There for --demo only, which this server was not started with.
  call('GET /demo/accounts', 'open', nobody, 'NOT_FOUND', { asRightful: null }),
];

export const surface = [
  ...taxi, ...campus, ...rooms, ...mobile, ...roomCalls, ...adminCalls, ...openCalls,
];

export const titleOf = ({ name, detail }) => (detail ? `${name} (${detail})` : name);
