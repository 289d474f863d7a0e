// Whatever can be asked for, by whoever may not: each stranger tries each socket, message and call,
// hears what is due to them, and nothing comes of it. The tables are in support/authorization/; a
// thing that is served and has no row there fails.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertRightfulCan, attempt, isCell } from '../support/authorization/attempt.mjs';
import { documented, served } from '../support/authorization/existing.mjs';
import { formerly, strangers } from '../support/authorization/strangers.mjs';
import { surface, titleOf } from '../support/authorization/surface.mjs';
import { demote, openTown } from '../support/authorization/town.mjs';
import { assertFailure } from '../support/http.mjs';
import { startServer } from '../support/rides.mjs';
import { adminToken, token } from '../support/server.mjs';
import { counted } from '../support/torture.mjs';

/** Each of these strangers asks for everything; resolves to how many were refused, and not. */
async function cross(town, these) {
  const cells = { refused: 0, allowed: 0 };
  for (const asked of surface) {
    for (const stranger of these.filter((each) => isCell(asked, each))) {
      try {
        const isRefused = await attempt(asked, stranger, town);
        ++cells[isRefused ? 'refused' : 'allowed'];
      } catch (error) {
        error.message = `${titleOf(asked)}, ${stranger.name}: ${error.message}`;
        throw error;
      }
    }
  }
  return cells;
}

const summary = ({ refused, allowed }, those) =>
  `${refused + allowed} cells of ${surface.length} sockets, messages and calls and ${those} ` +
  `strangers tried: ${refused} refused with nothing appended and nobody told, ` +
  `${allowed} that concern nobody else`;

test('all that is served and documented is in the table of what strangers try', () => {
  const names = [...new Set(surface.map(({ name }) => name))];
  const page = 'GET /'; // and what belongs to it: files that are the same for everybody
  assert.deepEqual(served().sort(), names.filter((name) => name !== page).sort());
  const { calls, taxi, inRooms, onCampus } = documented;
  assert.deepEqual([calls.length, taxi.length, inRooms.length, onCampus.length], [23, 12, 3, 5]);
  const campus = names.filter((name) => /^(campus driver|passenger): /.test(name));
  assert.deepEqual(onCampus.sort(), [...new Set(campus.map((name) => name.split(': ')[1]))].sort());
  assert.deepEqual([...calls, ...taxi, ...inRooms].filter((name) => !names.includes(name)), []);
});

test('no stranger gets at what is not theirs, and whose it is still can', async (t) => {
  const town = await openTown(t);
  counted(t, summary(await cross(town, strangers), strangers.length));
  let done = 0;
  for (const asked of surface) done += await assertRightfulCan(asked, town);
  counted(t, `${done} of these done afterwards by whose they are`);
});

test('who is blocked, deleted or has lost the role is a stranger to what was theirs', async (t) => {
  const town = await openTown(t);
  const people = new Set(surface.map(({ rightful }) => rightful(town)).filter(Boolean));
  const cells = { refused: 0, allowed: 0 };
  let those = 0;
  const crossAll = async (these) => {
    const { refused, allowed } = await cross(town, these);
    cells.refused += refused;
    cells.allowed += allowed;
    those += these.length;
  };
  for (const status of ['blocked', 'deleted']) {
    await demote(town, people, { status });
    await crossAll(formerly(status));
  }
  await demote(town, people, { status: 'active', roles: ['customer'] }, 'student');
  await crossAll(formerly('no student any more', ['campus driver', 'passenger']));
  await demote(town, people, { status: 'active', roles: ['student'] }, 'customer');
  await crossAll(formerly('in another role', ['driver', 'customer']));
  counted(t, summary(cells, those));
});

test("without HANSOM_ADMIN_TOKEN the admin's paths are shut", async (t) => {
  const server = await startServer(t, { env: { HANSOM_ADMIN_TOKEN: undefined } });
  const calls = surface.filter(({ door }) => door === 'admin');
  const tokens = [undefined, '', ' ', adminToken, 'undefined', token({ email: 'a@example.org' })];
  for (const { name } of calls) {
    const [method, path] = name.split(' ');
    for (const bearer of tokens) {
      const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
      const answer = await server.http(method, path.replace('{id}', 'any'), { headers });
      assertFailure(answer, 403, 'FORBIDDEN', `${name} with ${bearer}`);
    }
  }
  counted(t, `${calls.length * tokens.length} calls of an admin's API that is off refused`);
});
