// Who tries what is not theirs: without a good token, or with one that is good for something else.
import { adminToken, mutilated, token } from '../server.mjs';

/** The one whose it is, as far as an account can be; the admin has none. */
const theirs = (town, { rightful }) => rightful(town) ?? town.customer;

/** Tokens that are none, in each way in which one comes. */
const badTokens = {
  'a broken token': () => 'garbage',
  'a token of another signature': ({ email }) => token({ email }, { secret: 'another-secret' }),
  'an unsigned token': ({ token: good }) => mutilated(good)['signature stripped'],
  'a token that says it need not be signed':
    ({ email }) => token({ email }, { header: { alg: 'none', typ: 'JWT' } }),
  'an expired token': ({ email }) => token({ email, exp: Math.floor(Date.now() / 1000) - 1 }),
  'a token that never expires': ({ email }) => token({ email, exp: undefined }),
};
const ways = { header: 'in the header', url: 'in the URL', cookie: 'in a cookie' };

const withoutGoodToken = Object.entries(badTokens).flatMap(([what, make]) =>
  Object.entries(ways).map(([by, where]) => ({
    name: `${what}, ${where}`,
    is: 'bad',
    by,
    token: (town, surface) => make(theirs(town, surface)),
  })));

const withNobodysToken = Object.entries(ways).map(([by, where]) => ({
  name: `a token of no account, ${where}`,
  is: 'nobody',
  by,
  token: () => token({ email: 'nobody@example.org' }),
}));

const withAdminsToken = Object.entries(ways).map(([by, where]) => ({
  name: `the admin's token, ${where}`,
  is: 'admin',
  by,
  token: () => adminToken,
}));

/** A page of another origin, or of none, to which the browser adds the cookie of who is in it. */
const foreignOrigins = {
  'from another origin': 'https://evil.example', 'from no origin': undefined, 'from null': 'null',
};
const withTheirCookie = Object.entries(foreignOrigins).map(([where, origin]) => ({
  name: `their own cookie, ${where}`,
  is: 'somebody',
  by: 'cookie',
  foreign: { origin },
  token: (town, surface) => theirs(town, surface).token,
  who: theirs,
  isTheirs: true,
}));

/** Somebody with a good token of their own. */
const somebody = (name, who, more = {}) => ({
  name,
  is: 'somebody',
  by: 'header',
  token: (...where) => who(...where).token,
  who,
  ...more,
});

/** The two of a ride, and in a room the host and a guest: who has a part, but another one. */
const others = {
  driver: ({ customer }) => customer,
  customer: ({ driver }) => driver,
  'campus driver': ({ campus }) => campus.underway.passenger,
  passenger: ({ campus }) => campus.underway.driver,
  room: ({ hall }, { name }) => (name.startsWith('room: ') ? hall.host : hall.author),
  admin: ({ driver }) => driver,
  board: ({ driver }) => driver,
  open: ({ driver }) => driver,
};

const withTheirOwnToken = [
  somebody('another customer', ({ otherCustomer }) => otherCustomer),
  somebody('another driver', ({ otherDriver }) => otherDriver),
  somebody('a driver who declined the booking', ({ decliner }) => decliner, {
    knows: ['customer'],
  }),
  somebody('a driver who lost the booking', ({ loser }) => loser, { knows: ['customer'] }),
  somebody('the other one of the two', (town, surface) => others[surface.door](town, surface), {
    knows: ['customer', 'driver', 'talk', 'campus', 'room'],
  }),
  somebody('another student', ({ student }) => student),
  somebody('another student, at the address of whose it is', ({ student }) => student, {
    atTheirAddress: true, only: ['campus driver', 'passenger'],
  }),
  somebody('a guest of the room', ({ hall }) => hall.guest, { knows: ['room'] }),
  somebody('somebody who was removed from the room', ({ hall }) => hall.removed),
  somebody('the host of another room of that name', ({ hall }) => hall.rival),
];

/** All who try while those whose things they are go about their business. */
export const strangers = [
  { name: 'no token', is: 'nothing', by: 'header', token: () => undefined },
  ...withoutGoodToken, ...withNobodysToken, ...withAdminsToken, ...withTheirCookie,
  ...withTheirOwnToken,
];

/** Whose it is, with a good token, when the account may not act any more. */
export const formerly = (what, only) => Object.entries(ways).map(([by, where]) => ({
  ...somebody(`whose it is, but ${what}, ${where}`, theirs, { isTheirs: true, only }),
  by,
}));
