// What an app must not write. Each line after `@ts-expect-error` is wrong; one that is not, is
// itself an error of `tsc`.
import {
  HansomError, connectCustomer, connectDriver, connectPassenger, connectRoom,
} from '@hansom/client';
import type { CancellationReason, CustomerCommand, DriverPush } from '@hansom/client';

// @ts-expect-error: there has to be a token
connectDriver({ url: 'https://hansom.example' });
const driver = connectDriver({ token: 'good' });
const customer = connectCustomer({ token: 'good' });

// @ts-expect-error: customers are sent this
driver.on('arrival_time_offered', () => {});
// @ts-expect-error: there is no such push
driver.on('new_assignment', () => {});
// @ts-expect-error: a decline says nothing of chat
driver.on('decline_accepted', ({ chat_history }) => void chat_history);
// @ts-expect-error: customers accept, drivers do not
driver.accept('b');
// @ts-expect-error: seconds are a number
driver.submitArrivalTime('b', '300');
// @ts-expect-error: there has to be a reason
driver.declineBooking('b');
// @ts-expect-error: one reason, not two
const why: CancellationReason = { cancellation_template_id: 'a', cancellation_description: 'b' };
// @ts-expect-error: drivers and customers cancel with and without a reason
driver.cancelBooking('b');
// @ts-expect-error: at least one drop-off
customer.requestBooking({ drop_offs: [] });
// @ts-expect-error: the snapshot may be of no booking
customer.resync().then(({ pickup_location }) => void pickup_location);
// @ts-expect-error: drivers submit arrival times
const command: CustomerCommand = { type: 'submit_arrival_time', booking_id: 'b', arrival_time: 1 };
// @ts-expect-error: a status that is not of this push
const push: Extract<DriverPush, { type: 'customer_accepted' }>['booking_status'] = 'requested';
// @ts-expect-error: no such code
void (new HansomError().code === 'NO_SUCH_CODE');
// @ts-expect-error: whose socket it is
connectPassenger({ token: 'good' });
// @ts-expect-error: where, and as whom
connectRoom({ token: 'good', room: 'physics' });
void [why, command, push];
