// The reference of the flow: the taxi document in short, with this server's times.
import { make } from '../dom.js';

const steps = [
  ['POST booking/request', 'customer, over HTTP', 'Asks for a ride. The nearest driver is asked.'],
  ['booking_assigned', 'server → driver', 'The offer. The driver\'s time to answer begins.'],
  ['submit_arrival_time', 'driver → server',
    'So many seconds until the pickup: confirmation. The customer\'s time begins.'],
  ['arrival_time_offered', 'server → customer', 'The offer, with who drives and when.'],
  ['accept', 'customer → server', 'Confirmation becomes on_the_way; the chat opens.'],
  ['customer_accepted', 'server → driver', 'The ride is on.'],
  ['mark_as_completed', 'driver → server', 'Ends the ride: completed.'],
  ['ride_completed', 'server → customer', 'The last push; after 200 ms the socket closes.'],
];

const branches = [
  ['decline_booking', 'driver → server',
    'With a saved reason or own words. The next driver is asked; decline_accepted says whether.'],
  ['offer_expired', 'server → driver', 'Not answered in time. The next driver is asked.'],
  ['offer_auto_accepted', 'server → customer',
    'Not accepted in time: the server does it. The driver is told auto_promoted: true.'],
  ['accept_booking', 'driver → server', 'Takes a scheduled booking; no arrival time.'],
  ['booking_confirmed', 'server → customer',
    'A driver has taken the scheduled booking. At its pickup time it is on_the_way.'],
  ['reject', 'customer → server', 'Calls it off before it is on_the_way.'],
  ['customer_rejected', 'server → driver', 'The customer has called it off.'],
  ['POST booking/{id}/cancel', 'either, over HTTP', 'Cancels a ride that is on_the_way.'],
  ['driver_cancelled', 'server → customer', 'Cancelled by the driver, or nobody was left to ask.'],
  ['booking_cancelled', 'server → driver', 'Cancelled by the system.'],
  ['booking_cancelled_by_customer', 'server → driver', 'Cancelled by the customer, over HTTP.'],
  ['chat_message', 'either → both', 'Up to 1000 characters, while it is on_the_way.'],
  ['resync', 'either → server', 'After a loss: since a position, every push comes again, once.'],
];

const transitions = [
  ['requested', 'submit_arrival_time, accept_booking', 'confirmation'],
  ['requested', 'nobody is left to ask, reject', 'cancelled'],
  ['confirmation', 'accept, the customer\'s time is over, or (scheduled) it is time', 'on_the_way'],
  ['confirmation', 'reject', 'cancelled'],
  ['on_the_way', 'mark_as_completed', 'completed'],
  ['on_the_way', 'cancel over HTTP', 'cancelled'],
];

/** Its parts, as elements. */
export function reference({ driver, customer, attempts }) {
  return [
    heading('The ride'), list('ol', steps),
    heading('Besides'), list('ul', branches),
    heading('States'), machine(),
    heading('Times of this server'),
    make('p', {}, [
      `A driver has ${seconds(driver)} to answer, a customer ${seconds(customer)} to accept`,
      `A booking is offered to ${attempts ?? 'MAX_ATTEMPTS'} drivers at most, to each once`,
      'Both sides may have several bookings at once: go by the booking_id.',
    ].join('. ')),
  ];
}

const seconds = (time) => (time === undefined ? 'some time' : `${time} s`);
const heading = (text) => make('h3', {}, text);

function list(tag, rows) {
  return make(tag, { className: 'flow' }, ...rows.map(([name, way, words]) =>
    make('li', {}, make('code', {}, name), ' ', make('small', {}, way), make('p', {}, words))));
}

function machine() {
  return make('ul', { className: 'transitions' }, ...transitions.map(([from, by, to]) =>
    make('li', {}, make('code', {}, from), ' → ', make('code', {}, to), `: ${by}`)));
}
