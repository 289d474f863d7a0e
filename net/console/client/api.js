// The calls over HTTP (PROTOCOL.md, Admin and mobile endpoints). Each resolves to the `data` of the
// answer's envelope, and rejects with a HansomError.
import { HansomError } from './error.js';
import { newKey } from './keys.js';
import { freshToken, settingsOfCalls } from './settings.js';

class Caller {
  constructor(options) {
    this.settings = settingsOfCalls(options);
  }

  /** One call; a token that is not taken is asked for anew, once. */
  async call(method, path, { body, headers, signal, query } = {}) {
    const search = new URLSearchParams(
      Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null));
    const target = [path, search].filter(String).join('?');
    const send = async (refused) =>
      this.#send(method, target, { body, headers, signal }, await this.#token(refused));
    const answer = await send(false);
    const canRenew = answer.status === 401 && typeof this.settings.token === 'function';
    return dataOf(canRenew ? await send(true) : answer);
  }

  async #token(refused) {
    try {
      return await freshToken(this.settings, refused);
    } catch (cause) {
      throw new HansomError('TOKEN_UNAVAILABLE', 'No token could be had.', {
        outcome: 'not_sent', retryable: true, cause,
      });
    }
  }

  async #send(method, path, { body, headers, signal }, token) {
    const { url, fetch, deviceId, deviceModel, timers, answerMs, onExchange } = this.settings;
    const aborted = new AbortController();
    const abort = () => aborted.abort();
    signal?.addEventListener('abort', abort);
    const timer = timers.setTimeout(abort, answerMs);
    let status;
    let answer;
    try {
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(token ? { Authorization: `Bearer ${token}` } : {}),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...(deviceId === undefined ? {} : { 'X-Device-ID': deviceId }),
          ...(deviceModel === undefined ? {} : { 'X-Device-Model': deviceModel }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: 'omit',
        signal: aborted.signal,
      });
      status = response.status;
      answer = parsed(await response.text());
    } catch (cause) {
      throw new HansomError('NETWORK_ERROR', 'The server could not be reached.', {
        outcome: 'unknown', retryable: true, cause,
      });
    } finally {
      timers.clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      onExchange?.({ method, path, body, status, answer });
    }
    return { status, answer };
  }

  /** The same once more, while there is hope, as often as a connection is tried. */
  async persistently(call) {
    const { attempts, delayMs, delayMaxMs, timers } = this.settings;
    for (let attempt = 1; ; ++attempt) {
      try {
        return await call();
      } catch (error) {
        if (!error.retryable || attempt > attempts) throw error;
      }
      const ms = Math.min(delayMs * attempt, delayMaxMs);
      await new Promise((resolve) => timers.setTimeout(resolve, ms));
    }
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not from Hansom, but from what stands before it
  }
}

function dataOf({ status, answer }) {
  if (status < 300 && answer?.meta) return answer.data;
  const code = answer?.code ?? 'HTTP_ERROR';
  const message = answer?.user_message?.message ?? `The server answered with status ${status}.`;
  const details = { status };
  if (status === 502 || status === 504) details.outcome = 'unknown';
  if (status >= 500) details.retryable = true;
  throw new HansomError(code, message, details);
}

const idIn = encodeURIComponent;

function mobileCalls(caller, side) {
  const own = `/api/mobile/${side}`;
  return {
    own,
    profile: () => caller.call('GET', `${own}/profile`),
    bookings: (page) => caller.call('GET', `${own}/bookings`, { query: page }),
    cancelBooking: (id, why) =>
      caller.call('POST', `${own}/booking/${idIn(id)}/cancel`, { body: why }),
  };
}

/** What a customer's app may call. */
export function customerApi(options) {
  const caller = new Caller(options);
  const { own, ...calls } = mobileCalls(caller, 'customer');
  return {
    ...calls,
    /** One booking, however often this has to be tried: all have one `Idempotency-Key`. */
    requestBooking: (request, { idempotencyKey = newKey() } = {}) =>
      caller.persistently(() => caller.call('POST', `${own}/booking/request`, {
        body: request, headers: { 'Idempotency-Key': idempotencyKey },
      })),
  };
}

/** What a driver's app may call. */
export function driverApi(options) {
  const caller = new Caller(options);
  const { own, ...calls } = mobileCalls(caller, 'driver');
  const templates = `${own}/cancellation-templates`;
  return {
    ...calls,
    cancellationTemplates: async () => (await caller.call('GET', templates)).templates,
    addCancellationTemplate: (text) => caller.call('POST', templates, { body: { text } }),
    removeCancellationTemplate: (id) => caller.call('DELETE', `${templates}/${idIn(id)}`),
  };
}

/** Rooms: opening them, who takes part, what was said. */
export function roomsApi(options) {
  const caller = new Caller(options);
  const of = (host, slug) => {
    const path = `/api/rooms/${idIn(host)}/${idIn(slug)}`;
    return {
      addParticipant: (username) =>
        caller.call('POST', `${path}/participants`, { body: { username } }),
      removeParticipant: (username) =>
        caller.call('DELETE', `${path}/participants/${idIn(username)}`),
      messages: (page, { signal } = {}) =>
        caller.call('GET', `${path}/messages`, { query: page, signal }),
    };
  };
  return { of, create: (room) => caller.call('POST', '/api/rooms', { body: room }) };
}

/** What the fleet's own back end may call; the token is the admin's. */
export function adminApi(options) {
  const caller = new Caller(options);
  const account = (id) => `/api/admin/accounts/${idIn(id)}`;
  const templates = '/api/admin/cancellation-templates';
  const bookings = '/api/admin/bookings';
  return {
    createAccount: (fields) => caller.call('POST', '/api/admin/accounts', { body: fields }),
    account: (id) => caller.call('GET', account(id)),
    changeAccount: (id, changes) => caller.call('PATCH', account(id), { body: changes }),
    endSession: (id) => caller.call('DELETE', `${account(id)}/session`),
    cancellationTemplates: async () => (await caller.call('GET', templates)).templates,
    addCancellationTemplate: (text) => caller.call('POST', templates, { body: { text } }),
    bookings: (page) => caller.call('GET', bookings, { query: page }),
    /** All of it: a long one comes in parts. */
    story: async (id) => {
      const events = [];
      for (let after; ;) {
        const path = `${bookings}/${idIn(id)}/story`;
        const { story } = await caller.call('GET', path, { query: { after } });
        events.push(...story.events);
        after = story.next_after;
        if (after === null) return { ...story, events };
      }
    },
  };
}
