/** The taxi document's codes, and those of PROTOCOL.md. */
export type TaxiCode =
  | 'UNAUTHORIZED' | 'INVALID_TOKEN' | 'SESSION_REPLACED' | 'ACCOUNT_BLOCKED' | 'ACCOUNT_DELETED'
  | 'DRIVER_NOT_FOUND' | 'CUSTOMER_NOT_FOUND' | 'ONGOING_RIDE_ELSEWHERE' | 'INVALID_JSON'
  | 'INVALID_PAYLOAD' | 'BOOKING_NOT_FOUND' | 'BOOKING_NOT_ASSIGNABLE' | 'BOOKING_NOT_ACCEPTABLE'
  | 'BOOKING_NOT_REJECTABLE' | 'BOOKING_NOT_DECLINABLE' | 'BOOKING_NOT_COMPLETABLE'
  | 'BOOKING_NOT_CHATTABLE' | 'REJECT_WINDOW_CLOSED' | 'INVALID_TEMPLATE' | 'UNKNOWN_MESSAGE_TYPE'
  | 'INTERNAL_ERROR';

export type CampusCode =
  | 'INVALID_JSON' | 'INVALID_PAYLOAD' | 'UNKNOWN_MESSAGE_TYPE' | 'RIDE_REQUEST_OPEN'
  | 'RIDE_IN_PROGRESS' | 'RIDE_REQUEST_TAKEN' | 'RIDE_REQUEST_NOT_FOUND' | 'NO_ACTIVE_RIDE';

/** Rooms have sentences for errors; these are their codes. `REFUSED`: not in the document. */
export type RoomCode =
  | 'INVALID_JSON' | 'INVALID_PAYLOAD' | 'UNKNOWN_MESSAGE_TYPE' | 'MESSAGE_EMPTY'
  | 'MESSAGE_TOO_LONG' | 'MESSAGE_NOT_FOUND' | 'MESSAGE_NOT_YOURS_TO_EDIT'
  | 'MESSAGE_NOT_YOURS_TO_DELETE' | 'REFUSED';

/** Of calls over HTTP. */
export type CallCode =
  | 'FORBIDDEN' | 'NOT_FOUND' | 'METHOD_NOT_ALLOWED' | 'PAYLOAD_TOO_LARGE' | 'FOREIGN_ORIGIN'
  | 'BOOKING_NOT_CANCELLABLE' | 'IDEMPOTENCY_KEY_REUSED' | 'TOO_MANY_TEMPLATES' | 'EMAIL_TAKEN'
  | 'USERNAME_TAKEN' | 'SLUG_TAKEN' | 'TOO_MANY_ROOMS' | 'TOO_MANY_PARTICIPANTS' | 'HOST_MUST_STAY';

/** Those of the server when it can't, anywhere. */
export type ServerCode = 'SERVER_BUSY' | 'LOG_UNAVAILABLE' | 'TOO_MANY_SOCKETS';

/** Those of the client itself (README.md, Errors). */
export type ClientCode =
  | 'NOT_CONNECTED' | 'CONNECTION_LOST' | 'CONNECTION_FAILED' | 'TIMEOUT' | 'TOO_MANY_WAITING'
  | 'DISCONNECTED' | 'NOTHING_IN_PROGRESS' | 'POLICY_VIOLATION' | 'FORCE_DISCONNECT'
  | 'TOKEN_UNAVAILABLE' | 'NETWORK_ERROR' | 'HTTP_ERROR';

export type ErrorCode =
  TaxiCode | CampusCode | RoomCode | CallCode | ServerCode | ClientCode;

/** Whether what was asked for was done: no; nobody knows; it did not even leave. */
export type Outcome = 'refused' | 'unknown' | 'not_sent';

export class HansomError extends Error {
  readonly name: 'HansomError';
  readonly code: ErrorCode;
  readonly outcome: Outcome;
  /** The same may succeed later. */
  readonly retryable: boolean;
  readonly bookingId?: string;
  readonly rideRequestId?: string;
  /** Of an HTTP answer. */
  readonly status?: number;
  /** Of a WebSocket. */
  readonly closeCode?: number;
  readonly cause?: unknown;
}
