// What the operator has set about how rides go: the countdowns and the reference need it.
import { dataAt } from './accounts.js';

/** In seconds; undefined where the server does not say. */
export async function rulesOf() {
  const rules = await dataAt('/console/rules');
  return {
    driver: rules?.driver_response_time,
    customer: rules?.customer_waiting_time,
    attempts: rules?.max_attempts,
  };
}
