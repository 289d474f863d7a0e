// kill -9, again and again, at moments that nobody has chosen, under a load of all three dialects:
// what was acknowledged is in the log, once, in order and whole, and all come back to all of it.
import test from 'node:test';
import { Dice, anySeed } from '../support/kills/dice.mjs';
import { Era } from '../support/kills/era.mjs';
import { throwMoment } from '../support/kills/life.mjs';
import { counted, rounds } from '../support/torture.mjs';

const kills = rounds(10, 1000);
const kills_an_era_max = 25;

const listed = (counts) =>
  Object.entries(counts).map(([what, count]) => `${count} ${what}`).join(', ');

test('nothing that was acknowledged is lost, doubled or out of order, however often killed', async (t) => {
  const seed = anySeed();
  t.diagnostic(`HANSOM_SEED=${seed}`);
  const moments = new Dice(seed);
  const killed = {};
  const acknowledged = {};
  let done = 0;
  while (done < kills) {
    const era = await Era.open(t, new Dice(moments.below(2 ** 32)));
    for (let i = 0; i < kills_an_era_max && done < kills; ++i, ++done) {
      const moment = throwMoment(moments);
      await era.live(moment).catch((error) => {
        error.message = `HANSOM_SEED=${seed}, kill ${done}, ${JSON.stringify(moment)}: ${error.message}`;
        throw error;
      });
      const kind = `by ${moment.kind}`;
      killed[kind] = (killed[kind] ?? 0) + 1;
    }
    for (const [what, count] of Object.entries(await era.close())) {
      acknowledged[what] = (acknowledged[what] ?? 0) + count;
    }
  }
  counted(t, `${done} kills (${listed(killed)}), seed ${seed}: 0 lost, 0 gaps, 0 doubled, ` +
    `chain whole each time; ${listed(acknowledged)}`);
});
