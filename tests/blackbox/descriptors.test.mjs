// File descriptors run short: connections leave some to the log, and who came before is served.
import assert from 'node:assert/strict';
import test from 'node:test';
import { eventually, within } from '../support/app.mjs';
import { openPatientCity } from '../support/city.mjs';
import { headOf } from '../support/http.mjs';
import { Ride, bookingRequest, pickup } from '../support/rides.mjs';
import { connectTo, patience_ms } from '../support/tcp_peer.mjs';
import { notSanitized } from '../support/torture.mjs';

const reserved = 1_024; // net/limits.hpp

const probe = headOf('GET', '/healthz');
const answered = /^HTTP\/1\.1 200 [^]*\r\n\r\n/;

/** Connections that were answered once and are silent from then on. */
async function openSilent(t, server, howMany) {
  const peers = [];
  while (peers.length < howMany) {
    const more = Array.from({ length: Math.min(200, howMany - peers.length) }, () =>
      connectTo(t, server));
    for (const { socket } of more) socket.write(probe);
    await Promise.all(more.map((peer) => peer.hears(answered)));
    peers.push(...more);
  }
  return peers;
}

/** Both sides of a city whose server was started anew, with a connection for requests. */
async function reconnect(t, { server, customer, driver }) {
  await customer.connect();
  await driver.connect();
  await driver.driveTo(pickup);
  const [booker] = await openSilent(t, server, 1);
  return booker;
}

/** Books on this connection, and takes the ride almost to its end. */
async function rideOn(booker, city) {
  const body = JSON.stringify(bookingRequest());
  booker.socket.write(headOf('POST', '/api/mobile/customer/booking/request', {
    'Authorization': `Bearer ${city.customer.token}`, 'Content-Length': body.length,
  }) + body);
  await booker.hears(/HTTP\/1\.1 201 /);
  const ride = new Ride(city);
  ride.id = (await city.driver.take('booking_assigned')).booking_id;
  for (const step of ['offer', 'accept', 'chat']) await ride[step]();
  return ride;
}

test('connections beyond their share of the descriptors are closed at once', async (t) => {
  const city = await openPatientCity(t);
  const { server } = city;
  await server.stop();
  const share = 1_076;
  // The soft limit is lower, but the server takes what it can have.
  server.options.under = ['prlimit', `--nofile=${reserved}:${reserved + share}`];
  server.options.env.HANSOM_THREADS = '1'; // which counts exactly
  await server.launch(); // on a port to which no connection is kept from before
  const booker = await reconnect(t, city);
  const silent = await openSilent(t, server, share - 3); // with the booker's and two sockets

  const surplus = Array.from({ length: 50 }, () => connectTo(t, server));
  await within(
    Promise.all(surplus.map(({ finished }) => finished)), 'their end', patience_ms - 1_000,
  );
  assert.equal(await server.rawStatus(probe), null, 'nor is a request answered');
  assert.ok(silent.every(({ socket }) => !socket.readableEnded), 'who came before stays, ..');
  const ride = await rideOn(booker, city); // .. and is served

  for (const { socket } of silent.slice(0, 10)) socket.destroy();
  await eventually(async () => await server.rawStatus(probe) === 200, 'a place that is free');
  await ride.complete();
});

test('a process with no descriptor left accepts again once it has one', {
  skip: notSanitized,
}, async (t) => {
  const city = await openPatientCity(t);
  const { server } = city;
  const [booker] = await openSilent(t, server, 1);
  server.limitDescriptors(0);
  const newcomer = connectTo(t, server);
  await within(new Promise((resolve) => newcomer.socket.once('connect', resolve)), 'TCP');
  newcomer.socket.write(probe);
  const ride = await rideOn(booker, city);
  assert.equal(newcomer.heard, '', 'it waits');
  server.limitDescriptors(reserved);
  await newcomer.hears(answered);
  await ride.complete();
});
