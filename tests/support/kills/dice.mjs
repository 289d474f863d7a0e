// Chance that comes again: the same seed throws the same dice.
import { randomInt } from 'node:crypto';

/** HANSOM_SEED where it is set, to repeat what a test printed. */
export const anySeed = () => Number(process.env.HANSOM_SEED ?? randomInt(2 ** 32));

export class Dice {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  /** At least 0, less than 1 (mulberry32). */
  throw() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let bits = this.state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit) {
    return Math.floor(this.throw() * limit);
  }

  chance(of) {
    return this.throw() < of;
  }

  pick(list) {
    return list[this.below(list.length)];
  }
}
