// A TCP connection made by hand, for peers who are slow, silent or deaf; and what time they have.
import { connect } from 'node:net';
import { eventually } from './app.mjs';
import { afterwards } from './server.mjs';

/** What a peer has to be done in, and the server to be rid of it: net/limits.hpp. */
export const patience_ms = 5_000;
/** The server looks after its sockets once a second, and the machine may be busy. */
export const slack_ms = 4_000;

export const after = (time_ms) => new Promise((resolve) => setTimeout(resolve, time_ms));

/** A TCP connection that notes what comes and how it ends, and never ends by itself. */
export function connectTo(t, server) {
  const socket = connect({
    host: '127.0.0.1', port: new URL(server.url).port, allowHalfOpen: true,
  });
  afterwards(t, () => socket.destroy());
  const peer = { socket, heard: '', since: Date.now() };
  socket.on('data', (chunk) => { peer.heard += chunk.toString('latin1'); });
  peer.finished = new Promise((resolve) => socket.on('end', resolve).on('error', () => {}));
  peer.gone = new Promise((resolve) => {
    socket.on('close', () => resolve(Date.now() - peer.since)).on('error', () => {});
  });
  peer.hears = (what) => eventually(() => what.test(peer.heard), `${what}, not ${peer.heard}`);
  return peer;
}
