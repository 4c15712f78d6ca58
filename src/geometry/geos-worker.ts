/** The worker thread of the GEOS pool: loads GEOS, does one request after the other, reports failures as data. */
import { parentPort, workerData } from 'node:worker_threads';
import { validityOf } from './geos-check-validity.js';
import { type Geos, GeosFailure, loadGeos } from './geos-library.js';
import { ItemFailure } from './geos-measures.js';
import { runOperation } from './geos-operations.js';
import { type FlatPolygon, flatPolygons } from './geos-packing.js';
import type { GeosFailureReport, GeosReply, GeosRequest, GeosWorkerData } from './geos-protocol.js';
import type { Validity } from './geos-validity.js';

const { begun, memoryLimitMb } = workerData as GeosWorkerData;
const port = parentPort!;
const geos = await loadGeos(memoryLimitMb);

port.on('message', (request: GeosRequest) => {
  Atomics.store(begun, 0, request.id);
  const { reply, transfer } = answer(request);
  port.postMessage(reply, transfer);
});
port.postMessage({ kind: 'ready' } satisfies GeosReply);

function answer(request: GeosRequest): { reply: GeosReply; transfer: ArrayBuffer[] } {
  try {
    const result = runOperation(geos, request);
    const transfer = result.geometries
      ? [result.geometries.structure.buffer, result.geometries.coordinates.buffer]
      : [];
    const memoryBytes = geos.memory.HEAPF64.buffer.byteLength;
    return { reply: { kind: 'done', id: request.id, answer: result, memoryBytes }, transfer };
  } catch (error) {
    const known = error instanceof GeosFailure;
    const failure = known ? report(geos, request, error) : { message: String(error), outOfMemory: false };
    // anything but GEOS's own refusal (an abort, a trap, a stack overflow) leaves the instance in an unknown state
    const unusable = !known || failure.outOfMemory;
    return { reply: { kind: 'failed', id: request.id, failure, unusable }, transfer: [] };
  }
}

/** GEOS's message, and when an input is to blame, which one and why. */
function report(library: Geos, request: GeosRequest, error: GeosFailure): GeosFailureReport {
  const failure: GeosFailureReport = { message: error.message, outOfMemory: error.outOfMemory };
  const batch = error instanceof ItemFailure;
  if (batch) failure.item = error.item;
  if (failure.outOfMemory) return failure;
  const inputs = flatPolygons(request.geometries);
  const suspects = batch ? request.numbers.slice(2 * error.item, 2 * error.item + 2) : inputs.keys();
  for (const index of suspects) {
    const { reason, place } = validityOrUnknown(library, inputs[index]!);
    if (reason) return { ...failure, invalidInput: { index, reason, place } };
  }
  return failure;
}

/** A second failure while looking for the cause must not hide the first. */
function validityOrUnknown(library: Geos, polygons: readonly FlatPolygon[]): Validity {
  try {
    return validityOf(library, polygons);
  } catch {
    return { valid: true, reason: null, place: null };
  }
}
