// What one side knows, and how it changes: a pure reducer. Frames are routed by their booking_id,
// since either side may have several bookings at once.
import { closedNotice, errorWords } from '../words.js';

/** Ended bookings beyond this many are forgotten, oldest first: a page may stay open for days. */
const maxEnded = 50;

const endedStatuses = new Set(['completed', 'cancelled', 'expired', 'declined', 'gone']);

/** Where a frame's fields go in a booking. Each side only ever sees the other's contact fields. */
const fields = {
  booking_status: 'status',
  status: 'status',
  booking_type: 'type',
  date: 'date',
  scheduled_date: 'date',
  no_of_passengers: 'passengers',
  note: 'note',
  arrival_time: 'arrival',
  reason: 'reason',
  auto_promoted: 'autoPromoted',
  pickup_location: 'pickup',
  dropoff_location: 'dropOff',
  drop_offs: 'dropOffs',
  customer_name: 'name',
  customer_phone: 'phone',
  customer_phone_code: 'phoneCode',
  driver_name: 'name',
  driver_phone: 'phone',
  driver_phone_code: 'phoneCode',
  vehicle_number: 'vehicle',
  driver_code: 'driverCode',
  chat_history: 'chat',
};

/** These pushes and acks start a timer of the server's, at both sides. */
const timers = {
  booking_assigned: 'driver',
  arrival_time_accepted: 'customer',
  arrival_time_offered: 'customer',
};

/** Bookings are kept newest first. `connection` is the client's status. */
export const initialState = {
  connection: { status: 'disconnected' },
  notice: null,
  bookings: [],
};

export function isEnded(booking) {
  return endedStatuses.has(booking.status);
}

/** The next state. `change.kind` says what happened; see the functions of the same name. */
export function reduce(state, change) {
  return changes[change.kind](state, change);
}

const changes = {
  /** The connection got a new status. */
  connection(state, { connection }) {
    const { status, reason } = connection;
    if (status === 'connected') return { ...state, connection, notice: null };
    return { ...state, connection, notice: closedNotice(reason) ?? state.notice };
  },

  /** The person did something: what was said about the last thing is settled. */
  acted(state, { booking_id: id }) {
    return id ? withNotice(state, id, null) : { ...state, notice: null };
  },

  /** Something failed that is no frame: a request, or a message without a connection. */
  failed(state, { text }) {
    return { ...state, notice: { kind: 'error', text } };
  },

  /** The booking request was answered. Its pushes may have come before the answer: they win. */
  requested(state, { answer, booking, at }) {
    const driverless = answer.driver_id === null; // the server gave up at once
    const reason = driverless ? 'No driver is available.' : null;
    const known = state.bookings.find(({ id }) => id === answer.booking_id);
    return put(state, {
      ...fresh(answer.booking_id),
      ...booking,
      type: answer.booking_type,
      status: driverless ? 'cancelled' : 'requested',
      reason,
      timer: driverless ? null : { of: 'driver', since: at },
      ...known,
    });
  },

  /** A push, an ack, a snapshot or an error came. Without `at` it was missed when it was sent. */
  received(state, { frame, at = null }) {
    if (frame.type === 'error') return refused(state, frame);
    // A driver's snapshot wraps the booking, a customer's is the booking.
    const facts = frame.type === 'snapshot' && 'assignment' in frame ? frame.assignment : frame;
    if (!facts?.booking_id) return state;
    const known = state.bookings.find(({ id }) => id === facts.booking_id);
    return put(state, fold(known ?? fresh(facts.booking_id), frame.type, facts, at));
  },

  clearEnded(state) {
    return { ...state, bookings: state.bookings.filter((booking) => !isEnded(booking)) };
  },
};

function fresh(id) {
  return { id, status: 'requested', chat: [], events: [], timer: null, notice: null };
}

function fold(booking, type, facts, at) {
  const next = { ...booking, notice: null };
  for (const [key, field] of Object.entries(fields)) {
    if (key in facts) next[field] = facts[key];
  }
  if (type === 'chat_message') next.chat = heard(booking.chat, facts);
  if (type === 'offer_expired') next.status = 'expired';
  if (type === 'decline_accepted') next.status = 'declined';
  // A driver who took a scheduled booking is told nothing but that.
  if (type === 'accept_accepted' && !facts.booking_status) next.status = 'confirmation';
  if (type === 'offer_auto_accepted') next.autoPromoted = true;
  if (timers[type]) next.timer = { of: timers[type], since: at };
  else if (next.status !== booking.status) next.timer = null;
  // What has a position is a push or an ack, and is shown once.
  if ('seq' in facts) next.events = [...booking.events, { type, seq: facts.seq, at }];
  return next;
}

/** A live message brings only the last hundred or so: a longer transcript that we have is kept. */
function heard(chat, { from, text, sent_at, chat_history: latest = [] }) {
  return latest.length > chat.length ? latest : [...chat, { from, text, sent_at }];
}

function refused(state, frame) {
  const notice = { kind: 'error', text: errorWords(frame) };
  const known = state.bookings.find(({ id }) => id === frame.booking_id);
  if (!known) return { ...state, notice };
  // Asked for on a reconnect and not ours any more: it went to someone else meanwhile.
  if (frame.code === 'BOOKING_NOT_FOUND') return put(state, { ...known, status: 'gone' });
  return withNotice(state, known.id, notice);
}

function withNotice(state, id, notice) {
  const bookings = state.bookings.map((each) => (each.id === id ? { ...each, notice } : each));
  return { ...state, bookings };
}

function put(state, booking) {
  const at = state.bookings.findIndex(({ id }) => id === booking.id);
  const bookings = at < 0 ? [booking, ...state.bookings] : replaced(state.bookings, at, booking);
  const ended = bookings.filter(isEnded);
  const forgotten = new Set(ended.slice(maxEnded));
  return { ...state, bookings: bookings.filter((each) => !forgotten.has(each)) };
}

function replaced(list, at, value) {
  return list.map((each, index) => (index === at ? value : each));
}
