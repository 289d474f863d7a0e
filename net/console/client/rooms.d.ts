// The rooms document's frames, and the client of a room.
import type { PageOptions, RoomCalls } from './api.js';
import type { ByName, Client, ClientEvents, ConnectionOptions } from './client.js';

export interface RoomMessage {
  id: string;
  /** The author's username. */
  user: string;
  user_id: string;
  body: string;
  created: string;
  edited: boolean;
  updated: string;
  userAvatar: string | null;
}

/** What was said while the connection was lost may be `edited` already. */
export interface NewMessage extends RoomMessage {
  type: 'chat_message';
  action: 'new';
}

export interface UpdateMessage {
  type: 'chat_message';
  action: 'update';
  id: string;
  body: string;
  /** True; but for what was edited while the connection was lost, this is what the history says. */
  edited: boolean;
  updated: string;
}

export interface DeleteMessage {
  type: 'chat_message';
  action: 'delete';
  id: string;
}

/** Every event of a room. */
export type RoomPush = NewMessage | UpdateMessage | DeleteMessage;

/** On the wire only: commands are rejected with a HansomError. */
export interface RoomErrorFrame {
  error: string;
}

/** All that comes on a room's socket. */
export type RoomFrame = RoomPush | RoomErrorFrame;

/** What may be sent; the server ignores a `timestamp`. */
export type RoomCommand =
  | { type: 'text'; message: string; timestamp?: string }
  | { type: 'update'; messageId: string; message: string; timestamp?: string }
  | { type: 'delete'; messageId: string; timestamp?: string };

/** A page of what was said, newest first. */
export interface RoomHistory {
  messages: RoomMessage[];
  /** `before` of the next page, if there is one. */
  next_before: string | null;
}

export interface RoomOptions extends ConnectionOptions {
  /** The host's username. */
  host: string;
  /** The room's slug. */
  room: string;
  /** One's own. */
  username: string;
  /** Of so many of the newest messages, edits and deletions are not missed: 500. */
  remember?: number;
}

export type RoomEvents = ClientEvents<RoomPush> & ByName<RoomPush, 'action'> & {
  /** What was said before, once, on the first connection. */
  history: RoomHistory;
};

export interface RoomClient extends Client<RoomEvents>, RoomCalls {
  text(message: string): Promise<NewMessage>;
  update(messageId: string, message: string): Promise<UpdateMessage>;
  delete(messageId: string): Promise<DeleteMessage>;
  messages(page?: PageOptions): Promise<RoomHistory>;
}

export function connectRoom(options: RoomOptions): RoomClient;
