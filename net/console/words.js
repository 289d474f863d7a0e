// What the server says in codes, in plain words. Texts only: no element, no state.

const errors = {
  UNAUTHORIZED: 'No token was given. Choose an account, or paste a token.',
  INVALID_TOKEN: 'The server does not accept this token: it is wrong or has expired.',
  SESSION_REPLACED: 'This account has connected somewhere else, which ended the connection here.',
  ACCOUNT_BLOCKED: 'This account is blocked.',
  ACCOUNT_DELETED: 'This account has been deleted.',
  DRIVER_NOT_FOUND: 'The account of this token is not a driver.',
  CUSTOMER_NOT_FOUND: 'The account of this token is not a customer.',
  ONGOING_RIDE_ELSEWHERE: 'This driver has a ride under way on another device.',
  INVALID_JSON: 'The server could not read the message.',
  BOOKING_NOT_FOUND: 'The server knows no such booking for this account.',
  BOOKING_NOT_ASSIGNABLE: 'This booking does not wait for an arrival time (any more).',
  BOOKING_NOT_ACCEPTABLE: 'There is no offer to accept (any more).',
  BOOKING_NOT_REJECTABLE: 'This booking cannot be called off (any more).',
  BOOKING_NOT_DECLINABLE: 'There is no offer to decline (any more).',
  REJECT_WINDOW_CLOSED: 'It is too close to the pickup time to call this off.',
  INVALID_TEMPLATE: 'There is no such reason to choose.',
  BOOKING_NOT_COMPLETABLE: 'Only a ride that is on its way can be completed.',
  BOOKING_NOT_CHATTABLE: 'Chat is open only while the ride is on its way.',
  UNKNOWN_MESSAGE_TYPE: 'The server does not know this kind of message.',
  INTERNAL_ERROR: 'Something went wrong in the server.',
  SERVER_BUSY: 'The server is busy. Try again in a moment.',
  LOG_UNAVAILABLE: 'The server cannot write right now. Try again in a moment.',
  RIDE_REQUEST_OPEN: 'There is a request already: one at a time.',
  RIDE_IN_PROGRESS: 'There is a ride under way already: one at a time.',
  RIDE_REQUEST_TAKEN: 'Another driver was faster.',
  RIDE_REQUEST_NOT_FOUND: 'There is no such request (any more).',
  NO_ACTIVE_RIDE: 'No ride is under way.',
  NOT_CONNECTED: 'Not connected: connect first.',
  CONNECTION_LOST: 'The connection was lost.',
  CONNECTION_FAILED: 'The server cannot be reached.',
  NETWORK_ERROR: 'The server cannot be reached.',
  NOTHING_IN_PROGRESS: 'The server closed this connection, because no booking is in progress. '
    + 'Requesting a ride connects again.',
};

/** An error's code and message as a sentence; the code stays in it for whoever reports it. */
export function errorWords({ code, message }) {
  const fallback = message || 'The server refused, and did not say why.';
  const words = errors[code] ?? fallback; // INVALID_PAYLOAD says more than we could
  return code ? `${words} (${code})` : words;
}

/** Why a connection is not there (any more), as a notice; null: because the person wants it so. */
export function closedNotice(reason) {
  if (!reason || reason.code === 'DISCONNECTED') return null;
  const kind = reason.code === 'NOTHING_IN_PROGRESS' ? 'info' : 'error';
  // What has no code of the server's is a matter of course to those who read it.
  const plain = ['NOTHING_IN_PROGRESS', 'CONNECTION_LOST', 'CONNECTION_FAILED'];
  const code = plain.includes(reason.code) ? undefined : reason.code;
  return { kind, text: code ? errorWords(reason) : errors[reason.code] };
}

/** A connection's status, as its badge shows it. */
export function connectionWords({ status, attempt, delayMs }) {
  if (status === 'waiting') return `lost, attempt ${attempt} follows in ${delayMs / 1000} s`;
  return status === 'connecting' && attempt > 0 ? `connecting, attempt ${attempt}` : status;
}

const hints = {
  driver: {
    requested: 'Say when you will be there.',
    scheduled: 'Take it, or leave it to the next one.',
    confirmation: 'Waiting for the customer to accept.',
    scheduledConfirmation: 'Yours. It starts at its pickup time.',
    on_the_way: 'The ride is on.',
    completed: 'The ride is done.',
    cancelled: 'Cancelled.',
    expired: 'Not answered in time; the booking has moved on.',
    declined: 'Declined.',
    gone: 'No longer yours.',
  },
  customer: {
    requested: 'Looking for a driver.',
    confirmation: 'A driver has offered a time.',
    scheduledConfirmation: 'A driver has taken it. It starts at its pickup time.',
    on_the_way: 'Your driver is on the way.',
    completed: 'The ride is done.',
    cancelled: 'Cancelled.',
    gone: 'The server does not know this booking.',
  },
};

/** What a status means to this side. */
export function hintWords(side, booking) {
  if (booking.autoPromoted && booking.status === 'on_the_way' && booking.type === 'scheduled') {
    return 'The ride is on: its pickup time has come.';
  }
  if (booking.autoPromoted && booking.status === 'on_the_way') {
    return 'The ride is on: the offer was accepted when its time ran out.';
  }
  const words = hints[side];
  if (booking.type === 'scheduled' && booking.status === 'requested') {
    return words.scheduled ?? words.requested;
  }
  if (booking.type === 'scheduled' && booking.status === 'confirmation') {
    return words.scheduledConfirmation;
  }
  return words[booking.status] ?? '';
}

/** A status as its badge shows it: `on_the_way` is the wire's word, not people's. */
export function statusWords(status) {
  return String(status ?? 'unknown').replaceAll('_', ' ');
}

/** The dialects call it `type`, `action`, or both. An error's code is what one looks for. */
export function frameNames(frame) {
  const type = String(frame.type ?? frame.action ?? ('error' in frame ? 'error' : '(no type)'));
  const action = frame.type && frame.action !== frame.type ? frame.action : undefined;
  return { type, words: [type, action, frame.code].filter(Boolean).join(' ') };
}

/** Local time to the millisecond: what happens in one second is what one looks for here. */
export function clock(at) {
  const two = (number) => String(number).padStart(2, '0');
  const seconds = `${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`;
  return `${two(at.getHours())}:${two(at.getMinutes())}:${seconds}`;
}
