// Answers of any length: the list of bookings whose addresses are long.
import assert from 'node:assert/strict';
import { headOf } from './http.mjs';
import { Person } from './rides.mjs';

const address_bytes = 60_000;

/**
 * A request whose answer has this many bytes and some more, as it is sent: somebody's list of
 * bookings, of which each was called off at once as there was no driver.
 */
export async function askForLongList(server, bytes) {
  const customer = await Person.create(server, 'customer');
  for (let i = 0; i < bytes; i += address_bytes) {
    const pickup_location_address = 'x'.repeat(Math.min(address_bytes, bytes - i));
    const { status } = await customer.requestBooking({ pickup_location_address });
    assert.equal(status, 201);
  }
  return headOf('GET', '/api/mobile/customer/bookings?limit=100', {
    Authorization: `Bearer ${customer.token}`,
  });
}
