// What the system holds for a connection between the server and one of ours on this machine.
import { readFileSync } from 'node:fs';

/** Connections over IPv4 as the system lists them: `{local, remote, sent, unread}`. */
function connections() {
  const [, ...lines] = readFileSync('/proc/net/tcp', 'latin1').trim().split('\n');
  return lines.map((line) => {
    const [, local, remote, , queues] = line.trim().split(/\s+/);
    const [sent, unread] = queues.split(':').map((bytes) => parseInt(bytes, 16));
    const port = (end) => parseInt(end.split(':')[1], 16);
    return { local: port(local), remote: port(remote), sent, unread };
  });
}

/** The bytes that the server has written to this socket (of `net`) and we have not read. */
export function bytesUnderWay({ localPort, remotePort }) {
  const all = connections();
  const ours = all.find(({ local, remote }) => local === localPort && remote === remotePort);
  const servers = all.find(({ local, remote }) => local === remotePort && remote === localPort);
  return ours.unread + servers.sent;
}
