// The taxi document's frames, word for word, and the clients of drivers and customers.
import type { ByName, Client, ClientEvents, ConnectionOptions } from './client.js';
import type { CustomerCalls, DriverCalls } from './api.js';
import type { ServerCode, TaxiCode } from './error.js';

export type BookingStatus = 'requested' | 'confirmation' | 'on_the_way' | 'completed' | 'cancelled';
export type BookingType = 'instant' | 'scheduled';

export interface PhoneCode {
  id: string;
  name: string;
  /** ISO 3166, as `NZ`. */
  code: string;
  ph_code: string;
  flag: string;
}

export interface Location {
  title: string;
  address: string;
  map_id: string;
  latitude: number;
  longitude: number;
}

export interface ArrivalTime {
  value: number;
  unit: 'seconds' | 'minutes' | 'hours';
  label: string;
  seconds: number;
}

export interface ChatEntry {
  from: 'driver' | 'customer';
  text: string;
  sent_at: string;
}

export interface CustomerContact {
  customer_name: string;
  customer_phone: string;
  customer_phone_code: PhoneCode | null;
}

export interface DriverContact {
  driver_name: string;
  driver_phone: string;
  driver_phone_code: PhoneCode | null;
  vehicle_number: string | null;
  driver_code: string | null;
}

/** Before `confirmation` there is no driver to be shown. */
export type NoDriver = { [Key in keyof DriverContact]: null };

export interface Places {
  pickup_location: Location;
  /** The last of the drop-offs. */
  dropoff_location: Location;
  /** All of them, where there are several. */
  drop_offs?: Location[];
}

/** What all pushes and acks have. */
interface OfBooking<Type extends string> {
  type: Type;
  booking_id: string;
  /** The position in the log of the event behind it. */
  seq: number;
}

interface WithChat {
  chat_history: ChatEntry[];
}

export interface BookingAssigned
  extends OfBooking<'booking_assigned'>, CustomerContact, Places, WithChat {
  booking_status: 'requested';
  booking_type: BookingType;
  date: string;
  no_of_passengers: number;
  note: string | null;
}

export interface ArrivalTimeAccepted extends OfBooking<'arrival_time_accepted'>, WithChat {
  booking_status: 'confirmation';
  arrival_time: ArrivalTime;
}

/** A driver's ack of `accept_booking`. */
export interface BookingAcceptAccepted extends OfBooking<'accept_accepted'>, WithChat {}

export interface CustomerAccepted
  extends OfBooking<'customer_accepted'>, CustomerContact, Places, WithChat {
  booking_status: 'on_the_way';
  no_of_passengers: number;
  note: string | null;
  auto_promoted: boolean;
}

export interface CompleteAccepted extends OfBooking<'complete_accepted'>, WithChat {
  status: 'completed';
}

export interface DeclineAccepted extends OfBooking<'decline_accepted'> {
  reassigned: boolean;
}

export interface OfferExpired extends OfBooking<'offer_expired'> {
  reason: string;
}

export interface BookingCancelled extends OfBooking<'booking_cancelled'> {
  status: 'cancelled';
  reason: string;
  reason_code: 'NO_DRIVER_AVAILABLE' | 'SCHEDULED_DRIVER_NO_SHOW';
}

export interface BookingCancelledByCustomer
  extends OfBooking<'booking_cancelled_by_customer'>, WithChat {
  status: 'cancelled';
}

export interface CustomerRejected
  extends OfBooking<'customer_rejected'>, CustomerContact, WithChat {
  status: 'cancelled';
  note: string | null;
}

/** To both. `chat_history` ends with this message, and has at most 100. */
export interface ChatMessage extends OfBooking<'chat_message'>, ChatEntry, WithChat {}

export interface ArrivalTimeOffered
  extends OfBooking<'arrival_time_offered'>, DriverContact, Places, WithChat {
  booking_status: 'confirmation';
  arrival_time: ArrivalTime;
  no_of_passengers: number;
}

/** A customer's ack of `accept`. */
export interface OfferAcceptAccepted
  extends OfBooking<'accept_accepted'>, DriverContact, WithChat {
  booking_status: 'on_the_way';
}

export interface OfferAutoAccepted extends OfBooking<'offer_auto_accepted'>, WithChat {
  booking_status: 'on_the_way';
}

export interface BookingConfirmed
  extends OfBooking<'booking_confirmed'>, DriverContact, Places, WithChat {
  booking_status: 'confirmation';
  scheduled_date: string;
  no_of_passengers: number;
}

export interface RideCompleted extends OfBooking<'ride_completed'>, WithChat {
  status: 'completed';
}

export interface DriverCancelled extends OfBooking<'driver_cancelled'>, WithChat {
  status: 'cancelled';
  reason: string;
  reason_code: 'NO_DRIVER_AVAILABLE' | 'DRIVER_CANCELLED' | 'SCHEDULED_DRIVER_NO_SHOW';
}

export type RejectAccepted =
  OfBooking<'reject_accepted'> & WithChat & (DriverContact | NoDriver) & { status: 'cancelled' };

/** Every push and ack to a driver. */
export type DriverPush =
  | BookingAssigned | ArrivalTimeAccepted | BookingAcceptAccepted | CustomerAccepted
  | CompleteAccepted | DeclineAccepted | OfferExpired | BookingCancelled
  | BookingCancelledByCustomer | CustomerRejected | ChatMessage;

