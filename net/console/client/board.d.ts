// The live board (net/admin-api.md): what is going on, in numbers, for operators.
import type { Client, ClientEvents, ConnectionOptions } from './client.js';
import type { RideStatus } from './story.js';

/** How many bookings; `completed` and `cancelled` are those since the server's start. */
export type ByStatus = Record<RideStatus, number>;

export interface BoardFrame {
  type: 'board';
  at: string;
  /** The server's start. */
  since: string;
  /** The log's end. */
  position: number;
  bookings: { taxi: ByStatus; campus: ByStatus };
  /** How many are connected. */
  drivers: { taxi: number; campus: number };
  assignments: {
    last_minute: string;
    /** Of 60 minutes, of which `last_minute` is the last. */
    per_minute: number[];
  };
  /** From the request until a driver took it; of the last 200, the oldest first. */
  seconds_to_accept: number[];
  /** The last 20 refusals, newest first. */
  errors: {
    at: string;
    code: string;
    side: 'driver' | 'customer' | 'campus_driver' | 'passenger' | 'participant' | null;
  }[];
}

export type BoardEvents = ClientEvents<BoardFrame> & { board: BoardFrame };

export type BoardClient = Client<BoardEvents>;

/**
 * The token is the admin's. Each frame says all: there is nothing that could be missed. Whoever
 * watches wants to go on: without `attempts` it is tried again for ever.
 */
export function connectBoard(options: ConnectionOptions): BoardClient;
