// What a connection's status and a refusal say above an app: changes that reducers have in common.
import { closedNotice, errorWords } from './words.js';

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
