// What one student knows of ride requests, and how it changes: a pure reducer.
import { noticeChanges } from '../notices.js';

const maxEnded = 30;
const endedStatuses = new Set(['completed', 'cancelled', 'closed', 'gone']);

const statuses = {
  ride_request_completed: 'completed',
  ride_request_cancelled: 'cancelled',
  ride_request_closed: 'closed',
  ride_request_gone: 'gone',
};

/** Rides are kept newest first: `{id, status, trip, driver, chat}`. */
export const initialState = {
  connection: { status: 'disconnected' },
  notice: null,
  rides: [],
};

export const isEnded = ({ status }) => endedStatuses.has(status);

/** The next state. `change.kind` says what happened; see the functions of the same name. */
export function reduce(state, change) {
  return changes[change.kind](state, change);
}

const changes = {
  ...noticeChanges,

  pushed(state, { frame, me }) {
    if (frame.action === 'chat_message') return heard(state, frame, me);
    const { id = frame.ride_request_id, status, driver_id: driver, ...trip } = frame.data ?? {};
    const known = state.rides.find((ride) => ride.id === id) ?? { id, chat: [] };
    const next = { ...known, status: statuses[frame.action] ?? status };
    if (frame.data) Object.assign(next, { trip, driver: driver ?? null });
    return put(state, next);
  },
};

/** Chat does not name its ride: there is one at a time. */
function heard(state, { user_id: user, message }, me) {
  const ride = state.rides.find(({ status }) => status === 'accepted');
  if (!ride) return state;
  const entry = { from: user === me ? 'me' : 'the other', text: message, sent_at: null };
  return put(state, { ...ride, chat: [...ride.chat, entry] });
}

function put(state, ride) {
  const isKnown = state.rides.some(({ id }) => id === ride.id);
  const rides = isKnown ? state.rides.map((each) => (each.id === ride.id ? ride : each))
    : [ride, ...state.rides];
  const forgotten = new Set(rides.filter(isEnded).slice(maxEnded));
  return { ...state, rides: rides.filter((each) => !forgotten.has(each)) };
}
