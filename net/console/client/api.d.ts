// The calls over HTTP: each resolves to the `data` of the answer, or rejects with a HansomError.
import type { CallOptions } from './client.js';
import type { RoomHistory } from './rooms.js';
import type { ListedBookings, Story } from './story.js';
import type {
  Assignment, BookingType, CancellationReason, CustomerBooking, PhoneCode,
} from './taxi.js';

export type { CallOptions } from './client.js';

export interface PageOptions {
  limit?: number;
  /** An id: what is older than it. */
  before?: string | null;
}

export interface DropOff {
  drop_off_location_title: string;
  drop_off_location_address: string;
  drop_off_map_id: string;
  drop_off_latitude: number;
  drop_off_longitude: number;
}

export interface BookingRequest {
  pickup_location_title: string;
  pickup_location_address: string;
  pickup_map_id: string;
  pickup_latitude: number;
  pickup_longitude: number;
  /** 1 to 8. */
  no_of_passengers: number;
  note?: string | null;
  /** The pickup time, ISO 8601; null: now. */
  scheduled_date?: string | null;
  drop_offs: [DropOff, ...DropOff[]];
}

export interface BookingRequested {
  booking_id: string;
  booking_type: BookingType;
  /** Null: nobody could be asked, and the booking is cancelled. */
  driver_id: string | null;
}

export interface CancelledBooking {
  booking_id: string;
  status: 'cancelled';
}

export type Role = 'driver' | 'customer' | 'student';
export type AccountStatus = 'active' | 'blocked' | 'deleted';

interface AccountFields {
  id: string;
  email: string;
  name: string;
  roles: Role[];
  phone: string;
  username: string | null;
  avatar: string | null;
  vehicle_number: string | null;
  driver_code: string | null;
  status: AccountStatus;
}

export interface Profile extends AccountFields {
  phone_code: (PhoneCode & { phone_limit: number }) | null;
}

export interface Account extends AccountFields {
  /** ISO 3166, as `NZ`. */
  phone_code: string;
  devices: { device_id: string; device_model: string | null; last_seen_at: string }[];
}

export interface NewAccount {
  email: string;
  name: string;
  roles: Role[];
  phone: string;
  phone_code: string;
  username?: string | null;
  avatar?: string | null;
  vehicle_number?: string | null;
  driver_code?: string | null;
}

export interface CancellationTemplate {
  id: string;
  text: string;
  owner: 'admin' | 'driver';
}

export interface CustomerBookings {
  bookings: CustomerBooking[];
  next_before: string | null;
}

export interface DriverBookings {
  bookings: { type: 'snapshot'; booking_id: string; assignment: Assignment }[];
  next_before: string | null;
}

export interface CustomerCalls {
  /**
   * One booking, however often it has to be tried: it goes with an `Idempotency-Key`, one of its
   * own where none is given. Where the connection has ended with the last ride, it is made again.
   */
  requestBooking(
    request: BookingRequest, how?: { idempotencyKey?: string },
  ): Promise<BookingRequested>;
  /** Ends a ride that is on the way. */
  cancelBooking(bookingId: string): Promise<CancelledBooking>;
  bookings(page?: PageOptions): Promise<CustomerBookings>;
  profile(): Promise<Profile>;
}

export interface DriverCalls {
  /** Ends a ride that is on the way. */
  cancelBooking(bookingId: string, why: CancellationReason): Promise<CancelledBooking>;
  bookings(page?: PageOptions): Promise<DriverBookings>;
  profile(): Promise<Profile>;
  /** The driver's own, and the admin's. */
  cancellationTemplates(): Promise<CancellationTemplate[]>;
  addCancellationTemplate(text: string): Promise<{ id: string }>;
  removeCancellationTemplate(id: string): Promise<null>;
}

export interface RoomCalls {
  messages(page?: PageOptions): Promise<RoomHistory>;
  /** By the host only. */
  addParticipant(username: string): Promise<{ host: string; slug: string; username: string }>;
  removeParticipant(username: string): Promise<null>;
}

export interface RoomsCalls {
  /** Opens a room; the slug is made from the name where none is given. */
  create(room: { name: string; slug?: string | null }): Promise<{ host: string; slug: string }>;
  of(host: string, slug: string): RoomCalls;
}

export interface AdminCalls {
  createAccount(fields: NewAccount): Promise<{ id: string }>;
  account(id: string): Promise<Account>;
  changeAccount(
    id: string, changes: Partial<NewAccount> & { status?: AccountStatus },
  ): Promise<Account>;
  /** Ends the account's live sessions. */
  endSession(id: string): Promise<null>;
  addCancellationTemplate(text: string): Promise<{ id: string }>;
  cancellationTemplates(): Promise<CancellationTemplate[]>;
  /** All bookings; `before` is a position. */
  bookings(page?: { limit?: number; before?: number | null }): Promise<ListedBookings>;
  /** All that happened to a booking, however long. */
  story(bookingId: string): Promise<Story>;
}

export function customerApi(options: CallOptions): CustomerCalls;
export function driverApi(options: CallOptions): DriverCalls;
export function roomsApi(options: CallOptions): RoomsCalls;
export function adminApi(options: CallOptions): AdminCalls;
