// How long a timer of the server's still runs, as far as this page knows.

const words = {
  driver: {
    driver: ['Yours to answer for', 'The time to answer is over; it goes to the next driver.'],
    customer: ['The customer has', 'Their time is over; the server accepts for them.'],
  },
  customer: {
    driver: ['The driver has', 'Their time is over; the next one is asked, if there is one.'],
    customer: ['Yours to accept for', 'The time is over; the server accepts for you.'],
  },
};

/**
 * `{words, share}` of a timer `{of, since}` at a side; null without one. The share is what is left
 * of it, from 1 to 0, and null where the timer was started while this page was not connected.
 */
export function countdownOf(side, timer, rules, now) {
  if (!timer) return null;
  const [running, over] = words[side][timer.of];
  const length = rules[timer.of];
  if (length === undefined || timer.since === null) {
    return { words: 'A time runs that this page does not know the beginning of.', share: null };
  }
  const left = length - (now - timer.since) / 1000;
  if (left <= 0) return { words: over, share: 0 };
  return { words: `${running} ${clock(left)}`, share: Math.min(1, left / length) };
}

/** `0:07` are the last seconds, rounded up: at zero it is over. */
function clock(seconds) {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
