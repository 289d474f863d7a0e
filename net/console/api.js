// The server's HTTP calls that the console makes. Answers come in the taxi document's envelope.
import { errorWords } from './words.js';

/** What the server said no to; its message is in plain words already. */
export class Refused extends Error {}

/** The demo accounts, or an empty list where the server was started without `--demo`. */
export async function demoAccounts() {
  const { status, body } = await call('GET', '/demo/accounts');
  if (status === 404) return [];
  return accepted(status, body).accounts ?? [];
}

/**
 * Requests a booking. `onExchange(direction, entry)` sees the call and its answer, for the log;
 * the token is not among what it sees.
 */
export async function requestBooking({ token, deviceId, payload, onExchange }) {
  const path = '/api/mobile/customer/booking/request';
  onExchange('out', { type: 'POST booking/request', path, body: payload });
  const { status, body } = await call('POST', path, {
    headers: {
      'Authorization': `Bearer ${token}`,
      'Content-Type': 'application/json',
      'X-Device-ID': deviceId,
      'X-Device-Model': 'Hansom test console',
    },
    body: JSON.stringify(payload),
  });
  onExchange('in', { type: `HTTP ${status}`, body });
  return accepted(status, body);
}

async function call(method, path, options = {}) {
  let response;
  try {
    response = await fetch(path, { method, credentials: 'omit', ...options });
  } catch {
    throw new Refused('The server cannot be reached.');
  }
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch {
    return { status: response.status, body: text };
  }
}

function accepted(status, body) {
  if (status >= 200 && status < 300 && body?.data) return body.data;
  const message = body?.user_message?.message ?? `The server answered with status ${status}.`;
  throw new Refused(errorWords({ code: body?.code, message }));
}
