// @hansom/client: what an app needs to speak with Hansom. See README.md.
export { adminApi, customerApi, driverApi, roomsApi } from './api.js';
export { connectBoard } from './board.js';
export { connectCampusDriver, connectPassenger } from './campus.js';
export { HansomError } from './error.js';
export { connectRoom } from './rooms.js';
export { connectCustomer, connectDriver } from './taxi.js';
