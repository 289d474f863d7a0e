// The types of @hansom/client. The dialects' frames are in taxi.d.ts, campus.d.ts and rooms.d.ts,
// what the admin is shown of rides in story.d.ts and board.d.ts.
export * from './api.js';
export * from './board.js';
export * from './campus.js';
export * from './client.js';
export * from './error.js';
export * from './rooms.js';
export * from './story.js';
export * from './taxi.js';
