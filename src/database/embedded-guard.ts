/**
 * Reads the wire protocol between driver and embedded engine, to see whether every statement that was sent came to
 * an end. The engine can lose one without an error (a C++ exception inside GEOS or PROJ unwinds it): then the reply
 * has no command tag, or the tag `???`, and a transaction would go on and commit what is there.
 */

/** Frontend messages (PostgreSQL documentation, 54.7): sync ends a batch, bind plans, execute and query run something. */
const SYNC = 0x53;
const BIND = 0x42;
const EXECUTE = 0x45;
const QUERY = 0x51;
/** Backend messages. */
const BIND_COMPLETE = 0x32;
const COMMAND_COMPLETE = 0x43;
const ERROR = 0x45;
const EMPTY_QUERY = 0x49;
const READY = 0x5a;
const COPY_IN = 0x47;

interface Message {
  type: number;
  start: number;
  end: number;
}

/** The typed messages in `bytes`; a message is type, length (4 bytes, itself included), body. */
export function* messagesIn(bytes: Uint8Array): Generator<Message> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start + 5 <= bytes.length; ) {
    const end = start + 1 + view.getUint32(start + 1);
    yield { type: bytes[start] as number, start, end };
    start = end;
  }
}

/** Cuts a batch so that what runs comes before the sync that would commit it: the reply is judged in between. */
export function splitBeforeSync(batch: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const { type, start, end } of messagesIn(batch)) {
    if (type !== SYNC) continue;
    if (start > from) parts.push(batch.subarray(from, start));
    parts.push(batch.subarray(start, end));
    from = end;
  }
  if (from < batch.length) parts.push(batch.subarray(from));
  return parts;
}

/** What is wrong with the engine's reply to `sent`, or undefined when every statement came to an end. */
export function findLoss(sent: Uint8Array, reply: Uint8Array): string | undefined {
  const asked = { bind: 0, execute: 0, query: 0, sync: 0 };
  for (const { type } of messagesIn(sent)) {
    if (type === BIND) asked.bind++;
    if (type === EXECUTE) asked.execute++;
    if (type === QUERY) asked.query++;
    if (type === SYNC) asked.sync++;
  }
  const got = { bound: 0, ends: 0, errors: 0, ready: 0 };
  for (const { type, start } of messagesIn(reply)) {
    if (type === COMMAND_COMPLETE && !isTag(reply[start + 5])) return 'command without a name';
    if (type === COMMAND_COMPLETE || type === EMPTY_QUERY || type === COPY_IN) got.ends++;
    if (type === BIND_COMPLETE) got.bound++;
    if (type === ERROR) got.errors++;
    if (type === READY) got.ready++;
  }
  const barriers = asked.query + asked.sync;
  // after an error this engine says once too often that it is ready, see dropStrayReady
  const stray = barriers === 0 && got.errors > 0 ? 1 : 0;
  if (got.ready < barriers || got.ready > barriers + stray) return `ready for query ${got.ready} times`;
  if (got.errors > 0) return undefined;
  if (asked.bind > got.bound) return 'statement without a plan';
  if (asked.execute > got.ends) return 'statement without an end';
  if (asked.query > 0 && got.ends === 0) return 'script without an end';
  return undefined;
}

/**
 * A statement that fails makes this engine report ready at once and again at the sync. The driver must see it once:
 * takes the report from a reply to anything but a sync or a query.
 */
export function dropStrayReady(sent: Uint8Array, reply: Uint8Array): Uint8Array {
  for (const { type } of messagesIn(sent)) if (type === SYNC || type === QUERY) return reply;
  for (const { type, start } of messagesIn(reply)) if (type === READY) return reply.subarray(0, start);
  return reply;
}

/** Command tags start with a capital letter: SELECT 1, INSERT 0 1, CREATE TABLE. */
const isTag = (first: number | undefined): boolean => first !== undefined && first >= 0x41 && first <= 0x5a;
