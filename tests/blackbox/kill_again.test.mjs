// kill -9, again and again, at moments that nobody has chosen, under a load of all three dialects:
// what was acknowledged is in the log, once, in order and whole, and all come back to all of it.
import test from 'node:test';
import { Dice, anySeed } from '../support/kills/dice.mjs';
import { Era } from '../support/kills/era.mjs';
import { throwMoment } from '../support/kills/life.mjs';
import { counted, rounds } from '../support/torture.mjs';

const kills = rounds(3, 250); // with each of these
const checkpoints = {
  'no checkpoints': '0', 'a checkpoint every 50 events': '50', 'one every 1000': '1000',
  'one every 250000': '250000',
};
const kills_an_era_max = 25;
/** Every other era has several net threads, however few processors there are. */
const threads = [{}, { HANSOM_THREADS: '3' }];

const add = (sums, more) => {
  for (const [what, count] of Object.entries(more)) sums[what] = (sums[what] ?? 0) + count;
};
const listed = (sums, by = '') =>
  Object.entries(sums).map(([what, count]) => `${count} ${by}${what}`).join(', ');

for (const [i, [what, HANSOM_CHECKPOINT_EVENTS]] of Object.entries(checkpoints).entries()) {
  test(`nothing acknowledged is lost, doubled or moved by kills: ${what}`, async (t) => {
    const seed = anySeed();
    t.diagnostic(`HANSOM_SEED=${seed}`);
    const moments = new Dice(seed);
    const killed = {};
    const acknowledged = {};
    for (let done = 0, eras = i; done < kills; ++eras) {
      const dice = new Dice(moments.below(2 ** 32));
      const env = { HANSOM_CHECKPOINT_EVENTS, ...threads[eras % 2] };
      const era = await Era.open(t, dice, env);
      for (let lives = 0; lives < kills_an_era_max && done < kills; ++lives, ++done) {
        const moment = throwMoment(moments);
        await era.live(moment).catch((error) => {
          const where = `HANSOM_SEED=${seed}, kill ${done}, ${JSON.stringify(moment)}`;
          error.message = `${where}: ${error.message}`;
          throw error;
        });
        add(killed, { [moment.kind]: 1 });
      }
      add(acknowledged, await era.close());
    }
    counted(t, `${kills} kills, ${what} (${listed(killed, 'by ')}), seed ${seed}: ` +
      `0 lost, 0 gaps, 0 doubled, chain whole each time; ${listed(acknowledged)}`);
  });
}
