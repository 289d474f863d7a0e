// What there is to ask for, from two sides: what the documents and decisions name (contract/), and
// the tables from which the server parses and routes.
import { readFileSync } from 'node:fs';

const read = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const contract = (name) => read(`tests/contract/${name}`);
const all = (text, pattern) => [...text.matchAll(pattern)].map(([, ...groups]) => groups);

/** The endpoints in PROTOCOL.md's table, where a path may be written as how the last one ends. */
function decidedCalls() {
  const [, table] = contract('PROTOCOL.md').split(/^\| call \| .*$/m);
  const rows = table.split(/\n(?!\|)/, 1)[0].split('\n').filter((row) => row.startsWith('| `'));
  return rows.flatMap((row) => {
    let [method, path] = ['', ''];
    const [cell] = row.slice(2).split(' | ');
    return all(cell, /`([^`]+)`/g).map(([written]) => {
      const parts = written.match(/^([A-Z]+)?\s*(\S+)?$/);
      method = parts[1] ?? method;
      path = completed(path, parts[2] ?? '');
      return `${method} ${path}`;
    });
  });
}

function completed(path, end) {
  if (end.startsWith('...')) return path + end.slice(3);
  if (path === '' || end.startsWith('/api/')) return end;
  if (end === '') return path;
  const segments = end.split('/').slice(1);
  return [...path.split('/').slice(0, -segments.length), ...segments].join('/');
}

const sidesOf = {
  'Driver → Server': ['driver'],
  'Customer → Server': ['customer'],
  'Client → Server': ['driver', 'customer'],
};

/** What the taxi document has clients send, by the direction that it gives with each payload. */
function documentedInTaxi() {
  const parts = contract('taxi-booking-flow.txt').split(/^Direction$/m).slice(1);
  return parts.flatMap((part) => {
    const direction = Object.keys(sidesOf).find((each) => part.trim().startsWith(each));
    const payload = part.split(/^.*\bresponse\b.*$/mi)[0].replaceAll(/^\/\/.*$/gm, '');
    const types = new Set(all(payload, /(?<!\w)"?type"?:\s+"(\w+)"/g).flat());
    const sides = sidesOf[direction] ?? [];
    return sides.flatMap((side) => [...types].map((type) => `${side}: ${type}`));
  });
}

/** What the other two have clients send; on campus, whatever asks for something to be done. */
function documentedElsewhere() {
  const [, table] = contract('rooms-websocket-api.md').split('## Message Types (Client to Server)');
  const inRooms = all(table.split('###')[0], /^\| `(\w+)` \|/gm).map(([type]) => `room: ${type}`);
  const [, campus] = contract('PROTOCOL.md').split('## Campus');
  const text = contract('campus-driver-consumer.md') + campus.split('## Rooms')[0];
  const actions = new Set(
    all(text, /"action":\s*"((?:create|cancel|accept|complete|send)_\w+)"/g).flat(),
  );
  return { inRooms, onCampus: [...actions] };
}

export const documented = {
  calls: decidedCalls(),
  taxi: documentedInTaxi(),
  ...documentedElsewhere(),
};

/** What the server routes and parses, as its own tables have it. */
export function served() {
  const dialect = (name) => read(`net/dialects/${name}/parse.cpp`);
  const taxi = dialect('taxi');
  const inTaxi = (side) => {
    const [, table] = taxi.split(`constexpr Message ${side}_messages[] = {`);
    return all(table.split('};')[0], /\{"(\w+)", /g).map(([type]) => `${side}: ${type}`);
  };
  const inBoth = all(taxi, /\*type == "(\w+)"/g).flat();
  const onCampus = all(dialect('campus'), /\{Side::(\w+), "(\w+)", /g);
  const inRooms = all(dialect('rooms'), /type == "(\w+)"/g);
  const calls = all(read('net/api.cpp'), /^\s*\{"([A-Z]+)", "(\/[^"]*)", &Api::/gm);
  const sockets = all(read('net/api_sockets.cpp'), /\{Side::\w+, "(\/[^"]+)"\}/g);
  const boards = all(read('net/api_sockets.cpp'), /board_path = "(\/[^"]+)"/g);
  return [
    ...boards.map(([path]) => `socket ${path}`),
    ...calls.map(([method, path]) => `${method} ${path}`),
    ...sockets.map(([path]) => `socket ${path}`),
    ...['driver', 'customer'].flatMap((side) =>
      [...inTaxi(side), ...inBoth.map((type) => `${side}: ${type}`)]),
    ...onCampus.map(([side, action]) => `${side.replace('_', ' ')}: ${action}`),
    ...inRooms.map(([type]) => `room: ${type}`),
  ];
}
