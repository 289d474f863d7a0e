// What stands in for Firebase: keys with their certificates, tokens signed with them, and a server
// that publishes them, on this machine.
import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import { afterwards, temporaryFolder } from './server.mjs';

export const projectId = 'hansom-test';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A key pair as Google's: RSA of 2,048 bits, its public half in a certificate. */
export function makeKey(t, kid) {
  const folder = temporaryFolder(t);
  const [keyFile, certificateFile] = ['key.pem', 'certificate.pem'].map((f) => join(folder, f));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(keyFile, pem);
  execFileSync('openssl', [
    'req', '-x509', '-new', '-key', keyFile, '-out', certificateFile, '-days', '2',
    '-subj', '/CN=securetoken.system.gserviceaccount.com',
  ], { stdio: 'pipe' });
  return { kid, privateKey, pem, certificate: readFileSync(certificateFile, 'utf8') };
}

/** The key's public half, as somebody would try it for a shared secret. */
export function publicKeyOf({ pem }, options) {
  return createPublicKey(pem).export({ type: 'spki', ...options });
}

/** The claims of a good token, signed in a minute ago. `undefined` takes one out. */
export function claimsOf(email, changes = {}) {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: `https://securetoken.google.com/${projectId}`,
    aud: projectId,
    auth_time: now - 60,
    user_id: 'firebase-user',
    sub: 'firebase-user',
    iat: now - 60,
    exp: now + 3540,
    email,
    email_verified: true,
    firebase: { identities: { email: [email] }, sign_in_provider: 'password' },
    ...changes,
  };
}

/** A token as Firebase signs it. */
export function idToken(key, claims, header = {}) {
  const signed = `${encode({ alg: 'RS256', kid: key.kid, typ: 'JWT', ...header })}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key.privateKey).toString('base64url')}`;
}

/** A token without a signature, as the emulator makes it. */
export function unsignedToken(claims, header = {}) {
  return `${encode({ alg: 'none', typ: 'JWT', ...header })}.${encode(claims)}.`;
}

/**
 * Publishes keys as Google does. `answer` says how, and may be exchanged: it is handed the response
 * and what is to be published. `fetches` counts the requests that have come.
 */
export class KeyServer {
  /** With `identity`, a key of `makeKey`, it speaks TLS. */
  static async start(t, keys, { port = 0, identity } = {}) {
    const server = new KeyServer();
    server.fetches = 0;
    server.answer = publish(keys);
    const serve = (request, response) => {
      ++server.fetches;
      server.answer(response, published(keys));
    };
    server.http = identity
      ? createSecureServer({ key: identity.pem, cert: identity.certificate }, serve)
      : createServer(serve);
    await new Promise((resolve) => server.http.listen(port, '127.0.0.1', resolve));
    afterwards(t, () => server.stop());
    server.port = server.http.address().port;
    server.url = `http${identity ? 's' : ''}://127.0.0.1:${server.port}/keys`;
    return server;
  }

  async stop() {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }
}

/** The published form of keys. */
function published(keys) {
  return JSON.stringify(Object.fromEntries(keys.map((key) => [key.kid, key.certificate])));
}

/** An answer with these keys, good for an hour unless the headers say otherwise. */
export function publish(keys, { headers = { 'Cache-Control': 'public, max-age=3600' } } = {}) {
  return (response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', ...headers });
    response.end(published(keys));
  };
}

/** The environment of a server that takes the tokens of `projectId`, with the keys from there. */
export function firebaseEnvironment(keyServer) {
  return { FIREBASE_PROJECT_ID: projectId, FIREBASE_KEYS_URL: keyServer.url ?? keyServer };
}
