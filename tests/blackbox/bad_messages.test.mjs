// Every message with every field wrong in every way: it is refused with its documented code, the
// socket stays, nothing is appended, and the message as it should be is taken afterwards.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import {
  adminTemplate, appendsNothing, assertServes, inSeconds, openPatientCity,
} from '../support/city.mjs';
import { Person, Ride, steps } from '../support/rides.mjs';

const nowhere = '00000000-0000-4000-8000-000000000000';

/** For each side a person, the booking ids to try commands on, and a template. */
async function openBusyCity(t) {
  const city = await openPatientCity(t, { drivers: 2 });
  const at = {};
  for (const step of ['request', 'offer', 'accept']) {
    at[step] = (await new Ride(city).through(step)).id;
  }
  const scheduled = new Ride(city);
  await scheduled.request({ scheduled_date: inSeconds(7200) });
  at.scheduled = scheduled.id;
  at.template = await adminTemplate(city.server, 'Too far away');
  return { ...city, at };
}

const absent = [undefined, null];
const noTexts = [5, 1.5, true, false, [], {}, ['x']];
const noNumbers = ['', '5', true, [], {}, [5]];
const tooLong = (length) => ['x'.repeat(length + 1), '🚕'.repeat(length + 1)];
const noId = [...absent, ...noTexts];
const noDescription = [...noTexts, '', ...tooLong(512)];
const noLatitude = [...absent, ...noNumbers, 90.001, -91, 1e30];
const noLongitude = [...absent, ...noNumbers, 180.001, -181, -1e30];

/** Who sends it, the message as it should be, its fields with what they must not be, the ack. */
const messages = (at) => [
  {
    senders: ['driver'],
    good: { type: 'submit_arrival_time', booking_id: at.request, arrival_time: 300 },
    bad: {
      booking_id: noId,
      arrival_time: [...absent, ...noNumbers, 0, -1, 86401, 1.5, 0.999, 1e30, -1e30],
    },
    ack: 'arrival_time_accepted',
  },
  {
    senders: ['driver'],
    good: { type: 'decline_booking', booking_id: at.request, cancellation_description: 'No.' },
    bad: {
      booking_id: noId,
      cancellation_description: [...absent, ...noDescription],
      cancellation_template_id: [...noTexts, at.template],
    },
    ack: 'decline_accepted',
  },
  {
    senders: ['driver'],
    good: {
      type: 'decline_booking', booking_id: at.request, cancellation_template_id: at.template,
    },
    bad: {
      booking_id: noId,
      cancellation_template_id: [...absent, ...noTexts],
      cancellation_description: [...noDescription, 'No.'],
    },
    ack: 'decline_accepted',
  },
  {
    senders: ['driver'],
    good: { type: 'accept_booking', booking_id: at.scheduled },
    bad: { booking_id: noId },
    ack: 'accept_accepted',
  },
  {
    senders: ['driver'],
    good: { type: 'mark_as_completed', booking_id: at.accept, status: 'completed' },
    bad: {
      booking_id: noId,
      status: [
        ...absent, ...noTexts, '', 'cancelled', 'COMPLETED', 'completed ', 'x'.repeat(9000),
      ],
    },
    ack: 'complete_accepted',
  },
  {
    senders: ['driver'],
    good: { type: 'location_update', latitude: 90, longitude: -180 },
    bad: { latitude: noLatitude, longitude: noLongitude },
  },
  {
    senders: ['customer'],
    good: { type: 'accept', booking_id: at.offer },
    bad: { booking_id: noId },
    ack: 'accept_accepted',
  },
  {
    senders: ['customer'],
    good: { type: 'reject', booking_id: at.offer },
    bad: { booking_id: noId },
    ack: 'reject_accepted',
  },
  {
    senders: ['driver', 'customer'],
    good: { type: 'chat_message', booking_id: at.accept, text: 'hello' },
    bad: { booking_id: noId, text: [...absent, ...noTexts, '', ...tooLong(1000)] },
    ack: 'chat_message',
  },
  {
    senders: ['driver', 'customer'],
    good: { type: 'resync', booking_id: at.offer },
    bad: { booking_id: noTexts, since: [...noNumbers, -1, -1e30, 0.5, 1.5] },
    ack: 'snapshot',
  },
  {
    senders: ['driver', 'customer'],
    good: { type: 'ping' },
    bad: { type: noId },
    ack: 'pong',
  },
];

