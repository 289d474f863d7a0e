// What one participant knows of a room, and how it changes: a pure reducer.
import { noticeChanges } from '../notices.js';

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
  ...noticeChanges,

  done: (state, { text }) => ({ ...state, notice: { kind: 'info', text } }),

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