/** Every push and ack to a customer. */
export type CustomerPush =
  | ArrivalTimeOffered | OfferAcceptAccepted | OfferAutoAccepted | BookingConfirmed
  | RideCompleted | DriverCancelled | RejectAccepted | ChatMessage;

export interface Assignment extends CustomerContact, Places, WithChat {
  booking_id: string;
  booking_status: BookingStatus;
  booking_type: BookingType;
  date: string;
  no_of_passengers: number;
  arrival_time: ArrivalTime | null;
  note: string | null;
}

/** `assignment: null`: nothing is in progress. */
export interface DriverSnapshot {
  type: 'snapshot';
  assignment: Assignment | null;
}

export type CustomerBooking = Places & WithChat & (DriverContact | NoDriver) & {
  type: 'snapshot';
  booking_id: string;
  booking_status: BookingStatus;
  no_of_passengers: number;
  arrival_time: ArrivalTime | null;
};

export interface NoBooking {
  type: 'snapshot';
  booking_id: null;
  booking_status: null;
}

export type CustomerSnapshot = CustomerBooking | NoBooking;

export interface ForceDisconnect {
  type: 'force_disconnect';
  reason: string;
}

/** On the wire only: commands are rejected with a HansomError. */
export interface TaxiErrorFrame {
  type: 'error';
  code: TaxiCode | ServerCode;
  message: string;
  booking_id?: string;
}

interface Pong {
  type: 'pong';
}

/** The log's position up to which all has been said on this socket. */
interface PositionFrame {
  type: 'position';
  seq: number;
}

/** All that comes on a driver's socket. */
export type DriverFrame =
  | { type: 'connected'; driver_id: string } | DriverPush | DriverSnapshot | Pong | PositionFrame
  | ForceDisconnect | TaxiErrorFrame;

/** All that comes on a customer's socket. */
export type CustomerFrame =
  | { type: 'connected'; customer_id: string } | CustomerPush | CustomerSnapshot | Pong
  | PositionFrame | ForceDisconnect | TaxiErrorFrame;

/** Why a driver declines or cancels: a template, or a text of up to 512 characters. */
export type CancellationReason =
  | { cancellation_template_id: string; cancellation_description?: undefined }
  | { cancellation_description: string; cancellation_template_id?: undefined };

interface About<Type extends string> {
  type: Type;
  booking_id: string;
}

/** What both sides may send. */
export type TaxiCommand =
  | (About<'chat_message'> & { text: string })
  | { type: 'resync'; booking_id?: string; since?: number }
  | { type: 'ping' }
  | { type: 'position' };

/** What a driver may send. */
export type DriverCommand =
  | TaxiCommand
  | (About<'submit_arrival_time'> & { arrival_time: number })
  | About<'accept_booking'>
  | (About<'decline_booking'> & CancellationReason)
  | (About<'mark_as_completed'> & { status: 'completed' })
  | { type: 'location_update'; latitude: number; longitude: number };

/** What a customer may send. */
export type CustomerCommand = TaxiCommand | About<'accept'> | About<'reject'>;

export interface TaxiOptions extends ConnectionOptions {
  /** The position of the last push that the app has dealt with, where it keeps one (`position`). */
  since?: number;
}

interface TaxiEvents<Push, Snapshot> extends ClientEvents<Push> {
  /** How things stand: after each time it was caught up, and whenever it was asked for. */
  snapshot: Snapshot;
  force_disconnect: ForceDisconnect;
}

export type DriverEvents = TaxiEvents<DriverPush, DriverSnapshot> & ByName<DriverPush, 'type'>;
export type CustomerEvents =
  TaxiEvents<CustomerPush, CustomerSnapshot> & ByName<CustomerPush, 'type'>;

interface TaxiClient<Events extends object, Snapshot> extends Client<Events> {
  /** The account's id, once greeted. */
  readonly id?: string;
  /** The position of the last push that was shown: `since` of the app's next start. */
  readonly position: number;
  /** Without an id: a driver's oldest booking in progress, a customer's newest. */
  resync(bookingId?: string): Promise<Snapshot>;
  ping(): Promise<void>;
  sendChatMessage(bookingId: string, text: string): Promise<ChatMessage>;
}

export interface DriverClient extends TaxiClient<DriverEvents, DriverSnapshot>, DriverCalls {
  /** Accepts an instant booking: so many seconds until the pickup. */
  submitArrivalTime(bookingId: string, seconds: number): Promise<ArrivalTimeAccepted>;
  /** Accepts a scheduled booking. */
  acceptBooking(bookingId: string): Promise<BookingAcceptAccepted>;
  declineBooking(bookingId: string, why: CancellationReason): Promise<DeclineAccepted>;
  markAsCompleted(bookingId: string): Promise<CompleteAccepted>;
  /** Is said at once, or as soon as there is a connection, and again on each new one. */
  updateLocation(place: { latitude: number; longitude: number }): void;
}

export interface CustomerClient
  extends TaxiClient<CustomerEvents, CustomerSnapshot>, CustomerCalls {
  /** Accepts the offer. */
  accept(bookingId: string): Promise<OfferAcceptAccepted>;
  /** Cancels a booking that is not on the way yet. */
  reject(bookingId: string): Promise<RejectAccepted>;
}

export function connectDriver(options: TaxiOptions): DriverClient;
export function connectCustomer(options: TaxiOptions): CustomerClient;