for (const [i, { good: { type }, bad }] of messages({}).entries()) {
  const fields = Object.keys(bad).join(', ');
  test(`${type}: ${fields} missing, null, of another type or out of range`, async (t) => {
    const city = await openBusyCity(t);
    const { senders, good, bad, ack } = messages(city.at)[i];
    await appendsNothing(city.server, async () => {
      for (const side of senders) {
        for (const [field, values] of Object.entries(bad)) {
          for (const value of values) {
            await city[side].isRefused({ ...good, [field]: value }, 'INVALID_PAYLOAD');
          }
        }
      }
    });
    for (const side of senders) {
      city[side].send(good);
      if (ack) await city[side].take(ack);
      else await city[side].snapshot();
    }
  });
}

test('decline_booking: an id of no template, too long or not, is INVALID_TEMPLATE', async (t) => {
  const { server, driver, at } = await openBusyCity(t);
  await appendsNothing(server, async () => {
    for (const cancellation_template_id of ['', 'nonsense', nowhere, 'x'.repeat(9000)]) {
      await driver.isRefused({
        type: 'decline_booking', booking_id: at.request, cancellation_template_id,
      }, 'INVALID_TEMPLATE');
    }
  });
});

test('what is not JSON gets INVALID_JSON and the socket stays', async (t) => {
  const city = await openPatientCity(t);
  const texts = [
    '', ' ', 'ping', '{', '}', '{"type":"ping"', '{"type":"ping"}}', '{"type":"ping"} {}',
    "{'type':'ping'}", '{"type":"ping",}', '{type:"ping"}', '{"type":"pi\nng"}', '[1,', '"open',
    '{"type":"\\x"}', '{"type":"\\u12"}', '01', '+1', '.5', 'NaN', 'Infinity', 'nul', 'True',
    '\u0000',
    '{"type":"ping"}\u0000', '// {"type":"ping"}', '[', '[['.repeat(8000), '{"a":'.repeat(3000),
  ];
  for (const person of [city.customer, city.driver]) {
    for (const text of texts) await person.isRefused(text, 'INVALID_JSON');
  }
  await assertServes(city);
});

test('a binary frame gets INVALID_JSON, even with JSON in it', async (t) => {
  const city = await openPatientCity(t);
  const frames = [Buffer.from('{"type":"ping"}'), Buffer.alloc(0), randomBytes(200)];
  for (const person of [city.customer, city.driver]) {
    for (const frame of frames) await person.isRefused(frame, 'INVALID_JSON');
  }
  await assertServes(city);
});

test('JSON without a type that is a text gets INVALID_PAYLOAD', async (t) => {
  const city = await openPatientCity(t);
  const texts = [
    'null', 'true', '5', '"ping"', '[]', '[{"type":"ping"}]', '{}', '{"type":null}', '{"type":5}',
    '{"type":["ping"]}', '{"type":{}}', '{"Type":"ping"}',
  ];
  for (const person of [city.customer, city.driver]) {
    for (const text of texts) await person.isRefused(text, 'INVALID_PAYLOAD');
    await person.isRefused({ booking_id: 'some-id' }, 'INVALID_PAYLOAD');
  }
  await assertServes(city);
});

