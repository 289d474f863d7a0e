// What an app may choose, and what holds where it does not.

/** As the documents have it: five attempts, 3000 ms times the attempt apart. */
const defaults = {
  attempts: 5,
  delayMs: 3000,
  delayMaxMs: 30_000,
  answerMs: 10_000,
  timeoutMs: 30_000,
  waitingMax: 64,
};

const ownTimers = {
  setTimeout: (call, ms) => globalThis.setTimeout(call, ms),
  clearTimeout: (timer) => globalThis.clearTimeout(timer),
};

/** The settings of a connection; refuses at once what could not work. */
export function settingsOf(options, ofDialect) {
  const settings = withDefaults({ WebSocket: globalThis.WebSocket, ...ofDialect }, options);
  if (typeof settings.WebSocket !== 'function') {
    throw new TypeError('No WebSocket here: pass one as `WebSocket` (before Node 22, npm ws).');
  }
  return settings;
}

/** The settings of calls over HTTP. */
export function settingsOfCalls(options) {
  return withDefaults({ fetch: (...call) => globalThis.fetch(...call) }, options);
}

/** An option that is undefined counts as not given. */
function withDefaults(more, options) {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings = { timers: ownTimers, ...defaults, ...more, ...Object.fromEntries(given) };
  return { ...settings, url: baseOf(settings.url) };
}

/** The server's address without a slash at its end; a page's own server where none is given. */
function baseOf(url) {
  const given = url ?? globalThis.location?.origin;
  if (given === undefined) throw new TypeError('`url` says where the server is.');
  const address = String(given).replace(/^ws/, 'http').replace(/\/+$/, '');
  if (!/^https?:\/\//.test(address)) throw new TypeError('`url` is to begin with http:// or https://.');
  return address;
}

/** Asks the app for a token; `refused` says that the server did not take the last one. */
export function freshToken({ token }, refused = false) {
  return typeof token === 'function' ? token({ refused }) : token;
}
