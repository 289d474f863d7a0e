// Why a connection ended, and whether that is for good.
import { HansomError } from './error.js';

/** After these the server means it: nothing in progress, or a rule was broken. */
const finalCloses = new Map([
  [1000, ['NOTHING_IN_PROGRESS', 'The server has closed the connection: nothing is in progress.']],
  [1008, ['POLICY_VIOLATION', 'The server has ended the connection for good: a rule was broken, '
    + 'or whoever it is of may not be there any more.']],
]);

/** The token was not taken: a fresh one may be. */
const ofTokens = new Set(['UNAUTHORIZED', 'INVALID_TOKEN']);

/** Errors that end a connection, whatever its close code came to be on the way. */
const finalErrors = new Set([
  'SESSION_REPLACED', 'FORCE_DISCONNECT', 'ACCOUNT_BLOCKED', 'ACCOUNT_DELETED', 'DRIVER_NOT_FOUND',
  'CUSTOMER_NOT_FOUND', 'ONGOING_RIDE_ELSEWHERE', 'FORBIDDEN', 'NOT_FOUND', 'FOREIGN_ORIGIN',
]);

/** What an upgrade that was refused with an HTTP status means. */
const refusedUpgrades = new Map([
  [401, ['INVALID_TOKEN', 'The server does not take the token.']],
  [403, ['FORBIDDEN', 'This account may not connect here.']],
  [404, ['NOT_FOUND', 'There is nothing to connect to at this address.']],
]);

export const isOfToken = ({ code }) => ofTokens.has(code);
export const isFinal = ({ code, closeCode }) => finalErrors.has(code) || finalCloses.has(closeCode);
export const endsSession = ({ code }) => finalErrors.has(code) || ofTokens.has(code);

/** The reason that a close code gives. */
export function closedWith(closeCode) {
  const [code, message] =
    finalCloses.get(closeCode) ?? ['CONNECTION_LOST', 'The connection was lost.'];
  return reason(code, message, { closeCode });
}

/** The reason that the status of an upgrade gives, if it is one that says something. */
export function refusedWith(status) {
  const known = refusedUpgrades.get(status);
  return known && reason(...known, { status });
}

export function reason(code, message, details = {}) {
  return new HansomError(code, message, { outcome: 'unknown', ...details });
}
