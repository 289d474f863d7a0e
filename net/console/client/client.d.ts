import type { HansomError } from './error.js';

/** A token, or how to get one. `refused`: the server did not take the last one. */
export type Token = string | ((asked: { refused: boolean }) => string | Promise<string>);

/** What is needed of a WebSocket's constructor: the browser's, Node's, or npm ws's. */
export type WebSocketConstructor = new (url: string) => {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number): void;
  addEventListener(type: any, listener: (event: any) => void): void;
};

export interface Timers {
  setTimeout(call: () => void, ms: number): unknown;
  clearTimeout(timer: any): void;
}

export interface CallOptions {
  /** The server, as `https://hansom.example`; a page's own server by default. */
  url?: string;
  token?: Token;
  deviceId?: string;
  deviceModel?: string;
  /** `globalThis.fetch` by default. */
  fetch?: typeof fetch;
  /** Sees every call over HTTP and its answer, without the token. */
  onExchange?: (call: Call) => void;
  /** How often a connection, or a booking request, is tried again: 5. */
  attempts?: number;
  /** Before the nth time it waits n times this: 3000. */
  delayMs?: number;
  /** But not longer than this: 30,000. */
  delayMaxMs?: number;
  /** Where an answer takes longer, the connection or the call is given up: 10,000. */
  answerMs?: number;
  /** For tests. */
  timers?: Timers;
}

export interface ConnectionOptions extends Omit<CallOptions, 'onExchange'> {
  token: Token;
  /** `globalThis.WebSocket` by default. */
  WebSocket?: WebSocketConstructor;
  /** A command that takes longer, over all connections, is rejected: 30,000; 0: never. */
  timeoutMs?: number;
  /** After so much silence the server is asked whether it is there; 0: never. */
  heartbeatMs?: number;
  /** So many commands may wait for their answers: 64. */
  waitingMax?: number;
}

export type Status =
  | { status: 'connecting'; attempt: number }
  /** Connected, and all that was missed has been shown. */
  | { status: 'connected' }
  /** Lost; the next attempt is in `delayMs`. */
  | { status: 'waiting'; attempt: number; delayMs: number; reason: HansomError }
  /** For good, until `connect()`. Without a reason: not yet begun. */
  | { status: 'disconnected'; reason?: HansomError };

/** A message on the wire, as text and parsed; `frame` is undefined where it is no JSON. */
export interface Frame {
  direction: 'in' | 'out';
  text: string;
  frame: unknown;
}

/** A call over HTTP; without `status` there was no answer. */
export interface Call {
  method: string;
  path: string;
  body?: unknown;
  status?: number;
  answer?: unknown;
}

/** What all clients can be listened to for. */
export interface ClientEvents<Push> {
  /** Every push and ack, once and in order. */
  push: Push;
  status: Status;
  /** Every message on the wire, in and out, as it was. */
  frame: Frame;
  /** Every call over HTTP that this client makes. */
  call: Call;
  /** An error of the server that no command waited for. */
  error: HansomError;
}

export interface Client<Events extends object> {
  readonly status: Status;
  /** Calls `listener` with each; gives a function that ends this. */
  on<Type extends keyof Events>(type: Type, listener: (value: Events[Type]) => void): () => void;
  once<Type extends keyof Events>(type: Type, listener: (value: Events[Type]) => void): () => void;
  off<Type extends keyof Events>(type: Type, listener: (value: Events[Type]) => void): void;
  /** Begins anew where the connection has ended for good; else does nothing. */
  connect(): this;
  /** Ends it for good; what waits is rejected with DISCONNECTED. */
  disconnect(): void;
  /** Resolves once connected; rejects with the reason when it has ended for good. */
  untilConnected(): Promise<void>;
}

/** The members of a union, by their name in `Key`. */
export type ByName<Union, Key extends keyof Union> = {
  [Name in Union[Key] & string]: Extract<Union, Record<Key, Name>>;
};
