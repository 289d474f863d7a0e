// A booking's story (net/admin-api.md): what the log and the server's rules tell of it.

export type RideStatus = 'requested' | 'confirmation' | 'on_the_way' | 'completed' | 'cancelled';
export type Protocol = 'taxi' | 'campus';

export interface Place {
  latitude: number;
  longitude: number;
}

export interface Person {
  account: string;
  name: string;
}

export interface ListedBooking {
  booking_id: string;
  /** Of its request in the log. */
  position: number;
  protocol: Protocol;
  booking_type: 'instant' | 'scheduled' | 'open';
  status: RideStatus;
  requested_at: string;
  changed_at: string;
  customer: Person;
  /** Who is asked now, or has the ride. */
  driver: Person | null;
}

export interface ListedBookings {
  /** Newest first; may be short, or empty, and yet not the last page. */
  bookings: ListedBooking[];
  /** `before` of the next page, if there is one. */
  next_before: number | null;
}

/** A frame as it was on the wire; `account` null: to every other connected driver of campus. */
export interface SentFrame {
  to: 'driver' | 'customer';
  account: string | null;
  frame: Record<string, unknown>;
}

export interface Candidate {
  driver: string;
  name: string;
  /** In the order of preference, from 1. */
  rank: number;
  distance_m: number | null;
  position: Place | null;
  verdict: 'chosen' | 'already_asked' | 'own_booking' | 'farther' | 'waited_less';
  reason: string;
}

export interface DriverChoice {
  pickup: Place;
  /** Null: nobody could be asked. */
  chosen: string | null;
  candidates: Candidate[];
}

export interface StoryEvent {
  /** As the log has it. */
  event: {
    position: number;
    stream: string;
    revision: number;
    at: string;
    type: string;
    version: number;
    /** `customer:<account>`, `driver:<account>`, `timer` or `admin`. */
    actor: string;
    cause: string;
    data: Record<string, unknown>;
  };
  by: string;
  words: string;
  /** After it. */
  status: RideStatus;
  /** What was sent because of it, in order. */
  sent: SentFrame[];
  /** What each side was shown of the booking then. */
  snapshots: SentFrame[];
  /** Timers that run after it. */
  deadlines: { kind: 'driver_response' | 'customer_answer' | 'pickup'; due: string }[];
  /** Where a driver was searched for. */
  choice: DriverChoice | null;
}

export interface Story {
  booking_id: string;
  protocol: Protocol;
  booking_type: ListedBooking['booking_type'];
  /** Now. */
  status: RideStatus;
  customer: string;
  last_position: number;
  /** Of all who have to do with it, by account. */
  names: Record<string, string>;
  events: StoryEvent[];
}
