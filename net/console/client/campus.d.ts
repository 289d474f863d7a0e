// The campus document's frames, and the clients of students who drive and who ride.
import type { ByName, Client, ClientEvents, ConnectionOptions } from './client.js';
import type { CampusCode, ServerCode } from './error.js';

export interface Trip {
  pickup_latitude: number;
  pickup_longitude: number;
  dropoff_latitude: number;
  dropoff_longitude: number;
  pickup_address: string;
  dropoff_address: string;
}

export interface PendingRide extends Trip {
  id: string;
  status: 'pending';
}

export interface AcceptedRide extends Trip {
  id: string;
  status: 'accepted';
  driver_id: string;
}

export interface CompletedRide extends Trip {
  id: string;
  status: 'completed';
  driver_id: string;
}

export interface SendingPendingRideRequest {
  action: 'sending_pending_ride_request';
  type: 'send_pending_ride_request';
  data: PendingRide;
}

export interface RideRequestCreated {
  action: 'ride_request_created';
  data: PendingRide;
}

export interface RideRequestAccepted {
  action: 'ride_request_accepted';
  data: AcceptedRide;
}

export interface RideRequestCompleted {
  action: 'ride_request_completed';
  data: CompletedRide;
}

export interface RideRequestCancelled {
  action: 'ride_request_cancelled';
  ride_request_id: string;
}

export interface RideRequestClosed {
  action: 'ride_request_closed';
  ride_request_id: string;
}

/** Of the client itself: it has ended while the connection was lost; how, nothing says. */
export interface RideRequestGone {
  action: 'ride_request_gone';
  ride_request_id: string;
}

export interface CampusChatMessage {
  action: 'chat_message';
  user_id: string;
  message: string;
}

export interface CampusForceDisconnect {
  action: 'force_disconnect';
  reason: string;
}

/** On the wire only: commands are rejected with a HansomError. */
export interface CampusErrorFrame {
  action: 'error';
  code: CampusCode | ServerCode;
  message: string;
}

/** Every push to a driver. */
export type CampusDriverPush =
  | SendingPendingRideRequest | RideRequestAccepted | RideRequestClosed | RideRequestCompleted
  | RideRequestCancelled | CampusChatMessage | RideRequestGone;

/** Every push to a passenger. */
export type PassengerPush =
  | RideRequestCreated | RideRequestAccepted | RideRequestCompleted | RideRequestCancelled
  | CampusChatMessage | RideRequestGone;

/** All that comes on a driver's socket. */
export type CampusDriverFrame =
  Exclude<CampusDriverPush, RideRequestGone> | CampusForceDisconnect | CampusErrorFrame;

/** All that comes on a passenger's socket. */
export type PassengerFrame =
  Exclude<PassengerPush, RideRequestGone> | CampusForceDisconnect | CampusErrorFrame;

/** What a driver may send. */
export type CampusDriverCommand =
  | { action: 'accept_ride_request'; ride_request_id: string }
  | { action: 'complete_ride_request'; ride_request_id: string }
  | { action: 'send_chat_message'; message: string };

/** What a passenger may send. */
export type PassengerCommand =
  | ({ action: 'create_ride_request' } & Trip)
  | { action: 'cancel_ride_request'; ride_request_id: string }
  | { action: 'send_chat_message'; message: string };

export interface CampusOptions extends ConnectionOptions {
  /** The account's id, which is in the socket's address. */
  userId: string;
}

interface CampusEvents<Push> extends ClientEvents<Push> {
  force_disconnect: CampusForceDisconnect;
}

export type CampusDriverEvents =
  CampusEvents<CampusDriverPush> & ByName<CampusDriverPush, 'action'>;
export type PassengerEvents = CampusEvents<PassengerPush> & ByName<PassengerPush, 'action'>;

interface CampusClient<Events extends object> extends Client<Events> {
  readonly id: string;
  /** To the other one on the accepted ride. */
  sendChatMessage(message: string): Promise<CampusChatMessage>;
}

export interface CampusDriverClient extends CampusClient<CampusDriverEvents> {
  acceptRideRequest(id: string): Promise<RideRequestAccepted>;
  completeRideRequest(id: string): Promise<RideRequestCompleted>;
}

export interface PassengerClient extends CampusClient<PassengerEvents> {
  /** Resolves to the request as created or, where that was lost, maybe as accepted already. */
  createRideRequest(trip: Trip): Promise<RideRequestCreated | RideRequestAccepted>;
  cancelRideRequest(id: string): Promise<RideRequestCancelled>;
}

export function connectCampusDriver(options: CampusOptions): CampusDriverClient;
export function connectPassenger(options: CampusOptions): PassengerClient;
