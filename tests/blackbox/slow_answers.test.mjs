// Who takes an answer slowly has five seconds for it, and more for a long one (a second for each
// 64 KiB); who does not take it in that time is cut.
import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { within } from '../support/app.mjs';
import { headOf } from '../support/http.mjs';
import { askForLongList } from '../support/long_list.mjs';
import { startServer } from '../support/rides.mjs';
import { after, connectTo, patience_ms, slack_ms } from '../support/tcp_peer.mjs';
import { counted } from '../support/torture.mjs';

/** More than the kernels hold for one who does not read. */
const plenty_bytes = 24 * 1024 * 1024;
const long_bytes = 130 * 1024;

/** What is asked for: the request, how long its answer is at least, and what time that has. */
const kinds = {
  'the page': async () => [headOf('GET', '/'), 20_000, patience_ms],
  'a long list': async (server) =>
    [await askForLongList(server, long_bytes), long_bytes, patience_ms + 2_000],
};

const last = headOf('GET', '/healthz', { Connection: 'close' });

const answersIn = ({ heard }) => heard.split('HTTP/1.1 200 OK').length - 1;

/** Asks for one thing again and again, all at once, and reads nothing of it. */
async function askWithoutReading(t, server, kind) {
  const [request, bytes, time_ms] = await kinds[kind](server);
  const howMany = Math.ceil(plenty_bytes / bytes);
  const peer = connectTo(t, server);
  peer.socket.pause().write(request.repeat(howMany) + last);
  return { peer, howMany, time_ms };
}

describe('slow readers of answers', { concurrency: true }, () => {
  for (const kind of Object.keys(kinds)) {
    test(`who never takes ${kind} is cut in its time, and not before`, async (t) => {
      const server = await startServer(t);
      const { peer, howMany, time_ms } = await askWithoutReading(t, server, kind);
      // One that does not read is not told of its end, but can't write any more.
      while (!peer.socket.destroyed) {
        peer.socket.write('\r\n');
        await after(100);
        assert.ok(Date.now() - peer.since < time_ms + slack_ms, 'it is still there');
      }
      const waited_ms = await within(peer.gone, 'its end');
      assert.ok(waited_ms >= time_ms, `it has ${time_ms} ms, not ${waited_ms}`);
      counted(t, `one that never took ${kind}, cut after ${waited_ms} ms`);
      assert.equal((await server.http('GET', '/readyz')).status, 200);
    });

    test(`who takes ${kind} late, but in its time, is sent all`, async (t) => {
      const server = await startServer(t);
      const { peer, howMany, time_ms } = await askWithoutReading(t, server, kind);
      await after(time_ms - 1_500);
      assert.equal(peer.heard, '');
      peer.socket.resume();
      await within(peer.finished, 'the end of all answers');
      assert.equal(answersIn(peer), howMany + 1);
    });
  }
});
