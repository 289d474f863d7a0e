// What one participant knows of a room, and how it changes: a pure reducer.
import { closedNotice, errorWords } from '../words.js';

/** Messages are kept oldest first; `before` is where older ones would be asked for, or null. */
export const initialState = {
  connection: { status: 'disconnected' },
  notice: null,
  messages: [],
  before: null,
};

/** The next state. `change.kind` says what happened; see the functions of the same name. */
export function reduce(state, change) {
  return changes[change.kind](state, change);
}

const changes = {
  connection(state, { connection }) {
    if (connection.status === 'connected') return { ...state, connection, notice: null };
    return { ...state, connection, notice: closedNotice(connection.reason) ?? state.notice };
  },

  acted: (state) => ({ ...state, notice: null }),

  done: (state, { text }) => ({ ...state, notice: { kind: 'info', text } }),

  refused: (state, { error }) => ({
    ...state, notice: { kind: 'error', text: errorWords(error) },
  }),

  /** A page of the history came: older than all that is known. */
  history(state, { page }) {
    const older = [...page.messages].reverse();
    return { ...state, messages: [...older, ...state.messages], before: page.next_before };
  },

  pushed(state, { frame }) {
    const { messages } = state;
    if (frame.action === 'new') return { ...state, messages: [...messages, frame] };
    if (frame.action === 'delete') {
      return { ...state, messages: messages.filter(({ id }) => id !== frame.id) };
    }
    const { id, body, edited, updated } = frame;
    const change = (each) => (each.id === id ? { ...each, body, edited, updated } : each);
    return { ...state, messages: messages.map(change) };
  },
};
