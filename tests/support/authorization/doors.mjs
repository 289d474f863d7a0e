// Where one comes in: by which tokens, and what is said to whom at the door.
import { rolesOf } from './town.mjs';

const everyWay = ['header', 'url', 'cookie'];
const taxi = (role) => ({
  carries: ['header', 'url'],
  role,
  nobody: `${role.toUpperCase()}_NOT_FOUND`,
  otherRole: `${role.toUpperCase()}_NOT_FOUND`,
});
const campus = {
  carries: everyWay, role: 'student', nobody: 'INVALID_TOKEN', otherRole: 'FORBIDDEN',
};

/**
 * `carries` are the ways in which a token comes, `role` is who may come in, and the rest is what is
 * said to others (PROTOCOL.md: Tokens and accounts; Taxi, Sockets and accounts; Campus; Rooms).
 */
export const doors = {
  driver: taxi('driver'),
  customer: taxi('customer'),
  'campus driver': campus,
  passenger: campus,
  room: { carries: everyWay, role: null, nobody: 'INVALID_TOKEN' },
  admin: {
    carries: ['header'], role: 'admin', nobody: 'INVALID_TOKEN', otherRole: 'INVALID_TOKEN',
  },
  // Browsers can't send a header with an upgrade.
  board: {
    carries: ['header', 'url'], role: 'admin', nobody: 'INVALID_TOKEN', otherRole: 'INVALID_TOKEN',
  },
  open: { carries: [], role: null },
};

/** The statuses in which HTTP answers, and upgrades are refused. */
export const statusOf = {
  UNAUTHORIZED: 401, INVALID_TOKEN: 401,
  FORBIDDEN: 403, FOREIGN_ORIGIN: 403, DRIVER_NOT_FOUND: 403, CUSTOMER_NOT_FOUND: 403,
  ACCOUNT_BLOCKED: 403, ACCOUNT_DELETED: 403,
  BOOKING_NOT_FOUND: 404, NOT_FOUND: 404,
  INVALID_PAYLOAD: 422,
};

/** What the door says to a stranger; nothing to one who comes in. */
export function objection(asked, stranger, town) {
  const door = doors[asked.door];
  if (asked.door === 'open') return undefined;
  const { is, by, foreign } = stranger;
  if (is === 'nothing' || !door.carries.includes(by)) return 'UNAUTHORIZED';
  const onlyReads = asked.call?.(town)[0] === 'GET';
  if (foreign && !onlyReads) return 'FOREIGN_ORIGIN';
  if (is === 'bad' || is === 'admin') return 'INVALID_TOKEN';
  if (is === 'nobody') return door.nobody;
  const { status, ...who } = stranger.who(town, asked);
  if (door.role && !rolesOf(who).includes(door.role)) return door.otherRole;
  if (stranger.atTheirAddress) return 'FORBIDDEN';
  return status && `ACCOUNT_${status.toUpperCase()}`;
}