test('a type that a side does not have gets UNKNOWN_MESSAGE_TYPE', async (t) => {
  const city = await openPatientCity(t);
  const everywhere = [
    '', 'PING', 'ping ', 'ping\u0000', 'pong', 'connected', 'snapshot', 'booking_assigned', 'error',
    'ride_completed', '__proto__', 'x'.repeat(5000),
  ];
  const bySide = {
    customer: [
      ...everywhere, 'submit_arrival_time', 'decline_booking', 'accept_booking',
      'mark_as_completed', 'location_update',
    ],
    driver: [...everywhere, 'accept', 'reject'],
  };
  for (const person of [city.customer, city.driver]) {
    for (const type of bySide[person.side]) {
      await person.isRefused({ type }, 'UNKNOWN_MESSAGE_TYPE');
      await person.isRefused({ type, booking_id: 'some-id' }, 'UNKNOWN_MESSAGE_TYPE');
    }
  }
  await assertServes(city);
});

test('a text with a lone surrogate is refused and reaches nobody', async (t) => {
  const { server, customer, driver, at } = await openBusyCity(t);
  const message = (type, booking_id, field, text) =>
    `{"type":"${type}","booking_id":"${booking_id}","${field}":"${text}"}`;
  await appendsNothing(server, async () => {
    for (const text of ['\\ud800', '\\udc00', '\\ud800\\ud800', '\\ude00\\ud83d', 'a\\ud83d b']) {
      for (const [sender, bad] of [
        [customer, message('chat_message', at.accept, 'text', text)],
        [driver, message('chat_message', at.accept, 'text', text)],
        [driver, message('decline_booking', at.request, 'cancellation_description', text)],
      ]) {
        const error = await sender.ask(bad);
        assert.equal(error.type, 'error', bad);
        // The document leaves open whether this still is JSON.
        assert.ok(['INVALID_JSON', 'INVALID_PAYLOAD'].includes(error.code), error.code);
      }
    }
  });
  const whole = message('chat_message', at.accept, 'text', '\\ud83d\\ude95');
  assert.equal((await customer.ask(whole)).text, '🚕');
  assert.equal((await driver.take('chat_message')).text, '🚕');
});

/** Every command on a booking that is not this person's to command. */
async function assertNotTheirs(person, booking_id) {
  const commands = {
    customer: [
      ['BOOKING_NOT_ACCEPTABLE', { type: 'accept' }],
      ['BOOKING_NOT_REJECTABLE', { type: 'reject' }],
    ],
    driver: [
      ['BOOKING_NOT_ASSIGNABLE', { type: 'submit_arrival_time', arrival_time: 60 }],
      ['BOOKING_NOT_ASSIGNABLE', { type: 'accept_booking' }],
      ['BOOKING_NOT_DECLINABLE', { type: 'decline_booking', cancellation_description: 'No.' }],
      ['BOOKING_NOT_COMPLETABLE', { type: 'mark_as_completed', status: 'completed' }],
    ],
  };
  for (const [code, command] of [
    ...commands[person.side],
    ['BOOKING_NOT_CHATTABLE', { type: 'chat_message', text: 'hello' }],
    ['BOOKING_NOT_FOUND', { type: 'resync' }],
  ]) {
    await person.isRefused({ ...command, booking_id }, code);
  }
}

test('a booking id that nobody knows gets the code of its command', async (t) => {
  const city = await openPatientCity(t);
  const ids = [
    nowhere, '', 'nonsense', '../../etc/passwd', 'booking-', '\u0000', '🚕', 'x'.repeat(9000),
  ];
  await appendsNothing(city.server, async () => {
    for (const booking_id of ids) {
      await assertNotTheirs(city.customer, booking_id);
      await assertNotTheirs(city.driver, booking_id);
    }
  });
  await assertServes(city);
});

test("someone else's booking is out of reach at every step", async (t) => {
  const city = await openPatientCity(t, { drivers: 2 });
  const stranger = await Person.create(city.server, 'customer');
  await stranger.connect();
  const ride = new Ride(city);
  for (const step of steps) {
    await ride[step]();
    await assertNotTheirs(stranger, ride.id);
    await assertNotTheirs(city.drivers[1], ride.id);
  }
  await city.drivers[1].snapshot(); // no push has strayed to them either
  await stranger.snapshot();
});
