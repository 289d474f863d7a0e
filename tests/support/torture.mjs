// Tests that try to break a promise many times say how often they did, and try harder in
// `./dev torture` (HANSOM_TORTURE).

export const inTorture = process.env.HANSOM_TORTURE !== undefined;

/**
 * Why a test has no sense where the server is built with a sanitizer (HANSOM_SANITIZED, set by
 * `./dev torture`): that needs memory of its own, and descriptors to look whether some is there.
 */
export const notSanitized = process.env.HANSOM_SANITIZED !== undefined
  && 'a sanitizer has needs of its own';

/** How much there is to try: a little in `./dev test`, all of it in `./dev torture`. */
export const rounds = (inTests, inLong) => (inTorture ? inLong : inTests);

/** What a test has tried and seen; `./dev test` and `./dev torture` list these lines at their end. */
export const counted = (test, what) => test.diagnostic(`counted: ${what}`);
