// The types of @hansom/client. The dialects' frames are in taxi.d.ts, campus.d.ts and rooms.d.ts.
export * from './api.js';
export * from './campus.js';
export * from './client.js';
export * from './error.js';
export * from './rooms.js';
export * from './taxi.js';
