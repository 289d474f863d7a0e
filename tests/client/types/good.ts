// What an app may write. `tsc --strict` takes it.
import {
  HansomError, adminApi, connectBoard, connectCampusDriver, connectCustomer, connectDriver,
  connectPassenger, connectRoom, roomsApi,
} from '@hansom/client';
import type {
  CampusDriverCommand, CampusDriverFrame, CampusDriverPush, CustomerCommand, CustomerFrame,
  CustomerPush, DriverCommand, DriverFrame, DriverPush, PassengerCommand, PassengerFrame,
  PassengerPush, RoomCommand, RoomFrame, RoomPush, Status,
} from '@hansom/client';

/** Fails to compile where two types are not the same. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : never;
const same = <A, B>(_: Same<A, B>) => {};

// Every push of the documents, by name and no other.
same<DriverPush['type'],
  | 'booking_assigned' | 'arrival_time_accepted' | 'customer_accepted' | 'complete_accepted'
  | 'decline_accepted' | 'offer_expired' | 'booking_cancelled' | 'booking_cancelled_by_customer'
  | 'customer_rejected' | 'accept_accepted' | 'chat_message'>(true);
same<CustomerPush['type'],
  | 'arrival_time_offered' | 'accept_accepted' | 'ride_completed' | 'driver_cancelled'
  | 'reject_accepted' | 'offer_auto_accepted' | 'booking_confirmed' | 'chat_message'>(true);
same<CampusDriverPush['action'],
  | 'sending_pending_ride_request' | 'ride_request_accepted' | 'ride_request_closed'
  | 'ride_request_completed' | 'ride_request_cancelled' | 'chat_message'
  | 'ride_request_gone'>(true);
same<PassengerPush['action'],
  | 'ride_request_created' | 'ride_request_accepted' | 'ride_request_completed'
  | 'ride_request_cancelled' | 'chat_message' | 'ride_request_gone'>(true);
same<RoomPush['action'], 'new' | 'update' | 'delete'>(true);

// What else comes, and every command.
same<Exclude<DriverFrame, DriverPush>['type'],
  'connected' | 'snapshot' | 'pong' | 'position' | 'force_disconnect' | 'error'>(true);
same<Exclude<CustomerFrame, CustomerPush>['type'],
  'connected' | 'snapshot' | 'pong' | 'position' | 'force_disconnect' | 'error'>(true);
same<Exclude<CampusDriverFrame, CampusDriverPush>['action'], 'force_disconnect' | 'error'>(true);
same<Exclude<PassengerFrame, PassengerPush>['action'], 'force_disconnect' | 'error'>(true);
same<DriverCommand['type'],
  | 'submit_arrival_time' | 'accept_booking' | 'decline_booking' | 'mark_as_completed'
  | 'chat_message' | 'resync' | 'ping' | 'position' | 'location_update'>(true);
same<CustomerCommand['type'],
  'accept' | 'reject' | 'chat_message' | 'resync' | 'ping' | 'position'>(true);
same<CampusDriverCommand['action'],
  'accept_ride_request' | 'complete_ride_request' | 'send_chat_message'>(true);
same<PassengerCommand['action'],
  'create_ride_request' | 'cancel_ride_request' | 'send_chat_message'>(true);
same<RoomCommand['type'], 'text' | 'update' | 'delete'>(true);

/** A push is told by its type. */
function show(push: DriverPush): string {
  switch (push.type) {
    case 'booking_assigned':
      return `${push.customer_name}, ${push.pickup_location.title}, ${push.note ?? ''}`;
    case 'arrival_time_accepted':
      return push.arrival_time.label;
    case 'chat_message':
      return `${push.from}: ${push.text}, of ${push.chat_history.length}`;
    case 'booking_cancelled':
      return push.reason_code === 'NO_DRIVER_AVAILABLE' ? push.reason : push.booking_id;
    default:
      return `${push.type} ${push.booking_id} ${push.seq}`;
  }
}

