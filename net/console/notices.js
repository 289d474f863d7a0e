// What a connection's status and a refusal say above an app: its badge, and changes that reducers
// have in common.
import { say } from './dom.js';
import { closedNotice, connectionWords, errorWords } from './words.js';

/** Shows a connection's status in its badge. */
export function showConnection(badge, status) {
  // Waiting for the next attempt is on its way to a connection, too.
  badge.dataset.status = status.status === 'waiting' ? 'connecting' : status.status;
  say(badge, connectionWords(status));
}

export const noticeChanges = {
  connection(state, { connection }) {
    if (connection.status === 'connected') return { ...state, connection, notice: null };
    return { ...state, connection, notice: closedNotice(connection.reason) ?? state.notice };
  },

  acted: (state) => ({ ...state, notice: null }),

  refused: (state, { error }) => ({
    ...state, notice: { kind: 'error', text: errorWords(error) },
  }),
};
