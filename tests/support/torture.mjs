// Tests that try to break a promise many times say how often they did, and try harder in
// `./dev torture` (HANSOM_TORTURE).

export const inTorture = process.env.HANSOM_TORTURE !== undefined;

/** How much there is to try: a little in `./dev test`, all of it in `./dev torture`. */
export const rounds = (inTests, inLong) => (inTorture ? inLong : inTests);

/** What a test has tried and seen; `./dev test` and `./dev torture` list these lines at their end. */
export const counted = (test, what) => test.diagnostic(`counted: ${what}`);
