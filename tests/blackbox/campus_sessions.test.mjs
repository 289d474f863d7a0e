// Who is let in on campus and who is not, from which pages, and whose sockets the admin ends.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  admin, appendsNothing, assertDisconnected, endSession, setStatus,
} from '../support/city.mjs';
import { CampusRide, Student, newStudent, openCampus } from '../support/campus.mjs';
import { nowhere } from '../support/http.mjs';
import { startServer } from '../support/rides.mjs';
import { mutilated, token } from '../support/server.mjs';

const sides = ['driver', 'passenger'];
const everyWay = ['query', 'header', 'cookie'];
const foreign = 'http://elsewhere.example';

/** A student on each side, whose sockets are not open. */
const students = async (server, fields) => [
  await Student.create(server, 'driver', fields), await Student.create(server, 'passenger', fields),
];

test('a campus token comes in the URL, in the header, or as a cookie', async (t) => {
  const server = await startServer(t);
  const [driver, passenger] = await students(server);
  for (const by of everyWay) {
    for (const student of [driver, passenger]) assert.deepEqual(await student.connect({ by }), []);
    await new CampusRide({ driver, passenger }).through('complete');
  }
});

test('a campus account is found by email, by user_id, and by sub', async (t) => {
  const server = await startServer(t);
  for (const student of await students(server)) {
    for (const claims of [
      { email: student.email }, { email: student.email.toUpperCase() }, { user_id: student.id },
      { sub: student.id },
    ]) {
      assert.deepEqual(await student.connect({ token: token(claims) }), []);
    }
  }
});

// Refused upgrades.

test('401 at the campus upgrade: no token, a bad or expired one, one of no account', async (t) => {
  const server = await startServer(t);
  for (const student of await students(server)) {
    const { email, id } = student;
    const bad = {
      garbage: 'garbage',
      expired: token({ email, exp: 1 }),
      'without exp': token({ email, exp: undefined }),
      forged: token({ email }, { secret: 'another-secret' }),
      'alg none': token({ email }, { header: { alg: 'none', typ: 'JWT' } }),
      'cut short': mutilated(student.token)['signature cut short'],
      'stripped of its signature': mutilated(student.token)['signature stripped'],
      'an unknown email': token({ email: 'nobody@example.org' }),
      'an unknown user_id': token({ user_id: nowhere }),
      'an unknown sub': token({ sub: nowhere }),
    };
    await appendsNothing(server, async () => {
      for (const by of everyWay) {
        for (const each of Object.values(bad)) await student.isKeptOut(401, { by, token: each });
      }
      for (const known of [id, nowhere]) await student.isKeptOut(401, { by: 'nothing', id: known });
      await student.isKeptOut(401, { by: 'nothing', origin: server.url });
    });
    await student.connect();
  }
});

test("403 at the campus upgrade: another's user_id, or nobody's", async (t) => {
  const server = await startServer(t);
  const others = await students(server);
  for (const student of await students(server)) {
    for (const by of everyWay) {
      for (const id of [...others.map((other) => other.id), nowhere, 'nonsense']) {
        await student.isKeptOut(403, { by, id });
      }
    }
    await student.connect();
  }
});

test('403 at the campus upgrade: an account without the role of a student', async (t) => {
  const server = await startServer(t);
  for (const roles of [['driver'], ['customer'], ['driver', 'customer']]) {
    for (const student of await students(server, { roles })) {
      for (const by of everyWay) await student.isKeptOut(403, { by });
    }
  }
});

test('403 at the campus upgrade: an account that is blocked or deleted', async (t) => {
  const server = await startServer(t);
  for (const student of await students(server)) {
    for (const status of ['blocked', 'deleted']) {
      await setStatus(student, status);
      for (const by of everyWay) await student.isKeptOut(403, { by });
    }
    await setStatus(student, 'active');
    await student.connect();
  }
});

// Origins.

test('a campus cookie counts from the own origin and from those that are allowed', async (t) => {
  const allowed = ['https://campus.example', 'http://localhost:5173'];
  const server = await startServer(t, { env: { HANSOM_ALLOWED_ORIGINS: allowed.join(',') } });
  for (const student of await students(server)) {
    for (const origin of [server.url, ...allowed]) {
      assert.deepEqual(await student.connect({ by: 'cookie', origin }), [], origin);
    }
    for (const origin of [
      foreign, 'http://campus.example', 'https://campus.example.evil.example',
    ]) {
      await student.isKeptOut(403, { by: 'cookie', origin });
    }
  }
});

test('403 at the campus upgrade: a cookie from a foreign origin, or from none', async (t) => {
  const server = await startServer(t);
  const { hostname, port } = new URL(server.url);
  for (const student of await students(server)) {
    for (const origin of [
      null, 'null', foreign, `https://${hostname}:${port}`, `http://${hostname}:1`,
      `http://${hostname}.evil.example:${port}`,
    ]) {
      await student.isKeptOut(403, { by: 'cookie', origin });
    }
    await student.connect({ by: 'cookie' });
  }
});

test('a campus token in the URL or the header counts from every origin', async (t) => {
  const server = await startServer(t);
  for (const student of await students(server)) {
    for (const by of ['query', 'header']) {
      for (const origin of [null, 'null', foreign, server.url]) {
        assert.deepEqual(await student.connect({ by, origin }), [], `${by}, ${origin}`);
      }
    }
  }
});

// What the admin ends.

/** What ends the sockets of an account, and whether it may come back at once. */
const endings = {
  'is blocked': { end: (student) => setStatus(student, 'blocked'), status: 403 },
  'is deleted': { end: (student) => setStatus(student, 'deleted'), status: 403 },
  'loses the role of a student': {
    end: ({ server, id }) => admin(server, 'PATCH', `/accounts/${id}`, { roles: ['customer'] }),
    status: 403,
  },
  'has its session ended': { end: endSession, status: null },
};

for (const [what, { end, status }] of Object.entries(endings)) {
  test(`a campus account that ${what} is disconnected on all its sockets`, async (t) => {
    const { server, drivers: [bystander] } = await openCampus(t);
    const student = await newStudent(server, 'driver');
    const sockets = [student];
    for (const side of [...sides, ...sides]) {
      const socket = student.elsewhere(side);
      await socket.connect();
      sockets.push(socket);
    }
    await end(student);
    for (const { app } of sockets) await assertDisconnected(app, undefined, 'action');
    for (const side of sides) {
      const again = student.elsewhere(side);
      if (status) await again.isKeptOut(status);
      else assert.deepEqual(await again.connect(), []);
    }
    await bystander.getsOnly();
  });
}

test('an account that keeps the role of a student keeps its campus sockets', async (t) => {
  const campus = await openCampus(t);
  const { server, passenger, driver } = campus;
  for (const { id } of [passenger, driver]) {
    await admin(server, 'PATCH', `/accounts/${id}`, { roles: ['student', 'customer'] });
    await admin(server, 'PATCH', `/accounts/${id}`, { name: 'Another Name' });
  }
  await new CampusRide(campus).through('complete');
});

test('a session that is ended leaves the campus ride as it is', async (t) => {
  const campus = await openCampus(t);
  const ride = await new CampusRide(campus).through('accept');
  for (const student of [campus.passenger, campus.driver]) {
    await endSession(student);
    await assertDisconnected(student.app, undefined, 'action');
    assert.deepEqual(await student.connect(), [ride.pushes.accepted]);
  }
  await ride.chat();
  await ride.complete();
});