function tell(status: Status): string {
  switch (status.status) {
    case 'waiting':
      return `attempt ${status.attempt} in ${status.delayMs} ms: ${status.reason.code}`;
    case 'disconnected':
      return status.reason?.message ?? 'not yet';
    case 'connecting':
      return String(status.attempt);
    case 'connected':
      return '';
  }
}

async function drive() {
  const token = ({ refused }: { refused: boolean }) => (refused ? 'new' : 'old');
  const driver = connectDriver({ token, deviceId: 'a' });
  const off: () => void = driver.on('booking_assigned', ({ date }) => void date);
  driver.on('push', (push) => void show(push));
  driver.on('status', (status) => void tell(status));
  driver.on('frame', ({ direction, frame }) => void [direction, frame]);
  driver.on('error', ({ code, bookingId }) => void [code, bookingId]);
  driver.once('snapshot', ({ assignment }) => void assignment?.arrival_time?.seconds);
  const { arrival_time } = await driver.submitArrivalTime('b', 300);
  const seconds: number = arrival_time.seconds;
  const { reassigned } = await driver.declineBooking('b', { cancellation_description: 'No.' });
  const last: boolean = reassigned;
  const { assignment } = await driver.resync('b');
  driver.updateLocation({ latitude: 1, longitude: 2 });
  try {
    await driver.markAsCompleted('b');
  } catch (error) {
    const isOurs = error instanceof HansomError;
    if (isOurs && error.code === 'BOOKING_NOT_COMPLETABLE') return error.outcome;
  }
  off();
  return [seconds, last, assignment, driver.position, driver.connect().status];
}

async function travel() {
  const customer = connectCustomer({ url: 'https://hansom.example', token: 'good', since: 5 });
  const { driver_id } = await customer.requestBooking({
    pickup_location_title: 'a', pickup_location_address: 'a', pickup_map_id: 'a',
    pickup_latitude: 1, pickup_longitude: 2, no_of_passengers: 1,
    drop_offs: [{
      drop_off_location_title: 'b', drop_off_location_address: 'b', drop_off_map_id: 'b',
      drop_off_latitude: 1, drop_off_longitude: 2,
    }],
  });
  customer.on('arrival_time_offered', async ({ booking_id, driver_name }) => {
    const ack = await customer.accept(booking_id);
    const status: 'on_the_way' = ack.booking_status;
    void [driver_name, status];
  });
  const snapshot = await customer.resync();
  if (snapshot.booking_id !== null) void snapshot.pickup_location.title;
  return driver_id;
}

async function others() {
  const student = connectCampusDriver({ token: 'good', userId: 'u' });
  student.on('sending_pending_ride_request', ({ data }) => student.acceptRideRequest(data.id));
  student.on('ride_request_gone', ({ ride_request_id }) => void ride_request_id);
  const passenger = connectPassenger({ token: 'good', userId: 'u' });
  const created = await passenger.createRideRequest({
    pickup_latitude: 1, pickup_longitude: 2, dropoff_latitude: 3, dropoff_longitude: 4,
    pickup_address: 'a', dropoff_address: 'b',
  });
  if (created.action === 'ride_request_accepted') void created.data.driver_id;
  const room = connectRoom({ token: 'good', host: 'alice', room: 'physics', username: 'bob' });
  room.on('history', ({ messages, next_before }) => void [messages[0]?.body, next_before]);
  room.on('new', ({ user, body }) => void [user, body]);
  const { id } = await room.text('Hi');
  await room.update(id, 'Hello');
  await roomsApi({ token: 'good' }).of('alice', 'physics').addParticipant('carol');
  const admin = adminApi({ token: 'admin' });
  await admin.changeAccount('u', { status: 'blocked' });
  const { bookings: [newest], next_before } = await admin.bookings({ limit: 1 });
  const story = await admin.story(newest.booking_id);
  const choice = story.events[0].choice;
  const away: number | null | undefined = choice?.candidates[0].distance_m;
  await admin.bookings({ before: next_before });
  const board = connectBoard({ token: 'admin' });
  board.on('board', ({ bookings }) => console.log(bookings.taxi.on_the_way, away));
}

void [drive, travel, others];
